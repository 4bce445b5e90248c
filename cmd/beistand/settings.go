package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/caseweb"
	"github.com/beistand/beistand/internal/demo"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/publicweb"
)

// This file turns what config read into the words of the other packages, which
// know nothing of settings.

// pinnedKeys gives the operator's keys, and refuses the key that everybody has.
func (s *server) pinnedKeys(pinned config.Keys) ([]incident.PinnedKey, error) {
	keys := []incident.PinnedKey{}
	for _, d := range s.config.Office.Desks {
		for _, k := range pinned.All(d.ID) {
			if k.Recipient == demo.Recipient() && !s.fictional {
				return nil, errors.New("the pinned keys hold the key of the fictional city, which everybody has")
			}
			keys = append(keys, incident.PinnedKey{
				Desk: k.Desk, Epoch: k.Epoch, From: k.From, Until: k.Until, Recipient: k.Recipient, Closes: pinned.Closes(k, s.zone),
			})
		}
	}
	return keys, nil
}

func (s *server) checker() (*incident.Checker, error) {
	c := incident.Checker{Taxonomy: taxonomyOf(s.data.Taxonomy), Languages: s.config.Languages}
	for _, d := range s.config.Districts {
		c.Districts = append(c.Districts, d.ID)
	}
	for _, f := range s.data.Rules.Facts {
		if f.Type == "date" {
			c.Facts = append(c.Facts, f.ID)
		}
	}
	return incident.NewChecker(c)
}

// deadlineRules gives the office's rules and holidays in the words of the engine,
// and as the pages read them.
// Both sides are the same JSON, so that a field cannot be lost on the way.
func (s *server) deadlineRules() (rules incident.Rules, text []byte, err error) {
	read, err := json.Marshal(s.data.Rules)
	if err == nil {
		err = json.Unmarshal(read, &rules)
	}
	if err != nil {
		return rules, nil, fmt.Errorf("reading the deadline rules: %w", err)
	}
	for _, h := range s.data.Holidays {
		rules.Holidays = append(rules.Holidays, incident.Holiday{Day: h.Day, Nationwide: h.Nationwide})
	}
	if text, err = json.Marshal(rules); err != nil {
		return rules, nil, fmt.Errorf("writing the deadline rules: %w", err)
	}
	return rules, text, nil
}

func taxonomyOf(t config.Taxonomy) incident.Taxonomy {
	codes := make([]incident.Code, len(t.Codes))
	for i, c := range t.Codes {
		codes[i] = incident.Code{
			Group: c.Group, Code: c.ID, Parent: c.Parent, AskedOf: c.AskedOf, LabelDE: c.LabelDE, LabelEN: c.LabelEN,
			AGG: c.AGG, StatGroup: c.Cell, NeedsAuthorisation: c.NeedsAuthorisation, Since: c.Since, Until: c.Until,
		}
	}
	return incident.Taxonomy{Codes: codes}
}

func desksOf(c config.Config) []incident.Desk {
	desks := make([]incident.Desk, len(c.Office.Desks))
	for i, d := range c.Office.Desks {
		name, _ := d.Name.In("de")
		operator, _ := d.Operator.In("de")
		desks[i] = incident.Desk{
			ID: d.ID, Name: name, Operator: operator, PublicBody: d.PublicBody,
			Languages: slices.Clone(d.Languages), ConflictCodes: slices.Clone(d.ConflictCodes),
		}
	}
	return desks
}

// pages are what the frontend is made of.
func (s *server) pages(ring *intake.Keyring, rules []byte) frontend.Options {
	c := s.config
	o := frontend.Options{
		Office: frontend.Office{
			Name: frontend.Text(c.Office.Name), Fictional: s.fictional, FirstAnswerDays: c.Office.FirstAnswerDays,
			Imprint: frontend.Text(c.Texts.Imprint), Privacy: frontend.Text(c.Texts.Privacy), Accessibility: frontend.Text(c.Texts.Accessibility),
		},
		Theme: frontend.Theme{}, Languages: c.Languages, Samples: publicweb.Samples(), Rules: rules, Log: s.log,
	}
	for token, t := range c.Theme {
		o.Theme[token] = frontend.Shade{Light: t.Light, Dark: t.Dark}
	}
	for _, h := range c.Help {
		o.Office.Help = append(o.Office.Help, frontend.Help{Name: frontend.Text(h.Name), Number: h.Number, Note: frontend.Text(h.Note)})
	}
	for _, d := range c.Office.Desks {
		if digits := ring.Fingerprint(d.ID, s.now()); digits != "" {
			o.Office.Keys = append(o.Office.Keys, frontend.PinnedKey{Desk: frontend.Text(d.Name), Fingerprint: digits})
		}
	}
	return o
}

func publicDesks(c config.Config) []publicweb.Desk {
	desks := make([]publicweb.Desk, len(c.Office.Desks))
	for i, d := range c.Office.Desks {
		desks[i] = publicweb.Desk{ID: d.ID, Name: d.Name, Operator: d.Operator, PublicBody: d.PublicBody, Conflict: slices.Clone(d.ConflictCodes)}
	}
	return desks
}

func officeDistricts(c config.Config) []caseweb.District {
	districts := make([]caseweb.District, len(c.Districts))
	for i, d := range c.Districts {
		districts[i].ID = d.ID
		districts[i].LabelDE, _ = d.Name.In("de")
		districts[i].LabelEN, _ = d.Name.In("en")
	}
	return districts
}

func publicDistricts(c config.Config) []publicweb.District {
	districts := make([]publicweb.District, len(c.Districts))
	for i, d := range c.Districts {
		districts[i] = publicweb.District{ID: d.ID, Name: d.Name}
	}
	return districts
}
