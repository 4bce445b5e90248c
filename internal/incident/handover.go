package incident

import (
	"fmt"
	"slices"
	"strings"
)

// A ConsentError says why nothing of a case may be handed over to another desk.
// It is the key of the reason.
type ConsentError string

// The reasons.
const (
	ErrConsentMissing ConsentError = "consent_missing" // the case has no such consent to hand something over
	ErrConsentWish    ConsentError = "consent_wish"    // the resident wants to be counted or read, and nothing more
	ErrConsentOver    ConsentError = "consent_over"    // it was taken back, by a later entry, a lower wish or a withdrawal
	ErrConsentUsed    ConsentError = "consent_used"    // something was handed over by it already
)

func (e ConsentError) Error() string { return "handing over: " + string(e) }

// passOn begins the ids of the texts with which a resident allows that something
// is handed over to one named recipient (domain.md §4).
const passOn = "passon/"

// NewHandedCase builds the first event of a case that another desk handed over: a
// report under a receipt of its own. Its public fields name the desk that it came
// from and nothing of the case there.
func NewHandedCase(id CaseID, op Op, month, desk string, epoch int, from string, box []byte) (Event, error) {
	if from == "" || from == desk {
		return Event{}, fmt.Errorf("making a case: %w", errShape)
	}
	return first(id, op, month, Public{Desk: desk, From: from, Epoch: epoch, Track: TrackCounselling}, box)
}

// consent gives the rev of the consent with this op, or 0.
func (c *Case) consent(op string) int {
	of, err := ParseOp(op)
	if err != nil {
		return 0
	}
	rev, ok := c.Has(of)
	if !ok || c.Event(rev).Kind != KindConsent {
		return 0
	}
	return rev
}

// mayHandOver says whether something may go to another desk by the consent with
// this op. To whom and which words stands inside the seal: that is for the
// member's browser to hold against it.
func (c *Case) mayHandOver(of string) error {
	rev := c.consent(of)
	if rev == 0 {
		return ErrConsentMissing
	}
	given, err := c.Event(rev).PublicFields()
	if err != nil {
		return err
	}
	switch {
	case !strings.HasPrefix(given.Text, passOn) || given.Of != "":
		return ErrConsentMissing
	case c.Track != TrackCounselling || rungOf(given.Rung) < rungOf(RungAnswer):
		return ErrConsentWish
	case c.last[KindWithdrawal] > 0 || c.approved != nil:
		return ErrConsentOver
	}
	for _, e := range c.Events[rev:] {
		p, err := e.PublicFields()
		if err != nil {
			return err
		}
		switch {
		case e.Kind == KindAnswer && p.Of == of:
			return ErrConsentUsed
		case e.Kind == KindConsent && (p.Of == of || e.ByResident() && rungOf(p.Rung) < rungOf(given.Rung)):
			return ErrConsentOver
		}
	}
	return nil
}

// rungOf gives the place of a rung on the ladder, -1 for none.
func rungOf(rung string) int { return slices.Index(Rungs, rung) }
