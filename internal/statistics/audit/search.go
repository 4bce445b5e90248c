package audit

import "slices"

// seek looks for a world in which the cell has the value: from the published one it adds, removes and, where
// that does not help, exchanges copies, each step the one that leaves the least wrong.
func (s *searcher) seek(cell, value int) bool {
	s.add()
	if s.left < 0 {
		return false
	}
	s.budget = searchEach
	w := s.walk(cell, value)
	found := w.run(s.most)
	s.left -= searchEach - s.budget
	return found
}

// Cells looked at in one search and in all searches of a year; what is not found by then stays unproven.
const (
	searchEach = 3_000_000
	searchAll  = 1_000_000_000
)

// repair moves the start to a world that fits numbers known elsewhere, if the published one does not.
func (s *searcher) repair() {
	if s.fits(s.start) {
		return
	}
	s.add()
	w := s.walk(-1, 0)
	s.budget = 100_000_000
	if !w.run(200) {
		return
	}
	s.start, s.records, s.moved = w.x, nil, true
	for n, c := range w.pool {
		if c.copies -= w.taken[n]; c.copies > 0 {
			s.records = append(s.records, c)
		}
	}
}

func (s *searcher) walk(cell, value int) *walk {
	w := &walk{s: s, cell: cell, value: value, x: slices.Clone(s.start), pool: append(slices.Clone(s.extra), s.records...)}
	w.taken = make([]int, len(w.pool))
	for i := range w.x {
		w.total += w.wrong(i, w.x[i])
	}
	return w
}

func (w *walk) run(most int) bool {
	for w.steps < most && w.total > 0 {
		if !w.one() && !w.alter() && !w.two() {
			return false
		}
	}
	return w.total == 0 && w.s.fits(w.x)
}

// alter makes the best exchange of a record for one that differs in a single dimension of a cell that is wrong.
func (w *walk) alter() bool {
	dims := map[int]bool{}
	for i, c := range w.s.plan.cells {
		if w.wrong(i, w.x[i]) > 0 {
			for _, x := range c.parts {
				dims[x.dim] = true
			}
		}
	}
	best, out, least := copied{}, -1, 0
	tried := 0
	for n := range w.pool {
		if !w.can(n, -1) {
			continue
		}
		if tried++; tried > 60 || w.s.budget < 0 {
			break
		}
		first := w.rise(n, -1)
		w.apply(n, -1)
		for d := range w.s.plan.dims {
			if !dims[d] {
				continue
			}
			for _, c := range w.s.variants(w.pool[n], d) {
				if rise := first + w.riseOf(c.cells, 1); rise < least {
					best, out, least = c, n, rise
				}
			}
		}
		w.apply(n, 1)
	}
	if out < 0 {
		return false
	}
	w.apply(out, -1)
	w.pool, w.taken = append(w.pool, best), append(w.taken, 0)
	w.apply(len(w.pool)-1, 1)
	w.steps++
	return true
}

// variants are the legal records that differ from one in a dimension by one code.
func (s *searcher) variants(from copied, d int) []copied {
	var all []copied
	old := from.record[d]
	consider := func(set uint64) {
		r := slices.Clone(from.record)
		r[d] = set
		if set == old || !s.plan.legal(r) {
			return
		}
		c := copied{record: r, first: -1}
		for _, i := range from.cells {
			if _, in := slices.BinarySearch(s.byDim[d], i); !in {
				c.cells = append(c.cells, i)
			}
		}
		for _, i := range s.byDim[d] {
			if s.plan.cells[i].holds(r) {
				c.cells = append(c.cells, i)
			}
		}
		slices.Sort(c.cells)
		s.budget -= len(s.byDim[d])
		all = append(all, c)
	}
	for i := range s.plan.dims[d].codes {
		code := uint64(1) << i
		consider(old ^ code)
		for set := old; set != 0 && old&code == 0; set &= set - 1 {
			consider(old&^(set&-set) | code)
		}
	}
	return all
}

// A walk is a search for one value of one cell.
type walk struct {
	s           *searcher
	cell, value int
	x           []int
	pool        []copied
	taken       []int
	total       int // how far all cells are outside what they must keep to
	steps       int
}

func (w *walk) wrong(i, n int) int {
	far := max(w.s.lo[i]-n, n-w.s.hi[i], 0)
	if i == w.cell {
		far += 2 * abs(n-w.value)
	}
	return far
}

// rise is what a copy more or less of a record would add to the total.
func (w *walk) rise(n, k int) int { return w.riseOf(w.pool[n].cells, k) }

func (w *walk) riseOf(cells []int, k int) int {
	sum := 0
	for _, i := range cells {
		sum += w.wrong(i, w.x[i]+k) - w.wrong(i, w.x[i])
	}
	w.s.budget -= len(cells)
	return sum
}

func (w *walk) can(n, k int) bool { return k > 0 || w.taken[n] < w.pool[n].copies }

func (w *walk) apply(n, k int) {
	w.total += w.rise(n, k)
	for _, i := range w.pool[n].cells {
		w.x[i] += k
	}
	w.taken[n] -= k
}

// one makes the best single change, if any helps.
func (w *walk) one() bool {
	best, by, least := -1, 0, 0
	for n := range w.pool {
		for _, k := range []int{1, -1} {
			if w.s.budget < 0 {
				return false
			}
			if w.can(n, k) {
				if rise := w.rise(n, k); rise < least {
					best, by, least = n, k, rise
				}
			}
		}
	}
	if best < 0 {
		return false
	}
	w.apply(best, by)
	w.steps++
	return true
}

// two makes the best exchange of one record for another among those that touch what is wrong.
func (w *walk) two() bool {
	var near []int
	for n, c := range w.pool {
		touches := slices.ContainsFunc(c.cells, func(i int) bool { return w.wrong(i, w.x[i]) > 0 && i != 0 })
		if touches || n < 40 {
			near = append(near, n)
		}
	}
	near = near[:min(len(near), 120)]
	best, least := [2]int{-1, -1}, 0
	for _, in := range near {
		first := w.rise(in, 1)
		w.apply(in, 1)
		for _, out := range near {
			if out != in && w.can(out, -1) && w.s.budget > 0 {
				if rise := first + w.rise(out, -1); rise < least {
					best, least = [2]int{in, out}, rise
				}
			}
		}
		w.apply(in, -1)
	}
	if best[0] < 0 {
		return false
	}
	w.apply(best[0], 1)
	w.apply(best[1], -1)
	w.steps += 2
	return true
}
