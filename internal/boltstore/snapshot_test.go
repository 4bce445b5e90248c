package boltstore

import (
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// A snapshot does not see what is written while it is read, and the write does
// not wait for it.
func TestSnapshotIsOneMoment(t *testing.T) {
	db, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	put := func(n incident.CaseID) {
		t.Helper()
		e, err := incident.NewCase(n, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("box"))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	put("00000000000000000000000000000001")
	err = db.Snapshot(t.Context(), func(s Snapshot) error {
		put("00000000000000000000000000000002")
		heads, err := s.Heads(t.Context(), "", 10)
		if len(heads) != 1 {
			t.Errorf("got %d cases in the snapshot, want 1", len(heads))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if heads, err := db.Heads(t.Context(), "", 10); err != nil || len(heads) != 2 {
		t.Errorf("got %d cases afterwards, %v, want 2", len(heads), err)
	}
}
