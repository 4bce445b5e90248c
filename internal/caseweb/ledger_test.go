package caseweb

import (
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// TestLedgerTellsTheLastCheck: with the lines comes what the operator's check of
// the whole store found, and nothing where there was none.
func TestLedgerTellsTheLastCheck(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, city)
	if got := get[ledgerAnswer](t, c, "/ledger"); got.Checked != nil || len(got.Lines) != 2 {
		t.Errorf("got %+v and %d lines, want no check, and the member and the login", got.Checked, len(got.Lines))
	}
	o.site.Checked = func() *Check { return &Check{Day: testDay, Faults: 3} }
	if got := get[ledgerAnswer](t, c, "/ledger"); got.Checked == nil || *got.Checked != (Check{testDay, 3}) {
		t.Errorf("got %+v, want the check", got.Checked)
	}
}
