package statistics

import (
	"fmt"
	"slices"
)

// Count counts reports that are given as codes of the plan's dimensions. Real ones are opened and counted in the
// members' browsers, and nowhere else: this is for invented ones. A report that breaks the plan is an error.
func Count(p Plan, reports []map[string][]string) (Counts, error) {
	l := p.layout
	records := make([]record, 0, len(reports))
	for i, marked := range reports {
		r := make(record, len(l.dims))
		for id, codes := range marked {
			d := l.dim(id)
			for _, code := range codes {
				at := -1
				if d >= 0 {
					at = slices.Index(l.dims[d].codes, code)
				}
				if at < 0 {
					return Counts{}, fmt.Errorf("counting report %d: no %q in %q", i, code, id)
				}
				r[d] |= 1 << at
			}
		}
		if !l.sized(r) || !l.legal(r) {
			return Counts{}, fmt.Errorf("counting report %d: it breaks the plan", i)
		}
		records = append(records, r)
	}
	cells := map[string]int{}
	for i, n := range l.tab(records) {
		cells[l.ids[i]] = n
	}
	return NewCounts(p.Year, p.Hash(), cells), nil
}
