package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Received counts the cases that were received in a year by month, "01" to "12",
// without those discarded or erased. It counts all desks, as the statistics do:
// the one thing that the server can hold a member's count against.
func (s *Service) Received(ctx context.Context, year int) (map[string]int, error) {
	months := map[string]int{}
	prefix := fmt.Sprintf("%04d-", year)
	for after := incident.CaseID(""); ; {
		list, err := s.Store.Cases(ctx, incident.Query{After: after, Limit: MaxPage})
		if err != nil {
			return nil, unavailable("listing cases", err)
		}
		for _, c := range list {
			after = c.Case
			month, ok := strings.CutPrefix(c.Month, prefix)
			if ok && c.State != incident.StateDiscarded && !c.State.Final() {
				months[month]++
			}
		}
		if len(list) < MaxPage {
			return months, nil
		}
	}
}

// What the ledger says of a year's statistics beside their release.
const (
	reasonErratum  = "erratum"
	reasonDeclared = "declared" // of the plan
	reasonWaiver   = "waiver"   // somebody asks to publish nothing of the year
	reasonWaived   = "waived"   // and somebody else agreed
)

// Causes are the reasons for which another plan may be declared: rounding did
// not fit, the law or the codes changed, the plan had a mistake. They are codes,
// since nothing is ever taken out of the ledger.
var Causes = []string{"fit_failed", "law", "codes", "mistake"}

// A Year is what the ledger knows of a year's statistics.
type Year struct {
	Plan       string // hash of the plan that was declared last, hex, or ""
	DeclaredBy string
	DeclaredOn string
	WaiverBy   string // who asks to publish nothing, or ""
	Waived     bool
	Released   bool
}

// Year reads the ledger about a year's statistics.
func (s *Service) Year(ctx context.Context, year int) (Year, error) {
	var y Year
	_, _, err := s.readLedger(ctx, func(e incident.Event) {
		p, err := e.PublicFields()
		if err != nil || e.Kind != incident.KindEdition || p.Line == nil || p.Line.Year != year {
			return
		}
		switch p.Line.Reason {
		case reasonDeclared:
			y.Plan, y.DeclaredBy, y.DeclaredOn = p.Line.Plan, e.Actor, e.Day
		case reasonWaiver:
			y.WaiverBy = e.Actor
		case reasonWaived:
			y.Waived = true
		case "":
			y.Released = true
		}
	})
	return y, err
}

// Declare writes down the plan that a year will be counted by. The same plan
// again changes nothing; another one needs one of the Causes. A year that was
// released or waived has its plan for good: ErrTransition.
func (s *Service) Declare(ctx context.Context, by incident.MemberID, year int, plan, cause string) error {
	y, err := s.Year(ctx, year)
	if err != nil || y.Plan == plan {
		return err
	}
	if y.Released || y.Waived || (y.Plan != "") != slices.Contains(Causes, cause) {
		return fmt.Errorf("declaring a plan: %w", incident.ErrTransition)
	}
	return s.tell(ctx, by, &incident.Line{Year: year, Reason: reasonDeclared, Plan: plan, Cause: cause})
}

// Waive gives up the statistics of a year, so that its cases need not be kept
// for them: one coordinator asks, another one agrees. It says whether the year
// is waived now. ErrTransition: it was released.
func (s *Service) Waive(ctx context.Context, by incident.MemberID, year int) (bool, error) {
	y, err := s.Year(ctx, year)
	switch {
	case err != nil:
		return false, err
	case y.Released:
		return false, fmt.Errorf("waiving the statistics of a year: %w", incident.ErrTransition)
	case y.Waived || y.WaiverBy == string(by):
		return y.Waived, nil
	case y.WaiverBy == "":
		return false, s.tell(ctx, by, &incident.Line{Year: year, Reason: reasonWaiver})
	}
	return true, s.tell(ctx, by, &incident.Line{Year: year, Reason: reasonWaived})
}

// tell writes a line about a year's statistics.
func (s *Service) tell(ctx context.Context, by incident.MemberID, says *incident.Line) error {
	op, err := s.newOp()
	if err != nil {
		return err
	}
	return s.record(ctx, line{incident.KindEdition, string(by), op, says}, nil)
}

// FrozenYears gives the years whose statistics are released or waived, as the
// ledger tells: their cases need not be kept for a count any more.
func (s *Service) FrozenYears(ctx context.Context) (map[int]bool, error) {
	years := map[int]bool{}
	_, _, err := s.readLedger(ctx, func(e incident.Event) {
		p, err := e.PublicFields()
		if err == nil && e.Kind == incident.KindEdition && p.Line != nil && (p.Line.Edition != "" || p.Line.Reason == reasonWaived) {
			years[p.Line.Year] = true
		}
	})
	return years, err
}

// A Release is what the ledger says of an edition: year, SHA-256 of the bundle,
// public key that signed it, both in hex. Erratum: it was corrected in words.
type Release struct {
	Year    int
	Edition string
	Signer  string
	Erratum bool
}

// Released writes the ledger's line about an edition. A release is told once,
// whoever tells it; each erratum has a line of its own.
func (s *Service) Released(ctx context.Context, by incident.MemberID, r Release) error {
	op, err := s.newOp()
	if err != nil {
		return err
	}
	says := &incident.Line{Year: r.Year, Edition: r.Edition, Signer: r.Signer}
	if r.Erratum {
		says.Reason = reasonErratum
		return s.record(ctx, line{incident.KindEdition, string(by), op, says}, nil)
	}
	return s.record(ctx, line{incident.KindEdition, string(by), op, says}, func(e incident.Event) bool {
		if e.Kind != incident.KindEdition {
			return false
		}
		p, err := e.PublicFields()
		return err == nil && p.Line != nil && p.Line.Edition == r.Edition && p.Line.Reason == ""
	})
}

// DeskIDs gives the ids of the configured desks: who counts a year must be able
// to read the cases of all of them.
func (s *Service) DeskIDs() []string {
	var ids []string
	for _, d := range s.Desks() {
		ids = append(ids, d.ID)
	}
	return ids
}
