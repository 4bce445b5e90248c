package incident

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestApplyRefusesWhatIsNotNext(t *testing.T) {
	v := vector()
	one, err := Summary{}.Apply(v[0])
	if err != nil {
		t.Fatal(err)
	}
	other := Link(CaseID(anna), 1, one.Head, Event{Kind: KindNote, State: StateReceived})
	elsewhere := Link(testCase, 1, Hash{1}, Event{Kind: KindNote, State: StateReceived})
	for name, tt := range map[string]struct {
		s    Summary
		e    Event
		want error
	}{
		"the next":          {one, v[1], nil},
		"the same again":    {one, v[0], ErrChain},
		"one too early":     {Summary{}, v[1], ErrChain},
		"no id":             {one, Event{}, ErrChain},
		"of another case":   {one, other, ErrChain},
		"after another one": {one, elsewhere, ErrChain},
		"unknown kind":      {one, Link(testCase, 1, one.Head, Event{Kind: "x", State: StateReceived}), ErrUnknownKind},
		"unknown state":     {one, Link(testCase, 1, one.Head, Event{Kind: KindNote}), ErrUnknownKind},
		"unknown format":    {one, Link(testCase, 1, one.Head, Event{Kind: KindNote, State: StateReceived, V: 2}), ErrUnknownKind},
		"unknown field":     {one, Link(testCase, 1, one.Head, Event{Kind: KindNote, State: StateReceived, Public: `{"x":1}`}), ErrUnknownKind},
	} {
		got, err := tt.s.Apply(tt.e)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if err != nil && !reflect.DeepEqual(got, tt.s) {
			t.Errorf("%s: failed and changed the summary to %+v", name, got)
		}
	}
	v2 := v[1]
	v2.V = 1
	if _, err := one.Apply(v2); err != nil {
		t.Errorf("format 1 written out: %v", err)
	}
}

func TestFoldOfNothingAndOfOthers(t *testing.T) {
	if _, err := Fold(testCase, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("Fold of nothing: %v, want %v", err, ErrNotFound)
	}
	if _, err := Fold(CaseID(anna), vector()); !errors.Is(err, ErrChain) {
		t.Errorf("Fold under another id: %v, want %v", err, ErrChain)
	}
	e := Link(testCase, 0, Hash{}, Event{Kind: "letter", State: StateReceived})
	c, err := Fold(testCase, []Event{e})
	if err != nil || !c.ReadOnly() || c.Rev != 1 {
		t.Errorf("Fold of an unknown first event = %+v, %v", c, err)
	}
}

// TestUnread: what the resident or a timer did is unread until a member opens,
// answers or moves the case.
func TestUnread(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*casefile)
		from bool // before it
		want bool
	}{
		{"message", func(f *casefile) { f.did(KindMessage, ActorResident) }, false, true},
		{"file of the resident", func(f *casefile) { f.did(KindAttachment, ActorResident) }, false, true},
		{"file of a member", func(f *casefile) { f.did(KindAttachment, anna) }, false, false},
		{"file of a member", func(f *casefile) { f.did(KindAttachment, anna) }, true, true},
		{"withdrawal", func(f *casefile) { f.did(KindWithdrawal, ActorResident) }, false, true},
		{"consent of the resident", func(f *casefile) { f.did(KindConsent, ActorResident) }, false, true},
		{"consent on record", func(f *casefile) { f.did(KindConsent, anna) }, false, false},
		{"consent on record", func(f *casefile) { f.did(KindConsent, anna) }, true, true},
		{"timer", func(f *casefile) {
			f.put(Event{Kind: KindTransition, Actor: ActorSystem, State: StateTriage}, Public{})
		}, false, true},
		{"timer ends it", func(f *casefile) {
			f.put(Event{Kind: KindTransition, Actor: ActorSystem, State: StateErased}, Public{})
		}, true, false},
		{"move of a member", func(f *casefile) { f.moved(StateTriage, today) }, true, false},
		{"access", func(f *casefile) { f.did(KindAccess, anna) }, true, false},
		{"answer", func(f *casefile) { f.did(KindAnswer, anna) }, true, false},
		{"note", func(f *casefile) { f.did(KindNote, anna) }, true, true},
		{"assignment", func(f *casefile) { f.did(KindAssignment, anna) }, true, true},
		{"request", func(f *casefile) { f.put(Event{Kind: KindRequest, Actor: anna}, asks(ActErase)) }, true, true},
	} {
		f := newFile(t, TrackReport)
		if !tt.from {
			f.did(KindAccess, anna)
		}
		tt.do(f)
		s := Summary{}
		for _, e := range f.events {
			var err error
			if s, err = s.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		if s.Unread != tt.want {
			t.Errorf("%s, unread before %t: unread %t, want %t", tt.name, tt.from, s.Unread, tt.want)
		}
	}
}

// TestNewestCounts: card, coding, deadline and assignment.
func TestNewestCounts(t *testing.T) {
	f := newFile(t, TrackReport)
	f.put(Event{Kind: KindCard, Actor: anna, Box: []byte("one")}, Public{Epoch: 1})
	f.put(Event{Kind: KindCard, Actor: anna, Box: []byte("two")}, Public{Epoch: 2})
	f.did(KindCoding, anna).did(KindCoding, anna)
	f.put(Event{Kind: KindAssignment, Actor: anna}, Public{Member: anna})
	c := f.fold()
	if string(c.Card) != "two" || c.CardOp != opNo(3) || c.CardEpoch != 2 || c.CodingRev != 5 || c.Assignee != anna || c.V != SummaryVersion {
		t.Errorf("folded to %+v", c.Summary)
	}
	f.put(Event{Kind: KindAssignment, Actor: anna}, Public{})
	if c := f.fold(); c.Assignee != "" || c.Epoch != 1 {
		t.Errorf("given back, the case has %q, epoch %d", c.Assignee, c.Epoch)
	}
}

// TestDue: the Monday of the earlier of deadline and day of return.
func TestDue(t *testing.T) {
	f := newFile(t, TrackCounselling).moved(StateCounselling, today)
	due := func() string { return f.fold().Due }
	if got := due(); got != "" {
		t.Errorf("without days due %q", got)
	}
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{Due: "2027-01-20"}))
	if got := due(); got != "2027-01-18" {
		t.Errorf("due %q, want the Monday of the deadline's week", got)
	}
	f.put(Event{Kind: KindTransition, Actor: anna, State: StatePaused}, Public{Resume: "2026-12-10"})
	if c := f.fold(); c.Due != "2026-12-07" || c.Resume != "2026-12-10" {
		t.Errorf("paused: due %q, resume %q", c.Due, c.Resume)
	}
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{Due: "2026-12-05"}))
	if got := due(); got != "2026-11-30" {
		t.Errorf("an earlier deadline: due %q", got)
	}
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{}))
	if got := due(); got != "2026-12-07" {
		t.Errorf("no deadline any more: due %q", got)
	}
	if c := f.next(byResident(KindMessage, Public{})); c.Resume != "" || c.Due != "" || c.State != StateCounselling {
		t.Errorf("the pause ended: %s, resume %q, due %q", c.State, c.Resume, c.Due)
	}
}

func TestEarliest(t *testing.T) {
	for _, tt := range [][3]string{
		{"", "", ""},
		{"2026-11-22", "", "2026-11-16"},
		{"", "2026-11-22", "2026-11-16"},
		{"2026-11-22", "2026-11-23", "2026-11-16"},
		{"2026-11-23", "2026-11-22", "2026-11-16"},
		{"2026-11-23", "2026-11-23", "2026-11-23"},
		{"never", "", ""},
	} {
		if got := earliest(tt[0], tt[1]); got != tt[2] {
			t.Errorf("earliest(%q, %q) = %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestPurgeMonth(t *testing.T) {
	for _, tt := range []struct {
		track               Track
		received, day, want string
	}{
		// Report: six months after 31 March of the year after receipt.
		{TrackReport, "2026-01", "2026-11-22", "2027-10"},
		{TrackReport, "2026-12", "2027-01-05", "2027-10"},
		{TrackReport, "2026-12", "2027-10-31", "2027-10"},
		{TrackReport, "2026-12", "2028-02-29", "2028-02"}, // closed after its time
		// Counselling: 36 months from the end of the year of closing.
		{TrackCounselling, "2024-02", "2026-11-22", "2030-01"},
		{TrackCounselling, "2026-11", "2026-12-31", "2030-01"},
		{TrackCounselling, "2026-11", "2027-01-01", "2031-01"},
		// What no program of ours wrote.
		{TrackReport, "", "2026-11-22", ""},
		{TrackReport, "2026-11", "", ""},
		{TrackReport, "2026-11", "2026-11", ""},
		{TrackCounselling, "2026-11", "x", ""},
	} {
		if got := purgeMonth(tt.track, tt.received, tt.day); got != tt.want {
			t.Errorf("purgeMonth(%s, %q, %q) = %q, want %q", tt.track, tt.received, tt.day, got, tt.want)
		}
	}
}

// TestRegressionR09ReopeningClearsTheMonth: each closing sets the month of
// erasure anew, reopening clears it, and the timer decides from the events.
func TestRegressionR09ReopeningClearsTheMonth(t *testing.T) {
	f := newFile(t, TrackCounselling).moved(StateClosed, "2026-11-22")
	if got := f.fold().Purge; got != "2030-01" {
		t.Fatalf("closed: purge %q, want 2030-01", got)
	}
	reopen := Draft{
		Kind: KindTransition, Actor: anna, Role: RoleCaseworker, Day: "2027-11-22", To: StateCounselling,
		Public: Public{Code: "resident_asked"},
	}
	if got := f.next(reopen).Purge; got != "" {
		t.Errorf("reopened: purge %q, want none", got)
	}
	for _, to := range []State{StateAnonymised, StateErased} {
		f.refused(byTimer(to, "2030-01-31"), ErrTransition)
	}
	f.moved(StateClosed, "2027-12-31")
	c := f.fold()
	if c.Purge != "2031-01" {
		t.Errorf("closed again: purge %q, want 2031-01", c.Purge)
	}
	if c.inTime(GuardRetention, "2030-12-31") || !c.inTime(GuardRetention, "2031-01-01") {
		t.Error("the retention counts from the first closing")
	}

	f = newFile(t, TrackReport)
	f.asked(anna, ActDiscard)
	if got := f.approved(ben).Purge; got != "2026-12" {
		t.Errorf("discarded: purge %q, want the month of the 30th day", got)
	}
	back := Draft{Kind: KindTransition, Actor: anna, Role: RoleCoordinator, To: StateTriage, Public: Public{Code: "new_facts"}}
	if got := f.next(back).Purge; got != "" {
		t.Errorf("taken back: purge %q, want none", got)
	}
}

// TestPurgeFollowsTheTable: the column effect says "delete_after set" and
// "delete_after unset".
func TestPurgeFollowsTheTable(t *testing.T) {
	_, rows := workflow(t)
	for _, row := range rows {
		if row.from.Final() || row.to.Final() {
			continue
		}
		for _, track := range everyTrack {
			if !row.has(track) {
				continue
			}
			f := newFile(t, track).moved(row.from, today).moved(row.to, today)
			sets := row.to == StateClosed || row.to == StateDiscarded
			if got := f.fold().Purge != ""; got != sets || got != strings.Contains(row.effect, "delete_after set") {
				t.Errorf("line %d: purge set %t, effect %q", row.line, got, row.effect)
			}
			unsets := strings.Contains(row.effect, "delete_after unset")
			if had := newFile(t, track).moved(row.from, today).fold().Purge != ""; had != unsets {
				t.Errorf("line %d: had a month %t, effect %q", row.line, had, row.effect)
			}
		}
	}
}

// TestRegressionR11SameOpIsOneEvent: the case knows which event an act made, and
// a doubled op in a chain never moves the first one.
func TestRegressionR11SameOpIsOneEvent(t *testing.T) {
	f := newFile(t, TrackReport)
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{Due: "2026-12-31"}))
	c := f.fold()
	if rev, ok := c.Has(opNo(2)); !ok || rev != 2 {
		t.Errorf("Has(op of rev 2) = %d, %t", rev, ok)
	}
	if rev, ok := c.Has(opNo(3)); ok || rev != 0 {
		t.Errorf("Has(unknown op) = %d, %t", rev, ok)
	}
	f.put(Event{Kind: KindNote, Actor: anna, Op: opNo(2)}, Public{})
	if rev, _ := f.fold().Has(opNo(2)); rev != 2 {
		t.Errorf("after a double Has gives rev %d, want the first", rev)
	}
	// Only a changed fact, a new event, moves the deadline; the old one stays.
	f.next(byMember(KindDeadline, anna, RoleCaseworker, Public{Due: "2027-01-31"}))
	c = f.fold()
	if old, _ := c.Event(2).PublicFields(); c.Deadline != "2027-01-25" || old.Due != "2026-12-28" {
		t.Errorf("deadline %q, the old event says %q", c.Deadline, old.Due)
	}
}

func BenchmarkFold(b *testing.B) {
	f := &casefile{events: nil}
	first, err := NewCase(testCase, opNo(1), month, "city", 1, TrackReport, nil, make([]byte, 18043))
	if err != nil {
		b.Fatal(err)
	}
	f.events = append(f.events, first)
	for rev := 1; rev < MaxRev; rev++ {
		f.events = append(f.events, Link(testCase, rev, f.head().Hash, Event{
			Kind: KindNote, Actor: anna, Day: today, State: StateReceived, Op: opNo(rev + 1),
			Public: `{"epoch":1}`, Box: make([]byte, 5755),
		}))
	}
	for b.Loop() {
		if _, err := Fold(testCase, f.events); err != nil {
			b.Fatal(err)
		}
	}
}
