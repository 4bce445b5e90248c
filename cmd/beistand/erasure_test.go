package main

import (
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// TestVerifyAfterErasure: an erased case is no fault, neither while it is being
// deleted nor afterwards.
func TestVerifyAfterErasure(t *testing.T) {
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	id := incident.CaseID(strings.Repeat("ab", 16))
	first, err := incident.NewCase(id, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	final := incident.Link(id, 1, first.Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: incident.Op{2}, Public: `{"code":"withdrawal"}`,
	})
	for i, step := range []func() error{
		func() error { return db.Append(t.Context(), first) },
		func() error { return db.Append(t.Context(), final) },
		func() error { return db.Drop(t.Context(), final.ID) },
		func() error { return db.DropLast(t.Context(), final.ID) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		v, err := verifyStore(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Findings) > 0 {
			t.Errorf("step %d: %v", i+1, v.Findings)
		}
	}
}
