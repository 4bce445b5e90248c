package casework_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func (o *office) count(t *testing.T, kind incident.Kind) int {
	t.Helper()
	lines, err := o.db.Lines(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range lines {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestBegin(t *testing.T) {
	o := newOffice(t)
	for range 2 {
		if err := o.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.count(t, incident.KindSite); got != 1 {
		t.Errorf("%d site lines, want 1", got)
	}
	o.Site = "other.example"
	if err := o.Begin(t.Context()); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("store of another site: %v, want ErrForbidden", err)
	}
}

func TestLoginIsNotedOnceADay(t *testing.T) {
	o := newOffice(t)
	a, b := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	for _, d := range []string{day, day, "2026-11-23"} {
		o.at(t, d)
		for _, m := range []incident.Member{a, b} {
			if err := o.LoggedIn(t.Context(), m.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := o.count(t, incident.KindLogin); got != 4 {
		t.Errorf("%d login lines of two members on two days, want 4", got)
	}
}

func TestLedgerRace(t *testing.T) {
	o := newOffice(t)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = o.LoggedIn(t.Context(), incident.MemberID(newID())) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Errorf("one of eight logins at once: %v", err)
		}
	}
	if got := o.count(t, incident.KindLogin); got != len(errs) {
		t.Errorf("%d login lines, want %d", got, len(errs))
	}
}

func TestMembersOfOnesDesks(t *testing.T) {
	o := newOffice(t)
	a := o.hire(t, incident.RoleCaseworker, city)
	b := o.hire(t, incident.RoleCoordinator, city, body)
	c := o.hire(t, incident.RoleCaseworker, body)
	admin := o.hire(t, incident.RoleAdmin)
	for _, tt := range []struct {
		m    incident.Member
		want int
	}{{a, 2}, {b, 3}, {c, 2}, {admin, 4}} {
		records, err := o.Members(t.Context(), tt.m)
		if err != nil || len(records) != tt.want {
			t.Errorf("%s of %v sees %d members, %v; want %d", tt.m.Role, tt.m.Desks, len(records), err, tt.want)
		}
	}
}
