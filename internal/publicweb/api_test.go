package publicweb_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// sealedIn makes what the page's script sends: a box of the kind under a receipt.
func (tn *town) sealedIn(t *testing.T, receipt, kind string, op incident.Op) map[string]any {
	t.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(testSite)
	if err != nil {
		t.Fatal(err)
	}
	office, err := seal.ParseRecipient(tn.key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.Seal(seal.Envelope{
		Case: keys.CaseID(), Kind: kind, Op: op.String(), By: "browser", At: "2026-11-22", Body: json.RawMessage(`{"text":"x"}`),
	}, keys.MAC, office)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"locator": locator(t, receipt), "op": op.String(), "epoch": 1, "box": box}
}

func (tn *town) sealedReport(t *testing.T, receipt string, op incident.Op) map[string]any {
	in := tn.sealedIn(t, receipt, "report", op)
	in["desk"], in["track"], in["att"] = "city", "report", []any{}
	return in
}

// TestSealedReport: accepted once, accepted again, refused for another act.
func TestSealedReport(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	in := tn.sealedReport(t, receipt, incident.Op{1})
	wants(t, tn.call(t, "/api/v1/reports", in), http.StatusCreated, `{"outcome":"accepted"}`)
	wants(t, tn.call(t, "/api/v1/reports", in), http.StatusCreated, `{"outcome":"accepted"}`)
	wants(t, tn.call(t, "/api/v1/reports", tn.sealedReport(t, receipt, incident.Op{2})), http.StatusConflict, `"error":"conflict"`)
	wants(t, tn.call(t, "/api/v1/messages", tn.sealedIn(t, receipt, "message", incident.Op{2})), http.StatusCreated)
	wants(t, tn.call(t, "/api/v1/messages", tn.sealedIn(t, tn.receipt(t), "message", incident.Op{3})), http.StatusNotFound, `"error":"not_found"`)
	if n := len(tn.mailbox(t, receipt).Events); n != 2 {
		t.Errorf("events: got %d, want 2", n)
	}
}

// TestSealedRefuses: each broken request has its own answer.
func TestSealedRefuses(t *testing.T) {
	tests := []struct {
		note   string
		change func(in map[string]any)
		status int
		text   string
	}{
		{"unknown key", func(in map[string]any) { in["name"] = "x" }, http.StatusUnprocessableEntity, `"field":"body"`},
		{"no locator", func(in map[string]any) { in["locator"] = "abc" }, http.StatusUnprocessableEntity, `"field":"locator"`},
		{"no op", func(in map[string]any) { in["op"] = "XY" }, http.StatusUnprocessableEntity, `"field":"op"`},
		{"closed epoch", func(in map[string]any) { in["epoch"] = 7 }, http.StatusConflict, `"error":"epoch"`},
		{"unknown desk", func(in map[string]any) { in["desk"] = "moon" }, http.StatusConflict, `"error":"epoch"`},
		{"track", func(in map[string]any) { in["track"] = "other" }, http.StatusUnprocessableEntity, `"field":"track"`},
		{"broken box", func(in map[string]any) { in["box"] = []byte("age-encryption.org/v1\n") }, http.StatusUnprocessableEntity, `"field":"box"`},
		{"a file", func(in map[string]any) { in["att"] = []any{map[string]any{"id": "00", "chunks": 1}} }, http.StatusUnprocessableEntity, `"field":"att"`},
	}
	tn := newTown(t)
	for _, test := range tests {
		t.Run(test.note, func(t *testing.T) {
			receipt := tn.receipt(t)
			in := tn.sealedReport(t, receipt, incident.Op{9})
			test.change(in)
			wants(t, tn.call(t, "/api/v1/reports", in), test.status, test.text)
			if tn.mailbox(t, receipt).Found {
				t.Error("something was stored")
			}
		})
	}
}

// TestCallsRefuse: forms from other sites cannot post JSON, and nothing is read without end.
func TestCallsRefuse(t *testing.T) {
	tn := newTown(t)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/reports", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "text/plain")
	wants(t, tn.do(r), http.StatusUnsupportedMediaType, `"error":"media_type"`)
	wants(t, tn.call(t, "/api/v1/reports", map[string]string{"locator": strings.Repeat("x", 600<<10)}), http.StatusRequestEntityTooLarge, `"error":"too_large"`)
	r = httptest.NewRequest(http.MethodPost, "/api/v1/mailbox", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	wants(t, tn.do(r), http.StatusForbidden, `"error":"cross_origin"`)
	*tn.away = incident.ErrUnclear
	wants(t, tn.call(t, "/api/v1/reports", tn.sealedReport(t, tn.receipt(t), incident.Op{4})), http.StatusServiceUnavailable, `"error":"unclear"`)
}
