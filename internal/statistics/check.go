package statistics

import (
	"math/bits"
	"slices"
	"strings"
)

// A term is a cell, times something.
type term struct{ cell, times int }

// A condition holds for the counts of any year: left ≤ right, or left = right.
type condition struct {
	kind        string
	left, right []term
	equal       bool
}

// Check holds the counts against the plan and returns all faults, at most 200, or nil.
func Check(p Plan, c Counts) FaultErrors {
	var faults FaultErrors
	if c.Plan != p.Hash() {
		faults = append(faults, Fault{Kind: "plan", Cells: []string{}})
	}
	if c.Year != p.Year {
		faults = append(faults, Fault{Kind: "year", Cells: []string{}, Have: c.Year, Want: p.Year})
	}
	l := p.layout
	counts := make([]int, len(l.ids))
	whole := true
	total := c.cells["*"]
	for i, id := range l.ids {
		n, ok := c.cells[id]
		counts[i] = n
		if !ok || n < 0 || n > min(total, maxReports) {
			faults = append(faults, Fault{Kind: "cells", Cells: []string{id}, Have: n, Want: total})
			whole = whole && ok && n >= 0 && n <= maxReports
		}
	}
	unknown := []string{}
	for id := range c.cells {
		if _, ok := l.index[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	slices.Sort(unknown)
	for _, id := range unknown {
		faults = append(faults, Fault{Kind: "cells", Cells: []string{id}})
	}
	if whole {
		faults = append(faults, l.broken(counts)...)
	}
	return faults[:min(len(faults), maxFaults)]
}

// CheckServer holds the counts against what the server's own projection knows: no edition of the year yet, and
// the number of cases received in each month, "01" to "12". Leaves of the dimension month are months, or are fed
// by them.
func CheckServer(p Plan, c Counts, months map[string]int, frozen bool) FaultErrors {
	var faults FaultErrors
	if frozen {
		faults = append(faults, Fault{Kind: "frozen", Cells: []string{}, Have: p.Year})
	}
	total := 0
	for _, n := range months {
		total += n
	}
	if c.cells["*"] != total {
		faults = append(faults, Fault{Kind: "server", Cells: []string{"*"}, Have: c.cells["*"], Want: total})
	}
	if a := p.layout.axis("month"); a >= 0 {
		for _, code := range p.layout.axes[a].codes {
			id, want := "month:"+code, 0
			feeds, told := p.Dims[p.layout.axes[a].dim].From[code]
			if !told {
				feeds = []string{code}
			}
			for _, month := range feeds {
				want += months[month]
			}
			if n, declared := c.cells[id]; declared && n != want {
				faults = append(faults, Fault{Kind: "server", Cells: []string{id}, Have: n, Want: want})
			}
		}
	}
	return faults
}

// broken returns a fault for each condition that does not hold.
func (l *layout) broken(counts []int) FaultErrors {
	var faults FaultErrors
	sum := func(terms []term) (n int, ids []string) {
		for _, t := range terms {
			n += t.times * counts[t.cell]
			ids = append(ids, l.ids[t.cell])
		}
		return n, ids
	}
	for _, c := range l.conditions() {
		have, ids := sum(c.left)
		want, more := sum(c.right)
		if have > want || c.equal && have != want {
			all := append(ids, more...)
			faults = append(faults, Fault{c.kind, l.tableWith(all), all, have, want})
		}
	}
	return faults
}

// tableWith names the first table that shows one of the cells, apart from "*".
func (l *layout) tableWith(ids []string) string {
	for _, t := range l.tables {
		for _, id := range ids {
			first, second, crossed := strings.Cut(id, "|")
			axis, _, _ := strings.Cut(first, ":")
			if axis != l.axes[t.axes[0]].id || crossed != (len(t.axes) == 2) {
				continue
			}
			if other, _, _ := strings.Cut(second, ":"); !crossed || other == l.axes[t.axes[1]].id {
				return t.id
			}
		}
	}
	return ""
}

// A slice is the cells of an axis within one context: all reports, or those of one code of another axis.
type slice struct {
	axis  int
	cells []int // -1 where not declared
}

// conditions are all equations and inequalities that the plan's cells obey, whatever the reports.
func (l *layout) conditions() []condition {
	var all []condition
	for _, context := range l.contexts() {
		for i, s := range context.slices {
			all = append(all, l.within(s, context.whole)...)
			for j, coarse := range context.slices {
				if i != j && l.axes[s.axis].dim == l.axes[coarse.axis].dim && !l.axes[s.axis].count {
					all = append(all, l.between(s, coarse)...)
				}
			}
		}
		all = append(all, l.ruled(context.slices)...)
	}
	return all
}

// A scope is a population whose size is a cell, and the slices declared within it.
type scope struct {
	whole  int
	slices []slice
}

func (l *layout) contexts() []scope {
	all := []scope{{whole: l.index["*"]}}
	at := map[int]int{} // cell of a margin: its context
	for _, b := range l.blocks {
		if b.b < 0 {
			all[0].slices = append(all[0].slices, slice{b.a, b.cells})
			continue
		}
		add := func(margin int, s slice) {
			if _, ok := at[margin]; !ok {
				at[margin] = len(all)
				all = append(all, scope{whole: margin})
			}
			all[at[margin]].slices = append(all[at[margin]].slices, s)
		}
		for i := range l.axes[b.a].codes {
			add(l.index[l.id(b.a, i)], slice{b.b, b.cells[i*b.wide : (i+1)*b.wide]})
		}
		for j := range b.wide {
			s := slice{axis: b.a}
			for i := range l.axes[b.a].codes {
				s.cells = append(s.cells, b.cells[i*b.wide+j])
			}
			add(l.index[l.id(b.b, j)], s)
		}
	}
	return all
}

// part returns the declared cells of a slice whose codes pass, their leaves, and how many of them one report
// can have.
func (l *layout) part(s slice, pass func(set uint64) bool) (terms []term, leaves uint64, most int) {
	a := &l.axes[s.axis]
	var codes uint64
	for i, c := range s.cells {
		if c >= 0 && pass(a.sets[i]) {
			terms = append(terms, term{c, 1})
			leaves |= a.sets[i]
			codes |= 1 << i
		}
	}
	var each []int
	for set := leaves; set != 0; set &= set - 1 {
		each = append(each, bits.OnesCount64(a.groups[bits.TrailingZeros64(set)]&codes))
	}
	slices.Sort(each)
	slices.Reverse(each)
	for _, n := range each[:min(len(each), l.dims[a.dim].max)] {
		most += n
	}
	return terms, leaves, min(most, len(terms))
}

// within ties an axis to the number of reports it is about.
func (l *layout) within(s slice, whole int) []condition {
	a := &l.axes[s.axis]
	d := l.dims[a.dim]
	if a.count {
		var terms []term
		for _, c := range s.cells {
			terms = append(terms, term{c, 1})
		}
		return []condition{{"sum", terms, []term{{whole, 1}}, true}}
	}
	kind := "sum"
	if d.multi {
		kind = "mention"
	}
	terms, leaves, most := l.part(s, func(uint64) bool { return true })
	covers := leaves == d.all && d.min == 1
	if covers && most == 1 {
		return []condition{{kind, terms, []term{{whole, 1}}, true}}
	}
	all := []condition{{kind, terms, []term{{whole, most}}, false}}
	if covers {
		all = append(all, condition{kind, []term{{whole, 1}}, terms, false})
	}
	if most > 1 {
		for _, t := range terms {
			all = append(all, condition{kind, []term{t}, []term{{whole, 1}}, false})
		}
	}
	return all
}

// between ties each group of the coarse slice to the codes of the fine one, or to how many there are.
func (l *layout) between(fine, coarse slice) []condition {
	if l.axes[coarse.axis].count {
		return l.counted(fine, coarse)
	}
	var all []condition
	for j, whole := range coarse.cells {
		if whole < 0 {
			continue
		}
		set := l.axes[coarse.axis].sets[j]
		inside, _, most := l.part(fine, func(s uint64) bool { return s&^set == 0 })
		if len(inside) > 0 {
			all = append(all, condition{"level", inside, []term{{whole, most}}, false})
		}
		if most > 1 {
			for _, t := range inside {
				all = append(all, condition{"level", []term{t}, []term{{whole, 1}}, false})
			}
		}
		if cover, leaves, _ := l.part(fine, func(s uint64) bool { return s&set != 0 }); set&^leaves == 0 {
			all = append(all, condition{"level", []term{{whole, 1}}, cover, false})
		}
	}
	return all
}

// counted ties mentions to the numbers of reports with so many codes.
func (l *layout) counted(fine, count slice) []condition {
	d := l.dims[l.axes[fine.axis].dim]
	terms, leaves, _ := l.part(fine, func(uint64) bool { return true })
	leafAxis := l.axes[fine.axis].id == d.id
	var mentions []term
	for j, c := range count.cells {
		if n := d.min + j; n > 0 {
			mentions = append(mentions, term{c, n})
		}
	}
	if leafAxis && leaves == d.all {
		return []condition{{"count", terms, mentions, true}}
	}
	if leafAxis {
		return []condition{{"count", terms, mentions, false}}
	}
	return nil
}

// ruled turns rules into inequalities between the slices of one context.
func (l *layout) ruled(all []slice) []condition {
	var conditions []condition
	for _, k := range l.rules {
		for _, s := range all {
			if a := &l.axes[s.axis]; a.dim != k.ifDim || a.count {
				continue
			}
			left, _, most := l.part(s, func(set uint64) bool { return set&^k.ifSet == 0 })
			if len(left) == 0 {
				continue
			}
			for _, then := range all {
				if a := &l.axes[then.axis]; a.dim != k.thenDim || a.count {
					continue
				}
				right, leaves, _ := l.part(then, func(set uint64) bool { return set&k.thenSet != 0 })
				if k.thenSet&^leaves != 0 {
					continue
				}
				conditions = append(conditions, ruling(left, right, most)...)
			}
		}
	}
	return conditions
}

func ruling(left, right []term, most int) []condition {
	times := make([]term, len(right))
	for i, t := range right {
		times[i] = term{t.cell, most}
	}
	all := []condition{{"rule", left, times, false}}
	if most > 1 {
		for _, t := range left {
			all = append(all, condition{"rule", []term{t}, right, false})
		}
	}
	return all
}
