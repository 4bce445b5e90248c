package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// Sizes of what a set-up brings, in bytes (protocol.md §2.1, §3).
const (
	wrapSize   = 1736 // an identity of 77 letters, sealed to one hybrid key
	authSize   = 32
	vouchSize  = 32
	maxProfile = 16 << 10
	maxDesks   = 16
)

var (
	nameShape      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	recipientShape = regexp.MustCompile(`^age1pq1[02-9ac-hj-np-z]+$`)
)

const recipientLetters = 1959

// A Founding is what the first coordinator's browser made: public halves, sealed
// secrets, and the hash of the proof of a login.
type Founding struct {
	Member  incident.MemberID // that the code was made for
	Op      incident.Op
	Name    string // hex(s) of the login name
	Auth    []byte // SHA-256 of the proof
	Lock    []byte
	MPK     string
	Profile []byte
	Desks   []FoundingDesk
}

// A FoundingDesk is epoch 1 of a desk.
type FoundingDesk struct {
	Desk       string
	OPK        string // public half of the desk's key
	Wrap       []byte
	Vouch      []byte
	PaperKey   string // public half of the recovery sheet
	PaperWrap  []byte
	PaperVouch []byte
}

// Invite stores the record of a set-up code for the first coordinator and then
// drops every older code. The record begins with the code's SHA-256; the first half of
// that is the id of the member that the code will make, so that a browser which
// holds the code can vouch for it beforehand. It is ErrForbidden once there is a
// member.
func (s *Service) Invite(ctx context.Context, record []byte) (incident.MemberID, error) {
	empty, err := s.Empty(ctx)
	if err != nil {
		return "", err
	}
	if !empty || len(record) < sha256.Size {
		return "", incident.ErrForbidden
	}
	id := incident.MemberID(hex.EncodeToString(record[:sha256.Size/2]))
	older, err := s.Invites(ctx)
	if err != nil {
		return "", err
	}
	if err := s.Ledger.PutKey(ctx, keyID(keyInvite, string(id), 1), record); err != nil {
		return "", fmt.Errorf("storing a set-up code: %w", err)
	}
	for owner := range older {
		if err := s.Ledger.DropKeys(ctx, keyInvite+":"+string(owner)+":"); err != nil {
			return "", fmt.Errorf("dropping old set-up codes: %w", err)
		}
	}
	return id, nil
}

// Made says whether the member has this proof of a login as the newest one and no
// code waits for the member any more: then a browser that sends its set-up again,
// because the answer got lost, has succeeded.
func (s *Service) Made(ctx context.Context, member incident.MemberID, proof []byte) (bool, error) {
	invites, err := s.Invites(ctx)
	if err != nil {
		return false, err
	}
	newest, err := s.newestOf(ctx, keyAuth, string(member))
	if err != nil {
		return false, err
	}
	return invites[member] == nil && subtle.ConstantTimeCompare(newest, proof) == 1, nil
}

// Invites gives the records of the set-up codes that were not used, by the
// member that each will make.
func (s *Service) Invites(ctx context.Context) (map[incident.MemberID][]byte, error) {
	records, err := s.newest(ctx, keyInvite)
	if err != nil {
		return nil, err
	}
	invites := map[incident.MemberID][]byte{}
	for owner, record := range records {
		invites[incident.MemberID(owner)] = record
	}
	return invites, nil
}

// SetUp makes the first coordinator. The caller has checked the code. It may be
// repeated with the same Founding until it has succeeded; the code's record goes
// last. Faults: something is malformed. ErrConflict: the login name is taken.
// ErrNotFound: the code is gone meanwhile. ErrForbidden: another first
// coordinator was made.
func (s *Service) SetUp(ctx context.Context, f Founding) error {
	if err := s.checkFounding(f); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	invites, err := s.Invites(ctx)
	if err != nil {
		return err
	}
	if _, recovery := Recovering(f.Member); recovery || invites[f.Member] == nil {
		return incident.ErrNotFound
	}
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	if _, ours := members[f.Member]; len(members) > 0 && !ours {
		return incident.ErrForbidden
	}
	if err := s.putFounding(ctx, f); err != nil {
		return err
	}
	if err := s.recordFounding(ctx, f); err != nil {
		return err
	}
	return s.Ledger.DropKeys(ctx, keyInvite+":"+string(f.Member)+":")
}

func (s *Service) checkFounding(f Founding) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	want(nameShape.MatchString(f.Name), "name")
	want(len(f.Auth) == authSize, "auth")
	want(isWrap(f.Lock), "lock")
	want(isRecipient(f.MPK), "mpk")
	want(isSealed(f.Profile) && len(f.Profile) <= maxProfile, "profile")
	want(len(f.Desks) > 0 && len(f.Desks) <= maxDesks, "desks")
	var seen []string
	for _, d := range f.Desks {
		known := slices.ContainsFunc(s.Desks(), func(c incident.Desk) bool { return c.ID == d.Desk })
		want(known && !slices.Contains(seen, d.Desk), "desk")
		want(isRecipient(d.OPK) && d.OPK != f.MPK, "opk")
		want(isWrap(d.Wrap), "wrap")
		want(len(d.Vouch) == vouchSize, "vouch")
		want(isRecipient(d.PaperKey) && d.PaperKey != f.MPK && d.PaperKey != d.OPK, "ppk")
		want(isWrap(d.PaperWrap), "wrap")
		want(len(d.PaperVouch) == vouchSize, "vouch")
		seen = append(seen, d.Desk)
	}
	return faults.Err()
}

func isRecipient(r string) bool { return len(r) == recipientLetters && recipientShape.MatchString(r) }

func isWrap(b []byte) bool { return len(b) == wrapSize && isSealed(b) }

// isSealed keeps plaintext out; whether it can be opened, only a browser knows.
func isSealed(b []byte) bool { return bytes.HasPrefix(b, []byte("age-encryption.org/v1\n")) }

// putFounding stores the records. The name is claimed first: it is the only one
// that can be somebody else's.
func (s *Service) putFounding(ctx context.Context, f Founding) error {
	member := string(f.Member)
	if err := s.claim(ctx, f.Name, member); err != nil {
		return err
	}
	type entry struct {
		kind, owner string
		b           []byte
	}
	entries := []entry{
		{keyAuth, member, f.Auth}, {keyLock, member, f.Lock}, {keyMPK, member, []byte(f.MPK)}, {keyProfile, member, f.Profile},
	}
	for _, d := range f.Desks {
		own, sheet := grantOwner(d.Desk, 1, member), grantOwner(d.Desk, 1, paper)
		entries = append(entries,
			entry{keyWrap, own, d.Wrap}, entry{keyVouch, own, d.Vouch},
			entry{keyMPK, d.Desk + "." + paper, []byte(d.PaperKey)},
			entry{keyWrap, sheet, d.PaperWrap}, entry{keyVouch, sheet, d.PaperVouch},
		)
	}
	for _, e := range entries {
		if err := s.putNewest(ctx, e.kind, e.owner, e.b); err != nil {
			return err
		}
	}
	return nil
}

// putNewest stores a record under the next number, unless the newest one is the
// same already.
func (s *Service) putNewest(ctx context.Context, kind, owner string, b []byte) error {
	keys, err := s.keys(ctx, kind+":"+owner+":")
	if err != nil {
		return err
	}
	n := 0
	if len(keys) > 0 {
		newest := keys[len(keys)-1]
		if bytes.Equal(newest.Bytes, b) {
			return nil
		}
		_, n, _ = splitKey(newest.ID)
	}
	if err := s.Ledger.PutKey(ctx, keyID(kind, owner, n+1), b); err != nil {
		return fmt.Errorf("storing a key: %w", err)
	}
	return nil
}

// recordFounding writes the ledger's lines: the keys for the operator to pin,
// then the member, whose line is what lets anybody log in.
func (s *Service) recordFounding(ctx context.Context, f Founding) error {
	desks := make([]string, len(f.Desks))
	for i, d := range f.Desks {
		desks[i] = d.Desk
		says := &incident.Line{Desk: d.Desk, Epoch: 1, Recipient: d.OPK}
		if err := s.record(ctx, line{incident.KindKey, string(f.Member), opOf(f.Op, i+1), says}, nil); err != nil {
			return err
		}
	}
	says := &incident.Line{Member: f.Member, Role: incident.RoleCoordinator, Desks: desks}
	return s.record(ctx, line{incident.KindMember, string(f.Member), f.Op, says}, nil)
}

// opOf makes the ops of the further lines of one act: the same in every retry.
func opOf(op incident.Op, n int) incident.Op {
	op[len(op)-1] ^= byte(n) //nolint:gosec // G115: at most 16 desks
	return op
}
