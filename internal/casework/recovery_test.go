package casework_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// newSheet is a sheet that opens so many epochs of the city.
func newSheet(epochs int) casework.NewSheet {
	n := casework.NewSheet{Desk: city, MPK: recipient('k')}
	for e := range epochs {
		n.Grants = append(n.Grants, casework.KeyGrant{Desk: city, Epoch: e + 1, Wrap: agefile(1736), Vouch: random(32)})
	}
	return n
}

func TestReplaceSheets(t *testing.T) {
	o := newOffice(t)
	boss, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	n := newSheet(2)
	n.Shares = [][]byte{agefile(3395), agefile(3395), agefile(3395)}
	if err := o.ReplaceSheets(t.Context(), worker, newOp(), []casework.NewSheet{n}); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a caseworker: %v, want ErrForbidden", err)
	}
	op := newOp()
	for range 2 { // the reply got lost once
		if err := o.ReplaceSheets(t.Context(), boss, op, []casework.NewSheet{n}); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.ReplaceSheets(t.Context(), boss, newOp(), []casework.NewSheet{newSheet(2)}); err != nil {
		t.Fatal(err)
	}
	sheets, err := o.Sheets(t.Context(), []string{city, body})
	if err != nil || len(sheets) != 1 || len(sheets[0].Wraps) != 2 || len(sheets[0].Shares) != 0 {
		t.Errorf("sheets %d, %v; want one of two epochs, and no old shares", len(sheets), err)
	}
	keys, err := o.db.Keys(t.Context(), "wrap:city.1.paper:")
	if err != nil || len(keys) != 1 {
		t.Errorf("%d wraps to sheets of epoch 1, %v; want the new one only", len(keys), err)
	}
	for what, spoil := range map[string]func(*casework.NewSheet){
		"an epoch left out": func(n *casework.NewSheet) { n.Grants = n.Grants[1:] },
		"two shares":        func(n *casework.NewSheet) { n.Shares = [][]byte{agefile(3395), agefile(3395)} },
		"a share in plain":  func(n *casework.NewSheet) { n.Shares = [][]byte{random(3395), agefile(3395), agefile(3395)} },
		"a foreign desk":    func(n *casework.NewSheet) { n.Grants[0].Desk = body },
	} {
		n := newSheet(2)
		spoil(&n)
		var faults incident.Faults
		if err := o.ReplaceSheets(t.Context(), boss, newOp(), []casework.NewSheet{n}); !errors.As(err, &faults) {
			t.Errorf("%s: %v, want faults", what, err)
		}
	}
}

func TestRecovery(t *testing.T) {
	o := newOffice(t)
	if _, err := o.InviteRecovery(t.Context(), random(40)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("an office without members: %v, want ErrForbidden", err)
	}
	o.hire(t, incident.RoleCoordinator, city)
	id, err := o.InviteRecovery(t.Context(), random(40))
	if err != nil {
		t.Fatal(err)
	}
	r := casework.Recovery{
		Joining: casework.Joining{Member: id, Name: hex.EncodeToString(random(32)), Auth: random(32), Lock: agefile(1736), MPK: recipient('x')},
		Op:      newOp(), Profile: agefile(3300),
		Desks: []casework.RecoveredDesk{{OPK: recipient('l'), Grants: newSheet(3).Grants, Sheet: newSheet(3)}},
	}
	owner := id + ".recovery"
	join := r.Joining
	join.Member = owner
	if err := o.Join(t.Context(), join); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("a recovery's code lets somebody join: %v", err)
	}
	if err := o.SetUp(t.Context(), founding(owner, city)); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("a recovery's code founds an office: %v", err)
	}
	short := r
	short.Desks = []casework.RecoveredDesk{{OPK: recipient('l'), Grants: newSheet(2).Grants, Sheet: newSheet(3)}}
	var faults incident.Faults
	if err := o.Recover(t.Context(), short); !errors.As(err, &faults) || !faults.Has("epoch", "epoch") {
		t.Errorf("without the new key: %v, want a fault of epoch", err)
	}
	if err := o.Recover(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if err := o.Recover(t.Context(), r); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the code used again: %v, want ErrNotFound", err)
	}
	m, err := o.db.Member(t.Context(), id)
	if err != nil || m.Role != incident.RoleCoordinator || !m.In(city) {
		t.Errorf("member %+v, %v", m, err)
	}
	u, err := o.Unlocking(t.Context(), m)
	if err != nil || len(u.Wraps) != 3 {
		t.Errorf("%d wraps, %v; want all three epochs", len(u.Wraps), err)
	}
}
