package storetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func stampTests() []test {
	const group = "Stamp"
	return []test{
		{group, "TellsEachChange", tellsEachChange},
		{group, "StandsAfterItsSummary", standsAfterItsSummary},
		{group, "Between", between},
	}
}

func stampsOf(t *testing.T, s Store) [incident.Groups]incident.Stamp {
	t.Helper()
	all, err := s.Stamps(t.Context())
	if err != nil {
		t.Fatalf("reading stamps: %v", err)
	}
	return all
}

// tellsEachChange makes every kind of change to a summary: its group gets a stamp
// that it never had, for every process that has the store open, and no other group.
func tellsEachChange(t *testing.T, e Engine) {
	s, address := open(t, e)
	readers := []Store{s}
	if !e.Refuses {
		readers = append(readers, reopen(t, e, address))
	}
	events := fileOfAllKinds(t, newCaseID())
	id := events[0].Case()
	group, _ := id.Group()
	final := after(t, events[len(events)-1], incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, State: incident.StateErased,
	}, incident.Public{})
	before := stampsOf(t, s)
	had := []incident.Stamp{before[group]}
	change := func(what string, do func() error) {
		t.Helper()
		wantErr(t, what, do(), nil)
		for _, r := range readers {
			now := stampsOf(t, r)
			if slices.Contains(had, now[group]) {
				t.Errorf("%s: the group has a stamp that it had before", what)
			}
			now[group] = before[group]
			if now != before {
				t.Errorf("%s: another group has a new stamp", what)
			}
		}
		had = append(had, stampsOf(t, s)[group])
	}
	for _, next := range events {
		change(string(next.Kind), func() error { return s.Append(t.Context(), next) })
	}
	e.Behind(t, address, s).Set(t, "cases", string(id), "purge", "1999-01")
	change("repair", func() error { return s.Project(t.Context(), id) })
	change("erasure", func() error { return s.Append(t.Context(), final) })
	wantErr(t, "dropping", s.Drop(t.Context(), final.ID), nil)
}

// standsAfterItsSummary lets writers race with somebody who remembers what it read
// under which stamp, as casework.Changes does: when all is written, what is
// remembered under the last stamps is the truth.
func standsAfterItsSummary(t *testing.T, e Engine) {
	s, address := open(t, e)
	writers := []Store{s, s}
	if !e.Refuses {
		writers[1] = reopen(t, e, address)
	}
	var wg sync.WaitGroup
	for _, w := range writers {
		for range 3 { // in one group, so that stamps meet
			first := report(t, incident.CaseID("7a"+string(newCaseID())[2:]), "city", random(64))
			events := []incident.Event{first}
			for len(events) < 8 {
				events = append(events, message(t, events[len(events)-1]))
			}
			wg.Go(func() {
				for _, next := range events {
					if err := w.Append(t.Context(), next); err != nil {
						t.Errorf("appending: %v", err)
					}
				}
			})
		}
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	read := func() map[incident.CaseID]int {
		revs := map[incident.CaseID]int{}
		for _, c := range listed(t, s, incident.Query{Limit: 500}) {
			revs[c.Case] = c.Rev
		}
		return revs
	}
	remembered, under := map[incident.CaseID]int{}, [incident.Groups]incident.Stamp{}
	for ended := false; ; {
		if now := stampsOf(t, s); now != under {
			under, remembered = now, read()
			continue
		}
		if ended {
			break
		}
		select {
		case <-done:
			ended = true
		default:
		}
	}
	for id, rev := range read() {
		if remembered[id] != rev || rev != 8 {
			t.Errorf("remembered rev %d under a stamp that still stands, found %d of 8", remembered[id], rev)
		}
	}
}

// between holds lists to both ends of what is asked for.
func between(t *testing.T, e Engine) {
	s, _ := open(t, e)
	var ids []incident.CaseID
	for range 20 {
		r := report(t, newCaseID(), "city", random(64))
		appendAll(t, s, r)
		ids = append(ids, r.Case())
	}
	slices.Sort(ids)
	for _, desks := range [][]string{nil, {"city"}} {
		for _, limit := range []int{3, 500} {
			got := listed(t, s, incident.Query{Desks: desks, After: ids[4], Before: ids[15], Limit: limit})
			if len(got) != 10 || got[0].Case != ids[5] || got[9].Case != ids[14] {
				t.Errorf("desks %v, limit %d: %d cases between the fifth and the sixteenth of 20, want 10", desks, limit, len(got))
			}
		}
	}
}
