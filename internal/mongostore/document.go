package mongostore

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

var errDocument = errors.New("document is damaged")

// identified is a document with an _id of ours.
type identified interface{ id() string }

// bytesDoc is a document of chunks, keys and meta.
type bytesDoc struct {
	ID string `bson:"_id"`
	B  []byte `bson:"b"`
}

func (d bytesDoc) id() string { return d.ID }

// filled makes nil bytes empty ones: BSON would store null.
func filled(b []byte) []byte { return append([]byte{}, b...) }

// sameBytes says whether the stored bytes are these.
func sameBytes(b []byte) func(bson.Raw) bool {
	return func(raw bson.Raw) bool {
		var d bytesDoc
		return bson.Unmarshal(raw, &d) == nil && bytes.Equal(d.B, b)
	}
}

// eventDoc is an event of a case or a line of the ledger (store.md §3).
type eventDoc struct {
	ID     string `bson:"_id"`
	Kind   string `bson:"kind"`
	Actor  string `bson:"actor"`
	Day    string `bson:"day"`
	State  string `bson:"state"`
	Op     []byte `bson:"op"`
	Public string `bson:"public"`
	Box    []byte `bson:"box,omitempty"`
	Prev   []byte `bson:"prev"`
	Hash   []byte `bson:"hash"`
	V      int32  `bson:"v,omitempty"`
}

func (d eventDoc) id() string { return d.ID }

func docOfEvent(e incident.Event) eventDoc {
	return eventDoc{
		ID: string(e.ID), Kind: string(e.Kind), Actor: e.Actor, Day: e.Day, State: string(e.State),
		Op: e.Op[:], Public: e.Public, Box: e.Box, Prev: e.Prev[:], Hash: e.Hash[:], V: int32(e.V), //nolint:gosec // G115: formats are counted from 1
	}
}

func (d eventDoc) event() (incident.Event, error) {
	e := incident.Event{
		ID: incident.EventID(d.ID), V: int(d.V), Kind: incident.Kind(d.Kind), Actor: d.Actor, Day: d.Day,
		State: incident.State(d.State), Public: d.Public, Box: d.Box,
	}
	if copy(e.Op[:], d.Op) != len(d.Op) || copy(e.Prev[:], d.Prev) != len(d.Prev) || copy(e.Hash[:], d.Hash) != len(d.Hash) {
		return e, fmt.Errorf("reading an event: %w", incident.ErrChain)
	}
	return e, nil
}

// sameOp says whether the stored event is of this act.
func sameOp(op incident.Op) func(bson.Raw) bool {
	return func(raw bson.Raw) bool {
		var d eventDoc
		return bson.Unmarshal(raw, &d) == nil && bytes.Equal(d.Op, op[:])
	}
}

// checkEvent refuses what no program of ours makes, before it is stored for ever.
func checkEvent(e incident.Event, inLedger bool) error {
	id, _, err := e.ID.Split()
	if err != nil {
		return fmt.Errorf("storing an event: %w", err)
	}
	switch {
	case (id == incident.LedgerID) != inLedger,
		e.Box != nil && len(e.Box) == 0, len(e.Box) > incident.MaxBox, len(e.Public) > incident.MaxPublic,
		!utf8.ValidString(string(e.Kind) + e.Actor + e.Day + string(e.State) + e.Public):
		return fmt.Errorf("storing an event: %w", errDocument)
	case e.Hash != e.Sum():
		return fmt.Errorf("storing an event: %w", incident.ErrChain)
	}
	return nil
}

// caseDoc is the projection of a case.
type caseDoc struct {
	ID        string `bson:"_id"`
	V         int32  `bson:"v"`
	Rev       int32  `bson:"rev"`
	Epoch     int32  `bson:"epoch"`
	Head      []byte `bson:"head"`
	Desk      string `bson:"desk"`
	Month     string `bson:"month"`
	State     string `bson:"state"`
	Track     string `bson:"track"`
	Assignee  string `bson:"assignee"`
	Open      bool   `bson:"open"`
	Unread    bool   `bson:"unread"`
	Hold      bool   `bson:"hold"`
	Deadline  string `bson:"deadline"`
	Resume    string `bson:"resume"`
	Due       string `bson:"due"`
	Purge     string `bson:"purge"`
	Card      []byte `bson:"card,omitempty"`
	CardOp    []byte `bson:"cardOp"`
	CardEpoch int32  `bson:"cardEpoch"`
	CodingRev int32  `bson:"codingRev"`
	Asked     string `bson:"asked,omitempty"`
	AskedBy   string `bson:"askedBy,omitempty"`
}

func (d caseDoc) id() string { return d.ID }

//nolint:gosec // G115: versions, epochs and revs are far below 2^31
func docOfSummary(s incident.Summary) caseDoc {
	return caseDoc{
		ID: string(s.Case), V: int32(s.V), Rev: int32(s.Rev), Epoch: int32(s.Epoch), Head: s.Head[:], Desk: s.Desk,
		Month: s.Month, State: string(s.State), Track: string(s.Track), Assignee: string(s.Assignee),
		Open: s.Open, Unread: s.Unread, Hold: s.Hold, Deadline: s.Deadline, Resume: s.Resume, Due: s.Due,
		Purge: s.Purge, Card: s.Card, CardOp: s.CardOp[:], CardEpoch: int32(s.CardEpoch), CodingRev: int32(s.CodingRev),
		Asked: string(s.Asked), AskedBy: s.AskedBy,
	}
}

func (d caseDoc) summary() (incident.Summary, error) {
	s := incident.Summary{
		V: int(d.V), Case: incident.CaseID(d.ID), Rev: int(d.Rev), Desk: d.Desk, Epoch: int(d.Epoch), Month: d.Month,
		State: incident.State(d.State), Track: incident.Track(d.Track), Open: d.Open,
		Assignee: incident.MemberID(d.Assignee), Unread: d.Unread, Deadline: d.Deadline, Resume: d.Resume, Due: d.Due,
		Hold: d.Hold, Purge: d.Purge, Card: d.Card, CardEpoch: int(d.CardEpoch), CodingRev: int(d.CodingRev),
		Asked: incident.Act(d.Asked), AskedBy: d.AskedBy,
	}
	if copy(s.Head[:], d.Head) != len(d.Head) || copy(s.CardOp[:], d.CardOp) != len(d.CardOp) {
		return s, fmt.Errorf("reading a projection: %w", errDocument)
	}
	return s, nil
}

// memberDoc is the projection of a member.
type memberDoc struct {
	ID    string   `bson:"_id"`
	V     int32    `bson:"v"`
	Rev   int32    `bson:"rev"`
	Gen   int32    `bson:"gen"`
	Role  string   `bson:"role"`
	Desks []string `bson:"desks"`
	Off   bool     `bson:"off"`
}

func (d memberDoc) id() string { return d.ID }

//nolint:gosec // G115: revs and gens are far below 2^31
func docOfMember(m incident.Member) memberDoc {
	return memberDoc{
		ID: string(m.ID), V: 1, Rev: int32(m.Rev), Gen: int32(m.Gen), Role: string(m.Role),
		Desks: append([]string{}, m.Desks...), Off: m.Off,
	}
}

func (d memberDoc) member() incident.Member {
	if len(d.Desks) == 0 {
		d.Desks = nil
	}
	return incident.Member{
		ID: incident.MemberID(d.ID), Rev: int(d.Rev), Gen: int(d.Gen), Role: incident.Role(d.Role), Desks: d.Desks, Off: d.Off,
	}
}

// uploadDoc is the marker of an attachment that no event names yet.
type uploadDoc struct {
	ID   string `bson:"_id"`
	Hour int64  `bson:"hour"` // since 1970
}

func (d uploadDoc) id() string { return d.ID }

// sessionDoc is a session; its _id is the hash of the session id.
type sessionDoc struct {
	ID     string `bson:"_id"`
	Member string `bson:"member"`
	Gen    int32  `bson:"gen"`
	Until  int64  `bson:"until"`  // seconds since 1970
	Device string `bson:"device"` // coarse: phone, computer, or nothing
}

func (d sessionDoc) id() string { return d.ID }

// onceDoc is a used slot.
type onceDoc struct {
	ID    string `bson:"_id"`
	Until int64  `bson:"until"` // seconds since 1970; may be swept afterwards
}

func (d onceDoc) id() string { return d.ID }
