package audit

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// randomLinear makes a small problem with whole coefficients and bounds.
func randomLinear(rng *rand.Rand, n, m int) linear {
	var p linear
	for range n {
		lo := float64(rng.IntN(9) - 4)
		p.lo, p.hi = append(p.lo, lo), append(p.hi, lo+float64(rng.IntN(10)))
	}
	for range m {
		r := row{op: []string{"<=", "=", ">=", "<="}[rng.IntN(4)], right: float64(rng.IntN(21) - 8)}
		for j := range n {
			if rng.IntN(3) > 0 {
				r.index, r.coefficient = append(r.index, j), append(r.coefficient, float64(rng.IntN(11)-5))
			}
		}
		p.rows = append(p.rows, r)
	}
	return p
}

// vertices returns the least and greatest value of each variable over all corners, in exact fractions, by
// trying every choice of n tight rows and bounds.
func vertices(p linear) (lo, hi []*big.Rat) {
	n := len(p.lo)
	var planes [][]*big.Rat // n coefficients and a right side
	plane := func(right float64) []*big.Rat {
		v := make([]*big.Rat, n+1)
		for i := range v {
			v[i] = new(big.Rat)
		}
		v[n].SetFloat64(right)
		return v
	}
	for _, r := range p.rows {
		v := plane(r.right)
		for k, j := range r.index {
			v[j].SetFloat64(r.coefficient[k])
		}
		planes = append(planes, v)
	}
	for j := range n {
		for _, bound := range []float64{p.lo[j], p.hi[j]} {
			v := plane(bound)
			v[j].SetInt64(1)
			planes = append(planes, v)
		}
	}
	lo, hi = make([]*big.Rat, n), make([]*big.Rat, n)
	chosen := []int{}
	var walk func(from int)
	walk = func(from int) {
		if len(chosen) == n {
			if x := intersect(planes, chosen, n); x != nil && inside(p, x) {
				for j := range x {
					if lo[j] == nil || x[j].Cmp(lo[j]) < 0 {
						lo[j] = x[j]
					}
					if hi[j] == nil || x[j].Cmp(hi[j]) > 0 {
						hi[j] = x[j]
					}
				}
			}
			return
		}
		for i := from; i < len(planes); i++ {
			chosen = append(chosen, i)
			walk(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	walk(0)
	return lo, hi
}

func intersect(planes [][]*big.Rat, chosen []int, n int) []*big.Rat {
	var a [][]*big.Rat
	for _, i := range chosen {
		line := make([]*big.Rat, n+1)
		for j := range line {
			line[j] = new(big.Rat).Set(planes[i][j])
		}
		a = append(a, line)
	}
	for c := range n {
		pivot := c
		for pivot < n && a[pivot][c].Sign() == 0 {
			pivot++
		}
		if pivot == n {
			return nil
		}
		a[c], a[pivot] = a[pivot], a[c]
		for r := range n {
			if r == c || a[r][c].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(a[r][c], a[c][c])
			for k := c; k <= n; k++ {
				a[r][k].Sub(a[r][k], new(big.Rat).Mul(f, a[c][k]))
			}
		}
	}
	x := make([]*big.Rat, n)
	for j := range x {
		x[j] = new(big.Rat).Quo(a[j][n], a[j][j])
	}
	return x
}

func inside(p linear, x []*big.Rat) bool {
	for j := range x {
		if x[j].Cmp(new(big.Rat).SetFloat64(p.lo[j])) < 0 || x[j].Cmp(new(big.Rat).SetFloat64(p.hi[j])) > 0 {
			return false
		}
	}
	for _, r := range p.rows {
		sum := new(big.Rat)
		for k, j := range r.index {
			sum.Add(sum, new(big.Rat).Mul(new(big.Rat).SetFloat64(r.coefficient[k]), x[j]))
		}
		c := sum.Cmp(new(big.Rat).SetFloat64(r.right))
		if r.op != ">=" && c > 0 || r.op != "<=" && c < 0 {
			return false
		}
	}
	return true
}

// The solver's bounds are those of all corners, found in exact fractions.
func TestSimplexAgainstCorners(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	feasible, empty := 0, 0
	for range 500 {
		p := randomLinear(rng, 1+rng.IntN(4), rng.IntN(5))
		lo, hi := vertices(p)
		work := mostWork
		v := solver{from: p, work: &work}
		for j := range p.lo {
			low, high, err := v.span(j)
			if lo[j] == nil {
				if !errors.Is(err, errEmpty) {
					t.Fatalf("%+v: no corner, the solver says %v…%v %v", p, low, high, err)
				}
				empty++
				continue
			}
			wantLow, _ := lo[j].Float64()
			wantHigh, _ := hi[j].Float64()
			if err != nil || math.Abs(low-wantLow) > 1e-7 || math.Abs(high-wantHigh) > 1e-7 {
				t.Fatalf("%+v: variable %d: got %v…%v %v, want %v…%v", p, j, low, high, err, wantLow, wantHigh)
			}
			feasible++
		}
	}
	if feasible < 400 || empty < 100 {
		t.Errorf("%d ranges and %d empty ones are too few to say anything", feasible, empty)
	}
	t.Logf("%d ranges equal, %d empty", feasible, empty)
}

// Larger problems: each optimum is certified from the problem as given, by the dual bound (weak duality).
func TestSimplexDuality(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	solved := 0
	for range 60 {
		n, m := 30+rng.IntN(60), 20+rng.IntN(50)
		p := randomLinear(rng, n, 0)
		inner := make([]float64, n)
		for j := range inner {
			inner[j] = p.lo[j] + (p.hi[j]-p.lo[j])*float64(rng.IntN(11))/10
		}
		for range m { // rows that a known point obeys
			r := row{op: []string{"<=", "=", ">="}[rng.IntN(3)]}
			for j := range n {
				if rng.IntN(8) == 0 {
					c := float64(rng.IntN(7) - 3)
					r.index, r.coefficient, r.right = append(r.index, j), append(r.coefficient, c), r.right+c*inner[j]
				}
			}
			p.rows = append(p.rows, r)
		}
		work := mostWork
		v := solver{from: p, work: &work}
		objective := make([]float64, n)
		for j := range objective {
			objective[j] = float64(rng.IntN(9) - 4)
		}
		if err := v.feasible(); err != nil {
			t.Fatal(err)
		}
		got, err := v.s.least(objective)
		if err != nil {
			t.Fatal(err)
		}
		if bound := dualBound(v.s, objective); math.Abs(got-bound) > 1e-5*(1+math.Abs(got)) {
			t.Fatalf("found %v, the dual allows %v", got, bound)
		}
		solved++
	}
	t.Logf("%d optima certified", solved)
}

// dualBound is what the row prices prove: no solution can have a smaller objective.
func dualBound(s *simplex, objective []float64) float64 {
	p := s.from
	n := len(p.lo)
	rest := append([]float64{}, objective...)
	bound := 0.0
	size := 0.0
	for j, c := range objective {
		size = max(size, math.Abs(c*s.cols[j]))
	}
	for i, r := range p.rows {
		price := -s.cost[n+i] * s.rows[i] * size
		if r.op == "<=" {
			price = min(price, 0)
		}
		if r.op == ">=" {
			price = max(price, 0)
		}
		bound += price * r.right
		for k, j := range r.index {
			rest[j] -= price * r.coefficient[k]
		}
	}
	for j, d := range rest {
		bound += min(d*p.lo[j], d*p.hi[j])
	}
	return bound
}

// Bounds propagation never cuts off a whole-number solution.
func TestPropagationAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		n := 2 + rng.IntN(3)
		lo, hi := make([]int, n), make([]int, n)
		for i := range lo {
			lo[i] = rng.IntN(3)
			hi[i] = lo[i] + rng.IntN(4)
		}
		var all []constraint
		for range 1 + rng.IntN(3) {
			c := constraint{equal: rng.IntN(2) == 0}
			for i := range n {
				if k := rng.IntN(5) - 2; k != 0 {
					c.cells, c.times = append(c.cells, i), append(c.times, k)
				}
			}
			all = append(all, c)
		}
		outLo, outHi := append([]int{}, lo...), append([]int{}, hi...)
		at := propagate(all, outLo, outHi, make([][2]int, n))
		x := append([]int{}, lo...)
		for {
			if len(broken(all, x)) == 0 {
				if at >= 0 {
					t.Fatalf("%v is a solution of %+v", x, all)
				}
				for i := range x {
					if x[i] < outLo[i] || x[i] > outHi[i] {
						t.Fatalf("%v was cut off: %v…%v", x, outLo, outHi)
					}
				}
			}
			i := 0
			for i < n && x[i] == hi[i] {
				x[i] = lo[i]
				i++
			}
			if i == n {
				break
			}
			x[i]++
		}
	}
}

func TestBoundsOfProblems(t *testing.T) {
	for _, c := range []struct{ problem, want string }{
		{`{"lo":[0,0],"hi":[10,null],"constraints":[{"index":[0,1],"coefficient":[1,1],"op":"<=","rhs":5}],"ask":[1,0]}`, `{"lo":[0,0],"hi":[5,5]}`},
		{`{"lo":[0],"hi":[1],"constraints":[{"index":[0],"coefficient":[1],"op":">=","rhs":2}],"ask":[0]}`, `{"infeasible":true}`},
		{`{"lo":[2],"hi":[1],"constraints":[],"ask":[0]}`, `{"infeasible":true}`},
		{`{"lo":[null,0],"hi":[null,1e30],"constraints":[{"index":[0,1],"coefficient":[1,-2],"op":"=","rhs":1}],"ask":[0,1]}`, `{"lo":[1,0],"hi":[null,null]}`},
		{`{"lo":[0],"hi":[3],"constraints":[],"ask":[]}`, `{"lo":[],"hi":[]}`},
		{`{"lo":[0,0],"hi":[4,4],"constraints":[{"index":[0,0,1],"coefficient":[1,1,1],"op":"=","rhs":3}],"ask":[0,1]}`, `{"lo":[0,0],"hi":[1.5,3]}`},
	} {
		got, err := Bounds([]byte(c.problem))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s %v, want %s", c.problem, got, err, c.want)
		}
	}
	for _, bad := range []string{``, `{}x`, `{"lo":[0],"hi":[]}`, `{"lo":[0],"hi":[1],"ask":[1]}`, `{"lo":[0],"hi":[1],"constraints":[{"index":[1],"coefficient":[1],"op":"=","rhs":0}],"ask":[0]}`, `{"lo":[0],"hi":[1],"constraints":[{"index":[0],"coefficient":[1],"op":"<","rhs":0}],"ask":[0]}`, `{"x":1}`} {
		if _, err := Bounds([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func FuzzBounds(f *testing.F) {
	f.Add([]byte(`{"lo":[0,0],"hi":[10,null],"constraints":[{"index":[0,1],"coefficient":[1,1],"op":"<=","rhs":5}],"ask":[1,0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 2000 {
			return
		}
		if got, err := Bounds(text); err == nil && !json.Valid(got) {
			t.Errorf("answer is not JSON: %s", got)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2,"\u00e4\n",true,{}],"b":"\ud83d\ude00"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := parse(text)
		if err != nil {
			return
		}
		once := write(nil, v)
		again, err := parse(once)
		if err != nil || string(write(nil, again)) != string(once) {
			t.Errorf("%q is written as %q: %v", text, once, err)
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add([]byte(`{"base":3,"cells":{"*":60,"a:x":60},"dropped":[],"mode":"joint","plan":{"dims":[{"codes":["x"],"id":"a","max":1,"min":1}],"tables":[{"dims":["a"],"id":"t"}],"year":2027},"planHash":"","tolerance":2,"world":{"records":[[0]],"weight":3},"year":2027}`), []byte(`[{"year":2027,"cell":"*","lo":60,"hi":60,"source":"x"}]`))
	f.Fuzz(func(t *testing.T, bundle, known []byte) {
		r, err := Bundle(bundle, known)
		if err == nil && r.Verdict == Safe && len(r.Subjects) != 1 {
			t.Error("nothing was read and all is safe")
		}
	})
}
