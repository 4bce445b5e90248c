package audit

import "math"

const (
	relative = 1e-9 // how far a row may be off, against its largest term
	gap      = 1e-8 // how far an optimum may be from what the row prices prove
)

// scales returns what to multiply each row and each variable's column with so that coefficients come near 1.
// Powers of two change no digit.
func (p linear) scales() (rows, cols []float64) {
	rows, cols = make([]float64, len(p.rows)), make([]float64, len(p.lo))
	for i := range rows {
		rows[i] = 1
	}
	for j := range cols {
		cols[j] = 1
	}
	for range 6 {
		least, most := make([]float64, len(cols)), make([]float64, len(cols))
		for i, r := range p.rows {
			var l, h float64
			for k, j := range r.index {
				spread(&l, &h, r.coefficient[k]*cols[j])
			}
			rows[i] = middle(l, h)
			for k, j := range r.index {
				spread(&least[j], &most[j], r.coefficient[k]*rows[i])
			}
		}
		for j := range cols {
			cols[j] = middle(least[j], most[j])
		}
	}
	return rows, cols
}

func spread(least, most *float64, a float64) {
	if a = math.Abs(a); a == 0 {
		return
	}
	if *least == 0 || a < *least {
		*least = a
	}
	*most = max(*most, a)
}

// middle is a power of two near 1/√(least·most).
func middle(least, most float64) float64 {
	if least == 0 {
		return 1
	}
	return math.Exp2(-math.Round((math.Log2(least) + math.Log2(most)) / 2))
}

// A dot is a sum of products in twice the usual precision.
type dot struct{ high, low, size float64 }

func (d *dot) add(a, b float64) {
	p := a * b
	sum := d.high + p
	z := sum - d.high
	d.low += d.high - (sum - z) + (p - z) + math.FMA(a, b, -p)
	d.high = sum
	d.size = max(d.size, math.Abs(p))
}

func (d *dot) value() float64 { return d.high + d.low }

// result is the value of a variable as the problem was given.
func (s *simplex) result(j int) float64 { return s.at(j) * s.cols[j] }

// check holds the solution against the rows and bounds as they were given.
func (s *simplex) check() error {
	for j, lo := range s.from.lo {
		x := s.result(j)
		if off := relative * (s.cols[j] + math.Abs(x)); x < lo-off || x > s.from.hi[j]+off {
			return errNumbers
		}
	}
	for i, r := range s.from.rows {
		var sum dot
		sum.add(r.right, -1)
		for k, j := range r.index {
			sum.add(r.coefficient[k], s.result(j))
		}
		over, off := sum.value(), relative*(1/s.rows[i]+sum.size)
		if r.op != ">=" && over > off || r.op != "<=" && over < -off {
			return errNumbers
		}
	}
	return nil
}

// proves returns a number that no solution's objective can be below, by the prices of the rows (weak duality),
// and the size of what was added up for it. The objective is that of the variables as they were given.
func (s *simplex) proves(objective []float64, times float64) (bound, size float64) {
	n := len(s.from.lo)
	var all dot
	rest := make([]dot, n)
	for j, c := range objective {
		rest[j].add(c, 1)
	}
	for i, r := range s.from.rows {
		price := -s.cost[n+i] * s.rows[i] * times
		if r.op == "<=" {
			price = min(price, 0)
		}
		if r.op == ">=" {
			price = max(price, 0)
		}
		if price == 0 {
			continue
		}
		all.add(price, r.right)
		for k, j := range r.index {
			rest[j].add(-price, r.coefficient[k])
		}
	}
	noise := 0.0 // of the last digits
	for j := range rest {
		noise = max(noise, relative*rest[j].size*s.cols[j])
	}
	for j := range rest {
		d, at := rest[j].value(), s.from.lo[j]
		if d < 0 {
			at = s.from.hi[j]
		}
		if math.IsInf(at, 0) {
			if math.Abs(d)*s.cols[j] <= noise {
				continue
			}
			return math.Inf(-1), math.Inf(1)
		}
		if d != 0 {
			all.add(d, at)
		}
	}
	return all.value(), all.size
}

// provesEmpty says whether the prices of phase one show that no solution exists.
func (s *simplex) provesEmpty() bool {
	bound, size := s.proves(nil, 1)
	return bound > 10*relative*size
}

// provesRay says whether the solution can move on for ever along a column.
func (s *simplex) provesRay(j int, sign float64) bool {
	n := len(s.from.lo)
	ray := make([]float64, n)
	if j < n {
		ray[j] = sign * s.cols[j]
	}
	for i, b := range s.basis {
		if b < n {
			ray[b] = -sign * s.table[i][j] * s.cols[b]
		}
	}
	for k, d := range ray {
		if noise := relative * s.cols[k]; d > noise && !math.IsInf(s.from.hi[k], 1) || d < -noise && !math.IsInf(s.from.lo[k], -1) {
			return false
		}
	}
	for i, r := range s.from.rows {
		var sum dot
		for k, c := range r.index {
			sum.add(r.coefficient[k], ray[c])
		}
		over, off := sum.value(), relative*(1/s.rows[i]+sum.size)
		if r.op != ">=" && over > off || r.op != "<=" && over < -off {
			return false
		}
	}
	return true
}
