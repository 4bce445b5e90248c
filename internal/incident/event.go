package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Kind says what an event is.
type Kind string

// The kinds of events of a case (docs/architecture.md, A case is its events).
const (
	KindReport     Kind = "report"     // a resident tells; the first event of every case
	KindMessage    Kind = "message"    // the resident writes again
	KindAnswer     Kind = "answer"     // the office answers the resident
	KindNote       Kind = "note"       // members write for members; a coordinator's may hold erasure
	KindCoding     Kind = "coding"     // the office's codes; the newest counts
	KindCard       Kind = "card"       // what the inbox shows, sealed under the card index
	KindAttachment Kind = "attachment" // a file that comes later
	KindTransition Kind = "transition" // the case moves to another state
	KindAssignment Kind = "assignment" // a member takes or is given the case
	KindDeadline   Kind = "deadline"   // a legal deadline, or that none was found
	KindConsent    Kind = "consent"    // what the resident allows
	KindRequest    Kind = "request"    // a member asks for an act that needs four eyes
	KindApproval   Kind = "approval"   // a coordinator approves a request or a withdrawal
	KindAccess     Kind = "access"     // a member opened the case
	KindWithdrawal Kind = "withdrawal" // the resident wants everything erased
)

// The kinds of lines of the ledger (store.md §3).
const (
	KindSite       Kind = "site"       // first line: the site's id
	KindMember     Kind = "member"     // a member joined, changed or left
	KindKey        Kind = "key"        // an office key was made
	KindLogin      Kind = "login"      // a member logged in on that day
	KindExport     Kind = "export"     // a case left the house
	KindErasure    Kind = "erasure"    // a case was erased: month and reason only
	KindEdition    Kind = "edition"    // statistics were released
	KindSettings   Kind = "settings"   // a setting that others rely on changed
	KindDrill      Kind = "drill"      // the recovery sheet was tried
	KindAlarm      Kind = "alarm"      // a browser found a key that is not what it should be
	KindRestore    Kind = "restore"    // the store was restored from a backup
	KindCheckpoint Kind = "checkpoint" // older lines were cut off here
)

// Actors that are no member.
const (
	ActorResident = "resident"
	ActorSystem   = "system"
	ActorOffice   = "office" // of an erasure line: no member is named there
)

// MaxPublic and MaxBox are the limits of an event in bytes.
const (
	MaxPublic = 16 << 10
	MaxBox    = 1 << 20
)

// OfCase says whether events of this kind stand in a case.
func (k Kind) OfCase() bool {
	switch k {
	case KindReport, KindMessage, KindAnswer, KindNote, KindCoding, KindCard, KindAttachment,
		KindTransition, KindAssignment, KindDeadline, KindConsent, KindRequest, KindApproval,
		KindAccess, KindWithdrawal:
		return true
	case KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
		KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint:
		return false
	}
	return false
}

// OfLedger says whether lines of this kind stand in the ledger.
func (k Kind) OfLedger() bool {
	switch k {
	case KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
		KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint:
		return true
	case KindReport, KindMessage, KindAnswer, KindNote, KindCoding, KindCard, KindAttachment,
		KindTransition, KindAssignment, KindDeadline, KindConsent, KindRequest, KindApproval,
		KindAccess, KindWithdrawal:
		return false
	}
	return false
}

// An Event is one entry of a case file, or one line of the ledger. Inserting it
// under its id is the commit; it is never changed afterwards (store.md §3).
type Event struct {
	ID     EventID
	V      int    // format; 0 stands for 1
	Kind   Kind   // what was done
	Actor  string // ActorResident, ActorSystem or a member id
	Day    string // month "2026-11" for residents and erasure lines, else day "2026-11-22"
	State  State  // of the case after this event; "" in the ledger
	Op     Op     // of the act; a case holds each once
	Public string // JSON of Public, serialised once; "" if there is none
	Box    []byte // sealed bytes; nil if there are none
	Prev   Hash   // hash of the event before; zero at rev 1
	Hash   Hash   // see Sum
}

// An Attachment names a file of an event and how many chunks it has.
type Attachment struct {
	ID     string `json:"id"`
	Chunks int    `json:"chunks"`
}

// Public is the little that the server must act on, beside the sealed box. Which
// fields a kind may have stands in store.md §3; a test holds this struct to it.
// Nothing here may tell what a report says.
type Public struct {
	Epoch    int          `json:"epoch,omitempty"`    // of the key that the box is sealed to
	Desk     string       `json:"desk,omitempty"`     // report
	From     string       `json:"from,omitempty"`     // report: the desk that handed it over; "" for the resident's own
	Track    Track        `json:"track,omitempty"`    // report, consent
	Att      []Attachment `json:"att,omitempty"`      // report, message, answer, attachment
	Rung     string       `json:"rung,omitempty"`     // consent
	Text     string       `json:"text,omitempty"`     // consent: id and version of the text agreed to
	Due      string       `json:"due,omitempty"`      // deadline: the Monday of its week
	Hold     *bool        `json:"hold,omitempty"`     // note
	Year     int          `json:"year,omitempty"`     // coding
	Taxonomy int          `json:"taxonomy,omitempty"` // coding: version of the codes
	Code     string       `json:"code,omitempty"`     // transition, request, approval: reason code
	Resume   string       `json:"resume,omitempty"`   // transition to paused: day of return
	Checks   []string     `json:"checks,omitempty"`   // transition: names of the browser's checks
	Member   MemberID     `json:"member,omitempty"`   // assignment; "" takes it away
	Role     Role         `json:"role,omitempty"`     // access: of the member on that day; "" in older files
	Act      Act          `json:"act,omitempty"`      // request, approval
	Of       string       `json:"of,omitempty"`       // approval: op of the request or withdrawal; answer that hands over, consent that takes back: op of the consent
	Rev      int          `json:"rev,omitempty"`      // approval: rev of the case that is approved
	Line     *Line        `json:"line,omitempty"`     // ledger only
}

// Encode serialises p as it is stored and hashed; the zero value gives "".
func (p Public) Encode() (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		return "", fmt.Errorf("writing public fields: %w", err)
	}
	s := b.String()[:b.Len()-1]
	if s == "{}" {
		return "", nil
	}
	if len(s) > MaxPublic {
		return "", fmt.Errorf("writing public fields: %w", errShape)
	}
	return s, nil
}

// PublicFields reads what Encode wrote. An unknown field is an error: a newer
// program wrote it, and this one must not act on half of it.
func (e Event) PublicFields() (Public, error) {
	var p Public
	if e.Public == "" {
		return p, nil
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(e.Public)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil || dec.InputOffset() != int64(len(e.Public)) {
		return Public{}, fmt.Errorf("reading public fields: %w", ErrUnknownKind)
	}
	return p, nil
}

// Rev gives the event's number in its case, or 0 if the id is malformed.
func (e Event) Rev() int {
	_, rev, err := e.ID.Split()
	if err != nil {
		return 0
	}
	return rev
}

// Case gives the case that the event belongs to, or "" if the id is malformed.
func (e Event) Case() CaseID {
	id, _, err := e.ID.Split()
	if err != nil {
		return ""
	}
	return id
}

// ByResident says whether the resident wrote the event.
func (e Event) ByResident() bool { return e.Actor == ActorResident }
