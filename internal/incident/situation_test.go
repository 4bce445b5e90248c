package incident

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// line writes a deadline as the shared file of situations does.
func (d Deadline) line() string {
	parts := []string{d.Rule.ID + "/" + string(rune('0'+d.Rule.Version))}
	for _, day := range [...]string{d.Starts, d.RawEnd, d.End, d.Safe} {
		if day == "" {
			day = "-"
		}
		parts = append(parts, day)
	}
	if len(d.Missing) > 0 {
		parts = append(parts, "missing="+strings.Join(d.Missing, ","))
	}
	for _, flag := range [...]struct {
		word string
		on   bool
	}{{"outside", d.Outside}, {"learned", d.Learned}, {"stale", d.Stale}} {
		if flag.on {
			parts = append(parts, flag.word)
		}
	}
	return strings.Join(parts, " ")
}

// TestSituations holds the engine to the whole situations that the browser's
// engine is held to as well.
func TestSituations(t *testing.T) {
	raw, err := os.ReadFile("testdata/situations.json")
	if err != nil {
		t.Fatal(err)
	}
	type want struct {
		Note  string   `json:"note"`
		Today string   `json:"today"`
		Want  []string `json:"want"`
	}
	var file struct {
		Versions []Rule `json:"versions"`
		Cases    []struct {
			want
			Versions  bool      `json:"versions"`
			Situation Situation `json:"situation"`
		} `json:"cases"`
		Reports []struct {
			want
			Report Report `json:"report"`
		} `json:"reports"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	shipped := shippedRules(t)
	versions := shipped
	versions.Rules = file.Versions
	check := func(w want, r Rules, s Situation) {
		// A day outside the calendar is a mark in the line as well as an error.
		found, err := r.Deadlines(s, w.Today)
		got := []string{}
		for _, d := range found {
			got = append(got, d.line())
		}
		outside := slices.ContainsFunc(found, func(d Deadline) bool { return d.Outside })
		if !slices.Equal(got, w.Want) || (err != nil) != outside {
			t.Errorf("%s:\ngot  %q, %v\nwant %q", w.Note, got, err, w.Want)
		}
	}
	for _, c := range file.Cases {
		rules := shipped
		if c.Versions {
			rules = versions
		}
		check(c.want, rules, c.Situation)
	}
	for _, c := range file.Reports {
		check(c.want, shipped, c.Report.Situation(c.Today))
	}
	if len(file.Cases) < 30 || len(file.Reports) < 5 {
		t.Errorf("read %d cases and %d reports", len(file.Cases), len(file.Reports))
	}
}
