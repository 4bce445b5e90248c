package casework_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// instance gives another server of the same office: the store is all that both
// share, as behind a load balancer.
func (o *office) instance() *casework.Service {
	s := o.Service
	return &casework.Service{
		Store: s.Store, Files: s.Files, Room: s.Room, Ledger: s.Ledger, Keeper: s.Keeper, Site: s.Site,
		Keys: s.Keys, Desks: s.Desks, CheckBox: s.CheckBox, Now: s.Now, Rand: s.Rand,
	}
}

// both runs two acts at the same time and gives their errors.
func both(one, two func() error) [2]error {
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() { errs[0] = one() })
	wg.Go(func() { errs[1] = two() })
	wg.Wait()
	return errs
}

// TestRegressionR02LastCoordinatorOnTwoInstances: two coordinators who remove each
// other on two servers, by leaving or by another role: one of them stays.
func TestRegressionR02LastCoordinatorOnTwoInstances(t *testing.T) {
	for range 10 {
		o := newOffice(t)
		one, two := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
		for _, m := range []incident.Member{one, two} {
			if err := o.db.PutKey(t.Context(), "mpk:"+string(m.ID)+":0001", []byte(recipient('x'))); err != nil {
				t.Fatal(err)
			}
		}
		here, there := o.instance(), o.instance()
		lower := casework.Change{Op: newOp(), Member: one.ID, Role: incident.RoleCaseworker, Desks: []string{city}, MPK: recipient('x')}
		errs := both(
			func() error { return here.SwitchOff(t.Context(), one, newOp(), two.ID) },
			func() error { return there.ChangeMember(t.Context(), two, lower) },
		)
		left := 0
		for _, m := range []incident.Member{one, two} {
			now, err := o.db.Member(t.Context(), m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if now.Role == incident.RoleCoordinator && !now.Off {
				left++
			}
		}
		if left != 1 || (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("%d coordinators are left, errors %v; want one and one winner", left, errs)
		}
	}
}

// TestCodeUsedTwiceAtOnce: of two browsers with one invitation, on two servers, one
// becomes the newcomer, with its own login, lock and key and nothing of the other's.
func TestCodeUsedTwiceAtOnce(t *testing.T) {
	for range 20 {
		o := newOffice(t)
		boss := o.hire(t, incident.RoleCoordinator, city)
		id, err := o.InviteMember(t.Context(), boss, random(40), "")
		if err != nil {
			t.Fatal(err)
		}
		made := [2]casework.Joining{}
		for i, letter := range []rune{'x', 'y'} {
			made[i] = casework.Joining{Member: id, Name: hex.EncodeToString(random(32)), Auth: random(32), Lock: agefile(1736), MPK: recipient(letter)}
		}
		here, there := o.instance(), o.instance()
		errs := both(
			func() error { return here.Join(t.Context(), made[0]) },
			func() error { return there.Join(t.Context(), made[1]) },
		)
		won := 0
		if errs[0] != nil {
			won = 1
		}
		if errs[won] != nil || !errors.Is(errs[1-won], incident.ErrNotFound) {
			t.Fatalf("errors %v, want one winner and one whose code is gone", errs)
		}
		for prefix, want := range map[string][]byte{"auth:": made[won].Auth, "lock:": made[won].Lock, "mpk:": []byte(made[won].MPK)} {
			keys, err := o.db.Keys(t.Context(), prefix+string(id))
			if err != nil || len(keys) != 1 || !bytes.Equal(keys[0].Bytes, want) {
				t.Fatalf("%d records under %s, %v; want the winner's alone", len(keys), prefix, err)
			}
		}
	}
}

// TestJoinBrokenOff: who made something with a code may send the very same again,
// and nobody else may go on in their place.
func TestJoinBrokenOff(t *testing.T) {
	o := newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	record := random(40)
	id, err := o.InviteMember(t.Context(), boss, record, "")
	if err != nil {
		t.Fatal(err)
	}
	mine := casework.Joining{Member: id, Name: hex.EncodeToString(random(32)), Auth: random(32), Lock: agefile(1736), MPK: recipient('x')}
	if err := o.Join(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	// The program ended before the invitation was dropped.
	if err := o.db.PutKey(t.Context(), "invite:"+string(id)+":0001", record); err != nil {
		t.Fatal(err)
	}
	thief := casework.Joining{Member: id, Name: hex.EncodeToString(random(32)), Auth: random(32), Lock: agefile(1736), MPK: recipient('y')}
	if err := o.Join(t.Context(), thief); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("another browser with the code: %v, want ErrNotFound", err)
	}
	if err := o.Join(t.Context(), mine); err != nil {
		t.Errorf("the same again: %v", err)
	}
}
