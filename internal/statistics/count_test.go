package statistics

import (
	"maps"
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	p := mustPlan(t, toyPlan)
	var reports []map[string][]string
	add := func(n int, area string, grounds ...string) {
		for range n {
			reports = append(reports, map[string][]string{"area": {area}, "ground": grounds})
		}
	}
	add(26, "work", "racism")
	add(5, "work", "disability")
	add(4, "work", "disability", "gender")
	add(5, "work", "gender")
	add(13, "housing", "racism")
	add(1, "housing", "disability", "gender")
	add(7, "housing", "gender")
	got, err := Count(p, reports)
	if err != nil {
		t.Fatal(err)
	}
	want := toyCounts()
	want["ground:gender|area:work"], want["ground:gender"] = 9, 17
	if !maps.Equal(got.cells, want) || got.Year != p.Year || got.Plan != p.Hash() {
		t.Errorf("got %v, want %v", got.cells, want)
	}
	if faults := Check(p, got); len(faults) > 0 {
		t.Errorf("faults: %v", faults)
	}
	for name, bad := range map[string]map[string][]string{
		"no such dimension": {"area": {"work"}, "ground": {"racism"}, "month": {"01"}},
		"no such code":      {"area": {"school"}, "ground": {"racism"}},
		"too few":           {"area": {"work"}},
		"too many":          {"area": {"work"}, "ground": {"racism", "gender", "disability"}},
	} {
		if _, err := Count(p, []map[string][]string{bad}); err == nil || !strings.Contains(err.Error(), "report 0") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
