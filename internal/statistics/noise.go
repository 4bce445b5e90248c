package statistics

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Sensitivity is the most that one report can change in all base tables together.
func (p Plan) Sensitivity() int {
	sum := 0
	for i, t := range p.Tables {
		if !t.Base {
			continue
		}
		_, _, most := p.layout.part(slice{p.layout.tables[i].axes[0], p.layout.oneWay(p.layout.tables[i].axes[0])}, func(uint64) bool { return true })
		if p.layout.axes[p.layout.tables[i].axes[0]].count {
			most = 1
		}
		sum += most
	}
	return sum
}

func (l *layout) oneWay(a int) []int {
	for _, b := range l.blocks {
		if b.a == a && b.b < 0 {
			return b.cells
		}
	}
	return nil
}

// ExpectedError is the mean distance between a published number of a base table and the true one, in tenths,
// that the noise of the strict mode alone gives: 2q/(1−q²) for q = exp(−ε/Δ). For rounding it is the mean over
// all remainders.
func (p Plan) ExpectedError() int {
	if p.Mode != ModeDP {
		b := p.Base
		sum := 0
		for rest := range b {
			sum += 2 * rest * (b - rest)
		}
		return (10*sum + b*b/2) / (b * b)
	}
	// exp(−ε/Δ) in whole numbers of 10⁻⁹, by its series for ε/Δ halved until it is below 1
	const one = 1_000_000_000
	num, den := int64(p.Epsilon.P), int64(p.Epsilon.Q)*int64(p.Sensitivity())
	x, halved := num*one/den, 0
	for ; x > one/2; halved++ {
		x /= 2
	}
	q, term := int64(one), int64(one)
	for n := int64(1); n < 20; n++ {
		term = -term * x / one / n
		q += term
	}
	for range halved {
		q = q * q / one
	}
	return int((20*q + (one-q*q/one)/2) / (one - q*q/one))
}

// Noisy is the strict mode: it adds discrete Laplace noise to the base tables and returns a world that comes
// near to them. What follows the noise looks at nothing else, so the guarantee is that of the noise. The ledger
// must refuse a second spending for the same year.
func Noisy(p Plan, c Counts, k Key) (World, error) {
	if p.Mode != ModeDP {
		return World{}, errors.New("adding noise: the plan does not say mode dp")
	}
	if faults := Check(p, c); len(faults) > 0 {
		return World{}, faults
	}
	hash, err := c.hash()
	if err != nil {
		return World{}, fmt.Errorf("adding noise: %w", err)
	}
	l := *p.layout
	l.base = 1
	source := func(stage string) stream {
		return stream{rand.NewChaCha8(k.seed(p.Year, p.streamHash(), hash, 0, stage))}
	}
	target, based := l.noisy(p, c, source("noise"))
	w := newWorld(l.basedOn(based), target)
	s := source("moves")
	if err := w.start(s); err != nil {
		return World{}, fmt.Errorf("adding noise: %w", err)
	}
	w.anneal(s, moves)
	out := w.publish()
	var records []record
	for _, list := range out.Records {
		r, _ := l.read(list)
		records = append(records, r)
	}
	out.Cells = l.tab(records)
	return out, nil
}

// noisy returns what the base tables' cells should become, and which cells these are. The total is the median
// of the sums of single-valued base tables.
func (l *layout) noisy(p Plan, c Counts, s stream) (target []int, based []bool) {
	target, based = make([]int, len(l.ids)), make([]bool, len(l.ids))
	var sums []int
	for i, t := range p.Tables {
		if !t.Base {
			continue
		}
		a := l.tables[i].axes[0]
		sum := 0
		for _, cell := range l.oneWay(a) {
			n := c.cells[l.ids[cell]] + s.laplace(p.Sensitivity()*p.Epsilon.Q, p.Epsilon.P)
			target[cell], based[cell] = max(0, n), true
			sum += n
		}
		if x := l.axes[a]; x.count || !l.dims[x.dim].multi && union(x.sets) == l.dims[x.dim].all {
			sums = append(sums, max(0, sum))
		}
	}
	slices.Sort(sums)
	if len(sums) > 0 {
		target[l.index["*"]] = (sums[(len(sums)-1)/2] + sums[len(sums)/2]) / 2
	}
	based[l.index["*"]] = true
	return target, based
}

// basedOn returns the layout with the cells outside the base tables undeclared, so that their targets count for
// nothing.
func (l *layout) basedOn(based []bool) *layout {
	out := *l
	out.blocks = nil
	for _, b := range l.blocks {
		b.cells = slices.Clone(b.cells)
		for i, c := range b.cells {
			if c >= 0 && !based[c] {
				b.cells[i] = -1
			}
		}
		out.blocks = append(out.blocks, b)
	}
	return &out
}

// laplace draws a whole number with probability proportional to exp(−|n|·s/a): noise of scale a/s. Whole
// numbers only, after Canonne, Kamath and Steinke (2020).
func (s stream) laplace(a, scale int) int {
	for {
		u := s.draw(a)
		if !s.decay(u, a) {
			continue
		}
		v := 0
		for s.decay(1, 1) {
			v++
		}
		n := (u + a*v) / scale
		negative := s.draw(2) == 1
		if negative && n == 0 {
			continue
		}
		if negative {
			return -n
		}
		return n
	}
}

// decay is true with probability exp(−p/q), for 0 ≤ p ≤ q.
func (s stream) decay(p, q int) bool {
	for k := 1; ; k++ {
		if s.draw(q*k) >= p {
			return k%2 == 1
		}
	}
}
