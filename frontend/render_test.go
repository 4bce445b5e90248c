package frontend_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/publicweb"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// office is one whose every text is there, some of it in one language only.
var office = frontend.Office{
	Name:      frontend.Text{"de": "Stelle Musterstadt", "en": "Office of Musterstadt"},
	Headline:  frontend.Text{"": "Musterstadt"},
	Fictional: true, FirstAnswerDays: 3,
	Help:          []frontend.Help{{Name: frontend.Text{"de": "Polizei"}, Number: "110"}, {Name: frontend.Text{"": "ADS"}, Number: "0800 546 546 5", Note: frontend.Text{"de": "montags"}}},
	Imprint:       frontend.Text{"de": "Stadt Musterstadt\n\nRathausplatz 1"},
	Privacy:       frontend.Text{"de": "Verantwortlich ist die Stadt.", "en": "The city is responsible."},
	Accessibility: nil,
	Keys:          []frontend.PinnedKey{{Desk: frontend.Text{"de": "Stelle der Stadt"}, Fingerprint: "7313 4708 7779 4471 1230 5249"}},
}

func samples() map[string][]any { return publicweb.Samples() }

func renderer(t *testing.T, files fs.FS) *frontend.Renderer {
	t.Helper()
	if _, ok := files.(fstest.MapFS); !ok {
		files = copied(t, files)
	}
	r, err := frontend.Build(files, frontend.Options{Office: office, Samples: samples(), Log: slog.New(slog.NewTextHandler(failOnWrite{t}, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// failOnWrite fails a test in which a text was missing.
type failOnWrite struct{ t *testing.T }

func (f failOnWrite) Write(line []byte) (int, error) {
	if !strings.Contains(string(line), "language=tlh") {
		f.t.Errorf("%s", line)
	}
	return len(line), nil
}

func rendered(t *testing.T, r *frontend.Renderer, lang, name string, page any) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Render(&out, lang, name, page); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden are the languages whose pages are committed: the source, the one with
// sentences of its own, and one that is written from the right. TestPages reads
// the pages of all.
var golden = []string{"de", "de-simple", "ar"}

// TestGolden compares the first and the last sample of each template with
// committed pages, so that a change of a page is seen as one.
func TestGolden(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, lang := range golden {
		for name, pages := range samples() {
			for i, page := range pages {
				if i > 0 && i < len(pages)-1 {
					continue
				}
				file := filepath.Join("testdata", "golden", lang, fmt.Sprintf("%s-%d.html", name, i))
				got := withoutHashes(rendered(t, r, lang, name, page))
				if *update {
					write(t, file, got)
					continue
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s differs: %s", file, firstDifference(got, string(want)))
				}
			}
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withoutHashes drops the line of the style sheet, whose name follows its content.
func withoutHashes(html string) string {
	var all []string
	for line := range strings.SplitSeq(html, "\n") {
		if !strings.HasPrefix(line, `<link rel="stylesheet"`) {
			all = append(all, line)
		}
	}
	return strings.Join(all, "\n")
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d: got %q, want %q", i+1, g[i], append(w, "")[min(i, len(w))])
		}
	}
	return "the page ends early"
}

// TestLanguagesAtOnce: pages in all languages are rendered side by side, and none
// speaks another one's words.
func TestLanguagesAtOnce(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	sample := samples()["rights"][0]
	want := map[string]string{}
	for _, lang := range r.Languages() {
		want[lang] = rendered(t, r, lang, "rights", sample)
	}
	var all sync.WaitGroup
	for range 8 {
		for lang, page := range want {
			all.Go(func() {
				var out bytes.Buffer
				if err := r.Render(&out, lang, "rights", sample); err != nil || out.String() != page {
					t.Errorf("%s: another page, or %v", lang, err)
				}
			})
		}
	}
	all.Wait()
}

func TestRenderRefuses(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	var out bytes.Buffer
	if err := r.Render(&out, "de", "nothing", nil); err == nil {
		t.Error("an unknown template was rendered")
	}
	if err := r.Render(&out, "de", "report", publicweb.PlainPage{}); err == nil {
		t.Error("a page was rendered with another one's data")
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written all the same", out.Len())
	}
}

// TestStartRefuses: a fault of a template stops the start.
func TestStartRefuses(t *testing.T) {
	for note, change := range map[string]func(fstest.MapFS, map[string][]any){
		"broken template": func(f fstest.MapFS, _ map[string][]any) { f["templates/public/start.html"].Data = []byte("{{define") },
		"unknown field": func(f fstest.MapFS, _ map[string][]any) {
			f["templates/public/start.html"].Data = []byte(`{{define "title"}}x{{end}}{{define "main"}}{{.Page.Nothing}}{{end}}`)
		},
		"no sample":            func(_ fstest.MapFS, s map[string][]any) { delete(s, "report") },
		"samples of two kinds": func(_ fstest.MapFS, s map[string][]any) { s["report"] = append(s["report"], publicweb.PlainPage{}) },
		"no status":            func(f fstest.MapFS, _ map[string][]any) { delete(f, "locales/status.json") },
	} {
		files, pages := copied(t, frontend.Embedded), samples()
		change(files, pages)
		if _, err := frontend.Build(files, frontend.Options{Samples: pages}); err == nil {
			t.Errorf("%s: started", note)
		}
	}
}

// TestRegressionR03TypedTextIsInert: what somebody typed stays text.
func TestRegressionR03TypedTextIsInert(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	page, ok := samples()["mailbox"][0].(publicweb.MailboxPage)
	if !ok {
		t.Fatal("the first sample of the mailbox is none")
	}
	for _, typed := range []string{
		`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, `</title><svg onload=alert(1)>`, `{{template "main" .}}<b>`,
		`javascript:alert(1)<a>`, "<\u0000script>alert(1)</script>", `--><iframe srcdoc="x">`, `</textarea><form action=//x>`,
	} {
		page.Typed, page.Receipt = typed, ""
		html := rendered(t, r, "de", "mailbox", page)
		open := page
		open.Receipt, open.Found, open.State, open.Draft, open.Seen = "1", true, "triage", typed, typed
		open.Entries = []publicweb.Entry{{Kind: "answer", Day: "2026-11-23", Text: typed, German: typed, Lang: "de"}}
		for _, html := range []string{html, rendered(t, r, "de", "mailbox", open)} {
			if strings.Contains(html, typed) || strings.Contains(html, "<img src=x") || strings.Contains(html, "onload=alert") && !strings.Contains(html, "&lt;svg") {
				t.Errorf("%q became HTML", typed)
			}
		}
	}
}
