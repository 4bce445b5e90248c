package audit

import (
	"math"
	"math/big"
)

// An exact solver is the same question answered in fractions: a primal simplex in two phases with Bland's rule,
// which cannot cycle and rounds nothing. It is slow, and shares no line with the one that it judges.
type exact struct {
	rows  [][]*big.Rat // coefficients of columns ≥ 0, the right side last
	basis []int
	shift []*big.Rat // x_j = shift_j + sign·(plus column − minus column)
	plus  []int
	minus []int
	flip  []bool
	first int // first artificial column
}

func rat(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

// newExact writes the problem in columns ≥ 0 and equations, and finds a first solution or says errEmpty.
func newExact(p linear) (*exact, error) {
	e := &exact{}
	columns := 0
	type upper struct {
		column int
		by     *big.Rat
	}
	var uppers []upper
	for j := range p.lo {
		noLo, noHi := math.IsInf(p.lo[j], -1), math.IsInf(p.hi[j], 1)
		s := new(big.Rat)
		minus, flip := -1, false
		switch {
		case !noLo:
			s = rat(p.lo[j])
			if !noHi {
				uppers = append(uppers, upper{columns, new(big.Rat).Sub(rat(p.hi[j]), s)})
			}
		case !noHi:
			s, flip = rat(p.hi[j]), true
		default:
			minus = columns + 1
		}
		e.shift, e.plus, e.minus, e.flip = append(e.shift, s), append(e.plus, columns), append(e.minus, minus), append(e.flip, flip)
		columns++
		if minus >= 0 {
			columns++
		}
	}
	type equation struct {
		a     map[int]*big.Rat
		op    string
		right *big.Rat
	}
	var all []equation
	for _, u := range uppers {
		all = append(all, equation{map[int]*big.Rat{u.column: big.NewRat(1, 1)}, "<=", u.by})
	}
	for _, r := range p.rows {
		q := equation{map[int]*big.Rat{}, r.op, rat(r.right)}
		for k, j := range r.index {
			a := rat(r.coefficient[k])
			q.right = new(big.Rat).Sub(q.right, new(big.Rat).Mul(a, e.shift[j]))
			for c, f := range e.columnsOf(j) {
				if q.a[c] == nil {
					q.a[c] = new(big.Rat)
				}
				q.a[c].Add(q.a[c], new(big.Rat).Mul(a, big.NewRat(f, 1)))
			}
		}
		all = append(all, q)
	}
	slacks := columns
	for _, q := range all {
		if q.op != "=" {
			slacks++
		}
	}
	e.first = slacks
	width := slacks + len(all) + 1
	for i, q := range all {
		line := make([]*big.Rat, width)
		for c := range line {
			line[c] = new(big.Rat)
		}
		for c, a := range q.a {
			line[c].Set(a)
		}
		if q.op != "=" {
			line[columns].SetInt64(map[string]int64{"<=": 1, ">=": -1}[q.op])
			columns++
		}
		line[width-1].Set(q.right)
		if q.right.Sign() < 0 {
			for c := range line {
				line[c].Neg(line[c])
			}
		}
		line[e.first+i].SetInt64(1)
		e.rows, e.basis = append(e.rows, line), append(e.basis, e.first+i)
	}
	cost := make([]*big.Rat, width-1)
	for c := range cost {
		cost[c] = new(big.Rat)
		if c >= e.first {
			cost[c].SetInt64(1)
		}
	}
	if least, _ := e.minimise(cost, width-1); least.Sign() != 0 {
		return nil, errEmpty
	}
	return e, nil
}

// columnsOf gives the columns that a variable is made of, and their signs.
func (e *exact) columnsOf(j int) map[int]int64 {
	sign := int64(1)
	if e.flip[j] {
		sign = -1
	}
	found := map[int]int64{e.plus[j]: sign}
	if e.minus[j] >= 0 {
		found[e.minus[j]] = -1
	}
	return found
}

// minimise returns the least cost over the first columns, or errUnbounded.
func (e *exact) minimise(cost []*big.Rat, columns int) (*big.Rat, error) {
	for {
		enter := -1
		for c := 0; c < columns && enter < 0; c++ {
			reduced := new(big.Rat).Set(cost[c])
			for i, b := range e.basis {
				if cost[b].Sign() != 0 && e.rows[i][c].Sign() != 0 {
					reduced.Sub(reduced, new(big.Rat).Mul(cost[b], e.rows[i][c]))
				}
			}
			if reduced.Sign() < 0 {
				enter = c
			}
		}
		last := len(cost)
		if enter < 0 {
			sum := new(big.Rat)
			for i, b := range e.basis {
				sum.Add(sum, new(big.Rat).Mul(cost[b], e.rows[i][last]))
			}
			return sum, nil
		}
		leave := -1
		var least *big.Rat
		for i := range e.rows {
			a := e.rows[i][enter]
			// An artificial column at zero leaves whatever the sign, so that it never rises again.
			if e.basis[i] >= e.first && columns <= e.first && a.Sign() != 0 {
				leave, least = i, new(big.Rat)
				break
			}
			if a.Sign() <= 0 {
				continue
			}
			q := new(big.Rat).Quo(e.rows[i][last], a)
			if leave < 0 || q.Cmp(least) < 0 || q.Cmp(least) == 0 && e.basis[i] < e.basis[leave] {
				leave, least = i, q
			}
		}
		if leave < 0 {
			return nil, errUnbounded
		}
		e.pivot(leave, enter)
	}
}

func (e *exact) pivot(r, c int) {
	line := e.rows[r]
	by := new(big.Rat).Inv(line[c])
	for k := range line {
		if line[k].Sign() != 0 {
			line[k].Mul(line[k], by)
		}
	}
	for i, other := range e.rows {
		if i == r || other[c].Sign() == 0 {
			continue
		}
		f := new(big.Rat).Set(other[c])
		for k := range other {
			if line[k].Sign() != 0 {
				other[k].Sub(other[k], new(big.Rat).Mul(f, line[k]))
			}
		}
	}
	e.basis[r] = c
}

// span gives the smallest and the largest value of a variable; nil where there is none.
func (e *exact) span(j int) (lo, hi *big.Rat) {
	ends := [2]*big.Rat{}
	for side, sign := range []int64{1, -1} {
		cost := make([]*big.Rat, len(e.rows0()))
		for c := range cost {
			cost[c] = new(big.Rat)
		}
		for c, f := range e.columnsOf(j) {
			cost[c].SetInt64(f * sign)
		}
		if least, err := e.minimise(cost, e.first); err == nil {
			ends[side] = new(big.Rat).Add(e.shift[j], new(big.Rat).Mul(least, big.NewRat(sign, 1)))
		}
	}
	return ends[0], ends[1]
}

// rows0 has as many members as there are columns.
func (e *exact) rows0() []struct{} {
	if len(e.rows) == 0 {
		return make([]struct{}, e.first)
	}
	return make([]struct{}, len(e.rows[0])-1)
}
