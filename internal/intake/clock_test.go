package intake_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// TestClockJumps lets the clock jump forth and back while people write: every act
// that was taken stands in its case, in the order in which it came, whatever
// month it bears. At a time for which no key is pinned nothing is taken, and once
// the clock is right the same report is.
func TestClockJumps(t *testing.T) {
	o := newOffice(t)
	var receipts []string
	want := map[string]int{}
	for i, moment := range []string{
		"2026-11-22T12:00:00Z", "2031-03-01T00:00:00Z", "2026-02-01T23:59:59Z", "2026-11-22T12:00:01Z", "2026-01-01T00:00:00Z", "2026-11-22T12:00:02Z",
	} {
		o.at(t, moment)
		receipt, keys := newReceipt(t)
		o.plain(t, receipt, report(fmt.Sprintf("Um %s.", moment)), intake.OutcomeReport)
		receipts = append(receipts, receipt)
		want[keys.CaseID()] = 1
		for _, earlier := range receipts {
			if err := o.MessagePlain(t.Context(), earlier, fmt.Sprintf("Nachricht %d.", i), "", nil); err != nil {
				t.Errorf("%s: a message: %v", moment, err)
			}
		}
		for id := range want {
			want[id]++
		}
	}

	o.at(t, "2019-05-05T00:00:00Z")
	receipt, keys := newReceipt(t)
	if _, err := o.SubmitPlain(t.Context(), receipt, city, report("Vor allen Schlüsseln."), nil); !errors.Is(err, incident.ErrEpoch) {
		t.Errorf("before any key: got %v, want %v", err, incident.ErrEpoch)
	}
	if _, err := o.db.File(t.Context(), incident.CaseID(keys.CaseID())); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("before any key: something was stored: %v", err)
	}
	o.at(t, "2026-11-22T12:00:03Z")
	o.plain(t, receipt, report("Vor allen Schlüsseln."), intake.OutcomeReport)
	want[keys.CaseID()] = 1

	for id, n := range want {
		events, err := o.db.File(t.Context(), incident.CaseID(id)) // checks the chain
		if err != nil || len(events) != n {
			t.Errorf("case: %d events, %v, want %d", len(events), err, n)
			continue
		}
		if _, err := incident.Fold(incident.CaseID(id), events); err != nil {
			t.Errorf("folding: %v", err)
		}
	}
}
