package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// Every report that can be drawn has no fault and says what its state needs.
func TestTellings(t *testing.T) {
	c, _ := newCity(t, 7)
	told := map[string]bool{}
	for i := range 3000 {
		drawn := c.draw(i)
		r := drawn.report
		if err := c.Check.Report(r.Settle(), today); err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		if settled := r.Settle(); settled.Rung != r.Rung || settled.Track() != r.Track() {
			t.Errorf("case %d: rung %s settles to %s", i, r.Rung, settled.Rung)
		}
		if strings.Contains(r.Text, "{") || drawn.ago < 0 || drawn.ago >= oldest {
			t.Errorf("case %d: %q, %d days ago", i, r.Text, drawn.ago)
		}
		if letters := len([]rune(drawn.title())); letters > 80 {
			t.Errorf("case %d: a title of %d letters, want at most 80", i, letters)
		}
		told[r.Lang+drawn.story.text] = true
	}
	if len(told) != len(stories) {
		t.Errorf("3000 draws told %d of %d stories", len(told), len(stories))
	}
}

// The same seed tells the same, whatever was drawn before.
func TestSameDraw(t *testing.T) {
	a, _ := newCity(t, 3)
	b, _ := newCity(t, 3)
	other, _ := newCity(t, 4)
	b.draw(17)
	same := 0
	for i := range 60 {
		x, errX := json.Marshal(a.draw(i).report)
		y, errY := json.Marshal(b.draw(i).report)
		z, errZ := json.Marshal(other.draw(i).report)
		if errX != nil || errY != nil || errZ != nil || string(x) != string(y) {
			t.Errorf("case %d: got %s and %s", i, x, y)
		}
		if string(x) == string(z) {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 60 reports are the same under another seed", same)
	}
}

// Whoever tries the program sees every state that can be walked to.
func TestDrawnStates(t *testing.T) {
	total := 0
	var drawn []incident.State
	for _, s := range shares {
		total += s.share
		drawn = append(drawn, s.state)
	}
	if total != 100 {
		t.Errorf("shares: got %d of 100", total)
	}
	for _, s := range incident.States {
		if slices.Contains(drawn, s) == s.Final() {
			t.Errorf("state %s: drawn %v, final %v", s, slices.Contains(drawn, s), s.Final())
		}
	}
	for lang := range details {
		if answers[lang] == "" {
			t.Errorf("no answer in %q", lang)
		}
	}
	for _, s := range stories {
		if details[s.lang] == nil {
			t.Errorf("a story in %q, which has no details and no answers", s.lang)
		}
	}
}
