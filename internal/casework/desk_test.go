package casework_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

const later = "later" // a desk that came into the settings after the set-up

func firstKey(members ...incident.Member) casework.FirstKey {
	f := casework.FirstKey{
		Op: newOp(), Desk: later, OPK: recipient('l'), PaperKey: recipient('y'), Paper: casework.EpochGrant{Wrap: agefile(1736), Vouch: random(32)},
	}
	for _, m := range members {
		f.Members = append(f.Members, casework.EpochGrant{Member: m.ID, Wrap: agefile(1736), Vouch: random(32), Profile: agefile(1800)})
	}
	return f
}

// withLater is an office into whose settings a further desk came.
func withLater(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	desks := append(slices.Clone(o.Desks()), incident.Desk{ID: later, Name: "Später"})
	o.Desks = func() []incident.Desk { return desks }
	return o
}

func TestFirstKeyOfALaterDesk(t *testing.T) {
	o := withLater(t)
	boss, second, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	foreign, admin := o.hire(t, incident.RoleCoordinator, body), o.hire(t, incident.RoleAdmin)
	gone := o.hire(t, incident.RoleCaseworker, city)
	if err := o.SwitchOff(t.Context(), boss, newOp(), gone.ID); err != nil {
		t.Fatal(err)
	}
	with := func(change func(*casework.FirstKey)) casework.FirstKey {
		f := firstKey(boss)
		change(&f)
		return f
	}
	var faults incident.Faults
	for what, tt := range map[string]struct {
		by   incident.Member
		key  casework.FirstKey
		want error
	}{
		"a caseworker":            {worker, firstKey(worker, boss), incident.ErrForbidden},
		"an admin":                {admin, firstKey(boss), incident.ErrForbidden},
		"nobody leads":            {boss, firstKey(worker), incident.ErrConflict},
		"somebody else's member":  {boss, firstKey(boss, foreign), incident.ErrForbidden},
		"a leaver":                {boss, firstKey(boss, gone), incident.ErrForbidden},
		"an admin is placed":      {boss, firstKey(boss, admin), incident.ErrForbidden},
		"nobody known":            {boss, firstKey(boss, incident.Member{ID: incident.MemberID(newOp().String())}), incident.ErrForbidden},
		"a desk with a key":       {boss, with(func(f *casework.FirstKey) { f.Desk = city }), incident.ErrConflict},
		"an unknown desk":         {boss, with(func(f *casework.FirstKey) { f.Desk = "nowhere" }), nil},
		"a key that is in use":    {boss, with(func(f *casework.FirstKey) { f.OPK = o.Keys()[0].Recipient }), nil},
		"nobody":                  {boss, firstKey(), nil},
		"somebody twice":          {boss, firstKey(boss, boss), nil},
		"a wrap in clear":         {boss, with(func(f *casework.FirstKey) { f.Members[0].Wrap = random(1736) }), nil},
		"a sheet that is the key": {boss, with(func(f *casework.FirstKey) { f.PaperKey = f.OPK }), nil},
	} {
		err := o.GiveFirstKey(t.Context(), tt.by, tt.key)
		if tt.want == nil && !errors.As(err, &faults) || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", what, err, tt.want)
		}
	}
	if n := o.count(t, incident.KindKey); n != 0 {
		t.Fatalf("%d keys were noted of refused tries", n)
	}
	f := firstKey(boss, worker)
	for range 2 { // the reply got lost once
		if err := o.GiveFirstKey(t.Context(), boss, f); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.count(t, incident.KindKey); n != 1 {
		t.Errorf("%d key lines, want 1", n)
	}
	for _, m := range []incident.Member{boss, worker} {
		now, err := o.db.Member(t.Context(), m.ID)
		if err != nil || !slices.Equal(now.Desks, []string{city, later}) || now.Role != m.Role || now.Gen != m.Gen {
			t.Errorf("member %+v, %v; want the desk more and no session ended", now, err)
		}
		u, err := o.Unlocking(t.Context(), now)
		if err != nil || !slices.ContainsFunc(u.Wraps, func(g casework.Grant) bool { return g.Desk == later && g.Epoch == 1 }) {
			t.Errorf("wraps %v, %v", u.Wraps, err)
		}
	}
	sheets, err := o.Sheets(t.Context(), []string{later})
	if err != nil || len(sheets) != 1 || sheets[0].MPK != f.PaperKey || len(sheets[0].Wraps) != 1 {
		t.Errorf("sheets %+v, %v", sheets, err)
	}
	// Nobody pinned it: it is made anew, by who leaves nobody out.
	if err := o.GiveFirstKey(t.Context(), second, firstKey(second)); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("two who are there would be left out: %v", err)
	}
	again := firstKey(boss, worker, second)
	again.OPK = recipient('m')
	if err := o.GiveFirstKey(t.Context(), boss, again); err != nil {
		t.Fatal(err)
	}
	keys := append(slices.Clone(o.Keys()), incident.PinnedKey{Desk: later, Epoch: 1, From: "2026-11", Recipient: again.OPK})
	o.Keys = func() []incident.PinnedKey { return keys }
	last := firstKey(boss, worker, second)
	last.OPK = recipient('n')
	if err := o.GiveFirstKey(t.Context(), boss, last); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("after it was pinned: %v, want ErrConflict", err)
	}
}
