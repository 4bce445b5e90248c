package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// A problem is a general one, for tests of the solver against others.
type problem struct {
	Lo          []*float64 `json:"lo"`
	Hi          []*float64 `json:"hi"`
	Constraints []struct {
		Index       []int     `json:"index"`
		Coefficient []float64 `json:"coefficient"`
		Op          string    `json:"op"`
		RHS         float64   `json:"rhs"`
	} `json:"constraints"`
	Ask []int `json:"ask"`
}

const endless = 1e20 // what other solvers take for infinity

// Bounds solves {"lo":[…],"hi":[…],"constraints":[{"index":[…],"coefficient":[…],"op":"=","rhs":0}],"ask":[…]}
// and returns {"lo":[…],"hi":[…]}: the least and the greatest value of each asked variable over the real
// numbers, or {"infeasible":true}. A null bound, and a null in the answer, means none.
func Bounds(text []byte) ([]byte, error) {
	var p problem
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("reading the problem: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading the problem: something follows it")
	}
	l, err := p.linear()
	if err != nil {
		return nil, fmt.Errorf("reading the problem: %w", err)
	}
	work := int64(math.MaxInt64) // the asker can stop it
	v := solver{from: l, work: &work}
	answer := struct {
		Lo []*float64 `json:"lo"`
		Hi []*float64 `json:"hi"`
	}{[]*float64{}, []*float64{}}
	if err := v.feasible(); errors.Is(err, errEmpty) {
		return []byte(`{"infeasible":true}`), nil
	} else if err != nil {
		return nil, fmt.Errorf("looking for a solution: %w", err)
	}
	for _, j := range p.Ask {
		lo, hi, err := v.span(j)
		if errors.Is(err, errEmpty) {
			return []byte(`{"infeasible":true}`), nil
		}
		if err != nil {
			return nil, fmt.Errorf("solving for variable %d: %w", j, err)
		}
		answer.Lo, answer.Hi = append(answer.Lo, finite(lo)), append(answer.Hi, finite(hi))
	}
	return json.Marshal(answer)
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	x += 0 // no negative zero
	return &x
}

func (p problem) linear() (linear, error) {
	var l linear
	if len(p.Lo) != len(p.Hi) {
		return l, errors.New("lo and hi are of different length")
	}
	for j := range p.Lo {
		lo, hi := math.Inf(-1), math.Inf(1)
		if p.Lo[j] != nil && *p.Lo[j] > -endless {
			lo = *p.Lo[j]
		}
		if p.Hi[j] != nil && *p.Hi[j] < endless {
			hi = *p.Hi[j]
		}
		l.lo, l.hi = append(l.lo, lo), append(l.hi, hi)
	}
	known := func(j int) bool { return j >= 0 && j < len(p.Lo) }
	for i, c := range p.Constraints {
		if len(c.Index) != len(c.Coefficient) {
			return l, fmt.Errorf("constraint %d: index and coefficient are of different length", i)
		}
		if c.Op != "=" && c.Op != "<=" && c.Op != ">=" {
			return l, fmt.Errorf("constraint %d: want =, <= or >=", i)
		}
		for _, j := range c.Index {
			if !known(j) {
				return l, fmt.Errorf("constraint %d: no variable %d", i, j)
			}
		}
		l.rows = append(l.rows, row{c.Index, c.Coefficient, c.Op, c.RHS})
	}
	for _, j := range p.Ask {
		if !known(j) {
			return l, fmt.Errorf("ask: no variable %d", j)
		}
	}
	return l, nil
}
