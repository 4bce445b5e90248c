package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A SealedReport is a report that the browser sealed. The server sees where it
// goes and how big its bucket is.
type SealedReport struct {
	Locator [32]byte
	Op      incident.Op
	Desk    string
	Epoch   int
	Track   incident.Track
	Att     []incident.Attachment
	Box     []byte
}

// Submit takes in a sealed report. The same op again is no error. ErrEpoch: the
// key is not in use; reload the page. ErrConflict: another report stands under
// this receipt; send the text as a message. ErrErased: what stood under it is
// gone; take a new one. ErrUpload: a file is gone, send it
// anew. ErrUnclear: send it again.
func (s *Service) Submit(ctx context.Context, r SealedReport) error {
	if !s.Keys().accepts(r.Desk, r.Epoch, s.Now()) {
		return incident.ErrEpoch
	}
	if seal.CheckBox(string(incident.KindReport), r.Box, 1) != nil {
		return incident.Faults{{Field: "box", Key: "box"}}
	}
	if !r.Track.Valid() {
		return incident.Faults{{Field: "track", Key: "unknown"}}
	}
	id := incident.CaseID(seal.CaseIDOf(r.Locator))
	e, err := incident.NewCase(id, r.Op, incident.MonthOf(s.Now()), r.Desk, r.Epoch, r.Track, r.Att, r.Box)
	if err != nil {
		return incident.Faults{{Field: "att", Key: "shape"}}
	}
	return s.begin(ctx, id, e, r.Att)
}

// begin appends the first event of a case, whose files must be there.
func (s *Service) begin(ctx context.Context, id incident.CaseID, e incident.Event, att []incident.Attachment) error {
	if len(att) > 0 {
		c, err := s.load(ctx, id)
		if err == nil {
			if _, done := c.Has(e.Op); done {
				return nil
			}
			return incident.ErrConflict
		}
		if !errors.Is(err, incident.ErrNotFound) {
			return err
		}
		if err := s.checkUploads(ctx, id, att); err != nil {
			return err
		}
	}
	if err := s.Store.Append(ctx, e); err != nil {
		return s.erased(ctx, id, err)
	}
	s.named(att)
	return nil
}

// An Outcome says what became of a report sent without JavaScript.
type Outcome string

// The outcomes.
const (
	OutcomeReport  Outcome = "report"  // it is a case now, or was already
	OutcomeMessage Outcome = "message" // another report stood under this receipt; this one was put behind it
)

// SubmitPlain seals a report on arrival and takes it in, with its files, which may
// be nil. receipt is the one that the form carried. All faults come back at once,
// as incident.Faults. The same POST twice is one case; an edited one is sealed
// anew as a message, so that nothing typed is dropped.
func (s *Service) SubmitPlain(ctx context.Context, receipt, desk string, r incident.Report, files *Parcel) (Outcome, error) {
	if err := files.Faults(); err != nil {
		return "", err
	}
	r = clean(r).Settle()
	if err := s.Check.Report(r, s.today()); err != nil {
		return "", err
	}
	if err := noReceipt(r.Text); err != nil {
		return "", err
	}
	key, ok := s.Keys().current(desk, s.Now())
	if !ok {
		return "", incident.ErrEpoch
	}
	if files != nil {
		key = files.key // of one file and its event, even while keys change
	}
	keys, err := s.keys(receipt)
	if err != nil {
		return "", err
	}
	body, err := reportBody(r, keys)
	if err != nil {
		return "", err
	}
	defer func() { clear(body) }()
	sent, sums := files.body()
	op := incident.Op(keys.Op(body, sums))
	id := incident.CaseID(keys.CaseID())
	if body, err = withFiles(body, sent); err != nil {
		return "", err
	}
	box, err := s.seal(incident.KindReport, keys, op, "", body, key.recipient)
	if err != nil {
		return "", err
	}
	att := files.attachments()
	e, err := incident.NewCase(id, op, incident.MonthOf(s.Now()), desk, key.Epoch, r.Track(), att, box)
	if err != nil {
		return "", err
	}
	err = s.begin(ctx, id, e, att)
	if errors.Is(err, incident.ErrConflict) {
		return OutcomeMessage, s.messagePlain(ctx, keys, messageBody{Text: r.Text, Report: &r}, "", files)
	}
	return OutcomeReport, err
}

// withFiles puts what the event names into its body.
func withFiles(body []byte, files []File) ([]byte, error) {
	if len(files) == 0 {
		return body, nil
	}
	list, err := encode(files)
	if err != nil {
		return nil, err
	}
	whole := make([]byte, 0, len(body)+len(list)+len(`,"files":}`))
	whole = append(append(whole, body[:len(body)-1]...), `,"files":`...)
	clear(body)
	return append(append(whole, list...), '}'), nil
}

// clean brings every typed answer into one form before limits count it.
func clean(r incident.Report) incident.Report {
	r.Text = incident.CleanText(r.Text)
	r.GroundOther = incident.CleanText(r.GroundOther)
	r.RespondentOrg = incident.CleanText(r.RespondentOrg)
	if r.Place != nil {
		p := *r.Place
		p.Note = incident.CleanText(p.Note)
		r.Place = &p
	}
	if r.Contact != nil {
		c := *r.Contact
		c.Value, c.SafeTimes = incident.CleanText(c.Value), incident.CleanText(c.SafeTimes)
		r.Contact = &c
	}
	var passOn []incident.PassOn
	for _, p := range r.PassOn {
		passOn = append(passOn, incident.PassOn{To: incident.CleanText(p.To), What: incident.CleanText(p.What)})
	}
	r.PassOn = passOn
	return r
}

// mailbox is what lets the office answer: it travels inside the sealed report
// and nowhere else.
type mailbox struct {
	Recipient string `json:"recipient"`
	MAC       string `json:"mac"`
}

// reportBody is the body of the report's envelope: the answers, and the mailbox
// beside them.
func reportBody(r incident.Report, keys seal.Keys) ([]byte, error) {
	answers, err := r.Encode()
	if err != nil {
		return nil, err
	}
	defer clear(answers)
	box, err := json.Marshal(mailbox{Recipient: keys.Recipient(), MAC: seal.EncodeKey(keys.MAC)})
	if err != nil {
		return nil, fmt.Errorf("writing report: %w", err)
	}
	body := make([]byte, 0, len(answers)+len(box)+len(`,"mailbox":`))
	body = append(body, answers[:len(answers)-1]...)
	body = append(body, `,"mailbox":`...)
	body = append(body, box...)
	return append(body, '}'), nil
}

// seal makes the box of an act that arrived without JavaScript.
func (s *Service) seal(kind incident.Kind, keys seal.Keys, op incident.Op, seen string, body []byte, to seal.Recipient) ([]byte, error) {
	return seal.Seal(seal.Envelope{
		Case: keys.CaseID(), Kind: string(kind), Op: op.String(), Seen: seen, By: "server", At: s.today(), Body: body,
	}, keys.MAC, to)
}
