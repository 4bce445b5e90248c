package casework_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func nextEpoch(epoch int, members ...incident.Member) casework.NewEpoch {
	n := casework.NewEpoch{
		Op: newOp(), Desk: city, Epoch: epoch, OPK: recipient('l'), Paper: casework.EpochGrant{Wrap: agefile(1736), Vouch: random(32)},
	}
	for _, m := range members {
		n.Members = append(n.Members, casework.EpochGrant{Member: m.ID, Wrap: agefile(1736), Vouch: random(32), Profile: agefile(1800)})
	}
	return n
}

func TestRotate(t *testing.T) {
	o := newOffice(t)
	boss, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	gone := o.hire(t, incident.RoleCaseworker, city)
	o.hire(t, incident.RoleCoordinator, body)
	if err := o.SwitchOff(t.Context(), boss, newOp(), gone.ID); err != nil {
		t.Fatal(err)
	}
	refused := map[string]struct {
		by   incident.Member
		next casework.NewEpoch
		want error
	}{
		"a caseworker":          {worker, nextEpoch(3, boss, worker), incident.ErrForbidden},
		"one is left out":       {boss, nextEpoch(3, boss), incident.ErrConflict},
		"the leaver is in":      {boss, nextEpoch(3, boss, worker, gone), incident.ErrConflict},
		"an epoch left out":     {boss, nextEpoch(4, boss, worker), incident.ErrConflict},
		"a pinned epoch anew":   {boss, nextEpoch(2, boss, worker), incident.ErrConflict},
		"one of the other desk": {incident.Member{ID: boss.ID, Role: boss.Role, Desks: []string{body}}, nextEpoch(3, boss, worker), incident.ErrForbidden},
	}
	for what, tt := range refused {
		if err := o.Rotate(t.Context(), tt.by, tt.next); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", what, err, tt.want)
		}
	}
	first := nextEpoch(3, boss, worker)
	for range 2 { // the reply got lost once
		if err := o.Rotate(t.Context(), boss, first); err != nil {
			t.Fatal(err)
		}
	}
	next := nextEpoch(3, worker, boss) // nobody pinned the first: made anew
	next.OPK = recipient('m')
	if err := o.Rotate(t.Context(), boss, next); err != nil {
		t.Fatal(err)
	}
	u, err := o.Unlocking(t.Context(), worker)
	if err != nil || len(u.Wraps) != 1 || u.Wraps[0].Epoch != 3 || !slices.Equal(u.Wraps[0].Bytes, next.Members[0].Wrap) {
		t.Errorf("%d wraps, %v; want the newest of epoch 3", len(u.Wraps), err)
	}
	lines, err := o.LedgerLines(t.Context(), boss, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := slices.DeleteFunc(lines, func(e incident.Event) bool { return e.Kind != incident.KindKey })
	p, err := keys[len(keys)-1].PublicFields()
	if err != nil || len(keys) != 2 || p.Line.Recipient != next.OPK || p.Line.Epoch != 3 {
		t.Errorf("%d key lines, the last says %+v, %v", len(keys), p.Line, err)
	}
	if _, err := o.LedgerLines(t.Context(), worker, 0); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a caseworker reads the ledger: %v", err)
	}
}

func TestRotateFaults(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	tests := map[string]struct {
		field string
		spoil func(*casework.NewEpoch)
	}{
		"a key that is pinned": {"opk", func(n *casework.NewEpoch) { n.OPK = recipient('q') }},
		"an identity":          {"opk", func(n *casework.NewEpoch) { n.OPK = "AGE-SECRET-KEY-PQ-1" }},
		"a wrap in plain":      {"wrap", func(n *casework.NewEpoch) { n.Members[0].Wrap = random(1736) }},
		"no wrap for paper":    {"wrap", func(n *casework.NewEpoch) { n.Paper.Wrap = nil }},
		"a short vouch":        {"vouch", func(n *casework.NewEpoch) { n.Members[0].Vouch = random(31) }},
		"a name in plain":      {"profile", func(n *casework.NewEpoch) { n.Members[0].Profile = []byte("A. Yilmaz") }},
	}
	for what, tt := range tests {
		n := nextEpoch(3, boss)
		tt.spoil(&n)
		var faults incident.Faults
		if err := o.Rotate(t.Context(), boss, n); !errors.As(err, &faults) || !faults.Has(tt.field, tt.field) {
			t.Errorf("%s: %v, want a fault of %s", what, err, tt.field)
		}
	}
}

func TestNotes(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	for _, tt := range []struct {
		kind   incident.Kind
		reason string
		good   bool
	}{
		{incident.KindAlarm, "vouch", true},
		{incident.KindDrill, "paper", true},
		{incident.KindAlarm, "paper", false},
		{incident.KindDrill, "A. Yilmaz", false},
		{incident.KindErasure, "paper", false},
	} {
		if err := o.Note(t.Context(), m, newOp(), tt.kind, tt.reason); (err == nil) != tt.good {
			t.Errorf("%s %s: %v", tt.kind, tt.reason, err)
		}
	}
}
