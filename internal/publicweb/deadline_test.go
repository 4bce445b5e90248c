package publicweb_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// TestDeadlinesWithoutScript: the form asks for the days, and the answer to it
// says by when to act, in words, with the dismissal first.
func TestDeadlinesWithoutScript(t *testing.T) {
	tn := newTown(t)
	page := tn.get("/de/report").Body.String()
	for _, want := range []string{`name="facts.written_dismissal_received_on"`, "Wann haben Sie die schriftliche Kündigung bekommen?", "Diese Meldung hält keine Frist an."} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(page, "agg_claim_received_by_employer_on") {
		t.Error("the form asks what only the office asks")
	}
	sent := tn.post(t, "/de/report", "receipt", tn.receipt(t), "text", "x", "areas", "dismissal",
		"facts.written_dismissal_received_on", "16.11.2026", "facts.knowledge_on", "2026-11-16")
	if sent.Code != http.StatusOK {
		t.Fatalf("got %d", sent.Code)
	}
	body := sent.Body.String()
	first, second := strings.Index(body, "Klage gegen die Kündigung"), strings.Index(body, "Ansprüche gegen den Arbeitgeber (AGG)")
	if first < 0 || second < first {
		t.Errorf("dismissal at %d, claim at %d", first, second)
	}
	for _, want := range []string{
		"Handeln Sie bis spätestens Montag, 7. Dezember 2026.", "Handeln Sie bis spätestens Freitag, 15. Januar 2027.",
		"Stand der Regel: 26. März 2022.", "Bitte lassen Sie prüfen",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the receipt page lacks %q", want)
		}
	}
}

// TestLateDeadline: what is probably over is never told as a verdict.
func TestLateDeadline(t *testing.T) {
	tn := newTown(t)
	body := tn.post(t, "/de/report", "receipt", tn.receipt(t), "text", "x", "areas", "dismissal",
		"facts.written_dismissal_received_on", "2026-10-01").Body.String()
	if !strings.Contains(body, "Die Regelfrist ist vermutlich vorbei – bitte prüfen lassen") || !strings.Contains(body, "§ 5 KSchG") {
		t.Error("the page does not say what to do about a late deadline")
	}
	for _, word := range []string{"abgelaufen", "verfallen", "bis spätestens Donnerstag, 22. Oktober"} {
		if strings.Contains(body, word) {
			t.Errorf("the page says %q", word)
		}
	}
}

// TestFaultOfDate: a day that does not exist, or is yet to come, leads back to
// its field, which is not folded away.
func TestFaultOfDate(t *testing.T) {
	for typed, want := range map[string]string{"31.02.2026": "Bitte schreiben Sie den Tag so", "2027-01-01": "Bitte wählen Sie einen Tag, der schon war."} {
		tn := newTown(t)
		answer := tn.post(t, "/de/report", "receipt", tn.receipt(t), "text", "x", "areas", "dismissal", "facts.written_dismissal_received_on", typed)
		body := answer.Body.String()
		if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(body, want) ||
			!strings.Contains(body, `href="#facts-written_dismissal_received_on"`) || !strings.Contains(body, `<details open><summary>Tage für Fristen`) {
			t.Errorf("%s: got %d", typed, answer.Code)
		}
	}
}

// TestToldDeadlines: the mailbox shows all deadlines of the newest told event,
// and one that a member entered by hand.
func TestToldDeadlines(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	tn.letter(t, receipt, incident.KindDeadline, map[string]any{
		"safe_day": "2026-12-07", "act": "Klage beim Arbeitsgericht", "rule": "kschg_4", "version": 1, "label": "Klage", "verified_on": "2022-03-26", "stale": true,
		"facts": map[string]string{"written_dismissal_received_on": "2026-11-16"},
		"more":  []map[string]any{{"safe_day": "2026-11-20", "act": "Schreiben", "rule": "own", "label": "Eigene Regel", "late": "Anderes prüfen."}},
	})
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "open", "1"), http.StatusOK,
		`id="h-deadlines">Ihre Fristen`, `small">Klage gegen die Kündigung`, "Handeln Sie bis spätestens Montag, 7. Dezember 2026.", "Stand der Regel: 26. März 2022. Bitte lassen Sie prüfen",
		"Eigene Regel", "vermutlich vorbei", "Anderes prüfen.")
}

// TestNothingTold: an event that tells none shows no deadline, and says that
// somebody looked.
func TestNothingTold(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	tn.post(t, "/de/report", "receipt", receipt, "text", "x")
	tn.letter(t, receipt, incident.KindDeadline, map[string]any{})
	page := tn.post(t, "/de/mailbox", "receipt", receipt, "open", "1")
	wants(t, page, http.StatusOK, "haben wir nach Fristen geschaut und keine gefunden")
	if strings.Contains(page.Body.String(), `id="h-deadlines"`) {
		t.Error("the page has deadlines")
	}
}
