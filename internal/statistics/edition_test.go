package statistics

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/statistics/audit"
)

var testMeta = Meta{Office: Office{"Stadt Musterstadt", "00000000"}, CountedOn: "2026-11-22", Software: Software{"test", ""}}

var testKey = []byte("an edition key file of at least 32 bytes, for tests")

func mustRound(t testing.TB, p Plan, c Counts, n byte) World {
	t.Helper()
	w, err := Round(p, c, mustKey(t, n))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func mustBytes(t testing.TB, e Edition) []byte {
	t.Helper()
	text, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Our own editions pass, every cell with witnesses, within the time that was set.
func TestOwnEditionsAreSafe(t *testing.T) {
	for _, base := range []int{3, 5} {
		p := defaultPlan(t, base)
		rng := rand.New(rand.NewPCG(uint64(base), 3))
		for _, n := range []int{100, 300, 2000} {
			c := simulated(p, n, rng)
			start := cpuTime(t)
			w := mustRound(t, p, c, byte(n))
			rounded := cpuTime(t)
			e := Publish(p, w, testMeta)
			text, r, err := Audited(e, nil, nil)
			audited := cpuTime(t)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != audit.Safe || len(r.Findings) != len(p.Cells()) {
				t.Errorf("base %d, n %d: %s, %v", base, n, r.Verdict, r.Faults)
			}
			checkWitnesses(t, p, w, r)
			if _, _, err := ReadEdition(text); err != nil {
				t.Error(err)
			}
			t.Logf("base %d, %d reports: rounding %v, audit %v, bundle %d KB", base, n, (rounded - start).Round(time.Millisecond), (audited - rounded).Round(time.Millisecond), len(text)>>10)
			if audited-start > 3*time.Second {
				t.Errorf("took %v", audited-start)
			}
		}
	}
}

// checkWitnesses rebuilds the worlds that the report names and holds them against tolerance and plan.
func checkWitnesses(t *testing.T, p Plan, w World, r audit.Report) {
	t.Helper()
	l := p.layout
	for _, f := range r.Findings {
		i := l.index[f.Cell]
		if f.Lo != max(0, w.Cells[i]-p.Tolerance()) || f.Hi != w.Cells[i]+p.Tolerance() {
			t.Fatalf("cell %s: %d…%d around %d", f.Cell, f.Lo, f.Hi, w.Cells[i])
		}
		up, legal := l.read(f.Up)
		if !legal {
			t.Fatalf("cell %s: witness is not legal", f.Cell)
		}
		if l.tab([]record{up})[i] != 1 {
			t.Fatalf("cell %s: witness is not in it", f.Cell)
		}
		if f.Lo < w.Cells[i] {
			if f.Down == nil {
				t.Fatalf("cell %s: no witness below", f.Cell)
			}
			down, _ := l.read(w.Records[*f.Down])
			if l.tab([]record{down})[i] != 1 {
				t.Fatalf("cell %s: witness below is not in it", f.Cell)
			}
		}
	}
}

// Random plans' editions pass as well.
func TestRandomEditionsAreSafe(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 12))
	for n := 0; n < 60; {
		p, c, ok := randomYear(rng)
		if !ok {
			continue
		}
		w, err := roundWith(p, c, mustKey(t, byte(n)), 50_000)
		var fit *FitError
		if errors.As(err, &fit) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
		r, err := audit.Bundle(mustBytes(t, Publish(p, w, testMeta)), nil)
		if err != nil || r.Verdict != audit.Safe {
			t.Fatalf("%v %v %v\n%s", err, r.Verdict, r.Faults, p.Canonical())
		}
	}
}

func smallYear(t testing.TB, n int) (Plan, Counts, Edition) {
	t.Helper()
	p := defaultPlan(t, 3)
	c := simulated(p, n, rand.New(rand.NewPCG(77, 1)))
	return p, c, Publish(p, mustRound(t, p, c, 9), testMeta)
}

// auditOf audits bundles and returns the verdict and the cells named.
func auditOf(t *testing.T, known string, editions ...Edition) (audit.Report, []string) {
	t.Helper()
	var texts [][]byte
	for _, e := range editions {
		texts = append(texts, mustBytes(t, e))
	}
	r, err := audit.Bundles(texts, []byte(known))
	if err != nil {
		t.Fatal(err)
	}
	cells := []string{}
	for _, f := range r.Faults {
		cells = append(cells, f.Cells...)
	}
	for _, f := range r.Findings {
		if f.Verdict == audit.Disclosed {
			cells = append(cells, f.Cell)
		}
	}
	return r, cells
}

func disclosed(r audit.Report) (cells []string) {
	for _, f := range r.Findings {
		if f.Verdict == audit.Disclosed {
			cells = append(cells, f.Cell)
		}
	}
	return cells
}

// A bundle in which one cell is off by one, or by a whole base, is caught and the cell named.
func TestPlantedEditionIsCaught(t *testing.T) {
	_, _, e := smallYear(t, 300)
	ids := slices.Sorted(maps.Keys(e.Cells))
	for _, by := range []int{1, -1, 3} {
		for i := 0; i < len(ids); i += 11 {
			bad := e
			bad.Cells = maps.Clone(e.Cells)
			bad.Cells[ids[i]] += by
			r, cells := auditOf(t, "", bad)
			if r.Verdict != audit.Inconsistent || !slices.Contains(cells, ids[i]) {
				t.Errorf("cell %s changed by %d: %s, names %v", ids[i], by, r.Verdict, cells)
			}
			if _, _, err := ReadEdition(mustBytes(t, bad)); err == nil {
				t.Errorf("cell %s changed by %d: was read", ids[i], by)
			}
		}
	}
}

// A year published twice, with other random numbers, is condemned, and cells that fall to 1 or 2 are named.
func TestRepublishedYearIsCondemned(t *testing.T) {
	p, c, e := smallYear(t, 300)
	var again []Edition
	for n := range byte(3) {
		again = append(again, Publish(p, mustRound(t, p, c, n+20), testMeta))
	}
	r, cells := auditOf(t, "", append(again, e)...)
	if r.Verdict != audit.Disclosed || len(disclosed(r)) == 0 || len(cells) == 0 {
		t.Errorf("%s, names %d cells", r.Verdict, len(cells))
	}
	for _, f := range r.Findings {
		if n := c.cells[f.Cell]; n < f.Lo || n > f.Hi {
			t.Errorf("cell %s: %d is not in %d…%d", f.Cell, n, f.Lo, f.Hi)
		}
	}
	t.Logf("four editions of a year: %d cells disclosed", len(disclosed(r)))
	if same, _ := auditOf(t, "", e, e); same.Verdict != audit.Safe {
		t.Errorf("the same file twice: %s", same.Verdict)
	}
}

// foreign is the same counts published by another method.
func foreign(p Plan, mode string, cells map[string]int, base, tolerance int) map[string]any {
	return map[string]any{
		"v": 1, "kind": Kind, "year": p.Year, "mode": mode, "base": base, "tolerance": tolerance, "plan": p.tree,
		"planHash": p.Hash(), "cells": cells, "dropped": []string{}, "taxonomy": p.Taxonomy, "countedOn": "2026-11-22",
	}
}

func auditForeign(t *testing.T, c Counts, bundles ...map[string]any) audit.Report {
	t.Helper()
	var texts [][]byte
	for _, b := range bundles {
		text, err := canonical(b)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	r, err := audit.Bundles(texts, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if n := c.cells[f.Cell]; n < f.Lo || n > f.Hi {
			t.Errorf("cell %s: the truth %d is not in %d…%d", f.Cell, n, f.Lo, f.Hi)
		}
	}
	return r
}

// What dashboards do, and what German offices often do, is condemned with the cells named.
func TestOtherMethodsAreCondemned(t *testing.T) {
	p, c, _ := smallYear(t, 100)
	suppressed := map[string]int{}
	for id, n := range c.cells {
		if n == 0 || n > 2 {
			suppressed[id] = n
		}
	}
	bundle := foreign(p, "suppressed", suppressed, 1, 0)
	bundle["threshold"] = 3
	r := auditForeign(t, c, bundle)
	exact := 0
	for _, f := range r.Findings {
		if _, shown := suppressed[f.Cell]; !shown && f.Lo == f.Hi {
			exact++
		}
	}
	t.Logf("primary suppression: %d of %d small cells found exactly", exact, len(c.cells)-len(suppressed))
	if r.Verdict != audit.Disclosed || exact == 0 {
		t.Errorf("primary suppression: %s, %d exact", r.Verdict, exact)
	}
	fixed := map[string]int{}
	for id, n := range c.cells {
		fixed[id] = (n + 2) / 5 * 5
	}
	r = auditForeign(t, c, foreign(p, "fixed", fixed, 5, 2))
	t.Logf("fixed rounding to 5: %d cells disclosed", len(disclosed(r)))
	if r.Verdict != audit.Disclosed || len(disclosed(r)) == 0 {
		t.Errorf("fixed rounding: %s", r.Verdict)
	}
	key := map[string]int{}
	rng := rand.New(rand.NewPCG(4, 4))
	for _, id := range slices.Sorted(maps.Keys(c.cells)) {
		n := c.cells[id]
		key[id] = max(0, n+rng.IntN(11)-5)
		if n == 0 || key[id] < 3 {
			key[id] = 0
		}
	}
	r = auditForeign(t, c, foreign(p, "perturbed", key, 1, 7))
	if r.Verdict == audit.Safe || len(r.Faults) == 0 || len(r.Faults[0].Cells) == 0 {
		t.Errorf("cell key: %s, %d faults", r.Verdict, len(r.Faults))
	}
	t.Logf("cell key: %s, %d sums that do not hold, %d cells disclosed", r.Verdict, len(r.Faults), len(disclosed(r)))
	for _, mode := range []string{ModeJoint} { // the same numbers under a false flag
		for name, cells := range map[string]map[string]int{"suppressed": suppressed, "fixed": fixed, "cell key": key} {
			if r := auditForeign2(t, foreign(p, mode, cells, 3, 2)); r.Verdict != audit.Inconsistent || len(r.Faults) == 0 {
				t.Errorf("%s as joint: %s", name, r.Verdict)
			}
		}
	}
}

func auditForeign2(t *testing.T, bundle map[string]any) audit.Report {
	t.Helper()
	text, err := canonical(bundle)
	if err != nil {
		t.Fatal(err)
	}
	r, err := audit.Bundle(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Signing, verifying, and every way in which a bundle can be touched.
func TestSignAndVerify(t *testing.T) {
	_, _, e := smallYear(t, 120)
	draft, r, err := Audited(e, nil, nil)
	if err != nil || r.Verdict != audit.Safe {
		t.Fatal(err, r.Verdict)
	}
	if _, _, err := Verify(draft, ""); !errors.Is(err, ErrSignature) {
		t.Errorf("unsigned: got %v", err)
	}
	signed, err := Sign(draft, testKey, nil, "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	public, err := PublicKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Verify(signed, public); err != nil {
		t.Error(err)
	}
	if _, _, err := Verify(signed, strings.Repeat("0", 64)); !errors.Is(err, ErrSignature) {
		t.Errorf("another office's key: got %v", err)
	}
	if _, err := Sign(signed, testKey, nil, "2026-11-23"); err == nil {
		t.Error("a frozen edition was signed again")
	}
	for _, change := range [][2]string{
		{`"frozenOn":"2026-11-22"`, `"frozenOn":"2026-11-21"`}, {"Musterstadt", "Mustersdorf"}, {`"verdict":"safe"}`, `"verdict":"none"}`},
	} {
		touched := bytes.Replace(signed, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(touched, signed) {
			t.Fatalf("nothing to change: %s", change[0])
		}
		if _, _, err := Verify(touched, public); err == nil {
			t.Errorf("%s was not noticed", change[1])
		}
	}
	line, err := Correct(signed, testKey, "2026-11-22", map[string]string{"de": "Die Tabelle wird zurückgezogen.", "en": "The table is withdrawn."}, []string{"t1_lang"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ReadErratum(line, signed); err != nil || got.Withdrawn[0] != "t1_lang" {
		t.Error(got, err)
	}
	if _, err := ReadErratum(bytes.Replace(line, []byte("t1_lang"), []byte("t1_trac"), 1), signed); !errors.Is(err, ErrSignature) {
		t.Errorf("a touched erratum: %v", err)
	}
	for _, said := range []string{"12", "١٢", "½", "④"} {
		if _, err := Correct(signed, testKey, "2026-11-22", map[string]string{"de": "Es waren mehr.", "en": "There were " + said + "."}, nil); err == nil {
			t.Errorf("an erratum with %q was signed", said)
		}
	}
}

// The edition's bytes depend on the world alone, and few reports give a text without numbers.
func TestPublishSeesNoCounts(t *testing.T) {
	p := mustPlan(t, toyPlan)
	w := toyWorld(t, p)
	one := mustBytes(t, Publish(p, w, testMeta))
	var tree map[string]any
	if err := json.Unmarshal(one, &tree); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"seed", "tag", "attempt", "cost", "countsHash", "missed"} {
		if bytes.Contains(one, []byte(`"`+never)) {
			t.Errorf("the bundle says %q", never)
		}
	}
	few := simulated(p, 30, rand.New(rand.NewPCG(3, 3)))
	e := Publish(p, mustRound(t, p, few, 1), testMeta)
	if len(e.Cells) != 0 || e.World != nil || len(e.Dropped) != len(p.Tables) {
		t.Errorf("30 reports: %d cells are printed", len(e.Cells))
	}
	text, r, err := Audited(e, nil, nil)
	if err != nil || r.Verdict != audit.Safe {
		t.Errorf("text without numbers: %v %v", r, err)
	}
	if _, _, err := ReadEdition(text); err != nil {
		t.Error(err)
	}
}
