package storetest

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

const group64 = 64

func caseTests() []test {
	const group = "Event"
	return []test{
		{group, "InsertOnce", insertOnce},
		{group, "OpReadBack", opReadBack},
		{group, "OpKnown", opKnown},
		{group, "Unclear", unclear},
		{group, "Conflict", conflict},
		{group, "PublicBytesKept", publicBytesKept},
		{group, "ChainVector", chainVector},
		{group, "ChainBroken", chainBroken},
		{group, "CancelledContext", cancelledContext},
		{group, "Malformed", malformed},
		{group, "NotFound", notFound},
	}
}

// together runs do 64 times at once and gives the errors in order.
func together(do func(i int) error) []error {
	errs := make([]error, group64)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range errs {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// winner gives the index of the only nil among errs; all others must be ErrConflict.
func winner(t *testing.T, errs []error) int {
	t.Helper()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			t.Fatalf("writers %d and %d both won", won, i)
		case err == nil:
			won = i
		case !errors.Is(err, incident.ErrConflict):
			t.Fatalf("writer %d: got error %v, want %v", i, err, incident.ErrConflict)
		}
	}
	if won < 0 {
		t.Fatal("no writer won")
	}
	return won
}

func insertOnce(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(BoxSize))
	appendAll(t, s, first)
	seconds := make([]incident.Event, group64)
	for i := range seconds {
		seconds[i] = message(t, first)
	}
	won := winner(t, together(func(i int) error { return s.Append(t.Context(), seconds[i]) }))
	if got := file(t, s, first.Case()); !reflect.DeepEqual(got, []incident.Event{first, seconds[won]}) {
		t.Errorf("the case does not hold what the winner wrote")
	}
}

func opReadBack(t *testing.T, e Engine) {
	address := e.New(t)
	s, fault := e.Faulty(t, address)
	first := report(t, newCaseID(), "city", random(BoxSize))
	fault.Next()
	err := s.Append(t.Context(), first)
	if errors.Is(err, incident.ErrUnclear) {
		// The engine could not find out by itself: it must after a new start.
		closeStore(t, s)
		s = reopen(t, e, address)
		err = s.Append(t.Context(), first)
	}
	wantErr(t, "appending", err, nil)
	if got := file(t, s, first.Case()); len(got) != 1 || got[0].Op != first.Op {
		t.Errorf("got %d events, want the one that was sent", len(got))
	}
}

func opKnown(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	second := message(t, first)
	appendAll(t, s, first, second, access(t, second))
	again := second
	again.Box = random(64) // sealed anew by the same act
	again.Hash = again.Sum()
	wantErr(t, "the same act again", s.Append(t.Context(), again), nil)
	wantErr(t, "the first act again", s.Append(t.Context(), first), nil)
	got := file(t, s, first.Case())
	if len(got) != 3 || !bytes.Equal(got[1].Box, second.Box) {
		t.Errorf("a repeated act changed the case")
	}
}

func unclear(t *testing.T, e Engine) {
	address := e.New(t)
	s, fault := e.Faulty(t, address)
	first := report(t, newCaseID(), "city", random(BoxSize))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	fault.All(true)
	wantErr(t, "appending without any answer", s.Append(ctx, first), incident.ErrUnclear)
	fault.All(false)
	closeStore(t, s)
	s = reopen(t, e, address)
	wantErr(t, "sending again", s.Append(t.Context(), first), nil)
	if got := file(t, s, first.Case()); len(got) != 1 {
		t.Errorf("got %d events, want 1", len(got))
	}
}

func conflict(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	appendAll(t, s, first, access(t, first))
	late := message(t, first)
	wantErr(t, "a stale revision", s.Append(t.Context(), late), incident.ErrConflict)
	if got := file(t, s, first.Case()); len(got) != 2 || got[1].Kind != incident.KindAccess {
		t.Errorf("the loser changed the case")
	}
}

func publicBytesKept(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	second := access(t, first)
	// As another writer might serialise: spaces, escapes, order, a line separator.
	second.Public = "{ \"text\" :\"<&>\\u00e4ä\u2028\\/\",\"epoch\": 1}"
	second.Hash = second.Sum()
	appendAll(t, s, first, second)
	if got := file(t, s, first.Case())[1].Public; got != second.Public {
		t.Errorf("public: got %q, want %q", got, second.Public)
	}
}

// chainVector stores the vector of store.md §3 and demands its hashes back.
func chainVector(t *testing.T, e Engine) {
	s, _ := open(t, e)
	const id = incident.CaseID("000102030405060708090a0b0c0d0e0f")
	ops := [2]incident.Op{}
	for i := range ops[0] {
		ops[0][i], ops[1][i] = byte(0x10+i), byte(0x20+i)
	}
	first := incident.Link(id, 0, incident.Hash{}, incident.Event{
		Kind: "report", Actor: "resident", Day: "2026-11", State: "received", Op: ops[0],
		Public: `{"desk":"city","epoch":1}`, Box: []byte("sealed"),
	})
	second := incident.Link(id, 1, first.Hash, incident.Event{
		Kind: "access", Actor: "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", Day: "2026-11-23", State: "received", Op: ops[1],
	})
	appendAll(t, s, first, second)
	want := []string{
		"f9cb0aa4c8017e8738ffc511d3987e41d38674624cc5a0358a212a55eb2f46f8",
		"c038533bf0e610bd23dceeb6523b5551f3faa032374eebf1624b5387b26d93f8",
	}
	for i, got := range file(t, s, id) {
		if got.Hash.String() != want[i] || got.Sum() != got.Hash {
			t.Errorf("hash %d: got %s, want %s", i+1, got.Hash, want[i])
		}
	}
}

func chainBroken(t *testing.T, e Engine) {
	s, address := open(t, e)
	behind := e.Behind(t, address, s)
	changes := map[string]any{
		"kind": "note", "actor": newID(), "day": "2026-11-21", "state": "triage", "public": `{"epoch":2}`,
		"op": random(16), "box": random(64), "prev": random(32), "hash": random(32),
	}
	for field, value := range changes {
		first := report(t, newCaseID(), "city", random(64))
		second := message(t, first)
		appendAll(t, s, first, second, access(t, second))
		behind.Set(t, "events", string(second.ID), field, value)
		_, err := s.File(t.Context(), first.Case())
		wantErr(t, "reading after "+field+" was changed", err, incident.ErrChain)
	}
	for name, gone := range map[string]int{"first": 0, "second": 1} {
		first := report(t, newCaseID(), "city", random(64))
		events := []incident.Event{first, message(t, first)}
		events = append(events, access(t, events[1]))
		appendAll(t, s, events...)
		behind.Delete(t, "events", string(events[gone].ID))
		_, err := s.File(t.Context(), first.Case())
		wantErr(t, "reading without the "+name+" event", err, incident.ErrChain)
	}
}

func cancelledContext(t *testing.T, e Engine) {
	s, _ := open(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	first := report(t, newCaseID(), "city", random(64))
	wantErr(t, "appending with a cancelled context", s.Append(ctx, first), context.Canceled)
	_, err := s.File(ctx, first.Case())
	wantErr(t, "reading with a cancelled context", err, context.Canceled)
	_, err = s.File(t.Context(), first.Case())
	wantErr(t, "reading what was not stored", err, incident.ErrNotFound)
}

// malformed holds that nothing which breaks the rules of an event is stored.
func malformed(t *testing.T, e Engine) {
	s, _ := open(t, e)
	good := report(t, newCaseID(), "city", random(64))
	change := func(do func(*incident.Event)) incident.Event {
		bad := good
		do(&bad)
		return bad
	}
	for name, bad := range map[string]incident.Event{
		"a wrong hash":     change(func(b *incident.Event) { b.Hash[0]++ }),
		"an empty box":     change(func(b *incident.Event) { b.Box = []byte{}; b.Hash = b.Sum() }),
		"a box too large":  change(func(b *incident.Event) { b.Box = make([]byte, incident.MaxBox+1); b.Hash = b.Sum() }),
		"no id":            change(func(b *incident.Event) { b.ID = ""; b.Hash = b.Sum() }),
		"a ledger's id":    change(func(b *incident.Event) { b.ID = incident.LedgerID.Event(1); b.Hash = b.Sum() }),
		"text not Unicode": change(func(b *incident.Event) { b.Public = "{\"\xff\":1}"; b.Hash = b.Sum() }),
	} {
		if err := s.Append(t.Context(), bad); err == nil {
			t.Errorf("%s was stored", name)
		}
	}
	if err := s.Record(t.Context(), good); err == nil {
		t.Error("an event of a case was stored in the ledger")
	}
	heads, err := s.Heads(t.Context(), "", 10)
	wantErr(t, "reading heads", err, nil)
	if len(heads) != 0 {
		t.Errorf("got %d cases, want none", len(heads))
	}
}

func notFound(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	for name, read := range map[string]func() error{
		"case":       func() error { _, err := s.File(t.Context(), id); return err },
		"chunk":      func() error { _, err := s.Chunk(t.Context(), id.Upload(newID()).Chunk(0)); return err },
		"upload":     func() error { _, err := s.Upload(t.Context(), id.Upload(newID())); return err },
		"projection": func() error { _, err := s.Projection(t.Context(), id); return err },
		"member":     func() error { _, err := s.Member(t.Context(), incident.MemberID(newID())); return err },
		"session":    func() error { _, _, _, _, err := s.Session(t.Context(), newID()); return err },
		"name":       func() error { _, _, err := s.Credentials(t.Context(), newID()); return err },
		"meta":       func() error { _, err := s.Meta(t.Context(), "office"); return err },
	} {
		wantErr(t, "reading an unknown "+name, read(), incident.ErrNotFound)
	}
	events, err := s.Events(t.Context(), []incident.EventID{id.Event(1)})
	if err != nil || len(events) != 0 {
		t.Errorf("unknown events: got %d, %v, want none", len(events), err)
	}
}
