package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

func data(t *testing.T) config.Data {
	t.Helper()
	d, err := config.ReadData(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The counts of domain.md §2 and §16: a lost or doubled row is seen here.
func TestDataCounts(t *testing.T) {
	d := data(t)
	want := map[string]int{
		"ground": 18, "racism_subtype": 11, "life_area": 29, "manifestation": 18, "form": 10, "level": 3, "multiplicity": 3,
		"reporter_role": 5, "respondent": 11, "wish": 2, "rung": 5, "intervention": 23, "outcome": 17,
	}
	sum := 0
	for group, n := range want {
		if got := len(d.Taxonomy.Group(group)); got != n {
			t.Errorf("%s: got %d codes, want %d", group, got, n)
		}
		sum += n
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"codes", len(d.Taxonomy.Codes), 155},
		{"codes in known groups", sum, 155},
		{"version", d.Taxonomy.Version(), 1},
		{"parents of areas", parents(d.Taxonomy, "life_area"), 16},
		{"parents of grounds", parents(d.Taxonomy, "ground"), 13},
		{"EU rows", len(d.EU), 36},
		{"rules", len(d.Rules.Rules), 10},
		{"holidays", len(d.Holidays), 108},
		{"manifestations asked of residents", asked(d.Taxonomy, "manifestation"), 16},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, c.got, c.want)
		}
	}
}

func parents(t config.Taxonomy, group string) int {
	n := 0
	for _, c := range t.Group(group) {
		if c.Parent == "" {
			n++
		}
	}
	return n
}

func asked(t config.Taxonomy, group string) int {
	n := 0
	for _, c := range t.Group(group) {
		if c.AskedOf == "reporter" {
			n++
		}
	}
	return n
}

// The declared plan of domain.md §9 has 165 cells. Those that follow from the taxonomy are counted from it.
func TestPlanHas165Cells(t *testing.T) {
	d := data(t)
	cells := func(groups ...string) int {
		seen := map[string]bool{}
		for _, group := range groups {
			for _, c := range d.Taxonomy.Group(group) {
				if c.Cell != "" {
					seen[c.Cell] = true
				}
			}
		}
		return len(seen)
	}
	grounds, fields := map[string]bool{}, map[string]bool{}
	for _, e := range d.EU {
		for _, g := range e.T5Grounds {
			grounds[g] = true
		}
		if e.T5Field != "" {
			fields[e.T5Field] = true
		}
	}
	tables := []struct {
		name      string
		got, want int
	}{
		{"T1", 1 + 12 + cells("wish") + 6 + 3, 24},
		{"T2", cells("ground") + 2, 20},
		{"T3", cells("racism_subtype"), 11},
		{"T4", cells("life_area"), 23},
		{"T5", len(grounds)*len(fields) + len(grounds) + len(fields), 47},
		{"T6", cells("manifestation"), 9},
		{"T7", cells("respondent"), 8},
		{"T8 and T9", cells("reporter_role") + cells("multiplicity"), 8},
		{"T10", cells("intervention") + cells("outcome") + 1, 11},
		{"T11", 4, 4},
	}
	sum := 0
	for _, table := range tables {
		if table.got != table.want {
			t.Errorf("%s: got %d cells, want %d", table.name, table.got, table.want)
		}
		sum += table.got
	}
	if sum != 165 {
		t.Errorf("got %d cells, want 165", sum)
	}
}

// Grounds and areas of which a report may name several must each be counted once in the EU's words.
func TestEUInheritance(t *testing.T) {
	d := data(t)
	for code, want := range map[string]string{"anti_black_racism": "racism_ethnic_origin", "workplace": "employment", "antisemitism": "antisemitism"} {
		if got, ok := d.EUOf(code); !ok || got.Code != want {
			t.Errorf("%s: got the row of %q, want that of %q", code, got.Code, want)
		}
	}
	if _, ok := d.EUOf("no_such_code"); ok {
		t.Error("a row for an unknown code")
	}
}

// The shipped rules are unsigned on purpose, and the one that nobody confirmed is off.
func TestShippedRulesAreUnsigned(t *testing.T) {
	for _, r := range data(t).Rules.Rules {
		if r.SignedOffBy != "" {
			t.Errorf("%s is signed by %q", r.ID, r.SignedOffBy)
		}
		if r.Enabled != (r.ID != "ladg_be_1y") {
			t.Errorf("%s: enabled is %v", r.ID, r.Enabled)
		}
	}
}

// domain.md §8.3: twelve holidays a year of which nine are nationwide.
func TestHolidaysOfEachYear(t *testing.T) {
	all, nationwide := map[string]int{}, map[string]int{}
	for _, h := range data(t).Holidays {
		all[h.Day[:4]]++
		if h.Nationwide {
			nationwide[h.Day[:4]]++
		}
	}
	for year := range all {
		if all[year] != 12 || nationwide[year] != 9 {
			t.Errorf("%s: got %d, %d nationwide, want 12, 9", year, all[year], nationwide[year])
		}
	}
	if len(all) != 9 {
		t.Errorf("got %d years, want 2024 to 2032", len(all))
	}
}

// changed returns a copy of an embedded data file with one piece replaced.
func changed(t *testing.T, name, old, fresh string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("data", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) == 0 {
		t.Fatalf("%q is not in %s", old, name)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, fresh, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDataFaults(t *testing.T) {
	const taxonomy, eu, rules, holidays = "taxonomy.csv", "taxonomy_eu_map.csv", "deadline_rules.json", "holidays_bw_2024_2032.csv"
	for _, tt := range []struct{ file, old, fresh, want string }{
		{taxonomy, "group;code", "code;group", "header"},
		{taxonomy, "\n", "\r\n", "LF"},
		{taxonomy, "ground;gender;", "ground;age;", `"age" stands there twice`},
		{taxonomy, "ground;gender;", "ground;Gender;", "small letters"},
		{taxonomy, ";reporter;", ";police;", `asked_of "police"`},
		{taxonomy, ";yes;religion_belief;;1;;", ";yes;religion_belief;;0;;", "versions from 1"},
		{taxonomy, ";yes;religion_belief;;1;;", ";yes;religion_belief;;1;2;nothing", `replaced by "nothing"`},
		{taxonomy, ";racism_ethnic_origin;reporter", ";nothing;reporter", `parent "nothing"`},
		{taxonomy, ";racism_ethnic_origin;reporter", ";employment;reporter", "another group"},
		{taxonomy, ";racism_ethnic_origin;reporter", ";antisemitism;reporter", "has a parent itself"},
		{taxonomy, ";1;;\n", ";1;\n", "wrong number of fields"},
		{eu, "\nage;", "\nages;", `code "ages" is not in the taxonomy`},
		{eu, "age;age;;2000/78/EC;t5_age;;\n", "", `"age" has no row`},
		{eu, ";t5_age;;", ";;;", "t5_ground or a t5_field"},
		{rules, `"schema": 1`, `"schema": 2`, "schema 2"},
		{rules, `"schema": 1`, `"shema": 1`, `unknown field "shema"`},
		{rules, `["dismissal"]`, `["dismissed"]`, `"dismissed" is no code`},
		{rules, `{"area": ["dismissal"]}`, `{"areas": ["dismissal"]}`, `"dismissal" is no code of "areas"`},
		{rules, `"verified_on": "2022-03-26", "verified_source": "bundestag/gesetze@77abca2 k/kschg"`, `"verified_on": null, "verified_source": ""`, "rule kschg_4, version 1: enabled"},
		{rules, `"unit": "week"`, `"unit": "day"`, `"day" is none of`},
		{rules, `"zpo_222"`, `"zpo"`, "shift"},
		{rules, `"place_of_court"`, `"here"`, "calendar"},
		{rules, `"needs": ["written_dismissal_received_on"]`, `"needs": ["nothing"]`, `"nothing" is no fact`},
		{rules, `"needs": ["written_dismissal_received_on"]`, `"needs": []`, "needs nothing"},
		{rules, `["vwgo_70", "sgg_84"]`, `["vwgo_71"]`, `"vwgo_71" is no rule`},
		{rules, `"id": "sgg_84"`, `"id": "vwgo_70"`, "versions of one rule must rise"},
		{rules, `"id": "sgg_84", "version": 1`, `"id": "vwgo_70", "version": 2`, "valid on the same days as version 1"},
		{rules, `"days": 4`, `"days": 0`, "posting_fiction[1]"},
		{rules, `"from": "2025-01-01"`, `"from": "2025-02-30"`, "posting_fiction[1]: from"},
		{holidays, "2024-01-01;Mo", "2024-01-01;Di", "is a Mo"},
		{holidays, "2024-01-06;", "2024-13-06;", "want a day"},
		{holidays, "2024-01-01;Mo;Neujahr;yes\n2024-01-06;Sa;Erscheinungsfest;no", "2024-01-06;Sa;Erscheinungsfest;no\n2024-01-01;Mo;Neujahr;yes", "does not stand behind"},
		{holidays, ";yes", ";maybe", "nationwide"},
	} {
		var f config.Files
		path := changed(t, tt.file, tt.old, tt.fresh)
		switch tt.file {
		case taxonomy:
			f.Taxonomy = path
		case eu:
			f.EUMap = path
		case rules:
			f.DeadlineRules = path
		case holidays:
			f.Holidays = path
		}
		if _, err := config.ReadData(f); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %q → %q: got %v, want %q", tt.file, tt.old, tt.fresh, err, tt.want)
		}
	}
	for _, f := range []config.Files{{Taxonomy: "missing"}, {EUMap: "missing"}, {DeadlineRules: "missing"}, {Holidays: "missing"}} {
		if _, err := config.ReadData(f); err == nil {
			t.Errorf("%+v: got no error", f)
		}
	}
}

// TestOlderRulesFile: a city's file from before a setting went is still taken.
func TestOlderRulesFile(t *testing.T) {
	path := changed(t, "deadline_rules.json", `"schema": 1`, `"schema": 1, "warn_days_before": [28, 14]`)
	if _, err := config.ReadData(config.Files{DeadlineRules: path}); err != nil {
		t.Error(err)
	}
}

// A second version of a rule that takes over on a day is taken, and both stand in the file.
func TestSecondVersionOfARule(t *testing.T) {
	const first = `"valid_from": "2006-08-18", "valid_to": null`
	path := changed(t, "deadline_rules.json", first, `"valid_from": "2006-08-18", "valid_to": "2027-12-31"`)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	start := strings.Index(string(text), `"id": "agg_15_4"`)
	open := strings.LastIndex(string(text[:start]), "{")
	end := open + strings.Index(string(text[open:]), "\n    },") + len("\n    },")
	second := strings.NewReplacer(`"version": 1`, `"version": 2`, `"n": 2`, `"n": 6`,
		`"valid_from": "2006-08-18", "valid_to": "2027-12-31"`, `"valid_from": "2028-01-01", "valid_to": null`).Replace(string(text[open:end]))
	if err := os.WriteFile(path, slices.Concat(text[:end], []byte(second), text[end:]), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := config.ReadData(config.Files{DeadlineRules: path})
	if err != nil {
		t.Fatal(err)
	}
	var lengths []int
	for _, r := range d.Rules.Rules {
		if r.ID == "agg_15_4" {
			lengths = append(lengths, r.Length.N)
		}
	}
	if !slices.Equal(lengths, []int{2, 6}) {
		t.Errorf("got lengths %v, want 2 and 6", lengths)
	}
}

func TestConflictCodesAreKnown(t *testing.T) {
	err := data(t).CheckDesks([]config.Desk{{ConflictCodes: []string{"city_body"}}, {ConflictCodes: []string{"town_hall"}}})
	if err == nil || !strings.Contains(err.Error(), `office.desks[1].conflict_codes: "town_hall"`) || strings.Contains(err.Error(), "city_body") {
		t.Errorf("got %v", err)
	}
}
