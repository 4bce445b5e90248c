package audit

import (
	"math"
	"math/big"
)

// A rational is the same method as simplex in fractions: no digit is lost, and it is slow. It moves from the
// point where every variable stands at a bound and lets rows be broken at first.
type rational struct {
	lo, hi []*big.Rat // nil: none
	table  [][]*big.Rat
	basis  []int
	value  []*big.Rat // of basic columns
	row    []int      // −1 outside the basis
	at     []*big.Rat // value of a column outside
	work   *int64
}

// newRational finds a first solution, or says errEmpty. Right sides that were computed elsewhere may be off in
// their last digits: loose is how far a row may be broken, against its right side.
func newRational(p linear, loose float64, work *int64) (*rational, error) {
	n, m := len(p.lo), len(p.rows)
	r := &rational{work: work}
	column := func(lo, hi float64) {
		l, h := fraction(lo), fraction(hi)
		at := l
		if l == nil || h != nil && math.Abs(hi) < math.Abs(lo) {
			at = h
		}
		if at == nil {
			at = new(big.Rat)
		}
		r.lo, r.hi, r.at, r.row = append(r.lo, l), append(r.hi, h), append(r.at, at), append(r.row, -1)
	}
	for j := range p.lo {
		column(p.lo[j], p.hi[j])
	}
	scales, _ := p.scales()
	for i, from := range p.rows {
		hi := loose * max(1/scales[i], math.Abs(from.right))
		lo := -hi
		switch from.op {
		case "<=":
			hi = math.Inf(1)
		case ">=":
			lo = math.Inf(-1)
		}
		column(lo, hi)
		line := make([]*big.Rat, n+m)
		for j := range line {
			line[j] = new(big.Rat)
		}
		rest := fraction(from.right)
		for k, j := range from.index {
			c := fraction(from.coefficient[k])
			line[j].Add(line[j], c)
			rest.Sub(rest, c.Mul(c, r.at[j]))
		}
		line[n+i].SetInt64(1)
		r.table, r.value = append(r.table, line), append(r.value, rest)
		r.basis, r.row[n+i] = append(r.basis, n+i), i
	}
	return r, r.repair()
}

// fraction is the exact value of a number, nil for an infinite one.
func fraction(x float64) *big.Rat {
	if math.IsInf(x, 0) {
		return nil
	}
	return new(big.Rat).SetFloat64(x)
}

// off says on which side of its bounds a basic column stands: −1, 0 or 1.
func (r *rational) off(i int) int {
	b := r.basis[i]
	switch {
	case r.lo[b] != nil && r.value[i].Cmp(r.lo[b]) < 0:
		return -1
	case r.hi[b] != nil && r.value[i].Cmp(r.hi[b]) > 0:
		return 1
	}
	return 0
}

// repair moves until no row is broken, or says errEmpty.
func (r *rational) repair() error {
	still := false
	for {
		cost := make([]*big.Rat, len(r.lo)) // of one step up: how much more is broken
		for j := range cost {
			cost[j] = new(big.Rat)
		}
		broken := false
		for i, line := range r.table {
			side := r.off(i)
			broken = broken || side != 0
			for j, a := range line {
				if side > 0 {
					cost[j].Sub(cost[j], a)
				} else if side < 0 {
					cost[j].Add(cost[j], a)
				}
			}
		}
		if !broken {
			return nil
		}
		j, up := r.entering(cost, still)
		if j < 0 {
			return errEmpty
		}
		moved, err := r.step(j, up)
		if err != nil {
			return err
		}
		still = !moved
	}
}

// least returns the smallest value of a variable, or that of its negative.
func (r *rational) least(variable int, negative bool) (float64, error) {
	still := false
	for {
		cost := make([]*big.Rat, len(r.lo))
		for j := range cost {
			cost[j] = new(big.Rat)
			if i := r.row[variable]; i >= 0 {
				cost[j].Neg(r.table[i][j])
			} else if j == variable {
				cost[j].SetInt64(1)
			}
			if negative {
				cost[j].Neg(cost[j])
			}
		}
		j, up := r.entering(cost, still)
		if j < 0 {
			x := r.at[variable]
			if i := r.row[variable]; i >= 0 {
				x = r.value[i]
			}
			f, _ := x.Float64()
			if negative {
				f = -f
			}
			return f, nil
		}
		moved, err := r.step(j, up)
		if err == errUnbounded { //nolint:errorlint // our own, never wrapped
			return math.Inf(-1), nil
		}
		if err != nil {
			return 0, err
		}
		still = !moved
	}
}

// entering picks the column that gains most, or after a step that moved nothing the first one (Bland).
func (r *rational) entering(cost []*big.Rat, first bool) (column int, up bool) {
	column = -1
	var best *big.Rat
	for j, d := range cost {
		side := d.Sign()
		if r.row[j] >= 0 || side == 0 {
			continue
		}
		if side < 0 && r.hi[j] != nil && r.at[j].Cmp(r.hi[j]) >= 0 || side > 0 && r.lo[j] != nil && r.at[j].Cmp(r.lo[j]) <= 0 {
			continue
		}
		if size := new(big.Rat).Abs(d); best == nil || size.Cmp(best) > 0 {
			column, up, best = j, side < 0, size
			if first {
				break
			}
		}
	}
	return column, up
}

// step moves a column until it, or a basic one, meets a bound; one beyond a bound meets that one on its way back.
func (r *rational) step(j int, up bool) (moved bool, err error) {
	if *r.work -= int64(len(r.table)) * int64(len(r.lo)) * 8; *r.work < 0 {
		return false, errWork
	}
	var reach, target *big.Rat
	leaving := -1
	if r.lo[j] != nil && r.hi[j] != nil {
		reach = new(big.Rat).Sub(r.hi[j], r.lo[j])
	}
	for i, line := range r.table {
		if line[j].Sign() == 0 {
			continue
		}
		falls := (line[j].Sign() > 0) == up
		bound := r.meets(i, falls)
		if bound == nil {
			continue
		}
		limit := new(big.Rat).Sub(r.value[i], bound)
		limit.Abs(limit.Quo(limit, line[j]))
		c := -1
		if reach != nil {
			c = limit.Cmp(reach)
		}
		if c < 0 || c == 0 && leaving >= 0 && r.basis[i] < r.basis[leaving] {
			reach, target, leaving = limit, bound, i
		}
	}
	if reach == nil {
		return false, errUnbounded
	}
	by := new(big.Rat).Set(reach)
	if !up {
		by.Neg(by)
	}
	for i, line := range r.table {
		if line[j].Sign() != 0 {
			r.value[i] = new(big.Rat).Sub(r.value[i], new(big.Rat).Mul(line[j], by))
		}
	}
	there := new(big.Rat).Add(r.at[j], by)
	r.at[j] = there
	if leaving >= 0 {
		out := r.basis[leaving]
		r.at[out], r.row[out] = target, -1
		r.basis[leaving], r.row[j], r.value[leaving] = j, leaving, there
		r.pivot(leaving, j)
	}
	return reach.Sign() > 0, nil
}

// meets is the bound that a basic column runs into, nil if none.
func (r *rational) meets(i int, falls bool) *big.Rat {
	b, side := r.basis[i], r.off(i)
	switch {
	case falls && side > 0, !falls && side == 0:
		return r.hi[b]
	case !falls && side < 0, falls && side == 0:
		return r.lo[b]
	}
	return nil
}

func (r *rational) pivot(i, j int) {
	line := r.table[i]
	scale := new(big.Rat).Inv(line[j])
	for c := range line {
		if line[c].Sign() != 0 {
			line[c] = new(big.Rat).Mul(line[c], scale)
		}
	}
	for k, other := range r.table {
		if k == i || other[j].Sign() == 0 {
			continue
		}
		f := other[j]
		for c := range line {
			if line[c].Sign() != 0 {
				other[c] = new(big.Rat).Sub(other[c], new(big.Rat).Mul(f, line[c]))
			}
		}
	}
}
