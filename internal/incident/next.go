package incident

import (
	"fmt"
	"reflect"
	"slices"
)

// A Draft is an act that somebody wants to add to a case: what Next needs to
// build the next event.
type Draft struct {
	Kind   Kind
	Actor  string // ActorResident, ActorSystem or the member's id
	Role   Role   // of the member; "" for the other two
	Day    string // today; residents' events keep the month of it only
	Op     Op     // of the act
	To     State  // of a transition
	Public Public // fields of the kind
	Box    []byte // nil if the kind has none
	Frozen bool   // the statistics of the year of receipt are released, or waived
}

// kindRule says who writes events of a kind, whether a box must, may or must
// not be there, and which public fields they have (store.md §3, protocol.md §6).
type kindRule struct {
	resident, member, system bool
	box                      boxRule
	fields                   []string
}

type boxRule int

const (
	boxNever boxRule = iota
	boxMaybe
	boxAlways
)

func rule(k Kind) (kindRule, bool) {
	switch k {
	case KindReport:
		return kindRule{resident: true, box: boxAlways, fields: []string{"Epoch", "Desk", "From", "Track", "Att"}}, true
	case KindMessage:
		return kindRule{resident: true, box: boxAlways, fields: []string{"Epoch", "Att"}}, true
	case KindAnswer:
		return kindRule{member: true, box: boxAlways, fields: []string{"Epoch", "Att", "Of"}}, true
	case KindAttachment:
		return kindRule{resident: true, member: true, box: boxAlways, fields: []string{"Epoch", "Att"}}, true
	case KindNote:
		return kindRule{member: true, box: boxAlways, fields: []string{"Epoch", "Hold"}}, true
	case KindCoding:
		return kindRule{member: true, box: boxAlways, fields: []string{"Epoch", "Year", "Taxonomy"}}, true
	case KindCard:
		return kindRule{member: true, box: boxAlways, fields: []string{"Epoch"}}, true
	case KindTransition:
		return kindRule{member: true, system: true, box: boxMaybe, fields: []string{"Epoch", "Code", "Resume", "Checks"}}, true
	case KindAssignment:
		return kindRule{member: true, box: boxMaybe, fields: []string{"Epoch", "Member"}}, true
	case KindDeadline:
		return kindRule{member: true, box: boxAlways, fields: []string{"Epoch", "Due"}}, true
	case KindConsent:
		return kindRule{resident: true, member: true, box: boxAlways, fields: []string{"Epoch", "Rung", "Text", "Track", "Of"}}, true
	case KindRequest, KindApproval:
		return kindRule{member: true, box: boxMaybe, fields: []string{"Epoch", "Act", "Of", "Rev", "Code"}}, true
	case KindAccess:
		return kindRule{member: true, box: boxNever, fields: []string{"Role"}}, true
	case KindWithdrawal:
		return kindRule{resident: true, box: boxAlways, fields: []string{"Epoch"}}, true
	case KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
		KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint:
	}
	return kindRule{}, false
}

// Next builds the event that d adds to the case. It fails with ErrTransition if
// the case may not move like this now, ErrForbidden if this actor may not do it,
// ErrFull, ErrUnknownKind for a read-only case, and Faults if fields are
// malformed. Whether the caller belongs to the case's desk is the caller's to
// check.
func (c *Case) Next(d Draft) (Event, error) {
	switch {
	case c.readOnly:
		return Event{}, ErrUnknownKind
	case c.full(d):
		return Event{}, ErrFull
	}
	if err := d.check(); err != nil {
		return Event{}, err
	}
	if d.Kind == KindAccess {
		d.Public.Role = d.Role // what the resident is told later is who it was then
	}
	if d.Kind == KindDeadline && d.Public.Due != "" {
		d.Public.Due = Monday(d.Public.Due)
	}
	state, err := c.stateAfter(d)
	if err != nil {
		return Event{}, err
	}
	public, err := d.Public.Encode()
	if err != nil {
		return Event{}, err
	}
	day := d.Day
	if d.Actor == ActorResident {
		day = day[:len(monthLayout)]
	}
	return Link(c.Case, c.Rev, c.Head, Event{
		Kind: d.Kind, Actor: d.Actor, Day: day, State: state, Op: d.Op, Public: public, Box: d.Box,
	}), nil
}

// full says whether the case has no place left for the draft. The last places
// are kept for what erases it: a full case could never end otherwise, and nobody
// may lose the right to withdraw by having written much.
func (c *Case) full(d Draft) bool {
	kept, keptForResident := 3, 1
	switch {
	case d.Kind == KindTransition && d.To.Final():
		kept = 0
	case d.Kind == KindApproval && d.Public.Act != ActExport:
		kept = 1
	case d.Kind == KindRequest && d.Public.Act != ActExport, d.Kind == KindWithdrawal:
		kept, keptForResident = 2, 0
	}
	return c.Rev >= MaxRev-kept || d.Actor == ActorResident && c.residual >= MaxResidentEvents-keptForResident
}

// check holds the draft against the rule of its kind.
func (d Draft) check() error {
	r, ok := rule(d.Kind)
	if !ok || d.Kind == KindReport {
		return fmt.Errorf("adding to a case: %w", errShape)
	}
	if !r.allows(d) {
		return ErrForbidden
	}
	var faults Faults
	if d.Box == nil && r.box == boxAlways || d.Box != nil && r.box == boxNever || !boxFits(d.Box) {
		faults = append(faults, FieldError{"box", "box"})
	}
	if d.Public.Epoch < 0 || (d.Box != nil) != (d.Public.Epoch > 0) {
		faults = append(faults, FieldError{"epoch", "epoch"})
	}
	faults = append(faults, d.Public.extra(r.fields)...)
	if !ValidDay(d.Day) {
		faults = append(faults, FieldError{"day", "day"})
	}
	return append(faults, d.checkFields()...).Err()
}

// allows says whether the draft's actor writes events of this kind.
func (r kindRule) allows(d Draft) bool {
	switch d.Actor {
	case ActorResident:
		return r.resident
	case ActorSystem:
		return r.system
	}
	return r.member && d.Role.Reads()
}

// checkFields checks the values of the public fields. Those that are words come
// from a list, or look like a code: they stand in clear, and a free text there
// could say anything.
func (d Draft) checkFields() Faults {
	var faults Faults
	p := d.Public
	fault := func(field string, bad bool) {
		if bad {
			faults = append(faults, FieldError{field, field})
		}
	}
	fault("due", p.Due != "" && !ValidDay(p.Due))
	fault("resume", p.Resume != "" && (!ValidDay(p.Resume) || p.Resume <= d.Day))
	fault("track", p.Track != "" && !p.Track.Valid())
	fault("rung", p.Rung != "" && !slices.Contains(Rungs, p.Rung))
	fault("text", p.Text != "" && !textIDShape.MatchString(p.Text))
	fault("code", p.Code != "" && !codeShape.MatchString(p.Code))
	fault("checks", slices.ContainsFunc(p.Checks, func(name string) bool {
		return !slices.ContainsFunc(Transitions, func(t Transition) bool { return slices.Contains(t.Checks, Check(name)) })
	}))
	fault("year", d.Kind == KindCoding && (p.Year < 2000 || p.Year > 9999))
	fault("taxonomy", d.Kind == KindCoding && p.Taxonomy < 1)
	fault("act", d.isFourEyes() && p.Act != ActDiscard && p.Act != ActErase && p.Act != ActExport)
	if d.Kind == KindAssignment && p.Member != "" {
		_, err := ParseMemberID(string(p.Member))
		fault("member", err != nil)
	}
	fault("att", !attachmentsFit(p.Att))
	return faults
}

func (d Draft) isFourEyes() bool { return d.Kind == KindRequest || d.Kind == KindApproval }

// extra names the fields that are set and do not belong to the kind.
func (p Public) extra(allowed []string) Faults {
	var faults Faults
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !v.Field(i).IsZero() && !slices.Contains(allowed, name) {
			faults = append(faults, FieldError{"public", name})
		}
	}
	return faults
}

// stateAfter gives the state that the case is in after the draft, or why not.
func (c *Case) stateAfter(d Draft) (State, error) {
	switch d.Kind {
	case KindTransition:
		return c.checkMove(d)
	case KindMessage:
		return c.afterMessage(), nil
	case KindConsent:
		return c.afterConsent(d)
	case KindRequest:
		return c.State, c.checkRequest(d)
	case KindApproval:
		return c.checkApproval(d)
	case KindAssignment:
		return c.State, c.checkAssignment(d)
	case KindNote:
		if d.Public.Hold != nil && d.Role != RoleCoordinator {
			return "", ErrForbidden
		}
		return c.State, nil
	case KindAnswer:
		if d.Public.Of == "" {
			return c.State, nil
		}
		return c.State, c.mayHandOver(d.Public.Of)
	case KindReport, KindCoding, KindCard, KindAttachment, KindDeadline, KindAccess, KindWithdrawal:
		return c.State, nil
	case KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
		KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint:
	}
	return "", fmt.Errorf("adding to a case: %w", errShape)
}

// afterMessage is the state after the resident wrote: a question is answered, a
// pause ends, a documented report is looked at again.
func (c *Case) afterMessage() State {
	switch c.State {
	case StateQueryOpen, StateDocumented:
		return StateTriage
	case StatePaused:
		return StateCounselling
	case StateReceived, StateTriage, StateCounselling, StateIntervention, StateReferred,
		StateClosed, StateDiscarded, StateAnonymised, StateErased:
	}
	return c.State
}

// afterConsent is the state after a consent. Only the resident makes a report
// into counselling, and nothing makes it a report again. A documented report
// whose sender now wants advice goes back to triage, or it would be stuck.
func (c *Case) afterConsent(d Draft) (State, error) {
	if of := d.Public.Of; of != "" && (d.Actor == ActorResident || c.consent(of) == 0) {
		return "", Faults{{"of", "of"}}
	}
	raises := d.Public.Track == TrackCounselling && c.Track == TrackReport
	if raises && d.Actor != ActorResident {
		return "", ErrForbidden
	}
	if raises && c.State == StateDocumented {
		return StateTriage, nil
	}
	return c.State, nil
}

// checkAssignment: a coordinator gives a case to anybody; a caseworker takes one
// that nobody has, and hands over or gives back one's own.
func (c *Case) checkAssignment(d Draft) error {
	mine := string(c.Assignee) == d.Actor
	takes := c.Assignee == "" && string(d.Public.Member) == d.Actor
	if d.Role != RoleCoordinator && !mine && !takes {
		return ErrForbidden
	}
	return nil
}
