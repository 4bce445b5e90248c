package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// A Joining is what a newcomer's browser made: the proof of a login, a locked
// key and its public half. It opens nothing until a member has admitted it.
type Joining struct {
	Member incident.MemberID // that the code was made for
	Name   string            // hex(s) of the login name
	Auth   []byte            // SHA-256 of the proof
	Lock   []byte
	MPK    string
}

// A Newcomer has made a key and waits to be admitted.
type Newcomer struct {
	Member incident.MemberID
	MPK    string
}

// InviteMember stores the record of a one-time code, see Invite, that makes a
// newcomer; or, if again names a member who is off, that gives this member a new
// key and passphrase. ErrForbidden: the caller keeps no accounts, or again is not
// theirs to keep. ErrConflict: again is not off.
func (s *Service) InviteMember(ctx context.Context, by incident.Member, record []byte, again incident.MemberID) (incident.MemberID, error) {
	members, err := s.members(ctx)
	if err != nil {
		return "", err
	}
	if again == "" {
		if !by.Role.Keeps() || len(members) == 0 {
			return "", incident.ErrForbidden
		}
		return s.InviteAccount(ctx, record)
	}
	m, ok := members[again]
	switch {
	case !ok || !keeps(by, m):
		return "", incident.ErrForbidden
	case !m.Off:
		return "", incident.ErrConflict
	}
	return again, s.putInvite(ctx, again, record)
}

// InviteAccount is the operator's way: a code for a newcomer of an office that
// has members. It gives no right by itself; a member of the office admits.
func (s *Service) InviteAccount(ctx context.Context, record []byte) (incident.MemberID, error) {
	if len(record) < sha256.Size {
		return "", incident.ErrForbidden
	}
	id := incident.MemberID(hex.EncodeToString(record[:sha256.Size/2]))
	return id, s.putInvite(ctx, id, record)
}

func (s *Service) putInvite(ctx context.Context, id incident.MemberID, record []byte) error {
	if err := s.Ledger.DropKeys(ctx, keyInvite+":"+string(id)+":"); err != nil {
		return fmt.Errorf("dropping an old code: %w", err)
	}
	if err := s.Ledger.PutKey(ctx, keyID(keyInvite, string(id), 1), record); err != nil {
		return fmt.Errorf("storing a code: %w", err)
	}
	return nil
}

// Join stores what a newcomer's browser made. The caller has checked the code,
// which is used up. ErrConflict: the login name is taken. ErrNotFound: the code
// is gone meanwhile. ErrForbidden: the office has no member who could admit, or
// the code's member is at work.
func (s *Service) Join(ctx context.Context, j Joining) error {
	var faults incident.Faults
	for field, ok := range map[string]bool{
		"name": nameShape.MatchString(j.Name), "auth": len(j.Auth) == authSize, "lock": isWrap(j.Lock), "mpk": isRecipient(j.MPK),
	} {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	invites, err := s.Invites(ctx)
	if err != nil {
		return err
	}
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	m, known := members[j.Member]
	_, recovery := Recovering(j.Member)
	switch {
	case recovery, invites[j.Member] == nil:
		return incident.ErrNotFound
	case len(members) == 0, known && !m.Off:
		return incident.ErrForbidden
	}
	if err := s.useInvite(ctx, j, invites[j.Member]); err != nil {
		return err
	}
	if err := s.claim(ctx, j.Name, string(j.Member)); err != nil {
		return err
	}
	for kind, b := range map[string][]byte{keyAuth: j.Auth, keyLock: j.Lock, keyMPK: []byte(j.MPK)} {
		if err := s.putNewest(ctx, kind, string(j.Member), b); err != nil {
			return err
		}
	}
	// What says that the code is used stays: somebody else may have read the invitation before it went.
	return s.Ledger.DropKeys(ctx, keyInvite+":"+string(j.Member)+":")
}

// useInvite uses a code up for what one browser made, on all instances: who comes
// second with the same code gets ErrNotFound, and the first may come again. Else
// the login of one and the key of the other could become one member.
func (s *Service) useInvite(ctx context.Context, j Joining, record []byte) error {
	made := sha256.Sum256(slices.Concat([]byte(j.Name), j.Auth, j.Lock, []byte(j.MPK)))
	owner := string(j.Member) + "." + hex.EncodeToString(record[:min(len(record), sha256.Size)])
	err := s.Ledger.PutKey(ctx, keyID(keyUsed, owner, 1), made[:])
	if errors.Is(err, incident.ErrConflict) {
		first, readErr := s.newestOf(ctx, keyUsed, owner)
		if readErr != nil {
			return readErr
		}
		if !bytes.Equal(first, made[:]) {
			return incident.ErrNotFound
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("using a code: %w", err)
	}
	return nil
}

// claim takes a login name for a member. ErrConflict: somebody else has it.
func (s *Service) claim(ctx context.Context, name, member string) error {
	err := s.Ledger.PutKey(ctx, keyID(keyName, name, 1), []byte(member))
	if errors.Is(err, incident.ErrConflict) {
		holder, readErr := s.newestOf(ctx, keyName, name)
		if readErr != nil {
			return readErr
		}
		if string(holder) == member {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("claiming a login name: %w", err)
	}
	return nil
}

// Newcomers lists who has made a key and is not admitted yet, by id.
func (s *Service) Newcomers(ctx context.Context) ([]Newcomer, error) {
	members, err := s.members(ctx)
	if err != nil {
		return nil, err
	}
	mpks, err := s.newest(ctx, keyMPK)
	if err != nil {
		return nil, err
	}
	waiting := []Newcomer{}
	for owner, mpk := range mpks {
		id := incident.MemberID(owner)
		if m, known := members[id]; !strings.Contains(owner, ".") && (!known || m.Off) {
			waiting = append(waiting, Newcomer{id, string(mpk)})
		}
	}
	slices.SortFunc(waiting, func(a, b Newcomer) int { return strings.Compare(string(a.Member), string(b.Member)) })
	return waiting, nil
}
