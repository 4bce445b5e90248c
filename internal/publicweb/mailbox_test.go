package publicweb_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

const padding = 64 << 10

// answer writes an answer of the office into a case, sealed to the resident.
func (tn *town) answer(t *testing.T, receipt, text string) {
	t.Helper()
	tn.letter(t, receipt, incident.KindAnswer, map[string]any{"text": text, "lang": "de"})
}

// letter writes any event that the office tells the resident.
func (tn *town) letter(t *testing.T, receipt string, kind incident.Kind, what map[string]any) {
	t.Helper()
	tn.letterWith(t, receipt, kind, what, nil)
}

// letterWith writes one that names files.
func (tn *town) letterWith(t *testing.T, receipt string, kind incident.Kind, what map[string]any, att []incident.Attachment) {
	t.Helper()
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
	c, err := incident.Fold(id, events)
	if err != nil {
		t.Fatal(err)
	}
	resident, err := seal.ParseRecipient(keys.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	office, err := seal.ParseRecipient(tn.key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	op := incident.Op{1, 2, 3}
	box, err := seal.Seal(seal.Envelope{
		Case: string(id), Kind: string(kind), Op: op.String(), Seen: events[0].Op.String(), By: "office", At: "2026-11-23", Body: body,
	}, keys.MAC, resident, office)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Next(incident.Draft{
		Kind: kind, Actor: strings.Repeat("ab", 16), Role: incident.RoleCaseworker, Day: "2026-11-23", Op: op, Public: incident.Public{Epoch: 1, Att: att}, Box: box,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := tn.store.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// TestMailboxWithoutScript is the story: told, answered, read, written again.
func TestMailboxWithoutScript(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "Mein geheimer Text", "rung", "answer_me", "consents", "art9/1")
	w := tn.post(t, "/de/mailbox", "receipt", receipt, "open", "1")
	wants(t, w, http.StatusOK, "Angekommen.", "Sie haben im November 2026 Ihre Meldung geschickt.", "Es gibt noch keine Antwort.")
	if strings.Contains(w.Body.String(), "geheimer") {
		t.Error("a found receipt shows the report")
	}
	tn.answer(t, receipt, "Danke, dass Sie schreiben.\nRufen Sie uns an: <b>110</b>")
	shown := strings.Join([]string{receipt[:4], receipt[4:16], receipt[16:]}, " - ")
	w = tn.post(t, "/de/mailbox", "receipt", shown, "open", "1")
	wants(t, w, http.StatusOK, "Antwort vom 23. November 2026", "Danke, dass Sie schreiben.", "&lt;b&gt;110&lt;/b&gt;", `name="seen" value="01020300`)
	seen := incident.Op{1, 2, 3}.String()
	w = tn.post(t, "/de/mailbox", "receipt", receipt, "seen", seen, "text", "Noch etwas", "send", "1")
	wants(t, w, http.StatusOK, "Ihre Nachricht ist angekommen.", "Sie haben im November 2026 geschrieben.")
	if strings.Contains(w.Body.String(), "Noch etwas") {
		t.Error("the message that was sent stands in the field again")
	}
	tn.post(t, "/de/mailbox", "receipt", receipt, "seen", seen, "text", "Noch etwas", "send", "1")
	if n := len(tn.mailbox(t, receipt).Events); n != 3 {
		t.Errorf("events after a double click: got %d, want 3", n)
	}
}

// TestMailboxFaults: a typing mistake is told from an unknown receipt, and all
// answers have one size.
func TestMailboxFaults(t *testing.T) {
	tn := newTown(t)
	known := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", known, "text", "x")
	unknown := tn.receipt(t)
	tests := []struct {
		note, typed string
		status      int
		text        string
	}{
		{"too short", "5815 1125", http.StatusUnprocessableEntity, "genau 32 Ziffern"},
		{"too short, in groups again", "٥٨١٥-11 25", http.StatusUnprocessableEntity, "<span>٥٨١٥</span> <span>1125</span></p>"},
		{"empty", "", http.StatusUnprocessableEntity, "genau 32 Ziffern"},
		{"a letter", known[:10] + "O" + known[11:], http.StatusUnprocessableEntity, "An Stelle 11 steht keine Ziffer"},
		{"swapped", swap(known), http.StatusUnprocessableEntity, "Im Code ist ein Tippfehler"},
		{"unknown", unknown, http.StatusOK, "Zu diesem Code gibt es kein Postfach"},
		{"known", known, http.StatusOK, "Ihr Postfach ist offen"},
		{"Arabic digits", arabic(known), http.StatusOK, "Ihr Postfach ist offen"},
	}
	for _, test := range tests {
		t.Run(test.note, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/de/mailbox", nil)
			r.Header.Set("Accept-Encoding", "br, gzip")
			w := tn.post(t, "/de/mailbox", "receipt", test.typed, "open", "1")
			wants(t, w, test.status, test.text)
			if w.Body.Len() != padding || w.Header().Get("Content-Encoding") != "" {
				t.Errorf("size: got %d (%s), want %d", w.Body.Len(), w.Header().Get("Content-Encoding"), padding)
			}
			if test.typed != "" && test.status != http.StatusOK && !strings.Contains(w.Body.String(), test.typed) {
				t.Error("what was typed is gone")
			}
		})
	}
}

// swap exchanges the first two neighbours that differ.
func swap(digits string) string {
	for i := range len(digits) - 1 {
		if digits[i] != digits[i+1] {
			return digits[:i] + digits[i+1:i+2] + digits[i:i+1] + digits[i+2:]
		}
	}
	return digits
}

func arabic(digits string) string {
	return strings.Map(func(c rune) rune { return c - '0' + '\u0660' }, digits)
}

// TestMessageFaults: a message that cannot be taken stays in its field.
func TestMessageFaults(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	w := tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", " ", "send", "1")
	wants(t, w, http.StatusUnprocessableEntity, "<title>Fehler: ", "Bitte schreiben Sie Ihre Nachricht.", `href="#text"`)
	long := strings.Repeat("z", 12_001)
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", long, "send", "1"), http.StatusUnprocessableEntity, long, "12.000")
	*tn.away = incident.ErrUnavailable
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "Wichtig", "send", "1"),
		http.StatusServiceUnavailable, "Es wurde nichts gespeichert.", "Wichtig", "0800 546 546 5")
	*tn.away = incident.ErrUnclear
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "Wichtig", "send", "1"),
		http.StatusServiceUnavailable, "Nichts wird doppelt gespeichert.", "Wichtig")
	*tn.away = nil
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "seen", "", "text", "Wichtig", "send", "1"), http.StatusOK, "Ihre Nachricht ist angekommen.")
}

// TestMailboxLanguage: another language keeps the receipt that is being typed,
// and the message that is being written.
func TestMailboxLanguage(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	change := func(values url.Values) *httptest.ResponseRecorder {
		values.Set("lang", "en")
		r := httptest.NewRequest(http.MethodPost, "/en/mailbox", strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return tn.do(r)
	}
	wants(t, change(url.Values{"receipt": {"5815 11"}}), http.StatusOK, `<html lang="en"`, `value="5815 11"`)
	wants(t, change(url.Values{"receipt": {receipt}, "seen": {""}, "text": {"Entwurf"}}), http.StatusOK, "Your mailbox is open", "Entwurf")
	if n := len(tn.mailbox(t, receipt).Events); n != 1 {
		t.Errorf("events: got %d, want 1", n)
	}
}

// TestSealedMailbox: a locator that opens nothing gets an answer of the same
// form and size as one that opens a mailbox without answers.
func TestSealedMailbox(t *testing.T) {
	tn := newTown(t)
	known, unknown := tn.receipt(t), tn.receipt(t)
	tn.post(t, "/de/report", "receipt", known, "text", "x")
	for receipt, found := range map[string]bool{known: true, unknown: false} {
		w := tn.call(t, "/api/v1/mailbox", map[string]string{"locator": locator(t, receipt)})
		wants(t, w, http.StatusOK)
		var m struct{ Found bool }
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if m.Found != found || w.Body.Len() != padding || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("found %v, %d bytes; want %v, %d", m.Found, w.Body.Len(), found, padding)
		}
	}
}

func locator(t *testing.T, receipt string) string {
	t.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(testSite)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(keys.Locator[:])
}
