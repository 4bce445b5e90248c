package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
)

// answerTemplates gives the office's templates in the words of the field, and
// refuses one for a state that no case can be in.
func answerTemplates(read []config.AnswerTemplate) ([]incident.AnswerTemplate, error) {
	templates := make([]incident.AnswerTemplate, len(read))
	for i, t := range read {
		one := incident.AnswerTemplate{
			ID: t.ID, Version: t.Version, TitleDE: t.TitleDE, TitleEN: t.TitleEN, States: []incident.State{}, Fields: t.Fields(),
		}
		for _, s := range t.States {
			if !incident.State(s).Valid() {
				return nil, fmt.Errorf("reading the answer template %q: %q is no state", t.ID, s)
			}
			one.States = append(one.States, incident.State(s))
		}
		for _, lang := range slices.Sorted(maps.Keys(t.Texts)) {
			text := t.Texts[lang]
			one.Texts = append(one.Texts, incident.AnswerText{Lang: lang, Text: text.Text, Reviewed: text.ReviewedBy != ""})
		}
		templates[i] = one
	}
	return templates, nil
}

// bodiesOf gives the referral directory.
func bodiesOf(read []config.Body) []incident.Body {
	bodies := make([]incident.Body, len(read))
	for i, b := range read {
		bodies[i] = incident.Body(b)
	}
	return bodies
}
