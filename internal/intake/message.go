package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A SealedMessage is what the resident writes later, sealed by the browser.
type SealedMessage struct {
	Locator [32]byte
	Op      incident.Op
	Epoch   int
	Att     []incident.Attachment
	Box     []byte
}

// Message adds a sealed message to the case that the locator opens. The same op
// again is no error. ErrNotFound: nothing stands under this receipt. ErrUpload: a
// file is gone, send it anew.
func (s *Service) Message(ctx context.Context, m SealedMessage) error {
	if seal.CheckBox(string(incident.KindMessage), m.Box, 1) != nil {
		return incident.Faults{{Field: "box", Key: "box"}}
	}
	id := incident.CaseID(seal.CaseIDOf(m.Locator))
	c, err := s.load(ctx, id)
	if err != nil {
		return err
	}
	if !s.Keys().accepts(c.Desk, m.Epoch, s.Now()) {
		return incident.ErrEpoch
	}
	return s.addMessage(ctx, id, s.message(m.Op, m.Epoch, m.Box, m.Att))
}

// addMessage appends a message, whose files must be there unless it is appended
// already.
func (s *Service) addMessage(ctx context.Context, id incident.CaseID, d incident.Draft) error {
	if len(d.Public.Att) > 0 {
		done, err := s.has(ctx, id, d.Op)
		if err != nil || done {
			return err
		}
		if err := s.checkUploads(ctx, id, d.Public.Att); err != nil {
			return err
		}
	}
	if err := s.add(ctx, id, d); err != nil {
		return err
	}
	s.named(d.Public.Att)
	return nil
}

// messageBody is the body of a message's envelope. Report is there if a whole
// second form was sent under one receipt.
type messageBody struct {
	Text   string           `json:"text"`
	Report *incident.Report `json:"report,omitempty"`
}

// MessagePlain seals a message on arrival and adds it, with its files, which may
// be nil; with files it needs no words. seen is the op of the newest mailbox event
// that its writer had on the page, or "".
func (s *Service) MessagePlain(ctx context.Context, receipt, text, seen string, files *Parcel) error {
	if err := files.Faults(); err != nil {
		return err
	}
	text = incident.CleanText(text)
	if files == nil || text != "" {
		if err := s.Check.Message(text); err != nil {
			return err
		}
	}
	if err := noReceipt(text); err != nil {
		return err
	}
	keys, err := s.keys(receipt)
	if err != nil {
		return err
	}
	if _, err := incident.ParseOp(seen); err != nil {
		seen = ""
	}
	return s.messagePlain(ctx, keys, messageBody{Text: text}, seen, files)
}

func (s *Service) messagePlain(ctx context.Context, keys seal.Keys, m messageBody, seen string, files *Parcel) error {
	id := incident.CaseID(keys.CaseID())
	c, err := s.load(ctx, id)
	if err != nil {
		return err
	}
	key, ok := s.Keys().current(c.Desk, s.Now())
	if !ok {
		return incident.ErrEpoch
	}
	body, err := encode(m)
	if err != nil {
		return err
	}
	defer func() { clear(body) }()
	// The newest mailbox event is part of the act: the same words sent again
	// after an answer are another message, not a repetition.
	sent, sums := files.body()
	act := append(bytes.Clone(body), seen...)
	defer clear(act)
	op := incident.Op(keys.Op(act, sums))
	if body, err = withFiles(body, sent); err != nil {
		return err
	}
	box, err := s.seal(incident.KindMessage, keys, op, seen, body, key.recipient)
	if err != nil {
		return err
	}
	return s.addMessage(ctx, id, s.message(op, key.Epoch, box, files.attachments()))
}

func (s *Service) message(op incident.Op, epoch int, box []byte, att []incident.Attachment) incident.Draft {
	return incident.Draft{
		Kind: incident.KindMessage, Actor: incident.ActorResident, Day: s.today(), Op: op,
		Public: incident.Public{Epoch: epoch, Att: att}, Box: box,
	}
}

// encode serialises once, without escapes for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing a message: %w", err)
	}
	return b.Bytes()[:b.Len()-1], nil
}
