package intake_test

import (
	"encoding/json"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// handed adds an answer that tells of a hand-over, with this code sealed inside
// it as code says.
func (o *office) handed(t *testing.T, resident seal.Keys, code func(op string) []byte) {
	t.Helper()
	op := newOp(t)
	inside, err := json.Marshal(map[string]any{
		"text": "Das ging hinaus.", "lang": "de",
		"passed": map[string]any{"desk": "verein", "name": "Vereinsstelle", "code": code(op.String())},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.act(t, resident, incident.Draft{Kind: incident.KindAnswer, Op: op, Box: o.told(t, resident, incident.KindAnswer, op, "", string(inside))})
}

// code seals a code as the member's browser does, with one thing changed.
func code(t *testing.T, resident seal.Keys, to seal.Recipient, op, kind, digits string) []byte {
	t.Helper()
	b, err := seal.Seal(seal.Envelope{
		Case: resident.CaseID(), Kind: kind, Op: op, By: "office", At: "2026-11-23", Body: []byte(`{"code":"` + digits + `"}`),
	}, resident.MAC, to)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestMailboxTellsHandOver: without a script too the resident reads what went to
// whom, and the code of the mailbox there; a code that is not for this resident,
// this answer or this use shows the whole answer as damaged.
func TestMailboxTellsHandOver(t *testing.T) {
	const digits = "58151125121711811900141244584569"
	o := newOffice(t)
	for name, tt := range map[string]struct {
		code    func(resident seal.Keys, mine seal.Recipient, op string) []byte
		damaged bool
	}{
		"whole": {func(r seal.Keys, mine seal.Recipient, op string) []byte {
			return code(t, r, mine, op, "handover", digits)
		}, false},
		"sealed to the desk": {func(r seal.Keys, _ seal.Recipient, op string) []byte {
			return code(t, r, o.recipient(t, city, 2), op, "handover", digits)
		}, true},
		"of another answer": {func(r seal.Keys, mine seal.Recipient, _ string) []byte {
			return code(t, r, mine, newOp(t).String(), "handover", digits)
		}, true},
		"of another kind": {func(r seal.Keys, mine seal.Recipient, op string) []byte {
			return code(t, r, mine, op, "answer", digits)
		}, true},
		"no receipt": {func(r seal.Keys, mine seal.Recipient, op string) []byte {
			return code(t, r, mine, op, "handover", digits[:31]+"1")
		}, true},
		"no box": {func(seal.Keys, seal.Recipient, string) []byte { return []byte("in plain words") }, true},
	} {
		receipt, resident := newReceipt(t)
		o.plain(t, receipt, report("Text"), intake.OutcomeReport)
		mine := parseRecipient(t, resident.Recipient())
		o.handed(t, resident, func(op string) []byte { return tt.code(resident, mine, op) })
		m, err := o.OpenMailbox(t.Context(), receipt)
		if err != nil {
			t.Fatal(err)
		}
		letter := m.Letters[len(m.Letters)-1]
		if letter.Damaged != tt.damaged {
			t.Errorf("%s: damaged is %v", name, letter.Damaged)
		}
		if tt.damaged && (letter.Text != "" || letter.Code != "" || letter.Passed != "") {
			t.Errorf("%s: a damaged letter shows %q, %q, %q", name, letter.Text, letter.Passed, letter.Code)
		}
		if !tt.damaged && (letter.Text != "Das ging hinaus." || letter.Code != digits || letter.Passed != "Vereinsstelle") {
			t.Errorf("%s: %q to %q with %q", name, letter.Text, letter.Passed, letter.Code)
		}
	}
}
