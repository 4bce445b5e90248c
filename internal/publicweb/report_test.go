package publicweb_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// opened gives the report that lies under a receipt, opened with the desk's key.
func (tn *town) opened(t *testing.T, receipt string) incident.Report {
	t.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(testSite)
	if err != nil {
		t.Fatal(err)
	}
	events, err := tn.store.File(t.Context(), incident.CaseID(keys.CaseID()))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(events[0].Box), tn.key)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	var envelope struct {
		By   string
		Body incident.Report
	}
	n := int(frame[0])<<24 | int(frame[1])<<16 | int(frame[2])<<8 | int(frame[3])
	if err := json.Unmarshal(frame[4:4+n], &envelope); err != nil {
		t.Fatal(err)
	}
	if envelope.By != "server" {
		t.Errorf("sealed by %q, want server", envelope.By)
	}
	return envelope.Body
}

// TestReportWithoutScript fills in every field, as a browser without JavaScript
// sends them, and opens what was stored with the desk's key.
func TestReportWithoutScript(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	w := tn.post(t, "/de/report",
		"receipt", receipt, "role", "witness", "under18", "yes", "text", "Zeile 1\r\nZeile <2> 😔", "manifestations", "insult", "manifestations", "threat",
		"areas", "public_transport", "place.district", "mitte", "place.note", "Linie 4", "when.precision", "month", "when.from", "2026-11-03", "when.to", "",
		"when.ongoing", "yes", "grounds", "antisemitism", "ground_other", "", "respondents", "private_person", "rung", "act_for_me", "may_ask", "yes",
		"consents", "art9/1", "consents", "contact/1", "contact.way", "email", "contact.value", "a@example.org", "contact.safe_times", "abends",
		"contact.interpreter", "ar", "respondent_org", "Verkehrsbetrieb", "pass_on.to", "", "pass_on.what", "", "desk", "city")
	wants(t, w, http.StatusOK, "Ihre Meldung ist angekommen", receipt[:4], receipt[28:], `src="data:image/png;base64,`, "innerhalb von 3 Arbeitstagen")
	got := tn.opened(t, receipt)
	yes := true
	want := incident.Report{
		V: 1, Taxonomy: 1, Lang: "de", Rung: "act_for_me", MayAsk: true, Role: "witness", Under18: &yes, Text: "Zeile 1\nZeile <2> 😔",
		Manifestations: []string{"insult", "threat"}, Areas: []string{"public_transport"}, Grounds: []string{"antisemitism"},
		Respondents: []string{"private_person"}, RespondentOrg: "Verkehrsbetrieb", Place: &incident.Place{District: "mitte", Note: "Linie 4"},
		When:     &incident.When{Precision: "month", From: "2026-11", Ongoing: true},
		Contact:  &incident.Contact{Way: "email", Value: "a@example.org", SafeTimes: "abends", Interpreter: "ar"},
		Consents: []string{"art9/1", "contact/1"},
	}
	g, _ := json.Marshal(got)
	x, _ := json.Marshal(want)
	if string(g) != string(x) {
		t.Errorf("report: got %s, want %s", g, x)
	}
}

// TestSentTwice: a double click is one case, and the page looks the same.
func TestSentTwice(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	for range 2 {
		wants(t, tn.post(t, "/de/report", "receipt", receipt, "text", "Einmal"), http.StatusOK, "Ihre Meldung ist angekommen")
	}
	if n := len(tn.mailbox(t, receipt).Events); n != 1 {
		t.Errorf("events: got %d, want 1", n)
	}
}

// TestOtherTextUnderOneReceipt: nothing typed is dropped, and the page says what
// became of it.
func TestOtherTextUnderOneReceipt(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "Zuerst")
	wants(t, tn.post(t, "/de/report", "receipt", receipt, "text", "Dann"), http.StatusOK, "Unter diesem Code gab es schon eine Meldung")
	m := tn.mailbox(t, receipt)
	if len(m.Events) != 2 || m.Events[1].Kind != incident.KindMessage {
		t.Errorf("events: got %v, want a report and a message", m.Events)
	}
}

// TestFaults: every fault is named at its field and in the summary, and nothing
// typed is lost.
func TestFaults(t *testing.T) {
	long := strings.Repeat("ä", 12_001)
	tests := []struct {
		note   string
		fields []string
		id     string // of the field that the summary leads to
		text   string
	}{
		{"nothing told", []string{"place.note", "Linie 4"}, "text", "Bitte schreiben Sie, was passiert ist, oder kreuzen Sie etwas an."},
		{"white space only", []string{"text", " \r\n "}, "text", "Bitte schreiben Sie, was passiert ist"},
		{"text too long", []string{"text", long}, "text", "höchstens 12.000 Zeichen"},
		{"line too long", []string{"text", "x", "place.note", strings.Repeat("y", 201)}, "place-note", "höchstens 200 Zeichen"},
		{"day to come", []string{"text", "x", "when.from", "2027-01-05"}, "when-from", "der schon war"},
		{"no day", []string{"text", "x", "when.from", "gestern"}, "when-from", "22.11.2026"},
		{"wrong order", []string{"text", "x", "when.from", "2026-11-05", "when.to", "2026-11-01"}, "when-to", "liegt vor dem ersten"},
		{"no address", []string{"text", "x", "rung", "answer_me", "consents", "art9/1", "contact.way", "email"}, "contact-value", "E-Mail-Adresse oder Telefonnummer, oder"},
		{"unknown code", []string{"text", "x", "areas", "moon"}, "where", "Diese Antwort kennen wir nicht"},
		{"code of caseworkers", []string{"text", "x", "grounds", "xenophobia"}, "why", "Diese Antwort kennen wir nicht"},
	}
	tn := newTown(t)
	for _, test := range tests {
		t.Run(test.note, func(t *testing.T) {
			receipt := tn.receipt(t)
			w := tn.post(t, "/de/report", append([]string{"receipt", receipt}, test.fields...)...)
			wants(t, w, http.StatusUnprocessableEntity, "<title>Fehler: ", `id="summary"`, `href="#`+test.id+`"`, `id="`+test.id+`"`, test.text, receipt)
			for i := 1; i < len(test.fields); i += 2 {
				if typed := strings.TrimSpace(test.fields[i]); typed != "moon" && typed != "xenophobia" && !strings.Contains(w.Body.String(), typed) {
					t.Errorf("what was typed is gone: %.20q", typed)
				}
			}
			if tn.mailbox(t, receipt).Found {
				t.Error("something was stored")
			}
		})
	}
}

// TestOtherFormats: days as people type them where the browser has no date field.
func TestOtherFormats(t *testing.T) {
	tests := []struct{ precision, from, to, want string }{
		{"", "3.11.2026", "", `{"precision":"day","from":"2026-11-03"}`},
		{"", "2026-11-03", "2026-11-05", `{"precision":"range","from":"2026-11-03","to":"2026-11-05"}`},
		{"unknown", "2026-11-03", "", `{"precision":"unknown"}`},
		{"day", "2026-11-03", "2026-11-05", `{"precision":"day","from":"2026-11-03"}`},
		{"month", "03.11.2026", "", `{"precision":"month","from":"2026-11"}`},
		{"", "", "", `null`},
	}
	tn := newTown(t)
	for _, test := range tests {
		receipt := tn.receipt(t)
		tn.post(t, "/de/report", "receipt", receipt, "text", "x", "when.precision", test.precision, "when.from", test.from, "when.to", test.to)
		if got, _ := json.Marshal(tn.opened(t, receipt).When); string(got) != test.want {
			t.Errorf("%+v: got %s", test, got)
		}
	}
}

// TestLowered: who wants advice without the consent it needs is told what happens instead.
func TestLowered(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	w := tn.post(t, "/de/report", "receipt", receipt, "text", "x", "rung", "answer_me")
	wants(t, w, http.StatusOK, "das Häkchen beim Einverständnis fehlt", "Vielleicht fragen wir im Postfach nach")
	if got := tn.opened(t, receipt); got.Rung != incident.RungRead || !got.MayAsk {
		t.Errorf("stored: rung %q, may ask %v", got.Rung, got.MayAsk)
	}
}

// TestStoreAway: the answer says what is true, and what was typed stays.
func TestStoreAway(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{incident.ErrUnavailable, "Es wurde nichts gespeichert."},
		{incident.ErrUnclear, "Nichts wird doppelt gespeichert."},
		{fmt.Errorf("writing: %w", http.ErrBodyNotAllowed), "Nichts wird doppelt gespeichert."},
	} {
		tn := newTown(t)
		receipt := tn.receipt(t)
		*tn.away = test.err
		w := tn.post(t, "/de/report", "receipt", receipt, "text", "Mein Text", "areas", "housing")
		status := http.StatusServiceUnavailable
		if !errorsKnown(test.err) {
			status = http.StatusInternalServerError
		}
		wants(t, w, status, test.want, "Mein Text", `value="housing" checked`, receipt, "0800 546 546 5", "<title>Fehler: ")
		*tn.away = nil
		wants(t, tn.post(t, "/de/report", "receipt", receipt, "text", "Mein Text", "areas", "housing"), http.StatusOK, "angekommen")
	}
}

func errorsKnown(err error) bool {
	return errors.Is(err, incident.ErrUnavailable) || errors.Is(err, incident.ErrUnclear)
}

// TestRegressionR23NoKey: a report that nobody can open is worse than none.
func TestRegressionR23NoKey(t *testing.T) {
	tn := newTown(t)
	tn.site.Intake.Keys = func() *intake.Keyring {
		ring, err := intake.NewKeyring(nil)
		if err != nil {
			t.Error(err)
		}
		return ring
	}
	wants(t, tn.get("/de/report"), http.StatusServiceUnavailable, "Zurzeit können wir keine Meldungen annehmen", "0800 546 546 5")
	for _, path := range []string{"/de/report", "/api/v1/reports"} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{}`))
		r.Header.Set("Content-Type", map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[path != "/de/report"])
		if w := tn.do(r); w.Code < http.StatusBadRequest {
			t.Errorf("POST %s: %d without any key", path, w.Code)
		}
	}
}

// TestSwitchLanguage: the form comes back in the other language with everything
// typed and the same receipt, and nothing is stored.
func TestSwitchLanguage(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	body := url.Values{
		"lang": {"ar"}, "receipt": {receipt}, "text": {"مرحبا 😔"}, "areas": {"housing", "school"}, "place.note": {"Linie 4"}, "when.from": {"gestern"},
	}
	r := httptest.NewRequest(http.MethodPost, "/ar/report", strings.NewReader(body.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := tn.do(r)
	wants(t, w, http.StatusOK, `<html lang="ar" dir="rtl">`, "مرحبا 😔", `value="housing" checked`, `value="school" checked`, `value="Linie 4"`, `value="gestern"`, receipt)
	if strings.Contains(w.Body.String(), `id="summary"`) {
		t.Error("the switch finds faults")
	}
	if tn.mailbox(t, receipt).Found {
		t.Error("the switch stored something")
	}
}

// TestDesks: with two desks one chooses, and the report goes to the chosen one.
func TestDesks(t *testing.T) {
	tn := newTown(t)
	wants(t, tn.get("/de/report"), http.StatusOK, "Diese Stelle gehört zur Stadt", `<input type="hidden" name="desk" value="city">`)
	tn.second()
	wants(t, tn.get("/de/report"), http.StatusOK, "Geht es um die Stadt selbst?", `value="city" checked`, "Verein Musterhilfe e. V.")
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x", "desk", "verein")
	if got := tn.mailbox(t, receipt).Desk; got != "verein" {
		t.Errorf("desk: got %q, want verein", got)
	}
}

// TestFormRefuses: what no page of ours sends.
func TestFormRefuses(t *testing.T) {
	tn := newTown(t)
	wants(t, tn.post(t, "/de/report", "text", "x", "nationality", "y"), http.StatusUnprocessableEntity, "Das konnten wir nicht lesen")
	wants(t, tn.post(t, "/de/report", "receipt", "1234", "text", "x"), http.StatusUnprocessableEntity, "Das konnten wir nicht lesen")
	r := httptest.NewRequest(http.MethodPost, "/de/report", strings.NewReader("text=x"))
	r.Header.Set("Content-Type", "text/plain")
	wants(t, tn.do(r), http.StatusUnprocessableEntity, "Das konnten wir nicht lesen")
}

var option = regexp.MustCompile(`name="(areas|grounds|manifestations|respondents|role|rung)" value="(\w+)"`)

// TestEveryCodeIsAsked: the form offers every code that reporters may tick, once,
// and no other.
func TestEveryCodeIsAsked(t *testing.T) {
	tn := newTown(t)
	offered := map[string]int{}
	for _, m := range option.FindAllStringSubmatch(tn.get("/de/report").Body.String(), -1) {
		offered[m[2]]++
	}
	asked := 0
	for _, code := range tn.site.Taxonomy.Codes {
		want := 0
		if code.AskedOf == incident.AskedReporter {
			want, asked = 1, asked+1
		}
		if got := offered[code.Code]; got != want {
			t.Errorf("%s: offered %d times, want %d", code.Code, got, want)
		}
	}
	if asked < 80 {
		t.Errorf("only %d codes are asked of reporters", asked)
	}
}
