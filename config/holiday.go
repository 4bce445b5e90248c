package config

import (
	"errors"
	"fmt"
	"time"
)

const holidayHeader = "date;weekday;name_de;nationwide"

// A Holiday is one public holiday of the Land.
type Holiday struct {
	Day        string // civil day, 2026-01-06
	NameDE     string
	Nationwide bool // in all of Germany
}

// ParseHolidays reads a holiday file, which must be in the order of its days, and returns all its faults
// joined. The file ends with its last year: what lies behind it is unknown, and never a working day.
func ParseHolidays(text []byte) ([]Holiday, error) {
	weekdays := [...]string{"So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"}
	var all []Holiday
	var f faults
	last := ""
	err := table(text, holidayHeader, func(line int, field []string) {
		at := fmt.Sprintf("holidays, line %d", line)
		date, err := time.Parse(day, field[0])
		f.want(err == nil, at, "want a day such as 2026-01-06, found %q", field[0])
		f.want(err != nil || weekdays[date.Weekday()] == field[1], at, "%s is a %s, not a %q", field[0], weekdays[date.Weekday()], field[1])
		f.want(last < field[0], at, "%s does not stand behind %s", field[0], last)
		f.want(field[2] != "", at, "no name")
		f.want(field[3] == "yes" || field[3] == "no", at, "nationwide %q is neither yes nor no", field[3])
		last = field[0]
		all = append(all, Holiday{Day: field[0], NameDE: field[2], Nationwide: field[3] == "yes"})
	})
	if err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	f.want(len(all) > 0, "holidays", "no holiday")
	return all, errors.Join(f...)
}
