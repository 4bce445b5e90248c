package seal

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
)

// ErrOpen is the one answer to everything that does not open. It has no reason
// and comes with no byte of what was inside.
var ErrOpen = errors.New("opening a box: not readable")

// Expect is what the event around a box says about it; the envelope must agree.
type Expect struct {
	Case, Kind, Op string
}

// Open opens a box that was sealed to the resident: answers, told deadlines,
// recorded consents. It is the only call of the server that opens anything, and
// it needs a receipt. It returns the whole envelope, or ErrOpen and nothing.
func (k Keys) Open(box []byte, want Expect) (Envelope, error) {
	if k.identity == nil {
		return Envelope{}, ErrOpen
	}
	if _, ok := hybridStanzas(box); !ok {
		return Envelope{}, ErrOpen
	}
	framed, err := readWhole(box, k.identity)
	if err != nil {
		return Envelope{}, ErrOpen
	}
	text, err := unframe(want.Kind, framed, k.MAC)
	if err != nil {
		return Envelope{}, ErrOpen
	}
	e, err := decodeEnvelope(text)
	if err != nil || e.Case != want.Case || e.Kind != want.Kind || e.Op != want.Op {
		return Envelope{}, ErrOpen
	}
	return e, nil
}

// readWhole reads an age file to its end before it hands anything out: age
// itself releases plaintext before it reaches a damaged segment.
func readWhole(file []byte, identity age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(file), identity)
	if err != nil {
		return nil, ErrOpen
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		clear(plain)
		return nil, ErrOpen
	}
	return plain, nil
}
