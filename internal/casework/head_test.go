package casework_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// digests are what a browser computes over the pairs that it knows.
func digests(t *testing.T, known map[incident.CaseID]uint32) [casework.Buckets]casework.Digest {
	t.Helper()
	var ids []incident.CaseID
	for id := range known {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var d [casework.Buckets]casework.Digest
	for i := range d {
		h := sha256.New()
		for _, id := range ids {
			raw, err := hex.DecodeString(string(id))
			if err != nil {
				t.Fatal(err)
			}
			if int(raw[0]) == i {
				h.Write(binary.BigEndian.AppendUint32(raw, known[id]))
			}
		}
		copy(d[i][:], h.Sum(nil))
	}
	return d
}

func TestChanges(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCaseworker, city)
	known := map[incident.CaseID]uint32{}
	// What a browser knows is brought up to date from the answer alone.
	follow := func() int {
		changed, err := o.Changes(t.Context(), m, digests(t, known))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range changed {
			for id := range known {
				if raw, _ := hex.DecodeString(string(id)); raw[0] == b.First {
					delete(known, id)
				}
			}
			for _, c := range b.Cases {
				known[c.Case] = uint32(c.Rev)
			}
		}
		return len(changed)
	}
	if got := follow(); got != 0 {
		t.Errorf("%d buckets differ of two empty lists", got)
	}
	var ids []incident.CaseID
	for range 40 {
		ids = append(ids, o.report(t, city, incident.TrackReport))
	}
	o.report(t, body, incident.TrackReport)
	follow()
	if got := follow(); got != 0 || len(known) != len(ids) {
		t.Errorf("%d buckets still differ, %d cases known; want none and %d", got, len(known), len(ids))
	}
	o.must(t, m, ids[3], access())
	if got := follow(); got != 1 || known[ids[3]] != 2 {
		t.Errorf("%d buckets differ after one act, rev %d; want one and 2", got, known[ids[3]])
	}
	known[incident.CaseID(newID())] = 7 // erased here
	if got := follow(); got != 1 || len(known) != len(ids) {
		t.Errorf("%d buckets differ after an erasure, %d cases known", got, len(known))
	}
}

// A counter counts the summaries that are read of a store.
type counter struct {
	casework.Store
	read int
}

func (c *counter) Cases(ctx context.Context, q incident.Query) ([]incident.Summary, error) {
	list, err := c.Store.Cases(ctx, q)
	c.read += len(list)
	return list, err
}

// known is what a browser has of a list that it has just fetched.
func (o *office) known(t *testing.T, m incident.Member) map[incident.CaseID]uint32 {
	t.Helper()
	all := map[incident.CaseID]uint32{}
	for after := incident.CaseID(""); ; {
		list, next, err := o.Cases(t.Context(), m, after, casework.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			all[c.Case] = uint32(c.Rev)
		}
		if after = next; after == "" {
			return all
		}
	}
}

// TestChangesCostWhatChanged: who looks again is answered without a case being
// read, and after a change with the cases of its group, however many there are.
func TestChangesCostWhatChanged(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	store := &counter{Store: o.db}
	o.Store = store
	var ids []incident.CaseID
	for range 700 {
		ids = append(ids, o.report(t, city, incident.TrackReport))
	}
	look := func(what string, known map[incident.CaseID]uint32, buckets, least, most int) {
		t.Helper()
		store.read = 0
		changed, err := o.Changes(t.Context(), m, digests(t, known))
		if err != nil || len(changed) != buckets || store.read < least || store.read > most {
			t.Errorf("%s: %d buckets, %v, %d summaries read; want %d buckets, %d to %d read", what, len(changed), err, store.read, buckets, least, most)
		}
	}
	old := o.known(t, m)
	look("first", old, 0, 700, 700)
	look("nothing new", old, 0, 0, 0)
	o.must(t, m, ids[0], access())
	group := 0
	for _, id := range ids {
		if id[:2] == ids[0][:2] {
			group++
		}
	}
	look("one act", old, 1, group, group)
	look("again, without having followed", old, 1, group, group)
	now := o.known(t, m)
	look("followed", now, 0, 0, 0)
	o.report(t, body, incident.TrackReport)
	look("another desk", now, 0, 0, 20)
	clock := o.day.Load().Add(15 * time.Minute)
	o.day.Store(&clock)
	look("a quarter of an hour later", now, 0, 700, 700)
	clock = clock.Add(-time.Hour)
	o.day.Store(&clock)
	look("the clock was put back", now, 0, 700, 700)
}

// TestChangesOfTwoInstances: what one server writes, another that has looked
// before tells with the next look, erasures too.
func TestChangesOfTwoInstances(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	there := o.instance()
	id := o.report(t, city, incident.TrackReport)
	look := func(known map[incident.CaseID]uint32) []casework.Bucket {
		t.Helper()
		changed, err := there.Changes(t.Context(), m, digests(t, known))
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	old := o.known(t, m)
	if got := look(old); len(got) != 0 {
		t.Fatalf("%d buckets differ", len(got))
	}
	o.must(t, m, id, access())
	if got := look(old); len(got) != 1 || len(got[0].Cases) != 1 || got[0].Cases[0].Rev != 2 {
		t.Errorf("after an act on the other server: %+v", got)
	}
	old = o.known(t, m)
	look(old)
	o.add(t, id, incident.Event{Kind: incident.KindTransition, Actor: incident.ActorSystem, State: incident.StateErased}, incident.Public{})
	if got := look(old); len(got) != 1 || len(got[0].Cases) != 0 {
		t.Errorf("after an erasure on the other server: %+v, want the bucket without the case", got)
	}
}

// TestChangesAreOfTheMembersDesks: what one member's look left in memory answers
// nobody of other desks, and nobody who may not read.
func TestChangesAreOfTheMembersDesks(t *testing.T) {
	o := newOffice(t)
	for range 30 {
		o.report(t, city, incident.TrackReport)
		o.report(t, body, incident.TrackReport)
	}
	members := []incident.Member{
		o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body),
		o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, body, city), o.hire(t, incident.RoleCaseworker),
	}
	for range 2 {
		for i, m := range members {
			want := o.known(t, m)
			for j, other := range members {
				changed, err := o.Changes(t.Context(), m, digests(t, o.known(t, other)))
				same := len(want) == len(o.known(t, other)) && (i == j || i > 1)
				if err != nil || (len(changed) == 0) != same {
					t.Errorf("member %d with the list of %d: %d buckets, %v", i, j, len(changed), err)
				}
			}
		}
		if _, err := o.Changes(t.Context(), o.hire(t, incident.RoleAdmin), digests(t, nil)); !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("an admin: %v", err)
		}
	}
}
