package storetest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// BoxSize is the length of the sealed box of an ordinary report: the 16 KiB
// bucket for one recipient (store.md §3).
const BoxSize = 18043

const (
	day   = "2026-11-22"
	month = "2026-11"
	hour  = 498_720 // since 1970, on that day
)

// random gives n random bytes; crypto/rand never fails.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func newID() string              { return hex.EncodeToString(random(16)) }
func newCaseID() incident.CaseID { return incident.CaseID(newID()) }
func newOp() incident.Op         { return incident.Op(random(16)) }

// report builds the first event of a case.
func report(t *testing.T, id incident.CaseID, desk string, box []byte, att ...incident.Attachment) incident.Event {
	t.Helper()
	e, err := incident.NewCase(id, newOp(), month, desk, 1, incident.TrackReport, att, box)
	if err != nil {
		t.Fatalf("building a report: %v", err)
	}
	return e
}

// after builds the event that follows head, in the head's state unless e names one.
func after(t *testing.T, head, e incident.Event, p incident.Public) incident.Event {
	t.Helper()
	public, err := p.Encode()
	if err != nil {
		t.Fatalf("building an event: %v", err)
	}
	e.Public = public
	if e.Op == (incident.Op{}) {
		e.Op = newOp()
	}
	if e.Day == "" {
		e.Day = day
	}
	if e.State == "" {
		e.State = head.State
	}
	return incident.Link(head.Case(), head.Rev(), head.Hash, e)
}

// message builds a resident's message after head.
func message(t *testing.T, head incident.Event) incident.Event {
	t.Helper()
	return after(t, head, incident.Event{
		Kind: incident.KindMessage, Actor: incident.ActorResident, Day: month, Box: random(64),
	}, incident.Public{Epoch: 1})
}

// access builds the event of a member opening the case.
func access(t *testing.T, head incident.Event) incident.Event {
	t.Helper()
	return after(t, head, incident.Event{Kind: incident.KindAccess, Actor: newID()}, incident.Public{})
}

// fileOfAllKinds builds a case with an event of every kind that a case can have
// before it ends, and with every public field.
func fileOfAllKinds(t *testing.T, id incident.CaseID) []incident.Event {
	t.Helper()
	yes, member := true, newID()
	att := []incident.Attachment{{ID: newID(), Chunks: 2}}
	events := []incident.Event{report(t, id, "city", random(300), att...)}
	add := func(kind incident.Kind, actor string, state incident.State, box []byte, p incident.Public) {
		d := day
		if actor == incident.ActorResident {
			d = month
		}
		head := events[len(events)-1]
		events = append(events, after(t, head, incident.Event{Kind: kind, Actor: actor, Day: d, State: state, Box: box}, p))
	}
	box := random(200)
	add(incident.KindAccess, member, "", nil, incident.Public{Role: incident.RoleCaseworker})
	add(incident.KindAssignment, member, "", box, incident.Public{Epoch: 1, Member: incident.MemberID(member)})
	add(incident.KindTransition, member, incident.StateTriage, box, incident.Public{Epoch: 1, Code: "none", Checks: []string{"read"}})
	add(incident.KindCard, member, "", random(1052), incident.Public{Epoch: 1})
	add(incident.KindDeadline, member, "", box, incident.Public{Epoch: 1, Due: "2026-12-07"})
	add(incident.KindAnswer, member, "", box, incident.Public{Epoch: 1, Att: att})
	add(incident.KindMessage, incident.ActorResident, "", box, incident.Public{Epoch: 1, Att: att})
	add(incident.KindAttachment, incident.ActorResident, "", box, incident.Public{Epoch: 1, Att: att})
	add(incident.KindConsent, incident.ActorResident, "", box, incident.Public{Epoch: 1, Rung: "2", Text: "t1", Track: incident.TrackCounselling})
	op := events[len(events)-1].Op.String()
	add(incident.KindAnswer, member, "", box, incident.Public{Epoch: 1, Of: op})
	add(incident.KindConsent, member, "", box, incident.Public{Epoch: 1, Rung: "2", Text: "t1", Track: incident.TrackCounselling, Of: op})
	add(incident.KindNote, member, "", box, incident.Public{Epoch: 1, Hold: &yes})
	add(incident.KindCoding, member, "", box, incident.Public{Epoch: 1, Year: 2026, Taxonomy: 1})
	add(incident.KindTransition, member, incident.StatePaused, box, incident.Public{Epoch: 1, Code: "none", Resume: "2026-12-01"})
	add(incident.KindRequest, member, "", box, incident.Public{Epoch: 1, Act: incident.ActDiscard, Code: "spam"})
	add(incident.KindWithdrawal, incident.ActorResident, "", box, incident.Public{Epoch: 1})
	op = events[len(events)-1].Op.String()
	add(incident.KindApproval, newID(), "", box, incident.Public{Epoch: 1, Act: incident.ActErase, Of: op, Rev: len(events), Code: "asked"})
	add(incident.KindTransition, member, incident.StateClosed, box, incident.Public{Epoch: 1, Code: "none"})
	return events
}

// line builds a line of the ledger after the given number of lines.
func line(t *testing.T, lines []incident.Event, kind incident.Kind, l *incident.Line) incident.Event {
	t.Helper()
	var head incident.Hash
	if len(lines) > 0 {
		head = lines[len(lines)-1].Hash
	}
	e, err := incident.NewLine(len(lines), head, kind, incident.ActorSystem, day, newOp(), l)
	if err != nil {
		t.Fatalf("building a ledger line: %v", err)
	}
	return e
}

// appendAll stores the events in order.
func appendAll(t *testing.T, s Store, events ...incident.Event) {
	t.Helper()
	for _, e := range events {
		if err := s.Append(t.Context(), e); err != nil {
			t.Fatalf("appending event %d: %v", e.Rev(), err)
		}
	}
}

// file reads a case that must be there.
func file(t *testing.T, s Store, id incident.CaseID) []incident.Event {
	t.Helper()
	events, err := s.File(t.Context(), id)
	if err != nil {
		t.Fatalf("reading the case: %v", err)
	}
	return events
}

// wantErr fails the test unless err is the wanted error; nil wants none.
func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}
