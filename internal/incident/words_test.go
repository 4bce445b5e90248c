package incident

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// constants lists the values of all constants of a named string type in this
// package, so that a new word cannot be forgotten in a table.
func constants(t *testing.T, typeName string) []string {
	t.Helper()
	var values []string
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
				for _, v := range spec.Values {
					if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						values = append(values, s)
					}
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("no constants of type %s", typeName)
	}
	slices.Sort(values)
	if double := slices.Compact(slices.Clone(values)); len(double) != len(values) {
		t.Errorf("two constants of type %s have one value: %v", typeName, values)
	}
	return values
}

// sameWords compares the constants of a type with the words of a table.
func sameWords[T ~string](t *testing.T, typeName string, table []T) {
	t.Helper()
	words := []string{}
	for _, w := range table {
		words = append(words, string(w))
	}
	slices.Sort(words)
	words = slices.Compact(words)
	if got := constants(t, typeName); !slices.Equal(got, words) {
		t.Errorf("constants of type %s\n%q, its table has\n%q", typeName, got, words)
	}
}

// TestEveryWordHasItsPlace: each guard and check stands in the workflow, each
// kind in the table of public fields or in the ledger, each state in the list.
func TestEveryWordHasItsPlace(t *testing.T) {
	var guards []Guard
	var checks []Check
	for _, tr := range Transitions {
		guards = append(append(guards, tr.Guards...), tr.System...)
		checks = append(checks, tr.Checks...)
	}
	kinds := slices.Clone(ledgerKinds)
	for k := range publicFields {
		kinds = append(kinds, k)
	}
	sameWords(t, "Guard", guards)
	sameWords(t, "Check", checks)
	sameWords(t, "Kind", kinds)
	sameWords(t, "State", States)
	sameWords(t, "Track", everyTrack)
	sameWords(t, "Act", []Act{ActDiscard, ActErase, ActExport})
	sameWords(t, "Role", []Role{RoleCaseworker, RoleCoordinator, RoleAdmin})
	sameWords(t, "Who", []Who{WhoResident, WhoCaseworker, WhoCoordinator, WhoSystem})
}
