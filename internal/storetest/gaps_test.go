package storetest

import (
	"strings"
	"testing"
)

// TestGaps prints, with -v, what is not run on which engine, and holds that the
// list names tests only.
func TestGaps(t *testing.T) {
	known := map[string]bool{}
	for _, c := range tests() {
		if known[c.name] {
			t.Errorf("two tests are named %q", c.name)
		}
		known[c.name] = true
	}
	for engine, names := range gaps {
		for _, name := range names {
			if !known[name] {
				t.Errorf("%s: %q is no test", engine, name)
			}
		}
		t.Logf("not run on %s: %s", engine, strings.Join(names, ", "))
	}
}
