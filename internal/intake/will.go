package intake

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A Wish is another step of the consent ladder (domain.md §4): what the resident
// allows from now on.
type Wish struct {
	Rung string
	Text string // the text agreed to with its version, art9/1; "" where the rung needs none
}

// faults finds what does not fit. A rung on which the office advises needs the
// consent of GDPR Art. 9, given anew each time, since what stood before may have
// been taken back; the other rungs need none, and none is recorded.
func (w Wish) faults() error {
	var faults incident.Faults
	switch advised := w.report().Track() == incident.TrackCounselling; {
	case !slices.Contains(incident.Rungs, w.Rung):
		faults = append(faults, incident.FieldError{Field: "rung", Key: "unknown"})
	case advised && w.Text == "":
		faults = append(faults, incident.FieldError{Field: "consent", Key: "required"})
	case advised != strings.HasPrefix(w.Text, "art9/"), !advised && w.Text != "":
		faults = append(faults, incident.FieldError{Field: "consent", Key: "unknown"})
	}
	return faults.Err()
}

func (w Wish) report() incident.Report { return incident.Report{Rung: w.Rung} }

// public gives the fields that stand outside the seal. Nothing makes advice a
// mere report again: who climbs down keeps the track.
func (w Wish) public(epoch int, track incident.Track) incident.Public {
	if w.report().Track() == incident.TrackCounselling {
		track = incident.TrackCounselling
	}
	return incident.Public{Epoch: epoch, Rung: w.Rung, Text: w.Text, Track: track}
}

// A SealedWill is what the resident decides about the case later, sealed by the
// browser: another wish, or that everything be erased.
type SealedWill struct {
	Locator [32]byte
	Op      incident.Op
	Epoch   int
	Wish    Wish // of Consent
	Box     []byte
}

// Consent records another wish. The same op again is no error. Errors as Message.
func (s *Service) Consent(ctx context.Context, w SealedWill) error {
	if err := w.Wish.faults(); err != nil {
		return err
	}
	return s.sealedWill(ctx, incident.KindConsent, w)
}

// Withdraw records that the resident wants everything erased. That is the request:
// one coordinator approves it (domain.md §6).
func (s *Service) Withdraw(ctx context.Context, w SealedWill) error {
	return s.sealedWill(ctx, incident.KindWithdrawal, w)
}

func (s *Service) sealedWill(ctx context.Context, kind incident.Kind, w SealedWill) error {
	if seal.CheckBox(string(kind), w.Box, 1) != nil {
		return incident.Faults{{Field: "box", Key: "box"}}
	}
	id := incident.CaseID(seal.CaseIDOf(w.Locator))
	c, err := s.load(ctx, id)
	if err != nil {
		return err
	}
	if !s.Keys().accepts(c.Desk, w.Epoch, s.Now()) {
		return incident.ErrEpoch
	}
	return s.add(ctx, id, s.will(kind, w.Op, willPublic(kind, w.Wish, w.Epoch, c.Track), w.Box))
}

func willPublic(kind incident.Kind, w Wish, epoch int, track incident.Track) incident.Public {
	if kind == incident.KindConsent {
		return w.public(epoch, track)
	}
	return incident.Public{Epoch: epoch}
}

func (s *Service) will(kind incident.Kind, op incident.Op, public incident.Public, box []byte) incident.Draft {
	return incident.Draft{Kind: kind, Actor: incident.ActorResident, Day: s.today(), Op: op, Public: public, Box: box}
}

// ConsentPlain records another wish that came without JavaScript. seen is the op
// of the newest mailbox event on the page, or "".
func (s *Service) ConsentPlain(ctx context.Context, receipt string, w Wish, seen string) error {
	if err := w.faults(); err != nil {
		return err
	}
	body := struct {
		Rung  string   `json:"rung"`
		Texts []string `json:"texts"`
	}{w.Rung, []string{}}
	if w.Text != "" {
		body.Texts = []string{w.Text}
	}
	return s.willPlain(ctx, incident.KindConsent, receipt, w, body, seen)
}

// WithdrawPlain records without JavaScript that everything is to be erased.
func (s *Service) WithdrawPlain(ctx context.Context, receipt, seen string) error {
	return s.willPlain(ctx, incident.KindWithdrawal, receipt, Wish{}, map[string]bool{"withdraw": true}, seen)
}

func (s *Service) willPlain(ctx context.Context, kind incident.Kind, receipt string, w Wish, says any, seen string) error {
	keys, err := s.keys(receipt)
	if err != nil {
		return err
	}
	if _, err := incident.ParseOp(seen); err != nil {
		seen = ""
	}
	id := incident.CaseID(keys.CaseID())
	c, err := s.load(ctx, id)
	if err != nil {
		return err
	}
	key, ok := s.Keys().current(c.Desk, s.Now())
	if !ok {
		return incident.ErrEpoch
	}
	body, err := encode(says)
	if err != nil {
		return err
	}
	op := incident.Op(keys.Op(append(bytes.Clone(body), seen...), nil))
	box, err := s.seal(kind, keys, op, seen, body, key.recipient)
	if err != nil {
		return err
	}
	return s.add(ctx, id, s.will(kind, op, willPublic(kind, w, key.Epoch, c.Track), box))
}
