// Package casework is what members may do to cases: open, move, assign, answer,
// note, code, record deadlines and consents, and act under four eyes; and who
// the members are: the set-up of the first, their sealed keys, the office's
// ledger.
//
// It cannot open or seal a box, knows no key and no name, and does not know who
// is asking: the caller hands it a member whose session was checked. The rules
// of the workflow are incident's.
package casework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// A Service is the office's side of the office. All fields are needed.
type Service struct {
	Store  Store
	Files  Files
	Room   Room
	Ledger Ledger
	Keeper Keeper
	Site   string                      // site.id, the first line of the ledger
	Keys   func() []incident.PinnedKey // the operator's pinned keys as they are now
	Desks  func() []incident.Desk      // the configured desks
	// CheckBox says whether a box of the kind looks, from outside, like an age
	// file to so many recipients; seal.CheckBox is the one. This package must
	// not import it: the office's side of the server has no part in sealing.
	CheckBox func(kind string, box []byte, recipients int) error
	Now      func() time.Time // in the office's time zone
	Rand     io.Reader        // crypto/rand outside tests

	founding sync.Mutex   // one set-up at a time, so that two do not mix their keys
	timed    atomic.Value // day on which Timers has looked at every case
	swept    atomic.Value // day on which Sweep has
	glances  glances      // what Changes has read before
}

// A File is a case as a member reads it.
type File struct {
	Case    *incident.Case
	Allowed []incident.Offer
}

// Open reads a case. A case of a desk that the member does not belong to is
// ErrNotFound, exactly like one that does not exist.
func (s *Service) Open(ctx context.Context, m incident.Member, id incident.CaseID) (File, error) {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return File{}, err
	}
	return File{c, c.Offers(m.ID, m.Role, s.today())}, nil
}

// load reads and folds a case of one of the member's desks. A store that does
// not answer is ErrUnavailable: nothing was written yet.
func (s *Service) load(ctx context.Context, m incident.Member, id incident.CaseID) (*incident.Case, error) {
	if !m.Role.Reads() || m.Off {
		return nil, incident.ErrForbidden
	}
	events, err := s.Store.File(ctx, id)
	switch {
	case errors.Is(err, incident.ErrNotFound), errors.Is(err, incident.ErrChain):
		return nil, err
	case err != nil:
		return nil, unavailable("reading a case", err)
	}
	c, err := incident.Fold(id, events)
	if err != nil {
		return nil, err
	}
	if !m.In(c.Desk) {
		return nil, incident.ErrNotFound
	}
	return c, nil
}

// unavailable marks an error of a read: nothing was stored, and it may be tried
// again.
func unavailable(doing string, err error) error {
	return fmt.Errorf("%s: %w: %w", doing, incident.ErrUnavailable, err)
}

func (s *Service) today() string { return incident.DayOf(s.Now()) }

// An Act is what a member wants to add to a case.
type Act struct {
	Rev    int             // number of the newest event that the member saw
	Op     incident.Op     // chosen once for one intended act, kept over retries
	Kind   incident.Kind   // of the event that it becomes
	To     incident.State  // of a transition
	Public incident.Public // fields of the kind; of an approval only Of
	Box    []byte          // nil if there is none
}

// Done is what an act came to.
type Done struct {
	Rev     int // of the act's event
	State   incident.State
	Allowed []incident.Offer
}

// A MoveError is an ErrTransition that says what is allowed instead.
type MoveError struct {
	Allowed []incident.Offer
	cause   error
}

func (e *MoveError) Error() string { return e.cause.Error() }

// Unwrap gives the cause, which is incident.ErrTransition.
func (e *MoveError) Unwrap() error { return e.cause }

// Do adds an act to a case. The same op again is done already and changes
// nothing. An approved erasure is done at once. ErrConflict: the member did not see the newest event, or somebody was
// first in this moment. ErrMember: of an assignment. Otherwise the errors of Open, of incident.Case.Next and
// of Store.Append; an ErrTransition comes as a MoveError.
func (s *Service) Do(ctx context.Context, m incident.Member, id incident.CaseID, a Act) (Done, error) {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return Done{}, err
	}
	if rev, done := c.Has(a.Op); done {
		return s.repeated(c, m, a, rev)
	}
	if a.Rev != c.Rev {
		return Done{}, incident.ErrConflict
	}
	day := s.today()
	e, err := s.next(ctx, c, m, a, day)
	if errors.Is(err, incident.ErrTransition) {
		return Done{}, &MoveError{c.Offers(m.ID, m.Role, day), err}
	}
	if err != nil {
		return Done{}, err
	}
	if err := s.Store.Append(ctx, e); err != nil {
		return Done{}, fmt.Errorf("adding to a case: %w", err)
	}
	s.named(a.Public.Att)
	if a.Kind == incident.KindApproval {
		// The approval stands, whatever becomes of this: what fails is tried again.
		if ended, _ := s.erase(ctx, id, judge{}); ended {
			return Done{e.Rev(), incident.StateErased, []incident.Offer{}}, nil
		}
	}
	after, err := incident.Fold(id, append(slices.Clone(c.Events), e))
	if err != nil {
		return Done{}, err
	}
	return Done{e.Rev(), e.State, after.Offers(m.ID, m.Role, day)}, nil
}

// next builds the event of an act.
func (s *Service) next(ctx context.Context, c *incident.Case, m incident.Member, a Act, day string) (incident.Event, error) {
	if err := s.prepare(ctx, c, &a); err != nil {
		return incident.Event{}, err
	}
	return c.Next(incident.Draft{
		Kind: a.Kind, Actor: string(m.ID), Role: m.Role, Day: day, Op: a.Op, To: a.To, Public: a.Public, Box: a.Box,
	})
}

// repeated answers an act that stands in the case already.
func (s *Service) repeated(c *incident.Case, m incident.Member, a Act, rev int) (Done, error) {
	e := c.Event(rev)
	if e.Actor != string(m.ID) || e.Kind != a.Kind {
		return Done{}, incident.ErrConflict
	}
	return Done{rev, e.State, c.Offers(m.ID, m.Role, s.today())}, nil
}

// prepare checks and completes what incident cannot know: the desk's keys, the
// size of boxes, the members, the request that an approval is about.
func (s *Service) prepare(ctx context.Context, c *incident.Case, a *Act) error {
	if a.Kind == incident.KindApproval {
		if err := completeApproval(c, a); err != nil {
			return err
		}
	}
	if a.Kind == incident.KindAssignment {
		if err := s.checkAssignee(ctx, c, a.Public.Member); err != nil {
			return err
		}
	}
	if err := s.checkUploads(ctx, c.Case, a.Public.Att); err != nil {
		return err
	}
	if a.Box == nil {
		return nil
	}
	if err := s.checkBox(a.Kind, a.Box); err != nil {
		return err
	}
	if a.Public.Epoch < 1 {
		return incident.Faults{{Field: "epoch", Key: "epoch"}}
	}
	return s.checkEpoch(c.Desk, a.Public.Epoch)
}

// completeApproval names what is approved as the request that waits says it. An
// approval of anything else is an ErrTransition.
func completeApproval(c *incident.Case, a *Act) error {
	act, e, ok := c.Waiting()
	if !ok || e.Op.String() != a.Public.Of {
		return fmt.Errorf("approving what nobody asked for: %w", incident.ErrTransition)
	}
	p, err := e.PublicFields()
	if err != nil {
		return err
	}
	a.Public.Act, a.Public.Code, a.Public.Rev = act, p.Code, c.Rev
	return nil
}

// ErrMember says that this member cannot have the case: unknown, of another
// desk, off, or of a role that reads nothing.
var ErrMember = errors.New("member cannot have the case")

// checkAssignee: only a member of the case's desk who reads can have the case.
func (s *Service) checkAssignee(ctx context.Context, c *incident.Case, id incident.MemberID) error {
	if id == "" {
		return nil
	}
	if _, err := incident.ParseMemberID(string(id)); err != nil {
		return incident.Faults{{Field: "member", Key: "member"}}
	}
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	m, ok := members[id]
	if !ok || m.Off || !m.Role.Reads() || !m.In(c.Desk) {
		return ErrMember
	}
	return nil
}
