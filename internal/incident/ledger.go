package incident

import (
	"fmt"
	"slices"
)

// A Line is what a line of the ledger says. Which fields a kind has stands in
// the comments; all others are empty. No line names a resident or a case.
type Line struct {
	Site      string   `json:"site,omitempty"`      // site: the site's id, fixed for ever
	Member    MemberID `json:"member,omitempty"`    // member, settings: who it is about
	Role      Role     `json:"role,omitempty"`      // member
	Desks     []string `json:"desks,omitempty"`     // member: the desks it belongs to
	Off       bool     `json:"off,omitempty"`       // member: left, or locked out
	Logout    bool     `json:"logout,omitempty"`    // member: log out everywhere
	Desk      string   `json:"desk,omitempty"`      // key
	Epoch     int      `json:"epoch,omitempty"`     // key
	Recipient string   `json:"recipient,omitempty"` // key: the public half, to be pinned by the operator
	Month     string   `json:"month,omitempty"`     // erasure
	Reason    string   `json:"reason,omitempty"`    // erasure, drill, alarm, restore, settings, member; edition: all but a release
	Year      int      `json:"year,omitempty"`      // edition
	Edition   string   `json:"edition,omitempty"`   // edition: SHA-256 of the bundle, hex
	Signer    string   `json:"signer,omitempty"`    // edition: the public key that signed it, hex
	Plan      string   `json:"plan,omitempty"`      // edition: SHA-256 of the declared plan, hex
	Cause     string   `json:"cause,omitempty"`     // edition: why another plan was declared
}

// A Member is the projection of the ledger's lines about one member (store.md
// §2). It holds no name.
type Member struct {
	ID    MemberID
	Rev   int      // of the ledger line that it reflects
	Gen   int      // rises with each line that takes rights away; older sessions are over
	Role  Role     // what the member may do
	Desks []string // that the member belongs to
	Off   bool     // no login any more
}

// Apply folds one ledger line onto the member. Lines of another kind or member
// change nothing.
func (m Member) Apply(e Event) (Member, error) {
	p, err := e.PublicFields()
	if err != nil {
		return m, fmt.Errorf("folding ledger line %d: %w", e.Rev(), err)
	}
	if e.Kind != KindMember || p.Line == nil || m.ID != "" && p.Line.Member != m.ID {
		return m, nil
	}
	return m.after(e.Rev(), *p.Line), nil
}

// after gives the member after the line with this number.
func (m Member) after(rev int, l Line) Member {
	next := Member{ID: l.Member, Rev: rev, Gen: m.Gen, Role: l.Role, Desks: l.Desks, Off: l.Off}
	if m.Rev > 0 && (l.Off || l.Logout || takesAway(m, next)) {
		next.Gen++
	}
	return next
}

// takesAway says whether next lacks a right that m has. Only a caseworker who
// becomes coordinator keeps all: the other roles each may what no other may.
func takesAway(m, next Member) bool {
	promoted := m.Role == RoleCaseworker && next.Role == RoleCoordinator
	if m.Role != next.Role && !promoted {
		return true
	}
	for _, d := range m.Desks {
		if !next.In(d) {
			return true
		}
	}
	return false
}

// In says whether the member belongs to the desk.
func (m Member) In(desk string) bool {
	return slices.Contains(m.Desks, desk)
}

// Members folds all lines of the ledger, in order, into its members.
func Members(lines []Event) (map[MemberID]Member, error) {
	members := map[MemberID]Member{}
	for _, e := range lines {
		if e.Kind != KindMember {
			continue
		}
		p, err := e.PublicFields()
		if err != nil {
			return nil, fmt.Errorf("folding ledger line %d: %w", e.Rev(), err)
		}
		if p.Line == nil {
			return nil, fmt.Errorf("folding ledger line %d: %w", e.Rev(), ErrChain)
		}
		members[p.Line.Member] = members[p.Line.Member].after(e.Rev(), *p.Line)
	}
	return members, nil
}

// NewLine builds the next line of the ledger. rev and head are the newest
// line's, 0 and the zero hash if there is none. day is a day; of an erasure only
// the month is written, and no member (store.md §3).
func NewLine(rev int, head Hash, kind Kind, actor, day string, op Op, line *Line) (Event, error) {
	fits := ValidDay(day)
	if kind == KindErasure {
		fits = ValidMonth(day) && actor == ActorOffice
	}
	if !kind.OfLedger() || !fits {
		return Event{}, fmt.Errorf("writing ledger line: %w", errShape)
	}
	e := Event{Kind: kind, Actor: actor, Day: day, Op: op}
	if line != nil {
		public, err := Public{Line: line}.Encode()
		if err != nil {
			return Event{}, fmt.Errorf("writing ledger line: %w", err)
		}
		e.Public = public
	}
	return Link(LedgerID, rev, head, e), nil
}
