package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAttackTable holds the table of SECURITY.md against the tests: every test it
// names is there, and every attack that is played here stands in it.
func TestAttackTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repoRoot, "SECURITY.md"))
	must(t, err)
	_, section, found := strings.Cut(string(text), "## Whoever can write to the database\n")
	if !found {
		t.Fatal("SECURITY.md has no such section")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for name := range attacks() {
		if !strings.Contains(section, "`"+name+"`") {
			t.Errorf("SECURITY.md does not tell of %q", name)
		}
	}
	tests := testTexts(t)
	for line := range strings.Lines(section) {
		cells := strings.Split(line, " | ")
		if len(cells) < 4 || strings.HasPrefix(line, "| what is done") {
			continue
		}
		named := strings.Split(cells[len(cells)-1], "`")
		if len(named) < 3 {
			t.Errorf("no test is named in %q", line)
		}
		for i := 1; i < len(named); i += 2 {
			if !strings.Contains(tests, named[i]) {
				t.Errorf("SECURITY.md names a test that is not there: %q", named[i])
			}
		}
	}
}

var testFile = regexp.MustCompile(`(_test\.go|\.(test|spec)\.ts)$`)

// testTexts gives all files with tests, in one text.
func testTexts(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, folder := range []string{"cmd", "internal", filepath.Join("frontend", "src"), filepath.Join("frontend", "e2e")} {
		err := filepath.WalkDir(filepath.Join(repoRoot, folder), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !testFile.MatchString(path) {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		must(t, err)
	}
	return all.String()
}
