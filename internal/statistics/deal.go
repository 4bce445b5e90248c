package statistics

import (
	"errors"
	"math/bits"
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

// deal hands out codes: single-valued dimensions first, in plan order, then the others, one code a record and
// round. Each record takes the code whose cells lack most, so that targets are used up evenly, inside the codes
// of a dimension that a table joins as well.
func (w *world) deal(s stream) error {
	for _, multi := range []bool{false, true} {
		for d, dim := range w.l.dims {
			if dim.multi != multi {
				continue
			}
			room := w.sizes(d, s)
			for round := range dim.max {
				for _, i := range s.shuffle(len(w.records)) {
					if round < room[i] {
						w.dealOne(i, d, round < dim.min, s)
					}
				}
			}
		}
	}
	for i := range w.records {
		if err := w.mend(i, s); err != nil {
			return err
		}
	}
	return nil
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

// dealOne adds the code that brings the cells nearest to their targets. Unless it must, it adds none that
// takes them further away.
func (w *world) dealOne(i, d int, must bool, s stream) {
	old := w.records[i][d]
	if !w.l.dims[d].multi {
		old = 0
	}
	var best, ties uint64
	least := int64(0)
	for set := w.l.dims[d].all &^ old; set != 0; set &= set - 1 {
		leaf := set & -set
		if !w.allowed(i, d, old|leaf) {
			continue
		}
		delta := w.change(i, d, old|leaf)
		w.change(i, d, old)
		switch {
		case best == 0 && (must || delta < 0) || best != 0 && delta < least:
			best, ties, least = leaf, leaf, delta
		case best != 0 && delta == least:
			ties |= leaf
		}
	}
	if best != 0 {
		w.change(i, d, old|s.leaf(ties))
	}
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
