package casework_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestEveryKindOfAct(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackCounselling)
	acts := []casework.Act{
		access(), card(), assign(m.ID), deadline(), consent(incident.TrackCounselling), answer(), note(), coding(),
		{Kind: incident.KindTransition, To: incident.StateTriage},
	}
	for i, a := range acts {
		done := o.must(t, m, id, a)
		if got, want := done.Rev, i+2; got != want {
			t.Errorf("%s: rev %d, want %d", a.Kind, got, want)
		}
		e := o.file(t, id).Event(done.Rev)
		if e.Kind != a.Kind || e.Actor != string(m.ID) || e.Day != day || string(e.Box) != string(a.Box) {
			t.Errorf("%s: stored kind %s, actor %s, day %s", a.Kind, e.Kind, e.Actor, e.Day)
		}
	}
	c := o.file(t, id)
	if c.State != incident.StateTriage || c.Assignee != m.ID || c.Deadline != "2026-11-30" {
		t.Errorf("case is %s, assigned to %q, due %s; want triage, %q, the Monday 2026-11-30", c.State, c.Assignee, c.Deadline, m.ID)
	}
}

func TestRegressionR01AnotherDeskIsNotFound(t *testing.T) {
	o := newOffice(t)
	stranger := o.hire(t, incident.RoleCoordinator, body)
	id := o.report(t, city, incident.TrackReport)
	_, foreign := o.Open(t.Context(), stranger, id)
	_, unknown := o.Open(t.Context(), stranger, incident.CaseID(newID()))
	if !errors.Is(foreign, incident.ErrNotFound) || !errors.Is(unknown, incident.ErrNotFound) || foreign.Error() != unknown.Error() {
		t.Errorf("foreign %v, unknown %v; want the same ErrNotFound", foreign, unknown)
	}
	if _, err := o.do(t, stranger, id, access()); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("acting on a foreign case: %v, want ErrNotFound", err)
	}
	if got := o.file(t, id).Rev; got != 1 {
		t.Errorf("the case has %d events, want 1", got)
	}
}

func TestWhoReadsNothing(t *testing.T) {
	o := newOffice(t)
	id := o.report(t, city, incident.TrackReport)
	off := o.hire(t, incident.RoleCaseworker, city)
	off.Off = true
	for name, m := range map[string]incident.Member{
		"admin": o.hire(t, incident.RoleAdmin, city), "member who is off": off, "nobody": {},
	} {
		if _, err := o.Open(t.Context(), m, id); !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("%s opens: %v, want ErrForbidden", name, err)
		}
		if _, err := o.do(t, m, id, access()); !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("%s acts: %v, want ErrForbidden", name, err)
		}
		if _, _, err := o.Cases(t.Context(), m, "", 10); !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("%s lists: %v, want ErrForbidden", name, err)
		}
	}
}

func TestStaleHead(t *testing.T) {
	o := newOffice(t)
	a, b := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	o.must(t, a, id, access())
	for _, rev := range []int{1, 3, 2000} {
		act := note()
		act.Rev = rev
		if _, err := o.do(t, b, id, act); !errors.Is(err, incident.ErrConflict) {
			t.Errorf("act on rev %d of a case at 2: %v, want ErrConflict", rev, err)
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	o := newOffice(t)
	members := []incident.Member{o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)}
	for range 20 {
		id := o.report(t, city, incident.TrackReport)
		errs := make([]error, len(members))
		var wg sync.WaitGroup
		for i, m := range members {
			wg.Go(func() {
				a := note()
				a.Rev, a.Op = 1, newOp()
				_, errs[i] = o.Do(t.Context(), m, id, a)
			})
		}
		wg.Wait()
		won, lost := 0, 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case errors.Is(err, incident.ErrConflict):
				lost++
			}
		}
		if won != 1 || lost != 1 || o.file(t, id).Rev != 2 {
			t.Fatalf("errors %v, want one winner and one ErrConflict", errs)
		}
	}
}

func TestRegressionR11SameOpIsDone(t *testing.T) {
	o := newOffice(t)
	m, other := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	a := note()
	a.Rev, a.Op = 1, newOp()
	first := o.must(t, m, id, a)
	o.must(t, other, id, access())
	again, err := o.do(t, m, id, a)
	if err != nil || again.Rev != first.Rev {
		t.Errorf("second time: rev %d, %v; want rev %d and no error", again.Rev, err, first.Rev)
	}
	if got := o.file(t, id).Rev; got != 3 {
		t.Errorf("%d events, want 3", got)
	}
	if _, err := o.do(t, other, id, a); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("somebody else with the same op: %v, want ErrConflict", err)
	}
	a.Kind = incident.KindCoding
	if _, err := o.do(t, m, id, a); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("another kind with the same op: %v, want ErrConflict", err)
	}
}

func TestBoxesAndEpochs(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	change := func(a casework.Act, f func(*casework.Act)) casework.Act { f(&a); return a }
	faulty := map[string]casework.Act{
		"answer for the office only": sealedTo(casework.Act{Kind: incident.KindAnswer}, 1),
		"note for somebody else too": sealedTo(casework.Act{Kind: incident.KindNote}, 2),
		"consent without resident":   sealedTo(consent(incident.TrackReport), 1),
		"coding for two":             sealedTo(coding(), 2),
		"plain text":                 change(note(), func(a *casework.Act) { a.Box = []byte("Frau M. hat angerufen") }),
		"no box":                     change(note(), func(a *casework.Act) { a.Box, a.Public.Epoch = nil, 0 }),
		"box without epoch":          change(note(), func(a *casework.Act) { a.Public.Epoch = 0 }),
		"epoch without box":          {Kind: incident.KindTransition, To: incident.StateTriage, Public: incident.Public{Epoch: 2}},
		"access with box":            sealedTo(access(), 1),
		"short card":                 change(card(), func(a *casework.Act) { a.Box = a.Box[1:] }),
		"long card":                  change(card(), func(a *casework.Act) { a.Box = append(a.Box, 0) }),
	}
	for name, a := range faulty {
		var faults incident.Faults
		if _, err := o.do(t, m, id, a); !errors.As(err, &faults) {
			t.Errorf("%s: %v, want Faults", name, err)
		}
	}
	for epoch, want := range map[int]error{1: incident.ErrEpoch, 2: nil, 3: incident.ErrEpoch} {
		a := change(note(), func(a *casework.Act) { a.Public.Epoch = epoch })
		if _, err := o.do(t, m, id, a); !errors.Is(err, want) {
			t.Errorf("epoch %d in November: %v, want %v", epoch, err, want)
		}
	}
	o.at(t, "2026-11-01")
	old := change(note(), func(a *casework.Act) { a.Public.Epoch = 1 })
	if _, err := o.do(t, m, id, old); err != nil {
		t.Errorf("epoch of October on 1 November: %v, want none for two days", err)
	}
	o.at(t, "2026-10-31")
	if _, err := o.do(t, m, id, note()); !errors.Is(err, incident.ErrEpoch) {
		t.Errorf("epoch of November in October: %v, want ErrEpoch", err)
	}
}

func TestRegressionR27Assignment(t *testing.T) {
	o := newOffice(t)
	cw, second := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	boss := o.hire(t, incident.RoleCoordinator, city)
	stranger, admin := o.hire(t, incident.RoleCaseworker, body), o.hire(t, incident.RoleAdmin, city)
	gone := o.hire(t, incident.RoleCaseworker, city)
	o.line(t, &incident.Line{Member: gone.ID, Role: gone.Role, Desks: gone.Desks, Off: true})
	id := o.report(t, city, incident.TrackReport)
	for name, who := range map[string]incident.MemberID{
		"stranger": stranger.ID, "admin": admin.ID, "who left": gone.ID, "nobody": incident.MemberID(newID()),
	} {
		if _, err := o.do(t, boss, id, assign(who)); !errors.Is(err, casework.ErrMember) {
			t.Errorf("assigning to %s: %v, want ErrMember", name, err)
		}
	}
	var faults incident.Faults
	if _, err := o.do(t, boss, id, assign("x")); !errors.As(err, &faults) || !faults.Has("member", "member") {
		t.Errorf("assigning to no id: %v, want a fault of member", err)
	}
	if _, err := o.do(t, cw, id, assign(second.ID)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a caseworker gives a free case to another: %v, want ErrForbidden", err)
	}
	o.must(t, cw, id, assign(cw.ID))
	if _, err := o.do(t, second, id, assign(second.ID)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a caseworker takes another's case: %v, want ErrForbidden", err)
	}
	o.must(t, boss, id, assign(second.ID))
	o.must(t, second, id, assign(""))
	if got := o.file(t, id).Assignee; got != "" {
		t.Errorf("assignee %q after it was given back, want none", got)
	}
}

func TestConsentNeverRaisesTheTrack(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	if _, err := o.do(t, m, id, consent(incident.TrackCounselling)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a member raises the track: %v, want ErrForbidden", err)
	}
	if got := o.file(t, id).Track; got != incident.TrackReport {
		t.Errorf("track %s, want report", got)
	}
}

func TestStoreAway(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	if err := o.db.Close(); err != nil {
		t.Fatal(err)
	}
	calls := map[string]func() error{
		"open":    func() error { _, err := o.Open(t.Context(), m, id); return err },
		"cases":   func() error { _, _, err := o.Cases(t.Context(), m, "", 1); return err },
		"members": func() error { _, err := o.Members(t.Context(), m); return err },
		"login":   func() error { return o.LoggedIn(t.Context(), m.ID) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", name, err)
		}
	}
}
