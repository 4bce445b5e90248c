package audit

import (
	"errors"
	"math"
	"math/bits"
	"slices"
)

const mostWork int64 = 20_000_000_000 // multiplications: about half a minute; beyond it a cell stays unproven

// An attack is what can be found out about one year. Years are different reports, so each stands for itself.
type attack struct {
	year    int
	bundles []*bundle
	facts   []fact
	work    *int64

	k           int
	faults      []Fault
	findings    []Finding
	verdict     Verdict
	constraints []constraint
	lo, hi      []int // what publication and known numbers say
	pubLo       []int // what is known of the cell itself elsewhere
	pubHi       []int
	outLo       []int // no number outside these is possible
	outHi       []int
	why         [][2]int
}

func (a *attack) run() {
	a.verdict = Safe
	first := a.bundles[0]
	if a.k = first.base; first.mode != modeJoint && first.mode != modeDP {
		a.k = max(3, first.base, first.threshold) // another office's method: fewer than three is too few
	}
	for _, b := range a.bundles {
		a.faults = append(a.faults, b.faults...)
	}
	if len(a.faults) > 0 {
		a.verdict = Inconsistent
	}
	a.constraints = first.plan.constraints()
	for _, b := range a.bundles {
		a.sums(b)
	}
	a.boxes()
	if at := a.spread(); at >= 0 {
		a.verdict = Inconsistent
		a.faults = append(a.faults, Fault{a.year, "empty", a.names(a.constraints[at].cells)})
	}
	if len(a.bundles) > 1 {
		a.republished()
	}
	if first.mode == modeDP || len(first.printed) == 0 && len(first.dropped) == len(first.plan.tables) {
		if a.verdict != Inconsistent && len(a.bundles) == 1 {
			return // noise without bound, or nothing printed: there is no interval to narrow
		}
	}
	a.judge()
}

func (a *attack) names(cells []int) []string {
	names := []string{}
	for _, i := range cells {
		names = append(names, a.bundles[0].plan.cells[i].id)
	}
	return names
}

// sums holds the printed numbers against the equations and inequalities.
func (a *attack) sums(b *bundle) {
	if slices.Contains(b.values, -1) {
		return // some are not there; propagation sees what is
	}
	for _, c := range broken(a.bundles[0].plan.constraints(), b.values) {
		a.faults = append(a.faults, Fault{a.year, c.kind, a.names(c.cells)})
		if b.mode == modeJoint || b.mode == modeDP {
			a.verdict = Inconsistent
		}
	}
}

// boxes intersects what the bundles of the year and the known numbers say of each cell.
func (a *attack) boxes() {
	p := a.bundles[0].plan
	a.lo, a.hi, a.pubLo, a.pubHi = make([]int, len(p.cells)), make([]int, len(p.cells)), make([]int, len(p.cells)), make([]int, len(p.cells))
	for i := range p.cells {
		a.pubHi[i] = mostReports
		a.lo[i], a.hi[i] = a.bundles[0].box(i)
		for _, b := range a.bundles[1:] {
			if j, ok := b.plan.index[p.cells[i].id]; ok {
				lo, hi := b.box(j)
				a.lo[i], a.hi[i] = max(a.lo[i], lo), min(a.hi[i], hi)
			}
		}
	}
	for _, f := range a.facts {
		if f.year != a.year {
			continue
		}
		i, ok := p.index[f.cell]
		if !ok {
			a.faults = append(a.faults, Fault{a.year, "known", []string{f.cell}})
			a.verdict = worse(a.verdict, Unproven) // a number that the model has no place for
			continue
		}
		a.lo[i], a.hi[i] = max(a.lo[i], f.lo), min(a.hi[i], f.hi)
		a.pubLo[i], a.pubHi[i] = max(a.pubLo[i], f.lo), min(a.pubHi[i], f.hi)
	}
}

// public says whether the edition adds nothing to what is known of the cell itself elsewhere.
func (a *attack) public(i, lo, hi int) bool { return a.pubLo[i] >= lo && a.pubHi[i] <= hi }

// spread propagates; it returns a constraint that cannot hold, or −1.
func (a *attack) spread() int {
	a.outLo, a.outHi = slices.Clone(a.lo), slices.Clone(a.hi)
	a.why = make([][2]int, len(a.lo))
	for i := range a.why {
		a.why[i] = [2]int{-1, -1}
		if a.lo[i] > a.hi[i] {
			a.verdict = Inconsistent
			a.faults = append(a.faults, Fault{a.year, "empty", a.names([]int{i})})
			a.outLo, a.outHi = slices.Clone(a.lo), slices.Clone(a.hi)
			return -1
		}
	}
	return propagate(a.constraints, a.outLo, a.outHi, a.why)
}

// republished is an alarm: a frozen year has one edition. It names the cells in which the editions differ.
func (a *attack) republished() {
	first := a.bundles[0]
	cells := []string{}
	for i, c := range first.plan.cells {
		for _, b := range a.bundles[1:] {
			if j, ok := b.plan.index[c.id]; !ok || b.values[j] != first.values[i] {
				cells = append(cells, c.id)
				break
			}
		}
	}
	a.faults = append(a.faults, Fault{a.year, "republished", cells})
	a.verdict = worse(a.verdict, Disclosed)
}

// judge gives each cell its verdict: disclosure from bounds, safety from witnesses only.
func (a *attack) judge() {
	first := a.bundles[0]
	var s *searcher
	if first.mode == modeJoint && first.world != nil && a.verdict != Inconsistent {
		s = newSearcher(first, a.lo, a.hi)
		s.repair()
	}
	shown := a.witnesses(s)
	solve := solver{from: a.linear(), work: a.work}
	for i, c := range first.plan.cells {
		f := Finding{Year: a.year, Cell: c.id, Lo: a.outLo[i], Hi: a.outHi[i], Verdict: Unproven, Up: shown[i].up, Down: shown[i].down}
		values := shown[i].values
		if !slices.Contains(values, f.Lo) || !slices.Contains(values, f.Hi) {
			a.narrow(&solve, i, &f)
			if s != nil && !a.enough(values) && !a.public(i, f.Lo, f.Hi) {
				values = a.seek(s, i, values, f.Lo, f.Hi)
			}
		}
		switch {
		case a.bad(i, f.Lo, f.Hi):
			f.Verdict, f.Blocked = Disclosed, a.binding(i)
		case a.enough(values), len(values) > 0 && a.public(i, f.Lo, f.Hi):
			f.Verdict = Safe
		}
		a.verdict = worse(a.verdict, f.Verdict)
		a.outLo[i], a.outHi[i] = f.Lo, f.Hi
		a.findings = append(a.findings, f)
	}
	a.groups()
}

type shown struct {
	values []int
	up     []int
	down   *int
}

func (a *attack) witnesses(s *searcher) []shown {
	all := make([]shown, len(a.lo))
	if s == nil {
		return all
	}
	for i := range all {
		values, up, down := s.plain(i)
		all[i].values = values
		if s.moved {
			continue // the records would be copies of another world than the published one
		}
		if up != nil {
			all[i].up = numbered(a.bundles[0].plan, up)
		}
		if down >= 0 {
			all[i].down = &down
		}
	}
	return all
}

// numbered writes a record as the bundle does.
func numbered(p *plan, r []uint64) []int {
	list := []int{}
	first := 0
	for d := range p.dims {
		for set := r[d]; set != 0; set &= set - 1 {
			list = append(list, first+bits.TrailingZeros64(set))
		}
		first += len(p.dims[d].codes)
	}
	return list
}

// linear is the model without the demand for whole numbers.
func (a *attack) linear() linear {
	var l linear
	for i := range a.outLo {
		l.lo, l.hi = append(l.lo, float64(a.outLo[i])), append(l.hi, float64(a.outHi[i]))
	}
	for _, c := range a.constraints {
		r := row{index: c.cells, op: "<="}
		for _, t := range c.times {
			r.coefficient = append(r.coefficient, float64(t))
		}
		if c.equal {
			r.op = "="
		}
		l.rows = append(l.rows, r)
	}
	return l
}

// narrow asks the solver for the ends of a cell. What it cannot say stays as propagation left it.
func (a *attack) narrow(v *solver, i int, f *Finding) {
	if len(a.lo) > 0 && a.empty() {
		return
	}
	lo, hi, err := v.span(i)
	if errors.Is(err, errEmpty) {
		a.verdict = Inconsistent
		return
	}
	if err != nil {
		return
	}
	f.Lo, f.Hi = max(f.Lo, int(math.Ceil(lo-residual))), min(f.Hi, int(math.Floor(hi+residual)))
}

func (a *attack) empty() bool {
	return slices.ContainsFunc(a.faults, func(f Fault) bool { return f.Kind == "empty" })
}

// bad says whether the set of possible numbers is a disclosure.
func (a *attack) bad(i, lo, hi int) bool {
	return (lo >= 1 && hi <= a.k-1 || hi-lo+1 < a.k) && !a.public(i, lo, hi)
}

// enough says whether shown numbers rule a disclosure out.
func (a *attack) enough(values []int) bool {
	different := map[int]bool{}
	outside := false
	for _, n := range values {
		different[n] = true
		outside = outside || n == 0 || n >= a.k
	}
	return outside && len(different) >= a.k
}

// seek searches worlds for the numbers between the bounds until enough are shown.
func (a *attack) seek(s *searcher, i int, values []int, lo, hi int) []int {
	for n := lo; n <= hi && n <= lo+4*a.k; n++ {
		if a.enough(values) {
			break
		}
		if !slices.Contains(values, n) && s.seek(i, n) {
			values = append(values, n)
		}
	}
	return values
}

// binding names the constraints that last narrowed a cell.
func (a *attack) binding(i int) [][]string {
	var all [][]string
	for _, n := range a.why[i] {
		if n >= 0 {
			all = append(all, a.names(a.constraints[n].cells))
		}
	}
	return all
}

// groups finds margins that are certainly not empty while all but one of their categories are: then whoever is
// in the margin is in that one.
func (a *attack) groups() {
	p := a.bundles[0].plan
	for _, c := range a.constraints {
		if !c.equal || c.kind != "sum" || len(c.cells) < 3 {
			continue
		}
		whole := c.cells[len(c.cells)-1]
		var open []int
		for _, i := range c.cells[:len(c.cells)-1] {
			if a.outHi[i] > 0 {
				open = append(open, i)
			}
		}
		if a.outLo[whole] >= 1 && len(open) == 1 && !a.public(open[0], a.outLo[open[0]], a.outHi[open[0]]) {
			i := open[0]
			a.verdict = worse(a.verdict, Disclosed)
			for k := range a.findings {
				if a.findings[k].Cell == p.cells[i].id {
					a.findings[k].Verdict, a.findings[k].Blocked = Disclosed, [][]string{a.names(c.cells)}
				}
			}
		}
	}
}
