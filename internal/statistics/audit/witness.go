package audit

import (
	"math/bits"
	"slices"
)

// A searcher shows values of cells by building worlds.
type searcher struct {
	plan    *plan
	base    int
	most    int      // copies at most: an exchange is two
	lo, hi  []int    // what every cell must keep to
	records []copied // different records of the published world
	extra   []copied // records of cells in which the published world has none
	start   []int
	byDim   [][]int // cells that a dimension takes part in
	moved   bool    // the start is no longer the published world
	budget  int     // cells that the search under way may still look at
	left    int     // … and all later ones
}

// add makes the extra records when they are first needed.
func (s *searcher) add() {
	if s.extra != nil {
		return
	}
	s.extra = []copied{}
	for i := range s.plan.cells {
		if s.start[i] > 0 {
			continue
		}
		if r := s.plan.build(&s.plan.cells[i], s.records); r != nil {
			s.extra = append(s.extra, copied{record: r, first: -1, cells: s.cellsOf(r)})
		}
	}
}

type copied struct {
	record []uint64
	first  int // index into the world, −1 for a record that is not in it
	copies int // base × times it stands there
	cells  []int
}

func newSearcher(b *bundle, lo, hi []int) *searcher {
	s := &searcher{plan: b.plan, base: b.base, most: 4 * (b.base - 1), lo: lo, hi: hi, start: make([]int, len(b.plan.cells)), left: searchAll}
	s.byDim = make([][]int, len(s.plan.dims))
	for i, c := range s.plan.cells {
		for _, x := range c.parts {
			s.byDim[x.dim] = append(s.byDim[x.dim], i)
		}
	}
	at := map[string]int{}
	for i, r := range b.world {
		key := keyOf(r)
		n, ok := at[key]
		if !ok {
			n = len(s.records)
			at[key] = n
			s.records = append(s.records, copied{record: r, first: i, cells: s.cellsOf(r)})
		}
		s.records[n].copies += b.base
		for _, c := range s.records[n].cells {
			s.start[c] += b.base
		}
	}
	return s
}

func keyOf(r []uint64) string {
	b := make([]byte, 0, 8*len(r))
	for _, set := range r {
		for i := range 8 {
			b = append(b, byte(set>>(8*i)&0xff))
		}
	}
	return string(b)
}

func (s *searcher) cellsOf(r []uint64) []int {
	var cells []int
	for i := range s.plan.cells {
		if s.plan.cells[i].holds(r) {
			cells = append(cells, i)
		}
	}
	return cells
}

// fits is the integer checker: every cell within its bounds.
func (s *searcher) fits(x []int) bool {
	for i, n := range x {
		if n < s.lo[i] || n > s.hi[i] {
			return false
		}
	}
	return true
}

// with returns the numbers after so many copies of a record came or went.
func (s *searcher) with(c copied, copies int) []int {
	x := slices.Clone(s.start)
	for _, i := range c.cells {
		x[i] += copies
	}
	return x
}

// plain tries the witnesses of the proof for a cell: the published world and copies of one record of the cell.
// It returns the values shown and the records that show the ends (−1 if none was needed or found).
func (s *searcher) plain(cell int) (values []int, up []uint64, down int) {
	down = -1
	if s.fits(s.start) {
		values = append(values, s.start[cell])
	}
	tau := s.base - 1
	var best copied
	for _, c := range s.records {
		if _, in := slices.BinarySearch(c.cells, cell); !in {
			continue
		}
		if best.record == nil {
			best = c
		}
		if s.fits(s.with(c, -tau)) {
			down = c.first
			for k := 1; k <= tau; k++ {
				if s.fits(s.with(c, -k)) {
					values = append(values, s.start[cell]-k)
				}
			}
			best = c
			break
		}
	}
	if best.record == nil {
		if r := s.plan.build(&s.plan.cells[cell], s.records); r != nil {
			best = copied{record: r, first: -1, cells: s.cellsOf(r)}
		}
	}
	if best.record != nil {
		for k := 1; k <= tau; k++ {
			if s.fits(s.with(best, k)) {
				values = append(values, s.start[cell]+k)
				up = best.record
			}
		}
	}
	return values, up, down
}

func abs(n int) int { return max(n, -n) }

// build makes a legal record of a cell in which no published record counts. It starts from records of the
// world, so that as little as possible differs, and then from nothing.
func (p *plan) build(c *cell, near []copied) []uint64 {
	starts := [][]uint64{make([]uint64, len(p.dims))}
	for _, n := range near[:min(20, len(near))] {
		starts = append(starts, n.record)
	}
	slices.Reverse(starts)
	for _, from := range starts {
		r := slices.Clone(from)
		low, high := make([]int, len(p.dims)), make([]int, len(p.dims))
		for i, d := range p.dims {
			low[i], high[i] = d.min, min(d.max, len(d.codes))
		}
		for _, x := range c.parts {
			r[x.dim] = 0
			if x.group.size >= 0 {
				low[x.dim], high[x.dim] = x.group.size, x.group.size
			}
		}
		steps := 5000
		if p.place(c, 0, r, low, high, &steps) {
			return r
		}
	}
	return nil
}

// place tries each leaf of the cell's groups, then completes the record.
func (p *plan) place(c *cell, k int, r []uint64, low, high []int, steps *int) bool {
	if k == len(c.parts) {
		return p.complete(r, low, high, steps) && p.legal(r) && c.holds(r)
	}
	x := c.parts[k]
	if x.group.size >= 0 {
		return p.place(c, k+1, r, low, high, steps)
	}
	for set := x.group.leaves; set != 0; set &= set - 1 {
		saved := slices.Clone(r)
		r[x.dim] |= set & -set
		if p.place(c, k+1, r, low, high, steps) {
			return true
		}
		copy(r, saved)
	}
	return false
}

// complete adds codes until sizes and rules hold, going back where it must.
func (p *plan) complete(r []uint64, low, high []int, steps *int) bool {
	if *steps--; *steps < 0 {
		return false
	}
	dim, from := -1, uint64(0)
	for _, k := range p.rules {
		if r[k.given]&k.givenSet != 0 && r[k.then]&k.thenSet == 0 {
			dim, from = k.then, k.thenSet
			break
		}
	}
	for i := 0; dim < 0 && i < len(p.dims); i++ {
		if bits.OnesCount64(r[i]) < low[i] {
			dim, from = i, ^uint64(0)>>(64-len(p.dims[i].codes))
		}
	}
	if dim < 0 {
		return true
	}
	if bits.OnesCount64(r[dim]) >= high[dim] {
		return false
	}
	for set := from &^ r[dim]; set != 0; set &= set - 1 {
		r[dim] |= set & -set
		if p.complete(r, low, high, steps) {
			return true
		}
		r[dim] &^= set & -set
	}
	return false
}
