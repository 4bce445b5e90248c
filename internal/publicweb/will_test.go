package publicweb_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// kinds are those of the mailbox's lines.
func (tn *town) kinds(t *testing.T, receipt string) string {
	t.Helper()
	var all []string
	for _, e := range tn.mailbox(t, receipt).Events {
		all = append(all, string(e.Kind))
	}
	return strings.Join(all, " ")
}

// TestWishWithoutScript: another wish, its faults, and nothing typed is lost.
func TestWishWithoutScript(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	in := func(pairs ...string) []string {
		return append([]string{"receipt", receipt, "seen", "", "text", "Mein Entwurf"}, pairs...)
	}
	wants(t, tn.post(t, "/de/mailbox", in("open", "1")...), http.StatusOK, "Wunsch ändern", `form="mailbox" name="rung" value="pass_on"`, "Meine Meldung löschen")
	w := tn.post(t, "/de/mailbox", in("wish", "1")...)
	wants(t, w, http.StatusUnprocessableEntity, "Bitte wählen Sie, was Sie sich wünschen.", "Mein Entwurf", `href="#wish"`)
	w = tn.post(t, "/de/mailbox", in("wish", "1", "rung", "act_for_me")...)
	wants(t, w, http.StatusUnprocessableEntity, "Für Beratung brauchen wir Ihr Einverständnis.", "Mein Entwurf", `href="#art9"`, `value="act_for_me" checked`)
	if got := tn.kinds(t, receipt); got != "report" {
		t.Errorf("after faults: %s", got)
	}
	w = tn.post(t, "/de/mailbox", in("wish", "1", "rung", "act_for_me", "consents", "art9/1")...)
	wants(t, w, http.StatusOK, "Ihr neuer Wunsch ist angekommen.", "Ihr Wunsch wurde im November 2026 geändert.", "Mein Entwurf", "innerhalb von 3 Arbeitstagen")
	w = tn.post(t, "/de/mailbox", in("wish", "1", "rung", "count_it", "consents", "art9/1")...)
	wants(t, w, http.StatusOK, "Ihr neuer Wunsch ist angekommen.")
	if m := tn.mailbox(t, receipt); m.Track != incident.TrackCounselling || tn.kinds(t, receipt) != "report consent consent" {
		t.Errorf("track %s, lines %s", m.Track, tn.kinds(t, receipt))
	}
	*tn.away = incident.ErrUnclear
	wants(t, tn.post(t, "/de/mailbox", in("wish", "1", "rung", "read_it")...), http.StatusServiceUnavailable, "Nichts wird doppelt gespeichert.")
}

// TestWithdrawalWithoutScript: asked once more, then done; a way back keeps the draft.
func TestWithdrawalWithoutScript(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	w := tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "Mein Entwurf", "withdraw", "ask")
	wants(t, w, http.StatusOK, "Wirklich alles löschen?", "Ja, alles löschen", "Nein, zurück", `value="Mein Entwurf"`)
	if got := tn.kinds(t, receipt); got != "report" {
		t.Errorf("after the question: %s", got)
	}
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "Mein Entwurf", "open", "1"), http.StatusOK, "Mein Entwurf", "Meine Meldung löschen")
	for range 2 {
		w = tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "", "withdraw", "yes")
		wants(t, w, http.StatusOK, "Innerhalb von 7 Tagen", "Sie haben im November 2026 alles zurückgenommen.", "Nachricht senden")
		for _, gone := range []string{`name="wish"`, `name="withdraw"`, `name="rung"`} {
			if strings.Contains(w.Body.String(), gone) {
				t.Errorf("after the withdrawal the page still says %q", gone)
			}
		}
	}
	if got := tn.kinds(t, receipt); got != "report withdrawal" {
		t.Errorf("lines: %s", got)
	}
}

// will seals a will as the browser does, as the fields of the call.
func (tn *town) will(t *testing.T, receipt, kind string) map[string]any {
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
	op := incident.Op{9, byte(len(kind))}
	box, err := seal.Seal(seal.Envelope{
		Case: keys.CaseID(), Kind: kind, Op: op.String(), By: "browser", At: "2026-11-22", Body: []byte(`{}`),
	}, keys.MAC, office)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"locator": locator(t, receipt), "op": op.String(), "epoch": 1, "box": base64.StdEncoding.EncodeToString(box)}
}

func TestSealedWills(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	wish := tn.will(t, receipt, "consent")
	wish["rung"] = "answer_me"
	wants(t, tn.call(t, "/api/v1/consents", wish), http.StatusUnprocessableEntity, `"field":"consent"`)
	wish["text"] = "art9/1"
	for range 2 {
		wants(t, tn.call(t, "/api/v1/consents", wish), http.StatusCreated, `{"outcome":"accepted"}`)
	}
	gone := tn.will(t, receipt, "withdrawal")
	for range 2 {
		wants(t, tn.call(t, "/api/v1/withdrawals", gone), http.StatusCreated, `{"outcome":"accepted"}`)
	}
	if got := tn.kinds(t, receipt); got != "report consent withdrawal" {
		t.Errorf("lines: %s", got)
	}
	gone["rung"] = "count_it"
	wants(t, tn.call(t, "/api/v1/withdrawals", gone), http.StatusUnprocessableEntity)
	for _, path := range []string{"/api/v1/consents", "/api/v1/withdrawals"} {
		unknown := tn.will(t, tn.receipt(t), "withdrawal")
		if path == "/api/v1/consents" {
			unknown = tn.will(t, tn.receipt(t), "consent")
			unknown["rung"] = "read_it"
		}
		wants(t, tn.call(t, path, unknown), http.StatusNotFound)
		wants(t, tn.call(t, path, map[string]any{"locator": "x", "op": "y", "rung": "read_it"}), http.StatusUnprocessableEntity)
	}
}

// TestReceiptInText is told kindly, on form and mailbox.
func TestReceiptInText(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	wants(t, tn.post(t, "/de/report", "receipt", receipt, "text", "Code: "+receipt), http.StatusUnprocessableEntity, "In Ihrem Text steht ein Code.", `href="#text"`)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", receipt, "send", "1"), http.StatusUnprocessableEntity, "In Ihrem Text steht ein Code.")
}

// TestReportUnderErasedCase: the form comes back with all that was typed and a
// new receipt.
func TestReportUnderErasedCase(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(testSite)
	if err != nil {
		t.Fatal(err)
	}
	id := incident.CaseID(keys.CaseID())
	events, err := tn.store.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	final := incident.Link(id, 1, events[0].Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: incident.Op{7},
	})
	if err := tn.store.Append(t.Context(), final); err != nil {
		t.Fatal(err)
	}
	if err := tn.store.Drop(t.Context(), final.ID); err != nil {
		t.Fatal(err)
	}
	w := tn.post(t, "/de/report", "receipt", receipt, "text", "Noch etwas")
	wants(t, w, http.StatusConflict, "Sie brauchen einen neuen Code", "Noch etwas")
	m := hidden.FindStringSubmatch(w.Body.String())
	if m == nil || m[1] == receipt {
		t.Fatal("the form carries no new receipt")
	}
	wants(t, tn.post(t, "/de/report", "receipt", m[1], "text", "Noch etwas"), http.StatusOK, "Ihre Meldung ist angekommen.")
}
