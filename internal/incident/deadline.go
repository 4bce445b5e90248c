package incident

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Rules are the office's dated deadline rules (domain.md §8). No length, area or
// date of a law stands in code. All days are civil, "2026-03-15"; "" is none.
type Rules struct {
	WarnDaysBefore      []int               `json:"warn_days_before"`
	StaleAfterDays      int                 `json:"stale_after_days"`
	DefaultJurisdiction string              `json:"default_jurisdiction"`
	Calendars           map[string]Calendar `json:"calendars"`
	Facts               []Fact              `json:"facts"`
	Rules               []Rule              `json:"rules"`
	PostingFiction      []PostingFiction    `json:"posting_fiction"`
	Holidays            []Holiday           `json:"holidays"` // in order; what lies outside their years is unknown
}

// A Calendar says which holidays count: "all" of the list, or the "nationwide" ones.
type Calendar struct {
	Rows string `json:"rows"`
}

// A Holiday is a day on which nothing can be handed in.
type Holiday struct {
	Day        string `json:"day"`
	Nationwide bool   `json:"nationwide"`
}

// A Fact is a date, or an answer, that a rule starts from.
type Fact struct {
	ID      string              `json:"id"`
	Type    string              `json:"type"`
	AskedIn string              `json:"asked_in"`
	AskIf   map[string][]string `json:"ask_if,omitempty"`
}

// A Rule is one version of one deadline.
type Rule struct {
	ID           string  `json:"id"`
	Version      int     `json:"version"`
	Enabled      bool    `json:"enabled"`
	Order        int     `json:"order"` // 1 stands on top
	ValidFrom    string  `json:"valid_from"`
	ValidTo      string  `json:"valid_to,omitempty"`
	VerifiedOn   string  `json:"verified_on,omitempty"`
	SignedOffBy  string  `json:"signed_off_by,omitempty"`
	Length       Length  `json:"length"`
	Calendar     string  `json:"calendar"`
	Applies      Applies `json:"applies"`
	Start        []Start `json:"start"`
	LabelDE      string  `json:"label_de"`
	LabelEN      string  `json:"label_en"`
	ActDE        string  `json:"act_de,omitempty"`
	LateDE       string  `json:"late_de,omitempty"`
	NotStartedDE string  `json:"not_started_de,omitempty"`
}

// Length is how long a deadline runs, in weeks, months or years.
type Length struct {
	N    int    `json:"n"`
	Unit string `json:"unit"`
}

// Applies opens a rule: any of the codes, or a fact that is "known", "yes" or "no".
type Applies struct {
	AnyOf map[string][]string `json:"any_of,omitempty"`
	Fact  map[string]string   `json:"fact,omitempty"`
}

// Start is the facts that a deadline runs from. The first entry whose facts are
// all known counts.
type Start struct {
	Needs    []string `json:"needs"`
	Take     string   `json:"take,omitempty"`
	SafeFrom string   `json:"safe_from,omitempty"`
	Plus     string   `json:"plus,omitempty"`
}

// PostingFiction is the number of days after which a posted decision counts as
// announced.
type PostingFiction struct {
	Jurisdiction string `json:"jurisdiction"`
	From         string `json:"from"`
	To           string `json:"to,omitempty"`
	Days         int    `json:"days"`
}

// A Situation is what is known of one case. Groups are those of the rules:
// area, respondent, manifestation, ground.
type Situation struct {
	Codes     map[string][]string
	Facts     map[string]string // by fact id: a day, or yes or no
	From, To  string            // days of the incident, "" if unknown
	Places    map[string]string // place_of_respondent, place_of_court: a calendar's id
	Authority string            // jurisdiction of the authority that decided, "" if unknown
}

// A Deadline is what one rule says about a situation. Where Missing is not
// empty, nothing was computed.
type Deadline struct {
	Rule    Rule
	Missing []string // facts of the rule's first start, of which none is known
	Starts  string   // the day that it runs from; it does not count itself (BGB § 187)
	RawEnd  string   // the last day, before it is moved off a day off (BGB § 188)
	End     string   // moved to the next working day (BGB § 193 and its like)
	Safe    string   // the last working day on or before the earliest raw end: act by then
	Stale   bool     // nobody has compared the rule with the law for too long, or no lawyer signed it
}

// ErrCalendar says that a day lies outside the list of holidays. It is shown,
// and never taken for a working day.
var ErrCalendar = errors.New("day outside the calendar")

// Deadlines computes every enabled rule that the situation opens, in the order
// of the rules: a dismissal stands on top. today is the office's day.
func (r Rules) Deadlines(s Situation, today string) ([]Deadline, error) {
	found := map[string]Deadline{}
	var ids []string
	for _, rule := range r.Rules {
		if !rule.Enabled || !rule.opens(s) || !rule.touches(s, today) {
			continue
		}
		d, err := r.deadline(rule, s, today)
		if err != nil {
			return nil, fmt.Errorf("computing %s: %w", rule.ID, err)
		}
		was, there := found[rule.ID]
		if !there {
			ids = append(ids, rule.ID)
		}
		// Of several versions that the incident touches, the earliest end counts.
		if !there || d.Safe != "" && (was.Safe == "" || d.Safe < was.Safe) {
			found[rule.ID] = d
		}
	}
	all := make([]Deadline, len(ids))
	for i, id := range ids {
		all[i] = found[id]
	}
	slices.SortStableFunc(all, func(a, b Deadline) int { return cmp.Compare(a.Rule.Order, b.Rule.Order) })
	return all, nil
}

// opens says whether a code or fact of the situation opens the rule.
func (rule Rule) opens(s Situation) bool {
	for group, codes := range rule.Applies.AnyOf {
		for _, c := range s.Codes[group] {
			if slices.Contains(codes, c) {
				return true
			}
		}
	}
	for id, want := range rule.Applies.Fact {
		if have := s.Facts[id]; have == want || want == "known" && ValidDay(have) {
			return true
		}
	}
	return false
}

// touches says whether the version holds on a day of the incident; without one,
// on the first day that is known, else today.
func (rule Rule) touches(s Situation, today string) bool {
	from, to := s.From, s.To
	if from == "" {
		from = to
	}
	if from == "" {
		from = rule.firstKnown(s, today)
	}
	if to == "" {
		to = from
	}
	return rule.ValidFrom <= to && (rule.ValidTo == "" || from <= rule.ValidTo)
}

func (rule Rule) firstKnown(s Situation, today string) string {
	for _, start := range rule.Start {
		for _, id := range start.Needs {
			if day := s.Facts[id]; ValidDay(day) {
				return day
			}
		}
	}
	return today
}

// deadline computes one version of one rule.
func (r Rules) deadline(rule Rule, s Situation, today string) (Deadline, error) {
	d := Deadline{Rule: rule, Stale: rule.SignedOffBy == "" || AddDays(rule.VerifiedOn, r.StaleAfterDays) < today}
	for _, start := range rule.Start {
		days := r.days(start, s)
		if days == nil {
			continue
		}
		slices.Sort(days)
		d.Starts = days[len(days)-1]
		safeFrom := d.Starts
		if start.SafeFrom == "earliest" {
			safeFrom = days[0]
		}
		d.RawEnd = rule.Length.after(d.Starts)
		var err error
		if d.End, err = r.move(d.RawEnd, r.calendar(rule, s), 1); err != nil {
			return d, err
		}
		// The safe day always takes the fuller calendar of the office's own Land.
		d.Safe, err = r.move(min(d.RawEnd, rule.Length.after(safeFrom)), r.DefaultJurisdiction, -1)
		return d, err
	}
	if len(rule.Start) > 0 {
		d.Missing = slices.Clone(rule.Start[0].Needs)
	}
	return d, nil
}

// days gives the start's days, or nil if one of its facts is unknown.
func (r Rules) days(start Start, s Situation) []string {
	var days []string
	for _, id := range start.Needs {
		day := s.Facts[id]
		if !ValidDay(day) {
			return nil
		}
		if start.Plus == "posting_fiction" {
			day = AddDays(day, r.posting(day, s.Authority))
		}
		days = append(days, day)
	}
	return days
}

// posting gives the days that a posted decision takes; where it is unknown whose
// law holds, the fewer.
func (r Rules) posting(day, jurisdiction string) int {
	fewest := 0
	for _, p := range r.PostingFiction {
		known := jurisdiction == "" || p.Jurisdiction == jurisdiction
		if known && p.From <= day && (p.To == "" || day <= p.To) && (fewest == 0 || p.Days < fewest) {
			fewest = p.Days
		}
	}
	return fewest
}

// after gives the last day of a period that begins after day: same weekday, same
// number of the month or, where there is none, the month's last (BGB § 188).
func (l Length) after(day string) string {
	switch l.Unit {
	case "week":
		return AddDays(day, 7*l.N)
	case "year":
		return anniversary(day, 12*l.N)
	}
	return anniversary(day, l.N)
}

// calendar gives the calendar of the place where the act is due; nationwide
// holidays where the place is unknown, which gives the earlier end.
func (r Rules) calendar(rule Rule, s Situation) string {
	if _, ok := r.Calendars[rule.Calendar]; ok {
		return rule.Calendar
	}
	if place := s.Places[rule.Calendar]; place != "" {
		return place
	}
	for id, c := range r.Calendars {
		if c.Rows == "nationwide" {
			return id
		}
	}
	return r.DefaultJurisdiction
}

// move goes from a day to the nearest working day, forward or back.
func (r Rules) move(day, calendar string, step int) (string, error) {
	for {
		off, err := r.dayOff(day, calendar)
		if err != nil || !off {
			return day, err
		}
		day = AddDays(day, step)
	}
}

// dayOff says whether the day is a Saturday, a Sunday or a holiday.
func (r Rules) dayOff(day, calendar string) (bool, error) {
	c, known := r.Calendars[calendar]
	n := len(r.Holidays)
	if !known || n == 0 || len(day) < 4 || day[:4] < r.Holidays[0].Day[:4] || day[:4] > r.Holidays[n-1].Day[:4] {
		return false, ErrCalendar
	}
	t, err := time.Parse(dayLayout, day)
	if err != nil {
		return false, ErrCalendar
	}
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return true, nil
	}
	i, found := slices.BinarySearchFunc(r.Holidays, day, func(h Holiday, day string) int { return cmp.Compare(h.Day, day) })
	return found && (c.Rows == "all" || r.Holidays[i].Nationwide), nil
}
