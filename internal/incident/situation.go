package incident

import (
	"cmp"
	"maps"
	"slices"
)

// Situation gives what the report itself says for the deadline rules. Where the
// day on which it ended was not asked for, the last day of the incident stands
// for it, unless it still goes on: then nothing has ended yet.
func (r Report) Situation(today string) Situation {
	s := Situation{
		Codes: map[string][]string{"area": r.Areas, "respondent": r.Respondents, "manifestation": r.Manifestations, "ground": r.Grounds},
		Facts: maps.Clone(r.Facts),
	}
	if s.Facts == nil {
		s.Facts = map[string]string{}
	}
	if r.When == nil {
		return s
	}
	s.From, s.To = r.When.From, r.When.To
	if r.When.Ongoing {
		s.To = today
		return s
	}
	if ended := cmp.Or(r.When.To, r.When.From); ended != "" && s.Facts[factEnded] == "" {
		s.Facts[factEnded] = ended
	}
	return s
}

// Carried gives the report with the day on which it happened also as the day on
// which it ended and was noticed, where the ticks open these questions of the
// form and nobody answered them: an earlier day than the true one only makes a
// deadline earlier. The script offers the same days in its form
// (frontend/src/form/dates.ts); a form without it has no other way to ask a day
// only once. A day that is none, or yet to come, stays a fault of its own field.
func (r Report) Carried(rules Rules, today string) Report {
	if r.When == nil {
		return r
	}
	ticked := slices.Concat(r.Areas, r.Respondents, r.Manifestations, r.Grounds)
	facts := maps.Clone(r.Facts)
	for id, day := range r.When.offers() {
		if facts[id] != "" || !ValidDay(day) || day > AddDays(today, 1) || !rules.asks(id, ticked) {
			continue
		}
		if facts == nil {
			facts = map[string]string{}
		}
		facts[id] = day
	}
	r.Facts = facts
	return r
}

// offers gives, by fact, the day that stands for it, or "".
func (w When) offers() map[string]string {
	noticed, ended := "", w.To
	if w.Precision == "day" {
		noticed, ended = w.From, w.From
	}
	if w.Ongoing {
		ended = ""
	}
	return map[string]string{factNoticed: noticed, factEnded: ended}
}

// asks says whether these codes open a question of the form.
func (r Rules) asks(id string, ticked []string) bool {
	return slices.ContainsFunc(r.Facts, func(fact Fact) bool {
		if fact.ID != id || fact.AskedIn != "form" {
			return false
		}
		for _, codes := range fact.AskIf {
			if slices.ContainsFunc(codes, func(code string) bool { return slices.Contains(ticked, code) }) {
				return true
			}
		}
		return false
	})
}
