package incident

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestErrorsAreKnownOutside(t *testing.T) {
	if err := fmt.Errorf("reading: %w", ErrNotFound); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		t.Error("ErrNotFound is not fs.ErrNotExist alone")
	}
	if err := fmt.Errorf("writing: %w", ErrConflict); !errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		t.Error("ErrConflict is not fs.ErrExist alone")
	}
	all := []error{
		ErrNotFound, ErrConflict, ErrUnclear, ErrUnavailable, ErrChain, ErrTransition, ErrForbidden, ErrEpoch,
		ErrFull, ErrErased, ErrUnknownKind, errShape,
	}
	for i, a := range all {
		for j, b := range all {
			if errors.Is(a, b) != (i == j) {
				t.Errorf("%v is %v", a, b)
			}
		}
		if text := a.Error(); text != strings.ToLower(text) || strings.HasSuffix(text, ".") || text == "" {
			t.Errorf("text of error %q", text)
		}
	}
}

func TestFaults(t *testing.T) {
	if err := (Faults{}).Err(); err != nil {
		t.Errorf("no faults are an error: %v", err)
	}
	if err := Faults(nil).Err(); err != nil {
		t.Errorf("nil faults are an error: %v", err)
	}
	f := Faults{{"text", "required"}, {"when.to", "order"}}
	err := f.Err()
	if got, want := err.Error(), "form has faults: text required, when.to order"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	var back Faults
	if !errors.As(fmt.Errorf("checking: %w", err), &back) || len(back) != 2 {
		t.Errorf("errors.As gives %v", back)
	}
	if !f.Has("text", "required") || f.Has("text", "order") || f.Has("when.to", "required") {
		t.Error("Has mixes fields and keys up")
	}
}

func TestWordsOfTheField(t *testing.T) {
	open := map[State]bool{
		StateReceived: true, StateTriage: true, StateQueryOpen: true, StateDocumented: true, StateCounselling: true,
		StateIntervention: true, StatePaused: true, StateReferred: true,
	}
	for _, s := range append([]State{"", "archived"}, States...) {
		known := s != "" && s != "archived"
		if s.Valid() != known || s.Open() != open[s] || s.Final() != (s == StateAnonymised || s == StateErased) {
			t.Errorf("state %q: valid %t, open %t, final %t", s, s.Valid(), s.Open(), s.Final())
		}
	}
	for _, tt := range []struct {
		role         Role
		valid, reads bool
		mover        Who
	}{
		{RoleCaseworker, true, true, WhoCaseworker},
		{RoleCoordinator, true, true, WhoCoordinator},
		{RoleAdmin, true, false, ""},
		{"", false, false, ""},
		{"owner", false, false, ""},
	} {
		if r := tt.role; r.Valid() != tt.valid || r.Reads() != tt.reads || r.Mover() != tt.mover {
			t.Errorf("role %q: valid %t, reads %t, moves as %q", r, r.Valid(), r.Reads(), r.Mover())
		}
	}
	for track, want := range map[Track]bool{TrackReport: true, TrackCounselling: true, "": false, "advice": false} {
		if track.Valid() != want {
			t.Errorf("track %q valid: %t", track, !want)
		}
	}
	for act, want := range map[Act]State{ActDiscard: StateDiscarded, ActErase: StateErased, ActExport: "", "burn": ""} {
		if got := act.target(); got != want {
			t.Errorf("act %q leads to %q, want %q", act, got, want)
		}
	}
}

// A guard that no row asks for, or that the case cannot answer, holds never.
func TestUnknownGuardNeverHolds(t *testing.T) {
	c := newFile(t, TrackReport).fold()
	if c.holds("good_mood", Draft{Day: today}) || c.inTime("good_mood", today) {
		t.Error("an unknown guard holds")
	}
}
