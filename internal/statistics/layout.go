package statistics

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// A layout is a plan made ready to count with: leaves are bits, cells are numbers.
type layout struct {
	base   int
	dims   []dimension
	axes   []axis
	blocks []block
	rules  []rule
	ids    []string // cells in byte order
	index  map[string]int
	byDim  [][]int // blocks that a dimension takes part in
	tables []tableView
}

type dimension struct {
	id       string
	codes    []string
	min, max int
	multi    bool
	all      uint64 // every leaf
}

// An axis is one way of reading a dimension: its leaves, a level, or how many codes there are.
type axis struct {
	id     string // ground, ground@eu, ground.count
	dim    int
	count  bool
	codes  []string
	sets   []uint64 // leaves of each code; nil for count
	groups []uint64 // for each leaf the codes it belongs to
}

// A block is the cells of one axis, or of two crossed.
type block struct {
	a, b  int // axes; b is -1 for one
	wide  int // codes of b, or 1
	cells []int
}

type rule struct {
	ifDim, thenDim int
	ifSet, thenSet uint64
}

// A tableView is a declared table: where its numbers stand.
type tableView struct {
	id   string
	axes []int
	of   int // cell of the base, "*" unless the table shows one group's leaves
	only uint64
}

// A record has for each dimension the set of its leaves.
type record []uint64

func newLayout(p Plan) (*layout, error) {
	l := &layout{base: p.Base, index: map[string]int{}}
	for _, d := range p.Dims {
		l.dims = append(l.dims, dimension{d.ID, d.Codes, d.Min, min(d.Max, len(d.Codes)), d.multi(), ^uint64(0) >> (64 - len(d.Codes))})
	}
	for i := range p.Dims {
		l.addAxes(i, p.Dims[i])
	}
	for _, r := range p.Rules {
		i, j := l.dim(r.If.Dim), l.dim(r.Then.Dim)
		l.rules = append(l.rules, rule{i, j, leafSet(p.Dims[i].Codes, r.If.Codes), leafSet(p.Dims[j].Codes, r.Then.Codes)})
	}
	cells := map[string]bool{"*": true}
	var faults []error
	for _, t := range p.Tables {
		if err := l.addTable(t, cells); err != nil {
			faults = append(faults, fmt.Errorf("table %q: %w", t.ID, err))
		}
	}
	if len(cells) > maxCells {
		faults = append(faults, fmt.Errorf("plan has %d cells, at most %d", len(cells), maxCells))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	for id := range cells {
		l.ids = append(l.ids, id)
	}
	slices.Sort(l.ids)
	for i, id := range l.ids {
		l.index[id] = i
	}
	l.addBlocks()
	for i, t := range p.Tables {
		if t.Of != "" {
			l.tables[i].of = l.index[t.Of]
		}
	}
	return l, l.checkReach()
}

func (l *layout) dim(id string) int {
	return slices.IndexFunc(l.dims, func(d dimension) bool { return d.id == id })
}

func (l *layout) axis(id string) int {
	return slices.IndexFunc(l.axes, func(a axis) bool { return a.id == id })
}

func leafSet(codes, some []string) uint64 {
	var set uint64
	for _, c := range some {
		set |= 1 << slices.Index(codes, c)
	}
	return set
}

func (l *layout) addAxes(dim int, d Dim) {
	leaves := axis{id: d.ID, dim: dim, codes: d.Codes}
	for i := range d.Codes {
		leaves.sets = append(leaves.sets, 1<<i)
	}
	all := []axis{leaves}
	for name, groups := range d.Levels {
		a := axis{id: d.ID + "@" + name, dim: dim}
		for _, g := range groups {
			a.codes = append(a.codes, g.Code)
			a.sets = append(a.sets, leafSet(d.Codes, g.Of))
		}
		all = append(all, a)
	}
	if d.multi() {
		a := axis{id: d.ID + ".count", dim: dim, count: true}
		for n := d.Min; n <= l.dims[dim].max; n++ {
			a.codes = append(a.codes, strconv.Itoa(n))
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b axis) int { return strings.Compare(a.id, b.id) })
	for _, a := range all {
		a.groups = make([]uint64, len(d.Codes))
		for code, set := range a.sets {
			for leaf := range d.Codes {
				a.groups[leaf] |= set >> leaf & 1 << code
			}
		}
		l.axes = append(l.axes, a)
	}
}

// codesOf returns the codes of the axis that a set of leaves belongs to.
func (l *layout) codesOf(a *axis, set uint64) uint64 {
	if a.count {
		return 1 << (bits.OnesCount64(set) - l.dims[a.dim].min)
	}
	var codes uint64
	for ; set != 0; set &= set - 1 {
		codes |= a.groups[bits.TrailingZeros64(set)]
	}
	return codes
}

func (l *layout) addTable(t Table, cells map[string]bool) error {
	v := tableView{id: t.ID, only: ^uint64(0)}
	many := 0
	for _, id := range t.Dims {
		i := l.axis(id)
		if i < 0 {
			return fmt.Errorf("no axis %q", id)
		}
		v.axes = append(v.axes, i)
		if l.dims[l.axes[i].dim].multi && !l.axes[i].count {
			many++
		}
	}
	if len(v.axes) == 2 {
		if l.axes[v.axes[0]].dim == l.axes[v.axes[1]].dim {
			return errors.New("both axes are of the same dimension")
		}
		if many > 1 {
			return errors.New("both dimensions have several codes a report")
		}
		if l.axes[v.axes[0]].dim > l.axes[v.axes[1]].dim {
			slices.Reverse(v.axes)
		}
	}
	if t.Of != "" {
		if err := l.restrict(&v, t.Of); err != nil {
			return err
		}
		cells[t.Of] = true
	}
	for _, i := range v.axes {
		for j := range l.axes[i].codes {
			if v.only>>j&1 == 1 || len(v.axes) == 2 {
				cells[l.id(i, j)] = true
			}
		}
	}
	if len(v.axes) == 2 {
		for j := range l.axes[v.axes[0]].codes {
			for k := range l.axes[v.axes[1]].codes {
				cells[l.id(v.axes[0], j)+"|"+l.id(v.axes[1], k)] = true
			}
		}
	}
	l.tables = append(l.tables, v)
	return nil
}

// restrict narrows a one-way table of leaves to those of one group.
func (l *layout) restrict(v *tableView, of string) error {
	name, code, _ := strings.Cut(of, ":")
	i := l.axis(name)
	if i < 0 || len(v.axes) != 1 || l.axes[i].count || l.axes[i].dim != l.axes[v.axes[0]].dim || !strings.Contains(name, "@") {
		return errors.New("of: want one dimension and a group of it")
	}
	j := slices.Index(l.axes[i].codes, code)
	if j < 0 || strings.ContainsAny(l.axes[v.axes[0]].id, "@.") {
		return errors.New("of: want one of the groups, and leaves as dimension")
	}
	v.only = l.axes[i].sets[j]
	return nil
}

func (l *layout) id(axis, code int) string { return l.axes[axis].id + ":" + l.axes[axis].codes[code] }

// addBlocks finds every axis and pair of axes of which cells are declared.
func (l *layout) addBlocks() {
	l.byDim = make([][]int, len(l.dims))
	seen := map[[2]int]bool{}
	add := func(a, b int) {
		if seen[[2]int{a, b}] {
			return
		}
		seen[[2]int{a, b}] = true
		k := block{a: a, b: b, wide: 1}
		if b >= 0 {
			k.wide = len(l.axes[b].codes)
		}
		for i := range l.axes[a].codes {
			for j := range k.wide {
				id := l.id(a, i)
				if b >= 0 {
					id += "|" + l.id(b, j)
				}
				if c, ok := l.index[id]; ok {
					k.cells = append(k.cells, c)
				} else {
					k.cells = append(k.cells, -1)
				}
			}
		}
		l.byDim[l.axes[a].dim] = append(l.byDim[l.axes[a].dim], len(l.blocks))
		if b >= 0 {
			l.byDim[l.axes[b].dim] = append(l.byDim[l.axes[b].dim], len(l.blocks))
		}
		l.blocks = append(l.blocks, k)
	}
	for a := range l.axes {
		for i := range l.axes[a].codes {
			if _, ok := l.index[l.id(a, i)]; ok {
				add(a, -1)
			}
		}
	}
	for _, t := range l.tables {
		if len(t.axes) == 2 {
			add(t.axes[0], t.axes[1])
		}
	}
}

// visit calls f with every cell that the record counts in, each once.
func (l *layout) visit(r record, f func(cell int)) {
	f(l.index["*"])
	for i := range l.blocks {
		b := &l.blocks[i]
		as, bs := l.codesOf(&l.axes[b.a], r[l.axes[b.a].dim]), uint64(1)
		if b.b >= 0 {
			bs = l.codesOf(&l.axes[b.b], r[l.axes[b.b].dim])
		}
		for ; as != 0; as &= as - 1 {
			row := bits.TrailingZeros64(as) * b.wide
			for s := bs; s != 0; s &= s - 1 {
				if c := b.cells[row+bits.TrailingZeros64(s)]; c >= 0 {
					f(c)
				}
			}
		}
	}
}

// tab counts records cell by cell.
func (l *layout) tab(records []record) []int {
	counts := make([]int, len(l.ids))
	for _, r := range records {
		l.visit(r, func(c int) { counts[c]++ })
	}
	return counts
}

// legal says whether the rules hold for a record whose sets have legal sizes.
func (l *layout) legal(r record) bool {
	for _, k := range l.rules {
		if r[k.ifDim]&k.ifSet != 0 && r[k.thenDim]&k.thenSet == 0 {
			return false
		}
	}
	return true
}

// sized says whether each set of the record has a legal size.
func (l *layout) sized(r record) bool {
	for i, d := range l.dims {
		if n := bits.OnesCount64(r[i]); n < d.min || n > d.max {
			return false
		}
	}
	return true
}
