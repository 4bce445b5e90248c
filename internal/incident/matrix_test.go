package incident

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A stand is a case in some state, and a draft to move it on. Each part can be
// taken away by itself.
type stand struct {
	from                              State
	track                             Track
	assigned, coded, consented, dated bool
	answer                            int  // 0 none, 1 before the resident's newest word, 2 after it
	wroteSince                        bool // since the case came to its state
	asked                             Act  // waits for a second person
	approved, held                    bool
	since                             string // day on which the case came to its state
	resume                            string // day of return of a paused case
	draft                             Draft
}

var everyTrack = []Track{TrackReport, TrackCounselling}

// build makes the case.
func (s stand) build(t *testing.T) *casefile {
	t.Helper()
	f := newFileOf(t, s.track, s.since[:7])
	if s.assigned {
		f.put(Event{Kind: KindAssignment, Actor: anna, Day: s.since}, Public{Member: anna})
	}
	for kind, there := range map[Kind]bool{KindCoding: s.coded, KindConsent: s.consented, KindDeadline: s.dated} {
		if there {
			f.did(kind, anna)
		}
	}
	if s.from != StateReceived {
		f.put(Event{Kind: KindTransition, Actor: anna, State: s.from, Day: s.since}, Public{Resume: s.resume})
	}
	if s.answer == 1 {
		f.did(KindAnswer, anna)
	}
	if s.wroteSince {
		f.put(Event{Kind: KindAttachment, Actor: ActorResident, Day: s.since[:7]}, Public{})
	}
	if s.answer == 2 {
		f.did(KindAnswer, anna)
	}
	if s.held {
		f.put(Event{Kind: KindNote, Actor: ben}, Public{Hold: ptr(true)})
	}
	if s.approved {
		f.put(Event{Kind: KindRequest, Actor: anna}, Public{Act: ActErase})
		f.put(Event{Kind: KindApproval, Actor: ben}, Public{Act: ActErase})
	}
	if s.asked != "" {
		f.put(Event{Kind: KindRequest, Actor: anna}, Public{Act: s.asked})
	}
	return f
}

// draftOf is a complete draft of the mover.
func draftOf(who Who, to State) Draft {
	d := Draft{Kind: KindTransition, Actor: ben, Role: Role(who), To: to, Day: today, Op: opNo(99), Frozen: true}
	switch who {
	case WhoSystem, WhoResident:
		d.Actor, d.Role = string(who), ""
	case WhoCaseworker, WhoCoordinator:
	}
	return d
}

// ready makes a stand in which everything that the table asks of the mover is
// there, on the first (or last) day on which it may be done.
func ready(from, to State, track Track, who Who) stand {
	s := stand{
		from: from, track: track, assigned: true, coded: true, consented: true, dated: true, answer: 2,
		wroteSince: true, approved: to == StateErased, since: today, draft: draftOf(who, to),
	}
	if from == StatePaused {
		s.resume = "2026-12-10"
	}
	guards := []Guard{}
	for _, tr := range Transitions {
		if tr.From != from || tr.To != to || !strings.Contains(texts(tr.Tracks), string(track)) {
			continue
		}
		guards = append(guards, tr.Guards...)
		if who == WhoSystem {
			guards = append(guards, tr.System...)
		} else {
			for _, c := range tr.Checks {
				s.draft.Public.Checks = append(s.draft.Public.Checks, string(c))
			}
		}
		if len(tr.Codes) > 0 {
			s.draft.Public.Code = tr.Codes[0]
		}
	}
	for _, g := range guards {
		switch g { // the others do not ask for a day
		case GuardResumeDay:
			s.draft.Public.Resume = "2026-11-23"
		case GuardSilent30, GuardWithin30:
			s.draft.Day = "2026-12-22"
		case GuardSilent90:
			s.draft.Day = "2027-02-28" // 90 days from the last day of November
		case GuardWithin12:
			s.draft.Day = "2027-11-22"
		case GuardResumeCome:
			s.draft.Day = s.resume
		case GuardRetention:
			s.draft.Day = map[State]string{StateDiscarded: "2026-12-23", StateClosed: "2027-10-01"}[from]
			if from == StateClosed && track == TrackCounselling {
				s.draft.Day = "2030-01-01"
			}
		}
	}
	return s
}

var everyWho = []Who{WhoCaseworker, WhoCoordinator, Who(RoleAdmin), WhoSystem, WhoResident}

// forEach walks all states, targets, movers and tracks; row is the table's, or nil.
func forEach(t *testing.T, visit func(t *testing.T, from, to State, track Track, who Who, row *csvRow)) {
	_, rows := workflow(t)
	for _, track := range everyTrack {
		for _, from := range States {
			for _, to := range States {
				var row *csvRow
				for _, r := range rows {
					if r.from == from && r.to == to && r.has(track) {
						row = &r
					}
				}
				for _, who := range everyWho {
					visit(t, from, to, track, who, row)
				}
			}
		}
	}
}

// TestMovesAreExactlyTheTable asks for every move of every mover from every
// state, with everything in place that could be asked for.
func TestMovesAreExactlyTheTable(t *testing.T) {
	moves := 0
	forEach(t, func(t *testing.T, from, to State, track Track, who Who, row *csvRow) {
		s := ready(from, to, track, who)
		name := fmt.Sprintf("%s: %s to %s by %s", track, from, to, who)
		f := s.build(t)
		c, err := Fold(testCase, f.events)
		if from.Final() {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: the case folds after its end: %v", name, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e, err := c.Next(s.draft)
		byTable := row != nil && row.event(KindTransition)
		var want error
		switch {
		case who == WhoResident || who == Who(RoleAdmin):
			want = ErrForbidden
		case !byTable:
			want = ErrTransition
		case !row.by(who), row.fourEyes == "yes" && who != WhoSystem:
			want = ErrForbidden
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if err != nil {
			if e.ID != "" {
				t.Errorf("%s: refused, and makes event %s", name, e.ID)
			}
			return
		}
		moves++
		if e.State != to || e.Kind != KindTransition || e.Day != s.draft.Day {
			t.Errorf("%s: makes %s to %s on %s", name, e.Kind, e.State, e.Day)
		}
		if err := CheckChain(testCase, append(f.events, e)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	if moves < 60 {
		t.Errorf("only %d moves were allowed: the stands are not ready", moves)
	}
}

// breaks says how to take away what a guard asks for; most in one way.
var breaks = map[Guard][]func(*stand){
	GuardAssignment:  {func(s *stand) { s.assigned = false }},
	GuardCoding:      {func(s *stand) { s.coded = false }},
	GuardAnswer:      {func(s *stand) { s.answer = 0 }},
	GuardAnswerNewer: {func(s *stand) { s.answer = 1 }, func(s *stand) { s.answer = 0 }},
	GuardConsent:     {func(s *stand) { s.consented = false }},
	GuardDeadline:    {func(s *stand) { s.dated = false }},
	GuardWroteAgain:  {func(s *stand) { s.wroteSince = false }},
	GuardSilent30:    {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, -1) }},
	GuardSilent90:    {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, -1) }},
	GuardResumeCome:  {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, -1) }, func(s *stand) { s.resume = "" }},
	GuardWithin30:    {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, 1) }},
	GuardWithin12:    {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, 1) }},
	GuardRetention:   {func(s *stand) { s.draft.Day = AddDays(s.draft.Day, -1) }},
	GuardApproved:    {func(s *stand) { s.approved = false }, func(s *stand) { s.approved, s.asked = false, ActErase }},
	GuardNoHold:      {func(s *stand) { s.held = true }},
	GuardResumeDay:   {func(s *stand) { s.draft.Public.Resume = "" }},
	GuardReason:      {func(s *stand) { s.draft.Public.Code = "" }, func(s *stand) { s.draft.Public.Code = "spam" }},
	GuardEdition:     {func(s *stand) { s.draft.Frozen = false }},
}

// TestEveryGuardIsAsked takes away one thing at a time: the move fails and says
// which guard it was.
func TestEveryGuardIsAsked(t *testing.T) {
	asked := map[Guard]bool{}
	forEach(t, func(t *testing.T, from, to State, track Track, who Who, row *csvRow) {
		if row == nil || who == WhoResident || !row.by(who) || !row.event(KindTransition) || row.fourEyes == "yes" && who != WhoSystem {
			return
		}
		cell := serverCells[row.server]
		guards := cell.guards
		if who == WhoSystem {
			guards = append(append([]Guard{}, guards...), cell.system...)
		}
		for _, g := range guards {
			if breaks[g] == nil {
				t.Errorf("no way to take away %s", g)
			}
			for _, take := range breaks[g] {
				asked[g] = true
				s := ready(from, to, track, who)
				take(&s)
				_, err := s.build(t).fold().Next(s.draft)
				if !errors.Is(err, ErrTransition) || !strings.Contains(err.Error(), "without "+string(g)) {
					t.Errorf("%s: %s to %s by %s without %s: %v", track, from, to, who, g, err)
				}
			}
		}
		if who == WhoSystem {
			return
		}
		for i, check := range browserCells[row.browser] {
			s := ready(from, to, track, who)
			s.draft.Public.Checks = append(s.draft.Public.Checks[:i:i], s.draft.Public.Checks[i+1:]...)
			_, err := s.build(t).fold().Next(s.draft)
			if !errors.Is(err, ErrTransition) || !strings.Contains(err.Error(), "without "+string(check)) {
				t.Errorf("%s: %s to %s by %s without %s: %v", track, from, to, who, check, err)
			}
		}
	})
	for g := range breaks {
		if !asked[g] {
			t.Errorf("no row asks for %s", g)
		}
	}
}

// TestResidentMovesAreTheTable: a message moves the case where the table says so,
// and no other kind of the resident does.
func TestResidentMovesAreTheTable(t *testing.T) {
	_, rows := workflow(t)
	for _, track := range everyTrack {
		for from := range reach(track, StateReceived) {
			if from.Final() {
				continue
			}
			for _, kind := range []Kind{KindMessage, KindAttachment, KindWithdrawal, KindConsent} {
				want := from
				for _, r := range rows {
					if r.from == from && r.has(track) && r.by(WhoResident) && r.event(kind) {
						want = r.to
					}
				}
				f := ready(from, StateTriage, track, WhoCaseworker).build(t)
				if c := f.next(byResident(kind, Public{})); c.State != want {
					t.Errorf("%s: %s in %s leads to %s, want %s", track, kind, from, c.State, want)
				}
			}
		}
	}
}

// TestOnlyTheResidentRaises: a consent that makes a report counselling.
func TestOnlyTheResidentRaises(t *testing.T) {
	raise := Public{Rung: RungAnswer, Text: "art9/1", Track: TrackCounselling}
	for from := range reach(TrackReport, StateReceived) {
		if from.Final() {
			continue
		}
		want := from
		if from == StateDocumented {
			want = StateTriage // else no row would lead on
		}
		s := ready(from, StateTriage, TrackReport, WhoCaseworker)
		c := s.build(t).next(byResident(KindConsent, raise))
		if c.State != want || c.Track != TrackCounselling {
			t.Errorf("raised in %s: %s, %s, want %s, %s", from, c.State, c.Track, want, TrackCounselling)
		}
		for _, role := range []Role{RoleCaseworker, RoleCoordinator} {
			s.build(t).refused(byMember(KindConsent, anna, role, raise), ErrForbidden)
		}
	}
	f := ready(StateTriage, StateTriage, TrackCounselling, WhoCaseworker).build(t)
	lower := Public{Rung: RungRead, Text: "rung/1", Track: TrackReport}
	if c := f.next(byResident(KindConsent, lower)); c.Track != TrackCounselling {
		t.Errorf("a lower wish makes the track %s, want it unchanged", c.Track)
	}
	if c := f.next(byMember(KindConsent, anna, RoleCaseworker, raise)); c.Track != TrackCounselling || c.State != StateTriage {
		t.Errorf("a recorded consent in counselling leads to %s, %s", c.Track, c.State)
	}
}

// A state that the resident brought about carries a month: what counts from it
// counts from the last day of the month, and needs a word after it.
func TestGuardsCountFromTheLastDayOfAMonth(t *testing.T) {
	f := newFile(t, TrackReport)
	f.put(Event{Kind: KindMessage, Actor: ActorResident, State: StateDocumented}, Public{})
	c := f.fold()
	if c.inTime(GuardSilent30, "2026-12-29") || !c.inTime(GuardSilent30, "2026-12-30") {
		t.Error("30 days do not count from 30 November")
	}
	if c.holds(GuardWroteAgain, Draft{}) {
		t.Error("the word that brought the case here counts as written again")
	}
}
