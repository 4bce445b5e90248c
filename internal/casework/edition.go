package casework

import (
	"context"
	"fmt"
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
		says.Reason = "erratum"
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
