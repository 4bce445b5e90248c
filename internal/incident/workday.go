package incident

import (
	"cmp"
	"slices"
	"time"
)

// WorkingDay gives the n-th working day after a day: no Saturday, no Sunday and
// no holiday of the list, wherever in the Land it counts, so that nobody is sent
// to look too early. In years that the list does not know only the days of the
// week count. A day that is none comes back as it is.
func (r Rules) WorkingDay(day string, n int) string {
	t, err := time.Parse(dayLayout, day)
	if err != nil {
		return day
	}
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		_, holiday := slices.BinarySearchFunc(r.Holidays, DayOf(t), func(h Holiday, day string) int { return cmp.Compare(h.Day, day) })
		if !holiday && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
			n--
		}
	}
	return DayOf(t)
}
