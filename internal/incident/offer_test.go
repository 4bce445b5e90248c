package incident

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// draftFrom makes the draft that a console would send for an offer.
func draftFrom(o Offer, c *Case, member string, role Role) Draft {
	d := Draft{Kind: o.Kind, Actor: member, Role: role, Day: today, Op: opNo(c.Rev + 1)}
	switch o.Kind { // offers have these kinds only
	case KindTransition:
		d.To = o.To
		for _, check := range o.Checks {
			d.Public.Checks = append(d.Public.Checks, string(check))
		}
		if o.Resume {
			d.Public.Resume = AddDays(today, 14)
		}
	case KindRequest:
		d.Public.Act = o.Act
	case KindApproval:
		d.Public = yes(c)
	}
	if len(o.Codes) > 0 {
		d.Public.Code = o.Codes[0]
	}
	return d
}

// attempts are all ways to come to a state, with everything that a member can
// say for it.
func attempts(c *Case, to State, member string, role Role) []Draft {
	drafts := []Draft{}
	for _, code := range []string{"", "spam", "mistake", "resident_asked"} {
		d := draftFrom(Offer{To: to, Kind: KindTransition, Resume: true}, c, member, role)
		d.Public.Code = code
		for _, tr := range Transitions {
			for _, check := range tr.Checks {
				d.Public.Checks = append(d.Public.Checks, string(check))
			}
		}
		drafts = append(drafts, d)
	}
	if act := actOf(to); act.target() == to {
		request := draftFrom(Offer{Kind: KindRequest, Act: act}, c, member, role)
		if act == ActDiscard {
			request.Public.Code = "spam"
		}
		drafts = append(drafts, request)
		if waits, _, ok := c.Waiting(); ok && waits == act {
			drafts = append(drafts, draftFrom(Offer{Kind: KindApproval}, c, member, role))
		}
	}
	return drafts
}

// checkOffers holds what Offers says to the member against what Next does.
func checkOffers(t *testing.T, c *Case, member string, role Role) {
	t.Helper()
	offers := c.Offers(MemberID(member), role, today)
	for _, to := range States {
		i := slices.IndexFunc(offers, func(o Offer) bool { return o.To == to })
		if i >= 0 && len(offers[i].Missing) == 0 {
			if _, err := c.Next(draftFrom(offers[i], c, member, role)); err != nil {
				t.Fatalf("%s at rev %d, %s %.2s: offer %+v is refused: %v", c.State, c.Rev, role, member, offers[i], err)
			}
			continue
		}
		for _, d := range attempts(c, to, member, role) {
			if _, err := c.Next(d); err == nil {
				t.Fatalf("%s at rev %d, %s %.2s: %s to %s is not offered and accepted", c.State, c.Rev, role, member, d.Kind, to)
			}
		}
	}
}

// randomDraft is an act that somebody could try at any time.
func randomDraft(r *rand.Rand, c *Case) Draft {
	pick := func(n int) bool { return r.IntN(n) == 0 }
	member, role := anna, RoleCoordinator
	if pick(2) {
		member = ben
	}
	if pick(3) {
		role = RoleCaseworker
	}
	if offers := c.Offers(MemberID(member), role, today); len(offers) > 0 && !pick(3) {
		return draftFrom(offers[r.IntN(len(offers))], c, member, role)
	}
	d := Draft{Actor: member, Role: role, Day: today, Op: opNo(c.Rev + 1), Box: sealed, Public: Public{Epoch: 1}}
	switch r.IntN(12) {
	case 0, 1:
		d.Kind, d.Actor, d.Role = KindMessage, ActorResident, ""
	case 2:
		d.Kind, d.Actor, d.Role = KindConsent, ActorResident, ""
		d.Public.Rung, d.Public.Track = RungAnswer, TrackCounselling
	case 3:
		d.Kind, d.Actor, d.Role = KindAttachment, ActorResident, ""
	case 4:
		if !pick(8) {
			break
		}
		d.Kind, d.Actor, d.Role = KindWithdrawal, ActorResident, ""
	case 5:
		d.Kind = KindNote
		if role == RoleCoordinator {
			d.Public.Hold = ptr(pick(3))
		}
	case 6:
		d.Kind, d.Public.Due = KindDeadline, AddDays(today, r.IntN(60))
	case 7:
		d.Kind, d.Public.Year, d.Public.Taxonomy = KindCoding, 2026, 1
	case 8:
		d.Kind, d.Public.Member = KindAssignment, MemberID(member)
	case 9:
		d.Kind = KindCard
	case 10:
		d.Kind, d.Box, d.Public = KindAccess, nil, Public{}
	default:
		d = byTimer(States[r.IntN(len(States))], AddDays(today, r.IntN(400)))
		d.Op = opNo(c.Rev + 1)
	}
	if d.Kind == "" {
		d.Kind = KindAnswer
	}
	return d
}

// TestOffersAreWhatNextAccepts walks cases at random, seeds fixed, and asks at
// each step: all that is offered is accepted, and all else is refused. On the
// way the summary that grows event by event equals the one that is rebuilt.
func TestOffersAreWhatNextAccepts(t *testing.T) {
	states := map[State]int{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		f := newFile(t, everyTrack[seed%2])
		grown, err := Summary{}.Apply(f.events[0])
		if err != nil {
			t.Fatal(err)
		}
		for range 30 {
			c := f.fold()
			if !reflect.DeepEqual(grown, c.Summary) {
				t.Fatalf("seed %d: grown %+v, rebuilt %+v", seed, grown, c.Summary)
			}
			states[c.State]++
			checkOffers(t, c, []string{anna, ben}[r.IntN(2)], []Role{RoleCaseworker, RoleCoordinator, RoleAdmin}[r.IntN(3)])
			e, err := c.Next(randomDraft(r, c))
			if err != nil {
				continue
			}
			f.events = append(f.events, e)
			if grown, err = grown.Apply(e); err != nil {
				t.Fatalf("seed %d: Apply: %v", seed, err)
			}
			if e.State.Final() {
				states[e.State]++
				break
			}
		}
	}
	for _, s := range States {
		if states[s] == 0 && s != StateAnonymised {
			t.Errorf("no walk came to %s", s)
		}
	}
}

// TestOffersOfOneCase pins the offers of a report that just came in.
func TestOffersOfOneCase(t *testing.T) {
	f := newFile(t, TrackReport)
	got := f.fold().Offers(anna, RoleCoordinator, today)
	want := []Offer{
		{To: StateTriage, Kind: KindTransition, Missing: []Guard{GuardAssignment}, Checks: []Check{}, Codes: []string{}},
		{To: StateDiscarded, Kind: KindRequest, Act: ActDiscard, Missing: []Guard{}, Checks: []Check{}, Codes: []string{"spam", "test", "duplicate"}, FourEyes: true},
		{To: StateErased, Kind: KindRequest, Act: ActErase, Missing: []Guard{}, Checks: []Check{}, Codes: []string{}, FourEyes: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("offers\n%+v, want\n%+v", got, want)
	}
	f.asked(anna, ActDiscard)
	c := f.fold()
	approval, instead := want[1], want[2]
	approval.Kind, approval.Codes = KindApproval, []string{}
	if got := c.Offers(ben, RoleCoordinator, today); !reflect.DeepEqual(got[1:], []Offer{approval, instead}) {
		t.Errorf("offers to the second person %+v, want %+v", got[1:], approval)
	}
	approval.Missing = []Guard{GuardApproved}
	if got := c.Offers(anna, RoleCoordinator, today); !reflect.DeepEqual(got[1:], []Offer{approval, instead}) {
		t.Errorf("offers to who asked %+v, want %+v", got[1:], approval)
	}
	for _, role := range []Role{RoleAdmin, ""} {
		if got := c.Offers(anna, role, today); got == nil || len(got) != 0 {
			t.Errorf("offers to role %q: %v, want an empty list", role, got)
		}
	}
}

func TestOffersUnderHold(t *testing.T) {
	f := newFile(t, TrackReport)
	f.next(byMember(KindNote, anna, RoleCoordinator, Public{Hold: ptr(true)}))
	erase := func() Offer {
		for _, o := range f.fold().Offers(ben, RoleCoordinator, today) {
			if o.To == StateErased {
				return o
			}
		}
		return Offer{}
	}
	if o := erase(); o.Kind != KindRequest || !slices.Equal(o.Missing, []Guard{GuardNoHold}) {
		t.Errorf("offer under hold: %+v", o)
	}
	f.next(byResident(KindWithdrawal, Public{}))
	if o := erase(); o.Kind != KindApproval || !slices.Equal(o.Missing, []Guard{GuardNoHold}) {
		t.Errorf("offer of the approval under hold: %+v", o)
	}
}

// full puts notes until the case has n events.
func (f *casefile) full(n int) *casefile {
	f.t.Helper()
	for len(f.events) < n {
		f.did(KindNote, anna)
	}
	return f
}

// TestMaxRev: a case has at most MaxRev events, and the last three are kept for
// what erases it, or a full case could never end.
func TestMaxRev(t *testing.T) {
	note := byMember(KindNote, anna, RoleCaseworker, Public{})
	f := newFile(t, TrackReport).full(MaxRev - 4)
	f.refused(note, nil)
	f.next(note)
	f.refused(note, ErrFull)
	f.refused(byResident(KindMessage, Public{}), ErrFull)
	f.refused(byMember(KindRequest, anna, RoleCoordinator, asks(ActExport)), ErrFull)
	checkOffers(t, f.fold(), ben, RoleCoordinator)
	f.next(byResident(KindWithdrawal, Public{}))
	f.refused(byResident(KindWithdrawal, Public{}), ErrFull)
	f.refused(byMember(KindRequest, ben, RoleCoordinator, asks(ActErase)), ErrFull)
	checkOffers(t, f.fold(), ben, RoleCoordinator)
	f.approved(ben)
	f.refused(byMember(KindApproval, ben, RoleCoordinator, Public{Act: ActErase}), ErrFull)
	f.refused(byTimer(StateTriage, today), ErrFull)
	checkOffers(t, f.fold(), ben, RoleCoordinator)
	f.next(byTimer(StateErased, today))
	if len(f.events) != MaxRev {
		t.Errorf("the case ended with %d events, want %d", len(f.events), MaxRev)
	}
}

// TestResidentsShare: MaxResidentEvents of the resident, the last one kept for a
// withdrawal; members go on.
func TestResidentsShare(t *testing.T) {
	f := newFile(t, TrackReport)
	for range MaxResidentEvents - 2 {
		f.did(KindMessage, ActorResident)
	}
	f.refused(byResident(KindMessage, Public{}), ErrFull)
	f.refused(byResident(KindConsent, Public{}), ErrFull)
	f.refused(byMember(KindAnswer, anna, RoleCaseworker, Public{}), nil)
	f.next(byResident(KindWithdrawal, Public{}))
	f.refused(byResident(KindWithdrawal, Public{}), ErrFull)
	if n := len(f.events); n != MaxResidentEvents {
		t.Errorf("the resident wrote %d events, want %d", n, MaxResidentEvents)
	}
	f.approved(ben)
}

func TestReadOnlyCaseOffersAndTakesNothing(t *testing.T) {
	for name, e := range map[string]Event{
		"kind":    {Kind: "letter", Actor: anna},
		"ledger":  {Kind: KindLogin, Actor: anna},
		"state":   {Kind: KindNote, Actor: anna, State: "archived"},
		"format":  {Kind: KindNote, Actor: anna, V: 2},
		"field":   {Kind: KindNote, Actor: anna, Public: `{"mood":"new"}`},
		"trailer": {Kind: KindNote, Actor: anna, Public: `{"epoch":1} {}`},
	} {
		f := newFile(t, TrackReport)
		e.Day, e.Op = today, opNo(2)
		if e.State == "" {
			e.State = StateReceived
		}
		f.events = append(f.events, Link(testCase, 1, f.head().Hash, e))
		f.did(KindNote, anna)
		c := f.fold()
		if !c.ReadOnly() || c.Rev != 3 || c.Head != f.head().Hash || c.Desk != "city" {
			t.Errorf("unknown %s: read-only %t, rev %d, desk %q", name, c.ReadOnly(), c.Rev, c.Desk)
		}
		if got := c.Offers(anna, RoleCoordinator, today); got == nil || len(got) != 0 {
			t.Errorf("unknown %s: offers %v, want an empty list", name, got)
		}
		f.refused(byMember(KindNote, anna, RoleCaseworker, Public{}), ErrUnknownKind)
		f.refused(byResident(KindMessage, Public{}), ErrUnknownKind)
		f.refused(byTimer(StateErased, today), ErrUnknownKind)

		// A newer program may end such a case as well.
		f.put(Event{Kind: KindTransition, Actor: ActorSystem, State: StateErased}, Public{})
		if _, err := Fold(testCase, f.events); !errors.Is(err, ErrNotFound) {
			t.Errorf("unknown %s, then erased: %v, want %v", name, err, ErrNotFound)
		}
	}
	f := newFile(t, TrackReport)
	if f.fold().ReadOnly() {
		t.Error("a known case is read-only")
	}
}
