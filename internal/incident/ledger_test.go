package incident

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// ledger links lines, one after the other.
func ledger(t *testing.T, lines ...*Line) []Event {
	t.Helper()
	var events []Event
	var head Hash
	for i, l := range lines {
		e, err := NewLine(i, head, KindMember, ActorSystem, today, opNo(i+1), l)
		if err != nil {
			t.Fatal(err)
		}
		events, head = append(events, e), e.Hash
	}
	return events
}

// TestGenRises: a line that takes a right away ends older sessions; one that
// gives some does not.
func TestGenRises(t *testing.T) {
	before := Line{Member: anna, Role: RoleCaseworker, Desks: []string{"city", "rights"}}
	with := func(change func(*Line)) *Line {
		l := before
		change(&l)
		return &l
	}
	for _, tt := range []struct {
		name string
		line *Line
		want int
	}{
		{"nothing changed", with(func(*Line) {}), 0},
		{"order of desks", with(func(l *Line) { l.Desks = []string{"rights", "city"} }), 0},
		{"one desk more", with(func(l *Line) { l.Desks = []string{"city", "rights", "police"} }), 0},
		{"one desk less", with(func(l *Line) { l.Desks = []string{"city"} }), 1},
		{"another desk", with(func(l *Line) { l.Desks = []string{"city", "police"} }), 1},
		{"no desk", with(func(l *Line) { l.Desks = nil }), 1},
		{"coordinator", with(func(l *Line) { l.Role = RoleCoordinator }), 0}, // may all that a caseworker may
		{"admin", with(func(l *Line) { l.Role = RoleAdmin }), 1},
		{"off", with(func(l *Line) { l.Off = true }), 1},
		{"log out everywhere", with(func(l *Line) { l.Logout = true }), 1},
		{"all at once", with(func(l *Line) { l.Off, l.Logout, l.Desks, l.Role = true, true, nil, RoleAdmin }), 1},
	} {
		members, err := Members(ledger(t, &before, tt.line))
		if err != nil {
			t.Fatal(err)
		}
		want := Member{ID: anna, Rev: 2, Gen: tt.want, Role: tt.line.Role, Desks: tt.line.Desks, Off: tt.line.Off}
		if got := members[anna]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, want)
		}
	}
	for _, tt := range []struct {
		from, to Role
		want     int
	}{
		{RoleCoordinator, RoleCaseworker, 1},
		{RoleCoordinator, RoleAdmin, 1},
		{RoleAdmin, RoleCaseworker, 1},
		{RoleAdmin, RoleCoordinator, 1},
		{RoleAdmin, RoleAdmin, 0},
	} {
		members, err := Members(ledger(t, &Line{Member: ben, Role: tt.from}, &Line{Member: ben, Role: tt.to}))
		if err != nil || members[ben].Gen != tt.want {
			t.Errorf("%s becomes %s: gen %d, %v, want %d", tt.from, tt.to, members[ben].Gen, err, tt.want)
		}
	}
	// The first line takes nothing away, and gen never falls.
	off := with(func(l *Line) { l.Off = true })
	members, err := Members(ledger(t, off, &before, off, &before, off))
	if err != nil || members[anna].Gen != 2 || !members[anna].Off {
		t.Errorf("off and on: %+v, %v, want gen 2", members[anna], err)
	}
}

func TestMembers(t *testing.T) {
	events := ledger(
		t,
		&Line{Member: anna, Role: RoleCoordinator, Desks: []string{"city"}},
		&Line{Member: ben, Role: RoleAdmin},
		&Line{Member: anna, Role: RoleCoordinator, Desks: []string{"city"}, Logout: true},
	)
	login, err := NewLine(3, events[2].Hash, KindLogin, anna, today, opNo(4), nil)
	if err != nil {
		t.Fatal(err)
	}
	events = append(events, login)
	if err := CheckChain(LedgerID, events); err != nil {
		t.Fatal(err)
	}
	members, err := Members(events)
	want := map[MemberID]Member{
		anna: {ID: anna, Rev: 3, Gen: 1, Role: RoleCoordinator, Desks: []string{"city"}},
		ben:  {ID: ben, Rev: 2, Role: RoleAdmin},
	}
	if err != nil || !reflect.DeepEqual(members, want) {
		t.Errorf("Members = %+v, %v, want %+v", members, err, want)
	}
	// Line by line comes to the same, and lines of another kind or member change nothing.
	grown := Member{}
	for _, i := range []int{0, 1, 2, 3} {
		if grown, err = grown.Apply(events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(grown, want[anna]) {
		t.Errorf("line by line %+v, want %+v", grown, want[anna])
	}
	for _, e := range []Event{events[1], login} {
		if got, err := members[anna].Apply(e); err != nil || !reflect.DeepEqual(got, want[anna]) {
			t.Errorf("Apply(%s) = %+v, %v", e.ID, got, err)
		}
	}
	if !members[anna].In("city") || members[anna].In("rights") || members[ben].In("city") {
		t.Error("In does not tell the desks apart")
	}
}

func TestMembersOfBrokenLines(t *testing.T) {
	empty := Link(LedgerID, 0, Hash{}, Event{Kind: KindMember, Day: today})
	if m, err := Members([]Event{empty}); !errors.Is(err, ErrChain) || m != nil {
		t.Errorf("a member line without a member: %v, %v, want %v", m, err, ErrChain)
	}
	newer := Link(LedgerID, 0, Hash{}, Event{Kind: KindMember, Day: today, Public: `{"line":{"rank":1}}`})
	if m, err := Members([]Event{newer}); !errors.Is(err, ErrUnknownKind) || m != nil {
		t.Errorf("a line of a newer program: %v, %v, want %v", m, err, ErrUnknownKind)
	}
	was := Member{ID: anna, Rev: 1}
	if m, err := was.Apply(newer); !errors.Is(err, ErrUnknownKind) || !reflect.DeepEqual(m, was) {
		t.Errorf("Apply of a newer line = %+v, %v", m, err)
	}
}

func TestNewLine(t *testing.T) {
	for k := range publicFields {
		if _, err := NewLine(0, Hash{}, k, ActorSystem, today, opNo(1), nil); !errors.Is(err, errShape) {
			t.Errorf("a line of kind %s: %v, want %v", k, err, errShape)
		}
	}
	long := &Line{Reason: strings.Repeat("x", MaxPublic)}
	for _, tt := range []struct {
		name, actor, day string
		kind             Kind
		line             *Line
		ok               bool
	}{
		{"first line", ActorSystem, today, KindSite, &Line{Site: "melden.example"}, true},
		{"login", anna, today, KindLogin, nil, true},
		{"too long", ActorSystem, today, KindSettings, long, false},
		{"month for a member", anna, month, KindLogin, nil, false},
		{"no day", anna, "", KindLogin, nil, false},
		// An erasure line names no member and no day (store.md §3).
		{"erasure", ActorOffice, month, KindErasure, &Line{Month: month, Reason: "retention"}, true},
		{"erasure by a member", anna, month, KindErasure, &Line{Month: month}, false},
		{"erasure with its day", ActorOffice, today, KindErasure, &Line{Month: month}, false},
	} {
		e, err := NewLine(6, Hash{7}, tt.kind, tt.actor, tt.day, opNo(1), tt.line)
		if (err == nil) != tt.ok || !tt.ok && (!errors.Is(err, errShape) || e.ID != "") {
			t.Errorf("%s: %v, want good %t", tt.name, err, tt.ok)
			continue
		}
		if tt.ok && (e.ID != "ledger:00000007" || e.Prev != Hash{7} || e.Hash != e.Sum() || e.State != "" || e.Actor != tt.actor || e.Day != tt.day) {
			t.Errorf("%s: %+v", tt.name, e)
		}
		if p, err := e.PublicFields(); tt.ok && (err != nil || !reflect.DeepEqual(p.Line, tt.line)) {
			t.Errorf("%s: line %+v, %v", tt.name, p.Line, err)
		}
	}
}
