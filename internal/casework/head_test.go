package casework_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"testing"

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
