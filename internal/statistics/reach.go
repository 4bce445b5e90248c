package statistics

import (
	"errors"
	"fmt"
	"math/bits"
)

// checkReach finds codes and cells that no legal record can have: the proof of the method needs one for each.
func (l *layout) checkReach() error {
	var faults []error
	for i, d := range l.dims {
		for leaf := range d.codes {
			if !l.reach(func(r record, _, _ []int) { r[i] |= 1 << leaf }) {
				faults = append(faults, fmt.Errorf("code %q of %q cannot occur", d.codes[leaf], d.id))
			}
		}
	}
	for _, b := range l.blocks {
		for i := range l.axes[b.a].codes {
			for j := range b.wide {
				if c := b.cells[i*b.wide+j]; c >= 0 && !l.reachCell(b, i, j) {
					faults = append(faults, fmt.Errorf("cell %q cannot occur", l.ids[c]))
				}
			}
		}
	}
	return errors.Join(faults...)
}

// reachCell tries the leaves behind a cell's codes until a legal record has them.
func (l *layout) reachCell(b block, i, j int) bool {
	first := l.demands(b.a, i)
	second := []func(record, []int, []int){func(record, []int, []int) {}}
	if b.b >= 0 {
		second = l.demands(b.b, j)
	}
	for _, f := range first {
		for _, g := range second {
			if l.reach(func(r record, low, high []int) { f(r, low, high); g(r, low, high) }) {
				return true
			}
		}
	}
	return false
}

// demands are the ways in which a record can belong to a code of an axis.
func (l *layout) demands(a, code int) []func(record, []int, []int) {
	x := l.axes[a]
	if x.count {
		n := l.dims[x.dim].min + code
		return []func(record, []int, []int){func(_ record, low, high []int) { low[x.dim], high[x.dim] = n, n }}
	}
	var ways []func(record, []int, []int)
	for set := x.sets[code]; set != 0; set &= set - 1 {
		leaf := set & -set
		ways = append(ways, func(r record, _, _ []int) { r[x.dim] |= leaf })
	}
	return ways
}

func (l *layout) reach(demand func(r record, low, high []int)) bool {
	r := make(record, len(l.dims))
	low, high := make([]int, len(l.dims)), make([]int, len(l.dims))
	for i, d := range l.dims {
		low[i], high[i] = d.min, d.max
	}
	demand(r, low, high)
	budget := 20_000
	return l.complete(r, low, high, &budget)
}

// complete fills a record until sizes and rules hold; it tries every way, within its budget.
func (l *layout) complete(r record, low, high []int, budget *int) bool {
	if *budget--; *budget < 0 {
		return false
	}
	for _, k := range l.rules {
		if r[k.ifDim]&k.ifSet != 0 && r[k.thenDim]&k.thenSet == 0 {
			return l.extend(r, k.thenDim, k.thenSet, low, high, budget)
		}
	}
	for i, d := range l.dims {
		if bits.OnesCount64(r[i]) < low[i] {
			return l.extend(r, i, d.all, low, high, budget)
		}
	}
	return true
}

func (l *layout) extend(r record, dim int, from uint64, low, high []int, budget *int) bool {
	if bits.OnesCount64(r[dim]) >= high[dim] {
		return false
	}
	for set := from &^ r[dim]; set != 0; set &= set - 1 {
		leaf := set & -set
		r[dim] |= leaf
		if l.complete(r, low, high, budget) {
			return true
		}
		r[dim] &^= leaf
	}
	return false
}
