package incident

import (
	"testing"
	"time"
)

// An almanac is a second calendar, made of the law's own words and of Gauss'
// Easter, so that the list of holidays and the engine are not held to themselves.
type almanac map[string]bool // holiday → everywhere in Germany

func newAlmanac(from, to int) almanac {
	a := almanac{}
	for year := from; year <= to; year++ {
		fixed := func(month time.Month, day int, everywhere bool) {
			a[DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))] = everywhere
		}
		fixed(time.January, 1, true)
		fixed(time.January, 6, false)
		fixed(time.May, 1, true)
		fixed(time.October, 3, true)
		fixed(time.November, 1, false)
		fixed(time.December, 25, true)
		fixed(time.December, 26, true)
		for after, everywhere := range map[int]bool{-2: true, 1: true, 39: true, 50: true, 60: false} {
			a[DayOf(easter(year).AddDate(0, 0, after))] = everywhere
		}
	}
	return a
}

// easter is Sunday by the Gregorian rule (Gauss, with both exceptions).
func easter(year int) time.Time {
	a, b, c := year%19, year%4, year%7
	k := year / 100
	m := (15 + k - (13+8*k)/25 - k/4) % 30
	n := (4 + k - k/4) % 7
	d := (19*a + m) % 30
	e := (2*b + 4*c + 6*d + n) % 7
	day := 22 + d + e
	if d == 29 && e == 6 || d == 28 && e == 6 && a > 10 {
		day -= 7
	}
	return time.Date(year, time.March, day, 0, 0, 0, 0, time.UTC)
}

// off says whether the law moves a deadline off the day: Saturday, Sunday, a
// holiday of the place (BGB § 193, ZPO § 222, VwVfG § 31).
func (a almanac) off(t *testing.T, day string, land bool) bool {
	t.Helper()
	at, err := time.Parse(dayLayout, day)
	if err != nil {
		t.Fatal(err)
	}
	everywhere, holiday := a[day]
	return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || holiday && (land || everywhere)
}

// TestEveryDay computes every rule for every day of nine years at every place: no
// end and no safe day on a day that the law forbids, no working day skipped in
// between, and each period as long as the law says.
func TestEveryDay(t *testing.T) {
	rules := shippedRules(t)
	law := newAlmanac(2024, 2033)
	for _, h := range rules.Holidays {
		if everywhere, ok := law[h.Day]; !ok || everywhere != h.Nationwide {
			t.Errorf("%s is no such holiday", h.Day)
		}
	}
	if len(rules.Holidays) != 12*9 {
		t.Errorf("%d holidays in nine years", len(rules.Holidays))
	}
	computed := 0
	for _, rule := range rules.Rules {
		rule.Enabled, rule.ValidFrom, rule.ValidTo = true, "1900-01-01", ""
		rule.Applies, rule.Start = Applies{Fact: map[string]string{"s": "known"}}, []Start{{Needs: []string{"s"}}}
		own := rules
		own.Rules = []Rule{rule}
		for _, place := range []string{"", "DE", "DE-BW"} {
			land := rule.Calendar == "DE-BW" || rule.Calendar != "DE" && place == "DE-BW"
			for day := "2024-01-01"; day <= "2032-12-31"; day = AddDays(day, 1) {
				got, err := own.Deadlines(Situation{Facts: map[string]string{"s": day}, Places: map[string]string{rule.Calendar: place}}, day)
				if len(got) != 1 {
					t.Fatalf("%s from %s: %d deadlines, %v", rule.ID, day, len(got), err)
				}
				checkDay(t, law, got[0], err, day, land)
				computed++
			}
		}
	}
	if computed < 50_000 {
		t.Errorf("only %d deadlines were computed", computed)
	}
}

func checkDay(t *testing.T, law almanac, d Deadline, err error, day string, land bool) {
	t.Helper()
	raw := periodEnd(t, d.Rule.Length, day)
	if d.RawEnd != raw {
		t.Fatalf("%s from %s ends on %s, want %s", d.Rule.ID, day, d.RawEnd, raw)
	}
	if d.Outside || err != nil {
		// The last days of the list, and those beyond it: said, never guessed.
		if raw < "2032-12-31" && AddDays(raw, 6) <= "2032-12-31" || d.End != "" || d.Safe != "" {
			t.Fatalf("%s from %s: outside of a calendar that knows the day", d.Rule.ID, day)
		}
		return
	}
	if law.off(t, d.End, land) || law.off(t, d.Safe, true) || d.Safe > raw || d.End < raw {
		t.Fatalf("%s from %s: raw %s, end %s, safe %s", d.Rule.ID, day, raw, d.End, d.Safe)
	}
	for between := raw; between < d.End; between = AddDays(between, 1) {
		if !law.off(t, between, land) {
			t.Fatalf("%s from %s: %s is a working day before the end %s", d.Rule.ID, day, between, d.End)
		}
	}
	for between := AddDays(d.Safe, 1); between <= raw; between = AddDays(between, 1) {
		if !law.off(t, between, true) {
			t.Fatalf("%s from %s: %s is a working day after the safe day %s", d.Rule.ID, day, between, d.Safe)
		}
	}
}

// periodEnd counts a period by the words of BGB § 188.
func periodEnd(t *testing.T, l Length, day string) string {
	t.Helper()
	at, err := time.Parse(dayLayout, day)
	if err != nil {
		t.Fatal(err)
	}
	if l.Unit == "week" {
		return DayOf(at.AddDate(0, 0, 7*l.N))
	}
	months := l.N
	if l.Unit == "year" {
		months *= 12
	}
	first := time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return DayOf(first.AddDate(0, 0, min(at.Day(), last.Day())-1))
}
