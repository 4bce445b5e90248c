package frontend

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// A review says who has read a translation, when, and which German sentences
// about danger, anonymity and deadlines it was read against.
type review struct {
	Reviewers []string          `json:"reviewers"` // as they wish to be named; two are needed
	Day       string            `json:"day"`
	Sources   map[string]string `json:"sources"` // key → Fingerprint of the German text at that time
}

// critical are the prefixes of the keys that a wrong word makes dangerous. When
// one of them changes in German, every translation counts as unread again.
var critical = [...]string{"safety.", "deadline."}

// readReviews reads locales/status.json and returns the tags that may be shown
// without the notice "not checked yet".
func readReviews(files fs.FS, german *Locale) (map[string]bool, error) {
	raw, err := fs.ReadFile(files, "locales/status.json")
	if err != nil {
		return nil, fmt.Errorf("reading the status of the translations: %w", err)
	}
	var status map[string]review
	if err := json.Unmarshal(raw, &status); err != nil {
		return nil, fmt.Errorf("reading the status of the translations: %w", err)
	}
	reviewed := map[string]bool{}
	for tag, r := range status {
		reviewed[tag] = len(r.Reviewers) >= 2 && current(german, r.Sources)
	}
	return reviewed, nil
}

// current says whether every critical German text still is the one that was read.
func current(german *Locale, sources map[string]string) bool {
	for key, m := range german.messages {
		for _, prefix := range critical {
			if strings.HasPrefix(key, prefix) && sources[key] != fingerprint(m.text) {
				return false
			}
		}
	}
	return true
}

// fingerprint is the first eight bytes of SHA-256 of a German text, in hex.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
