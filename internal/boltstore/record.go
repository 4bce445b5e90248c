package boltstore

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/beistand/beistand/internal/incident"
)

// A record is a value of the file: uint32 length, big endian ‖ header as JSON ‖
// sealed bytes, which end with the value (store.md §10). So a header is read
// without its box.

var errRecord = errors.New("record is damaged")

// eventHeader is an event without its id, which is the key, and its box.
type eventHeader struct {
	V      int    `json:"v,omitempty"`
	Kind   string `json:"kind"`
	Actor  string `json:"actor"`
	Day    string `json:"day"`
	State  string `json:"state"`
	Op     string `json:"op"`
	Public string `json:"public"`
	Prev   string `json:"prev"`
	Hash   string `json:"hash"`
}

func encodeEvent(e incident.Event) ([]byte, error) {
	return join(eventHeader{
		V: e.V, Kind: string(e.Kind), Actor: e.Actor, Day: e.Day, State: string(e.State),
		Op: e.Op.String(), Public: e.Public, Prev: e.Prev.String(), Hash: e.Hash.String(),
	}, e.Box)
}

// decodeEvent reads what encodeEvent wrote; the box is copied if withBox, and
// left nil otherwise.
func decodeEvent(id, value []byte, withBox bool) (incident.Event, error) {
	var h eventHeader
	box, err := split(value, &h)
	if err != nil {
		return incident.Event{}, err
	}
	e := incident.Event{
		ID: incident.EventID(id), V: h.V, Kind: incident.Kind(h.Kind), Actor: h.Actor, Day: h.Day,
		State: incident.State(h.State), Public: h.Public,
	}
	if withBox && len(box) > 0 {
		e.Box = append([]byte(nil), box...)
	}
	err = errors.Join(unhex(e.Op[:], h.Op), unhex(e.Prev[:], h.Prev), unhex(e.Hash[:], h.Hash))
	return e, err
}

// checkEvent refuses what no program of ours makes, before it is stored for ever.
func checkEvent(e incident.Event, ledger bool) error {
	id, _, err := e.ID.Split()
	if err != nil {
		return fmt.Errorf("storing an event: %w", err)
	}
	switch {
	case (id == incident.LedgerID) != ledger,
		e.Box != nil && len(e.Box) == 0, len(e.Box) > incident.MaxBox, len(e.Public) > incident.MaxPublic,
		!utf8.ValidString(string(e.Kind) + e.Actor + e.Day + string(e.State) + e.Public):
		return fmt.Errorf("storing an event: %w", errRecord)
	case e.Hash != e.Sum():
		return fmt.Errorf("storing an event: %w", incident.ErrChain)
	}
	return nil
}

// caseHeader is the projection of a case without its id and its card.
type caseHeader struct {
	V         int    `json:"v"`
	Rev       int    `json:"rev"`
	Epoch     int    `json:"epoch"`
	Head      string `json:"head"`
	Desk      string `json:"desk"`
	Month     string `json:"month"`
	State     string `json:"state"`
	Track     string `json:"track"`
	Assignee  string `json:"assignee"`
	Open      bool   `json:"open"`
	Unread    bool   `json:"unread"`
	Hold      bool   `json:"hold"`
	Deadline  string `json:"deadline"`
	Resume    string `json:"resume"`
	Due       string `json:"due"`
	Purge     string `json:"purge"`
	CardOp    string `json:"cardOp"`
	CardEpoch int    `json:"cardEpoch"`
	CodingRev int    `json:"codingRev"`
	Asked     string `json:"asked,omitempty"`
	AskedBy   string `json:"askedBy,omitempty"`
}

func encodeSummary(s incident.Summary) ([]byte, error) {
	return join(caseHeader{
		V: s.V, Rev: s.Rev, Epoch: s.Epoch, Head: s.Head.String(), Desk: s.Desk, Month: s.Month,
		State: string(s.State), Track: string(s.Track), Assignee: string(s.Assignee),
		Open: s.Open, Unread: s.Unread, Hold: s.Hold, Deadline: s.Deadline, Resume: s.Resume,
		Due: s.Due, Purge: s.Purge, CardOp: s.CardOp.String(), CardEpoch: s.CardEpoch, CodingRev: s.CodingRev,
		Asked: string(s.Asked), AskedBy: s.AskedBy,
	}, s.Card)
}

func decodeSummary(id, value []byte) (incident.Summary, error) {
	var h caseHeader
	card, err := split(value, &h)
	if err != nil {
		return incident.Summary{}, err
	}
	s := incident.Summary{
		V: h.V, Case: incident.CaseID(id), Rev: h.Rev, Desk: h.Desk, Epoch: h.Epoch, Month: h.Month,
		State: incident.State(h.State), Track: incident.Track(h.Track), Open: h.Open,
		Assignee: incident.MemberID(h.Assignee), Unread: h.Unread, Deadline: h.Deadline, Resume: h.Resume,
		Due: h.Due, Hold: h.Hold, Purge: h.Purge, CardEpoch: h.CardEpoch, CodingRev: h.CodingRev,
		Asked: incident.Act(h.Asked), AskedBy: h.AskedBy,
	}
	if len(card) > 0 {
		s.Card = append([]byte(nil), card...)
	}
	err = errors.Join(unhex(s.Head[:], h.Head), unhex(s.CardOp[:], h.CardOp))
	return s, err
}

// memberHeader is the projection of a member without its id.
type memberHeader struct {
	V     int      `json:"v"`
	Rev   int      `json:"rev"`
	Gen   int      `json:"gen"`
	Role  string   `json:"role"`
	Desks []string `json:"desks"`
	Off   bool     `json:"off"`
}

func encodeMember(m incident.Member) ([]byte, error) {
	return join(memberHeader{
		V: 1, Rev: m.Rev, Gen: m.Gen, Role: string(m.Role), Desks: append([]string{}, m.Desks...), Off: m.Off,
	}, nil)
}

func decodeMember(id, value []byte) (incident.Member, error) {
	var h memberHeader
	if _, err := split(value, &h); err != nil {
		return incident.Member{}, err
	}
	if len(h.Desks) == 0 {
		h.Desks = nil
	}
	return incident.Member{
		ID: incident.MemberID(id), Rev: h.Rev, Gen: h.Gen, Role: incident.Role(h.Role), Desks: h.Desks, Off: h.Off,
	}, nil
}

// join builds a record.
func join(header any, box []byte) ([]byte, error) {
	head, err := json.Marshal(header)
	if err != nil {
		return nil, fmt.Errorf("writing a record: %w", err)
	}
	value := make([]byte, 0, 4+len(head)+len(box))
	value = binary.BigEndian.AppendUint32(value, uint32(len(head))) //nolint:gosec // G115: a header is below 32 KiB
	value = append(value, head...)
	return append(value, box...), nil
}

// split reads a record's header and gives the bytes behind it, which belong to
// the file and must be copied.
func split(value []byte, header any) ([]byte, error) {
	if len(value) < 4 {
		return nil, fmt.Errorf("reading a record: %w", errRecord)
	}
	n := uint64(binary.BigEndian.Uint32(value))
	if n > uint64(len(value)-4) { //nolint:gosec // G115: a length, checked above
		return nil, fmt.Errorf("reading a record: %w", errRecord)
	}
	if err := json.Unmarshal(value[4:4+n], header); err != nil {
		return nil, fmt.Errorf("reading a record: %w", errRecord)
	}
	return value[4+n:], nil
}

func unhex(to []byte, s string) error {
	if len(s) != 2*len(to) {
		return fmt.Errorf("reading a record: %w", errRecord)
	}
	if _, err := hex.Decode(to, []byte(s)); err != nil {
		return fmt.Errorf("reading a record: %w", errRecord)
	}
	return nil
}
