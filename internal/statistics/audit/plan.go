package audit

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A plan as the auditor reads it.
type plan struct {
	year, base int
	dims       []dimension
	rules      []rule
	tables     []table
	cells      []cell // in byte order of their ids
	index      map[string]int
}

type dimension struct {
	id       string
	codes    []string
	min, max int
	axes     map[string][]group // by axis id; the count axis has groups of a size instead of leaves
}

func (d *dimension) single() bool { return d.min == 1 && d.max == 1 }

type group struct {
	code   string
	leaves uint64
	size   int // −1 unless it counts codes
}

type rule struct {
	given, then       int
	givenSet, thenSet uint64
}

type table struct {
	id, of string
	cells  []int
}

// A cell is what a record must have to count in it: nothing for "*", one or two groups otherwise.
type cell struct {
	id    string
	parts []part
}

type part struct {
	dim   int
	axis  string
	group group
}

// holds says whether the record counts in the cell.
func (c *cell) holds(r []uint64) bool {
	for _, p := range c.parts {
		if p.group.size >= 0 && bits.OnesCount64(r[p.dim]) != p.group.size || p.group.size < 0 && r[p.dim]&p.group.leaves == 0 {
			return false
		}
	}
	return true
}

var id = regexp.MustCompile(`^[a-z0-9_]+$`)

// A tree gives typed access to parsed JSON and remembers the first thing that was wrong.
type tree struct{ err error }

func (t *tree) fail(what string) {
	if t.err == nil {
		t.err = fmt.Errorf("%s is missing or of the wrong kind", what)
	}
}

func (t *tree) object(v any, what string) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		t.fail(what)
	}
	return o
}

func (t *tree) list(v any, what string) []any {
	l, ok := v.([]any)
	if !ok {
		t.fail(what)
	}
	return l
}

func (t *tree) text(v any, what string) string {
	s, ok := v.(string)
	if !ok {
		t.fail(what)
	}
	return s
}

func (t *tree) texts(v any, what string) []string {
	var out []string
	for _, e := range t.list(v, what) {
		out = append(out, t.text(e, what))
	}
	return out
}

func (t *tree) whole(v any, what string, low, high int64) int {
	n, ok := v.(int64)
	if !ok || n < low || n > high {
		t.fail(what)
		return int(low)
	}
	return int(n)
}

// readPlan reads the plan within a bundle. The base may be left out: then it is 3.
func readPlan(v any) (*plan, error) {
	var t tree
	o := t.object(v, "plan")
	p := &plan{base: 3, index: map[string]int{}}
	p.year = t.whole(o["year"], "plan.year", 1, 9999)
	if b, told := o["base"]; told {
		p.base = t.whole(b, "plan.base", 2, 1000)
	}
	for _, d := range t.list(o["dims"], "plan.dims") {
		p.readDim(&t, t.object(d, "plan.dims"))
	}
	if t.err != nil {
		return nil, t.err
	}
	if rules, told := o["rules"]; told {
		for _, r := range t.list(rules, "plan.rules") {
			r := t.object(r, "plan.rules")
			given, givenSet := p.codes(&t, r["if"])
			then, thenSet := p.codes(&t, r["then"])
			p.rules = append(p.rules, rule{given, then, givenSet, thenSet})
		}
	}
	ids := map[string][]part{"*": nil}
	tables := t.list(o["tables"], "plan.tables")
	for _, x := range tables {
		p.readTable(&t, t.object(x, "plan.tables"), ids)
	}
	if t.err == nil && (len(tables) == 0 || len(ids) > 5000) {
		t.fail("plan.tables")
	}
	if t.err != nil {
		return nil, t.err
	}
	for name, parts := range ids {
		p.cells = append(p.cells, cell{name, parts})
	}
	sort.Slice(p.cells, func(i, j int) bool { return p.cells[i].id < p.cells[j].id })
	for i, c := range p.cells {
		p.index[c.id] = i
	}
	for i, x := range tables {
		p.fillTable(&p.tables[i], x.(map[string]any))
	}
	return p, nil
}

func (p *plan) readDim(t *tree, o map[string]any) {
	d := dimension{id: t.text(o["id"], "dim.id"), codes: t.texts(o["codes"], "dim.codes"), min: 1, max: 1, axes: map[string][]group{}}
	_, low := o["min"]
	_, high := o["max"]
	if low || high {
		d.min, d.max = t.whole(o["min"], "dim.min", 0, 1), t.whole(o["max"], "dim.max", 1, 64)
	}
	sorted := slices.Sorted(slices.Values(d.codes))
	if len(d.codes) == 0 || len(d.codes) > 64 || len(slices.Compact(sorted)) != len(d.codes) || !id.MatchString(d.id) || p.dim(d.id) >= 0 {
		t.fail("dim " + d.id)
		return
	}
	var leaves []group
	for i, c := range d.codes {
		if !id.MatchString(c) {
			t.fail("dim.codes")
		}
		leaves = append(leaves, group{c, 1 << i, -1})
	}
	d.axes[d.id] = leaves
	if !d.single() {
		for n := d.min; n <= min(d.max, len(d.codes)); n++ {
			d.axes[d.id+".count"] = append(d.axes[d.id+".count"], group{strconv.Itoa(n), 0, n})
		}
	}
	if levels, told := o["levels"]; told {
		for name, groups := range t.object(levels, "dim.levels") {
			axis := d.id + "@" + name
			used := uint64(0)
			for _, g := range t.list(groups, "dim.levels") {
				g := t.object(g, "dim.levels")
				set := d.set(t, t.texts(g["of"], "group.of"))
				if set == 0 || d.single() && used&set != 0 || !id.MatchString(name) {
					t.fail("level " + axis)
				}
				used |= set
				d.axes[axis] = append(d.axes[axis], group{t.text(g["code"], "group.code"), set, -1})
			}
		}
	}
	p.dims = append(p.dims, d)
}

func (d *dimension) set(t *tree, codes []string) uint64 {
	var set uint64
	for _, c := range codes {
		i := slices.Index(d.codes, c)
		if i < 0 {
			t.fail("code " + c)
			return 0
		}
		set |= 1 << i
	}
	return set
}

func (p *plan) dim(name string) int {
	return slices.IndexFunc(p.dims, func(d dimension) bool { return d.id == name })
}

func (p *plan) codes(t *tree, v any) (int, uint64) {
	o := t.object(v, "rule")
	i := p.dim(t.text(o["dim"], "rule.dim"))
	if i < 0 {
		t.fail("rule.dim")
		return 0, 0
	}
	return i, p.dims[i].set(t, t.texts(o["codes"], "rule.codes"))
}

// parts returns the parts of an axis of the plan.
func (p *plan) parts(axis string) []part {
	name, _, _ := strings.Cut(axis, "@")
	name, _, _ = strings.Cut(name, ".")
	i := p.dim(name)
	if i < 0 {
		return nil
	}
	var parts []part
	for _, g := range p.dims[i].axes[axis] {
		parts = append(parts, part{i, axis, g})
	}
	return parts
}

func (p *plan) readTable(t *tree, o map[string]any, ids map[string][]part) {
	axes := t.texts(o["dims"], "table.dims")
	p.tables = append(p.tables, table{id: t.text(o["id"], "table.id")})
	if len(axes) < 1 || len(axes) > 2 {
		t.fail("table.dims")
		return
	}
	first, second := p.parts(axes[0]), []part{}
	if len(axes) == 2 {
		second = p.parts(axes[1])
	}
	if len(first) == 0 || len(axes) == 2 && (len(second) == 0 || first[0].dim == second[0].dim) {
		t.fail("table.dims")
		return
	}
	if len(axes) == 2 && second[0].dim < first[0].dim {
		first, second = second, first
	}
	only := ^uint64(0)
	if of, told := o["of"]; told && t.text(of, "table.of") != "" {
		var ok bool
		if only, ok = p.narrow(of.(string), axes, ids); !ok {
			t.fail("table.of")
			return
		}
		p.tables[len(p.tables)-1].of = of.(string)
	}
	name := func(x part) string { return x.axis + ":" + x.group.code }
	for _, a := range first {
		if len(axes) == 2 || a.group.leaves&only != 0 || only == ^uint64(0) {
			ids[name(a)] = []part{a}
		}
		for _, b := range second {
			ids[name(b)] = []part{b}
			ids[name(a)+"|"+name(b)] = []part{a, b}
		}
	}
}

func (p *plan) narrow(of string, axes []string, ids map[string][]part) (uint64, bool) {
	axis, code, _ := strings.Cut(of, ":")
	for _, x := range p.parts(axis) {
		if x.group.code == code && x.group.size < 0 && len(axes) == 1 && p.dims[x.dim].id == axes[0] {
			ids[of] = []part{x}
			return x.group.leaves, true
		}
	}
	return 0, false
}

// fillTable lists the cells that the table shows.
func (p *plan) fillTable(t *table, o map[string]any) {
	var axes []string
	for _, a := range o["dims"].([]any) {
		axes = append(axes, a.(string))
	}
	for i, c := range p.cells {
		shown := true
		for _, x := range c.parts {
			shown = shown && slices.Contains(axes, x.axis)
		}
		if shown || c.id == t.of {
			t.cells = append(t.cells, i)
		}
	}
}
