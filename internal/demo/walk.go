package demo

import (
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// answers are what the office says, by the language of the report.
var answers = map[string]string{
	"de": "Danke, dass Sie uns das erzählt haben. Wir haben Ihre Meldung gelesen und nehmen sie ernst. Möchten Sie, dass wir gemeinsam überlegen, was Sie tun können?",
	"en": "Thank you for telling us. We have read your report and take it seriously. Would you like us to think together about what you can do?",
	"ar": "شكراً لأنكم أخبرتمونا. قرأنا بلاغكم ونأخذه على محمل الجد. هل تريدون أن نفكر معاً في ما يمكنكم فعله؟",
}

// walk takes the case to the state that it was drawn for, step by step, as a
// member would.
func (d *desk) walk(t telling) error {
	if t.state == incident.StateReceived {
		return nil
	}
	m := d.members[d.index%len(d.members)]
	steps := []func() error{
		func() error { return d.do(m, casework.Act{Kind: incident.KindAccess}) },
		func() error { return d.card(m, t) },
		func() error {
			return d.do(m, casework.Act{Kind: incident.KindAssignment, Public: incident.Public{Member: m.id}})
		},
		func() error { return d.deadline(m) },
		func() error { return d.consent(m, t) },
		func() error { return d.move(m, incident.StateTriage, incident.Public{}) },
	}
	steps = append(steps, d.onward(m, t)...)
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// onward are the steps behind triage.
func (d *desk) onward(m member, t telling) []func() error {
	advises := t.report.Track() == incident.TrackCounselling
	code := func() error { return d.code(m, t) }
	answer := func() error {
		if t.past != nil {
			d.clock = d.clock.AddDate(0, 0, t.past.wait)
		}
		return d.answer(m, t.report.Lang)
	}
	to := func(s incident.State) func() error {
		return func() error { return d.move(m, s, d.paused(s)) }
	}
	switch t.state {
	case incident.StateTriage:
		return nil
	case incident.StateQueryOpen:
		return []func() error{answer, to(incident.StateQueryOpen)}
	case incident.StateDocumented:
		return []func() error{code, to(incident.StateDocumented)}
	case incident.StateCounselling:
		return []func() error{code, answer, to(incident.StateCounselling), func() error { return d.note(m) }}
	case incident.StateIntervention:
		return []func() error{code, answer, to(incident.StateCounselling), to(incident.StateIntervention)}
	case incident.StatePaused:
		return []func() error{answer, to(incident.StateCounselling), to(incident.StatePaused)}
	case incident.StateReferred:
		return []func() error{answer, to(incident.StateReferred)}
	case incident.StateClosed:
		if t.past != nil && !t.past.coded {
			return []func() error{answer, to(incident.StateCounselling), d.pause, d.fallSilent, to(incident.StateClosed)}
		}
		if advises {
			return []func() error{code, answer, to(incident.StateCounselling), to(incident.StateClosed)}
		}
		return []func() error{code, to(incident.StateDocumented), to(incident.StateClosed)}
	case incident.StateDiscarded:
		return []func() error{d.discard}
	case incident.StateReceived, incident.StateAnonymised, incident.StateErased:
	}
	return nil
}

// move makes a transition and names every check of the browser as made.
func (d *desk) move(m member, to incident.State, p incident.Public) error {
	for _, t := range incident.Transitions {
		if t.From == d.case_.State && t.To == to {
			for _, check := range t.Checks {
				p.Checks = append(p.Checks, string(check))
			}
			break
		}
	}
	return d.do(m, casework.Act{Kind: incident.KindTransition, To: to, Public: p})
}

// paused gives a pause its day of return.
func (d *desk) paused(s incident.State) incident.Public {
	if s != incident.StatePaused {
		return incident.Public{}
	}
	return incident.Public{Resume: incident.DayOf(d.city.Today.AddDate(0, 0, 20))}
}

// pause lets a case of an earlier year wait for two weeks.
func (d *desk) pause() error {
	p := incident.Public{Resume: incident.DayOf(d.clock.AddDate(0, 0, 14))}
	return d.move(d.members[d.index%len(d.members)], incident.StatePaused, p)
}

// fallSilent lets the time pass after which a person who does not answer is let go.
func (d *desk) fallSilent() error {
	d.clock = d.clock.AddDate(0, 0, 130)
	return nil
}

func (d *desk) answer(m member, lang string) error {
	a, err := d.told(m, incident.KindAnswer, map[string]string{"text": answers[lang], "lang": lang})
	if err != nil {
		return err
	}
	return d.do(m, a)
}

func (d *desk) note(m member) error {
	a, err := d.sealed(m, incident.KindNote, map[string]string{"text": "Rückruf vereinbart. Unterlagen liegen vor."})
	if err != nil {
		return err
	}
	return d.do(m, a)
}

// deadline tells that no rule was found to apply; its presence must tell nothing.
func (d *desk) deadline(m member) error {
	a, err := d.told(m, incident.KindDeadline, map[string]string{})
	if err != nil {
		return err
	}
	return d.do(m, a)
}

// consent records what the ticks of the report say.
func (d *desk) consent(m member, t telling) error {
	a, err := d.told(m, incident.KindConsent, map[string]any{"rung": t.report.Rung, "texts": t.report.Consents})
	if err != nil {
		return err
	}
	a.Public.Rung, a.Public.Text, a.Public.Track = t.report.Rung, "ticks/1", t.report.Track()
	return d.do(m, a)
}

// code writes the office's codes, here the reporter's own.
func (d *desk) code(m member, t telling) error {
	coding := incident.Coding{
		Grounds: t.grounds(), Subtypes: t.subtypes(d.city.Check.Taxonomy), Area: t.report.Areas[0],
		Respondent: t.report.Respondents[0], Manifestations: t.report.Manifestations,
		Forms: []string{"direct"}, Level: "individual", Multiplicity: "single",
		Role: t.report.Role, Lang: t.report.Lang,
	}
	if t.state == incident.StateDocumented || t.state == incident.StateClosed {
		coding.Outcome = "documented_only"
	}
	if t.past != nil {
		coding.Outcome, coding.Interventions, coding.Multiplicity = t.past.outcome, t.past.interventions, t.past.multiplicity
	}
	a, err := d.sealed(m, incident.KindCoding, coding)
	if err != nil {
		return err
	}
	a.Public.Year, a.Public.Taxonomy = d.clock.Year(), t.report.Taxonomy
	return d.do(m, a)
}

// grounds are the report's grounds without kinds of racism; a kind stands for
// its parent.
func (t telling) grounds() []string {
	kept := []string{}
	for _, g := range t.report.Grounds {
		if len(g) > 5 && g[:5] == "anti_" || g == "antigypsyism" {
			g = "racism_ethnic_origin"
		}
		if len(kept) == 0 || kept[len(kept)-1] != g {
			kept = append(kept, g)
		}
	}
	return kept
}

func (t telling) subtypes(taxonomy incident.Taxonomy) []string {
	var kept []string
	for _, g := range t.report.Grounds {
		if taxonomy.Asked(incident.GroupSubtype, g, t.report.Taxonomy) {
			kept = append(kept, g)
		}
	}
	return kept
}

// discard takes two coordinators.
func (d *desk) discard() error {
	asks, agrees := d.members[0], d.members[1]
	op := d.op()
	request := casework.Act{Op: op, Kind: incident.KindRequest, Public: incident.Public{Act: incident.ActDiscard, Code: "test"}}
	if err := d.do(asks, request); err != nil {
		return err
	}
	return d.do(agrees, casework.Act{Kind: incident.KindApproval, Public: incident.Public{Of: op.String()}})
}
