package publicweb

import (
	"maps"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// facts is what the names of all date questions begin with.
const facts = "facts."

// A DateField asks for one day that a deadline can run from. Own is the question
// as the rules have it; a locale may have better words under fact.…
type DateField struct {
	Line
	Fact, Own string
	If        []string // codes, any of which opens the question where there is a script
}

// A DateFields is the list of them.
type DateFields []DateField

// Opened says whether one was answered, or has a fault, so that they are not folded away.
func (d DateFields) Opened() bool {
	return slices.ContainsFunc(d, func(f DateField) bool { return f.Value != "" || f.Fault != nil })
}

// dates asks what the rules want to know in the form.
func (b *builder) dates(rules incident.Rules) DateFields {
	var all DateFields
	for _, fact := range rules.Facts {
		if fact.AskedIn != "form" || fact.Type != "date" {
			continue
		}
		field := DateField{Line: b.date(facts+fact.ID, ""), Fact: fact.ID, Own: fact.QuestionDE}
		for _, group := range slices.Sorted(maps.Keys(fact.AskIf)) {
			field.If = append(field.If, fact.AskIf[group]...)
		}
		all = append(all, field)
	}
	return all
}

// factsOf reads the days that were given. Which facts there are is for the
// checker to know.
func factsOf(f intake.Form) map[string]string {
	var all map[string]string
	for name := range f {
		id, ok := strings.CutPrefix(name, facts)
		if day := isoDay(f.Get(name)); ok && day != "" {
			if all == nil {
				all = map[string]string{}
			}
			all[id] = day
		}
	}
	return all
}

// A DeadlineLine is one deadline as a resident sees it: the safe day only, what
// to do, and what is not sure about it. Act and Late are the rule's German words.
type DeadlineLine struct {
	Rule, Label, Act, Late string
	Safe                   string // day to act by
	Verified               string // day of the text of the law that the rule was compared with
	Past                   bool   // the safe day is over: said with care
	Outside                bool   // the calendar ends before
	Learned                bool   // noticed only after it had ended
	Early                  bool   // offices and the post close early on the safe day
	Tariff                 bool   // a collective agreement may differ
	Stale                  bool   // the rule wants checking
}

// deadlines are those that run by what the report says. Those that miss a fact
// are not shown: the notice about deadlines stands on every page.
func (s *Site) deadlines(r incident.Report) []DeadlineLine {
	today := incident.DayOf(s.Now())
	// A day outside the calendar is marked in its line.
	found, _ := s.Rules.Deadlines(r.Situation(today), today)
	var all []DeadlineLine
	for _, d := range found {
		if len(d.Missing) > 0 {
			continue
		}
		all = append(all, DeadlineLine{
			Rule: d.Rule.ID, Label: d.Rule.LabelDE, Act: d.Rule.ActDE, Late: d.Rule.LateDE, Safe: d.Safe, Verified: d.Rule.VerifiedOn,
			Past: d.Safe != "" && d.Safe < today, Outside: d.Outside, Learned: d.Learned, Early: early(d.Safe),
			Tariff: d.Rule.CollectiveAgreementMayDiffer, Stale: d.Stale,
		})
	}
	return all
}

// early says whether offices and the post close early on a day that is no holiday.
func early(day string) bool {
	return strings.HasSuffix(day, "-12-24") || strings.HasSuffix(day, "-12-31")
}

// toldLines are the deadlines that the office told.
func toldLines(told []intake.Told, today string) []DeadlineLine {
	var all []DeadlineLine
	for _, d := range told {
		all = append(all, DeadlineLine{
			Rule: d.Rule, Label: d.Label, Act: d.Act, Late: d.Late, Safe: d.Due, Verified: d.Verified,
			Past: d.Due != "" && d.Due < today, Outside: d.Outside, Learned: d.Learned, Early: early(d.Due), Tariff: d.Tariff, Stale: d.Stale,
		})
	}
	return all
}
