package statistics

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/statistics/audit"
)

func FuzzPlan(f *testing.F) {
	f.Add([]byte(toyPlan))
	f.Add([]byte(noisyPlan))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 3000 {
			return
		}
		p, err := ParsePlan(text)
		if err != nil {
			return
		}
		again, err := ParsePlan(p.Canonical())
		if err != nil || again.Hash() != p.Hash() || len(again.Cells()) != len(p.Cells()) {
			t.Errorf("written plan reads otherwise: %v", err)
		}
	})
}

func FuzzCounts(f *testing.F) {
	p := mustPlan(f, toyPlan)
	text, _ := json.Marshal(map[string]any{"v": 1, "year": 2027, "plan": p.Hash(), "cells": toyCounts()})
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseCounts(text)
		if err != nil || len(Check(p, c)) > 0 {
			return
		}
		w, err := roundWith(p, c, Key{}, 2_000)
		var fit *FitError
		if err != nil && !errors.As(err, &fit) {
			t.Fatal(err)
		}
		for i, n := range w.Cells {
			if truth := c.cells[p.layout.ids[i]]; max(n-truth, truth-n) > 2 {
				t.Errorf("cell %s is %d for %d", p.layout.ids[i], n, truth)
			}
		}
	})
}

func FuzzEdition(f *testing.F) {
	p := mustPlan(f, toyPlan)
	w, err := roundWith(p, countsOf(p, toyCounts()), Key{}, 20_000)
	if err != nil {
		f.Fatal(err)
	}
	text, _, err := Audited(Publish(p, w, testMeta), nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 20_000 {
			return
		}
		e, _, err := ReadEdition(text)
		if err != nil {
			return
		}
		again, err := e.Bytes()
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("read and written it has other bytes: %v", err)
		}
		for _, format := range []string{"csv", "csvw", "jsonstat", "ods"} {
			if _, err := Export(text, format, Site{}); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
	})
}

// The auditor's own model finds the same broken conditions as the check, plan by plan.
func TestTwoModelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 41))
	for n := 0; n < 300; {
		p, c, ok := randomYear(rng)
		if !ok {
			continue
		}
		n++
		cells := maps.Clone(c.cells)
		for id := range cells {
			cells[id] *= p.Base // adds up, and every number is a multiple
		}
		ids := p.Cells()
		for range rng.IntN(3) {
			cells[ids[rng.IntN(len(ids))]] += p.Base * (rng.IntN(5) - 1)
		}
		numbers := make([]int, len(ids))
		for i, id := range ids {
			numbers[i] = cells[id]
		}
		var own, theirs []string
		for _, fault := range p.layout.broken(numbers) {
			own = append(own, named(fault.Kind, fault.Cells))
		}
		text, err := canonical(foreign(p, ModeJoint, cells, p.Base, p.Tolerance()))
		if err != nil {
			t.Fatal(err)
		}
		r, err := audit.Bundle(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range r.Faults {
			if slices.Contains([]string{"sum", "mention", "level", "count", "rule"}, fault.Kind) {
				theirs = append(theirs, named(fault.Kind, fault.Cells))
			}
		}
		slices.Sort(own)
		slices.Sort(theirs)
		if own, theirs = slices.Compact(own), slices.Compact(theirs); !slices.Equal(own, theirs) {
			t.Fatalf("the check finds %v, the auditor %v\n%s", own, theirs, p.Canonical())
		}
	}
}

func named(kind string, cells []string) string {
	cells = slices.Sorted(slices.Values(cells))
	text, _ := json.Marshal(cells)
	return kind + " " + string(text)
}
