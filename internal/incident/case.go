package incident

import (
	"fmt"
	"slices"
)

// A Case is its events, folded. It is a value of one moment: to change a case,
// build the next event with Next and append it; who was first wins.
type Case struct {
	Summary
	Events []Event // rev 1 first, chain checked

	ops      map[Op]int   // rev by op
	last     map[Kind]int // rev of the newest event of a kind
	since    int          // rev of the event that brought the case to its state
	resident int          // rev of the resident's newest event
	residual int          // number of the resident's events
	asked    *asked       // an unanswered request or withdrawal
	approved *asked       // an erasure that was approved and is still to be done
	readOnly bool         // a newer program wrote an event
}

// asked is a request or withdrawal that waits for a second person.
type asked struct {
	op   Op
	rev  int
	act  Act
	by   string
	code string
}

// Fold checks the chain and folds all events of one case, rev 1 first. It fails
// with ErrNotFound if there are none or the case has ended, with ErrChain if the
// chain is broken. A case with an event of an unknown kind folds as far as it
// goes and is read-only.
func Fold(id CaseID, events []Event) (*Case, error) {
	if err := CheckChain(id, events); err != nil {
		return nil, err
	}
	c := &Case{Events: events, ops: map[Op]int{}, last: map[Kind]int{}} //nolint:exhaustive // filled as events come
	for i, e := range events {
		s, err := c.Apply(e)
		if err != nil {
			c.readOnly = true
			c.Rev, c.Head = len(events), events[len(events)-1].Hash
			break
		}
		c.note(s, e, i+1)
	}
	if events[len(events)-1].State.Final() {
		return nil, ErrNotFound
	}
	return c, nil
}

// note takes over the summary and remembers what guards ask for.
func (c *Case) note(s Summary, e Event, rev int) {
	if s.State != c.State {
		c.since = rev
	}
	c.Summary = s
	if _, twice := c.ops[e.Op]; !twice {
		c.ops[e.Op] = rev
	}
	c.last[e.Kind] = rev
	if e.ByResident() {
		c.resident = rev
		c.residual++
	}
	p, _ := e.PublicFields() // Apply has just read them
	switch {
	case e.Kind == KindRequest:
		c.asked = &asked{op: e.Op, rev: rev, act: p.Act, by: e.Actor, code: p.Code}
	case e.Kind == KindWithdrawal:
		if c.approved != nil {
			break // decided already
		}
		c.asked = &asked{op: e.Op, rev: rev, act: ActErase, by: e.Actor}
	case e.Kind == KindApproval:
		if p.Act == ActErase {
			c.approved = c.asked
		}
		c.asked = nil
	case e.Kind == KindTransition, e.ByResident():
		// Who asked, asked about another case than this now is (regression R7).
		if c.asked != nil && c.asked.act == ActDiscard {
			c.asked = nil
		}
	}
}

// Has gives the rev of the event that this op made, and whether there is one.
func (c *Case) Has(op Op) (int, bool) {
	rev, ok := c.ops[op]
	return rev, ok
}

// ReadOnly says whether a newer program wrote to the case.
func (c *Case) ReadOnly() bool { return c.readOnly }

// Event gives the event with this number.
func (c *Case) Event(rev int) Event { return c.Events[rev-1] }

// Waiting gives the request or withdrawal that waits for a second person: its
// act, its event, and whether there is one.
func (c *Case) Waiting() (Act, Event, bool) {
	if c.asked == nil {
		return "", Event{}, false
	}
	return c.asked.act, c.Event(c.asked.rev), true
}

// mailboxKinds are the kinds that a resident's mailbox knows of (protocol.md §5, seen).
var mailboxKinds = []Kind{KindReport, KindMessage, KindAnswer, KindAttachment, KindConsent, KindWithdrawal, KindDeadline}

// InMailbox says whether the resident may know of the event: what either side
// wrote to the other, and a deadline that was told. Only answers, told deadlines
// and consents that the office recorded are sealed to the resident too.
func (e Event) InMailbox() bool { return slices.Contains(mailboxKinds, e.Kind) }

// NewCase builds the first event of a case: the report.
func NewCase(id CaseID, op Op, month, desk string, epoch int, track Track, att []Attachment, box []byte) (Event, error) {
	return first(id, op, month, Public{Desk: desk, Epoch: epoch, Track: track, Att: att}, box)
}

// first builds the first event of a case.
func first(id CaseID, op Op, month string, p Public, box []byte) (Event, error) {
	public, err := p.Encode()
	if err != nil {
		return Event{}, fmt.Errorf("making a case: %w", err)
	}
	if !ValidMonth(month) || p.Desk == "" || p.Epoch < 1 || !p.Track.Valid() || box == nil || !boxFits(box) || !attachmentsFit(p.Att) {
		return Event{}, fmt.Errorf("making a case: %w", errShape)
	}
	return Link(id, 0, Hash{}, Event{
		Kind: KindReport, Actor: ActorResident, Day: month, State: StateReceived, Op: op, Public: public, Box: box,
	}), nil
}

func boxFits(box []byte) bool { return box == nil || len(box) > 0 && len(box) <= MaxBox }
