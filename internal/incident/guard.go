package incident

import (
	"fmt"
	"slices"
)

// Days of the timers of domain.md §6.
const (
	silentShort  = 30
	silentLong   = 90
	reopenMonths = 12
)

// An Offer tells the console one way on from where a case stands.
type Offer struct {
	To       State    `json:"to"`
	Kind     Kind     `json:"kind"`                // of the event that makes the move, or asks for it
	Act      Act      `json:"act,omitempty"`       // of a request or approval
	Missing  []Guard  `json:"missing"`             // what the server still wants; empty: allowed now
	Checks   []Check  `json:"checks"`              // what the browser must check and name
	Codes    []string `json:"codes"`               // reason codes, one of which the move must name
	Resume   bool     `json:"resume,omitempty"`    // the move must name a day of return
	FourEyes bool     `json:"four_eyes,omitempty"` // a second person must approve
}

// Offers lists the ways that the member has from here, allowed or not, each with
// what is missing. today is the office's day.
func (c *Case) Offers(member MemberID, role Role, today string) []Offer {
	offers := []Offer{}
	if c.readOnly {
		return offers
	}
	for _, t := range Transitions {
		if t.From != c.State || !slices.Contains(t.Tracks, c.Track) {
			continue
		}
		o, ok := c.offer(t, string(member), role, today)
		if ok && !c.full(Draft{Kind: o.Kind, To: o.To, Public: Public{Act: o.Act}}) {
			offers = append(offers, o)
		}
	}
	return offers
}

// offer makes the offer of one row for the member, if the row is one.
func (c *Case) offer(t Transition, member string, role Role, today string) (Offer, bool) {
	if !t.By(role.Mover()) || t.Kinds[0] == KindConsent {
		return Offer{}, false
	}
	d := Draft{Kind: KindTransition, Actor: member, Role: role, Day: today, To: t.To}
	o := Offer{
		To: t.To, Kind: KindTransition, Checks: orEmpty(t.Checks), Codes: orEmpty(t.Codes),
		Resume: slices.Contains(t.Guards, GuardResumeDay), FourEyes: t.FourEyes, Missing: []Guard{},
	}
	if t.FourEyes {
		return c.offerFourEyes(o, t, member, role)
	}
	for _, g := range t.Guards {
		if g != GuardReason && g != GuardResumeDay && !c.holds(g, d) {
			o.Missing = append(o.Missing, g)
		}
	}
	return o, true
}

// offerFourEyes offers the request, or the approval of what somebody else asked.
func (c *Case) offerFourEyes(o Offer, t Transition, member string, role Role) (Offer, bool) {
	o.Act = actOf(t.To)
	if c.approved != nil {
		return Offer{}, false
	}
	o.Kind = KindRequest
	if c.asked != nil && c.asked.act != o.Act && !c.replaces(member, role) {
		return Offer{}, false
	}
	if c.asked != nil && c.asked.act == o.Act {
		o.Kind = KindApproval
		o.Codes = []string{}
		if c.asked.by == member {
			o.Missing = append(o.Missing, GuardApproved)
		}
	}
	if t.To == StateErased && c.Hold {
		o.Missing = append(o.Missing, GuardNoHold)
	}
	return o, true
}

func actOf(to State) Act {
	if to == StateDiscarded {
		return ActDiscard
	}
	return ActErase
}

// target is the state that the act leads to; an export leads to none.
func (a Act) target() State {
	switch a {
	case ActDiscard:
		return StateDiscarded
	case ActErase:
		return StateErased
	case ActExport:
	}
	return ""
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// checkMove checks a transition by a member or a timer and gives the new state.
func (c *Case) checkMove(d Draft) (State, error) {
	t, ok := c.find(d.To)
	who := d.Role.Mover()
	if d.Actor == ActorSystem {
		who = WhoSystem
	}
	if !ok || !slices.Contains(t.Kinds, KindTransition) {
		return "", fmt.Errorf("moving from %s to %s: %w", c.State, d.To, ErrTransition)
	}
	if !t.By(who) || t.FourEyes && who != WhoSystem {
		return "", ErrForbidden
	}
	guards := t.Guards
	if who == WhoSystem {
		guards = slices.Concat(guards, t.System)
	}
	for _, g := range guards {
		if !c.holds(g, d) {
			return "", fmt.Errorf("moving from %s to %s without %s: %w", c.State, d.To, g, ErrTransition)
		}
	}
	if who != WhoSystem {
		for _, check := range t.Checks {
			if !slices.Contains(d.Public.Checks, string(check)) {
				return "", fmt.Errorf("moving from %s to %s without %s: %w", c.State, d.To, check, ErrTransition)
			}
		}
	}
	return d.To, nil
}

// holds says whether the guard is satisfied for the draft.
func (c *Case) holds(g Guard, d Draft) bool {
	switch g {
	case GuardAssignment:
		return c.Assignee != ""
	case GuardCoding:
		return c.last[KindCoding] > 0
	case GuardAnswer:
		return c.last[KindAnswer] > 0
	case GuardAnswerNewer:
		return c.last[KindAnswer] > c.resident
	case GuardConsent:
		return c.last[KindConsent] > 0
	case GuardDeadline:
		return c.last[KindDeadline] > 0
	case GuardWroteAgain:
		return c.resident > c.since
	case GuardReason:
		t, ok := c.find(d.To)
		return ok && slices.Contains(t.Codes, d.Public.Code)
	case GuardResumeDay:
		return ValidDay(d.Public.Resume) && d.Public.Resume > d.Day
	case GuardApproved:
		return c.approved != nil
	case GuardNoHold:
		return !c.Hold
	case GuardSilent30, GuardSilent90, GuardResumeCome, GuardWithin30, GuardWithin12, GuardRetention:
		return c.inTime(g, d.Day)
	case GuardEdition:
		return d.Frozen
	}
	return false
}

// inTime answers the guards that ask for the day.
func (c *Case) inTime(g Guard, today string) bool {
	since := c.Event(c.since).Day
	switch g { //nolint:exhaustive // only the guards that holds passes on
	case GuardSilent30:
		return today >= AddDays(lastOf(since), silentShort)
	case GuardSilent90:
		return today >= AddDays(lastOf(c.Event(c.resident).Day), silentLong)
	case GuardResumeCome:
		return c.Resume != "" && today >= c.Resume
	case GuardWithin30:
		return today <= AddDays(since, DiscardDays)
	case GuardWithin12:
		return today <= anniversary(since, reopenMonths)
	case GuardRetention:
		if c.State == StateDiscarded {
			return today > AddDays(since, DiscardDays)
		}
		return c.Purge != "" && today[:len(monthLayout)] >= c.Purge
	}
	return false
}

// replaces says whether the member may ask for something else in place of what
// waits, or a request that nobody answers would block every other for good: who
// asked may, and a coordinator. A resident's withdrawal gives way to nothing.
func (c *Case) replaces(member string, role Role) bool {
	return c.asked.by != ActorResident && (c.asked.by == member || role == RoleCoordinator)
}

// checkRequest checks that somebody may ask for a second person's yes.
func (c *Case) checkRequest(d Draft) error {
	p := d.Public
	if c.asked != nil && (c.asked.act == p.Act || !c.replaces(d.Actor, d.Role)) || p.Of != "" || p.Rev != 0 {
		return fmt.Errorf("asking for %s: %w", p.Act, ErrTransition)
	}
	if p.Act == ActExport {
		return nil
	}
	t, ok := c.find(p.Act.target())
	if !ok || !t.FourEyes || c.approved != nil || p.Act == ActDiscard && !slices.Contains(t.Codes, p.Code) {
		return fmt.Errorf("asking for %s: %w", p.Act, ErrTransition)
	}
	if !t.By(d.Role.Mover()) {
		return ErrForbidden
	}
	if p.Act == ActErase && c.Hold {
		return fmt.Errorf("asking for %s: %w", p.Act, ErrTransition)
	}
	return nil
}

// checkApproval checks the second person's yes: a coordinator, never the one who
// asked, for the very request and the very state of the case that were read.
func (c *Case) checkApproval(d Draft) (State, error) {
	p := d.Public
	if d.Role != RoleCoordinator || c.asked != nil && c.asked.by == d.Actor {
		return "", ErrForbidden
	}
	if c.asked == nil || p.Act != c.asked.act || p.Of != c.asked.op.String() || p.Code != c.asked.code {
		return "", fmt.Errorf("approving %s: %w", p.Act, ErrTransition)
	}
	if p.Rev != c.Rev {
		return "", ErrConflict
	}
	if p.Act == ActExport {
		return c.State, nil
	}
	t, ok := c.find(p.Act.target())
	if !ok || !t.FourEyes || p.Act == ActErase && c.Hold {
		return "", fmt.Errorf("approving %s: %w", p.Act, ErrTransition)
	}
	if p.Act == ActDiscard {
		return StateDiscarded, nil
	}
	return c.State, nil
}
