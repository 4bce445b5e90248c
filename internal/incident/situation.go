package incident

import (
	"cmp"
	"maps"
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
