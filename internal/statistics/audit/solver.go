package audit

import (
	"errors"
	"math"
)

// A solver keeps its simplex between questions and builds it anew when numbers got rough. What it cannot prove
// in floating point it computes in fractions.
type solver struct {
	from  linear
	work  *int64
	s     *simplex
	exact *rational
}

// feasible says errEmpty when there is no solution.
func (v *solver) feasible() error {
	for j, lo := range v.from.lo {
		if lo > v.from.hi[j] {
			return errEmpty
		}
	}
	if v.s != nil || v.exact != nil {
		return nil
	}
	s, err := newSimplex(v.from, v.work)
	if err == nil {
		v.s = s
		return nil
	}
	if !errors.Is(err, errNumbers) {
		return err
	}
	return v.fractions()
}

func (v *solver) fractions() error {
	exact, err := newRational(v.from, 0, v.work)
	if errors.Is(err, errEmpty) {
		exact, err = newRational(v.from, relative, v.work)
	}
	if err == nil {
		v.exact = exact
	}
	return err
}

// least returns the smallest value of sign·x for a variable x, which may be −∞.
func (v *solver) least(j int, sign float64) (float64, error) {
	if err := v.feasible(); err != nil {
		return 0, err
	}
	objective := make([]float64, len(v.from.lo))
	objective[j] = sign
	for range 2 {
		if v.s == nil {
			break
		}
		x, err := v.s.least(objective)
		if err == nil || !errors.Is(err, errNumbers) {
			return x, err
		}
		if v.s, err = newSimplex(v.from, v.work); err != nil {
			v.s = nil
		}
	}
	if v.exact == nil {
		if err := v.fractions(); err != nil {
			return 0, err
		}
	}
	return v.exact.least(j, sign < 0)
}

// least returns the smallest Σ objective·x when it can prove it.
func (s *simplex) least(objective []float64) (float64, error) {
	scaled, size := make([]float64, len(objective)), 0.0
	for j, c := range objective {
		size = max(size, math.Abs(c*s.cols[j]))
	}
	if size == 0 {
		return 0, s.check()
	}
	for j, c := range objective {
		scaled[j] = c * s.cols[j] / size
	}
	err := s.minimise(scaled)
	if errors.Is(err, errUnbounded) {
		return math.Inf(-1), nil
	}
	if err != nil {
		return 0, err
	}
	if err := s.check(); err != nil {
		return 0, err
	}
	sum := 0.0
	for j, c := range objective {
		if c != 0 {
			sum += c * s.result(j)
		}
	}
	if bound, _ := s.proves(objective, size); sum-bound > gap*(1+math.Abs(sum)) {
		return 0, errNumbers
	}
	return sum, nil
}

// span returns the smallest and the largest value of one variable.
func (v *solver) span(j int) (lo, hi float64, err error) {
	if lo, err = v.least(j, 1); err != nil {
		return 0, 0, err
	}
	hi, err = v.least(j, -1)
	return lo, -hi, err
}
