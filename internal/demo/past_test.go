package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

func TestLastYear(t *testing.T) {
	for day, want := range map[string]int{"2026-11-22": 2025, "2026-03-31": 2025, "2026-03-30": 2024, "2026-01-01": 2024, "2026-04-01": 2025} {
		today, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := (City{Today: today}).lastYear(); got != want {
			t.Errorf("on %s: got %d, want %d", day, got, want)
		}
	}
}

func newPast(t *testing.T, cases int) *Past {
	t.Helper()
	data, err := config.ReadStatistics(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := statistics.ParsePlan(data.Plan)
	if err != nil {
		t.Fatal(err)
	}
	meta := statistics.Meta{Office: statistics.Office{Name: "Musterstadt"}, Labels: data.Labels, Software: statistics.Software{Version: "test"}}
	return &Past{Cases: cases, Plan: plan, Meta: meta, EditionKey: []byte(strings.Repeat("k", 32)), Inner: []string{"altstadt"}}
}

// A city with years before has two signed editions and a year that can be
// counted: closed cases, some of them never coded.
func TestPast(t *testing.T) {
	c, db := newCity(t, 1)
	c.Reports, c.Past = 3, newPast(t, 18)
	build(t, c)
	before := content(t, c, db)
	build(t, c)
	if after := content(t, c, db); after != before {
		t.Error("building again changed the store")
	}
	key, err := statistics.PublicKey(c.Past.EditionKey)
	if err != nil {
		t.Fatal(err)
	}
	years, err := db.Years(t.Context())
	if err != nil || len(years) != 2 || years[0] != 2023 || years[1] != 2024 {
		t.Fatalf("editions of %v, %v", years, err)
	}
	for i, year := range years {
		steps, err := db.Steps(t.Context(), year)
		if err != nil {
			t.Fatal(err)
		}
		p, err := statistics.ReadSteps(steps, key)
		if err != nil {
			t.Fatal(err)
		}
		if d := p.Edition.Cells["*"] - sizes[1-i]; d < -2 || d > 2 || len(p.Edition.Dropped) > 0 {
			t.Errorf("the edition of %d says %d reports of %d, without %v", year, p.Edition.Cells["*"], sizes[1-i], p.Edition.Dropped)
		}
	}
	coded := map[bool]int{}
	for i := firstPast; i < firstPast+18; i++ {
		events := c.file(t, i)
		last := events[len(events)-1]
		if last.State != incident.StateClosed || !strings.HasPrefix(events[0].Day, "2025-") || last.Day > today {
			t.Errorf("case %d: from %s to %s in %s", i, events[0].Day, last.Day, last.State)
		}
		has := false
		for _, e := range events {
			has = has || e.Kind == incident.KindCoding
		}
		coded[has]++
	}
	if coded[true] == 0 || coded[false] == 0 {
		t.Errorf("coded %d, not coded %d; want some of both", coded[true], coded[false])
	}
}

// What retention ended behind a release does not come back.
func TestPastIsOver(t *testing.T) {
	c, db := newCity(t, 1)
	c.Past = newPast(t, 5)
	with, err := c.numbers(t.Context())
	if err != nil || len(with) != c.Reports+5 {
		t.Fatalf("got %d cases, %v", len(with), err)
	}
	if _, err := db.Steps(t.Context(), 2025); !errors.Is(err, incident.ErrNotFound) {
		t.Fatal(err)
	}
	if err := db.PutStep(t.Context(), 2025, 1, [16]byte{1}, []byte("a release")); err != nil {
		t.Fatal(err)
	}
	if without, err := c.numbers(t.Context()); err != nil || len(without) != c.Reports {
		t.Errorf("got %d cases, %v", len(without), err)
	}
}
