package publicweb

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// A ReceiptPage is the answer to a report that was sent without JavaScript.
type ReceiptPage struct {
	Receipt  string
	Outcome  intake.Outcome
	Answered bool // an answer will come
	MayAsk   bool
	Lowered  bool   // advice was wished for, but the consent it needs was not given
	Look     string // day to look again, or ""

	Deadlines []DeadlineLine
}

// form shows the empty form, with a receipt that belongs to nothing yet.
func (s *Site) form(c *gin.Context) {
	desks := s.desks("")
	if len(desks) == 0 {
		web.Fail(c, web.Refuse(http.StatusServiceUnavailable, "closed"))
		return
	}
	receipt, err := s.Intake.NewReceipt()
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.fresh(c, "report", s.pageOf(intake.Form{}, receipt, desks), receipt)
}

// note shows the questions to somebody who only wants to write it down. The page
// has no way to send.
func (s *Site) note(c *gin.Context) {
	s.show(c, http.StatusOK, "note", s.pageOf(intake.Form{}, "", s.desks("")))
}

// report takes a report in, or carries the form along to another language.
func (s *Site) report(c *gin.Context) {
	f, err := s.readReport(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	receipt, err := s.receiptOf(f.Form)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if f.Get("lang") != "" {
		page := s.pageOf(f.Form, receipt, s.desks(f.Get("desk")))
		page.place(faultsOf(f.err))
		s.show(c, http.StatusOK, "report", page)
		return
	}
	if f.err != nil {
		s.formAgain(c, f, receipt, f.err)
		return
	}
	r := s.said(c, f.Form)
	outcome, err := s.Intake.SubmitPlain(c.Request.Context(), receipt, s.deskOf(f.Form), r, f.files)
	if err != nil {
		s.formAgain(c, f, receipt, err)
		return
	}
	s.show(c, http.StatusOK, "receipt", s.receiptPage(receipt, outcome, r))
}

// readReport reads the form, and its files while they arrive.
func (s *Site) readReport(c *gin.Context) (uploadForm, error) {
	return readUpload(c, knownField, func(f intake.Form, t intake.Ticks) (*intake.Parcel, error) {
		receipt, err := s.receiptOf(f)
		if err != nil {
			return nil, err
		}
		return s.Intake.ReportParcel(receipt, s.deskOf(f), s.said(c, f), t)
	})
}

// said is the report that a form says where no script asked for the days.
func (s *Site) said(c *gin.Context, f intake.Form) incident.Report {
	return reportOf(f, s.lang(c), s.Taxonomy.Version()).Carried(s.Rules, incident.DayOf(s.Now()))
}

func (s *Site) receiptPage(receipt string, outcome intake.Outcome, r incident.Report) ReceiptPage {
	settled := r.Settle()
	return ReceiptPage{
		Receipt: receipt, Outcome: outcome, MayAsk: settled.MayAsk, Lowered: r.Rung != "" && settled.Rung != r.Rung,
		Answered: settled.Track() == incident.TrackCounselling, Look: s.look(), Deadlines: s.deadlines(settled),
	}
}

// look is the day on which a first answer should lie in the mailbox.
func (s *Site) look() string {
	if s.Answer < 1 {
		return ""
	}
	return s.Rules.WorkingDay(incident.DayOf(s.Now()), s.Answer)
}

// formAgain brings the form back with everything that was typed, whatever went wrong.
func (s *Site) formAgain(c *gin.Context, f uploadForm, receipt string, err error) {
	err = uploadRefusal(err)
	failure := web.Answer(err)
	if errors.Is(err, incident.ErrErased) {
		if fresh, err := s.Intake.NewReceipt(); err == nil {
			receipt = fresh
		}
	}
	page := s.pageOf(f.Form, receipt, s.desks(f.Get("desk")))
	page.Files.Again = f.chosen
	page.place(faultsOf(err))
	if len(page.Faults) == 0 {
		page.Trouble = trouble(failure.Key)
	}
	if failure.Retry {
		c.Header("Retry-After", "10")
	}
	web.Note(c, failure, err)
	s.show(c, failure.Status, "report", page)
}

// trouble is the key of what can truly be said about a failure on our side.
// Whatever is not known to have stored nothing is unclear: sending again is safe
// in every case.
func trouble(key string) string {
	switch key {
	case "unavailable", "epoch", "full", "erased", "file":
		return key
	case "busy":
		return "unavailable"
	}
	return "unclear"
}

// receiptOf is the receipt that the form carried. A form without one, which no
// page of ours sends, gets a fresh one.
func (s *Site) receiptOf(f intake.Form) (string, error) {
	if f.Get("receipt") == "" {
		return s.Intake.NewReceipt()
	}
	receipt, err := intake.ReadReceipt(f.Get("receipt"))
	if err != nil {
		return "", incident.Faults{{Field: "receipt", Key: "unknown"}}
	}
	return receipt, nil
}

// desks are the desks that can take a report now, the chosen one marked.
func (s *Site) desks(chosen string) []DeskOption {
	ring, now := s.Intake.Keys(), s.Now()
	var all []DeskOption
	for _, d := range s.Desks {
		if key, ok := ring.Current(d.ID, now); ok {
			all = append(all, DeskOption{Desk: d, Key: key, On: d.ID == chosen})
		}
	}
	for i := range all {
		if all[i].On {
			return all
		}
	}
	if len(all) > 0 {
		all[0].On = true
	}
	return all
}

func (s *Site) deskOf(f intake.Form) string {
	if id := f.Get("desk"); id != "" {
		return id
	}
	return s.Desks[0].ID
}
