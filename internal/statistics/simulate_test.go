package statistics

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// simulate draws reports of an invented year: skewed codes, and a mild pull of each property on the next one.
func simulate(l *layout, n int, rng *rand.Rand) []record {
	weights := make([][]float64, len(l.dims))
	for d, dim := range l.dims {
		for range dim.codes {
			weights[d] = append(weights[d], rng.ExpFloat64()+0.02)
		}
	}
	records := make([]record, 0, n)
	for len(records) < n {
		r := make(record, len(l.dims))
		pull := rng.IntN(7)
		for d, dim := range l.dims {
			size := 1
			if dim.multi {
				size = dim.min
				for size < dim.max && rng.IntN(100) < 35 {
					size++
				}
			}
			for bits.OnesCount64(r[d]) < size {
				if rng.IntN(4) == 0 {
					r[d] |= 1 << (pull % len(dim.codes))
				} else {
					r[d] |= 1 << pick(weights[d], rng)
				}
			}
		}
		low, high := make([]int, len(r)), make([]int, len(r))
		for d, dim := range l.dims {
			low[d], high[d] = dim.min, dim.max
		}
		budget := 300
		if l.complete(r, low, high, &budget) && l.legal(r) {
			records = append(records, r)
		}
	}
	return records
}

func pick(weights []float64, rng *rand.Rand) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	u := rng.Float64() * sum
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// simulated returns counts of n invented reports.
func simulated(p Plan, n int, rng *rand.Rand) Counts {
	counts := map[string]int{}
	for i, c := range p.layout.tab(simulate(p.layout, n, rng)) {
		counts[p.layout.ids[i]] = c
	}
	return countsOf(p, counts)
}

func mustKey(t testing.TB, n byte) Key {
	t.Helper()
	k, err := NewKey(seedOf(n), []byte("a key file of the office, for tests"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}
