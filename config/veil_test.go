package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

func TestVeiledWords(t *testing.T) {
	words, err := config.ReadVeiledWords(config.Files{}, []string{"stadtwort", "stadtwort"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
		t.Error("want each word once, in order")
	}
	if len(words) < 100 || !slices.Contains(words, "stadtwort") || !slices.Contains(words, "kameltreiber*") {
		t.Errorf("got %d words, want the embedded ones and the city's own", len(words))
	}
}

func TestVeiledWordsOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "words.json")
	for _, c := range []struct{ name, text, fault string }{
		{"other words", `{"de": ["eins"], "en": ["two", "eins"]}`, ""},
		{"everything", `{"de": ["*"]}`, "two letters"},
		{"a star inside", `{"de": ["a*b"]}`, "star"},
		{"a whole text", `{"de": ["` + strings.Repeat("a", 81) + `"]}`, "at most 80"},
		{"no lists", `["eins"]`, "json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			words, err := config.ReadVeiledWords(config.Files{VeiledWords: path}, nil)
			if c.fault == "" {
				if err != nil || !slices.Equal(words, []string{"eins", "two"}) {
					t.Errorf("got %v, %v", words, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("got %v, want a fault with %q", err, c.fault)
			}
		})
	}
}
