package statistics

import (
	"errors"
	"math/bits"
	"slices"
)

// errStart says that no legal record was drawn in a million tries: the rules leave almost nothing.
var errStart = errors.New("no legal record in a million draws")

// start fills the records before annealing. Once in 65,536 times each is drawn uniformly from all legal ones:
// the proof needs every world to be possible. Otherwise they are dealt from the targets, never from reports.
func (w *world) start(s stream) error {
	if s.source.Uint64()>>48 == 0 {
		for i := range w.records {
			r, err := w.uniform(s)
			if err != nil {
				return err
			}
			w.put(i, r)
		}
		return nil
	}
	return w.deal(s)
}

// uniform draws a legal record, each with the same probability.
func (w *world) uniform(s stream) (record, error) {
	r := make(record, len(w.l.dims))
	for range 1_000_000 {
		for i, d := range w.l.dims {
			r[i] = s.set(d, w.weights[i])
		}
		if w.l.legal(r) {
			return r, nil
		}
	}
	return nil, errStart
}

// put sets a whole record; its sets may have been empty.
func (w *world) put(i int, r record) {
	for d, set := range r {
		w.change(i, d, set)
	}
}

// deal hands out codes: single-valued dimensions first, then the others, one code a record and round. Each record
// takes the code whose cells lack most, so that targets are used up evenly, inside the codes of a dimension that
// a table joins as well.
func (w *world) deal(s stream) error {
	for _, d := range w.l.dealOrder() {
		dim := w.l.dims[d]
		room := w.sizes(d, s)
		for round := range dim.max {
			added := false
			for _, i := range w.fewestFirst(d, s.shuffle(len(w.records))) {
				if round < room[i] && w.dealOne(i, d, round < dim.min, s) {
					added = true
				}
			}
			if !added {
				break
			}
		}
	}
	for i := range w.records {
		if err := w.mend(i, s); err != nil {
			return err
		}
	}
	for range sweeps {
		if w.cost < int64(len(w.cells)*w.l.base*w.l.base) || !w.settle(s) {
			break
		}
	}
	return nil
}

// dealOrder is the plan's order, single-valued dimensions first, but what a rule asks for before what asks for
// it: the few records that may have a code must still be there for it.
func (l *layout) dealOrder() []int {
	dealt := make([]bool, len(l.dims))
	waits := func(d int) bool {
		return slices.ContainsFunc(l.rules, func(k rule) bool {
			return k.ifDim == d && !dealt[k.thenDim] && l.dims[k.thenDim].multi == l.dims[d].multi
		})
	}
	var order []int
	for _, multi := range []bool{false, true} {
		for range l.dims {
			next := -1
			for d, dim := range l.dims {
				if dealt[d] || dim.multi != multi {
					continue
				}
				if next < 0 {
					next = d // rules in a circle: the first one
				}
				if !waits(d) {
					next = d
					break
				}
			}
			if next >= 0 {
				dealt[next] = true
				order = append(order, next)
			}
		}
	}
	return order
}

// fewestFirst puts records first that rules leave few codes to. Without rules about the dimension it changes
// nothing.
func (w *world) fewestFirst(d int, order []int) []int {
	if !slices.ContainsFunc(w.l.rules, func(k rule) bool { return k.ifDim == d || k.thenDim == d }) {
		return order
	}
	choices := make([]int, len(w.records))
	for i := range w.records {
		for set := w.l.dims[d].all; set != 0; set &= set - 1 {
			if w.allowed(i, d, set&-set) {
				choices[i]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return choices[a] - choices[b] })
	return order
}

const sweeps = 8 // rounds of settling; the last ones change next to nothing

// settle gives each property of each record, in random order, the codes that bring the cells nearest to their
// targets. It says whether anything changed. Moves alone would take too long to bring many records into place.
func (w *world) settle(s stream) bool {
	before := w.cost
	for _, i := range s.shuffle(len(w.records)) {
		for d := range w.l.dims {
			w.settleOne(i, d)
		}
	}
	return w.cost < before
}

func (w *world) settleOne(i, d int) {
	best, least := w.records[i][d], int64(0)
	w.options(i, d, func(set uint64, rise int64) {
		if rise < least && w.legalWith(i, d, set) {
			best, least = set, rise
		}
	})
	if best != w.records[i][d] {
		w.change(i, d, best)
	}
}

// options calls f with every other set of a legal size that is one code away, and by how much it would raise the
// cost. Rules are for f to ask.
func (w *world) options(i, d int, f func(set uint64, rise int64)) {
	dim, old := w.l.dims[d], w.records[i][d]
	consider := func(set uint64) {
		if n := bits.OnesCount64(set); n >= dim.min && n <= dim.max && set != old {
			f(set, w.rise(i, d, set))
		}
	}
	drops := []uint64{0, old} // nothing, or all there is
	if dim.multi {
		drops = drops[:1]
		for set := old; set != 0; set &= set - 1 {
			drops = append(drops, set&-set)
		}
	}
	for _, drop := range drops {
		consider(old &^ drop)
		for set := dim.all &^ old; set != 0; set &= set - 1 {
			consider(old&^drop | set&-set)
		}
	}
}

// sizes says how many codes each record may get: as many as the targets of the count axis say, else the most.
func (w *world) sizes(d int, s stream) []int {
	room := make([]int, len(w.records))
	dim := w.l.dims[d]
	for i := range room {
		room[i] = dim.max
	}
	if !dim.multi {
		return room
	}
	a := w.l.axis(dim.id + ".count")
	first, ok := w.l.index[w.l.id(a, 0)]
	if !ok {
		return room
	}
	order, at := s.shuffle(len(w.records)), 0
	for j := len(w.l.axes[a].codes) - 1; j > 0; j-- {
		for n := w.target[w.l.index[w.l.id(a, j)]] / w.l.base; n > 0 && at < len(order); n-- {
			room[order[at]] = dim.min + j
			at++
		}
	}
	for ; first >= 0 && at < len(order); at++ {
		room[order[at]] = dim.min
	}
	return room
}

// dealOne adds the code that brings the cells nearest to their targets, and says whether it added one. Unless
// it must, it adds none that takes them further away.
func (w *world) dealOne(i, d int, must bool, s stream) bool {
	old := w.records[i][d]
	var best, ties uint64
	least := int64(0)
	for set := w.l.dims[d].all &^ old; set != 0; set &= set - 1 {
		leaf := set & -set
		if !w.allowed(i, d, old|leaf) {
			continue
		}
		rise := w.rise(i, d, old|leaf)
		switch {
		case best == 0 && (must || rise < 0) || best != 0 && rise < least:
			best, ties, least = leaf, leaf, rise
		case best != 0 && rise == least:
			ties |= leaf
		}
	}
	if best != 0 {
		w.change(i, d, old|s.leaf(ties))
	}
	return best != 0
}

// rise is by how much change would raise the cost, reckoned without changing anything.
func (w *world) rise(i, d int, set uint64) int64 {
	var rise int64
	old := w.records[i][d]
	for _, n := range w.l.byDim[d] {
		b, self, across, row, column := w.seen(i, d, n)
		had, has := w.codes(self, old), w.codes(self, set)
		if had == has {
			continue
		}
		for ; across != 0; across &= across - 1 {
			at := bits.TrailingZeros64(across) * column
			rise += w.moved(b, had&^has, row, at, -w.l.base) + w.moved(b, has&^had, row, at, w.l.base)
		}
	}
	return rise
}

func (w *world) moved(b *block, codes uint64, row, at, by int) int64 {
	var rise int64
	for ; codes != 0; codes &= codes - 1 {
		if c := b.cells[bits.TrailingZeros64(codes)*row+at]; c >= 0 {
			rise += w.price(c, w.cells[c]+by) - w.price(c, w.cells[c])
		}
	}
	return rise
}

// allowed says whether rules hold as far as both their dimensions are dealt.
func (w *world) allowed(i, d int, set uint64) bool {
	r := w.records[i]
	for _, k := range w.l.rules {
		given, then := r[k.ifDim], r[k.thenDim]
		if k.ifDim == d {
			given = set
		}
		if k.thenDim == d {
			then = set
		}
		full := bits.OnesCount64(then) >= w.l.dims[k.thenDim].max
		if given&k.ifSet != 0 && then&k.thenSet == 0 && (full || k.ifDim == d && then != 0) {
			return false
		}
	}
	return true
}

// mend makes a dealt record legal: missing codes are added if that is enough, else it is drawn again.
func (w *world) mend(i int, s stream) error {
	r := append(record{}, w.records[i]...)
	low, high := make([]int, len(r)), make([]int, len(r))
	fits := w.l.legal(r)
	for d, dim := range w.l.dims {
		low[d], high[d] = dim.min, dim.max
		fits = fits && bits.OnesCount64(r[d]) >= dim.min
	}
	if fits {
		return nil
	}
	budget := 200
	if !w.l.complete(r, low, high, &budget) {
		var err error
		if r, err = w.uniform(s); err != nil {
			return err
		}
	}
	w.put(i, r)
	return nil
}
