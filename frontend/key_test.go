package frontend_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/frontend"
)

var (
	literal = regexp.MustCompile(`\b(?:t|de|has) "([a-z0-9_.]+)"`)
	printed = regexp.MustCompile(`printf "([a-z_.]*)%s([a-z.]*)"`)
	fault   = regexp.MustCompile(`"(fault\.[a-z.]+)"`)
	inCode  = regexp.MustCompile(`'((?:js|later|mailbox|entry|receipt|report|deadline|date)\.[a-z_.]+)'`)
	inGo    = regexp.MustCompile(`l\.T\("([a-z0-9_.]+)"`)
)

// TestKeys: every text that a template, the server or the page's script asks for
// exists, and every text that exists is asked for.
func TestKeys(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	keys := frontend.Keys(r.Locale("de"))
	used, shapes := usedKeys(t)
	for _, key := range used {
		if _, ok := keys[key]; !ok && !strings.HasSuffix(key, ".") {
			t.Errorf("no text %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(used, key) && !slices.ContainsFunc(shapes, func(s *regexp.Regexp) bool { return s.MatchString(key) }) {
			t.Errorf("nobody says %q", key)
		}
	}
}

// usedKeys gives the keys that stand in the sources, and the shapes of those
// that are put together from a code.
func usedKeys(t *testing.T) (used []string, shapes []*regexp.Regexp) {
	t.Helper()
	for _, text := range sources(t, "templates/public", ".html") {
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			used = append(used, m[1])
		}
		for _, m := range printed.FindAllStringSubmatch(text, -1) {
			shapes = append(shapes, regexp.MustCompile(`^`+regexp.QuoteMeta(m[1])+`[a-z0-9_/]+`+regexp.QuoteMeta(m[2])+`$`))
		}
	}
	for _, text := range append(sources(t, "src/form", ".ts"), sources(t, "src/shared", ".ts")...) {
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			used = append(used, m[1])
		}
	}
	for _, text := range sources(t, "../internal/publicweb", ".go") {
		for _, m := range append(fault.FindAllStringSubmatch(text, -1), inGo.FindAllStringSubmatch(text, -1)...) {
			used = append(used, m[1])
		}
	}
	for _, text := range sources(t, ".", ".go") {
		for _, m := range inGo.FindAllStringSubmatch(text, -1) {
			used = append(used, m[1])
		}
	}
	// Labels of codes, of the fields that are a list for themselves, and dates.
	groups := `^(fact|rule|reporter_role|life_area|ground|racism_subtype|manifestation|respondent|rung|district|precision|way|under18|ongoing|may_ask|leave_message)\.[a-z0-9_]+(\.line)?$`
	hints := `^(where\.note|where\.district|when\.from|when\.to|passon\.org|contact\.value|contact\.safe|why\.other|passon\.to|passon\.what)(\.hint)?$`
	others := `^(date\.month\.(alone\.)?[0-9]+|date\.weekday\.[1-7]|fault\.(date|future|order)|where\.district\.none|stat\.(note|table)\.[a-z0-9_]+|stat\.code\.[a-z0-9_]+\.[a-z0-9_]+)$`
	for _, shape := range []string{groups, hints, others} {
		shapes = append(shapes, regexp.MustCompile(shape))
	}
	return used, shapes
}

// sources reads the files of a folder of this repository, without those below it
// that tests are.
func sources(t *testing.T, dir, suffix string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != dir && dir == "." {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, suffix) || strings.Contains(name, "test") {
			return nil
		}
		raw, err := os.ReadFile(name)
		all = append(all, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
