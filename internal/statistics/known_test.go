package statistics

import (
	"maps"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/statistics/audit"
)

// The toy with numbers known elsewhere, as the page works out by hand.
func TestToyKnown(t *testing.T) {
	p := mustPlan(t, toyPlan)
	w := toyWorld(t, p)
	e := Publish(p, w, testMeta)
	for _, c := range []struct {
		known   string
		verdict audit.Verdict
		cell    string
		lo, hi  int
	}{
		{``, audit.Safe, "*", 61, 65},
		{`[{"year":2027,"cell":"*","lo":61,"hi":61,"source":"council"}]`, audit.Safe, "area:work", 40, 42},
		{`[{"year":2027,"cell":"*","lo":61,"hi":61,"source":"council"}]`, audit.Safe, "area:housing", 19, 21},
		{`[{"year":2027,"cell":"ground:disability","lo":10,"hi":10,"source":"press"},{"year":2027,"cell":"ground:disability|area:work","lo":9,"hi":9,"source":"press"}]`, audit.Disclosed, "ground:disability|area:housing", 1, 1},
		{`[{"year":2027,"cell":"ground:disability","lo":10,"hi":10,"source":"press"}]`, audit.Safe, "ground:disability|area:housing", 0, 2},
		{`[{"year":2027,"cell":"ground:disability","lo":50,"hi":50,"source":"press"}]`, audit.Inconsistent, "", 0, 0},
		{`[{"year":2027,"cell":"ground:moon","lo":5,"hi":5,"source":"press"}]`, audit.Unproven, "", 0, 0},
	} {
		r, _ := auditOf(t, c.known, e)
		if r.Verdict != c.verdict {
			t.Errorf("%s: %s, want %s", c.known, r.Verdict, c.verdict)
			for _, f := range r.Findings {
				if f.Verdict != audit.Safe {
					t.Log(f.Cell, f.Lo, f.Hi, f.Verdict)
				}
			}
		}
		for _, f := range r.Findings {
			if f.Cell == c.cell && (f.Lo != c.lo || f.Hi != c.hi) {
				t.Errorf("%s: cell %s %d…%d, want %d…%d", c.known, c.cell, f.Lo, f.Hi, c.lo, c.hi)
			}
		}
	}
	for _, housing := range []int{24, 30} {
		bad := e
		bad.Cells = maps.Clone(e.Cells)
		bad.Cells["area:housing"] = housing
		r, _ := auditOf(t, "", bad)
		empty := slices.ContainsFunc(r.Faults, func(f audit.Fault) bool { return f.Kind == "empty" })
		if r.Verdict != audit.Inconsistent || empty != (housing == 30) {
			t.Errorf("housing %d: %s, no world %v", housing, r.Verdict, empty)
		}
	}
}

// toyWorld is the edition that the page shows.
func toyWorld(t *testing.T, p Plan) World {
	t.Helper()
	want := map[string]int{
		"*": 63, "area:work": 42, "area:housing": 21, "ground:racism": 39, "ground:disability": 9, "ground:gender": 21,
		"ground:racism|area:work": 27, "ground:disability|area:work": 9, "ground:gender|area:work": 12,
		"ground:racism|area:housing": 12, "ground:disability|area:housing": 0, "ground:gender|area:housing": 9,
	}
	for i := range 1000 {
		w, err := roundWith(p, countsOf(p, toyCounts()), Key{k: [32]byte{byte(i), byte(i >> 8)}}, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		same := true
		for c, id := range p.layout.ids {
			same = same && w.Cells[c] == want[id]
		}
		if same {
			return w
		}
	}
	t.Fatal("no key of a thousand gave the edition of the page")
	return World{}
}
