package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// ExportDesk is the reason of the ledger's line about a hand-over; its desk is the
// one that got the summary.
const ExportDesk = "desk"

// A Handover passes a summary to another desk: an answer that tells the resident,
// word by word, and a report of its own at the other desk. No ciphertext goes from
// one desk to the other; the member's browser seals the summary twice.
type Handover struct {
	Rev   int         // number of the newest event that the member saw
	Op    incident.Op // of the answer
	Epoch int         // of the own desk's key
	Box   []byte      // of the answer, sealed to the resident and the own desk
	Of    string      // op of the consent that allows it
	To    HandedCase
}

// A HandedCase is the report at the other desk, under a receipt that the member's
// browser made for the resident.
type HandedCase struct {
	Desk  string
	Case  incident.CaseID
	Op    incident.Op
	Epoch int    // of the other desk's key
	Box   []byte // sealed to the other desk alone
}

// HandOver adds the answer, which is the commit, notes in the ledger which member
// passed something to which desk, and opens the case there. The same op on the
// same day ends what was broken off in between; the ledger may then have two
// lines of it. A member needs no part in the other desk and gets none. Errors:
// those of Do; incident.ConsentError if the resident does not allow it;
// incident.ErrEpoch also for the key of the other desk; ErrConflict also if
// another case stands under the new receipt.
func (s *Service) HandOver(ctx context.Context, m incident.Member, id incident.CaseID, h Handover) (Done, error) {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return Done{}, err
	}
	first, err := s.handedCase(c, h)
	if err != nil {
		return Done{}, err
	}
	there, err := s.arrived(ctx, first)
	if err != nil {
		return Done{}, err
	}
	rev, begun := c.Has(h.Op)
	if !begun && there || begun && !s.sameHandover(c, m, h, rev) {
		return Done{}, incident.ErrConflict
	}
	a := Act{Rev: h.Rev, Op: h.Op, Kind: incident.KindAnswer, Public: incident.Public{Epoch: h.Epoch, Of: h.Of}, Box: h.Box}
	done, err := s.Do(ctx, m, id, a)
	if err != nil || there {
		return done, err
	}
	op, err := s.newOp()
	if err != nil {
		return Done{}, err
	}
	says := &incident.Line{Reason: ExportDesk, Desk: h.To.Desk}
	if err := s.record(ctx, line{incident.KindExport, string(m.ID), op, says}, nil); err != nil {
		return Done{}, fmt.Errorf("noting a hand-over: %w", err)
	}
	if err := s.Store.Append(ctx, first); err != nil {
		return Done{}, fmt.Errorf("handing over: %w", err)
	}
	return done, nil
}

// handedCase builds the first event at the other desk.
func (s *Service) handedCase(c *incident.Case, h Handover) (incident.Event, error) {
	to := h.To
	var faults incident.Faults
	if !s.knowsDesk(to.Desk) || to.Desk == c.Desk {
		faults = append(faults, incident.FieldError{Field: "to.desk", Key: "desk"})
	}
	if s.CheckBox(string(incident.KindReport), to.Box, 1) != nil {
		faults = append(faults, incident.FieldError{Field: "to.box", Key: "box"})
	}
	if _, err := incident.ParseOp(h.Of); err != nil {
		faults = append(faults, incident.FieldError{Field: "of", Key: "of"})
	}
	if to.Op == h.Op || to.Case == c.Case {
		faults = append(faults, incident.FieldError{Field: "to.op", Key: "op"})
	}
	if err := faults.Err(); err != nil {
		return incident.Event{}, err
	}
	if err := s.checkEpoch(to.Desk, to.Epoch); err != nil {
		return incident.Event{}, err
	}
	return incident.NewHandedCase(to.Case, to.Op, incident.MonthOf(s.Now()), to.Desk, to.Epoch, c.Desk, to.Box)
}

// arrived says whether the case stands at the other desk already. ErrConflict: a
// different one does.
func (s *Service) arrived(ctx context.Context, first incident.Event) (bool, error) {
	events, err := s.Store.File(ctx, first.Case())
	switch {
	case errors.Is(err, incident.ErrNotFound):
		return false, nil
	case err != nil && !errors.Is(err, incident.ErrChain):
		return false, unavailable("reading a case", err)
	case err != nil || events[0].Op != first.Op:
		return false, incident.ErrConflict
	}
	return true, nil
}

// sameHandover says whether the event is what the member began today.
func (s *Service) sameHandover(c *incident.Case, m incident.Member, h Handover, rev int) bool {
	e := c.Event(rev)
	p, err := e.PublicFields()
	return err == nil && e.Kind == incident.KindAnswer && e.Actor == string(m.ID) && e.Day == s.today() && p.Of == h.Of
}
