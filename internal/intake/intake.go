// Package intake takes in what residents tell and serves their mailboxes: a
// report or message that the browser sealed, or one that arrives as plain text
// without JavaScript and is sealed at once, in memory, to the desk's pinned key.
//
// It cannot open a report or a message, does no casework, writes no plaintext to
// a disk or a log, and keeps no trace of a mailbox being opened.
package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A Service is the residents' side of the office. All fields are needed.
type Service struct {
	Store   Store
	Keys    func() *Keyring   // the operator's pinned keys as they are now
	Check   *incident.Checker // what a report and a message must be
	Site    string            // site.id, part of every receipt
	Uploads *Uploads          // shared by all that take files into this store
	Now     func() time.Time  // in the office's time zone
	Rand    io.Reader         // crypto/rand outside tests
}

// NewReceipt makes a receipt: 32 ASCII digits. Nothing is stored until
// something is sent with it.
func (s *Service) NewReceipt() (string, error) {
	r, err := seal.NewReceipt(s.Rand)
	if err != nil {
		return "", fmt.Errorf("making a receipt: %w", err)
	}
	return r.String(), nil
}

// ReadReceipt reads a receipt as typed, in any script of digits that we know.
// A fault is a TypingError, told without asking the store.
func ReadReceipt(typed string) (string, error) {
	r, err := seal.ParseReceipt(typed)
	var typo *seal.TypedError
	if errors.As(err, &typo) {
		return "", TypingError{Reason: typo.Reason, At: typo.At}
	}
	if err != nil {
		return "", TypingError{Reason: "check"}
	}
	return r.String(), nil
}

// A TypingError says what is wrong with a receipt as typed: a "character" that is
// no digit and where it stands, the "length", or the "check" digits.
type TypingError struct {
	Reason string
	At     int // letters before the wrong one
}

func (e TypingError) Error() string { return "reading a receipt: " + e.Reason }

// keys derives what a receipt opens.
func (s *Service) keys(receipt string) (seal.Keys, error) {
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		return seal.Keys{}, incident.Faults{{Field: "receipt", Key: "check"}}
	}
	return r.Keys(s.Site)
}

// load reads and folds a case. What is not known, and nothing more than that, is
// ErrNotFound; a store that does not answer is ErrUnavailable, since nothing was
// written yet.
func (s *Service) load(ctx context.Context, id incident.CaseID) (*incident.Case, error) {
	events, err := s.Store.File(ctx, id)
	switch {
	case errors.Is(err, incident.ErrNotFound), errors.Is(err, incident.ErrChain):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("reading a case: %w: %w", incident.ErrUnavailable, err)
	}
	return incident.Fold(id, events)
}

// attempts bounds how often an act of a resident is put behind what others
// wrote in the meantime.
const attempts = 20

// add appends an act of the resident to a case. Residents do not lock: if
// somebody else was first, the act is put behind theirs.
func (s *Service) add(ctx context.Context, id incident.CaseID, d incident.Draft) error {
	for range attempts {
		c, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		if _, done := c.Has(d.Op); done {
			return nil
		}
		e, err := c.Next(d)
		if err != nil {
			return err
		}
		if err := s.Store.Append(ctx, e); !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return incident.ErrUnclear
}

func (s *Service) today() string { return incident.DayOf(s.Now()) }
