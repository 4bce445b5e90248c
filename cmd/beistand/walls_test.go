package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The walls of SECURITY.md. Their one home is .golangci.yml: the linter reads it in "make lint", these tests
// read the same lists in "make test", so that no change is taken that breaks a wall.

const ours = "github.com/beistand/beistand/"

// A wall is one rule of depguard.
type wall struct {
	Files    []string    `yaml:"files"`
	ListMode string      `yaml:"list-mode"`
	Allow    []string    `yaml:"allow"`
	Deny     []denyEntry `yaml:"deny"`
}

type denyEntry struct {
	Pkg  string `yaml:"pkg"`
	Desc string `yaml:"desc"`
}

func walls(t *testing.T) map[string]wall {
	t.Helper()
	var file struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]wall `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal([]byte(readTree(t, ".golangci.yml")), &file); err != nil {
		t.Fatal(err)
	}
	rules := file.Linters.Settings.Depguard.Rules
	if len(rules) < 20 {
		t.Fatalf("found %d walls in .golangci.yml", len(rules))
	}
	return rules
}

// covers says whether the wall stands around a file, as depguard reads its patterns.
func (w wall) covers(name string) bool {
	in := false
	for _, pattern := range w.Files {
		out := strings.HasPrefix(pattern, "!")
		pattern = strings.TrimPrefix(pattern, "!")
		var match bool
		switch pattern {
		case "$all":
			match = true
		case "$test":
			match = strings.HasSuffix(name, "_test.go")
		default:
			match = globRegexp(pattern).MatchString("/" + name)
		}
		if match && out {
			return false
		}
		in = in || match && !out
	}
	return in
}

func globRegexp(pattern string) *regexp.Regexp {
	p := regexp.QuoteMeta(pattern)
	p = strings.ReplaceAll(p, `\*\*/`, `(.*/)?`)
	return regexp.MustCompile(`^/?` + strings.ReplaceAll(p, `\*`, `[^/]*`) + `$`)
}

// fault says why a file inside the wall may not import the package, or "".
func (w wall) fault(pkg string) string {
	for _, d := range w.Deny {
		if named(d.Pkg, pkg) {
			return d.Desc
		}
	}
	if w.ListMode == "strict" && !slices.ContainsFunc(w.Allow, func(a string) bool { return named(a, pkg) }) {
		return "not on the list"
	}
	return ""
}

// named says whether an entry of a list names the package: with $ at its end that one only, else all below.
func named(entry, pkg string) bool {
	if entry == "$gostd" {
		first, _, _ := strings.Cut(pkg, "/")
		return !strings.Contains(first, ".")
	}
	if exact, ok := strings.CutSuffix(entry, "$"); ok {
		return pkg == exact
	}
	return strings.HasPrefix(pkg, entry)
}

// A goFile is one parsed file of our module.
type goFile struct {
	name string
	set  *token.FileSet
	file *ast.File
}

// goFiles leaves out the nested module of the test engine, which nothing of ours imports.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	for _, name := range treeFiles(t) {
		if path.Ext(name) != ".go" || strings.HasPrefix(name, "internal/storetest/ferretdb/") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, readTree(t, name), 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, goFile{name, set, file})
	}
	return files
}

func imports(f *ast.File) []string {
	var all []string
	for _, spec := range f.Imports {
		if pkg, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, pkg)
		}
	}
	return all
}

func TestWalls(t *testing.T) {
	rules := walls(t)
	guarded := map[string]bool{}
	for _, f := range goFiles(t) {
		for rule, w := range rules {
			if !w.covers(f.name) {
				continue
			}
			guarded[path.Dir(f.name)] = guarded[path.Dir(f.name)] || w.ListMode == "strict"
			for _, pkg := range imports(f.file) {
				if why := w.fault(pkg); why != "" {
					t.Errorf("%s imports %s: %s (rule %s)", f.name, pkg, why, rule)
				}
			}
		}
	}
	for dir, strict := range guarded {
		if !strict && !strings.HasPrefix(dir, "cmd/") {
			t.Errorf("%s: no wall says what it may import; add a strict rule to .golangci.yml", dir)
		}
	}
}

// The claims of SECURITY.md, each planted: a wall that lets one through is no wall.
func TestWallsHold(t *testing.T) {
	rules := walls(t)
	for _, planted := range []struct{ file, pkg string }{
		{"internal/publicweb/report.go", ours + "internal/casework"},
		{"internal/publicweb/report_test.go", ours + "internal/casework"},
		{"internal/publicweb/report.go", ours + "internal/boltstore"},
		{"internal/publicweb/report.go", ours + "internal/caseweb"},
		{"internal/intake/intake_test.go", ours + "internal/casework"},
		{"internal/intake/intake.go", ours + "internal/mongostore"},
		{"internal/boltstore/case_test.go", ours + "internal/seal"},
		{"internal/mongostore/case.go", "filippo.io/age"},
		{"internal/caseweb/case_test.go", ours + "internal/seal"},
		{"internal/casework/case.go", "filippo.io/age"},
		{"internal/caseweb/case.go", ours + "internal/publicweb"},
		{"internal/statistics/plan_test.go", ours + "internal/incident"},
		{"internal/statistics/audit/audit_test.go", ours + "internal/statistics"},
		{"internal/incident/case.go", ours + "config"},
		{"internal/auth/login.go", ours + "internal/incident"},
		{"frontend/render.go", ours + "internal/incident"},
		{"internal/caseweb/case.go", ours + "internal/demo"},
		{"internal/intake/intake.go", "math/rand/v2"},
		{"internal/web/web.go", "net/http/pprof"},
		{"internal/web/web.go", "expvar"},
		{"internal/web/web.go", "log"},
		{"config/load.go", ours + "internal/incident"},
	} {
		caught := false
		for _, w := range rules {
			caught = caught || w.covers(planted.file) && w.fault(planted.pkg) != ""
		}
		if !caught {
			t.Errorf("%s may import %s", planted.file, planted.pkg)
		}
	}
	for _, fine := range []struct{ file, pkg string }{
		{"internal/publicweb/report.go", ours + "internal/intake"},
		{"internal/statistics/plan.go", ours + "internal/statistics/audit"},
		{"internal/statistics/rounding.go", "math/rand/v2"},
		{"internal/web/web.go", "log/slog"},
		{"cmd/beistand/demo.go", ours + "internal/demo"},
	} {
		for rule, w := range rules {
			if w.covers(fine.file) && w.fault(fine.pkg) != "" {
				t.Errorf("%s may not import %s (rule %s)", fine.file, fine.pkg, rule)
			}
		}
	}
}

// Every module that shipped code imports has been decided on, in writing.
func TestDependenciesHaveTheirDecision(t *testing.T) {
	var decisions strings.Builder
	for _, name := range treeFiles(t) {
		if strings.HasPrefix(name, "docs/adr/") {
			decisions.WriteString(readTree(t, name))
		}
	}
	seen := map[string]bool{}
	for _, f := range goFiles(t) {
		for _, pkg := range imports(f.file) {
			module := moduleOf(pkg)
			if module == "" || seen[module] {
				continue
			}
			seen[module] = true
			if !strings.Contains(decisions.String(), module) {
				t.Errorf("%s imports %s: no decision in docs/adr names it", f.name, module)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("found %d modules", len(seen))
	}
}

// moduleOf cuts an import path to what a decision names: the module without its version, or "" for the
// library and for our own.
func moduleOf(pkg string) string {
	part := strings.Split(pkg, "/")
	if !strings.Contains(part[0], ".") || strings.HasPrefix(pkg, ours) || pkg+"/" == ours {
		return ""
	}
	n := 2
	if part[0] == "github.com" || part[0] == "golang.org" || part[0] == "go.mongodb.org" {
		n = 3
	}
	if part[0] == "go.mongodb.org" || part[0] == "rsc.io" || part[0] == "filippo.io" || part[0] == "go.etcd.io" {
		n = 2
	}
	return strings.Join(part[:min(n, len(part))], "/")
}
