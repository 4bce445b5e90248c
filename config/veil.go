package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxVeiled is how long one veiled word or phrase may be, in bytes.
const maxVeiled = 80

// ReadVeiledWords returns the words that the console replaces by a button until a member asks for them: those
// of the file, the embedded one unless a path is set, and more behind them, each once. A star at the beginning
// or the end of a word stands for any letters. The lists of all languages count together, because nobody knows
// in which language an insult is quoted.
func ReadVeiledWords(f Files, more []string) ([]string, error) {
	text, err := f.text(f.VeiledWords, "veiled_words.json")
	if err != nil {
		return nil, fmt.Errorf("reading the veiled words: %w", err)
	}
	var lists map[string][]string
	if err := json.Unmarshal(text, &lists); err != nil {
		return nil, fmt.Errorf("reading the veiled words: %w", err)
	}
	words := slices.Clone(more)
	for _, list := range lists {
		words = append(words, list...)
	}
	slices.Sort(words)
	words = slices.Compact(words)
	if err := checkVeiled(words); err != nil {
		return nil, fmt.Errorf("reading the veiled words: %w", err)
	}
	return words, nil
}

// checkVeiled refuses what would veil everything or nothing. The fault does not repeat the word.
func checkVeiled(words []string) error {
	var f faults
	for _, word := range words {
		f.want(len(strings.Trim(word, "* ")) >= 2, "veil", "want at least two letters beside stars, found %d", len(strings.Trim(word, "* ")))
		f.want(!strings.Contains(strings.Trim(word, "*"), "*"), "veil", "a star stands at the beginning or the end of a word only")
		f.want(len(word) <= maxVeiled, "veil", "want at most %d bytes, found %d", maxVeiled, len(word))
	}
	return errors.Join(f...)
}
