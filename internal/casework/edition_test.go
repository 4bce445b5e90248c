package casework_test

import (
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestDeclare(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCoordinator, city)
	for _, tt := range []struct {
		name        string
		plan, cause string
		want        error
	}{
		{"a first plan with a cause", "p1", "mistake", incident.ErrTransition},
		{"a first plan", "p1", "", nil},
		{"the same again", "p1", "", nil},
		{"another without a cause", "p2", "", incident.ErrTransition},
		{"another with words of one's own", "p2", "because", incident.ErrTransition},
		{"another", "p2", "fit_failed", nil},
	} {
		if err := o.Declare(t.Context(), one.ID, 2026, tt.plan, tt.cause); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	y, err := o.Year(t.Context(), 2026)
	if err != nil || y.Plan != "p2" || y.DeclaredBy != string(one.ID) || y.DeclaredOn == "" || y.Released {
		t.Errorf("year: %+v, %v", y, err)
	}
	if other, err := o.Year(t.Context(), 2025); err != nil || other != (casework.Year{}) {
		t.Errorf("another year: %+v, %v", other, err)
	}
	if err := o.Released(t.Context(), one.ID, casework.Release{Year: 2026, Edition: "aa", Signer: "bb"}); err != nil {
		t.Fatal(err)
	}
	if err := o.Declare(t.Context(), one.ID, 2026, "p3", "mistake"); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("after the release: %v", err)
	}
}

func TestWaiveNeedsTwo(t *testing.T) {
	o := newOffice(t)
	one, two := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	for i, tt := range []struct {
		by   incident.MemberID
		want bool
	}{{one.ID, false}, {one.ID, false}, {two.ID, true}, {one.ID, true}} {
		if waived, err := o.Waive(t.Context(), tt.by, 2026); err != nil || waived != tt.want {
			t.Errorf("step %d: %v, %v, want %v", i+1, waived, err, tt.want)
		}
	}
	years, err := o.FrozenYears(t.Context())
	if err != nil || len(years) != 1 || !years[2026] {
		t.Errorf("frozen: %v, %v", years, err)
	}
	if err := o.Declare(t.Context(), one.ID, 2026, "p1", ""); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("a plan of a waived year: %v", err)
	}
	if err := o.Released(t.Context(), one.ID, casework.Release{Year: 2025, Edition: "aa", Signer: "bb"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Waive(t.Context(), one.ID, 2025); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("waiving a released year: %v", err)
	}
}
