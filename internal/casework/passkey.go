package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Limits of a passkey's record, in bytes; WebAuthn lets an id have 1,023.
const (
	maxPasskeys     = 10
	maxPasskeyID    = 1023
	maxPasskeyKey   = 2 << 10
	maxPasskeyName  = 4 << 10
	seriesSize      = shareSize // a locked key inside an age file to one hybrid key
	passkeyAttempts = 3
)

// Reasons of the ledger's lines about passkeys.
const (
	passkeyAdded   = "passkey_added"
	passkeyDropped = "passkey_dropped"
	passkeysReset  = "passkeys_reset"
)

// ErrSeries says that the member's key is locked by passkeys too: what is asked
// would leave nothing that opens it.
var ErrSeries = errors.New("the key is locked by passkeys")

// A Passkey is the record of a member's second factor: public data, a name that
// only the member reads, and, if the passkey is also a lock, the member's key
// locked by passphrase and passkey one after the other.
type Passkey struct {
	ID     []byte `json:"id"`
	Key    []byte `json:"key"`
	Synced bool   `json:"synced,omitempty"`
	Day    string `json:"day"`
	Name   []byte `json:"name,omitempty"` // sealed to the member
	Lock   []byte `json:"lock,omitempty"` // nil: it opens nothing
}

// Passkeys gives the passkeys of a member, oldest first.
func (s *Service) Passkeys(ctx context.Context, member incident.MemberID) ([]Passkey, error) {
	records, err := s.passkeyRecords(ctx, member)
	if err != nil {
		return nil, err
	}
	list := make([]Passkey, len(records))
	for i, r := range records {
		list[i] = r.Passkey
	}
	return list, nil
}

type passkeyRecord struct {
	Passkey
	id string // in the store
}

func (s *Service) passkeyRecords(ctx context.Context, member incident.MemberID) ([]passkeyRecord, error) {
	keys, err := s.keys(ctx, keyPasskey+":"+string(member)+":")
	if err != nil {
		return nil, err
	}
	records := make([]passkeyRecord, len(keys))
	for i, k := range keys {
		records[i].id = k.ID
		if err := json.Unmarshal(k.Bytes, &records[i].Passkey); err != nil {
			return nil, fmt.Errorf("reading a passkey: %w", err)
		}
	}
	return records, nil
}

// inSeries says whether passkeys lock the member's key beside the passphrase.
func inSeries(records []passkeyRecord) bool {
	return slices.ContainsFunc(records, func(r passkeyRecord) bool { return r.Lock != nil })
}

// AddPasskey stores a passkey of the member, which the caller has checked. With a
// lock it takes the place of everything that opened the member's key without a
// passkey: the lock by passphrase alone, and passkeys that are no lock. It may be
// repeated. ErrConflict: it is there already, or ten others. ErrSeries: it is no
// lock, and the others are. Faults.
func (s *Service) AddPasskey(ctx context.Context, m incident.Member, op incident.Op, p Passkey) error {
	if err := checkPasskey(p); err != nil {
		return err
	}
	p.Day = s.today()
	s.founding.Lock()
	defer s.founding.Unlock()
	record, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("writing a passkey: %w", err)
	}
	if err := s.putPasskey(ctx, m.ID, p, record); err != nil {
		return err
	}
	if p.Lock != nil {
		if err := s.lockInSeries(ctx, m.ID); err != nil {
			return err
		}
	}
	says := &incident.Line{Member: m.ID, Reason: passkeyAdded}
	return s.record(ctx, line{incident.KindSettings, string(m.ID), op, says}, nil)
}

func checkPasskey(p Passkey) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	want(len(p.ID) > 0 && len(p.ID) <= maxPasskeyID, "id")
	want(len(p.Key) > 0 && len(p.Key) <= maxPasskeyKey, "key")
	want(p.Name == nil || isSealed(p.Name) && len(p.Name) <= maxPasskeyName, "name")
	want(p.Lock == nil || isSealed(p.Lock) && len(p.Lock) == seriesSize, "lock")
	return faults.Err()
}

func (s *Service) putPasskey(ctx context.Context, member incident.MemberID, p Passkey, record []byte) error {
	for range passkeyAttempts {
		records, err := s.passkeyRecords(ctx, member)
		if err != nil {
			return err
		}
		n := 0
		for _, r := range records {
			if bytes.Equal(r.ID, p.ID) {
				if bytes.Equal(r.Lock, p.Lock) && bytes.Equal(r.Key, p.Key) {
					return nil // an earlier try of the same act
				}
				return incident.ErrConflict
			}
			_, n, _ = splitKey(r.id)
		}
		switch {
		case len(records) >= maxPasskeys:
			return incident.ErrConflict
		case p.Lock == nil && inSeries(records):
			return ErrSeries
		}
		err = s.Ledger.PutKey(ctx, keyID(keyPasskey, string(member), n+1), record)
		if err == nil || !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return incident.ErrUnclear
}

// lockInSeries deletes what opens a member's key without a passkey, if there is a
// passkey that opens it.
func (s *Service) lockInSeries(ctx context.Context, member incident.MemberID) error {
	records, err := s.passkeyRecords(ctx, member)
	if err != nil || !inSeries(records) {
		return err
	}
	for _, r := range records {
		if r.Lock == nil {
			if err := s.Ledger.DropKeys(ctx, r.id); err != nil {
				return fmt.Errorf("dropping a passkey: %w", err)
			}
		}
	}
	if err := s.Ledger.DropKeys(ctx, keyLock+":"+string(member)+":"); err != nil {
		return fmt.Errorf("dropping a lock: %w", err)
	}
	return nil
}

// DropPasskey revokes a passkey of the member. The last one that is a lock goes
// only if lock, the key locked by the passphrase alone, comes in its place. It may
// be repeated. ErrNotFound, ErrSeries. Faults.
func (s *Service) DropPasskey(ctx context.Context, m incident.Member, op incident.Op, id, lock []byte) error {
	if lock != nil && !isWrap(lock) {
		return incident.Faults{{Field: "lock", Key: "lock"}}
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	records, err := s.passkeyRecords(ctx, m.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(records, func(r passkeyRecord) bool { return bytes.Equal(r.ID, id) })
	if at < 0 {
		return incident.ErrNotFound
	}
	gone := records[at]
	if gone.Lock != nil && !inSeries(slices.Delete(slices.Clone(records), at, at+1)) {
		if lock == nil {
			return ErrSeries
		}
		if err := s.putNewest(ctx, keyLock, string(m.ID), lock); err != nil {
			return err
		}
	}
	if err := s.Ledger.DropKeys(ctx, gone.id); err != nil {
		return fmt.Errorf("dropping a passkey: %w", err)
	}
	if err := s.Ledger.DropKeys(ctx, countOwner(m.ID, id)); err != nil {
		return fmt.Errorf("dropping a passkey's count: %w", err)
	}
	says := &incident.Line{Member: m.ID, Reason: passkeyDropped}
	return s.record(ctx, line{incident.KindSettings, string(m.ID), op, says}, nil)
}

// ResetPasskeys takes all passkeys from a member who lost them: another member's
// act, with a line in the ledger, that ends the member's sessions too. Afterwards
// the passphrase alone logs in, and a new passkey can be made. ErrForbidden: one's
// own, or not theirs to keep. ErrSeries: passkeys lock the member's key, so only a
// new access helps, see SwitchOff and InviteMember.
func (s *Service) ResetPasskeys(ctx context.Context, by incident.Member, op incident.Op, id incident.MemberID) error {
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	m, known := members[id]
	if !known || m.Off {
		return incident.ErrNotFound
	}
	if !keeps(by, m) {
		return incident.ErrForbidden
	}
	records, err := s.passkeyRecords(ctx, id)
	if err != nil {
		return err
	}
	if inSeries(records) {
		return ErrSeries
	}
	says := &incident.Line{Member: id, Role: m.Role, Desks: m.Desks, Logout: true, Reason: passkeysReset}
	err = s.decide(ctx, line{incident.KindMember, string(by.ID), op, says}, func(now map[incident.MemberID]incident.Member) error {
		// The line repeats what the member is; it must not give back what was taken meanwhile.
		if is := now[id]; is.Off || is.Role != m.Role || !slices.Equal(is.Desks, m.Desks) {
			return incident.ErrConflict
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.dropPasskeys(ctx, string(id))
}

func (s *Service) dropPasskeys(ctx context.Context, member string) error {
	for _, prefix := range []string{keyPasskey + ":" + member + ":", keyCount + ":" + member + "."} {
		if err := s.Ledger.DropKeys(ctx, prefix); err != nil {
			return fmt.Errorf("dropping passkeys: %w", err)
		}
	}
	return nil
}

// UsePasskey notes that a passkey signed with this counter. A counter that was
// used before, or that falls behind, means a copied key: ErrForbidden. 0 means
// that the authenticator does not count, which most do not. The number is part of
// the record's id, so inserting it is the check; two logins cannot both have it.
func (s *Service) UsePasskey(ctx context.Context, member incident.MemberID, p Passkey, count uint32) error {
	owner := countOwner(member, p.ID)
	before, err := s.keys(ctx, owner)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s%010d", owner, count)
	if n := len(before); n > 0 && before[n-1].ID >= id {
		return incident.ErrForbidden
	}
	if count > 0 {
		err := s.Ledger.PutKey(ctx, id, []byte{1})
		if errors.Is(err, incident.ErrConflict) {
			return incident.ErrForbidden
		}
		if err != nil {
			return fmt.Errorf("counting a passkey: %w", err)
		}
		for _, k := range before {
			if err := s.Ledger.DropKeys(ctx, k.ID); err != nil {
				return fmt.Errorf("dropping an old count: %w", err)
			}
		}
	}
	if p.Lock == nil {
		return nil
	}
	return s.lockInSeries(ctx, member) // finishes what AddPasskey may have left undone
}

// countOwner is the beginning of the ids of a passkey's counters.
func countOwner(member incident.MemberID, id []byte) string {
	sum := sha256.Sum256(id)
	return strings.Join([]string{keyCount, string(member) + "." + hex.EncodeToString(sum[:8]), ""}, ":")
}

// A Guarding says how a member's access is guarded beside the passphrase.
type Guarding struct {
	Passkeys int
	Series   bool
}

// Guardings gives how the accesses of members are guarded, for who keeps accounts.
func (s *Service) Guardings(ctx context.Context) (map[incident.MemberID]Guarding, error) {
	keys, err := s.keys(ctx, keyPasskey+":")
	if err != nil {
		return nil, err
	}
	found := map[incident.MemberID]Guarding{}
	for _, k := range keys {
		var p Passkey
		owner, _, ok := splitKey(k.ID)
		if !ok || json.Unmarshal(k.Bytes, &p) != nil {
			continue
		}
		g := found[incident.MemberID(owner)]
		found[incident.MemberID(owner)] = Guarding{g.Passkeys + 1, g.Series || p.Lock != nil}
	}
	return found, nil
}
