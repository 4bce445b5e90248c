package casework

import (
	"context"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// A FirstKey is epoch 1 of a desk that came into the settings after the set-up: its
// key, wrapped to the members who are placed there and to a recovery sheet of its
// own. A coordinator's browser makes it; until the operator has pinned it, the desk
// takes no report.
type FirstKey struct {
	Op       incident.Op
	Desk     string
	OPK      string
	Members  []EpochGrant
	PaperKey string
	Paper    EpochGrant
}

// GiveFirstKey places members at a desk that has no pinned key, with its first key.
// It may be repeated with the same op, and made anew until the operator has pinned
// one. ErrForbidden: no coordinator, or one who does not keep a member who is to be
// placed. ErrConflict: the desk has a
// key, nobody placed is a coordinator, or somebody who is there would be left out.
// Faults.
func (s *Service) GiveFirstKey(ctx context.Context, by incident.Member, f FirstKey) error {
	if by.Role != incident.RoleCoordinator || by.Off {
		return incident.ErrForbidden
	}
	if err := s.checkFirstKey(f); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	before, err := s.members(ctx)
	if err != nil {
		return err
	}
	may := func(now map[incident.MemberID]incident.Member) error { return s.mayPlace(by, now, f) }
	if err := may(before); err != nil {
		return err
	}
	key := &incident.Line{Desk: f.Desk, Epoch: 1, Recipient: f.OPK}
	if err := s.decide(ctx, line{incident.KindKey, string(by.ID), f.Op, key}, may); err != nil {
		return err
	}
	if err := s.putFirstKey(ctx, f); err != nil {
		return err
	}
	for i, g := range f.Members {
		m := before[g.Member]
		if m.In(f.Desk) {
			continue
		}
		says := &incident.Line{Member: m.ID, Role: m.Role, Desks: append(slices.Clone(m.Desks), f.Desk)}
		err := s.decide(ctx, line{incident.KindMember, string(by.ID), opOf(f.Op, i+1), says}, func(now map[incident.MemberID]incident.Member) error {
			// The line repeats what the member is; it must not give back what was taken meanwhile.
			if is := now[m.ID]; is.Off || is.Role != m.Role || !slices.Equal(is.Desks, m.Desks) {
				return incident.ErrConflict
			}
			return may(now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mayPlace holds the founding of a desk against the office as it is. Placing oneself
// is no gain: the desk has nothing to read yet.
func (s *Service) mayPlace(by incident.Member, now map[incident.MemberID]incident.Member, f FirstKey) error {
	there := readersOf(now, f.Desk)
	placed := memberIDs(f.Members)
	switch {
	case s.pinnedEpoch(f.Desk) > 0:
		return incident.ErrConflict
	case slices.ContainsFunc(there, func(id incident.MemberID) bool { return !slices.Contains(placed, id) }):
		return incident.ErrConflict
	}
	leads := false
	for _, id := range placed {
		m := now[id]
		elsewhere := m
		elsewhere.Desks = slices.DeleteFunc(slices.Clone(m.Desks), func(d string) bool { return d == f.Desk })
		if m.Off || !m.Role.Reads() || id != by.ID && !keeps(by, elsewhere) {
			return incident.ErrForbidden
		}
		leads = leads || m.Role == incident.RoleCoordinator
	}
	if !leads {
		return incident.ErrConflict
	}
	return nil
}

func (s *Service) checkFirstKey(f FirstKey) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	ids := memberIDs(f.Members)
	known := slices.ContainsFunc(s.Keys(), func(k incident.PinnedKey) bool { return k.Recipient == f.OPK })
	want(s.knowsDesk(f.Desk), "desk")
	want(isRecipient(f.OPK) && !known, "opk")
	want(isRecipient(f.PaperKey) && f.PaperKey != f.OPK, "ppk")
	want(len(ids) > 0 && len(ids) <= maxPlaced && len(slices.Compact(slices.Clone(ids))) == len(ids), "members")
	for _, g := range append(slices.Clone(f.Members), f.Paper) {
		want(isWrap(g.Wrap), "wrap")
		want(len(g.Vouch) == vouchSize, "vouch")
		want(g.Profile == nil || isSealed(g.Profile) && len(g.Profile) <= maxProfile, "profile")
	}
	return faults.Err()
}

// maxPlaced keeps the ops of the lines apart, see opOf.
const maxPlaced = 100

func (s *Service) putFirstKey(ctx context.Context, f FirstKey) error {
	n := NewEpoch{Desk: f.Desk, Epoch: 1}
	if err := s.putNewest(ctx, keyMPK, f.Desk+"."+paper, []byte(f.PaperKey)); err != nil {
		return err
	}
	if err := s.putEpochGrant(ctx, n, paper, f.Paper); err != nil {
		return err
	}
	for _, g := range f.Members {
		if err := s.putEpochGrant(ctx, n, string(g.Member), g); err != nil {
			return err
		}
	}
	return nil
}
