package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Kinds of the records that Ledger.Keys holds (store.md §2).
const (
	keyName    = "name"    // of hex(s): the member who claims the login name
	keyProfile = "profile" // display name, sealed to the desks
	keyAuth    = "auth"    // SHA-256 of the proof of a login
	keyLock    = "lock"    // the member's key, locked by the passphrase
	keyMPK     = "mpk"     // the member's public key
	keyInvite  = "invite"  // hash of a set-up code
	keyUsed    = "used"    // of a member and a code: hash of what was made with it
	keyWrap    = "wrap"    // a desk's key of an epoch, wrapped to a member
	keyShare   = "share"   // a pair's way to the recovery sheet, two of three
	keyPasskey = "passkey" // public half of a member's second factor
	keyCount   = "count"   // of a passkey: the highest number that it signed with
	keyVouch   = "vouch"   // the desk's word that a public key is the member's
)

// paper stands in place of a member id for the recovery sheet.
const paper = "paper"

// A MemberRecord is what members may know of one another.
type MemberRecord struct {
	incident.Member
	Profile []byte // sealed name; nil if there is none
	MPK     string // "" if there is none
	Vouches []Grant
}

// A Grant is a record that belongs to a desk's epoch: a wrap or a vouch.
type Grant struct {
	Desk  string
	Epoch int
	Bytes []byte
}

// Unlocking is what a member's passphrase opens, all of it sealed.
type Unlocking struct {
	Lock  []byte
	MPK   string
	Wraps []Grant
}

// members folds the ledger into its members.
func (s *Service) members(ctx context.Context) (map[incident.MemberID]incident.Member, error) {
	var lines []incident.Event
	if _, _, err := s.readLedger(ctx, func(e incident.Event) {
		if e.Kind == incident.KindMember {
			lines = append(lines, e)
		}
	}); err != nil {
		return nil, err
	}
	return incident.Members(lines)
}

// Empty says whether the office has no member yet.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	members, err := s.members(ctx)
	return len(members) == 0, err
}

// Members lists those who share a desk with the member, by id; for an admin, all.
func (s *Service) Members(ctx context.Context, m incident.Member) ([]MemberRecord, error) {
	all, err := s.members(ctx)
	if err != nil {
		return nil, err
	}
	profiles, err := s.newest(ctx, keyProfile)
	if err != nil {
		return nil, err
	}
	mpks, err := s.newest(ctx, keyMPK)
	if err != nil {
		return nil, err
	}
	vouches, err := s.grants(ctx, keyVouch, m.Desks)
	if err != nil {
		return nil, err
	}
	records := []MemberRecord{}
	for id, other := range all {
		if m.Role != incident.RoleAdmin && !slices.ContainsFunc(other.Desks, m.In) {
			continue
		}
		records = append(records, MemberRecord{other, profiles[string(id)], string(mpks[string(id)]), vouches[string(id)]})
	}
	slices.SortFunc(records, func(a, b MemberRecord) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return records, nil
}

// Unlocking gives the sealed records that the member's browser needs to work.
func (s *Service) Unlocking(ctx context.Context, m incident.Member) (Unlocking, error) {
	var u Unlocking
	lock, err := s.newestOf(ctx, keyLock, string(m.ID))
	if err != nil {
		return u, err
	}
	mpk, err := s.newestOf(ctx, keyMPK, string(m.ID))
	if err != nil {
		return u, err
	}
	wraps, err := s.grants(ctx, keyWrap, m.Desks)
	if err != nil {
		return u, err
	}
	return Unlocking{lock, string(mpk), wraps[string(m.ID)]}, nil
}

// keys reads the records with a prefix. It is a read: what fails, fails before
// anything was stored.
func (s *Service) keys(ctx context.Context, prefix string) ([]incident.Key, error) {
	keys, err := s.Ledger.Keys(ctx, prefix)
	if err != nil {
		return nil, unavailable("reading keys", err)
	}
	return keys, nil
}

// newest gives the record with the highest number of each owner of a kind.
func (s *Service) newest(ctx context.Context, kind string) (map[string][]byte, error) {
	keys, err := s.keys(ctx, kind+":")
	if err != nil {
		return nil, err
	}
	byOwner := map[string][]byte{}
	for _, k := range keys {
		if owner, _, ok := splitKey(k.ID); ok {
			byOwner[owner] = k.Bytes // in order of the number, so the last one stays
		}
	}
	return byOwner, nil
}

func (s *Service) newestOf(ctx context.Context, kind, owner string) ([]byte, error) {
	keys, err := s.keys(ctx, kind+":"+owner+":")
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return keys[len(keys)-1].Bytes, nil
}

// grants gives the newest wraps or vouches of the desks, by member.
func (s *Service) grants(ctx context.Context, kind string, desks []string) (map[string][]Grant, error) {
	byMember := map[string][]Grant{}
	for _, desk := range desks {
		keys, err := s.keys(ctx, kind+":"+desk+".")
		if err != nil {
			return nil, err
		}
		for i, k := range keys {
			owner, _, ok := splitKey(k.ID)
			if i+1 < len(keys) {
				if next, _, _ := splitKey(keys[i+1].ID); next == owner {
					continue // a newer one follows
				}
			}
			parts := strings.Split(owner, ".")
			if !ok || len(parts) != 3 {
				continue
			}
			epoch, err := strconv.Atoi(parts[1])
			if err != nil {
				continue
			}
			byMember[parts[2]] = append(byMember[parts[2]], Grant{desk, epoch, k.Bytes})
		}
	}
	return byMember, nil
}

func keyID(kind, owner string, n int) string { return fmt.Sprintf("%s:%s:%04d", kind, owner, n) }

func grantOwner(desk string, epoch int, member string) string {
	return fmt.Sprintf("%s.%d.%s", desk, epoch, member)
}

// splitKey gives the owner and the number of a record's id.
func splitKey(id string) (owner string, n int, ok bool) {
	parts := strings.Split(id, ":")
	if len(parts) != 3 {
		return "", 0, false
	}
	n, err := strconv.Atoi(parts[2])
	return parts[1], n, err == nil
}
