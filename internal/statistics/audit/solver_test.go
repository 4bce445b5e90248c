package audit

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
)

// The answers in testdata/bounds.json were given by another solver: GLPK 5.0, its simplex in fractions. The
// problems of the kinds "wide", "switches" and "units" have coefficients between 1 and 10⁹ in one row or more.
func TestBoundsOfAnotherSolver(t *testing.T) {
	text, err := os.ReadFile("testdata/bounds.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Kind    string
		Problem json.RawMessage
		Answer  asked
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	same := func(a, b *float64) bool {
		if a == nil || b == nil {
			return a == b
		}
		return math.Abs(*a-*b) <= 1e-7*(1+math.Abs(*b))
	}
	ranges := 0
	for i, c := range all {
		answer, err := Bounds(c.Problem)
		if err != nil {
			t.Errorf("%d, %s: %v", i, c.Kind, err)
			continue
		}
		var got asked
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}
		if got.Infeasible != c.Answer.Infeasible || len(got.Lo) != len(c.Answer.Lo) {
			t.Errorf("%d, %s: got %s, want %+v", i, c.Kind, answer, c.Answer)
			continue
		}
		for k := range got.Lo {
			ranges++
			if !same(got.Lo[k], c.Answer.Lo[k]) || !same(got.Hi[k], c.Answer.Hi[k]) {
				t.Errorf("%d, %s: got %s, and number %d differs", i, c.Kind, answer, k)
			}
		}
	}
	if ranges < 150 {
		t.Errorf("only %d ranges were compared", ranges)
	}
}

// What floating point cannot prove is computed in fractions, within the work that is left.
func TestFractionsTakeOver(t *testing.T) {
	rough := linear{lo: []float64{0, 0}, hi: []float64{1e9, 1e9}, rows: []row{
		{[]int{0, 1}, []float64{1, 1e9}, "<=", 1e9},
		{[]int{0, 1}, []float64{1e9, 1}, "<=", 1e9},
		{[]int{0, 1}, []float64{1, -1}, "=", 0},
	}}
	work := mostWork
	v := solver{from: rough, work: &work}
	if err := v.fractions(); err != nil {
		t.Fatal(err)
	}
	lo, hi, err := v.span(0)
	if want := 1e9 / (1e9 + 1); err != nil || lo != 0 || hi != want {
		t.Errorf("got %v…%v %v, want 0…%v", lo, hi, err, want)
	}
	work = 10
	enough := mostWork
	if _, err := newRational(linear{lo: []float64{0}, hi: []float64{9}, rows: []row{{[]int{0}, []float64{1}, ">=", 3}}}, 0, &work); !errors.Is(err, errWork) {
		t.Errorf("got %v, want %v", err, errWork)
	}
	if _, err := newRational(linear{lo: []float64{0}, hi: []float64{9}, rows: []row{{[]int{0}, []float64{1}, ">=", 10}}}, 0, &enough); !errors.Is(err, errEmpty) {
		t.Errorf("got %v, want %v", err, errEmpty)
	}
}
