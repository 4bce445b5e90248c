package statistics

import (
	"strings"
	"testing"
)

// The keys and the sentences of a note are of equal number and in equal order.
func TestSentencesAreTheNote(t *testing.T) {
	for _, p := range []Plan{mustPlan(t, toyPlan), defaultPlan(t, 3), defaultPlan(t, 5)} {
		for _, cells := range []map[string]int{{}, {"*": 63}} {
			e := Edition{Plan: p.tree, Cells: cells}
			keys, err := e.Sentences()
			if err != nil {
				t.Fatal(err)
			}
			for lang, marks := range map[string]map[string]string{
				"de": {"few": "so wenige", "rounded": "Vielfache", "zero": "Eine 0", "several": "Mehrere Angaben", "reports": "nicht Menschen", "more": "Mehr Meldungen", "source": "Einordnung", "single": "einzelne", "world": "world"},
				"en": {"few": "so few", "rounded": "multiples", "zero": "A 0", "several": "several entries", "reports": "not people", "more": "More reports", "source": "assessment", "single": "single", "world": "world"},
			} {
				note := sentences(p, e, lang)
				if len(note) != len(keys) {
					t.Fatalf("%s: %d sentences, %d keys", lang, len(note), len(keys))
				}
				for i, key := range keys {
					if marks[key] == "" || !strings.Contains(note[i], marks[key]) {
						t.Errorf("%s, %s: %q", lang, key, note[i])
					}
				}
			}
		}
	}
}
