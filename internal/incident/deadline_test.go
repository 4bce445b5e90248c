package incident

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

// shippedRules are the office's rules and holidays as the program ships them.
func shippedRules(t testing.TB) Rules {
	t.Helper()
	text, err := os.ReadFile("../../config/data/deadline_rules.json")
	if err != nil {
		t.Fatal(err)
	}
	var r Rules
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows(t, "../../config/data/holidays_bw_2024_2032.csv") {
		r.Holidays = append(r.Holidays, Holiday{Day: row["date"], Nationwide: row["nationwide"] == "yes"})
	}
	return r
}

// rows reads one of our CSV files by column.
func rows(t testing.TB, name string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(string(text)))
	reader.Comma = ';'
	table, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, line := range table[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[table[0][i]] = cell
		}
		all = append(all, row)
	}
	return all
}

// TestDeadlineCases holds the engine to the worked cases of domain.md §8.6.
func TestDeadlineCases(t *testing.T) {
	rules := shippedRules(t)
	for _, c := range rows(t, "testdata/deadlines_cases.csv") {
		n, err := strconv.Atoi(c["length"])
		if err != nil {
			t.Fatal(err)
		}
		rule := Rule{
			ID: c["rule"], Enabled: true, Length: Length{n, c["unit"]}, Calendar: c["calendar"], ValidFrom: "1900-01-01",
			Applies: Applies{Fact: map[string]string{"start": "known"}}, Start: []Start{{Needs: []string{"start"}}},
		}
		own := rules
		own.Rules = []Rule{rule}
		got, err := own.Deadlines(Situation{Facts: map[string]string{"start": c["start_event_date"]}}, "2026-11-22")
		if err != nil || len(got) != 1 {
			t.Fatalf("%s from %s: %d deadlines, %v", c["rule"], c["start_event_date"], len(got), err)
		}
		d := got[0]
		if d.RawEnd != c["raw_end"] || d.End != c["end_after_193"] || d.Safe != c["safe_last_working_day"] {
			t.Errorf("%s from %s in %s: got %s, %s, %s, want %s, %s, %s", c["rule"], c["start_event_date"], c["calendar"],
				d.RawEnd, d.End, d.Safe, c["raw_end"], c["end_after_193"], c["safe_last_working_day"])
		}
	}
}

// TestPostingCases: a posted decision counts as announced on a date, which is
// not moved from a weekend.
func TestPostingCases(t *testing.T) {
	rules := shippedRules(t)
	for _, c := range rows(t, "testdata/posting_fiction_cases.csv") {
		authority := map[string]string{"3": "DE-BW", "4": "DE"}[c["fiction_days"]]
		got, err := rules.Deadlines(Situation{
			Codes: map[string][]string{"area": {"immigration_office"}}, Authority: authority,
			Facts: map[string]string{"decision_posted_on": c["posted"]},
		}, "2026-11-22")
		if err != nil || len(got) != 1 {
			t.Fatalf("posted %s: %d deadlines, %v", c["posted"], len(got), err)
		}
		d := got[0]
		if d.Starts != c["announced_on"] || d.RawEnd != c["objection_raw"] || d.End != c["objection_end"] || d.Safe != c["objection_safe"] {
			t.Errorf("posted %s, %s days: got %s, %s, %s, %s", c["posted"], c["fiction_days"], d.Starts, d.RawEnd, d.End, d.Safe)
		}
	}
}

// TestDismissalFirst: the dismissal stands on top, and the claim for
// compensation beside it.
func TestDismissalFirst(t *testing.T) {
	got, err := shippedRules(t).Deadlines(Situation{
		Codes: map[string][]string{"area": {"dismissal"}},
		Facts: map[string]string{"written_dismissal_received_on": "2026-03-30", "knowledge_on": "2026-03-30"},
	}, "2026-04-01")
	if err != nil || len(got) != 2 || got[0].Rule.ID != "kschg_4" || got[1].Rule.ID != "agg_15_4" {
		t.Fatalf("got %v, %v", got, err)
	}
	if got[0].Safe != "2026-04-20" || got[1].Safe != "2026-05-29" {
		t.Errorf("safe days %s and %s", got[0].Safe, got[1].Safe)
	}
	if !got[0].Stale {
		t.Error("a rule that no lawyer signed is stale")
	}
}

// TestLaterFactEndsEarlierFactIsSafe is domain.md §8.2: refusal and knowledge
// both known.
func TestLaterFactEndsEarlierFactIsSafe(t *testing.T) {
	got, err := shippedRules(t).Deadlines(Situation{
		Codes: map[string][]string{"area": {"job_application"}},
		Facts: map[string]string{"rejection_received_on": "2026-01-15", "knowledge_on": "2026-02-03"},
	}, "2026-02-10")
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	if d := got[0]; d.RawEnd != "2026-04-03" || d.End != "2026-04-07" || d.Safe != "2026-03-13" {
		t.Errorf("got %s, %s, %s", d.RawEnd, d.End, d.Safe)
	}
}

// TestVersionOfTheDay: the version is chosen by the day of the incident, and an
// incident over a range takes the earliest end.
func TestVersionOfTheDay(t *testing.T) {
	r := shippedRules(t)
	v1 := Rule{
		ID: "x", Version: 1, Enabled: true, ValidFrom: "2000-01-01", ValidTo: "2026-12-31", Length: Length{2, "month"}, Calendar: "DE-BW",
		Applies: Applies{AnyOf: map[string][]string{"area": {"housing"}}}, Start: []Start{{Needs: []string{"violation_ended_on"}}},
	}
	v2 := v1
	v2.Version, v2.ValidFrom, v2.ValidTo, v2.Length = 2, "2027-01-01", "", Length{6, "month"}
	r.Rules = []Rule{v1, v2}
	for _, c := range []struct {
		from, to string
		version  int
	}{{"2026-12-31", "", 1}, {"2027-01-01", "", 2}, {"2026-12-01", "2027-01-10", 1}} {
		got, err := r.Deadlines(Situation{
			Codes: map[string][]string{"area": {"housing"}}, From: c.from, To: c.to,
			Facts: map[string]string{"violation_ended_on": "2027-01-10"},
		}, "2027-02-01")
		if err != nil || len(got) != 1 || got[0].Rule.Version != c.version {
			t.Errorf("incident %s to %q: got %v, %v, want version %d", c.from, c.to, got, err, c.version)
		}
	}
}

// TestOutsideTheCalendar: a day that the list of holidays does not know is an
// error, never a working day.
func TestOutsideTheCalendar(t *testing.T) {
	_, err := shippedRules(t).Deadlines(Situation{
		Codes: map[string][]string{"area": {"housing"}}, Facts: map[string]string{"violation_ended_on": "2032-12-01"},
	}, "2032-12-02")
	if !errors.Is(err, ErrCalendar) {
		t.Errorf("got %v, want ErrCalendar", err)
	}
}

// TestUnknownPerson: without the fact nothing is computed, and what is missing
// is named.
func TestUnknownPerson(t *testing.T) {
	got, err := shippedRules(t).Deadlines(Situation{Codes: map[string][]string{"manifestation": {"insult"}}}, "2026-11-22")
	if err != nil || len(got) != 1 || got[0].Safe != "" || len(got[0].Missing) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// FuzzDeadline: over all days of the calendar no end falls on a day that the law
// forbids, and the safe day is never behind the raw end.
func FuzzDeadline(f *testing.F) {
	rules := shippedRules(f)
	f.Add(uint16(0), uint8(0))
	f.Add(uint16(800), uint8(3))
	f.Fuzz(func(t *testing.T, offset uint16, which uint8) {
		start := AddDays("2024-01-01", int(offset)%3200)
		rule := rules.Rules[int(which)%len(rules.Rules)]
		rule.Enabled, rule.ValidFrom, rule.Applies = true, "1900-01-01", Applies{Fact: map[string]string{"s": "known"}}
		rule.Start = []Start{{Needs: []string{"s"}}}
		own := rules
		own.Rules = []Rule{rule}
		got, err := own.Deadlines(Situation{Facts: map[string]string{"s": start}}, start)
		if errors.Is(err, ErrCalendar) {
			return
		}
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %v", start, err)
		}
		d := got[0]
		end, _ := own.dayOff(d.End, own.calendar(rule, Situation{}))
		safe, _ := own.dayOff(d.Safe, own.DefaultJurisdiction)
		if end || safe || d.Safe > d.RawEnd || d.End < d.RawEnd || d.Starts != start {
			t.Errorf("%s from %s: %s, %s, %s", rule.ID, start, d.RawEnd, d.End, d.Safe)
		}
	})
}
