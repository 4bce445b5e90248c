package caseweb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

// testPlan is a small plan with the parts that the calls depend on.
const testPlan = `{"v":1,"id":"test","year":2025,"taxonomy":"1","base":3,
"title":{"de":"Jahresstatistik","en":"Annual statistics"},
"dims":[{"id":"month","codes":["01","02","03","04","05","06","07","08","09","10","11","12"],"min":1,"max":1,"title":{"de":"Monat","en":"Month"}},
{"id":"track","codes":["report","counselling"],"min":1,"max":1,"title":{"de":"Art","en":"Kind"}}],
"rules":[],"tables":[{"id":"t1","dims":["month"],"title":{"de":"Monate","en":"Months"}},{"id":"t2","dims":["track"],"title":{"de":"Arten","en":"Kinds"}}]}`

func testStatistics(t *testing.T, o *office, db *boltstore.DB) *Statistics {
	t.Helper()
	plan, err := statistics.ParsePlan([]byte(testPlan))
	if err != nil {
		t.Fatal(err)
	}
	return &Statistics{
		Announce: func(context.Context) error { return nil },
		Store:    db, Plan: plan, EditionKey: random(32), Rand: rand.Reader, Now: o.now,
		Meta: statistics.Meta{Office: statistics.Office{Name: "Stadt"}, Software: statistics.Software{Version: "test"}},
	}
}

// lastYear stores cases of 2025, n of them, spread over the months.
func (o *office) lastYear(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		e, err := incident.NewCase(incident.CaseID(newID()), incident.Op(random(16)), fmt.Sprintf("2025-%02d", i%12+1), city, 1, incident.TrackReport, nil, box(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := o.db.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// counted is what a browser sends that counted n cases as lastYear stores them.
func (o *office) counted(t *testing.T, n int, change func(cells map[string]int)) map[string]any {
	t.Helper()
	p, err := o.site.Statistics.Plan.With(2025, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.site.Casework.Declare(t.Context(), "a member", 2025, p.Hash(), ""); err != nil {
		t.Fatal(err)
	}
	cells := map[string]int{}
	for _, id := range p.Cells() {
		cells[id] = 0
	}
	cells["*"] = n
	for i := range n {
		cells[fmt.Sprintf("month:%02d", i%12+1)]++
	}
	cells["track:report"] = n
	if change != nil {
		change(cells)
	}
	return map[string]any{"v": 1, "year": 2025, "plan": p.Hash(), "cells": cells}
}

func (c *client) year(t *testing.T) yearAnswer { return get[yearAnswer](t, c, "/statistics/2025") }

func TestEditionNeedsTwo(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	first, second := o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
	status, answer, _ := second.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
	wants(t, "a release before any count", status, answer, http.StatusConflict, "no_draft")
	status, answer, _ = first.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil))
	if status != http.StatusCreated {
		t.Fatalf("draft: %d %s", status, answer)
	}
	status, answer, _ = first.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
	wants(t, "one's own release", status, answer, http.StatusConflict, "second_person")
	swapped := func(cells map[string]int) { cells["track:report"]--; cells["track:counselling"]++ }
	status, answer, _ = second.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, swapped))
	wants(t, "another count", status, answer, http.StatusConflict, "counts_differ")
	if y := second.year(t); y.Released != nil || y.Draft == nil || y.Draft.Own || y.Draft.By != string(first.member) {
		t.Fatalf("before the release: %+v", y)
	}
	status, answer, _ = second.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
	if status != http.StatusCreated {
		t.Fatalf("release: %d %s", status, answer)
	}
	for _, c := range []*client{first, second} {
		for _, call := range []string{"draft", "release"} {
			status, answer, _ = c.call(t, "POST", "/statistics/2025/"+call, o.counted(t, 131, nil))
			wants(t, call+" of a frozen year", status, answer, http.StatusConflict, "frozen")
		}
	}
	o.checkReleased(t, second)
}

// checkReleased holds what must stand after a release: edition, ledger line, no seed.
func (o *office) checkReleased(t *testing.T, by *client) {
	t.Helper()
	y := by.year(t)
	if y.Released == nil || y.Draft != nil {
		t.Fatalf("after the release: %+v", y)
	}
	steps, err := o.db.Steps(t.Context(), 2025)
	if err != nil || len(steps) != 1 {
		t.Fatalf("got %d steps, %v", len(steps), err)
	}
	key, err := statistics.PublicKey(o.site.Statistics.EditionKey)
	if err != nil {
		t.Fatal(err)
	}
	p, err := statistics.ReadSteps(steps, key)
	if err != nil || p.Hash() != y.Released.Edition || p.Edition.FrozenOn != testDay {
		t.Errorf("the edition: %v, %q of %q", err, p.Hash(), p.Edition.FrozenOn)
	}
	if _, err := o.db.Draft(t.Context(), 2025); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the draft and its seed still stand: %v", err)
	}
	lines, err := o.db.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, e := range lines {
		fields, err := e.PublicFields()
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == incident.KindEdition && fields.Line.Edition != "" {
			told++
			if l := fields.Line; e.Actor != string(by.member) || l.Edition != p.Hash() || l.Year != 2025 || l.Signer != key {
				t.Errorf("ledger line %+v of %s", l, e.Actor)
			}
		}
	}
	if told != 1 {
		t.Errorf("the ledger tells of %d releases", told)
	}
}

// Two people who press release at the same moment, twice each, make one edition and one line of the ledger. Who
// sends the very same again is told what stands.
func TestReleaseAtTheSameTime(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	first, second, third := o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
	if status, answer, _ := first.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil)); status != http.StatusCreated {
		t.Fatalf("draft: %d %s", status, answer)
	}
	counts := o.counted(t, 131, nil)
	done := make(chan int)
	for range 2 {
		for _, c := range []*client{second, third} {
			go func() {
				status, _, _ := c.call(t, "POST", "/statistics/2025/release", counts)
				done <- status
			}()
		}
	}
	released := 0
	for range 4 {
		switch status := <-done; status {
		case http.StatusCreated:
			released++
		case http.StatusConflict:
		default:
			t.Errorf("got %d", status)
		}
	}
	if released == 0 {
		t.Fatal("nobody released")
	}
	p, _, err := o.site.Statistics.released(t.Context(), 2025)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*client{string(second.member): second, string(third.member): third}[p.By]
	if by == nil {
		t.Fatalf("released by %s", p.By)
	}
	o.checkReleased(t, by)
}

func TestReleaseIsFinishedAfterAFall(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	first, second := o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
	first.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil))
	d, _, err := o.site.Statistics.draft(t.Context(), 2025)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := o.site.Statistics.Plan.With(2025, 0)
	counts, _ := json.Marshal(o.counted(t, 131, nil))
	c, err := statistics.ParseCounts(counts)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := d.Release(p, c, statistics.Secrets{EditionKey: o.site.Statistics.EditionKey}, string(second.member), testDay)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.site.putStep(t.Context(), 2025, 1, statistics.NewStep(statistics.StepReleased, string(second.member), bundle)); err != nil {
		t.Fatal(err)
	}
	status, answer, _ := second.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
	wants(t, "the release sent again", status, answer, http.StatusConflict, "frozen")
	o.checkReleased(t, second)
}

func TestCountsAreHeldAgainstTheServer(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	c := o.hire(t, incident.RoleCoordinator, city, body)
	for name, change := range map[string]func(map[string]int){
		"a month":       func(m map[string]int) { m["month:01"]--; m["month:02"]++ },
		"the total":     func(m map[string]int) { m["*"]++; m["track:report"]++; m["month:01"]++ },
		"no sum":        func(m map[string]int) { m["track:counselling"]++ },
		"a cell less":   func(m map[string]int) { delete(m, "track:counselling") },
		"a cell more":   func(m map[string]int) { m["track:other"] = 0 },
		"below nothing": func(m map[string]int) { m["track:report"]++; m["track:counselling"] = -1 },
	} {
		status, answer, _ := c.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, change))
		wants(t, name, status, answer, http.StatusUnprocessableEntity, "counts")
	}
	other := o.counted(t, 131, nil)
	other["plan"] = strings.Repeat("0", 64)
	status, answer, _ := c.call(t, "POST", "/statistics/2025/draft", other)
	wants(t, "another plan", status, answer, http.StatusUnprocessableEntity, "counts")
	status, answer, _ = c.call(t, "POST", "/statistics/2025/draft", map[string]any{"v": 1, "cells": map[string]any{}, "more": 1})
	wants(t, "another shape", status, answer, http.StatusUnprocessableEntity, "form")
	if y := c.year(t); y.Draft != nil {
		t.Error("a refused count left a draft")
	}
}

func TestYearIsCountedAfterItsEnd(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, city)
	now := get[yearAnswer](t, c, "/statistics/2026")
	if now.Ready || now.From != "2027-03-31" || len(now.Missing) != 1 || now.Missing[0] != body {
		t.Errorf("the running year: %+v", now)
	}
	in := o.counted(t, 0, nil)
	in["year"], in["plan"] = 2026, now.Hash
	status, answer, _ := c.call(t, "POST", "/statistics/2026/draft", in)
	wants(t, "the running year", status, answer, http.StatusConflict, "too_early")
	for _, year := range []string{"2027", "1999", "abc", "02025"} {
		status, answer, _ = c.call(t, "GET", "/statistics/"+year, nil)
		wants(t, year, status, answer, http.StatusNotFound, "not_found")
	}
}

func TestCountingAgainDrawsNoOtherSeed(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	c := o.hire(t, incident.RoleCoordinator, city, body)
	var seen []string
	for range 3 {
		status, answer, _ := c.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil))
		if status != http.StatusCreated {
			t.Fatalf("draft: %d %s", status, answer)
		}
		seen = append(seen, string(answer))
	}
	if seen[0] != seen[1] || seen[1] != seen[2] {
		t.Error("who counts again gets another rounding: one could count until it pleases")
	}
	drawn := func() [32]byte {
		d, _, err := o.site.Statistics.draft(t.Context(), 2025)
		if err != nil {
			t.Fatal(err)
		}
		return d.Seed
	}
	before := drawn()
	// Neither a wrong count in between nor a colleague's makes the office draw again.
	other := o.hire(t, incident.RoleCoordinator, city, body)
	swapped := func(cells map[string]int) { cells["track:report"]--; cells["track:counselling"]++ }
	for _, by := range []*client{c, other} {
		for _, change := range []func(map[string]int){swapped, nil} {
			if status, answer, _ := by.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, change)); status != http.StatusCreated {
				t.Fatalf("draft: %d %s", status, answer)
			}
		}
		if drawn() != before {
			t.Error("another seed was drawn")
		}
	}
}

// TestRawCountsReachNoDisk marks a count so that it can be found, and looks for
// it in all that the store wrote, in the draft and in the answers.
func TestRawCountsReachNoDisk(t *testing.T) {
	dir := t.TempDir()
	db, err := boltstore.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t)
	o.db = db
	o.site.Casework, o.site.Statistics.Store, o.site.Auth.Store = o.casework(db), db, db
	const n = 12_347 // not a multiple of 3, so that no rounded number equals it
	months := map[string]int{}
	cells := o.counted(t, n, nil)["cells"].(map[string]int)
	for id, count := range cells {
		if month, ok := strings.CutPrefix(id, "month:"); ok {
			months[month] = count
		}
	}
	text, err := json.Marshal(o.counted(t, n, nil))
	if err != nil {
		t.Fatal(err)
	}
	counts, err := statistics.ParseCounts(text)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := o.site.Statistics.Plan.With(2025, 0)
	if faults := statistics.CheckServer(p, counts, months, false); faults != nil {
		t.Fatal(faults)
	}
	if err := o.site.prepareDraft(t.Context(), p, counts, newID()); err != nil {
		t.Fatal(err)
	}
	draft, err := db.Draft(t.Context(), 2025)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := statistics.ReadDraft(draft)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, boltstore.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{"file": file, "draft": draft, "bundle": d.Bundle} {
		// The bare number stands in the bundle by right, as the end of an interval.
		for _, sign := range []string{`"*":12347`, `"track:report":12347`, string(text)} {
			if bytes.Contains(b, []byte(sign)) {
				t.Errorf("the count stands in the %s", what)
			}
		}
	}
	rounded := 0
	for _, near := range []string{`"*":12345`, `"*":12348`} {
		if bytes.Contains(d.Bundle, []byte(near)) {
			rounded++
		}
	}
	if rounded != 1 {
		t.Error("the rounded number cannot be found either: this test would miss the raw one")
	}
}
