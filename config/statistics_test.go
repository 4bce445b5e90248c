package config

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The plan's dimensions, as far as the taxonomy feeds them.
type planned struct {
	Dims []struct {
		ID     string   `json:"id"`
		Codes  []string `json:"codes"`
		Levels map[string][]struct {
			Code string   `json:"code"`
			Of   []string `json:"of"`
		} `json:"levels"`
		From map[string][]string `json:"from"`
	} `json:"dims"`
}

// Every code of the taxonomy that the plan asks about lands in exactly one leaf, and the leaves' groups are the
// cells that the taxonomy and the EU map name.
func TestStatisticsPlanFitsTheTaxonomy(t *testing.T) {
	s, err := ReadStatistics(Files{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := ReadData(Files{})
	if err != nil {
		t.Fatal(err)
	}
	var plan planned
	if err := json.Unmarshal(s.Plan, &plan); err != nil {
		t.Fatal(err)
	}
	leaf := map[string]string{}            // code of the taxonomy: dim:leaf
	groups := map[string]map[string]bool{} // dim@level:code: leaves
	for _, d := range plan.Dims {
		for l, codes := range d.From {
			for _, c := range codes {
				if leaf[c] != "" {
					t.Errorf("%q feeds two leaves", c)
				}
				leaf[c] = d.ID + ":" + l
			}
		}
		for name, all := range d.Levels {
			for _, g := range all {
				groups[d.ID+"@"+name+":"+g.Code] = map[string]bool{}
				for _, l := range g.Of {
					groups[d.ID+"@"+name+":"+g.Code][l] = true
				}
			}
		}
	}
	dims := map[string]string{"life_area": "area", "reporter_role": "role"}
	for _, c := range data.Taxonomy.Codes {
		dim := c.Group
		if dims[dim] != "" {
			dim = dims[dim]
		}
		switch c.Group {
		case "ground", "life_area":
			if leaf[c.ID] == "" {
				t.Errorf("%q lands nowhere", c.ID)
				continue
			}
			checkGroups(t, data, c, leaf[c.ID], groups)
		case "manifestation", "respondent", "reporter_role", "multiplicity", "intervention", "outcome":
			if leaf[c.ID] != dim+":"+c.Cell {
				t.Errorf("%q lands in %q, the taxonomy says %q", c.ID, leaf[c.ID], dim+":"+c.Cell)
			}
		case "racism_subtype":
			if leaf[c.ID] != "subtype:"+c.ID {
				t.Errorf("%q lands in %q", c.ID, leaf[c.ID])
			}
		}
	}
}

// checkGroups holds the groups of a ground's or an area's leaf to stat_group, parent, AGG and the EU's cells.
func checkGroups(t *testing.T, data Data, c Code, at string, groups map[string]map[string]bool) {
	t.Helper()
	dim, leaf, _ := strings.Cut(at, ":")
	in := func(group string, want bool) {
		if groups[group] == nil && want || groups[group][leaf] != want {
			t.Errorf("%q: in %s %v, want %v", c.ID, group, groups[group][leaf], want)
		}
	}
	main := c.Parent
	if main == "" {
		main = c.ID
	}
	in(dim+"@main:"+main, true)
	if c.Cell == c.ID && c.Parent != "" {
		in(dim+"@named:"+c.ID, true)
	}
	eu, _ := data.EUOf(c.ID)
	if dim == "area" {
		in("area@field:"+eu.T5Field, true)
		return
	}
	in("ground@agg:agg", c.AGG == "yes")
	in("ground@agg:other", c.AGG != "yes")
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		if name, ok := strings.CutPrefix(group, "ground@eu:"); ok {
			in(group, slices.Contains(eu.T5Grounds, name))
		}
	}
}

func TestStatisticsLabelsNameEveryCode(t *testing.T) {
	s, err := ReadStatistics(Files{})
	if err != nil {
		t.Fatal(err)
	}
	var plan planned
	if err := json.Unmarshal(s.Plan, &plan); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"de", "en"} {
		for _, d := range plan.Dims {
			for _, c := range d.Codes {
				if s.Labels[lang][d.ID+":"+c] == "" {
					t.Errorf("%s: no label for %s:%s", lang, d.ID, c)
				}
			}
			for level, groups := range d.Levels {
				for _, g := range groups {
					if s.Labels[lang][d.ID+"@"+level+":"+g.Code] == "" {
						t.Errorf("%s: no label for %s@%s:%s", lang, d.ID, level, g.Code)
					}
				}
			}
		}
	}
}

// A plan counts under the EU's grounds and fields as the map says, or not by them at all.
func TestPlanFollowsTheEUMap(t *testing.T) {
	s, err := ReadStatistics(Files{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := ReadData(Files{})
	if err != nil {
		t.Fatal(err)
	}
	if err := data.CheckPlan(s.Plan); err != nil {
		t.Errorf("the shipped plan: %v", err)
	}
	row := func(code string) *EUCode {
		return &data.EU[slices.IndexFunc(data.EU, func(e EUCode) bool { return e.Code == code })]
	}
	row("age").T5Grounds, row("employment").T5Field = []string{"t5_sex"}, "t5_education"
	err = data.CheckPlan(s.Plan)
	for _, want := range []string{
		`"age" counts in "t5_age": true, the EU map says false`, `"age" counts in "t5_sex": false, the EU map says true`,
		`"workplace" counts in "t5_employment": true, the EU map says false`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := data.CheckPlan([]byte(`{"dims":[{"id":"ground","codes":["age"],"from":{"age":["age"]}}]}`)); err != nil {
		t.Errorf("a plan without these levels: %v", err)
	}
}
