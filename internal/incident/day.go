package incident

import "time"

// Days are text, "2026-11-22", and months "2026-11": civil dates without a zone,
// so that nothing finer can be stored by accident and text order is time order.
const (
	dayLayout   = time.DateOnly
	monthLayout = "2006-01"
)

// DayOf gives the civil day of t in t's own zone.
func DayOf(t time.Time) string { return t.Format(dayLayout) }

// MonthOf gives the month of t in t's own zone.
func MonthOf(t time.Time) string { return t.Format(monthLayout) }

// ValidDay says whether s is a day that exists.
func ValidDay(s string) bool {
	t, err := time.Parse(dayLayout, s)
	return err == nil && t.Format(dayLayout) == s
}

// ValidMonth says whether s is a month that exists.
func ValidMonth(s string) bool {
	t, err := time.Parse(monthLayout, s)
	return err == nil && t.Format(monthLayout) == s
}

// AddDays gives the day n days after day, or day itself if it is none.
func AddDays(day string, n int) string {
	t, err := time.Parse(dayLayout, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(dayLayout)
}

// monthOf gives the month of a day, or "" if it is none.
func monthOf(day string) string {
	if !ValidDay(day) {
		return ""
	}
	return day[:len(monthLayout)]
}

// Monday gives the Monday of day's week, or "" if it is no day.
func Monday(day string) string {
	t, err := time.Parse(dayLayout, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7).Format(dayLayout)
}

// lastOf gives the last day of a month, or day itself. Resident events carry
// the month only, so a period after one is counted from its last day.
func lastOf(dayOrMonth string) string {
	t, err := time.Parse(monthLayout, dayOrMonth)
	if err != nil {
		return dayOrMonth
	}
	return t.AddDate(0, 1, -1).Format(dayLayout)
}

// anniversary gives the day n months after day; a day that does not exist there
// becomes the last of its month (BGB § 188(3)).
func anniversary(day string, n int) string {
	t, err := time.Parse(dayLayout, day)
	if err != nil {
		return day
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1).Format(dayLayout)
}
