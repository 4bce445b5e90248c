package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// A shape says what random problems look like.
type shape struct {
	name              string
	vars, rows, times int
	coefficient       func(*rand.Rand) float64
	right             func(*rand.Rand) float64
	bound             func(*rand.Rand) (lo, hi float64)
	dense             int // of 100 coefficients
}

func smallInt(n int) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return float64(r.IntN(2*n+1) - n) }
}

func box(lo, hi int) func(*rand.Rand) (float64, float64) {
	return func(r *rand.Rand) (float64, float64) {
		a := lo + r.IntN(hi-lo+1)
		return float64(a), float64(a + r.IntN(hi-a+1))
	}
}

// loose leaves some variables without bounds.
func loose(r *rand.Rand) (lo, hi float64) {
	lo, hi = -float64(r.IntN(9)), float64(r.IntN(9))
	if r.IntN(3) == 0 {
		lo = math.Inf(-1)
	}
	if r.IntN(3) == 0 {
		hi = math.Inf(1)
	}
	return lo, hi
}

var shapes = []shape{
	{"integers", 6, 5, 400, smallInt(3), smallInt(9), box(-5, 9), 60},
	{"degenerate", 7, 9, 300, smallInt(1), func(*rand.Rand) float64 { return 0 }, box(0, 3), 60},
	{"without bounds", 6, 5, 400, smallInt(3), smallInt(9), loose, 60},
	{"fixed variables", 8, 6, 200, smallInt(2), smallInt(6), box(2, 3), 50},
	{"tiny coefficients", 6, 5, 200, func(r *rand.Rand) float64 { return math.Ldexp(float64(r.IntN(19)-9), -r.IntN(18)) }, smallInt(9), box(-5, 9), 60},
	{"decimals", 6, 6, 200, func(r *rand.Rand) float64 { return float64(r.IntN(2001)-1000) / 1024 }, func(r *rand.Rand) float64 { return float64(r.IntN(8001)-4000) / 1024 }, box(-5, 9), 60},
	{"large numbers", 6, 5, 200, smallInt(9), smallInt(100_000), box(-50_000, 90_000), 60},
	{"tables", 12, 8, 100, func(*rand.Rand) float64 { return 1 }, func(r *rand.Rand) float64 { return float64(r.IntN(30)) }, box(0, 20), 40},
	{"no constraint", 4, 0, 20, smallInt(1), smallInt(1), loose, 50},
}

// draw makes a problem; half of the time one that has a solution for certain, with equations twice.
func (s shape) draw(r *rand.Rand) linear {
	var p linear
	var inside []float64
	for range s.vars {
		lo, hi := s.bound(r)
		p.lo, p.hi = append(p.lo, lo), append(p.hi, hi)
		inside = append(inside, math.Max(lo, math.Min(hi, float64(r.IntN(7)-2))))
	}
	solvable := r.IntN(2) == 0
	for range s.rows {
		q := row{op: []string{"=", "<=", ">="}[r.IntN(3)], right: s.right(r)}
		sum := 0.0
		for j := range s.vars {
			if r.IntN(100) < s.dense {
				a := s.coefficient(r)
				q.index, q.coefficient = append(q.index, j), append(q.coefficient, a)
				sum += a * inside[j]
			}
		}
		if solvable {
			q.right = sum
		}
		p.rows = append(p.rows, q)
		if r.IntN(4) == 0 {
			p.rows = append(p.rows, q)
		}
	}
	return p
}

// asked is what Bounds answers about all variables of a problem.
type asked struct {
	Lo         []*float64 `json:"lo"`
	Hi         []*float64 `json:"hi"`
	Infeasible bool       `json:"infeasible"`
}

func askAll(p linear) (asked, error) {
	type constraint struct {
		Index       []int     `json:"index"`
		Coefficient []float64 `json:"coefficient"`
		Op          string    `json:"op"`
		RHS         float64   `json:"rhs"`
	}
	var in struct {
		Lo          []*float64   `json:"lo"`
		Hi          []*float64   `json:"hi"`
		Constraints []constraint `json:"constraints"`
		Ask         []int        `json:"ask"`
	}
	in.Constraints = []constraint{}
	for j := range p.lo {
		in.Lo, in.Hi, in.Ask = append(in.Lo, finite(p.lo[j])), append(in.Hi, finite(p.hi[j])), append(in.Ask, j)
	}
	for _, r := range p.rows {
		in.Constraints = append(in.Constraints, constraint{append([]int{}, r.index...), append([]float64{}, r.coefficient...), r.op, r.right})
	}
	var out asked
	text, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	if text, err = Bounds(text); err != nil {
		return out, err
	}
	return out, json.Unmarshal(text, &out)
}

// differs compares an answer with the exact one.
func differs(p linear, got asked) string {
	e, err := newExact(p)
	if errors.Is(err, errEmpty) != got.Infeasible {
		return fmt.Sprintf("infeasible: %v, want %v", got.Infeasible, err != nil)
	}
	if err != nil {
		return ""
	}
	for j := range p.lo {
		lo, hi := e.span(j)
		for _, side := range []struct {
			name string
			got  *float64
			want *big.Rat
		}{{"least", got.Lo[j], lo}, {"greatest", got.Hi[j], hi}} {
			if (side.got == nil) != (side.want == nil) {
				return fmt.Sprintf("%s of %d: without bound %v, want %v", side.name, j, side.got == nil, side.want == nil)
			}
			if side.want == nil {
				continue
			}
			want, _ := side.want.Float64()
			if math.Abs(*side.got-want) > 1e-6*(1+math.Abs(want)) {
				return fmt.Sprintf("%s of %d: %.12g, want %.12g", side.name, j, *side.got, want)
			}
		}
	}
	return ""
}

// Bounds are those of a solver in fractions that shares nothing with ours, over thousands of ranges.
func TestBoundsAgainstExact(t *testing.T) {
	for _, s := range shapes {
		r := rand.New(rand.NewPCG(7, uint64(len(s.name))))
		empty := 0
		for i := range s.times {
			p := s.draw(r)
			got, err := askAll(p)
			if err != nil {
				t.Errorf("%s %d: %v", s.name, i, err)
				continue
			}
			if what := differs(p, got); what != "" {
				t.Errorf("%s %d: %s", s.name, i, what)
			}
			if got.Infeasible {
				empty++
			}
		}
		if s.rows > 0 && (empty == 0 || empty == s.times) {
			t.Logf("%s: %d of %d have no solution", s.name, empty, s.times)
		}
	}
}

// What nobody would write by hand is answered all the same, or refused.
func TestBoundsOfOddProblems(t *testing.T) {
	for in, want := range map[string]string{
		`{}`: `{"lo":[],"hi":[]}`,
		`{"lo":[],"hi":[],"constraints":[],"ask":[]}`:                                                                        `{"lo":[],"hi":[]}`,
		`{"lo":[0],"hi":[1],"constraints":null,"ask":[0,0]}`:                                                                 `{"lo":[0,0],"hi":[1,1]}`,
		`{"lo":[2],"hi":[1],"constraints":[],"ask":[]}`:                                                                      `{"infeasible":true}`,
		`{"lo":[0],"hi":[1],"constraints":[{"index":[],"coefficient":[],"op":"=","rhs":1}],"ask":[0]}`:                       `{"infeasible":true}`,
		`{"lo":[0],"hi":[1],"constraints":[{"index":[],"coefficient":[],"op":"<=","rhs":1}],"ask":[0]}`:                      `{"lo":[0],"hi":[1]}`,
		`{"lo":[0],"hi":[9],"constraints":[{"index":[0,0],"coefficient":[1,1],"op":"=","rhs":4}],"ask":[0]}`:                 `{"lo":[2],"hi":[2]}`,
		`{"lo":[0],"hi":[9],"constraints":[{"index":[0,0],"coefficient":[1,-1],"op":"=","rhs":0}],"ask":[0]}`:                `{"lo":[0],"hi":[9]}`,
		`{"lo":[0],"hi":[9],"constraints":[{"index":[0],"coefficient":[1e-7],"op":"=","rhs":5e-7}],"ask":[0]}`:               `{"lo":[5],"hi":[5]}`,
		`{"lo":[0],"hi":[9],"constraints":[{"index":[0],"coefficient":[1e9],"op":"=","rhs":5e9}],"ask":[0]}`:                 `{"lo":[5],"hi":[5]}`,
		`{"lo":[0,0],"hi":[1e9,9],"constraints":[{"index":[0,1],"coefficient":[1e-9,1],"op":"=","rhs":5}],"ask":[0,1]}`:      `{"lo":[0,4],"hi":[1000000000,5]}`,
		`{"lo":[-1e30],"hi":[1e30],"constraints":[],"ask":[0]}`:                                                              `{"lo":[null],"hi":[null]}`,
		`{"lo":[0,0,0],"hi":[9,9,9],"constraints":[{"index":[0,1,2],"coefficient":[1,1,1],"op":"=","rhs":0}],"ask":[0,1,2]}`: `{"lo":[0,0,0],"hi":[0,0,0]}`,
		`{"lo":[null,0],"hi":[null,5],"constraints":[{"index":[0,1],"coefficient":[1,-1],"op":">=","rhs":0}],"ask":[0,1]}`:   `{"lo":[0,0],"hi":[null,5]}`,
		`{"lo":[0,0],"hi":[1,1],"constraints":[{"index":[0,1],"coefficient":[1,1],"op":"=","rhs":2.00001}],"ask":[0]}`:       `{"infeasible":true}`,
		`{"lo":[0],"hi":[1],"constraints":[{"index":[0],"coefficient":[1],"op":"==","rhs":0}],"ask":[0]}`:                    "",
		`{"lo":[0],"hi":[1,2],"constraints":[],"ask":[0]}`:                                                                   "",
		`{"lo":[0],"hi":[1],"constraints":[],"ask":[1]}`:                                                                     "",
		`{"lo":[0],"hi":[1],"constraints":[{"index":[1],"coefficient":[1],"op":"=","rhs":0}],"ask":[0]}`:                     "",
		`{"lo":[0],"hi":[1],"constraints":[],"ask":[0]} {}`:                                                                  "",
		`{"lo":[0],"hi":[1],"constraints":[],"ask":[-1]}`:                                                                    "",
	} {
		got, err := Bounds([]byte(in))
		if (err != nil) != (want == "") || err == nil && string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
}

// The largest problem that is asked for by others is answered whole.
func TestBoundsOfLargeProblem(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	large := shape{"large", 200, 150, 1, smallInt(5), smallInt(50), box(-5, 40), 5}
	for range 20 {
		got, err := askAll(large.draw(r))
		if err != nil {
			t.Fatal(err)
		}
		if !got.Infeasible {
			for j := range got.Lo {
				if *got.Lo[j] > *got.Hi[j]+1e-6 {
					t.Errorf("variable %d: from %v to %v", j, *got.Lo[j], *got.Hi[j])
				}
			}
			return
		}
	}
	t.Error("no problem had a solution")
}
