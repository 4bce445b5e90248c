package publicweb_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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

var toldDay = regexp.MustCompile(`Handeln Sie bis spätestens [A-Z][a-z]+, (\d+\. \S+ \d{4})\.`)

// TestDayToldOnce: a day that is told once is the day of the questions for
// deadlines too, with the facts and the deadlines that the script's form has
// (frontend/src/form/dates.test.ts holds the same file).
func TestDayToldOnce(t *testing.T) {
	raw, err := os.ReadFile("testdata/days.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Forms []struct {
			Note      string
			Fields    map[string][]string
			Facts     map[string]string
			Deadlines []string
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	tn := newTown(t)
	for _, f := range file.Forms {
		receipt := tn.receipt(t)
		pairs := []string{"receipt", receipt, "text", "x"}
		for name, values := range f.Fields {
			for _, value := range values {
				pairs = append(pairs, name, value)
			}
		}
		body := tn.post(t, "/de/report", pairs...).Body.String()
		if got := tn.opened(t, receipt).Facts; !maps.Equal(got, f.Facts) {
			t.Errorf("%s: facts: got %v, want %v", f.Note, got, f.Facts)
		}
		var got, want []string
		for _, found := range toldDay.FindAllStringSubmatch(body, -1) {
			got = append(got, found[1])
		}
		for _, line := range f.Deadlines {
			_, iso, _ := strings.Cut(line, " ")
			day, err := time.Parse(time.DateOnly, iso)
			if err != nil {
				t.Fatal(err)
			}
			month := map[time.Month]string{time.December: "Dezember", time.January: "Januar"}[day.Month()]
			want = append(want, fmt.Sprintf("%d. %s %d", day.Day(), month, day.Year()))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: deadlines: got %q, want %q", f.Note, got, want)
		}
	}
	if len(file.Forms) < 15 {
		t.Errorf("read %d forms", len(file.Forms))
	}
}

// TestDayToldWrong: a day that is none, or yet to come, is one fault, at the
// field into which it was typed.
func TestDayToldWrong(t *testing.T) {
	for _, typed := range []string{"31.02.2026", "2026-11-24", "gestern"} {
		tn := newTown(t)
		answer := tn.post(t, "/de/report", "receipt", tn.receipt(t), "text", "x", "areas", "employment", "when.from", typed)
		body := answer.Body.String()
		if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#when-from"`) || strings.Contains(body, `href="#facts-`) {
			t.Errorf("%s: got %d, want a fault at the day and at nothing else", typed, answer.Code)
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
