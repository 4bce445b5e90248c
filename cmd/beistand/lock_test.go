package main

import (
	"encoding/json"
	"testing"
)

// npm ci refuses a lock file that lacks an entry which a package asks for, also one for another system. npm
// itself writes such a file when its registry does not have that entry at the time; then only a fresh clone
// fails. Exact versions everywhere, so that two builds get the same code.
func TestLockFileIsWhole(t *testing.T) {
	type entry struct {
		Version              string            `json:"version"`
		Integrity            string            `json:"integrity"`
		Optional             bool              `json:"optional"`
		Dependencies         map[string]string `json:"dependencies"`
		OptionalDependencies map[string]string `json:"optionalDependencies"`
		DevDependencies      map[string]string `json:"devDependencies"`
	}
	var lock struct {
		Packages map[string]entry `json:"packages"`
	}
	if err := json.Unmarshal([]byte(readTree(t, "frontend/package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	if len(lock.Packages) < 50 {
		t.Fatalf("found %d packages", len(lock.Packages))
	}
	for name, p := range lock.Packages {
		for wanted := range p.OptionalDependencies {
			_, own := lock.Packages[name+"/node_modules/"+wanted]
			if _, shared := lock.Packages["node_modules/"+wanted]; !own && !shared {
				t.Errorf("%s asks for %s, which has no entry", name, wanted)
			}
		}
		if name != "" && (p.Version == "" || p.Integrity == "" && !p.Optional) {
			t.Errorf("%s: no version or no integrity", name)
		}
	}
	root := lock.Packages[""]
	for _, wanted := range []map[string]string{root.Dependencies, root.DevDependencies} {
		for name, version := range wanted {
			if got := lock.Packages["node_modules/"+name].Version; got != version {
				t.Errorf("%s: package.json wants exactly %q, the lock file has %q", name, version, got)
			}
		}
	}
}
