package storetest

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func ledgerTests() []test {
	const group = "Ledger"
	return []test{
		{group, "Race", ledgerRace},
		{group, "Paged", ledgerPaged},
		{group, "Broken", ledgerBroken},
		{group, "Members", ledgerMembers},
		{group, "GenEndsSessions", genEndsSessions},
		{group, "NameClaimedOnce", nameClaimedOnce},
		{group, "Keys", keys},
		{group, "OnceOnce", onceOnce},
		{group, "SlotTakenOver", slotTakenOver},
		{group, "SessionOnce", sessionOnce},
		{group, "SessionsListed", sessionsListed},
		{group, "Expire", expire},
		{group, "Meta", meta},
	}
}

// record stores a line after the others and gives all lines.
func record(t *testing.T, s Store, lines []incident.Event, kind incident.Kind, l *incident.Line) []incident.Event {
	t.Helper()
	e := line(t, lines, kind, l)
	if err := s.Record(t.Context(), e); err != nil {
		t.Fatalf("recording line %d: %v", e.Rev(), err)
	}
	return append(lines, e)
}

// lines reads the whole ledger, which must verify.
func lines(t *testing.T, s Store) []incident.Event {
	t.Helper()
	all, err := s.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatalf("reading the ledger: %v", err)
	}
	return all
}

func ledgerRace(t *testing.T, e Engine) {
	s, _ := open(t, e)
	before := record(t, s, nil, incident.KindSite, &incident.Line{Site: "melden.example"})
	racers := make([]incident.Event, group64)
	for i := range racers {
		racers[i] = line(t, before, incident.KindLogin, &incident.Line{Member: incident.MemberID(newID())})
	}
	won := winner(t, together(func(i int) error { return s.Record(t.Context(), racers[i]) }))
	if got := lines(t, s); !reflect.DeepEqual(got, append(before, racers[won])) {
		t.Errorf("the ledger does not hold what the winner wrote")
	}
	wantErr(t, "the same line again", s.Record(t.Context(), racers[won]), nil)
	wantErr(t, "a line in the cases", ignoreNil(s.Append(t.Context(), racers[won])), errRefused)
}

var errRefused = errors.New("refused")

// ignoreNil turns any error into errRefused, to ask for some error.
func ignoreNil(err error) error {
	if err == nil {
		return nil
	}
	return errRefused
}

func ledgerPaged(t *testing.T, e Engine) {
	s, _ := open(t, e)
	var all []incident.Event
	for range 11 {
		all = record(t, s, all, incident.KindLogin, &incident.Line{Member: incident.MemberID(newID())})
	}
	var got []incident.Event
	for {
		page, err := s.Lines(t.Context(), len(got), 4)
		if err != nil {
			t.Fatalf("reading after line %d: %v", len(got), err)
		}
		got = append(got, page...)
		if len(page) < 4 {
			break
		}
	}
	if !reflect.DeepEqual(got, all) {
		t.Errorf("got %d lines, want the %d that were written", len(got), len(all))
	}
}

func ledgerBroken(t *testing.T, e Engine) {
	for _, from := range []int{0, 1, 2} {
		s, address := open(t, e)
		var all []incident.Event
		for range 4 {
			all = record(t, s, all, incident.KindLogin, nil)
		}
		behind := e.Behind(t, address, s)
		if from == 2 {
			behind.Delete(t, "ledger", string(all[2].ID))
		} else {
			behind.Set(t, "ledger", string(all[2].ID), "day", "2026-11-01")
		}
		_, err := s.Lines(t.Context(), from, 10)
		wantErr(t, fmt.Sprintf("reading a changed ledger after line %d", from), err, incident.ErrChain)
	}
}

// joined records a new member and gives its id.
func joined(t *testing.T, s Store, all []incident.Event, desks ...string) (string, []incident.Event) {
	t.Helper()
	id := newID()
	return id, record(t, s, all, incident.KindMember, &incident.Line{
		Member: incident.MemberID(id), Role: incident.RoleCoordinator, Desks: desks,
	})
}

func ledgerMembers(t *testing.T, e Engine) {
	s, _ := open(t, e)
	a, all := joined(t, s, nil, "city")
	b, all := joined(t, s, all, "harbour", "city")
	change := func(l incident.Line) { all = record(t, s, all, incident.KindMember, &l) }
	change(incident.Line{Member: incident.MemberID(b), Role: incident.RoleCaseworker, Desks: []string{"city"}})
	change(incident.Line{Member: incident.MemberID(a), Role: incident.RoleCoordinator, Desks: []string{"city"}, Logout: true})
	change(incident.Line{Member: incident.MemberID(b), Role: incident.RoleCaseworker, Desks: []string{"city"}, Off: true})
	want, err := incident.Members(all)
	wantErr(t, "folding the ledger", err, nil)
	for id, m := range want {
		if got, err := s.Member(t.Context(), id); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, %v, want %+v", got, err, m)
		}
	}
	if len(want) != 2 {
		t.Errorf("got %d members, want 2", len(want))
	}
}

func genEndsSessions(t *testing.T, e Engine) {
	const until = 1_795_000_000
	s, _ := open(t, e)
	member, all := joined(t, s, nil, "city", "harbour")
	session := func() string {
		id := newID() + newID()
		wantErr(t, "opening a session", s.PutSession(t.Context(), id, member, "phone", until), nil)
		return id
	}
	old := session()
	got, role, desks, end, err := s.Session(t.Context(), old)
	if err != nil || got != member || role != "coordinator" || !slices.Equal(desks, []string{"city", "harbour"}) || end != until {
		t.Fatalf("session: got %s %s %v %d, %v", got, role, desks, end, err)
	}
	// Another desk more takes nothing away: the session goes on, with the new rights.
	l := incident.Line{Member: incident.MemberID(member), Role: incident.RoleCoordinator, Desks: []string{"city", "harbour", "west"}}
	all = record(t, s, all, incident.KindMember, &l)
	if _, _, desks, _, err := s.Session(t.Context(), old); err != nil || len(desks) != 3 {
		t.Errorf("after a new desk: got %v, %v, want three desks", desks, err)
	}
	for _, less := range []incident.Line{
		{Role: incident.RoleCoordinator, Desks: []string{"city", "harbour", "west"}, Logout: true},
		{Role: incident.RoleCaseworker, Desks: []string{"city", "harbour", "west"}},
		{Role: incident.RoleCaseworker, Desks: []string{"city"}},
		{Role: incident.RoleCaseworker, Desks: []string{"city"}, Off: true},
	} {
		id := session()
		less.Member = incident.MemberID(member)
		all = record(t, s, all, incident.KindMember, &less)
		_, _, _, _, err := s.Session(t.Context(), id)
		wantErr(t, "a session of an older gen", err, fs.ErrNotExist)
	}
	wantErr(t, "a session of a member who left", s.PutSession(t.Context(), newID(), member, "", until), fs.ErrNotExist)
	wantErr(t, "a session of nobody", s.PutSession(t.Context(), newID(), newID(), "", until), fs.ErrNotExist)
}

func nameClaimedOnce(t *testing.T, e Engine) {
	s, _ := open(t, e)
	name := newID() + newID()
	members := make([]string, group64)
	for i := range members {
		members[i] = newID()
	}
	won := members[winner(t, together(func(i int) error {
		return s.PutKey(t.Context(), "name:"+name+":0001", []byte(members[i]))
	}))]
	wantErr(t, "recording", s.Record(t.Context(), line(t, nil, incident.KindMember, &incident.Line{
		Member: incident.MemberID(won), Role: incident.RoleCaseworker, Desks: []string{"city"},
	})), nil)
	for key, b := range map[string]string{
		"auth:" + won + ":0001": "old", "auth:" + won + ":0002": "new",
		"lock:" + won + ":0001": "locked", "mpk:" + won + ":0001": "public", "auth:" + members[0] + "0:0009": "foreign",
	} {
		wantErr(t, "storing a credential", s.PutKey(t.Context(), key, []byte(b)), nil)
	}
	member, got, err := s.Credentials(t.Context(), name)
	want := map[string][]byte{"auth": []byte("new"), "lock": []byte("locked"), "mpk": []byte("public")}
	if err != nil || member != won || !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("credentials: got %s, %q, %v, want %s, %q", member, got, err, won, want)
	}
}

func keys(t *testing.T, e Engine) {
	s, _ := open(t, e)
	ids := []string{"wrap:city.1.a:0001", "wrap:city.1.b:0001", "wrap:city.10.a:0001", "vouch:city.1.a:0001", "wrap:city.1.a:0002"}
	for _, id := range ids {
		wantErr(t, "storing a key", s.PutKey(t.Context(), id, []byte(id)), nil)
	}
	wantErr(t, "a taken id", s.PutKey(t.Context(), ids[0], []byte("other")), fs.ErrExist)
	wantErr(t, "a taken id with the same bytes", s.PutKey(t.Context(), ids[0], []byte(ids[0])), fs.ErrExist)
	read := func(prefix string) []string {
		got, err := s.Keys(t.Context(), prefix)
		wantErr(t, "reading keys", err, nil)
		var found []string
		for _, k := range got {
			if string(k.Bytes) != k.ID {
				t.Errorf("key %s holds %q", k.ID, k.Bytes)
			}
			found = append(found, k.ID)
		}
		return found
	}
	if got, want := read("wrap:city.1."), []string{ids[0], ids[4], ids[1]}; !slices.Equal(got, want) {
		t.Errorf("keys: got %v, want %v", got, want)
	}
	for range 2 {
		wantErr(t, "dropping", s.DropKeys(t.Context(), "wrap:city.1.a:"), nil)
	}
	if got, want := read("wrap:"), []string{ids[1], ids[2]}; !slices.Equal(got, want) {
		t.Errorf("keys after dropping: got %v, want %v", got, want)
	}
	if err := s.DropKeys(t.Context(), ""); err == nil {
		t.Error("every key may be dropped at once")
	}
	for _, bad := range []string{"", "wrap", "wrap:a", "wrap:a:b:c"} {
		if err := s.PutKey(t.Context(), bad, nil); err == nil {
			t.Errorf("key id %q was taken", bad)
		}
	}
}

func onceOnce(t *testing.T, e Engine) {
	s, _ := open(t, e)
	winner(t, together(func(int) error { return s.Once(t.Context(), "passkey:"+day, 1) }))
	wantErr(t, "later", s.Once(t.Context(), "passkey:"+day, 2), fs.ErrExist)
}

// slotTakenOver lets a second runner go on where the first one never said that
// it was done (store.md §2).
func slotTakenOver(t *testing.T, e Engine) {
	s, _ := open(t, e)
	slot := "digest:" + day + "T07"
	wantErr(t, "the first runner", s.Once(t.Context(), slot+":1", 1), nil)
	wantErr(t, "a second runner at once", s.Once(t.Context(), slot+":1", 1), fs.ErrExist)
	winner(t, together(func(int) error { return s.Once(t.Context(), slot+":2", 1) }))
	wantErr(t, "done", s.Once(t.Context(), slot+":done", 1), nil)
	wantErr(t, "done, a second time", s.Once(t.Context(), slot+":done", 1), fs.ErrExist)
}

func sessionOnce(t *testing.T, e Engine) {
	s, _ := open(t, e)
	member, _ := joined(t, s, nil, "city")
	id := newID()
	winner(t, together(func(int) error { return s.PutSession(t.Context(), id, member, "", 1) }))
	for range 2 {
		wantErr(t, "ending", s.EndSession(t.Context(), id), nil)
	}
	_, _, _, _, err := s.Session(t.Context(), id)
	wantErr(t, "an ended session", err, fs.ErrNotExist)
}

// sessionsListed gives a member the own live sessions, and nobody else's.
func sessionsListed(t *testing.T, e Engine) {
	s, _ := open(t, e)
	member, all := joined(t, s, nil, "city")
	other, all := joined(t, s, all, "city")
	list := func(of string) []string {
		var found []string
		wantErr(t, "listing sessions", s.Sessions(t.Context(), of, func(id, device string, until int64) {
			found = append(found, fmt.Sprint(id, " ", device, " ", until))
		}), nil)
		slices.Sort(found)
		return found
	}
	if got := list(member); len(got) != 0 {
		t.Errorf("sessions before any: %v", got)
	}
	wantErr(t, "opening", s.PutSession(t.Context(), "a", member, "phone", 5), nil)
	wantErr(t, "opening", s.PutSession(t.Context(), "b", other, "computer", 6), nil)
	wantErr(t, "opening", s.PutSession(t.Context(), "c", member, "", 7), nil)
	if got, want := list(member), []string{"a phone 5", "c  7"}; !slices.Equal(got, want) {
		t.Errorf("sessions %v, want %v", got, want)
	}
	wantErr(t, "ending", s.EndSession(t.Context(), "a"), nil)
	if got, want := list(member), []string{"c  7"}; !slices.Equal(got, want) {
		t.Errorf("after one ended: %v, want %v", got, want)
	}
	l := incident.Line{Member: incident.MemberID(member), Role: incident.RoleCoordinator, Desks: []string{"city"}, Logout: true}
	record(t, s, all, incident.KindMember, &l)
	if got := list(member); len(got) != 0 {
		t.Errorf("sessions of an older gen: %v", got)
	}
	if got, want := list(other), []string{"b computer 6"}; !slices.Equal(got, want) {
		t.Errorf("the other's: %v, want %v", got, want)
	}
	wantErr(t, "of nobody", s.Sessions(t.Context(), newID(), func(string, string, int64) {}), fs.ErrNotExist)
}

func expire(t *testing.T, e Engine) {
	s, _ := open(t, e)
	member, _ := joined(t, s, nil, "city")
	for id, until := range map[string]int64{"old": 99, "now": 100, "new": 101} {
		wantErr(t, "opening a session", s.PutSession(t.Context(), id, member, "phone", until), nil)
		wantErr(t, "taking a slot", s.Once(t.Context(), id, until), nil)
	}
	for range 2 {
		wantErr(t, "sweeping", s.Expire(t.Context(), 100), nil)
	}
	for id, want := range map[string]error{"old": fs.ErrNotExist, "now": nil, "new": nil} {
		_, _, _, _, err := s.Session(t.Context(), id)
		wantErr(t, "session "+id, err, want)
	}
	for id, want := range map[string]error{"old": nil, "now": fs.ErrExist, "new": fs.ErrExist} {
		wantErr(t, "slot "+id, s.Once(t.Context(), id, 200), want)
	}
}

func meta(t *testing.T, e Engine) {
	s, address := open(t, e)
	for range 2 {
		wantErr(t, "storing", s.PutMeta(t.Context(), "office", []byte("melden.example")), nil)
	}
	wantErr(t, "storing another", s.PutMeta(t.Context(), "office", []byte("other.example")), incident.ErrConflict)
	if got, err := s.Meta(t.Context(), "office"); err != nil || string(got) != "melden.example" {
		t.Errorf("got %q, %v", got, err)
	}
	wantErr(t, "a newer schema", s.PutMeta(t.Context(), "schema:9", []byte{}), nil)
	closeStore(t, s)
	if s, err := e.Open(t.Context(), address); err == nil {
		closeStore(t, s)
		t.Error("a store of a newer program was opened")
	}
}
