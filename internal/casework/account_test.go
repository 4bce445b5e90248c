package casework_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func (o *office) join(t *testing.T, by incident.Member, again incident.MemberID) casework.Joining {
	t.Helper()
	id, err := o.InviteMember(t.Context(), by, random(40), again)
	if err != nil {
		t.Fatal(err)
	}
	j := casework.Joining{Member: id, Name: hex.EncodeToString(random(32)), Auth: random(32), Lock: agefile(1736), MPK: recipient('x')}
	if err := o.Join(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	return j
}

// admitted is the change that admits somebody to the desk with all its keys.
func admitted(j casework.Joining, role incident.Role, desk string, epochs int) casework.Change {
	c := casework.Change{Op: newOp(), Member: j.Member, Role: role, Desks: []string{desk}, MPK: j.MPK, Profile: agefile(1800)}
	for e := range epochs {
		c.Grants = append(c.Grants, casework.KeyGrant{Desk: desk, Epoch: e + 1, Wrap: agefile(1736), Vouch: random(32)})
	}
	return c
}

func TestJoinAdmitLeave(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	j := o.join(t, boss, "")
	if _, _, err := o.db.Credentials(t.Context(), j.Name); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("a newcomer who was not admitted could log in: %v", err)
	}
	waiting, err := o.Newcomers(t.Context())
	if err != nil || !slices.Equal(waiting, []casework.Newcomer{{Member: j.Member, MPK: j.MPK}}) {
		t.Errorf("newcomers %v, %v", waiting, err)
	}
	if err := o.Join(t.Context(), j); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the code used again: %v, want ErrNotFound", err)
	}
	if err := o.ChangeMember(t.Context(), boss, admitted(j, incident.RoleCaseworker, city, 2)); err != nil {
		t.Fatal(err)
	}
	m, err := o.db.Member(t.Context(), j.Member)
	if err != nil || m.Role != incident.RoleCaseworker || !m.In(city) {
		t.Errorf("member %+v, %v", m, err)
	}
	u, err := o.Unlocking(t.Context(), m)
	if err != nil || len(u.Wraps) != 2 || !bytes.Equal(u.Lock, j.Lock) {
		t.Errorf("%d wraps, %v; want both epochs", len(u.Wraps), err)
	}
	until := o.Now().Add(time.Hour).Unix()
	if err := o.db.PutSession(t.Context(), "sid", string(m.ID), "", until); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the reply got lost once
		if err := o.SwitchOff(t.Context(), boss, newOp(), m.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, _, err := o.db.Session(t.Context(), "sid"); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the leaver's session: %v, want ended", err)
	}
	for _, prefix := range []string{"wrap:city.1." + string(m.ID), "wrap:city.2." + string(m.ID), "auth:" + string(m.ID), "lock:" + string(m.ID)} {
		if keys, err := o.db.Keys(t.Context(), prefix); err != nil || len(keys) > 0 {
			t.Errorf("%d records under %s, %v; want none", len(keys), prefix, err)
		}
	}
	if keys, err := o.db.Keys(t.Context(), "name:"+j.Name); err != nil || len(keys) != 1 {
		t.Errorf("the leaver's name can be claimed by others: %v", err)
	}
}

// TestLostPassphrase: off, a code for the same member, a new key, admitted anew.
func TestLostPassphrase(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	j := o.join(t, boss, "")
	if err := o.ChangeMember(t.Context(), boss, admitted(j, incident.RoleCaseworker, city, 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.InviteMember(t.Context(), boss, random(40), j.Member); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("a new key for somebody at work: %v, want ErrConflict", err)
	}
	if err := o.SwitchOff(t.Context(), boss, newOp(), j.Member); err != nil {
		t.Fatal(err)
	}
	if _, err := o.InviteMember(t.Context(), boss, random(40), j.Member); err != nil {
		t.Fatal(err)
	}
	again := o.join(t, boss, j.Member)
	if _, _, err := o.db.Credentials(t.Context(), again.Name); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the new passphrase works before somebody admits: %v", err)
	}
	if err := o.ChangeMember(t.Context(), boss, admitted(again, incident.RoleCaseworker, city, 2)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{again.Name: again.Auth, j.Name: again.Auth} {
		id, records, err := o.db.Credentials(t.Context(), name)
		if err != nil || id != string(j.Member) || !bytes.Equal(records["auth"], want) {
			t.Errorf("credentials of %s, %v", id, err)
		}
	}
}

func TestSwappedKeyIsNotAdmitted(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	j := o.join(t, boss, "")
	c := admitted(j, incident.RoleCaseworker, city, 2)
	if err := o.db.PutKey(t.Context(), "mpk:"+string(j.Member)+":0002", []byte(recipient('z'))); err != nil {
		t.Fatal(err)
	}
	if err := o.ChangeMember(t.Context(), boss, c); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
}

// TestRegressionR02NobodyRaisesOneself: no change of one's own account, none
// above one's reach, and the last coordinator and the last admin stay.
func TestRegressionR02NobodyRaisesOneself(t *testing.T) {
	o := newOffice(t)
	boss, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	other, admin := o.hire(t, incident.RoleCoordinator, body), o.hire(t, incident.RoleAdmin)
	for _, m := range []incident.Member{boss, worker, other, admin} {
		if err := o.db.PutKey(t.Context(), "mpk:"+string(m.ID)+":0001", []byte(recipient('x'))); err != nil {
			t.Fatal(err)
		}
	}
	change := func(by, m incident.Member, role incident.Role, desks ...string) error {
		c := casework.Change{Op: newOp(), Member: m.ID, Role: role, Desks: desks, MPK: recipient('x')}
		for _, d := range desks {
			epoch := map[string]int{city: 2, body: 1}[d]
			c.Grants = append(c.Grants, casework.KeyGrant{Desk: d, Epoch: epoch, Wrap: agefile(1736), Vouch: random(32)})
		}
		return o.ChangeMember(t.Context(), by, c)
	}
	off := func(by, m incident.Member) error { return o.SwitchOff(t.Context(), by, newOp(), m.ID) }
	second := o.hire(t, incident.RoleAdmin)
	tests := map[string]struct {
		err  error
		want error
	}{
		"a caseworker raises oneself":           {change(worker, worker, incident.RoleCoordinator, city), incident.ErrForbidden},
		"a coordinator changes oneself":         {change(boss, boss, incident.RoleAdmin), incident.ErrForbidden},
		"an admin makes oneself a reader":       {change(admin, admin, incident.RoleCoordinator, city), incident.ErrForbidden},
		"a caseworker switches off":             {off(worker, boss), incident.ErrForbidden},
		"a coordinator switches oneself off":    {off(boss, boss), incident.ErrForbidden},
		"a coordinator switches an admin off":   {off(boss, admin), incident.ErrForbidden},
		"a coordinator makes a second admin":    {change(boss, worker, incident.RoleAdmin), incident.ErrForbidden},
		"a coordinator of another desk":         {change(other, worker, incident.RoleCoordinator, city), incident.ErrForbidden},
		"a coordinator takes to a foreign desk": {change(boss, worker, incident.RoleCaseworker, city, body), incident.ErrForbidden},
		"an admin gives a desk":                 {change(admin, worker, incident.RoleCaseworker, city, body), incident.ErrForbidden},
		"the last coordinator of a desk":        {off(admin, boss), casework.ErrLast},
		"the last coordinator becomes less":     {change(admin, boss, incident.RoleCaseworker, city), casework.ErrLast},
		"one admin of two":                      {off(admin, second), nil},
		"a coordinator's right":                 {change(boss, worker, incident.RoleCoordinator, city), nil},
		"no longer the last":                    {off(admin, boss), nil},
		"off may nothing":                       {off(incident.Member{ID: boss.ID, Role: boss.Role, Desks: boss.Desks, Off: true}, worker), incident.ErrForbidden},
	}
	for what, tt := range tests {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", what, tt.err, tt.want)
		}
	}
	m, err := o.db.Member(t.Context(), worker.ID)
	if err != nil || m.Role != incident.RoleCoordinator {
		t.Errorf("the new role is not at work: %+v, %v", m, err)
	}
}

// TestTwoWhoSwitchEachOtherOff: the ledger decides, and one coordinator stays.
func TestTwoWhoSwitchEachOtherOff(t *testing.T) {
	o := newOffice(t)
	two := []incident.Member{o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)}
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i := range two {
		wg.Go(func() { errs[i] = o.SwitchOff(t.Context(), two[i], newOp(), two[1-i].ID) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("errors %v, want one winner", errs)
	}
}

// TestRegressionR27LeaverGetsNoCase: nothing is assigned to somebody who is off.
func TestRegressionR27LeaverGetsNoCase(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	j := o.join(t, boss, "")
	if err := o.ChangeMember(t.Context(), boss, admitted(j, incident.RoleCaseworker, city, 2)); err != nil {
		t.Fatal(err)
	}
	if err := o.SwitchOff(t.Context(), boss, newOp(), j.Member); err != nil {
		t.Fatal(err)
	}
	id := o.report(t, city, incident.TrackReport)
	_, err := o.Do(t.Context(), boss, id, casework.Act{
		Rev: 1, Op: newOp(), Kind: incident.KindAssignment, Public: incident.Public{Member: j.Member},
	})
	if !errors.Is(err, casework.ErrMember) {
		t.Errorf("got %v, want ErrMember", err)
	}
}

func TestLogOutEverywhere(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCaseworker, city)
	until := o.Now().Add(time.Hour).Unix()
	for _, sid := range []string{"a", "b"} {
		if err := o.db.PutSession(t.Context(), sid, string(m.ID), "", until); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.LogOutEverywhere(t.Context(), m, newOp()); err != nil {
		t.Fatal(err)
	}
	for _, sid := range []string{"a", "b"} {
		if _, _, _, _, err := o.db.Session(t.Context(), sid); !errors.Is(err, incident.ErrNotFound) {
			t.Errorf("session %s: %v, want ended", sid, err)
		}
	}
	stale := m
	stale.Role = incident.RoleCoordinator
	if err := o.LogOutEverywhere(t.Context(), stale, newOp()); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("a role that was lowered meanwhile: %v, want ErrConflict", err)
	}
}
