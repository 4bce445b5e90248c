package demo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

const (
	reports = 40
	today   = "2026-11-22"
)

var shipped = sync.OnceValues(func() (*incident.Checker, error) {
	data, err := config.ReadData(config.Files{})
	if err != nil {
		return nil, err
	}
	c := incident.Checker{Languages: []string{"de", "en", "ar"}, Districts: []string{"altstadt", "hafen"}}
	for _, code := range data.Taxonomy.Codes {
		c.Taxonomy.Codes = append(c.Taxonomy.Codes, incident.Code{
			Group: code.Group, Code: code.ID, Parent: code.Parent, AskedOf: code.AskedOf, Since: code.Since, Until: code.Until,
		})
	}
	return incident.NewChecker(c)
})

// newCity gives a city on an empty store.
func newCity(t *testing.T, seed uint64) (City, *boltstore.DB) {
	t.Helper()
	check, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return City{
		Store: db, Check: check, Desks: []incident.Desk{{ID: Desk, Name: "Stelle"}}, CheckBox: seal.CheckBox,
		Today: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Seed: seed, Reports: reports,
	}, db
}

func build(t *testing.T, c City) []Login {
	t.Helper()
	logins, err := c.Build(t.Context())
	if err != nil {
		t.Fatalf("building the city: %v", err)
	}
	return logins
}

// receipt gives the receipt of case i as Build draws it.
func (c City) receipt(t *testing.T, i int) (string, seal.Keys) {
	t.Helper()
	r, err := seal.NewReceipt(c.bytes("receipt", i))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(Site)
	if err != nil {
		t.Fatal(err)
	}
	return r.String(), keys
}

// file gives the events of case i, chain checked.
func (c City) file(t *testing.T, i int) []incident.Event {
	t.Helper()
	_, keys := c.receipt(t, i)
	events, err := c.Store.File(t.Context(), incident.CaseID(keys.CaseID()))
	if err != nil {
		t.Fatalf("case %d: %v", i, err)
	}
	return events
}

// The login of the fictional city costs its three members a memory-hard second
// each, so one city is built and looked at from all sides.
func TestCity(t *testing.T) {
	c, db := newCity(t, 1)
	logins := build(t, c)
	t.Run("Cases", func(t *testing.T) { testCases(t, c) })
	t.Run("States", func(t *testing.T) { testStates(t, c, db) })
	t.Run("Mailboxes", func(t *testing.T) { testMailboxes(t, c) })
	t.Run("Office", func(t *testing.T) { testOffice(t, c, logins) })
	t.Run("Login", func(t *testing.T) { testLogin(t, c, logins[2]) })
	t.Run("Again", func(t *testing.T) { testAgain(t, c, db, logins) })
	t.Run("SameSeed", func(t *testing.T) { testSameSeed(t, c, logins) })
	t.Run("OtherSeed", func(t *testing.T) { testOtherSeed(t, c) })
	t.Run("More", func(t *testing.T) { testMore(t, c, db) })
	t.Run("Erased", func(t *testing.T) { testErased(t, c, db) })
}

// Every chain verifies and every box is of a legal size for its kind; nothing
// lies in the future, and residents' events carry a month.
func testCases(t *testing.T, c City) {
	t.Helper()
	both := []incident.Kind{incident.KindAnswer, incident.KindDeadline, incident.KindConsent}
	for i := range reports {
		for _, e := range c.file(t, i) {
			recipients := 1
			if slices.Contains(both, e.Kind) {
				recipients = 2
			}
			switch {
			case e.Kind == incident.KindCard:
				if len(e.Box) != 1052 {
					t.Errorf("case %d: a card of %d bytes, want 1,052", i, len(e.Box))
				}
			case e.Box != nil:
				if err := seal.CheckBox(string(e.Kind), e.Box, recipients); err != nil {
					t.Errorf("case %d: box of a %s, %d bytes, for %d: %v", i, e.Kind, len(e.Box), recipients, err)
				}
			}
			p, err := e.PublicFields()
			if err != nil || (p.Epoch == 1) != (e.Box != nil) {
				t.Errorf("case %d: %s has public fields %s, %v", i, e.Kind, e.Public, err)
			}
			if e.ByResident() && !incident.ValidMonth(e.Day) || !e.ByResident() && !incident.ValidDay(e.Day) || e.Day > today {
				t.Errorf("case %d: %s by %s has the day %q", i, e.Kind, e.Actor, e.Day)
			}
		}
	}
}

func testStates(t *testing.T, c City, db *boltstore.DB) {
	t.Helper()
	cases, err := db.Cases(t.Context(), incident.Query{Limit: 500})
	if err != nil || len(cases) != reports {
		t.Fatalf("cases: got %d, %v, want %d", len(cases), err, reports)
	}
	reached := map[incident.State]int{}
	for _, s := range cases {
		reached[s.State]++
		if s.Desk != Desk || s.Track == "" || (s.State != incident.StateReceived) != (s.Card != nil) {
			t.Errorf("a case in %s: desk %q, track %q, card of %d bytes", s.State, s.Desk, s.Track, len(s.Card))
		}
	}
	for _, s := range shares {
		if reached[s.state] == 0 {
			t.Errorf("no case of %d is %s", reports, s.state)
		}
		delete(reached, s.state)
	}
	if len(reached) > 0 {
		t.Errorf("cases in states that are not drawn: %v", reached)
	}
	for i := range reports {
		events := c.file(t, i)
		if got, want := events[len(events)-1].State, c.draw(i).state; got != want {
			t.Errorf("case %d: got %s, want %s", i, got, want)
		}
	}
}

// Every receipt opens its mailbox, in which nothing is damaged or out of order.
func testMailboxes(t *testing.T, c City) {
	t.Helper()
	ring, err := intake.NewKeyring(Keys())
	if err != nil {
		t.Fatal(err)
	}
	service := &intake.Service{
		Store: c.Store, Keys: func() *intake.Keyring { return ring }, Check: c.Check, Site: Site, Uploads: new(intake.Uploads),
		Now: func() time.Time { return c.Today }, Rand: c.bytes("test", 0),
	}
	answered := 0
	for i := range reports {
		receipt, _ := c.receipt(t, i)
		m, err := service.OpenMailbox(t.Context(), receipt)
		if err != nil || !m.Found || m.Letters[0].Kind != incident.KindReport {
			t.Fatalf("mailbox %d: found %v, %v", i, m.Found, err)
		}
		told := c.draw(i)
		for _, l := range m.Letters {
			if l.Damaged || len(l.Warn) > 0 {
				t.Errorf("mailbox %d: %s is damaged (%v) or warns %v", i, l.Kind, l.Damaged, l.Warn)
			}
			if l.Kind == incident.KindAnswer {
				answered++
				if l.Text != answers[told.report.Lang] || l.Text == "" || l.Lang != told.report.Lang || l.At > today {
					t.Errorf("mailbox %d: answer %q in %q of %s, want the one in %q", i, l.Text, l.Lang, l.At, told.report.Lang)
				}
			}
		}
	}
	if answered == 0 {
		t.Error("no mailbox has an answer")
	}
}

// content is everything of a store that has a place: events, lines and records.
func content(t *testing.T, c City, db *boltstore.DB) string {
	t.Helper()
	var b strings.Builder
	cases, err := db.Cases(t.Context(), incident.Query{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cases {
		fmt.Fprintln(&b, s.Case, s.Rev, s.Head)
	}
	lines, err := c.Store.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		fmt.Fprintln(&b, l.ID, l.Hash)
	}
	for _, k := range records(t, c) {
		fmt.Fprintf(&b, "%s %x\n", k.ID, sha256.Sum256(k.Bytes))
	}
	return b.String()
}

// records gives the members' records of all kinds.
func records(t *testing.T, c City) []incident.Key {
	t.Helper()
	var all []incident.Key
	for _, kind := range []string{"name:", "auth:", "lock:", "mpk:", "profile:", "wrap:", "vouch:"} {
		keys, err := c.Store.Keys(t.Context(), kind)
		if err != nil || len(keys) != len(staff) {
			t.Fatalf("records of %s got %d, %v, want one a member", kind, len(keys), err)
		}
		all = append(all, keys...)
	}
	return all
}

func testAgain(t *testing.T, c City, db *boltstore.DB, logins []Login) {
	t.Helper()
	before := content(t, c, db)
	if again := build(t, c); !slices.Equal(again, logins) {
		t.Errorf("logins of the second time: got %v, want %v", again, logins)
	}
	if after := content(t, c, db); after != before {
		t.Errorf("building again changed the store: got\n%s\nwant\n%s", after, before)
	}
}

// The same seed on another store makes the same city but for the boxes, whose
// sealing is random.
func testSameSeed(t *testing.T, c City, logins []Login) {
	t.Helper()
	twin, _ := newCity(t, c.Seed)
	move(t, c, twin)
	if got := build(t, twin); !slices.Equal(got, logins) {
		t.Errorf("logins: got %v, want %v", got, logins)
	}
	for i := range reports {
		want, got := c.file(t, i), twin.file(t, i)
		if len(want) != len(got) {
			t.Errorf("case %d: got %d events, want %d", i, len(got), len(want))
			continue
		}
		for n := range want {
			a, b := want[n], got[n]
			if a.ID != b.ID || a.Kind != b.Kind || a.Actor != b.Actor || a.Day != b.Day || a.State != b.State || a.Op != b.Op || a.Public != b.Public || len(a.Box) != len(b.Box) {
				t.Errorf("case %d, event %d: got %s %s %s %s, want %s %s %s %s", i, n+1, b.Kind, b.Day, b.State, b.Op, a.Kind, a.Day, a.State, a.Op)
			}
		}
	}
}

// move copies the office, so that its logins need not be derived again.
func move(t *testing.T, from, to City) {
	t.Helper()
	for _, k := range records(t, from) {
		if err := to.Store.PutKey(t.Context(), k.ID, k.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := from.Store.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if err := to.Store.Record(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
}

// A larger city keeps what the smaller one had.
func testMore(t *testing.T, c City, db *boltstore.DB) {
	t.Helper()
	heads := map[int]incident.Hash{}
	for i := range reports {
		events := c.file(t, i)
		heads[i] = events[len(events)-1].Hash
	}
	c.Reports += 5
	build(t, c)
	cases, err := db.Cases(t.Context(), incident.Query{Limit: 500})
	if err != nil || len(cases) != reports+5 {
		t.Errorf("cases: got %d, %v, want %d", len(cases), err, reports+5)
	}
	for i := range reports {
		if events := c.file(t, i); events[len(events)-1].Hash != heads[i] {
			t.Errorf("case %d changed", i)
		}
	}
}

// A city from which retention has erased cases is started again: they stay erased.
func testErased(t *testing.T, c City, db *boltstore.DB) {
	t.Helper()
	service := &casework.Service{
		Store: db, Files: db, Room: new(intake.Uploads), Ledger: db, Keeper: db, Site: Site, Keys: Keys,
		Desks: func() []incident.Desk { return c.Desks }, CheckBox: c.CheckBox,
		Now: func() time.Time { return c.Today.AddDate(0, 0, 2*incident.DiscardDays) }, Rand: c.bytes("sweep", 0),
	}
	if _, err := service.Purge(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	discarded := slices.IndexFunc(shares, func(s struct {
		state incident.State
		share int
	},
	) bool {
		return s.state == incident.StateDiscarded
	})
	_, keys := c.receipt(t, discarded)
	for range 2 {
		if _, err := db.File(t.Context(), incident.CaseID(keys.CaseID())); !errors.Is(err, incident.ErrNotFound) {
			t.Fatalf("the discarded case: got %v, want it erased", err)
		}
		build(t, c)
	}
}

// A city of another seed is another city: its members do not join this one.
func testOtherSeed(t *testing.T, c City) {
	t.Helper()
	other := c
	other.Seed++
	was, errWas := c.members()
	is, errIs := other.members()
	if err := errors.Join(errWas, errIs); err != nil {
		t.Fatal(err)
	}
	for i := range was {
		if was[i].Passphrase == is[i].Passphrase || was[i].id == is[i].id || was[i].key.identity == is[i].key.identity {
			t.Errorf("%s has the same login under both seeds", was[i].Name)
		}
	}
	a, _ := c.receipt(t, 0)
	if b, _ := other.receipt(t, 0); a == b {
		t.Error("both seeds have the same receipt")
	}
	lines, err := c.Store.Lines(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Build(t.Context()); err == nil {
		t.Error("a city was built into the store of another")
	}
	after, err := c.Store.Lines(t.Context(), 0, 100)
	if err != nil || len(after) != len(lines) {
		t.Errorf("the ledger grew from %d to %d lines, %v", len(lines), len(after), err)
	}
}

func TestBuildEnds(t *testing.T) {
	c, _ := newCity(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Build(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}
