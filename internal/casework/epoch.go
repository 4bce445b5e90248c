package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// A NewEpoch is the next key of a desk, made in a coordinator's browser and
// wrapped to everybody who stays and to the recovery sheet.
type NewEpoch struct {
	Op      incident.Op
	Desk    string
	Epoch   int
	OPK     string
	Members []EpochGrant
	Paper   EpochGrant
}

// An EpochGrant gives the new key to one member, whose name is sealed anew so
// that later joiners can read it; the sheet has no name.
type EpochGrant struct {
	Member  incident.MemberID
	Wrap    []byte
	Vouch   []byte
	Profile []byte
}

// Rotate stores the next epoch of a desk. It follows the highest one that the
// operator pinned, so a key that was never pinned is replaced by the next try.
// The operator pins it afterwards. It may be repeated with the same op.
// ErrForbidden: no coordinator of the desk. ErrConflict: another epoch is due, or
// the desk's members have changed. Faults.
func (s *Service) Rotate(ctx context.Context, by incident.Member, n NewEpoch) error {
	if by.Role != incident.RoleCoordinator || by.Off || !by.In(n.Desk) {
		return incident.ErrForbidden
	}
	if err := s.checkEpochMade(n); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	says := &incident.Line{Desk: n.Desk, Epoch: n.Epoch, Recipient: n.OPK}
	err := s.decide(ctx, line{incident.KindKey, string(by.ID), n.Op, says}, func(now map[incident.MemberID]incident.Member) error {
		if n.Epoch != s.pinnedEpoch(n.Desk)+1 || !slices.Equal(readersOf(now, n.Desk), memberIDs(n.Members)) {
			return incident.ErrConflict
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range n.Members {
		if err := s.putEpochGrant(ctx, n, string(g.Member), g); err != nil {
			return err
		}
	}
	return s.putEpochGrant(ctx, n, paper, n.Paper)
}

func (s *Service) putEpochGrant(ctx context.Context, n NewEpoch, member string, g EpochGrant) error {
	owner := grantOwner(n.Desk, n.Epoch, member)
	if err := s.putNewest(ctx, keyWrap, owner, g.Wrap); err != nil {
		return err
	}
	if err := s.putNewest(ctx, keyVouch, owner, g.Vouch); err != nil {
		return err
	}
	if g.Profile == nil {
		return nil
	}
	return s.putNewest(ctx, keyProfile, member, g.Profile)
}

func (s *Service) checkEpochMade(n NewEpoch) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	known := slices.ContainsFunc(s.Keys(), func(k incident.PinnedKey) bool { return k.Recipient == n.OPK })
	want(s.knowsDesk(n.Desk), "desk")
	want(isRecipient(n.OPK) && !known, "opk")
	for _, g := range append(slices.Clone(n.Members), n.Paper) {
		want(isWrap(g.Wrap), "wrap")
		want(len(g.Vouch) == vouchSize, "vouch")
		want(g.Profile == nil || isSealed(g.Profile) && len(g.Profile) <= maxProfile, "profile")
	}
	return faults.Err()
}

// readersOf lists who opens the desk's cases, by id.
func readersOf(members map[incident.MemberID]incident.Member, desk string) []incident.MemberID {
	ids := []incident.MemberID{}
	for id, m := range members {
		if !m.Off && m.Role.Reads() && m.In(desk) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func memberIDs(grants []EpochGrant) []incident.MemberID {
	ids := make([]incident.MemberID, len(grants))
	for i, g := range grants {
		ids[i] = g.Member
	}
	slices.Sort(ids)
	return ids
}

// LedgerLines gives at most 500 lines of the ledger after the line of
// this number, for those who look after the office.
func (s *Service) LedgerLines(ctx context.Context, by incident.Member, after int) ([]incident.Event, error) {
	if !by.Role.Keeps() || by.Off {
		return nil, incident.ErrForbidden
	}
	lines, err := s.Ledger.Lines(ctx, max(after, 0), linesAtOnce)
	if err != nil {
		return nil, unavailable("reading the ledger", err)
	}
	return lines, nil
}

// Reasons of lines that a member's browser asks for: what was found swapped at
// unlocking, and which sheet was tried out.
var (
	alarmReasons = []string{"member", "wrap", "pinned", "form", "vouch"}
	drillReasons = []string{"paper"}
)

// Note writes a line of the member's browser into the ledger: an alarm about a
// key that is not what it should be, or a recovery drill.
func (s *Service) Note(ctx context.Context, m incident.Member, op incident.Op, kind incident.Kind, reason string) error {
	reasons := alarmReasons
	if kind == incident.KindDrill {
		reasons = drillReasons
	}
	if !slices.Contains(reasons, reason) {
		return incident.Faults{{Field: "reason", Key: "reason"}}
	}
	if err := s.record(ctx, line{kind, string(m.ID), op, &incident.Line{Reason: reason}}, nil); err != nil {
		return fmt.Errorf("noting %s: %w", strings.ToLower(string(kind)), err)
	}
	return nil
}
