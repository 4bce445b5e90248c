package casework

import (
	"context"
	"fmt"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// Forms in which a case leaves the house.
const (
	ExportPrint    = "print"    // on paper
	ExportRedacted = "redacted" // as a readable file, after a member took out what others must not read
	ExportSealed   = "sealed"   // as an age file to the desk's key and the member's own
	ExportRaw      = "raw"      // as a readable file, whole
)

var exportForms = []string{ExportPrint, ExportRedacted, ExportSealed, ExportRaw}

// rawDays is for how many days a second person's yes to a raw export holds,
// counted from its own day.
const rawDays = 7

// Export notes in the ledger that a member takes a case out of the house, in
// which form and on which day, before the member's browser writes the file: the
// line names no case (store.md §3). It is a record and no lock, since whoever
// may read a case can also copy it by hand. A raw export needs the yes of a
// second person (four eyes), given to this member's request within the last
// seven days; without it: ErrTransition. The same op twice is one line. Other
// errors: those of Open, and incident.Faults for an unknown form.
func (s *Service) Export(ctx context.Context, m incident.Member, id incident.CaseID, op incident.Op, form string) error {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return err
	}
	if !slices.Contains(exportForms, form) {
		return incident.Faults{{Field: "form", Key: "form"}}
	}
	if form == ExportRaw && !rawAllowed(c, m.ID, s.today()) {
		return fmt.Errorf("exporting a case as it is: %w", incident.ErrTransition)
	}
	if err := s.record(ctx, line{incident.KindExport, string(m.ID), op, &incident.Line{Reason: form}}, nil); err != nil {
		return fmt.Errorf("noting an export: %w", err)
	}
	return nil
}

// rawAllowed says whether somebody else has agreed to a request of this member.
func rawAllowed(c *incident.Case, m incident.MemberID, today string) bool {
	for _, e := range c.Events {
		if e.Kind != incident.KindApproval || e.Actor == string(m) || today > incident.AddDays(e.Day, rawDays) {
			continue
		}
		p, err := e.PublicFields()
		if err != nil || p.Act != incident.ActExport {
			continue
		}
		of, err := incident.ParseOp(p.Of)
		if err != nil {
			continue
		}
		if rev, ok := c.Has(of); ok && c.Event(rev).Kind == incident.KindRequest && c.Event(rev).Actor == string(m) {
			return true
		}
	}
	return false
}
