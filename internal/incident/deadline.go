package incident

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Rules are the office's dated deadline rules (domain.md §8). No length, area or
// date of a law stands in code. All days are civil, "2026-03-15"; "" is none.
type Rules struct {
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
	ID         string              `json:"id"`
	Type       string              `json:"type"`             // date or yes_no_unknown
	AskedIn    string              `json:"asked_in"`         // form or console
	AskIf      map[string][]string `json:"ask_if,omitempty"` // any of these codes opens the question
	QuestionDE string              `json:"question_de,omitempty"`
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
	Shift        string  `json:"shift,omitempty"` // the law that moves an end from a day off, for people
	Calendar     string  `json:"calendar"`        // a calendar, place_of_respondent or place_of_court
	Applies      Applies `json:"applies"`
	Start        []Start `json:"start"`
	LabelDE      string  `json:"label_de"`
	LabelEN      string  `json:"label_en"`
	ActDE        string  `json:"act_de,omitempty"`
	LateDE       string  `json:"late_de,omitempty"`
	NotStartedDE string  `json:"not_started_de,omitempty"`

	NeverReplaces                []string `json:"never_replaces,omitempty"` // rules beside which this one stands
	CollectiveAgreementMayDiffer bool     `json:"collective_agreement_may_differ,omitempty"`
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
	Facts     map[string]string // by fact id: a day, a month, a range "2026-01-10/2026-01-20", or yes or no
	From, To  string            // days or months of the incident, "" if unknown
	Places    map[string]string // place_of_respondent, place_of_court: a calendar's id
	Authority string            // jurisdiction of the authority that decided, "" if unknown
}

// A Deadline is what one rule says about a situation. Where Missing is not
// empty, or Outside is set, there is no end and no safe day.
type Deadline struct {
	Rule    Rule
	Missing []string // facts of the rule's first start that are not known
	Outside bool     // its days lie outside the list of holidays (ErrCalendar)
	Learned bool     // it was noticed only after it had ended: was it without fault? (AGG § 21(5), second sentence)
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
// of the rules: a dismissal stands on top. today is the office's day. With
// ErrCalendar come the deadlines that could be computed, and the others marked.
func (r Rules) Deadlines(s Situation, today string) ([]Deadline, error) {
	found := map[string]Deadline{}
	var ids []string
	var failed error
	for _, rule := range r.Rules {
		if !rule.Enabled || !rule.opens(s) || !rule.touches(s, today) {
			continue
		}
		d, err := r.deadline(rule, s, today)
		if err != nil {
			failed = fmt.Errorf("computing %s: %w", rule.ID, err)
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
	return all, failed
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
		have := s.Facts[id]
		if first, _ := span(have); want == "known" && first != "" || want != "known" && have == want {
			return true
		}
	}
	return false
}

// span gives the first and the last day that a date can mean: of itself, of a
// month, of a range "from/to". What is no date gives "".
func span(date string) (first, last string) {
	from, to, ranged := strings.Cut(date, "/")
	if !ranged {
		to = from
	}
	first, last = from, lastOf(to)
	if ValidMonth(from) {
		first = from + "-01"
	}
	if !ValidDay(first) || !ValidDay(last) || last < first {
		return "", ""
	}
	return first, last
}

// touches says whether the version holds on a day of the incident. Where that
// day is unknown, the days from which the rule could run stand for it, else today.
func (rule Rule) touches(s Situation, today string) bool {
	from, last := span(s.From)
	to, end := span(s.To)
	switch {
	case from == "" && to == "":
		from, end = rule.known(s, today)
	case from == "":
		from = to
	case to == "":
		end = last
	}
	return rule.ValidFrom <= end && (rule.ValidTo == "" || from <= rule.ValidTo)
}

// known gives the first and last day that the rule's facts can mean, or today.
func (rule Rule) known(s Situation, today string) (first, last string) {
	for _, start := range rule.Start {
		for _, id := range start.Needs {
			from, to := span(s.Facts[id])
			if from != "" && (first == "" || from < first) {
				first = from
			}
			last = max(last, to)
		}
	}
	if first == "" {
		return today, today
	}
	return first, last
}

// deadline computes one version of one rule.
func (r Rules) deadline(rule Rule, s Situation, today string) (Deadline, error) {
	d := Deadline{
		Rule: rule, Learned: rule.learned(s),
		Stale: rule.SignedOffBy == "" || AddDays(rule.VerifiedOn, r.StaleAfterDays) < today,
	}
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
		var err, safeErr error
		d.End, err = r.move(d.RawEnd, r.calendar(rule, s), 1)
		// The safe day always takes the fuller calendar of the office's own Land.
		d.Safe, safeErr = r.move(min(d.RawEnd, rule.Length.after(safeFrom)), r.DefaultJurisdiction, -1)
		if err = cmp.Or(err, safeErr); err != nil {
			d.Outside, d.End, d.Safe = true, "", ""
		}
		return d, err
	}
	if len(rule.Start) > 0 {
		d.Missing = slices.DeleteFunc(slices.Clone(rule.Start[0].Needs), func(id string) bool {
			first, _ := span(s.Facts[id])
			return first != ""
		})
	}
	return d, nil
}

// The two facts that together say that somebody could not act in time: a period
// from the end of the violation runs whether or not it was noticed.
const (
	factEnded   = "violation_ended_on"
	factNoticed = "knowledge_on"
)

// learned says whether a rule that runs from the end of a violation was noticed
// only later (domain.md §8.2).
func (rule Rule) learned(s Situation) bool {
	ended, _ := span(s.Facts[factEnded])
	noticed, _ := span(s.Facts[factNoticed])
	return ended != "" && noticed > ended &&
		slices.ContainsFunc(rule.Start, func(start Start) bool { return slices.Contains(start.Needs, factEnded) })
}

// days gives the start's days, the earliest that each can be, or nil if one of
// its facts is unknown.
func (r Rules) days(start Start, s Situation) []string {
	var days []string
	for _, id := range start.Needs {
		day, _ := span(s.Facts[id])
		if day == "" {
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
// law holds, the fewest.
func (r Rules) posting(day, jurisdiction string) int {
	fewest, own := 0, 0
	for _, p := range r.PostingFiction {
		if day < p.From || p.To != "" && day > p.To {
			continue
		}
		if fewest == 0 || p.Days < fewest {
			fewest = p.Days
		}
		if p.Jurisdiction == jurisdiction {
			own = p.Days
		}
	}
	return cmp.Or(own, fewest)
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
// holidays where the place is unknown or has none, which gives the earlier end.
func (r Rules) calendar(rule Rule, s Situation) string {
	for _, id := range [...]string{rule.Calendar, s.Places[rule.Calendar]} {
		if _, ok := r.Calendars[id]; ok {
			return id
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.Calendars)) {
		if r.Calendars[id].Rows == "nationwide" {
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
