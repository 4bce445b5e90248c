package statistics

import (
	"crypto/hmac"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/statistics/audit"
)

// A Draft is an edition between the first count and its release: what a store keeps of it. It holds no count:
// Tag tells the holder of the key whether a second count is the same, and nothing more. Seed and Tag are deleted
// at release, or when the draft is given up.
type Draft struct {
	Bundle []byte   // unsigned, with its audit
	Seed   [32]byte // drawn when the plan was declared
	Tag    [32]byte
	By     string // member who counted first
}

// Format writes the same word for every verb.
func (Draft) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("draft")) }

// Secrets are what rounding and signing draw from, and what is publicly known elsewhere.
type Secrets struct {
	Seed       [32]byte
	EditionKey []byte
	Known      []byte
}

// Format writes the same word for every verb.
func (Secrets) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("secrets")) }

// Prepare is the first member's count: it checks, rounds, publishes and audits. It returns Faults, a *FitError,
// or ErrRefused with the report of an audit that does not say safe.
func Prepare(p Plan, c Counts, s Secrets, m Meta, by string) (Draft, audit.Report, error) {
	key, err := NewKey(s.Seed, s.EditionKey)
	if err != nil {
		return Draft{}, audit.Report{}, err
	}
	var w World
	if p.Mode == ModeDP {
		w, err = Noisy(p, c, key)
	} else {
		w, err = Round(p, c, key)
	}
	if err != nil {
		return Draft{}, audit.Report{}, err
	}
	tag, err := key.Tag(c)
	if err != nil {
		return Draft{}, audit.Report{}, err
	}
	bundle, report, err := Audited(Publish(p, w, m), nil, s.Known)
	if err != nil {
		return Draft{}, report, err
	}
	if report.Verdict != audit.Safe {
		return Draft{}, report, fmt.Errorf("preparing the edition: %w: %s", ErrRefused, report.Verdict)
	}
	return Draft{bundle, s.Seed, tag, by}, report, nil
}

// Release is the second member's count, opened and counted anew in another browser. If it is the same as the
// first, the edition is audited once more, frozen and signed; the bundle that comes back is what the ledger
// names and the site serves. The caller deletes the draft.
func (d Draft) Release(p Plan, c Counts, s Secrets, by, frozenOn string) ([]byte, error) {
	if by == "" || by == d.By {
		return nil, fmt.Errorf("releasing the edition: %w", ErrSecond)
	}
	if faults := Check(p, c); len(faults) > 0 {
		return nil, faults
	}
	key, err := NewKey(d.Seed, s.EditionKey)
	if err != nil {
		return nil, err
	}
	tag, err := key.Tag(c)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(tag[:], d.Tag[:]) {
		return nil, fmt.Errorf("releasing the edition: %w", ErrDiffer)
	}
	e, bundled, err := ReadEdition(d.Bundle)
	if err != nil {
		return nil, err
	}
	if e.PlanHash != p.Hash() || bundled.Hash() != p.Hash() {
		return nil, errors.New("releasing the edition: the draft is of another plan")
	}
	return Sign(d.Bundle, s.EditionKey, s.Known, frozenOn)
}
