package boltstore

import (
	"errors"
	"strings"
	"testing"
)

// TestWhatMarksTheFile: a wrap that is gone is a reason to write the file anew, a
// code that was used is none.
func TestWhatMarksTheFile(t *testing.T) {
	db, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	member := strings.Repeat("ab", 16)
	for _, c := range []struct {
		key   string
		marks bool
	}{
		{"invite:" + member, false},
		{"used:" + member + ".00", false},
		{"count:" + member + ".00", false},
		{"wrap:city.1." + member, true},
	} {
		if err := errors.Join(db.PutKey(t.Context(), c.key+":0001", sealed(40)), db.DropKeys(t.Context(), c.key)); err != nil {
			t.Fatal(err)
		}
		if waiting, _, err := db.Erased(t.Context()); err != nil || waiting != c.marks {
			t.Errorf("%s was dropped: waiting %t, %v, want %t", c.key, waiting, err, c.marks)
		}
	}
}
