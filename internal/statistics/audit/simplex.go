package audit

import (
	"errors"
	"math"
)

// A linear is a problem of bounded variables and rows Σ coefficient·x (≤, =, ≥) right.
type linear struct {
	lo, hi []float64
	rows   []row
}

type row struct {
	index       []int
	coefficient []float64
	op          string // "<=", "=" or ">="
	right       float64
}

var (
	errEmpty     = errors.New("no solution")
	errUnbounded = errors.New("without bound")
	errNumbers   = errors.New("numbers too rough")
	errWork      = errors.New("too much work")
)

const (
	tiny     = 1e-9
	residual = 1e-6
	stall    = 200 // degenerate pivots before Bland's rule
)

// A simplex is the primal method for bounded variables on a dense tableau. The basis is kept from one
// objective to the next.
type simplex struct {
	from  linear
	rows  []float64   // what each row and
	cols  []float64   // each variable's column is multiplied by, powers of two
	table [][]float64 // basis⁻¹ × columns: variables, slacks, artificials
	cost  []float64   // reduced costs of the objective under way
	lo    []float64
	hi    []float64
	upper []bool    // a column outside the basis stands at its upper bound
	free  []bool    // … or at 0, having none
	row   []int     // row of a basic column, −1 outside the basis
	basis []int     // column of each row
	value []float64 // value of each basic column
	stuck int
	work  *int64 // multiplications left
}

// newSimplex finds a first solution, or says errEmpty.
func newSimplex(p linear, work *int64) (*simplex, error) {
	n, m := len(p.lo), len(p.rows)
	s := &simplex{from: p, work: work}
	s.rows, s.cols = p.scales()
	for j := range p.lo {
		s.column(p.lo[j]/s.cols[j], p.hi[j]/s.cols[j], -1)
		s.upper[j] = math.IsInf(p.lo[j], -1) || math.Abs(p.hi[j]) < math.Abs(p.lo[j])
		s.free[j] = math.IsInf(p.lo[j], -1) && math.IsInf(p.hi[j], 1)
	}
	for _, r := range p.rows {
		lo, hi := 0.0, 0.0
		switch r.op {
		case "<=":
			hi = math.Inf(1)
		case ">=":
			lo = math.Inf(-1)
		}
		s.column(lo, hi, -1)
	}
	var artificial []float64 // sign of each
	for i, r := range p.rows {
		line := make([]float64, n+m, n+m+m)
		for k, j := range r.index {
			line[j] += r.coefficient[k] * s.rows[i] * s.cols[j]
		}
		rest := r.right * s.rows[i]
		for j := range n {
			rest -= line[j] * s.at(j)
		}
		line[n+i] = 1
		s.table = append(s.table, line)
		s.basis = append(s.basis, n+i)
		s.value = append(s.value, rest)
		sign := 0.0
		switch {
		case rest < s.lo[n+i]-tiny:
			sign, s.upper[n+i] = -1, false
		case rest > s.hi[n+i]+tiny:
			sign, s.upper[n+i] = 1, true
		default:
			s.row[n+i] = i
		}
		artificial = append(artificial, sign)
	}
	return s, s.phaseOne(artificial)
}

func (s *simplex) column(lo, hi float64, row int) {
	s.lo, s.hi = append(s.lo, lo), append(s.hi, hi)
	s.upper, s.free = append(s.upper, false), append(s.free, false)
	s.row = append(s.row, row)
}

// at is the value of a column.
func (s *simplex) at(j int) float64 {
	switch {
	case s.row[j] >= 0:
		return s.value[s.row[j]]
	case s.free[j]:
		return 0
	case s.upper[j]:
		return s.hi[j]
	}
	return s.lo[j]
}

// phaseOne drives the artificial columns of rows whose slack does not fit to zero.
func (s *simplex) phaseOne(sign []float64) error {
	first := len(s.lo)
	for i, g := range sign {
		if g == 0 {
			continue
		}
		slack := s.basis[i]
		j := len(s.lo)
		s.column(0, math.Inf(1), i)
		for k := range s.table {
			s.table[k] = append(s.table[k], 0)
		}
		rest := s.value[i] - s.at(slack)
		for c := range s.table[i] {
			s.table[i][c] *= g
		}
		s.table[i][j] = 1
		s.basis[i], s.value[i] = j, rest*g
	}
	if len(s.lo) == first {
		return nil
	}
	objective := make([]float64, len(s.lo))
	for j := first; j < len(objective); j++ {
		objective[j] = 1
	}
	if err := s.minimise(objective); err != nil {
		return err
	}
	for j := first; j < len(s.lo); j++ {
		s.hi[j] = 0
	}
	if s.check() == nil {
		return nil
	}
	if s.provesEmpty() {
		return errEmpty
	}
	return errNumbers
}

// minimise moves to a solution with the least objective.
func (s *simplex) minimise(objective []float64) error {
	s.cost = make([]float64, len(s.lo))
	copy(s.cost, objective)
	for i, j := range s.basis {
		if j < len(objective) && objective[j] != 0 {
			for c, a := range s.table[i] {
				s.cost[c] -= objective[j] * a
			}
		}
	}
	s.stuck = 0
	for {
		j, up := s.entering()
		if j < 0 {
			return nil
		}
		if err := s.step(j, up); err != nil {
			return err
		}
	}
}

// entering picks the column that lowers the objective fastest, or the first one when the method stalls.
func (s *simplex) entering() (column int, up bool) {
	column = -1
	best := tiny
	for j, d := range s.cost {
		if s.row[j] >= 0 || s.hi[j] <= s.lo[j] {
			continue
		}
		gain := -d
		if s.free[j] {
			gain = math.Abs(d)
		} else if s.upper[j] {
			gain = d
		}
		if gain > best {
			column, best = j, gain
			up = d < 0
			if s.stuck > stall {
				break
			}
		}
	}
	return column, up
}

// step moves a column until it or a basic one meets a bound.
func (s *simplex) step(j int, up bool) error {
	if *s.work -= int64(len(s.table)) * 4; *s.work < 0 {
		return errWork
	}
	sign := 1.0
	if !up {
		sign = -1
	}
	reach, leaving, high := s.hi[j]-s.lo[j], -1, false
	for i, b := range s.basis {
		a := s.table[i][j] * sign
		var limit float64
		switch {
		case a > tiny:
			limit = (s.value[i] - s.lo[b]) / a
		case a < -tiny:
			limit = (s.value[i] - s.hi[b]) / a
		default:
			continue
		}
		limit = max(limit, 0)
		better := limit < reach-1e-12
		if leaving >= 0 && !better && limit <= reach+1e-12 {
			if s.stuck > stall {
				better = b < s.basis[leaving]
			} else {
				better = math.Abs(a) > math.Abs(s.table[leaving][j])
			}
		}
		if better {
			reach, leaving, high = limit, i, a < 0
		}
	}
	if math.IsInf(reach, 1) {
		if s.provesRay(j, sign) {
			return errUnbounded
		}
		return errNumbers
	}
	if reach > 1e-10 {
		s.stuck = 0
	} else {
		s.stuck++
	}
	start := s.at(j)
	for i := range s.basis {
		s.value[i] -= s.table[i][j] * sign * reach
	}
	if leaving < 0 {
		s.upper[j] = !s.upper[j]
		return nil
	}
	out := s.basis[leaving]
	s.row[out], s.upper[out], s.free[out] = -1, high, false
	s.basis[leaving], s.row[j], s.value[leaving] = j, leaving, start+sign*reach
	s.pivot(leaving, j)
	return nil
}

func (s *simplex) pivot(r, j int) {
	line := s.table[r]
	scale := 1 / line[j]
	used := make([]int, 0, len(line))
	for c := range line {
		if line[c] != 0 {
			line[c] *= scale
			used = append(used, c)
		}
	}
	line[j] = 1
	cancel := func(other []float64) {
		f := other[j]
		if f == 0 {
			return
		}
		*s.work -= int64(len(used))
		for _, c := range used {
			other[c] -= f * line[c]
		}
		other[j] = 0
	}
	for i := range s.table {
		if i != r {
			cancel(s.table[i])
		}
	}
	cancel(s.cost)
}
