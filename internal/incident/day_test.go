package incident

import (
	"testing"
	"time"
)

func TestDaysAndMonths(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC)
	if got := DayOf(late); got != "2026-11-30" {
		t.Errorf("DayOf in UTC = %q", got)
	}
	if got := DayOf(late.In(berlin)); got != "2026-12-01" {
		t.Errorf("DayOf in the office's zone = %q, want the day there", got)
	}
	if got := MonthOf(late.In(berlin)); got != "2026-12" {
		t.Errorf("MonthOf in the office's zone = %q", got)
	}
	for s, want := range map[string][2]bool{ // day, month
		"2026-11-22":           {true, false},
		"2026-11":              {false, true},
		"2028-02-29":           {true, false},
		"2026-02-29":           {},
		"2026-13-01":           {},
		"2026-13":              {},
		"2026-00":              {},
		"2026-1-2":             {},
		"26-11-22":             {},
		"2026-11-22T00:00:00Z": {},
		" 2026-11-22":          {},
		"2026":                 {},
		"":                     {},
	} {
		if got := [2]bool{ValidDay(s), ValidMonth(s)}; got != want {
			t.Errorf("%q: day and month %v, want %v", s, got, want)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want string
	}{
		{"30 days", AddDays("2026-11-22", 30), "2026-12-22"},
		{"into a leap day", AddDays("2028-02-28", 1), "2028-02-29"},
		{"past no leap day", AddDays("2027-02-28", 1), "2027-03-01"},
		{"a century that is none", AddDays("2100-02-28", 1), "2100-03-01"},
		{"over New Year", AddDays("2026-12-31", 1), "2027-01-01"},
		{"back", AddDays("2026-03-01", -1), "2026-02-28"},
		{"over the change of clocks", AddDays("2026-03-28", 2), "2026-03-30"},
		{"none", AddDays("soon", 1), "soon"},

		{"month of a day", monthOf("2026-11-22"), "2026-11"},
		{"month of a month", monthOf("2026-11"), ""},
		{"month of nothing", monthOf(""), ""},

		{"last of November", lastOf("2026-11"), "2026-11-30"},
		{"last of December", lastOf("2026-12"), "2026-12-31"},
		{"last of February", lastOf("2027-02"), "2027-02-28"},
		{"last of a leap February", lastOf("2028-02"), "2028-02-29"},
		{"last of a day", lastOf("2026-11-22"), "2026-11-22"},

		// BGB § 188(2), (3): the same number, or the last day of a short month.
		{"a year", anniversary("2026-11-22", 12), "2027-11-22"},
		{"a year from a leap day", anniversary("2028-02-29", 12), "2029-02-28"},
		{"two months from 31 December", anniversary("2025-12-31", 2), "2026-02-28"},
		{"two months into a leap year", anniversary("2027-12-31", 2), "2028-02-29"},
		{"three months from 31 January", anniversary("2026-01-31", 3), "2026-04-30"},
		{"a month from the 30th", anniversary("2026-01-30", 1), "2026-02-28"},
		{"no month", anniversary("2026-01-31", 0), "2026-01-31"},
		{"over two years", anniversary("2026-08-31", 18), "2028-02-29"},
		{"none", anniversary("2026-11", 12), "2026-11"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

// TestMonday walks four years, a leap year among them.
func TestMonday(t *testing.T) {
	day := "2026-01-01"
	for range 4 * 366 {
		monday := Monday(day)
		d, err := time.Parse(time.DateOnly, monday)
		if err != nil || d.Weekday() != time.Monday {
			t.Fatalf("Monday(%s) = %q, a %s", day, monday, d.Weekday())
		}
		if monday > day || AddDays(monday, 6) < day {
			t.Fatalf("Monday(%s) = %s is of another week", day, monday)
		}
		day = AddDays(day, 1)
	}
	for day, want := range map[string]string{
		"2026-11-22": "2026-11-16", // a Sunday ends its week
		"2026-11-23": "2026-11-23",
		"2027-01-01": "2026-12-28",
		"2026-11":    "",
		"":           "",
	} {
		if got := Monday(day); got != want {
			t.Errorf("Monday(%q) = %q, want %q", day, got, want)
		}
	}
}

// Text order is time order, on which every comparison of days here rests.
func TestTextOrderIsTimeOrder(t *testing.T) {
	for day := "1999-12-25"; day < "2001-03-05"; day = AddDays(day, 1) {
		if next := AddDays(day, 1); next <= day || next[:7] < day[:7] {
			t.Fatalf("%s stands before %s", next, day)
		}
	}
}
