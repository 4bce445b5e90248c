package publicweb

import (
	"errors"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// A Will is what the mailbox offers beside writing: another wish, and that
// everything be erased.
type Will struct {
	Rungs     []Option
	Art9      bool    // ticked
	Faults    []Fault // of the wish
	Sent      bool    // another wish has just arrived
	Sure      bool    // the page asks whether really everything is to go
	Withdrawn bool    // it is to go: the office has been told
}

// What the buttons of the page say beside "open" and "send".
const (
	wishField     = "wish"
	withdrawField = "withdraw" // "ask", then "yes"
	rungField     = "rung"
	consentsField = "consents"
)

var willFields = []string{wishField, withdrawField, rungField, consentsField}

// art9 is the text beside the tick, with its version.
const art9 = "art9/1"

// willOf is what the form said of it.
func willOf(f intake.Form) Will {
	w := Will{Art9: slices.Contains(f[consentsField], art9), Sure: f.Get(withdrawField) == "ask"}
	for _, rung := range incident.Rungs {
		w.Rungs = append(w.Rungs, Option{Name: rungField, Group: "rung", Code: rung, On: f.Get(rungField) == rung})
	}
	return w
}

// decide does what a button of the page asks for, if one was pressed.
func (s *Site) decide(c *gin.Context, f intake.Form, receipt string, w *Will) error {
	switch {
	case f.Get(withdrawField) == "yes":
		return s.Intake.WithdrawPlain(c.Request.Context(), receipt, f.Get("seen"))
	case f.Get(wishField) == "":
		return nil
	}
	wish := intake.Wish{Rung: f.Get(rungField)}
	if w.Art9 && (incident.Report{Rung: wish.Rung}).Track() == incident.TrackCounselling {
		wish.Text = art9
	}
	err := s.Intake.ConsentPlain(c.Request.Context(), receipt, wish, f.Get("seen"))
	if err == nil {
		*w = willOf(nil)
		w.Sent = true
	}
	return err
}

// willFaults words the faults of a wish. An error that is none of a wish gives none.
func willFaults(err error) []Fault {
	var found incident.Faults
	if !errors.As(err, &found) {
		return nil
	}
	var all []Fault
	for _, f := range found {
		switch f.Field {
		case "rung":
			all = append(all, Fault{ID: "wish", Key: "fault.rung"})
		case "consent":
			all = append(all, Fault{ID: "art9", Key: "fault.consent"})
		}
	}
	return all
}

// sealedWill is what the script sends for another wish or a withdrawal.
type sealedWill struct {
	Locator string `json:"locator"`
	Op      string `json:"op"`
	Epoch   int    `json:"epoch"`
	Box     []byte `json:"box"`
}

func (in sealedWill) read() (intake.SealedWill, error) {
	locator, op, err := envelopeOf(in.Locator, in.Op)
	return intake.SealedWill{Locator: locator, Op: op, Epoch: in.Epoch, Box: in.Box}, err
}

// sealedConsent takes in another wish that the browser sealed.
func (s *Site) sealedConsent(c *gin.Context) {
	var in struct {
		sealedWill
		Rung string `json:"rung"`
		Text string `json:"text"`
	}
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	w, err := in.read()
	if err == nil {
		w.Wish = intake.Wish{Rung: in.Rung, Text: in.Text}
		err = s.Intake.Consent(c.Request.Context(), w)
	}
	s.taken(c, err)
}

// sealedWithdrawal takes in that everything is to be erased, sealed by the browser.
func (s *Site) sealedWithdrawal(c *gin.Context) {
	var in sealedWill
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	w, err := in.read()
	if err == nil {
		err = s.Intake.Withdraw(c.Request.Context(), w)
	}
	s.taken(c, err)
}

func willSamples() []any {
	w := willOf(intake.Form{rungField: {incident.RungAnswer}, consentsField: {art9}})
	w.Faults, w.Sent = []Fault{{ID: "wish", Key: "fault.rung"}, {ID: "art9", Key: "fault.consent"}}, true
	page := MailboxPage{Receipt: sampleReceipt, Found: true, State: incident.StateTriage, Writable: true, Will: w}
	sure, withdrawn := page, page
	sure.Will, sure.Draft = Will{Sure: true}, "Text"
	withdrawn.Will = Will{Withdrawn: true}
	return []any{page, sure, withdrawn}
}
