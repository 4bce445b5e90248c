package statistics

import (
	"slices"
)

// finish mends what annealing leaves in a year of many reports, where chance seldom meets the few records of a
// small cell. While a cell is beyond the tolerance, every record takes what lowers the cost, then two records do
// so together. A world without cost stays as it is, so each is still possible.
func (w *world) finish(s stream) {
	for range 3 {
		if len(w.far()) == 0 {
			return
		}
		w.settle(s)
		for range 50 {
			if far := w.far(); len(far) == 0 || !w.pair(far) {
				break
			}
		}
	}
}

// A step is another set of leaves for a record, and what it alone would cost.
type step struct {
	record int
	set    uint64
	rise   int64
}

const (
	firstSteps  = 1500
	secondSteps = 400
)

// pair looks for two steps in one dimension that lower the cost together: one towards the truth of a far cell,
// and one that takes back the worst of what the first one did.
func (w *world) pair(far []int) bool {
	for d := range w.l.dims {
		if !w.takesPart(d, far) {
			continue
		}
		all := w.steps(d)
		var first []step
		for _, c := range far {
			towards := w.towards(all, d, c)
			first = append(first, towards[:min(len(towards), firstSteps)]...)
		}
		if w.together(d, first, all) {
			return true
		}
	}
	return false
}

func (w *world) takesPart(d int, far []int) bool {
	for _, n := range w.l.byDim[d] {
		if slices.ContainsFunc(far, func(c int) bool { return slices.Contains(w.l.blocks[n].cells, c) }) {
			return true
		}
	}
	return false
}

// steps lists all legal ones of a dimension, cheapest first. Records that look alike from the dimension have the
// same steps, so one of each kind is enough.
func (w *world) steps(d int) []step {
	seen := map[string]bool{}
	var all []step
	for i, r := range w.records {
		key := []byte{}
		put := func(set uint64) {
			for n := range 8 {
				key = append(key, byte(set>>(8*n)&0xff))
			}
		}
		put(r[d])
		for _, n := range w.l.byDim[d] {
			_, _, across, _, _ := w.seen(i, d, n)
			put(across)
		}
		if seen[string(key)] {
			continue
		}
		seen[string(key)] = true
		w.options(i, d, func(set uint64, rise int64) {
			if w.legalWith(i, d, set) {
				all = append(all, step{i, set, rise})
			}
		})
	}
	slices.SortStableFunc(all, func(a, b step) int { return int(max(-1, min(1, a.rise-b.rise))) })
	return all
}

// towards are the steps that take a cell towards its true number.
func (w *world) towards(all []step, d, cell int) []step {
	off := func() int { return max(w.cells[cell]-w.truth[cell], w.truth[cell]-w.cells[cell]) }
	before := off()
	var some []step
	for _, a := range all {
		old := w.records[a.record][d]
		w.change(a.record, d, a.set)
		if off() < before {
			some = append(some, a)
		}
		w.change(a.record, d, old)
	}
	return some
}

// together makes the two steps that lower the cost most, if any do.
func (w *world) together(d int, first, all []step) bool {
	var found [2]step
	least := int64(0)
	answers := map[int][]step{} // by cell: what takes it back
	for _, a := range first {
		old := w.records[a.record][d]
		w.change(a.record, d, a.set)
		worst := w.worst()
		if _, ok := answers[worst]; !ok {
			some := w.towards(all, d, worst)
			answers[worst] = some[:min(len(some), secondSteps)]
		}
		for _, b := range answers[worst] {
			if b.record == a.record {
				continue
			}
			if rise := a.rise + w.rise(b.record, d, b.set); rise < least {
				found, least = [2]step{a, b}, rise
			}
		}
		w.change(a.record, d, old)
	}
	if least == 0 {
		return false
	}
	for _, a := range found {
		w.change(a.record, d, a.set)
	}
	return true
}

// worst is the cell that costs most.
func (w *world) worst() int {
	worst, most := 0, int64(-1)
	for c, p := range w.cells {
		if price := w.price(c, p); price > most {
			worst, most = c, price
		}
	}
	return worst
}
