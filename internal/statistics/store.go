package statistics

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
)

// A Store keeps editions for ever and drafts until the freeze. Years are those of receipt. It never sees a count:
// what it gets was rounded before.
type Store interface {
	// PutStep appends a step to a year's edition; rev 1 is the release. The same op again is nil and changes
	// nothing; another op at a rev that is taken is fs.ErrExist.
	PutStep(ctx context.Context, year, rev int, op [16]byte, step []byte) error
	// Steps gives the steps of a year in order, or fs.ErrNotExist if there are none.
	Steps(ctx context.Context, year int) ([][]byte, error)
	// Years gives the years that have steps, in order.
	Years(ctx context.Context) ([]int, error)
	// PutDraft stores the n-th draft of a year, 1 to 9999. It is fs.ErrExist if that number is taken.
	PutDraft(ctx context.Context, year, n int, b []byte) error
	// Draft gives the draft of a year with the highest number, or fs.ErrNotExist.
	Draft(ctx context.Context, year int) ([]byte, error)
	// DropDrafts deletes all drafts of a year. It may be repeated.
	DropDrafts(ctx context.Context, year int) error
}

// The kinds of steps.
const (
	StepReleased = "released"
	StepErratum  = "erratum"
)

// A Step is what was done to a year's edition: it was released, then perhaps corrected in words. By is the
// member who did it; it is never published.
type Step struct {
	V     int    `json:"v"`
	Kind  string `json:"kind"`
	By    string `json:"by"`
	Bytes []byte `json:"bytes"` // the signed bundle or the signed erratum, as they are
}

// NewStep makes a step of signed bytes.
func NewStep(kind, by string, signed []byte) Step { return Step{1, kind, by, signed} }

// Encode gives the step as a store keeps it, and its op: of equal bytes the same one, so that what is sent again
// after a lost answer happens once.
func (s Step) Encode() ([]byte, [16]byte, error) {
	sum := sha256.Sum256(s.Bytes)
	text, err := json.Marshal(s)
	if err != nil {
		return nil, [16]byte{}, fmt.Errorf("writing a step: %w", err)
	}
	return text, [16]byte(sum[:16]), nil
}

// ReadSteps reads the steps of a year as a store gives them and verifies all that is signed: the bundle, and the
// errata against it. Key is the office's public key in hex, or "" to take the bundle's own.
func ReadSteps(texts [][]byte, key string) (Published, error) {
	var p Published
	for i, text := range texts {
		var s Step
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&s); err != nil || s.V != 1 {
			return Published{}, fmt.Errorf("reading step %d of an edition: unknown form", i+1)
		}
		if err := p.apply(i, s, key); err != nil {
			return Published{}, fmt.Errorf("reading step %d of an edition: %w", i+1, err)
		}
	}
	if p.Bundle == nil {
		return Published{}, errors.New("reading an edition: nothing was released")
	}
	return p, nil
}

// A Published is a year's edition as it is shown: the frozen bundle, and what was said about it since.
type Published struct {
	Bundle  []byte
	Edition Edition
	Errata  []Erratum
	By      string // who released it; not for the public
}

func (p *Published) apply(i int, s Step, key string) error {
	switch {
	case i == 0 && s.Kind == StepReleased:
		e, _, err := Verify(s.Bytes, key)
		if err != nil {
			return err
		}
		p.Bundle, p.Edition, p.By = s.Bytes, e, s.By
		return nil
	case i > 0 && s.Kind == StepErratum:
		line, err := ReadErratum(s.Bytes, p.Bundle)
		if err != nil {
			return err
		}
		p.Errata = append(p.Errata, line)
		return nil
	}
	return errors.New("a step out of its order")
}

// ErrataFile gives all errata with their signatures, as the file beside the bundle.
func (p Published) ErrataFile() ([]byte, error) {
	lines := p.Errata
	if lines == nil {
		lines = []Erratum{}
	}
	return canonical(map[string]any{"v": 1, "kind": "beistand-errata", "edition": p.Hash(), "errata": lines})
}

// Hash is the SHA-256 of the bundle in hex, as the ledger and the page name it.
func (p Published) Hash() string { return hashText(p.Bundle) }

// Withdrawn says whether an erratum took the table back.
func (p Published) Withdrawn(table string) bool {
	for _, line := range p.Errata {
		for _, id := range line.Withdrawn {
			if id == table {
				return true
			}
		}
	}
	return false
}

// A Proposal is an erratum that one member wrote and another one has still to release. It is kept where a year's
// drafts are, which are gone once the year is released.
type Proposal struct {
	Kind      string            `json:"kind"` // proposal
	N         int               `json:"n"`
	By        string            `json:"by"`
	Text      map[string]string `json:"text"`
	Withdrawn []string          `json:"withdrawn"`
}

// Encode gives the proposal as a store keeps it.
func (p Proposal) Encode() ([]byte, error) {
	p.Kind = kindProposal
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing a proposal: %w", err)
	}
	return text, nil
}

const kindProposal = "proposal"

// ReadProposal reads what Encode wrote.
func ReadProposal(text []byte) (Proposal, error) {
	var p Proposal
	if err := json.Unmarshal(text, &p); err != nil || p.Kind != kindProposal {
		return Proposal{}, errors.New("reading a proposal: unknown form")
	}
	return p, nil
}

// Hash names the proposal, so that nobody releases other words than those that were read.
func (p Proposal) Hash() (string, error) {
	text, err := p.Encode()
	return hashText(text), err
}

// draftFile is a draft as a store keeps it.
type draftFile struct {
	V      int    `json:"v"`
	N      int    `json:"n"`
	By     string `json:"by"`
	Bundle []byte `json:"bundle"`
	Seed   []byte `json:"seed"`
	Tag    []byte `json:"tag"`
}

// Encode gives the n-th draft of its year as a store keeps it.
func (d Draft) Encode(n int) ([]byte, error) {
	text, err := json.Marshal(draftFile{1, n, d.By, d.Bundle, d.Seed[:], d.Tag[:]})
	if err != nil {
		return nil, fmt.Errorf("writing a draft: %w", err)
	}
	return text, nil
}

// ReadDraft reads what Encode wrote, and gives the draft's number.
func ReadDraft(text []byte) (Draft, int, error) {
	var f draftFile
	if err := json.Unmarshal(text, &f); err != nil || f.V != 1 || len(f.Seed) != 32 || len(f.Tag) != 32 {
		return Draft{}, 0, errors.New("reading a draft: unknown form")
	}
	return Draft{Bundle: f.Bundle, Seed: [32]byte(f.Seed), Tag: [32]byte(f.Tag), By: f.By}, f.N, nil
}
