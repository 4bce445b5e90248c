package incident

import (
	"errors"
	"slices"
	"testing"
)

// asks makes the public fields of a request, with a reason where the act needs one.
func asks(act Act) Public {
	p := Public{Act: act}
	if act == ActDiscard {
		p.Code = "spam"
	}
	return p
}

// yes makes the public fields of the approval of what waits in the case.
func yes(c *Case) Public {
	p := Public{Rev: c.Rev}
	act, e, ok := c.Waiting()
	if ok {
		fields, _ := e.PublicFields()
		p.Act, p.Of, p.Code = act, e.Op.String(), fields.Code
	}
	return p
}

func (f *casefile) asked(member string, act Act) *Case {
	f.t.Helper()
	return f.next(byMember(KindRequest, member, RoleCoordinator, asks(act)))
}

func (f *casefile) approved(member string) *Case {
	f.t.Helper()
	return f.next(byMember(KindApproval, member, RoleCoordinator, yes(f.fold())))
}

// TestRequestsAreTheTable asks for each act in each state by each role, and lets
// another coordinator approve what was asked.
func TestRequestsAreTheTable(t *testing.T) {
	_, rows := workflow(t)
	for _, track := range everyTrack {
		for from := range reach(track, StateReceived) {
			if from.Final() {
				continue
			}
			for act, to := range map[Act]State{ActDiscard: StateDiscarded, ActErase: StateErased, ActExport: ""} {
				ok := act == ActExport || slices.ContainsFunc(rows, func(r csvRow) bool {
					return r.from == from && r.to == to && r.has(track) && r.fourEyes == "yes"
				})
				for _, role := range []Role{RoleCaseworker, RoleCoordinator} {
					var want error
					switch {
					case !ok:
						want = ErrTransition
					case role == RoleCaseworker && act != ActExport:
						want = ErrForbidden
					}
					f := ready(from, StateTriage, track, WhoCaseworker).build(t)
					d := byMember(KindRequest, anna, role, asks(act))
					f.refused(d, want) // refused by nil: allowed
					if want != nil {
						continue
					}
					if c := f.next(d); c.State != from {
						t.Errorf("%s, %s: asking for %s moves the case to %s", track, from, act, c.State)
					}
					checkApprovals(t, f, from, act)
				}
			}
		}
	}
}

// checkApprovals tries everybody who could approve what anna asked.
func checkApprovals(t *testing.T, f *casefile, from State, act Act) {
	t.Helper()
	c := f.fold()
	f.refused(byMember(KindApproval, ben, RoleCaseworker, yes(c)), ErrForbidden)
	f.refused(byMember(KindApproval, ben, RoleAdmin, yes(c)), ErrForbidden)
	f.refused(Draft{Kind: KindApproval, Actor: ActorSystem, Public: yes(c)}, ErrForbidden)
	f.refused(byResident(KindApproval, yes(c)), ErrForbidden)
	want := from
	if act == ActDiscard {
		want = StateDiscarded
	}
	if c := f.approved(ben); c.State != want {
		t.Errorf("approved %s in %s leads to %s, want %s", act, from, c.State, want)
	}
	if act == ActErase {
		f.next(byTimer(StateErased, today))
		if _, err := Fold(testCase, f.events); !errors.Is(err, ErrNotFound) {
			t.Errorf("after erasure the case folds: %v", err)
		}
	}
}

// TestRegressionR08NobodyApprovesOneself: no role and no act lets a member
// approve what the same member asked.
func TestRegressionR08NobodyApprovesOneself(t *testing.T) {
	for _, act := range []Act{ActDiscard, ActErase, ActExport} {
		for _, role := range []Role{RoleCoordinator, RoleCaseworker} {
			f := newFile(t, TrackReport)
			c := f.asked(anna, act)
			f.refused(byMember(KindApproval, anna, role, yes(c)), ErrForbidden)
			f.approved(ben)
		}
	}
}

// TestRegressionR07ApprovalNamesWhatItApproves: act, op, reason and rev.
func TestRegressionR07ApprovalNamesWhatItApproves(t *testing.T) {
	f := newFile(t, TrackReport)
	good := yes(f.asked(anna, ActDiscard))
	for name, tt := range map[string]struct {
		change func(*Public)
		want   error
	}{
		"another act":       {func(p *Public) { p.Act = ActErase }, ErrTransition},
		"another op":        {func(p *Public) { p.Of = opNo(77).String() }, ErrTransition},
		"no op":             {func(p *Public) { p.Of = "" }, ErrTransition},
		"another reason":    {func(p *Public) { p.Code = "test" }, ErrTransition},
		"no reason":         {func(p *Public) { p.Code = "" }, ErrTransition},
		"an older rev":      {func(p *Public) { p.Rev-- }, ErrConflict},
		"a rev to come":     {func(p *Public) { p.Rev++ }, ErrConflict},
		"no rev":            {func(p *Public) { p.Rev = 0 }, ErrConflict},
		"nothing at all":    {func(p *Public) { *p = Public{Act: ActDiscard} }, ErrTransition},
		"all as it was":     {func(*Public) {}, nil},
		"an act of its own": {func(p *Public) { p.Act = "keep" }, Faults{}},
	} {
		p := good
		tt.change(&p)
		_, err := f.fold().Next(f.filled(byMember(KindApproval, ben, RoleCoordinator, p)))
		if _, faults := tt.want.(Faults); faults { //nolint:errorlint // as it stands in the table
			var got Faults
			if !errors.As(err, &got) || !got.Has("act", "act") {
				t.Errorf("%s: %v, want a fault", name, err)
			}
			continue
		}
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	// Whatever came after the reading, the reader has to read again.
	f.did(KindAccess, anna)
	f.refused(byMember(KindApproval, ben, RoleCoordinator, good), ErrConflict)
	good.Rev++
	f.refused(byMember(KindApproval, ben, RoleCoordinator, good), nil)
}

// TestRegressionR07LaterEventVoidsRequest: who asked to discard, asked about a
// case that is no longer the same once the resident wrote or the case moved.
func TestRegressionR07LaterEventVoidsRequest(t *testing.T) {
	later := map[string]func(f *casefile){
		"a message": func(f *casefile) { f.next(byResident(KindMessage, Public{})) },
		"a file":    func(f *casefile) { f.next(byResident(KindAttachment, Public{})) },
		"a consent": func(f *casefile) { f.next(byResident(KindConsent, Public{Rung: RungAnswer, Track: TrackCounselling})) },
		"a transition": func(f *casefile) {
			f.next(Draft{Kind: KindTransition, Actor: anna, Role: RoleCaseworker, To: StateTriage})
		},
	}
	for name, happens := range later {
		f := newFile(t, TrackReport)
		f.next(byMember(KindAssignment, anna, RoleCaseworker, Public{Member: anna}))
		p := yes(f.asked(anna, ActDiscard))
		happens(f)
		c := f.fold()
		if act, _, ok := c.Waiting(); ok {
			t.Errorf("after %s %s still waits", name, act)
		}
		p.Rev = c.Rev
		f.refused(byMember(KindApproval, ben, RoleCoordinator, p), ErrTransition)
	}
	// A member's own note changes nothing about what was asked.
	f := newFile(t, TrackReport)
	f.asked(anna, ActDiscard)
	f.next(byMember(KindNote, ben, RoleCaseworker, Public{}))
	if c := f.approved(ben); c.State != StateDiscarded {
		t.Errorf("after a note the approval leads to %s", c.State)
	}
}

// An erasure that was asked for waits through moves, messages and a discard's
// voiding, for the person's right does not end with them.
func TestWithdrawalIsTheRequest(t *testing.T) {
	f := newFile(t, TrackCounselling)
	f.next(byMember(KindAssignment, anna, RoleCaseworker, Public{Member: anna}))
	c := f.next(byResident(KindWithdrawal, Public{}))
	act, e, ok := c.Waiting()
	if !ok || act != ActErase || e.Kind != KindWithdrawal || e.Rev() != 3 {
		t.Fatalf("Waiting = %s, %s, %t, want the withdrawal", act, e.ID, ok)
	}
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActErase)), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActDiscard)), ErrTransition)
	f.next(Draft{Kind: KindTransition, Actor: anna, Role: RoleCaseworker, To: StateTriage})
	c = f.next(byResident(KindMessage, Public{}))
	if _, _, ok := c.Waiting(); !ok {
		t.Fatal("a move or a message voided the withdrawal")
	}
	f.refused(byTimer(StateErased, today), ErrTransition) // nobody approved
	f.refused(byMember(KindApproval, anna, RoleCaseworker, yes(c)), ErrForbidden)
	c = f.approved(anna) // one coordinator is enough: the resident is the other person
	if _, _, ok := c.Waiting(); ok || c.State != StateTriage {
		t.Fatalf("after the approval: waits %t, state %s", ok, c.State)
	}
	// It is decided; asking or withdrawing again adds nothing to decide.
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActErase)), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActDiscard)), ErrTransition)
	c = f.next(byResident(KindWithdrawal, Public{}))
	if act, _, ok := c.Waiting(); ok {
		t.Errorf("%s waits although the erasure is approved", act)
	}
	f.next(byTimer(StateErased, today))
	if got := f.head(); got.State != StateErased || got.Actor != ActorSystem {
		t.Errorf("the last event is %s by %s", got.State, got.Actor)
	}
}

// A withdrawal takes the place of what a member asked, and a discarded case is
// erased by its time: no row lets anybody hurry it.
func TestWithdrawalOverOtherRequests(t *testing.T) {
	f := newFile(t, TrackReport)
	stale := yes(f.asked(anna, ActDiscard))
	c := f.next(byResident(KindWithdrawal, Public{}))
	if act, _, _ := c.Waiting(); act != ActErase {
		t.Errorf("%s waits, want %s", act, ActErase)
	}
	stale.Rev = c.Rev
	f.refused(byMember(KindApproval, ben, RoleCoordinator, stale), ErrTransition)

	f = newFile(t, TrackReport)
	f.asked(anna, ActDiscard)
	f.approved(ben)
	c = f.next(byResident(KindWithdrawal, Public{}))
	f.refused(byMember(KindApproval, ben, RoleCoordinator, yes(c)), ErrTransition)
	f.refused(byTimer(StateErased, AddDays(today, DiscardDays)), ErrTransition)
	f.refused(byTimer(StateErased, AddDays(today, DiscardDays+1)), nil)
	// Taken back, the withdrawal counts like in every other state.
	f.next(Draft{Kind: KindTransition, Actor: anna, Role: RoleCoordinator, To: StateTriage, Public: Public{Code: "mistake"}})
	f.approved(anna)
	f.next(byTimer(StateErased, today))
}

// A hold stops asking, approving and the erasure itself; only coordinators set
// and lift it.
func TestHoldStopsErasure(t *testing.T) {
	set := func(on bool) Public { return Public{Hold: &on} }
	f := newFile(t, TrackReport)
	f.refused(byMember(KindNote, anna, RoleCaseworker, set(true)), ErrForbidden)
	f.next(byMember(KindNote, anna, RoleCoordinator, set(true)))
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActErase)), ErrTransition)
	c := f.next(byResident(KindWithdrawal, Public{}))
	f.refused(byMember(KindApproval, anna, RoleCoordinator, yes(c)), ErrTransition)
	f.refused(byMember(KindNote, anna, RoleCaseworker, set(false)), ErrForbidden)
	f.next(byMember(KindNote, anna, RoleCaseworker, Public{})) // a note alone lifts nothing
	if !f.fold().Hold {
		t.Error("a caseworker's note lifted the hold")
	}
	f.next(byMember(KindNote, anna, RoleCoordinator, set(false)))
	f.approved(anna)
	f.next(byMember(KindNote, anna, RoleCoordinator, set(true)))
	f.refused(byTimer(StateErased, today), ErrTransition)
	f.next(byMember(KindNote, anna, RoleCoordinator, set(false)))
	f.next(byTimer(StateErased, today))
}

// Only one thing waits at a time, an approval without a request is none, and a
// request carries nothing of an approval.
func TestRequestsOneAtATime(t *testing.T) {
	f := newFile(t, TrackReport)
	f.refused(byMember(KindApproval, ben, RoleCoordinator, Public{Act: ActErase, Rev: 1}), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, Public{Act: ActDiscard}), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, Public{Act: ActDiscard, Code: "mistake"}), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, Public{Act: ActErase, Rev: 1}), ErrTransition)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, Public{Act: ActErase, Of: opNo(1).String()}), ErrTransition)
	f.asked(anna, ActExport)
	for _, member := range []string{anna, ben} {
		f.refused(byMember(KindRequest, member, RoleCoordinator, asks(ActExport)), ErrTransition)
	}
	if c := f.approved(ben); c.State != StateReceived {
		t.Errorf("an approved export leads to %s", c.State)
	}
	f.asked(anna, ActDiscard)
}

// A request that nobody answers gives way to another, by the one who asked or by
// a coordinator, and cannot be approved any more; a withdrawal gives way to none.
func TestRequestGivesWay(t *testing.T) {
	f := newFile(t, TrackReport)
	f.next(byMember(KindRequest, anna, RoleCaseworker, asks(ActExport)))
	f.refused(byMember(KindRequest, ben, RoleCaseworker, asks(ActExport)), ErrTransition)
	stale := yes(f.asked(ben, ActErase))
	f.refused(byMember(KindRequest, anna, RoleCaseworker, asks(ActExport)), ErrTransition)
	c := f.asked(ben, ActDiscard)
	if act, e, _ := c.Waiting(); act != ActDiscard || e.Actor != ben {
		t.Errorf("%s by %.2s waits, want the newer request", act, e.Actor)
	}
	stale.Rev = c.Rev
	f.refused(byMember(KindApproval, anna, RoleCoordinator, stale), ErrTransition)
	f.next(byResident(KindWithdrawal, Public{}))
	for _, act := range []Act{ActDiscard, ActErase, ActExport} {
		f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(act)), ErrTransition)
	}
	f.approved(anna)
}

// A chain may hold an approved discard whose case cannot be discarded any more,
// written before the request was voided: it is refused, not obeyed.
func TestDiscardOnlyWhereTheTableAllows(t *testing.T) {
	f := newFile(t, TrackReport).moved(StateDocumented, today)
	f.put(Event{Kind: KindRequest, Actor: anna}, asks(ActDiscard))
	f.refused(byMember(KindApproval, ben, RoleCoordinator, yes(f.fold())), ErrTransition)
}

// TestListTellsWhatWaits: what the summary says of four eyes is what the case
// says, after every event.
func TestListTellsWhatWaits(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(f *casefile)
		want Act
		by   string
	}{
		"nothing":                    {func(*casefile) {}, "", ""},
		"a request":                  {func(f *casefile) { f.asked(anna, ActErase) }, ActErase, anna},
		"approved":                   {func(f *casefile) { f.asked(anna, ActExport); f.approved(ben) }, "", ""},
		"a discard, then a message":  {func(f *casefile) { f.asked(anna, ActDiscard); f.did(KindMessage, ActorResident) }, "", ""},
		"an erasure, then a message": {func(f *casefile) { f.asked(anna, ActErase); f.did(KindMessage, ActorResident) }, ActErase, anna},
		"a withdrawal":               {func(f *casefile) { f.asked(anna, ActDiscard); f.did(KindWithdrawal, ActorResident) }, ActErase, ActorResident},
		"a discard, then a move":     {func(f *casefile) { f.asked(anna, ActDiscard); f.moved(StateTriage, today) }, "", ""},
	} {
		f := newFile(t, TrackReport)
		tt.do(f)
		c := f.fold()
		if c.Asked != tt.want || c.AskedBy != tt.by {
			t.Errorf("%s: asked %q by %q, want %q by %q", name, c.Asked, c.AskedBy, tt.want, tt.by)
		}
		act, e, ok := c.Waiting()
		if act != c.Asked || ok && e.Actor != c.AskedBy {
			t.Errorf("%s: the list says %q by %q, the case %q by %q", name, c.Asked, c.AskedBy, act, e.Actor)
		}
	}
}
