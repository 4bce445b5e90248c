package intake

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// holdsReceipt says whether a text has a receipt in it, as people paste it: 32
// digits with a right check, cut into groups or not. Whoever reads the report
// could open the mailbox with it.
func holdsReceipt(text string) bool {
	var groups []string
	var group strings.Builder
	for _, c := range text + "\x00" {
		if unicode.IsDigit(c) {
			group.WriteRune(c)
			continue
		}
		if group.Len() > 0 {
			groups = append(groups, group.String())
			group.Reset()
		}
		if !unicode.In(c, unicode.Z, unicode.Pd, unicode.Cf) && !strings.ContainsRune("\t\n.\u2212", c) {
			if anyReceipt(groups) {
				return true
			}
			groups = groups[:0]
		}
	}
	return false
}

// receiptDigits is the length of a receipt.
const receiptDigits = 32

// anyReceipt tries the runs of groups that have 32 digits together.
func anyReceipt(groups []string) bool {
	for i := range groups {
		var run strings.Builder
		for _, g := range groups[i:] {
			run.WriteString(g)
			switch n := len([]rune(run.String())); {
			case n < receiptDigits:
				continue
			case n == receiptDigits:
				if _, err := seal.ParseReceipt(run.String()); err == nil {
					return true
				}
			}
			break
		}
	}
	return false
}

// noReceipt refuses a text that holds a receipt.
func noReceipt(text string) error {
	if holdsReceipt(text) {
		return incident.Faults{{Field: "text", Key: "receipt"}}
	}
	return nil
}

// erased tells a receipt whose case was erased from one under which another
// report stands: both make the first event collide.
func (s *Service) erased(ctx context.Context, id incident.CaseID, err error) error {
	if !errors.Is(err, incident.ErrConflict) {
		return err
	}
	if _, gone := s.load(ctx, id); errors.Is(gone, incident.ErrNotFound) {
		return incident.ErrErased
	}
	return err
}
