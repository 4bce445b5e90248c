package demo

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/seal"
)

func TestSearchWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Die Tür ist zu.", nil},
		{"Die Hausverwaltung sagt: Die Wohnung sei weg, die Wohnung!", []string{"hausverwaltung", "wohnung", "sagt"}},
		{"Im 4711er Bus, über Südhang", []string{"südhang", "4711er", "über"}},
		{"قال لي صاحب البيت", []string{"البيت", "صاحب"}},
	} {
		if got := searchWords(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// A report as long as the form takes still gets its card: words are left out,
// the short ones first.
func TestFitted(t *testing.T) {
	c := card{Title: "Im Bus"}
	for i := range 200 {
		c.Words = append(c.Words, strings.Repeat("w", 30-i/10))
	}
	var sealed card
	box, err := fitted(c, func(text []byte) ([]byte, error) {
		if len(text) > 1020 {
			return nil, seal.ErrCard
		}
		return text, json.Unmarshal(text, &sealed)
	})
	if err != nil || len(box) < 980 || sealed.Title != c.Title || !slices.Equal(sealed.Words, c.Words[:len(sealed.Words)]) {
		t.Errorf("got %d bytes with %d words, %v; want the first of them and nearly 1,020 bytes", len(box), len(sealed.Words), err)
	}
	never := func([]byte) ([]byte, error) { return nil, seal.ErrCard }
	if _, err := fitted(c, never); !errors.Is(err, seal.ErrCard) {
		t.Errorf("got %v, want the error of the one who seals", err)
	}
}
