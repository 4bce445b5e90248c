package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Calls that would spill what people wrote, tell who they are, or open what only a resident may open
// (protocol.md §9). The linter knows the types behind the names; this walk does not, so it refuses the names
// of methods wherever they stand, and needs no linter.

// A forbidden is one kind of call.
type forbidden struct {
	why    string
	call   *regexp.Regexp // import path and name, such as time.Now, or a dot and the name of a method
	except []string       // beginnings of paths that may
}

func forbiddenCalls() []forbidden {
	re := regexp.MustCompile
	return []forbidden{
		{"it prints addresses and what people wrote", re(`^github.com/gin-gonic/gin\.(Default|Logger.*|Recovery.*|CustomRecovery.*)$`), nil},
		{"it spills uploads to the disk or takes unknown fields", re(`^\.(Bind(JSON|XML|Query|YAML|TOML|Header|Uri|With)?|MustBind.*|ShouldBind.*|ParseForm|ParseMultipartForm|FormValue|FormFile|PostForm.*|DefaultPostForm|GetPostForm.*|MultipartForm|SaveUploadedFile)$`), nil},
		{"a dump holds what people wrote", re(`^net/http/httputil\.Dump.*$`), nil},
		{"nobody needs to know who asks", re(`^\.(ClientIP|RemoteIP|RemoteAddr|UserAgent|Referer)$`), []string{"internal/web/network.go"}},
		{"the public site has no cookie", re(`^(\.(Cookie|Cookies|SetCookie.*)|net/http\.SetCookie)$`), []string{"internal/caseweb/"}},
		{"only seal's mailbox call opens", re(`^filippo.io/age\.Decrypt.*$`), []string{"internal/seal/mailbox.go", "cmd/beistand/restore.go"}},
		{"no server code holds an identity", re(`^filippo.io/age\.(Parse.*Identit.*|Generate.*Identity|NewScryptIdentity|NewInjected.*)$`), []string{"internal/seal/mailbox.go", "internal/seal/receipt.go", "cmd/beistand/restore.go", "internal/demo/office.go"}},
		{"take a clock", re(`^time\.(Now|Since|Until)$`), []string{"cmd/beistand/"}},
		{"take the context you were given", re(`^context\.(Background|TODO)$`), []string{"cmd/beistand/", "internal/caseweb/apigen/"}},
		{"settings come from config", re(`^os\.(Getenv|LookupEnv|Environ)$`), []string{"cmd/beistand/", "config/"}},
		{"write to the writer you were given", re(`^fmt\.Print.*$`), nil},
		{"nothing runs before main", re(`^func init$`), nil},
	}
}

// calls lists every use of a function of a package and of a method or field, by the names above, with its
// line.
func calls(set *token.FileSet, file *ast.File) map[int][]string {
	packages := map[string]string{}
	for _, spec := range file.Imports {
		pkg, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := pkg[strings.LastIndex(pkg, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = pkg
	}
	found := map[int][]string{}
	note := func(at token.Pos, name string) {
		line := set.Position(at).Line
		found[line] = append(found[line], name)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				note(n.Pos(), "func init")
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && packages[id.Name] != "" {
				note(n.Pos(), packages[id.Name]+"."+n.Sel.Name)
			} else {
				note(n.Pos(), "."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestForbiddenCalls(t *testing.T) {
	rules := forbiddenCalls()
	for _, f := range goFiles(t) {
		if strings.HasSuffix(f.name, "_test.go") || strings.HasPrefix(f.name, "internal/storetest/") {
			continue
		}
		for line, names := range calls(f.set, f.file) {
			for _, name := range names {
				for _, rule := range rules {
					if rule.call.MatchString(name) && !hasPrefixOf(f.name, rule.except) {
						t.Errorf("%s:%d: %s: %s", f.name, line, name, rule.why)
					}
				}
			}
		}
	}
}

func hasPrefixOf(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// Each kind of call, planted: the walk must find it.
func TestForbiddenCallsAreFound(t *testing.T) {
	const source = `package x

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"os"
	"time"

	"filippo.io/age"
	g "github.com/gin-gonic/gin"
)

func init() {}

func f(c *g.Context, r *http.Request) {
	g.Default()
	g.New().Use(g.Recovery())
	c.ShouldBindJSON(nil)
	c.Bind(nil)
	_ = r.MultipartForm
	r.ParseMultipartForm(1)
	_ = c.Request.PostFormValue
	httputil.DumpRequest(r, true)
	_ = r.RemoteAddr
	c.ClientIP()
	http.SetCookie(nil, nil)
	age.Decrypt(nil)
	open := age.ParseHybridIdentity
	now := time.Now
	_ = context.Background()
	os.Getenv("X")
	fmt.Println()
}
`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "planted.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	hit := map[string]int{}
	rules := forbiddenCalls()
	for _, names := range calls(set, file) {
		for _, name := range names {
			for _, rule := range rules {
				if rule.call.MatchString(name) {
					hit[rule.why]++
				}
			}
		}
	}
	want := map[string]int{
		"it prints addresses and what people wrote": 2, "it spills uploads to the disk or takes unknown fields": 5,
		"nobody needs to know who asks": 2,
	}
	for _, rule := range rules {
		if got := hit[rule.why]; got != max(1, want[rule.why]) {
			t.Errorf("%s: found %d times, want %d", rule.why, got, max(1, want[rule.why]))
		}
	}
}
