package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

func listTests() []test {
	const group = "List"
	return []test{
		{group, "RebuildEqualsApply", rebuildEqualsApply},
		{group, "MissingIsRepaired", missingIsRepaired},
		{group, "StaleLoses", staleLoses},
		{group, "OlderVersionRebuilt", olderVersionRebuilt},
		{group, "UnknownKindReadOnly", unknownKindReadOnly},
		{group, "PagingUnderInserts", pagingUnderInserts},
		{group, "FilterByDesk", filterByDesk},
		{group, "EventsByID", eventsByID},
		{group, "HeadsInOrder", headsInOrder},
		{group, "FinalIsGone", finalIsGone},
		{group, "UsesIndex", usesIndex},
		{group, "At10k", at10k},
	}
}

// folded gives the summary that the events make.
func folded(t *testing.T, events []incident.Event) incident.Summary {
	t.Helper()
	var s incident.Summary
	for _, e := range events {
		next, err := s.Apply(e)
		if err != nil {
			t.Fatalf("folding: %v", err)
		}
		s = next
	}
	return s
}

// listed gives all summaries that the query finds, page by page.
func listed(t *testing.T, s Store, q incident.Query) []incident.Summary {
	t.Helper()
	var all []incident.Summary
	for {
		page, err := s.Cases(t.Context(), q)
		if err != nil {
			t.Fatalf("listing: %v", err)
		}
		all = append(all, page...)
		if len(page) < q.Limit {
			return all
		}
		q.After = page[len(page)-1].Case
	}
}

func rebuildEqualsApply(t *testing.T, e Engine) {
	s, _ := open(t, e)
	events := fileOfAllKinds(t, newCaseID())
	for i, next := range events {
		appendAll(t, s, next)
		want := folded(t, events[:i+1])
		for _, how := range []string{"applied", "rebuilt"} {
			got, err := s.Projection(t.Context(), next.Case())
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s after %s: got %+v, %v, want %+v", how, next.Kind, got, err, want)
			}
			wantErr(t, "rebuilding", s.Project(t.Context(), next.Case()), nil)
		}
	}
	if got := listed(t, s, incident.Query{Limit: 10}); len(got) != 1 || !reflect.DeepEqual(got[0], folded(t, events)) {
		t.Errorf("list: got %+v, want %+v", got, folded(t, events))
	}
}

func missingIsRepaired(t *testing.T, e Engine) {
	s, address := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	appendAll(t, s, first)
	e.Behind(t, address, s).Delete(t, "cases", string(first.Case()))
	if got := listed(t, s, incident.Query{Limit: 10}); len(got) != 0 {
		t.Fatalf("got %d cases, want none: the projection is gone", len(got))
	}
	heads, err := s.Heads(t.Context(), "", 10)
	if err != nil || len(heads) != 1 || heads[0].Case != first.Case() {
		t.Fatalf("heads: got %v, %v, want the case", heads, err)
	}
	wantErr(t, "repairing", s.Project(t.Context(), first.Case()), nil)
	if got := listed(t, s, incident.Query{Limit: 10, Desks: []string{"city"}}); len(got) != 1 {
		t.Errorf("got %d cases after the repair, want 1", len(got))
	}
}

// staleLoses lets repairs race with new events: the projection that remains is
// the newest.
func staleLoses(t *testing.T, e Engine) {
	s, _ := open(t, e)
	events := []incident.Event{report(t, newCaseID(), "city", random(64))}
	for len(events) < 40 {
		events = append(events, message(t, events[len(events)-1]))
	}
	id := events[0].Case()
	appendAll(t, s, events[0])
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := s.Project(t.Context(), id); err != nil {
					t.Errorf("rebuilding: %v", err)
					return
				}
			}
		})
	}
	appendAll(t, s, events[1:]...)
	stop()
	wg.Wait()
	if got, err := s.Projection(t.Context(), id); err != nil || got.Rev != len(events) {
		t.Errorf("got rev %d, %v, want %d", got.Rev, err, len(events))
	}
}

func olderVersionRebuilt(t *testing.T, e Engine) {
	s, address := open(t, e)
	events := fileOfAllKinds(t, newCaseID())
	appendAll(t, s, events...)
	want := folded(t, events)
	behind := e.Behind(t, address, s)
	for _, how := range []string{"listed", "rebuilt", "appended to"} {
		behind.Set(t, "cases", string(want.Case), "v", int32(0))
		behind.Set(t, "cases", string(want.Case), "purge", "1999-01")
		switch how {
		case "rebuilt":
			wantErr(t, "rebuilding", s.Project(t.Context(), want.Case), nil)
		case "appended to":
			events = append(events, message(t, events[len(events)-1]))
			appendAll(t, s, events[len(events)-1])
			want = folded(t, events)
		}
		if got := listed(t, s, incident.Query{Limit: 10}); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s: got %+v, want %+v", how, got, want)
		}
	}
}

func unknownKindReadOnly(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	strange := after(t, first, incident.Event{Kind: "telepathy", Actor: newID(), V: 2}, incident.Public{})
	appendAll(t, s, first, strange, message(t, strange))
	c, err := incident.Fold(first.Case(), file(t, s, first.Case()))
	if err != nil || !c.ReadOnly() || c.Rev != 3 {
		t.Fatalf("got %v, want a case of three events that is read-only", err)
	}
	wantErr(t, "rebuilding", s.Project(t.Context(), first.Case()), nil)
	got := listed(t, s, incident.Query{Limit: 10})
	if len(got) != 1 || got[0].Rev != 1 {
		t.Errorf("got %+v, want the case as far as it is understood", got)
	}
}

func pagingUnderInserts(t *testing.T, e Engine) {
	s, _ := open(t, e)
	before := map[incident.CaseID]int{}
	for range 60 {
		r := report(t, newCaseID(), "city", random(64))
		appendAll(t, s, r)
		before[r.Case()] = 0
	}
	q := incident.Query{Limit: 7}
	var last incident.CaseID
	for {
		page, err := s.Cases(t.Context(), q)
		if err != nil {
			t.Fatalf("listing: %v", err)
		}
		for _, c := range page {
			if c.Case <= last {
				t.Fatalf("cases are not in order of id")
			}
			last = c.Case
			if _, ok := before[c.Case]; ok {
				before[c.Case]++
			}
		}
		if len(page) < q.Limit {
			break
		}
		q.After = last
		appendAll(t, s, report(t, newCaseID(), "city", random(64)))
	}
	for id, n := range before {
		if n != 1 {
			t.Errorf("case %s was listed %d times, want once", id, n)
		}
	}
}

func filterByDesk(t *testing.T, e Engine) {
	s, _ := open(t, e)
	want := map[string]int{}
	for i := range 30 {
		desk := []string{"city", "city-2", "harbour"}[i%3]
		r := report(t, newCaseID(), desk, random(64))
		appendAll(t, s, r)
		if i%2 == 0 {
			appendAll(t, s, after(t, r, incident.Event{
				Kind: incident.KindTransition, Actor: newID(), State: incident.StateClosed,
			}, incident.Public{Code: "none"}))
			want[desk+" done"]++
		} else {
			want[desk+" open"]++
		}
	}
	for _, c := range []struct {
		desks []string
		open  bool
		want  int
	}{
		{nil, false, 30},
		{nil, true, want["city open"] + want["city-2 open"] + want["harbour open"]},
		{[]string{"city"}, false, want["city open"] + want["city done"]},
		{[]string{"city"}, true, want["city open"]},
		{[]string{"city", "harbour"}, true, want["city open"] + want["harbour open"]},
		{[]string{"city", "harbour", "city"}, false, 20},
		{[]string{}, false, 0},
		{[]string{"nowhere"}, false, 0},
	} {
		got := listed(t, s, incident.Query{Desks: c.desks, Open: c.open, Limit: 4})
		if len(got) != c.want {
			t.Errorf("desks %q, open %t: got %d cases, want %d", c.desks, c.open, len(got), c.want)
		}
		for _, s := range got {
			if c.open && !s.Open || c.desks != nil && !slices.Contains(c.desks, s.Desk) {
				t.Errorf("desks %q, open %t: got a case of %q, open %t", c.desks, c.open, s.Desk, s.Open)
			}
		}
	}
}

func eventsByID(t *testing.T, e Engine) {
	s, _ := open(t, e)
	a := fileOfAllKinds(t, newCaseID())
	b := report(t, newCaseID(), "city", random(BoxSize))
	appendAll(t, s, append(a, b)...)
	got, err := s.Events(t.Context(), []incident.EventID{b.ID, newCaseID().Event(1), a[4].ID, a[0].ID})
	if err != nil || !reflect.DeepEqual(got, []incident.Event{b, a[4], a[0]}) {
		t.Errorf("got %d events, %v, want three with their boxes, in the order asked for", len(got), err)
	}
	if _, err := s.Events(t.Context(), make([]incident.EventID, 101)); err == nil {
		t.Error("more than 100 ids were taken")
	}
}

func headsInOrder(t *testing.T, e Engine) {
	s, _ := open(t, e)
	want := map[incident.CaseID]incident.Event{}
	for i := range 25 {
		head := report(t, newCaseID(), "city", random(64))
		appendAll(t, s, head)
		for range i % 4 {
			head = message(t, head)
			appendAll(t, s, head)
		}
		want[head.Case()] = head
	}
	var after incident.CaseID
	for seen := 0; ; {
		heads, err := s.Heads(t.Context(), after, 4)
		if err != nil {
			t.Fatalf("reading heads: %v", err)
		}
		for _, h := range heads {
			w := want[h.Case]
			if h.Case <= after || h.Rev != w.Rev() || h.Hash != w.Hash || h.State != w.State {
				t.Errorf("head of %s: got %+v, want rev %d", h.Case, h, w.Rev())
			}
			after = h.Case
		}
		if seen += len(heads); len(heads) < 4 {
			if seen != len(want) {
				t.Errorf("got %d heads, want %d", seen, len(want))
			}
			return
		}
	}
}

// finalIsGone holds that an erased case is found nowhere but among the heads.
func finalIsGone(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	final := after(t, first, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, State: incident.StateErased,
	}, incident.Public{})
	appendAll(t, s, first, final)
	_, err := s.File(t.Context(), first.Case())
	wantErr(t, "reading an erased case", err, incident.ErrNotFound)
	wantErr(t, "repairing an erased case", s.Project(t.Context(), first.Case()), nil)
	if got := listed(t, s, incident.Query{Limit: 10}); len(got) != 0 {
		t.Errorf("an erased case is listed")
	}
	raw, err := s.Raw(t.Context(), first.Case())
	if err != nil || len(raw) != 2 {
		t.Errorf("raw: got %d events, %v, want 2", len(raw), err)
	}
	heads, err := s.Heads(t.Context(), "", 10)
	if err != nil || len(heads) != 1 || heads[0].State != incident.StateErased {
		t.Errorf("heads: got %v, %v, want the final one", heads, err)
	}
}

func usesIndex(t *testing.T, e Engine) {
	s, address := open(t, e)
	for range 20 {
		appendAll(t, s, report(t, newCaseID(), "city", random(64)))
	}
	for _, q := range []incident.Query{
		{Desks: []string{"city"}, Limit: 10},
		{Desks: []string{"city"}, Open: true, Limit: 10},
	} {
		if !e.UsesIndex(t, address, s, q) {
			t.Errorf("query %+v reads without an index", q)
		}
	}
}

// at10k lists 10,000 cases, as the console does after unlocking. The time is
// told and not tested: on a busy machine it says nothing about the store.
func at10k(t *testing.T, e Engine) {
	const cases = 10_000
	s, _ := open(t, e)
	reports := make([]incident.Event, cases)
	for i := range reports {
		reports[i] = report(t, newCaseID(), "city", random(64))
	}
	errs := together(func(i int) error {
		for n := i; n < cases; n += group64 {
			if err := s.Append(t.Context(), reports[n]); err != nil {
				return fmt.Errorf("report %d: %w", n, err)
			}
		}
		return nil
	})
	for _, err := range errs {
		wantErr(t, "seeding", err, nil)
	}
	start := time.Now()
	got := listed(t, s, incident.Query{Desks: []string{"city"}, Limit: 500})
	if len(got) != cases {
		t.Errorf("listed %d cases, want %d", len(got), cases)
	}
	t.Logf("listed %d cases in %v", len(got), time.Since(start).Round(time.Millisecond))
}
