package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// ProofSize is the length of the proof that a browser sends, in bytes.
const ProofSize = 32

// Prove checks the proof of the name, hex(s), and gives the member who claims it.
// It opens nothing: a member with a passkey has to show that too, see Assert. It
// waits first, the longer the more logins of this name failed (see Pace). It
// returns ErrLogin, ErrBusy, or the error of a store that could not be reached.
//
// Unknown name, wrong proof and a member who is off take the same path: one look
// into the store, one hash, one comparison of the same length.
func (s *Service) Prove(ctx context.Context, name string, proof []byte) (string, error) {
	if err := s.Pace.Wait(ctx, name); err != nil {
		return "", err
	}
	member, records, err := s.Store.Credentials(ctx, name)
	known := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading credentials: %w", err)
	}
	if !matches(records["auth"], proof) || !known {
		s.Pace.Failed(name)
		return "", ErrLogin
	}
	s.Pace.Passed(name)
	return member, nil
}

// matches compares SHA-256(proof) with the stored record; without a record with
// a fixed dummy, which is the hash of nothing that a browser can send.
func matches(record, proof []byte) bool {
	var dummy [sha256.Size]byte
	if len(record) != sha256.Size {
		record = dummy[:]
	}
	sum := sha256.Sum256(proof)
	return subtle.ConstantTimeCompare(sum[:], record) == 1 && len(proof) == ProofSize
}

// ProofRecord gives what the store keeps of a proof.
func ProofRecord(proof []byte) []byte {
	sum := sha256.Sum256(proof)
	return sum[:]
}

// Open makes a session of a member whom the caller has proved to be there, and
// reads it back, so that a member who was switched off in this moment is not let
// in: ErrLogin. device is the browser's coarse word for itself, see Device.
func (s *Service) Open(ctx context.Context, member, device string) (Identity, error) {
	raw := make([]byte, 16)
	if _, err := io.ReadFull(s.random(), raw); err != nil {
		return Identity{}, fmt.Errorf("drawing session id: %w", err)
	}
	sid, now := hex.EncodeToString(raw), s.Now()
	until := now.Add(SessionLife).Truncate(time.Second)
	if err := s.Store.PutSession(ctx, sessionID(sid), member, Device(device), until.Unix()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return Identity{}, ErrLogin
		}
		return Identity{}, fmt.Errorf("opening session: %w", err)
	}
	id, err := s.read(ctx, sid)
	if errors.Is(err, ErrSession) {
		return Identity{}, ErrLogin
	}
	return id, err
}

func (s *Service) random() io.Reader {
	if s.Rand == nil {
		return rand.Reader
	}
	return s.Rand
}
