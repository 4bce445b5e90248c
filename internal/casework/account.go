package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// ErrLast says that an office would be left without a coordinator of a desk, or
// without the admin that it has.
var ErrLast = errors.New("the last one stays")

// A Change says what a member shall be from now on: admitted, moved to another
// role or other desks. With new desks come the wraps and vouches that a
// coordinator's browser made for the member's key.
type Change struct {
	Op      incident.Op
	Member  incident.MemberID
	Role    incident.Role
	Desks   []string
	MPK     string // the key that was vouched for, which must still be the member's
	Profile []byte // sealed name; nil: as it was
	Grants  []KeyGrant
}

// A KeyGrant gives a member the key of one epoch of a desk.
type KeyGrant struct {
	Desk  string
	Epoch int
	Wrap  []byte
	Vouch []byte
}

// keeps says whether by may change the account of m: never one's own, an admin's
// only as admin, otherwise as admin or as coordinator of all of its desks.
func keeps(by, m incident.Member) bool {
	switch {
	case !by.Role.Keeps(), by.Off, by.ID == m.ID:
		return false
	case by.Role == incident.RoleAdmin:
		return true
	case m.Role == incident.RoleAdmin:
		return false
	}
	return within(m.Desks, by.Desks)
}

func within(desks, of []string) bool {
	return !slices.ContainsFunc(desks, func(d string) bool { return !slices.Contains(of, d) })
}

// ChangeMember admits a newcomer or changes a member's role and desks. Rights
// that are taken away end at once, and the wraps of the desks that are left go.
// ErrForbidden: not theirs to do. ErrConflict: the member has another key than
// was vouched for. ErrLast. Faults. It may be repeated with the same op.
func (s *Service) ChangeMember(ctx context.Context, by incident.Member, c Change) error {
	if err := s.checkChange(c); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	mpk, err := s.newestOf(ctx, keyMPK, string(c.Member))
	if err != nil {
		return err
	}
	switch {
	case len(mpk) == 0:
		return incident.ErrNotFound
	case string(mpk) != c.MPK:
		return incident.ErrConflict
	}
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	if err := s.mayChange(by, members, c); err != nil {
		return err
	}
	if err := s.putGrants(ctx, c); err != nil {
		return err
	}
	says := &incident.Line{Member: c.Member, Role: c.Role, Desks: c.Desks}
	err = s.decide(ctx, line{incident.KindMember, string(by.ID), c.Op, says}, func(now map[incident.MemberID]incident.Member) error {
		return s.mayChange(by, now, c)
	})
	if err != nil {
		return err
	}
	return s.dropGrants(ctx, string(c.Member), func(desk string) bool { return !slices.Contains(c.Desks, desk) })
}

func (s *Service) checkChange(c Change) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	_, err := incident.ParseMemberID(string(c.Member))
	want(err == nil, "member")
	want(c.Role.Valid(), "role")
	want(c.Role.Reads() == (len(c.Desks) > 0) && len(c.Desks) <= maxDesks, "desks")
	for i, d := range c.Desks {
		want(s.knowsDesk(d) && !slices.Contains(c.Desks[:i], d), "desk")
	}
	want(isRecipient(c.MPK), "mpk")
	want(c.Profile == nil || isSealed(c.Profile) && len(c.Profile) <= maxProfile, "profile")
	for _, g := range c.Grants {
		want(slices.Contains(c.Desks, g.Desk), "desk")
		want(g.Epoch >= 1 && g.Epoch <= s.pinnedEpoch(g.Desk), "epoch")
		want(isWrap(g.Wrap), "wrap")
		want(len(g.Vouch) == vouchSize, "vouch")
	}
	return faults.Err()
}

func (s *Service) knowsDesk(id string) bool {
	return slices.ContainsFunc(s.Desks(), func(d incident.Desk) bool { return d.ID == id })
}

// pinnedEpoch gives the highest epoch of the desk that the operator pinned, or 0.
func (s *Service) pinnedEpoch(desk string) int {
	highest := 0
	for _, k := range s.Keys() {
		if k.Desk == desk {
			highest = max(highest, k.Epoch)
		}
	}
	return highest
}

// mayChange holds a change against the office as it is.
func (s *Service) mayChange(by incident.Member, members map[incident.MemberID]incident.Member, c Change) error {
	before, known := members[c.Member]
	if !known || before.Off {
		before = incident.Member{ID: c.Member} // a newcomer has nothing yet
	}
	after := incident.Member{ID: c.Member, Role: c.Role, Desks: c.Desks}
	if !keeps(by, before) || by.Role == incident.RoleCoordinator && !within(c.Desks, by.Desks) {
		return incident.ErrForbidden
	}
	admin := func(m incident.Member) bool { return m.Role == incident.RoleAdmin && !m.Off }
	if admin(after) && by.Role != incident.RoleAdmin && anyMember(members, admin) {
		return incident.ErrForbidden // a coordinator makes the first admin only
	}
	for _, d := range c.Desks {
		if before.In(d) {
			continue
		}
		// Who holds no key cannot give one away; who gives one gives the newest.
		given := slices.ContainsFunc(c.Grants, func(g KeyGrant) bool { return g.Desk == d && g.Epoch == s.pinnedEpoch(d) })
		if by.Role != incident.RoleCoordinator || !given {
			return incident.ErrForbidden
		}
	}
	return lastStays(members, after)
}

func anyMember(members map[incident.MemberID]incident.Member, is func(incident.Member) bool) bool {
	for _, m := range members {
		if is(m) {
			return true
		}
	}
	return false
}

// lastStays refuses what would leave a desk without its last coordinator, or the
// office without its last admin.
func lastStays(members map[incident.MemberID]incident.Member, after incident.Member) error {
	before, known := members[after.ID]
	if !known || before.Off {
		return nil
	}
	others := func(is func(incident.Member) bool) bool {
		return anyMember(members, func(m incident.Member) bool { return m.ID != after.ID && !m.Off && is(m) })
	}
	if before.Role == incident.RoleAdmin && (after.Off || after.Role != incident.RoleAdmin) &&
		!others(func(m incident.Member) bool { return m.Role == incident.RoleAdmin }) {
		return ErrLast
	}
	if before.Role != incident.RoleCoordinator {
		return nil
	}
	for _, d := range before.Desks {
		stays := !after.Off && after.Role == incident.RoleCoordinator && after.In(d)
		if !stays && !others(func(m incident.Member) bool { return m.Role == incident.RoleCoordinator && m.In(d) }) {
			return ErrLast
		}
	}
	return nil
}

// SwitchOff ends a member's account: sessions are over with the ledger's line,
// then wraps, vouches and login go. The login name stays claimed. Somebody who
// was never admitted is forgotten altogether. The desks need a new epoch
// afterwards, which a coordinator's browser makes. It may be repeated.
// ErrForbidden, ErrNotFound, ErrLast.
func (s *Service) SwitchOff(ctx context.Context, by incident.Member, op incident.Op, id incident.MemberID) error {
	s.founding.Lock()
	defer s.founding.Unlock()
	members, err := s.members(ctx)
	if err != nil {
		return err
	}
	m, known := members[id]
	switch {
	case !known:
		mpk, err := s.newestOf(ctx, keyMPK, string(id))
		if err != nil {
			return err
		}
		if len(mpk) == 0 {
			return incident.ErrNotFound
		}
		m = incident.Member{ID: id}
		fallthrough
	case m.Off:
		if !keeps(by, m) {
			return incident.ErrForbidden
		}
		return s.forget(ctx, string(id), !known)
	}
	says := &incident.Line{Member: id, Role: m.Role, Desks: m.Desks, Off: true}
	err = s.decide(ctx, line{incident.KindMember, string(by.ID), op, says}, func(now map[incident.MemberID]incident.Member) error {
		if !keeps(by, now[id]) {
			return incident.ErrForbidden
		}
		return lastStays(now, incident.Member{ID: id, Off: true})
	})
	if err != nil {
		return err
	}
	return s.forget(ctx, string(id), false)
}

// forget drops what lets a member log in and open, and with the name also the
// claim on it.
func (s *Service) forget(ctx context.Context, id string, name bool) error {
	if err := s.dropGrants(ctx, id, func(string) bool { return true }); err != nil {
		return err
	}
	prefixes := []string{keyUsed + ":" + id + "."}
	for _, kind := range []string{keyInvite, keyAuth, keyLock, keyMPK} {
		prefixes = append(prefixes, kind+":"+id+":")
	}
	if name {
		claims, err := s.keys(ctx, keyName+":")
		if err != nil {
			return err
		}
		for _, k := range claims {
			if string(k.Bytes) == id {
				prefixes = append(prefixes, k.ID)
			}
		}
	}
	for _, p := range prefixes {
		if err := s.Ledger.DropKeys(ctx, p); err != nil {
			return fmt.Errorf("dropping a member's keys: %w", err)
		}
	}
	return s.dropPasskeys(ctx, id)
}

// LogOutEverywhere ends all sessions of the member, on every instance.
func (s *Service) LogOutEverywhere(ctx context.Context, m incident.Member, op incident.Op) error {
	says := &incident.Line{Member: m.ID, Role: m.Role, Desks: m.Desks, Logout: true}
	return s.decide(ctx, line{incident.KindMember, string(m.ID), op, says}, func(now map[incident.MemberID]incident.Member) error {
		// The line repeats what the member is; it must not give back what was taken meanwhile.
		if is := now[m.ID]; is.Off || is.Role != m.Role || !slices.Equal(is.Desks, m.Desks) {
			return incident.ErrConflict
		}
		return nil
	})
}

// putGrants stores the wraps, vouches and the name that come with a change.
func (s *Service) putGrants(ctx context.Context, c Change) error {
	for _, g := range c.Grants {
		owner := grantOwner(g.Desk, g.Epoch, string(c.Member))
		if err := s.putNewest(ctx, keyWrap, owner, g.Wrap); err != nil {
			return err
		}
		if err := s.putNewest(ctx, keyVouch, owner, g.Vouch); err != nil {
			return err
		}
	}
	if c.Profile == nil {
		return nil
	}
	return s.putNewest(ctx, keyProfile, string(c.Member), c.Profile)
}

// dropGrants deletes the wraps and vouches of a member at the desks.
func (s *Service) dropGrants(ctx context.Context, member string, of func(desk string) bool) error {
	for _, kind := range []string{keyWrap, keyVouch} {
		keys, err := s.keys(ctx, kind+":")
		if err != nil {
			return err
		}
		for _, k := range keys {
			owner, _, _ := splitKey(k.ID)
			parts := strings.Split(owner, ".")
			if len(parts) != 3 || parts[2] != member || !of(parts[0]) {
				continue
			}
			if err := s.Ledger.DropKeys(ctx, k.ID); err != nil {
				return fmt.Errorf("dropping a wrap: %w", err)
			}
		}
	}
	return nil
}

// decide writes a line about members if may agrees, which is asked anew for
// every state of the ledger that the line would follow: two who switch each
// other off at the same time are not both right.
func (s *Service) decide(ctx context.Context, l line, may func(map[incident.MemberID]incident.Member) error) error {
	for range recordAttempts {
		var lines []incident.Event
		done := false
		rev, head, err := s.readLedger(ctx, func(e incident.Event) {
			done = done || e.Op == l.op && e.Actor == l.actor
			if e.Kind == incident.KindMember {
				lines = append(lines, e)
			}
		})
		if err != nil || done {
			return err
		}
		members, err := incident.Members(lines)
		if err != nil {
			return err
		}
		if err := may(members); err != nil {
			return err
		}
		e, err := incident.NewLine(rev, head, l.kind, l.actor, s.today(), l.op, l.says)
		if err != nil {
			return err
		}
		if err := s.Ledger.Record(ctx, e); !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return incident.ErrUnclear
}
