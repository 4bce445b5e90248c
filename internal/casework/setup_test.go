package casework_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// agefile makes bytes that look like an age file of the length.
func agefile(n int) []byte {
	b := append([]byte("age-encryption.org/v1\n"), random(n)...)
	return b[:n]
}

func founding(owner incident.MemberID, desks ...string) casework.Founding {
	f := casework.Founding{
		Member: owner, Op: newOp(), Name: hex.EncodeToString(random(32)), Auth: random(32),
		Lock: agefile(1736), MPK: recipient('x'), Profile: agefile(3300),
	}
	for _, d := range desks {
		f.Desks = append(f.Desks, casework.FoundingDesk{
			Desk: d, OPK: recipient('q'), Wrap: agefile(1736), Vouch: random(32),
			PaperKey: recipient('w'), PaperWrap: agefile(1736), PaperVouch: random(32),
		})
	}
	return f
}

func (o *office) invite(t *testing.T) incident.MemberID {
	t.Helper()
	id, err := o.Invite(t.Context(), random(40))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSetUp(t *testing.T) {
	o := newOffice(t)
	if err := o.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := founding(o.invite(t), city, body)
	for range 2 { // the reply got lost once
		if err := o.SetUp(t.Context(), f); err != nil {
			if _, left := invites(t, o)[f.Member]; left {
				t.Fatal(err)
			}
		}
	}
	lines, err := o.db.Lines(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []incident.Kind
	for _, e := range lines {
		kinds = append(kinds, e.Kind)
	}
	if want := []incident.Kind{incident.KindSite, incident.KindKey, incident.KindKey, incident.KindMember}; !slices.Equal(kinds, want) {
		t.Errorf("ledger %v, want %v", kinds, want)
	}
	p, err := lines[1].PublicFields()
	if err != nil || p.Line.Recipient != f.Desks[0].OPK || p.Line.Desk != city || p.Line.Epoch != 1 {
		t.Errorf("key line says %+v, %v", p.Line, err)
	}
	m := incident.Member{ID: f.Member, Role: incident.RoleCoordinator, Desks: []string{city, body}}
	u, err := o.Unlocking(t.Context(), m)
	if err != nil || !bytes.Equal(u.Lock, f.Lock) || u.MPK != f.MPK || len(u.Wraps) != 2 || !bytes.Equal(u.Wraps[0].Bytes, f.Desks[0].Wrap) {
		t.Errorf("unlocking gives lock of %d bytes, %d wraps, %v", len(u.Lock), len(u.Wraps), err)
	}
	records, err := o.Members(t.Context(), m)
	if err != nil || len(records) != 1 || !bytes.Equal(records[0].Profile, f.Profile) || len(records[0].Vouches) != 2 ||
		!bytes.Equal(records[0].Vouches[1].Bytes, f.Desks[1].Vouch) {
		t.Errorf("members %+v, %v", records, err)
	}
	id, creds, err := o.db.Credentials(t.Context(), f.Name)
	if err != nil || id != string(f.Member) || !bytes.Equal(creds["auth"], f.Auth) {
		t.Errorf("credentials of %s, %v", id, err)
	}
	if _, err := o.Invite(t.Context(), random(40)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("a code for an office with members: %v, want ErrForbidden", err)
	}
	if err := o.SetUp(t.Context(), founding(f.Member, city)); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the code used again: %v, want ErrNotFound", err)
	}
}

func invites(t *testing.T, o *office) map[incident.MemberID][]byte {
	t.Helper()
	m, err := o.Invites(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSetUpResumes(t *testing.T) {
	o := newOffice(t)
	owner := o.invite(t)
	f := founding(owner, city)
	// A crash after the first records, then the same browser again.
	for _, id := range []string{"name:" + f.Name + ":0001", "auth:" + string(owner) + ":0001"} {
		b := f.Auth
		if id[0] == 'n' {
			b = []byte(owner)
		}
		if err := o.db.PutKey(t.Context(), id, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.SetUp(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	keys, err := o.db.Keys(t.Context(), "auth:")
	if err != nil || len(keys) != 1 {
		t.Errorf("%d auth records, %v; want one", len(keys), err)
	}
}

func TestSetUpStartsAnew(t *testing.T) {
	o := newOffice(t)
	owner := o.invite(t)
	// A crash, then a reloaded page that made everything anew.
	if err := o.db.PutKey(t.Context(), "auth:"+string(owner)+":0001", random(32)); err != nil {
		t.Fatal(err)
	}
	f := founding(owner, city)
	if err := o.SetUp(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	_, creds, err := o.db.Credentials(t.Context(), f.Name)
	if err != nil || !bytes.Equal(creds["auth"], f.Auth) {
		t.Errorf("the newest proof does not count: %v", err)
	}
}

func TestSetUpTwiceAtOnce(t *testing.T) {
	o := newOffice(t)
	owner := o.invite(t)
	both := []casework.Founding{founding(owner, city), founding(owner, city)}
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, f := range both {
		wg.Go(func() { errs[i] = o.SetUp(t.Context(), f) })
	}
	wg.Wait()
	won := slices.Index(errs, nil)
	if won < 0 || !errors.Is(errs[1-won], incident.ErrNotFound) {
		t.Fatalf("errors %v, want one winner and one ErrNotFound", errs)
	}
	_, creds, err := o.db.Credentials(t.Context(), both[won].Name)
	if err != nil || !bytes.Equal(creds["auth"], both[won].Auth) || !bytes.Equal(creds["lock"], both[won].Lock) {
		t.Errorf("the winner's records are mixed: %v", err)
	}
	if _, _, err := o.db.Credentials(t.Context(), both[1-won].Name); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the loser's name is claimed: %v", err)
	}
}

func TestNameTaken(t *testing.T) {
	o := newOffice(t)
	owner := o.invite(t)
	f := founding(owner, city)
	if err := o.db.PutKey(t.Context(), "name:"+f.Name+":0001", []byte(newID())); err != nil {
		t.Fatal(err)
	}
	if err := o.SetUp(t.Context(), f); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
	if _, ok := invites(t, o)[owner]; !ok {
		t.Error("the code is gone, though nobody was set up")
	}
}

func TestSetUpFaults(t *testing.T) {
	o := newOffice(t)
	owner := o.invite(t)
	tests := map[string]struct {
		field string
		spoil func(*casework.Founding)
	}{
		"plain name":      {"name", func(f *casework.Founding) { f.Name = "a.yilmaz" }},
		"short auth":      {"auth", func(f *casework.Founding) { f.Auth = f.Auth[:31] }},
		"lock in plain":   {"lock", func(f *casework.Founding) { f.Lock = random(1736) }},
		"short lock":      {"lock", func(f *casework.Founding) { f.Lock = agefile(1735) }},
		"classic key":     {"mpk", func(f *casework.Founding) { f.MPK = "age1" + f.MPK[7:] }},
		"identity as mpk": {"mpk", func(f *casework.Founding) { f.MPK = "AGE-SECRET-KEY-PQ-1" }},
		"plain profile":   {"profile", func(f *casework.Founding) { f.Profile = []byte("A. Yilmaz") }},
		"no desk":         {"desks", func(f *casework.Founding) { f.Desks = nil }},
		"unknown desk":    {"desk", func(f *casework.Founding) { f.Desks[0].Desk = "moon" }},
		"a desk twice":    {"desk", func(f *casework.Founding) { f.Desks = append(f.Desks, f.Desks[0]) }},
		"own key as opk":  {"opk", func(f *casework.Founding) { f.Desks[0].OPK = f.MPK }},
		"no wrap":         {"wrap", func(f *casework.Founding) { f.Desks[0].Wrap = nil }},
		"short vouch":     {"vouch", func(f *casework.Founding) { f.Desks[0].Vouch = random(31) }},
		"paper is opk":    {"ppk", func(f *casework.Founding) { f.Desks[0].PaperKey = f.Desks[0].OPK }},
		"no paper wrap":   {"wrap", func(f *casework.Founding) { f.Desks[0].PaperWrap = nil }},
	}
	for name, tt := range tests {
		f := founding(owner, city)
		tt.spoil(&f)
		var faults incident.Faults
		if err := o.SetUp(t.Context(), f); !errors.As(err, &faults) || !faults.Has(tt.field, tt.field) {
			t.Errorf("%s: %v, want a fault of %s", name, err, tt.field)
		}
	}
	keys, err := o.db.Keys(t.Context(), "name:")
	if err != nil || len(keys) != 0 {
		t.Errorf("%d names claimed by faulty set-ups, %v", len(keys), err)
	}
}

func TestOnlyTheNewestCodeCounts(t *testing.T) {
	o := newOffice(t)
	first, second := o.invite(t), o.invite(t)
	if err := o.SetUp(t.Context(), founding(first, city)); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the older code: %v, want ErrNotFound", err)
	}
	if err := o.SetUp(t.Context(), founding(second, city)); err != nil {
		t.Error(err)
	}
}
