package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// recovering marks the code of a recovery: it makes a coordinator out of whoever
// has it and the recovery sheet, so it is no code of a newcomer.
const recovering = ".recovery"

// A Recovery is what a browser made with a recovery sheet after all member keys
// were lost: a new coordinator, the next epoch of each desk, and new sheets. The
// old sheet was typed somewhere, so it is used up.
type Recovery struct {
	Joining
	Op      incident.Op
	Profile []byte
	Desks   []RecoveredDesk
}

// A RecoveredDesk is a desk's next key, the wraps of all its keys to the new
// coordinator, and its new sheet.
type RecoveredDesk struct {
	OPK    string
	Grants []KeyGrant
	Sheet  NewSheet
}

// InviteRecovery stores the record of the operator's one-time code for a
// recovery. The code shows the wraps to the recovery sheet, which only the sheet
// opens. ErrForbidden: there is nobody yet, so nothing to recover.
func (s *Service) InviteRecovery(ctx context.Context, record []byte) (incident.MemberID, error) {
	empty, err := s.Empty(ctx)
	if err != nil {
		return "", err
	}
	if empty || len(record) < sha256.Size {
		return "", incident.ErrForbidden
	}
	id := hex.EncodeToString(record[:sha256.Size/2])
	return incident.MemberID(id), s.putInvite(ctx, incident.MemberID(id+recovering), record)
}

// Recovering gives the member that a recovery's code makes, by the owner of the
// code's record.
func Recovering(owner incident.MemberID) (incident.MemberID, bool) {
	id, ok := strings.CutSuffix(string(owner), recovering)
	return incident.MemberID(id), ok
}

// Recover makes the new coordinator. The caller has checked the code, which is
// used up at the end; until then it may be repeated with the same Recovery.
// ErrNotFound: the code is gone. ErrConflict: the login name is taken. Faults.
func (s *Service) Recover(ctx context.Context, r Recovery) error {
	if err := s.checkRecovery(r); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	owner := r.Member + recovering
	invites, err := s.Invites(ctx)
	if err != nil {
		return err
	}
	if invites[owner] == nil {
		return incident.ErrNotFound
	}
	member := string(r.Member)
	if err := s.claim(ctx, r.Name, member); err != nil {
		return err
	}
	for kind, b := range map[string][]byte{keyAuth: r.Auth, keyLock: r.Lock, keyMPK: []byte(r.MPK), keyProfile: r.Profile} {
		if err := s.putNewest(ctx, kind, member, b); err != nil {
			return err
		}
	}
	says := &incident.Line{Member: r.Member, Role: incident.RoleCoordinator, Reason: "recovery"}
	for i, d := range r.Desks {
		says.Desks = append(says.Desks, d.Sheet.Desk)
		if err := s.putGrants(ctx, Change{Member: r.Member, Grants: d.Grants}); err != nil {
			return err
		}
		if err := s.putSheet(ctx, d.Sheet); err != nil {
			return err
		}
		key := &incident.Line{Desk: d.Sheet.Desk, Epoch: s.pinnedEpoch(d.Sheet.Desk) + 1, Recipient: d.OPK}
		if err := s.record(ctx, line{incident.KindKey, member, opOf(r.Op, i+1), key}, nil); err != nil {
			return err
		}
	}
	if err := s.record(ctx, line{incident.KindMember, member, r.Op, says}, nil); err != nil {
		return err
	}
	return s.Ledger.DropKeys(ctx, keyInvite+":"+string(owner)+":")
}

func (s *Service) checkRecovery(r Recovery) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	want(nameShape.MatchString(r.Name), "name")
	want(len(r.Auth) == authSize, "auth")
	want(isWrap(r.Lock), "lock")
	want(isRecipient(r.MPK), "mpk")
	want(isSealed(r.Profile) && len(r.Profile) <= maxProfile, "profile")
	sheets := make([]NewSheet, len(r.Desks))
	for i, d := range r.Desks {
		sheets[i] = d.Sheet
		known := slices.ContainsFunc(s.Keys(), func(k incident.PinnedKey) bool { return k.Recipient == d.OPK })
		want(isRecipient(d.OPK) && !known, "opk")
		var epochs []int
		for _, g := range d.Grants {
			want(g.Desk == d.Sheet.Desk, "desk")
			want(isWrap(g.Wrap), "wrap")
			want(len(g.Vouch) == vouchSize, "vouch")
			epochs = append(epochs, g.Epoch)
		}
		want(slices.Contains(epochs, s.pinnedEpoch(d.Sheet.Desk)+1), "epoch")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return s.checkSheets(sheets, 1)
}
