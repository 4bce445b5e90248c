package casework

import (
	"context"
	"fmt"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// Two of three: a sheet's key, sealed to one trustee and that to another, for
// each pair (protocol.md §2.3).
const (
	pairs     = 3
	shareSize = 3395 // a wrap inside an age file to one hybrid key
)

// A Sheet is the public half of a desk's recovery sheet, its vouches and wraps,
// and the blobs of two of three, if the key was split.
type Sheet struct {
	Desk    string
	MPK     string
	Vouches []Grant
	Wraps   []Grant
	Shares  [][]byte
}

// A NewSheet is a recovery sheet that takes the place of a desk's old one: it
// opens every epoch that the old one opened.
type NewSheet struct {
	Desk   string
	MPK    string
	Grants []KeyGrant // for every pinned epoch; Desk is that of the sheet
	Shares [][]byte   // none, or one for each pair of trustees
}

// Sheets gives the recovery sheets of the desks.
func (s *Service) Sheets(ctx context.Context, desks []string) ([]Sheet, error) {
	vouches, err := s.grants(ctx, keyVouch, desks)
	if err != nil {
		return nil, err
	}
	wraps, err := s.grants(ctx, keyWrap, desks)
	if err != nil {
		return nil, err
	}
	sheets := []Sheet{}
	for _, d := range desks {
		mpk, err := s.newestOf(ctx, keyMPK, d+"."+paper)
		if err != nil {
			return nil, err
		}
		if len(mpk) == 0 {
			continue
		}
		shares, err := s.keys(ctx, keyShare+":"+d+".")
		if err != nil {
			return nil, err
		}
		sheet := Sheet{Desk: d, MPK: string(mpk), Vouches: ofDesk(vouches[paper], d), Wraps: ofDesk(wraps[paper], d)}
		for _, k := range shares {
			sheet.Shares = append(sheet.Shares, k.Bytes)
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

func ofDesk(grants []Grant, desk string) []Grant {
	return slices.DeleteFunc(slices.Clone(grants), func(g Grant) bool { return g.Desk != desk })
}

// ReplaceSheets puts new recovery sheets in the place of the desks' old ones,
// whose wraps are deleted (backups keep them). It may be repeated. ErrForbidden:
// no coordinator of all the desks. Faults.
func (s *Service) ReplaceSheets(ctx context.Context, by incident.Member, op incident.Op, sheets []NewSheet) error {
	if by.Role != incident.RoleCoordinator || by.Off || slices.ContainsFunc(sheets, func(n NewSheet) bool { return !by.In(n.Desk) }) {
		return incident.ErrForbidden
	}
	if err := s.checkSheets(sheets, 0); err != nil {
		return err
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	for i, n := range sheets {
		says := &incident.Line{Desk: n.Desk, Reason: "sheet"}
		if err := s.record(ctx, line{incident.KindSettings, string(by.ID), opOf(op, i+1), says}, nil); err != nil {
			return err
		}
		if err := s.putSheet(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// checkSheets wants each sheet to open every pinned epoch, and next more.
func (s *Service) checkSheets(sheets []NewSheet, next int) error {
	var faults incident.Faults
	want := func(ok bool, field string) {
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
	}
	want(len(sheets) > 0 && len(sheets) <= maxDesks, "sheets")
	for i, n := range sheets {
		want(s.knowsDesk(n.Desk) && !slices.ContainsFunc(sheets[:i], func(o NewSheet) bool { return o.Desk == n.Desk }), "desk")
		want(isRecipient(n.MPK), "ppk")
		want(len(n.Shares) == 0 || len(n.Shares) == pairs, "shares")
		for _, b := range n.Shares {
			want(len(b) == shareSize && isSealed(b), "shares")
		}
		var epochs []int
		for _, g := range n.Grants {
			want(g.Desk == n.Desk, "desk")
			want(isWrap(g.Wrap), "wrap")
			want(len(g.Vouch) == vouchSize, "vouch")
			epochs = append(epochs, g.Epoch)
		}
		slices.Sort(epochs)
		for e := range s.pinnedEpoch(n.Desk) + next {
			want(e < len(epochs) && epochs[e] == e+1, "epoch")
		}
	}
	return faults.Err()
}

// putSheet stores the new sheet before the old one's wraps go.
func (s *Service) putSheet(ctx context.Context, n NewSheet) error {
	if err := s.putNewest(ctx, keyMPK, n.Desk+"."+paper, []byte(n.MPK)); err != nil {
		return err
	}
	if err := s.Ledger.DropKeys(ctx, keyShare+":"+n.Desk+"."); err != nil {
		return fmt.Errorf("dropping old shares: %w", err)
	}
	for i, b := range n.Shares {
		if err := s.putNewest(ctx, keyShare, fmt.Sprintf("%s.%d", n.Desk, i+1), b); err != nil {
			return err
		}
	}
	for _, g := range n.Grants {
		owner := grantOwner(n.Desk, g.Epoch, paper)
		for kind, b := range map[string][]byte{keyWrap: g.Wrap, keyVouch: g.Vouch} {
			if err := s.putNewest(ctx, kind, owner, b); err != nil {
				return err
			}
			if err := s.dropOlder(ctx, kind, owner); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropOlder deletes all records of an owner but the newest one.
func (s *Service) dropOlder(ctx context.Context, kind, owner string) error {
	keys, err := s.keys(ctx, kind+":"+owner+":")
	if err != nil || len(keys) == 0 {
		return err
	}
	for _, k := range keys[:len(keys)-1] {
		if err := s.Ledger.DropKeys(ctx, k.ID); err != nil {
			return fmt.Errorf("dropping an old wrap: %w", err)
		}
	}
	return nil
}
