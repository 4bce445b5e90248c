package statistics

import (
	"fmt"
	"slices"
)

// A Shown is one published table as pages and files show it.
type Shown struct {
	ID      string
	Title   map[string]string // de, en
	Axes    []ShownAxis
	Of      string  // the group whose leaves are shown, or ""
	Base    int     // published number of reports that the table is about
	Several bool    // a report can be in several rows
	Values  []Value // all codes of the first axis with its total first, and within each all of the second
}

// A ShownAxis is one dimension of a table. Codes[0] is Total.
type ShownAxis struct {
	ID      string // ground@main
	Dim     string // ground
	Title   map[string]string
	Codes   []string
	Labels  map[string][]string // by language, in the order of Codes
	Several bool
}

// A Value is a published number and the interval of the true one. In the strict mode there is no interval:
// Lower and Upper are then −1.
type Value struct {
	Cell                string
	Codes               []string // one for each axis
	Value, Lower, Upper int
}

// Total is the code of a margin.
const Total = "_total"

// Tables returns the published tables in the order of the plan, without the dropped ones.
func (e Edition) Tables() ([]Shown, error) {
	p, err := ParsePlan(appendCanonical(nil, e.Plan))
	if err != nil {
		return nil, err
	}
	var all []Shown
	for i, t := range p.Tables {
		if slices.Contains(e.Dropped, t.ID) {
			continue
		}
		v := p.layout.tables[i]
		s := Shown{ID: t.ID, Title: t.Title, Of: t.Of, Base: e.Cells[p.layout.ids[v.of]]}
		if len(s.Title) == 0 {
			s.Title = map[string]string{"de": t.ID, "en": t.ID}
		}
		for _, a := range v.axes {
			s.Axes = append(s.Axes, e.shownAxis(p, a, v.only))
			s.Several = s.Several || s.Axes[len(s.Axes)-1].Several
		}
		s.Values = e.values(s, p.layout.ids[v.of])
		all = append(all, s)
	}
	return all, nil
}

func (e Edition) shownAxis(p Plan, a int, only uint64) ShownAxis {
	x := p.layout.axes[a]
	d := p.Dims[x.dim]
	out := ShownAxis{ID: x.id, Dim: d.ID, Title: d.Title, Codes: []string{Total}, Several: d.multi() && !x.count}
	if len(d.Title) == 0 {
		out.Title = map[string]string{"de": d.ID, "en": d.ID}
	}
	out.Labels = map[string][]string{"de": {"Alle Meldungen"}, "en": {"All reports"}}
	for i, code := range x.codes {
		if only>>i&1 == 0 {
			continue
		}
		out.Codes = append(out.Codes, code)
		for lang := range out.Labels {
			label := e.Labels[lang][x.id+":"+code]
			if label == "" {
				label = code
			}
			out.Labels[lang] = append(out.Labels[lang], label)
		}
	}
	return out
}

// values lists the cells of a table, margins first.
func (e Edition) values(s Shown, base string) []Value {
	var all []Value
	add := func(cell string, codes ...string) {
		v := Value{Cell: cell, Codes: codes, Value: e.Cells[cell], Lower: -1, Upper: -1}
		if e.Mode == ModeJoint {
			v.Lower, v.Upper = max(0, v.Value-e.Tolerance), v.Value+e.Tolerance
		}
		all = append(all, v)
	}
	id := func(axis int, code string) string { return s.Axes[axis].ID + ":" + code }
	for _, a := range s.Axes[0].Codes {
		if len(s.Axes) == 1 {
			if a == Total {
				add(base, a)
			} else {
				add(id(0, a), a)
			}
			continue
		}
		for _, b := range s.Axes[1].Codes {
			switch {
			case a == Total && b == Total:
				add(base, a, b)
			case a == Total:
				add(id(1, b), a, b)
			case b == Total:
				add(id(0, a), a, b)
			default:
				add(id(0, a)+"|"+id(1, b), a, b)
			}
		}
	}
	return all
}

// label returns the label of a code of an axis.
func (a ShownAxis) label(lang, code string) string {
	i := slices.Index(a.Codes, code)
	if i < 0 {
		return code
	}
	return a.Labels[lang][i]
}

// WriteWorld returns what rounding gave, before anything is dropped: {"v","year","plan","base","cells","world"}.
// It is not an edition.
func WriteWorld(p Plan, w World) ([]byte, error) {
	cells := map[string]int{}
	for i, id := range p.layout.ids {
		cells[id] = w.Cells[i]
	}
	return canonical(map[string]any{
		"v": 1, "year": p.Year, "plan": p.Hash(), "base": p.Base, "mode": p.Mode, "cells": cells,
		"world": Weighted{weight(p), w.Records},
	})
}

// Feeds says whether a code of the taxonomy lands in a leaf of the plan.
func (p Plan) Feeds(code string) bool {
	for _, d := range p.Dims {
		for _, codes := range d.From {
			if slices.Contains(codes, code) {
				return true
			}
		}
	}
	return false
}

// Thin names the tables that have fewer than two expected reports a cell: too fine for the year.
func (p Plan) Thin(expected int) []string {
	var ids []string
	for i, t := range p.layout.tables {
		if len(p.layout.shown(t))*2 > expected {
			ids = append(ids, p.Tables[i].ID)
		}
	}
	return ids
}

// Site is where the files of an edition are published.
type Site struct {
	URL         string   // of the site, https://…, without a language and a slash at the end; "" gives relative names
	Licence     string   // dl-de/by-2-0 or dl-de/zero-2-0
	Office      string   // who publishes, while there is no edition that names it
	Contributor string   // address of the contributor in the German catalogue, or ""
	Lang        string   // of labels in CSV and ODS: de (also if empty) or en
	Withdrawn   []string // tables that errata took back: no file but the bundle has them
}

// Export writes an open-data file of a bundle: csv, csvw, jsonstat, ods or dcat. The same bundle gives the same
// bytes.
func Export(bundle []byte, format string, s Site) ([]byte, error) {
	e, _, err := ReadEdition(bundle)
	if err != nil {
		return nil, err
	}
	tables, err := e.Tables()
	if err != nil {
		return nil, err
	}
	tables = slices.DeleteFunc(tables, func(t Shown) bool { return slices.Contains(s.Withdrawn, t.ID) })
	if s.Lang != "en" {
		s.Lang = "de"
	}
	switch format {
	case "csv":
		return writeCSV(tables, s.Lang)
	case "csvw":
		return writeCSVW(e)
	case "jsonstat":
		return writeJSONStat(e, tables, hashText(bundle))
	case "ods":
		return writeODS(e, tables, s.Lang, hashText(bundle))
	case "dcat":
		return writeCatalog([]Published{{Bundle: bundle}}, s)
	}
	return nil, fmt.Errorf("no format %q: want csv, csvw, jsonstat, ods or dcat", format)
}

// Titles gives the titles of all declared tables by id, those that were dropped among them.
func (e Edition) Titles() (map[string]map[string]string, error) {
	p, err := ParsePlan(appendCanonical(nil, e.Plan))
	if err != nil {
		return nil, err
	}
	titles := map[string]map[string]string{}
	for _, t := range p.Tables {
		titles[t.ID] = t.Title
		if len(t.Title) == 0 {
			titles[t.ID] = map[string]string{"de": t.ID, "en": t.ID}
		}
	}
	return titles, nil
}
