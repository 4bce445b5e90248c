package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// TestFirstHourSaysWhatScreensSay: what the guide for caseworkers prints in bold
// is a text of the console, in its language.
func TestFirstHourSaysWhatScreensSay(t *testing.T) {
	bold := regexp.MustCompile(`\*\*([^*]+)\*\*`)
	for name, texts := range map[string]string{
		"docs/erste-stunde.md": "frontend/src/console/texts.de.json", "docs/first-hour.md": "frontend/src/console/texts.en.json",
	} {
		var file map[string]any
		must(t, json.Unmarshal([]byte(readTree(t, texts)), &file))
		var all strings.Builder
		for _, text := range file {
			fmt.Fprintln(&all, text)
		}
		found := bold.FindAllStringSubmatch(readTree(t, name), -1)
		for _, m := range found {
			if words := strings.Join(strings.Fields(m[1]), " "); !strings.Contains(all.String(), words) {
				t.Errorf("%s says %q, and the console does not", name, words)
			}
		}
		if len(found) < 20 {
			t.Errorf("%s: %d texts of the console, want an hour's", name, len(found))
		}
	}
}

// TestPeriodsOfDocuments: the periods in the papers for the controller are those
// of the program.
func TestPeriodsOfDocuments(t *testing.T) {
	for name, words := range map[string][4]string{
		"docs/datenschutz.md":     {"%d Tage |", "%d Monate nachdem die Statistik", "%d Monate nach dem Ende des Jahres", "höchstens %d Tage"},
		"docs/data-protection.md": {"%d days |", "%d months after the figures", "%d months from the end of the year", "%d days at most"},
	} {
		text := readTree(t, name)
		for i, n := range []int{incident.DiscardDays, incident.RetentionReportMonths, incident.RetentionCounselMonths, casework.BackupDays} {
			if want := fmt.Sprintf(words[i], n); !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
}
