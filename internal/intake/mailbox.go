package intake

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A Mailbox is what a receipt's holder may know of the case. An unknown receipt
// gets one too, with Found false and nothing in it, so that both answers can
// have one form.
type Mailbox struct {
	Found  bool           `json:"found"`
	State  incident.State `json:"state"`
	Track  incident.Track `json:"track"`
	Month  string         `json:"month"` // of receipt
	Desk   string         `json:"desk"`
	Events []MailboxEvent `json:"events"`
	Head   string         `json:"head"` // op of the newest event that either side wrote to the other
}

// A MailboxEvent is one line of a mailbox. Own reports and messages come without
// their box: a found receipt shows less. An opening of the case comes as role and day.
type MailboxEvent struct {
	Rev  int           `json:"rev"` // place in the mailbox, from 1: the case's own numbers would tell how much is hidden
	Kind incident.Kind `json:"kind"`
	Day  string        `json:"day"` // month for the resident's own
	Op   string        `json:"op"`
	By   string        `json:"by"`             // resident or office, never a member
	Role incident.Role `json:"role,omitempty"` // of who opened the case, on that day; "" if the file does not say
	Box  string        `json:"box,omitempty"`  // standard base64, only what is sealed to the resident
}

// Mailbox gives what the locator opens. It keeps no trace of having been asked.
func (s *Service) Mailbox(ctx context.Context, locator [32]byte) (Mailbox, error) {
	c, err := s.load(ctx, incident.CaseID(seal.CaseIDOf(locator)))
	if errors.Is(err, incident.ErrNotFound) {
		return Mailbox{Events: []MailboxEvent{}}, nil
	}
	if err != nil {
		return Mailbox{}, err
	}
	m := Mailbox{Found: true, State: c.State, Track: c.Track, Month: c.Month, Desk: c.Desk, Events: []MailboxEvent{}}
	for _, e := range c.Events {
		line, ok := mailboxEvent(e)
		if !ok {
			continue
		}
		line.Rev = len(m.Events) + 1
		m.Events = append(m.Events, line)
		if e.InMailbox() {
			m.Head = line.Op
		}
	}
	return m, nil
}

// mailboxEvent gives the resident's view of an event, if there is one. What the
// office wrote for itself is hidden, even its number.
func mailboxEvent(e incident.Event) (MailboxEvent, bool) {
	line := MailboxEvent{Kind: e.Kind, Day: e.Day, Op: e.Op.String(), By: incident.ActorResident}
	if e.ByResident() {
		return line, true
	}
	line.By = incident.ActorOffice
	switch e.Kind {
	case incident.KindAccess:
		// Older files do not say it: then it was somebody of the office.
		if p, err := e.PublicFields(); err == nil {
			line.Role = p.Role
		}
		return line, true
	case incident.KindDeadline, incident.KindAttachment:
		// One for the office alone has one recipient.
		if seal.CheckBox(string(e.Kind), e.Box, 1) == nil {
			return MailboxEvent{}, false
		}
		line.Box = base64.StdEncoding.EncodeToString(e.Box)
		return line, true
	case incident.KindAnswer, incident.KindConsent:
		// Whatever its box is now: what does not open must show as damaged.
		line.Box = base64.StdEncoding.EncodeToString(e.Box)
		return line, true
	case incident.KindReport, incident.KindMessage, incident.KindNote, incident.KindCoding, incident.KindCard,
		incident.KindTransition, incident.KindAssignment, incident.KindRequest, incident.KindApproval,
		incident.KindWithdrawal, incident.KindSite, incident.KindMember, incident.KindKey, incident.KindLogin,
		incident.KindExport, incident.KindErasure, incident.KindEdition, incident.KindSettings,
		incident.KindDrill, incident.KindAlarm, incident.KindRestore, incident.KindCheckpoint:
	}
	return MailboxEvent{}, false
}

// A Letter is one line of a mailbox that was opened without JavaScript.
type Letter struct {
	MailboxEvent
	At      string   // day of writing, from inside the seal
	Text    string   // of an answer
	Lang    string   // of the answer's text
	German  string   // the same in German, where the office wrote both
	Due     string   // safe day of a told deadline
	Act     string   // what to do by then
	Files   []File   // that the office sent with it
	Passed  string   // name of the desk that the text was handed over to
	Code    string   // receipt of the mailbox there; "" if nothing was handed over
	Told    []Told   // all deadlines of such an event, the most pressing first
	Damaged bool     // it did not open: say so, show nothing of it
	Warn    []string // keys: what does not fit, see seal.Sequence
}

// An OpenMailbox is a mailbox whose answers were opened with the receipt.
type OpenMailbox struct {
	Mailbox
	Letters []Letter
}

// letterBody are the fields of bodies that are sealed to the resident.
type letterBody struct {
	Text   string `json:"text"`
	Lang   string `json:"lang"`
	German string `json:"german"`
	Files  []File `json:"files"`
	Passed passed `json:"passed"`
	Told
	More []Told `json:"more"` // the other deadlines, where several run
}

// passed is what an answer says of a hand-over to another desk. The code is sealed
// once more, to the resident alone: the desk that reads the answer must not have it.
type passed struct {
	Name string `json:"name"`
	Code []byte `json:"code"`
}

// kindCode is the kind of the envelope that holds the code.
const kindCode = "handover"

// code opens the receipt of the mailbox at the other desk, if there is one.
func (p passed) code(keys seal.Keys, op string) (string, error) {
	if p.Code == nil {
		return "", nil
	}
	env, err := keys.Open(p.Code, seal.Expect{Case: keys.CaseID(), Kind: kindCode, Op: op})
	if err != nil {
		return "", err
	}
	var body struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal(env.Body, &body); err != nil {
		return "", seal.ErrOpen
	}
	return ReadReceipt(body.Code)
}

// Told is a deadline as the office told it. Without a rule, a member entered it
// by hand; without a safe day, there is none to be told.
type Told struct {
	Due      string `json:"safe_day"`
	Act      string `json:"act"`
	Late     string `json:"late"`
	Rule     string `json:"rule"`
	Label    string `json:"label"`
	Verified string `json:"verified_on"`
	Stale    bool   `json:"stale"`
	Learned  bool   `json:"learned"`
	Outside  bool   `json:"outside"`
	Tariff   bool   `json:"tariff"`
}

// told lists what the event tells.
func (b letterBody) told() []Told {
	var all []Told
	for _, one := range append([]Told{b.Told}, b.More...) {
		if one.Due != "" || one.Outside {
			all = append(all, one)
		}
	}
	return all
}

// OpenMailbox opens the mailbox of a receipt in memory, for a page without
// JavaScript. It does the same work for an unknown receipt as for an empty one.
func (s *Service) OpenMailbox(ctx context.Context, receipt string) (OpenMailbox, error) {
	keys, err := s.keys(receipt)
	if err != nil {
		return OpenMailbox{}, err
	}
	m, err := s.Mailbox(ctx, keys.Locator)
	if err != nil {
		return OpenMailbox{}, err
	}
	open := OpenMailbox{Mailbox: m}
	acts := make([]seal.Act, 0, len(m.Events))
	for _, e := range m.Events {
		letter, seen := openLetter(keys, e)
		open.Letters = append(open.Letters, letter)
		if e.Kind != incident.KindAccess {
			acts = append(acts, seal.Act{Rev: e.Rev, Kind: string(e.Kind), Op: e.Op, Seen: seen})
		}
	}
	open.warn(seal.Sequence(acts))
	return open, nil
}

// openLetter opens one line, if there is something to open.
func openLetter(keys seal.Keys, e MailboxEvent) (letter Letter, seen string) {
	letter = Letter{MailboxEvent: e}
	if e.By == incident.ActorResident || e.Kind == incident.KindAccess {
		return letter, ""
	}
	box, err := base64.StdEncoding.DecodeString(e.Box)
	if err != nil {
		letter.Damaged = true
		return letter, ""
	}
	env, err := keys.Open(box, seal.Expect{Case: keys.CaseID(), Kind: string(e.Kind), Op: e.Op})
	var body letterBody
	if err != nil || json.Unmarshal(env.Body, &body) != nil {
		letter.Damaged = true
		return letter, ""
	}
	code, err := body.Passed.code(keys, e.Op)
	if err != nil {
		letter.Damaged = true
		return letter, ""
	}
	letter.Passed, letter.Code = body.Passed.Name, code
	letter.At, letter.Text, letter.Lang, letter.German = env.At, body.Text, body.Lang, body.German
	letter.Due, letter.Act = body.Due, body.Act
	letter.Files = wellFormed(body.Files)
	if e.Kind == incident.KindDeadline {
		letter.Told = body.told()
	}
	return letter, env.Seen
}

// warn puts each warning at the line it is about.
func (m *OpenMailbox) warn(warnings []seal.Warning) {
	for _, w := range warnings {
		for i := range m.Letters {
			if m.Letters[i].Rev == w.Rev {
				m.Letters[i].Warn = append(m.Letters[i].Warn, w.Reason)
			}
		}
	}
}
