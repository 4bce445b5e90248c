package audit

import (
	"math/bits"
	"slices"
	"sort"
)

// A constraint is Σ times·x ≤ 0, or = 0, over cells.
type constraint struct {
	kind  string // sum, mention, level, count, rule: as the plan's check names them
	cells []int
	times []int
	equal bool
}

// A family is the declared cells of one axis among the reports of one whole cell.
type family struct {
	dim    int
	axis   string
	groups []group
	cells  []int
}

// constraints are everything that holds for any year under the plan. The rest of a cell's parts is its
// context: cells of one dimension in one context are tied to each other and to the context's own cell.
func (p *plan) constraints() []constraint {
	wholes := map[string]int{}            // id of the context's cell
	families := map[string]*family{}      // by context and axis
	order := map[string][]string{"*": {}} // families of each context
	for i, c := range p.cells {
		for k, x := range c.parts {
			context := "*"
			if len(c.parts) == 2 {
				other := c.parts[1-k]
				context = other.axis + ":" + other.group.code
			}
			name := context + " " + x.axis
			if families[name] == nil {
				families[name] = &family{dim: x.dim, axis: x.axis}
				order[context] = append(order[context], name)
			}
			f := families[name]
			f.groups, f.cells = append(f.groups, x.group), append(f.cells, i)
			wholes[context] = p.index[context]
		}
	}
	var all []constraint
	for _, context := range sortedKeys(order) {
		var here []*family
		for _, name := range order[context] {
			here = append(here, families[name])
		}
		for _, f := range here {
			all = append(all, p.parents(f, wholes[context])...)
			for _, g := range here {
				if f != g && f.dim == g.dim {
					all = append(all, p.siblings(f, g)...)
				}
			}
		}
		all = append(all, p.implied(here)...)
	}
	return all
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// less says Σ left ≤ times·Σ right.
func less(kind string, left, right []int, times int) constraint {
	c := constraint{kind: kind}
	for _, i := range left {
		c.cells, c.times = append(c.cells, i), append(c.times, 1)
	}
	for _, i := range right {
		c.cells, c.times = append(c.cells, i), append(c.times, -times)
	}
	return c
}

// choose returns the cells whose groups pass, the leaves they take in, and how many one record can be in.
func (p *plan) choose(f *family, pass func(leaves uint64) bool) (cells []int, leaves uint64, most int) {
	var in []uint64
	for i, g := range f.groups {
		if g.size < 0 && pass(g.leaves) {
			cells, in = append(cells, f.cells[i]), append(in, g.leaves)
			leaves |= g.leaves
		}
	}
	d := p.dims[f.dim]
	var hits []int
	for leaf := range d.codes {
		n := 0
		for _, set := range in {
			n += int(set >> leaf & 1)
		}
		hits = append(hits, n)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(hits)))
	for i := 0; i < d.max && i < len(hits); i++ {
		most += hits[i]
	}
	return cells, leaves, min(most, len(cells))
}

// parents ties a family to the cell of its context.
func (p *plan) parents(f *family, whole int) []constraint {
	d := p.dims[f.dim]
	if f.groups[0].size >= 0 {
		c := less("sum", f.cells, []int{whole}, 1)
		c.equal = true
		return []constraint{c}
	}
	cells, leaves, most := p.choose(f, func(uint64) bool { return true })
	kind := "mention"
	if d.single() {
		kind = "sum"
	}
	full := d.min == 1 && bits.OnesCount64(leaves) == len(d.codes)
	upper := less(kind, cells, []int{whole}, most)
	upper.equal = full && most == 1
	all := []constraint{upper}
	if full && !upper.equal {
		all = append(all, less(kind, []int{whole}, cells, 1))
	}
	for _, i := range cells {
		if most > 1 {
			all = append(all, less(kind, []int{i}, []int{whole}, 1))
		}
	}
	return all
}

// siblings ties a family to each group of another one of the same dimension.
func (p *plan) siblings(f, g *family) []constraint {
	if f.groups[0].size >= 0 {
		return nil
	}
	if g.groups[0].size >= 0 {
		return p.numbers(f, g)
	}
	var all []constraint
	for i, wide := range g.groups {
		whole := g.cells[i : i+1]
		inside, _, most := p.choose(f, func(set uint64) bool { return set&^wide.leaves == 0 })
		if len(inside) > 0 {
			all = append(all, less("level", inside, whole, most))
		}
		for _, c := range inside {
			if most > 1 {
				all = append(all, less("level", []int{c}, whole, 1))
			}
		}
		cover, leaves, _ := p.choose(f, func(set uint64) bool { return set&wide.leaves != 0 })
		if wide.leaves&^leaves == 0 {
			all = append(all, less("level", whole, cover, 1))
		}
	}
	return all
}

// numbers ties mentions of leaves to how many codes reports have.
func (p *plan) numbers(f, count *family) []constraint {
	if f.axis != p.dims[f.dim].id {
		return nil
	}
	c := less("count", f.cells, nil, 1)
	for i, g := range count.groups {
		if g.size > 0 {
			c.cells, c.times = append(c.cells, count.cells[i]), append(c.times, -g.size)
		}
	}
	c.equal = len(f.cells) == len(p.dims[f.dim].codes)
	return []constraint{c}
}

// implied turns the plan's rules into constraints between the families of one context.
func (p *plan) implied(here []*family) []constraint {
	var all []constraint
	for _, r := range p.rules {
		for _, f := range here {
			if f.dim != r.given || f.groups[0].size >= 0 {
				continue
			}
			left, _, most := p.choose(f, func(set uint64) bool { return set&^r.givenSet == 0 })
			for _, g := range here {
				if g.dim != r.then || g.groups[0].size >= 0 || len(left) == 0 {
					continue
				}
				right, leaves, _ := p.choose(g, func(set uint64) bool { return set&r.thenSet != 0 })
				if r.thenSet&^leaves != 0 {
					continue
				}
				all = append(all, less("rule", left, right, most))
				for _, c := range left {
					if most > 1 {
						all = append(all, less("rule", []int{c}, right, 1))
					}
				}
			}
		}
	}
	return all
}

// legal says whether a record obeys sizes and rules.
func (p *plan) legal(r []uint64) bool {
	for i, d := range p.dims {
		if n := bits.OnesCount64(r[i]); n < d.min || n > d.max || r[i]>>len(d.codes) != 0 {
			return false
		}
	}
	return !slices.ContainsFunc(p.rules, func(k rule) bool { return r[k.given]&k.givenSet != 0 && r[k.then]&k.thenSet == 0 })
}

// broken names the constraints that numbers break.
func broken(all []constraint, x []int) []constraint {
	var out []constraint
	for _, c := range all {
		sum := 0
		for k, i := range c.cells {
			sum += c.times[k] * x[i]
		}
		if sum > 0 || c.equal && sum != 0 {
			out = append(out, c)
		}
	}
	return out
}

const maxPasses = 2000

// propagate narrows the bounds of whole numbers until nothing changes. It returns the index of a constraint
// that cannot hold, or −1. Which constraint last narrowed each end is kept in why.
func propagate(all []constraint, lo, hi []int, why [][2]int) int {
	for range maxPasses {
		changed := false
		for n, c := range all {
			for _, sign := range []int{1, -1} {
				if sign < 0 && !c.equal {
					break
				}
				narrowed, possible := tighten(c, sign, lo, hi, why, n)
				if !possible {
					return n
				}
				changed = changed || narrowed
			}
		}
		if !changed {
			break
		}
	}
	return -1
}

// tighten reads the constraint as Σ sign·times·x ≤ 0. What it narrows is not what the least sum is made of.
func tighten(c constraint, sign int, lo, hi []int, why [][2]int, n int) (changed, possible bool) {
	least := 0
	for k, i := range c.cells {
		if t := sign * c.times[k]; t > 0 {
			least += t * lo[i]
		} else {
			least += t * hi[i]
		}
	}
	if least > 0 {
		return false, false
	}
	for k, i := range c.cells {
		t := sign * c.times[k]
		if t > 0 {
			if most := lo[i] + -least/t; most < hi[i] {
				hi[i], why[i][1], changed = most, n, true
			}
		} else if least2 := hi[i] - -least/-t; least2 > lo[i] {
			lo[i], why[i][0], changed = least2, n, true
		}
		if lo[i] > hi[i] {
			return changed, false
		}
	}
	return changed, true
}
