package incident

import "testing"

func TestWorkingDay(t *testing.T) {
	rules := Rules{Holidays: []Holiday{{Day: "2026-12-25", Nationwide: true}, {Day: "2026-12-26", Nationwide: true}, {Day: "2027-01-01", Nationwide: true}, {Day: "2027-01-06"}}}
	for _, tt := range []struct {
		day  string
		n    int
		want string
	}{
		{"2026-11-22", 3, "2026-11-25"}, // a Sunday
		{"2026-11-20", 1, "2026-11-23"}, // over the weekend
		{"2026-11-21", 1, "2026-11-23"},
		{"2026-12-23", 3, "2026-12-29"}, // over Christmas
		{"2026-12-31", 1, "2027-01-04"},
		{"2027-01-05", 1, "2027-01-07"}, // a holiday of the Land
		{"2026-11-22", 0, "2026-11-22"},
		{"2026-11-22", 60, "2027-02-17"},
		{"never", 3, "never"},
	} {
		if got := rules.WorkingDay(tt.day, tt.n); got != tt.want {
			t.Errorf("%d working days after %s: %s, want %s", tt.n, tt.day, got, tt.want)
		}
	}
	if got := (Rules{}).WorkingDay("2026-12-24", 1); got != "2026-12-25" {
		t.Errorf("without a list: %s, want the next day of the week", got)
	}
}
