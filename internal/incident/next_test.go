package incident

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// writers is who writes which kind (protocol.md §6), and whether it has a box.
var writers = map[Kind]struct {
	resident, member, system bool
	box                      boxRule
}{
	KindMessage:    {resident: true, box: boxAlways},
	KindWithdrawal: {resident: true, box: boxAlways},
	KindAnswer:     {member: true, box: boxAlways},
	KindAttachment: {resident: true, member: true, box: boxAlways},
	KindConsent:    {resident: true, member: true, box: boxAlways},
	KindDeadline:   {member: true, box: boxAlways},
	KindNote:       {member: true, box: boxAlways},
	KindCoding:     {member: true, box: boxAlways},
	KindCard:       {member: true, box: boxAlways},
	KindTransition: {member: true, system: true, box: boxMaybe},
	KindAssignment: {member: true, box: boxMaybe},
	KindRequest:    {member: true, box: boxMaybe},
	KindApproval:   {member: true, box: boxMaybe},
	KindAccess:     {member: true, box: boxNever},
}

// good gives each kind the fields without which it is none.
func good(k Kind) Public {
	switch k { // the others need none
	case KindCoding:
		return Public{Year: 2026, Taxonomy: 1}
	case KindAssignment:
		return Public{Member: anna}
	case KindRequest, KindApproval:
		return Public{Act: ActExport}
	}
	return Public{}
}

// faultsOf gives the faults of a draft, or fails.
func faultsOf(t *testing.T, d Draft) Faults {
	t.Helper()
	err := d.check()
	var faults Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("%s by %s: %v, want faults", d.Kind, d.Actor, err)
	}
	return faults
}

func TestWhoWritesWhat(t *testing.T) {
	for k, w := range writers {
		for _, a := range []struct {
			actor string
			role  Role
			ok    bool
		}{
			{ActorResident, "", w.resident},
			{ActorResident, RoleCoordinator, w.resident}, // a role makes no resident a member
			{ActorSystem, "", w.system},
			{ActorSystem, RoleCoordinator, w.system},
			{anna, RoleCaseworker, w.member},
			{anna, RoleCoordinator, w.member},
			{anna, RoleAdmin, false},
			{anna, "", false},
		} {
			d := Draft{Kind: k, Actor: a.actor, Role: a.role, Day: today, Public: good(k)}
			if w.box == boxAlways {
				d.Box, d.Public.Epoch = sealed, 1
			}
			want := error(nil)
			if !a.ok {
				want = ErrForbidden
			}
			if err := d.check(); !errors.Is(err, want) {
				t.Errorf("%s by %s as %q: %v, want %v", k, a.actor, a.role, err, want)
			}
		}
	}
	if len(writers)+1 != len(publicFields) {
		t.Errorf("%d kinds have writers, want all but the report", len(writers))
	}
}

func TestBoxes(t *testing.T) {
	for k, w := range writers {
		actor, role := anna, RoleCoordinator
		if !w.member {
			actor, role = ActorResident, ""
		}
		for _, b := range []struct {
			name   string
			box    []byte
			epoch  int
			faults []string
		}{
			{"none", nil, 0, map[boxRule][]string{boxAlways: {"box"}}[w.box]},
			{"sealed", sealed, 1, map[boxRule][]string{boxNever: {"box", "public"}}[w.box]},
			{"largest", make([]byte, MaxBox), 1, map[boxRule][]string{boxNever: {"box", "public"}}[w.box]},
			{"too large", make([]byte, MaxBox+1), 1, map[boxRule][]string{boxNever: {"box", "public"}, boxMaybe: {"box"}, boxAlways: {"box"}}[w.box]},
			{"sealed to no key", sealed, 0, map[boxRule][]string{boxNever: {"box", "epoch"}, boxMaybe: {"epoch"}, boxAlways: {"epoch"}}[w.box]},
			{"key without box", nil, 1, map[boxRule][]string{boxNever: {"epoch", "public"}, boxMaybe: {"epoch"}, boxAlways: {"box", "epoch"}}[w.box]},
			{"negative key", nil, -1, map[boxRule][]string{boxNever: {"epoch", "public"}, boxMaybe: {"epoch"}, boxAlways: {"box", "epoch"}}[w.box]},
			{"empty", []byte{}, 1, map[boxRule][]string{boxNever: {"box", "public"}, boxMaybe: {"box"}, boxAlways: {"box"}}[w.box]},
		} {
			d := Draft{Kind: k, Actor: actor, Role: role, Day: today, Public: good(k), Box: b.box}
			d.Public.Epoch = b.epoch
			var got []string
			for _, f := range faultsOf(t, d) {
				got = append(got, f.Field)
			}
			if !slices.Equal(got, b.faults) {
				t.Errorf("%s, box %s: faults %v, want %v", k, b.name, got, b.faults)
			}
		}
	}
}

// TestFieldValues: each value that is no good, with the key of its fault.
func TestFieldValues(t *testing.T) {
	att := func(id string, n int) Public { return Public{Att: []Attachment{{ID: id, Chunks: n}}} }
	many := Public{Att: make([]Attachment, MaxFiles+1)}
	for i := range many.Att {
		many.Att[i] = Attachment{ID: opNo(i).String(), Chunks: 1}
	}
	five := Public{Att: many.Att[:MaxFiles]}
	tests := []struct {
		kind Kind
		p    Public
		want string // "": no fault
	}{
		{KindDeadline, Public{Due: "2026-11-23"}, ""},
		{KindDeadline, Public{}, ""},
		{KindDeadline, Public{Due: "2026-11-31"}, "due"},
		{KindDeadline, Public{Due: "soon"}, "due"},
		{KindTransition, Public{Resume: AddDays(today, 1)}, ""},
		{KindTransition, Public{Resume: today}, "resume"},
		{KindTransition, Public{Resume: "2026-13-01"}, "resume"},
		{KindTransition, Public{Code: "mistake", Checks: []string{"coded", "safe_day"}}, ""},
		{KindTransition, Public{Code: "he called me names"}, "code"},
		{KindTransition, Public{Checks: []string{"coded", "she said so"}}, "checks"},
		{KindConsent, Public{Rung: RungAct, Text: "art9/1", Track: TrackReport}, ""},
		{KindConsent, Public{Track: "advice"}, "track"},
		{KindConsent, Public{Rung: "my words"}, "rung"},
		{KindConsent, Public{Text: "my words"}, "text"},
		{KindCoding, Public{Year: 2000, Taxonomy: 1}, ""},
		{KindCoding, Public{Year: 9999, Taxonomy: 1}, ""},
		{KindCoding, Public{Year: 1999, Taxonomy: 1}, "year"},
		{KindCoding, Public{Year: 10000, Taxonomy: 1}, "year"},
		{KindCoding, Public{Year: 2026}, "taxonomy"},
		{KindCoding, Public{Year: 2026, Taxonomy: -1}, "taxonomy"},
		{KindRequest, Public{Act: ActDiscard, Code: "spam"}, ""},
		{KindRequest, Public{Act: ActErase, Code: "because she asked"}, "code"},
		{KindRequest, Public{Act: ActErase, Code: strings.Repeat("x", 65)}, "code"},
		{KindRequest, Public{}, "act"},
		{KindRequest, Public{Act: "burn"}, "act"},
		{KindApproval, Public{Act: "burn"}, "act"},
		{KindAssignment, Public{Member: anna}, ""},
		{KindAssignment, Public{}, ""},
		{KindAssignment, Public{Member: "Anna"}, "member"},
		{KindAnswer, att(anna, 1), ""},
		{KindAnswer, att(anna, MaxChunks), ""},
		{KindAnswer, att(anna, MaxChunks+1), "att"},
		{KindAnswer, att(anna, 0), "att"},
		{KindAnswer, att("picture.jpg", 1), "att"},
		{KindAnswer, five, ""},
		{KindAnswer, many, "att"},
		{KindAnswer, Public{Att: []Attachment{{anna, 1}, {anna, 1}}}, "att"},
	}
	for _, tt := range tests {
		d := (&casefile{t: t}).filled(byMember(tt.kind, anna, RoleCoordinator, tt.p))
		var want Faults
		if tt.want != "" {
			want = Faults{{tt.want, tt.want}}
		}
		if got := faultsOf(t, d); !reflect.DeepEqual(got, want) {
			t.Errorf("%s %+v: %v, want %v", tt.kind, tt.p, got, want)
		}
	}
	d := byMember(KindAccess, anna, RoleCaseworker, Public{})
	for _, day := range []string{"", "2026-11", "2026-02-30", "22.11.2026"} {
		d.Day = day
		if got := faultsOf(t, d); !got.Has("day", "day") {
			t.Errorf("day %q: %v", day, got)
		}
	}
}

// A field of another kind is refused by its name, and nothing else is said of it.
func TestFieldOfAnotherKind(t *testing.T) {
	f := newFile(t, TrackReport)
	_, err := f.fold().Next(f.filled(byMember(KindAnswer, anna, RoleCaseworker, Public{Desk: "rights", Hold: ptr(true)})))
	var faults Faults
	if !errors.As(err, &faults) || !reflect.DeepEqual(faults, Faults{{"public", "Desk"}, {"public", "Hold"}}) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "rights") {
		t.Errorf("the error repeats the value: %v", err)
	}
}

func TestNextOfOtherKinds(t *testing.T) {
	f := newFile(t, TrackReport)
	for _, k := range append([]Kind{KindReport, "letter"}, ledgerKinds...) {
		f.refused(byMember(k, anna, RoleCoordinator, Public{}), errShape)
		if _, err := f.fold().stateAfter(Draft{Kind: k}); (err == nil) != (k == KindReport) {
			t.Errorf("stateAfter(%s): %v", k, err)
		}
	}
	// Fields that belong to the kind and are too many still fail.
	long := Public{Checks: slices.Repeat([]string{string(CheckSafeDay)}, MaxPublic/8)}
	f.next(byMember(KindAssignment, anna, RoleCaseworker, Public{Member: anna}))
	d := byMember(KindTransition, anna, RoleCaseworker, long)
	d.To = StateTriage
	f.refused(d, errShape)
}

// TestNextWritesWhatWasMeant: actor, op, box and chain; months for residents,
// days for members, and no due day finer than its week.
func TestNextWritesWhatWasMeant(t *testing.T) {
	f := newFile(t, TrackReport)
	f.next(byResident(KindMessage, Public{}))
	if e := f.head(); e.Day != month || e.Actor != ActorResident || e.ID != testCase.Event(2) || e.Op != opNo(2) || e.Prev != f.events[0].Hash {
		t.Errorf("message: %+v", e)
	}
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{Due: "2026-12-31"}))
	e := f.head()
	if e.Day != today || e.Actor != anna || !bytes.Equal(e.Box, sealed) || e.State != StateReceived {
		t.Errorf("deadline: %+v", e)
	}
	if want := `{"epoch":1,"due":"2026-12-28"}`; e.Public != want {
		t.Errorf("deadline: public %s, want %s", e.Public, want)
	}
	if c := f.fold(); c.Deadline != "2026-12-28" || c.Due != "2026-12-28" {
		t.Errorf("summary: deadline %q, due %q", c.Deadline, c.Due)
	}
}

func TestAssignment(t *testing.T) {
	for _, tt := range []struct {
		has   MemberID // who has the case
		actor string
		role  Role
		to    MemberID
		want  error
	}{
		{"", anna, RoleCaseworker, anna, nil},
		{"", anna, RoleCaseworker, ben, ErrForbidden},
		{"", anna, RoleCaseworker, "", ErrForbidden},
		{anna, anna, RoleCaseworker, ben, nil},
		{anna, anna, RoleCaseworker, "", nil},
		{ben, anna, RoleCaseworker, anna, ErrForbidden},
		{ben, anna, RoleCaseworker, "", ErrForbidden},
		{ben, anna, RoleCoordinator, anna, nil},
		{ben, anna, RoleCoordinator, "", nil},
		{"", anna, RoleCoordinator, ben, nil},
		{"", anna, RoleAdmin, anna, ErrForbidden},
	} {
		f := newFile(t, TrackReport)
		if tt.has != "" {
			f.put(Event{Kind: KindAssignment, Actor: ben}, Public{Member: tt.has})
		}
		d := byMember(KindAssignment, tt.actor, tt.role, Public{Member: tt.to})
		f.refused(d, tt.want)
		if tt.want == nil {
			if c := f.next(d); c.Assignee != tt.to {
				t.Errorf("%+v: the case has %q", tt, c.Assignee)
			}
		}
	}
}

func TestNewCase(t *testing.T) {
	att := []Attachment{{ID: anna, Chunks: 2}}
	e, err := NewCase(testCase, opNo(1), month, "city", 3, TrackReport, att, sealed)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"epoch":3,"desk":"city","track":"report","att":[{"id":"%s","chunks":2}]}`, anna)
	if e.ID != testCase.Event(1) || e.Prev != (Hash{}) || e.Hash != e.Sum() || e.Public != want || e.Day != month || e.V != 0 {
		t.Errorf("NewCase = %+v", e)
	}
	c, err := Fold(testCase, []Event{e})
	if err != nil || c.Desk != "city" || c.Epoch != 3 || c.Track != TrackReport || c.Month != month || !c.Unread || !c.Open {
		t.Errorf("Fold = %+v, %v", c, err)
	}
	long := strings.Repeat("x", MaxPublic)
	for name, err := range map[string]error{
		"day, no month":   second(NewCase(testCase, opNo(1), today, "city", 1, TrackReport, nil, sealed)),
		"no desk":         second(NewCase(testCase, opNo(1), month, "", 1, TrackReport, nil, sealed)),
		"no key":          second(NewCase(testCase, opNo(1), month, "city", 0, TrackReport, nil, sealed)),
		"unknown track":   second(NewCase(testCase, opNo(1), month, "city", 1, "advice", nil, sealed)),
		"no box":          second(NewCase(testCase, opNo(1), month, "city", 1, TrackReport, nil, nil)),
		"empty box":       second(NewCase(testCase, opNo(1), month, "city", 1, TrackReport, nil, []byte{})),
		"large box":       second(NewCase(testCase, opNo(1), month, "city", 1, TrackReport, nil, make([]byte, MaxBox+1))),
		"public too long": second(NewCase(testCase, opNo(1), month, long, 1, TrackReport, nil, sealed)),
		"file's name":     second(NewCase(testCase, opNo(1), month, "city", 1, TrackReport, []Attachment{{"my.jpg", 1}}, sealed)),
		"empty file":      second(NewCase(testCase, opNo(1), month, "city", 1, TrackReport, []Attachment{{anna, 0}}, sealed)),
	} {
		if !errors.Is(err, errShape) {
			t.Errorf("%s: %v, want %v", name, err, errShape)
		}
	}
}

func second[T any](_ T, err error) error { return err }
