package incident

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// widest is a letter of four bytes, the most that UTF-8 and JSON make of one.
const widest = "😶"

// office is where the office's own data files lie.
var office = filepath.Join("..", "..", "config", "data")

// realTaxonomy reads the shipped codes; config has the reader that the program
// uses, and incident may not import it.
func realTaxonomy(t *testing.T) Taxonomy {
	t.Helper()
	file, err := os.Open(filepath.Join(office, "taxonomy.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = ';'
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := func(row []string, column string) string { return row[slices.Index(rows[0], column)] }
	var tax Taxonomy
	for _, row := range rows[1:] {
		since, err := strconv.Atoi(at(row, "since"))
		if err != nil {
			t.Fatalf("code %s: %v", at(row, "code"), err)
		}
		tax.Codes = append(tax.Codes, Code{
			Group: at(row, "group"), Code: at(row, "code"), Parent: at(row, "parent"), AskedOf: at(row, "asked_of"), Since: since,
		})
	}
	return tax
}

// realFacts reads the ids of the dates that deadlines ask for.
func realFacts(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(office, "deadline_rules.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rules struct{ Facts []struct{ ID string } }
	if err := json.Unmarshal(b, &rules); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range rules.Facts {
		ids = append(ids, f.ID)
	}
	return ids
}

// largest is a report with every field at its limit and every code ticked.
func largest(tax Taxonomy, districts, facts []string) Report {
	all := func(groups ...string) []string {
		var list []string
		for _, c := range tax.Codes {
			if slices.Contains(groups, c.Group) && c.AskedOf == AskedReporter && c.Until == 0 {
				list = append(list, c.Code)
			}
		}
		return list
	}
	line := strings.Repeat(widest, MaxLine)
	r := Report{
		V: ReportVersion, Taxonomy: tax.Version(), Lang: "de-simple", Rung: RungPassOn, MayAsk: true, Under18: ptr(false),
		Text:           strings.Repeat(widest, MaxText),
		Manifestations: all(GroupManifestation), Areas: all(GroupLifeArea), Grounds: all(GroupGround, GroupSubtype),
		Respondents: all(GroupRespondent), GroundOther: line, RespondentOrg: line,
		Place:   &Place{District: "outside", Note: line},
		When:    &When{Precision: "range", From: "2026-11-01", To: "2026-11-23", Ongoing: true},
		Contact: &Contact{Way: "email", Value: line, SafeTimes: line, LeaveMessage: true, Interpreter: "zh-Hans"},
		PassOn:  slices.Repeat([]PassOn{{line, line}}, 3),
	}
	if len(districts) > 0 {
		r.Place.District = districts[0]
	}
	for _, role := range all(GroupReporterRole) {
		if len(role) > len(r.Role) {
			r.Role = role
		}
	}
	for i := range 6 {
		r.Consents = append(r.Consents, fmt.Sprintf("art9%s/%d", strings.Repeat("x", 28), 9990+i))
	}
	r.Consents[0] = "art9/1" // the consent without which the wish would not count
	for _, id := range facts {
		if r.Facts == nil {
			r.Facts = map[string]string{}
		}
		r.Facts[id] = "2026-11-22"
	}
	return r
}

// TestLargestReportFits: every field at its limit is accepted, and fits the 64
// KiB step with its envelope.
func TestLargestReportFits(t *testing.T) {
	for name, tt := range map[string]struct {
		tax   Taxonomy
		facts []string
	}{
		"small":   {codes, []string{"noticed_on"}},
		"shipped": {realTaxonomy(t), realFacts(t)},
	} {
		district := strings.Repeat("d", 64)
		check := checker(t, tt.tax, []string{district}, tt.facts)
		r := largest(tt.tax, []string{district}, tt.facts)
		b, err := r.Encode()
		if err != nil || len(b) > MaxReport {
			t.Errorf("%s: %d bytes, %v, want at most %d", name, len(b), err, MaxReport)
		}
		t.Logf("%s: every field at its limit takes %d of %d bytes", name, len(b), MaxReport)
		if err := check.Report(r, today); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if settled := r.Settle(); settled.Rung != RungPassOn || settled.Contact.Value == "" || len(settled.PassOn) != 3 {
			t.Errorf("%s: Settle drops something: %+v", name, settled.Contact)
		}
	}
}

// The shipped codes have the numbers of domain.md §2 that the form's size rests on.
func TestShippedCodes(t *testing.T) {
	tax := realTaxonomy(t)
	if len(tax.Codes) != 155 || tax.Version() != 1 {
		t.Errorf("%d codes of version %d, want 155 of version 1", len(tax.Codes), tax.Version())
	}
	r := largest(tax, nil, nil)
	for name, n := range map[string][2]int{
		"manifestations": {len(r.Manifestations), 16}, "areas": {len(r.Areas), 29}, "grounds": {len(r.Grounds), 28},
		"respondents": {len(r.Respondents), 11},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], name, n[1])
		}
	}
	for _, rung := range Rungs {
		if !tax.Asked(GroupRung, rung, 1) {
			t.Errorf("rung %s is not asked", rung)
		}
	}
	if got := tax.Group(GroupRung); len(got) != len(Rungs) {
		t.Errorf("%d rungs in the file, want %d", len(got), len(Rungs))
	}
}

// TestWholeReportTooLong: more than MaxReport bytes is refused although every
// single field is within its limit.
func TestWholeReportTooLong(t *testing.T) {
	// 12,000 quotation marks take 24,002 bytes; a list of facts takes the rest.
	var facts []string
	for i := range 1800 {
		facts = append(facts, fmt.Sprintf("fact_%04d", i))
	}
	check := checker(t, codes, nil, facts)
	r := told()
	r.Text = strings.Repeat(`"`, MaxText)
	r.Facts = map[string]string{}
	for _, id := range facts {
		r.Facts[id] = today
	}
	wantFaults(t, check.Report(r, today), "text too_long")
}
