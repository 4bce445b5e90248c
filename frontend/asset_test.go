package frontend_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"github.com/beistand/beistand/frontend"
)

// bundled are the embedded files with a small bundle of the build's form.
func bundled(t *testing.T) fstest.MapFS {
	t.Helper()
	files := copied(t, frontend.Embedded)
	for name, text := range map[string]string{
		"dist/.vite/manifest.json": `{
			"src/form/main.ts":{"file":"assets/main-1.js","src":"src/form/main.ts","isEntry":true,"dynamicImports":["src/form/send.ts"]},
			"src/form/send.ts":{"file":"assets/send-1.js","src":"src/form/send.ts","isDynamicEntry":true},
			"src/styles/form.scss":{"file":"assets/form-1.css","src":"src/styles/form.scss","isEntry":true},
			"src/console/main.tsx":{"file":"assets/main-2.js","src":"src/console/main.tsx","isEntry":true},
			"src/styles/console.scss":{"file":"assets/console-1.css","src":"src/styles/console.scss","isEntry":true}}`,
		"dist/assets/main-1.js":        "form()",
		"dist/assets/main-1.js.br":     "small",
		"dist/assets/send-1.js":        "send()",
		"dist/assets/main-2.js":        "console()",
		"dist/assets/form-1.css":       "a{color:red}",
		"dist/assets/console-1.css":    "b{color:red}",
		"dist/assets/crypto.worker.js": "work()",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// TestWithoutBundle: a tree in which nobody built the frontend serves whole
// pages with the hand-written sheet and no script.
func TestWithoutBundle(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	if r.Built() {
		t.Error("a tree without a bundle says that it has one")
	}
	html := rendered(t, r, "de", "report", samples()["report"][0])
	if strings.Contains(html, "<script") {
		t.Error("a page without a bundle names a script")
	}
	name := regexp.MustCompile(`href="/assets/(form-[0-9a-f]+\.css)"`).FindStringSubmatch(html)
	if name == nil {
		t.Fatal("a page without a bundle has no style sheet")
	}
	body, encodings, kind, ok := r.Asset(name[1])
	if !ok || len(body) == 0 || kind != "text/css; charset=utf-8" {
		t.Errorf("sheet: known %v, %d bytes, type %q", ok, len(body), kind)
	}
	checkEncodings(t, body, encodings)
}

// checkEncodings unpacks each form and compares it with the bytes themselves.
func checkEncodings(t *testing.T, body []byte, encodings map[string][]byte) {
	t.Helper()
	readers := map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	}
	for name, open := range readers {
		r, err := open(bytes.NewReader(encodings[name]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: got %d bytes back, want %d (%v)", name, len(got), len(body), err)
		}
	}
}

func TestBundle(t *testing.T) {
	r := renderer(t, bundled(t))
	if !r.Built() {
		t.Error("the bundle was not seen")
	}
	html := rendered(t, r, "de", "report", samples()["report"][0])
	sum := sha512.Sum384([]byte("form()"))
	want := `<script type="module" src="/assets/main-1.js" integrity="sha384-` + strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + `">`
	if !strings.Contains(html, want) {
		t.Errorf("the page lacks %s", want)
	}
	if !strings.Contains(html, `id="data"`) {
		t.Error("the page lacks the data block of the script")
	}
	tests := []struct {
		name    string
		console bool
		known   bool
	}{
		{"main-1.js", false, true},
		{"send-1.js", false, true},
		{"form-1.css", false, true},
		{"main-2.js", true, true},
		{"console-1.css", true, true},
		{"crypto.worker.js", true, true},
		{"main-1.js.br", false, false},
		{"../../frontend.go", false, false},
	}
	for _, test := range tests {
		if _, _, _, ok := r.Asset(test.name); ok != test.known {
			t.Errorf("%s: known %v, want %v", test.name, ok, test.known)
		}
		if got := r.OfConsole(test.name); got != test.console {
			t.Errorf("%s: of the console %v, want %v", test.name, got, test.console)
		}
	}
	if _, encodings, _, _ := r.Asset("main-1.js"); string(encodings["br"]) != "small" {
		t.Errorf("brotli form: got %q", encodings["br"])
	}
}

func TestTheme(t *testing.T) {
	good := frontend.Theme{"action-default": {Light: "#1A3DA5", Dark: "#9db2e8"}}
	r, err := frontend.Build(bundled(t), frontend.Options{Samples: samples(), Theme: good})
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`href="/assets/(form-[^"]+)"`).FindStringSubmatch(rendered(t, r, "de", "start", samples()["start"][0]))[1]
	body, encodings, _, _ := r.Asset(name)
	want := "a{color:red}@media (prefers-color-scheme:light){:root{--kern-color-action-default:#1a3da5;}}" +
		"@media (prefers-color-scheme:dark){:root{--kern-color-action-default:#9db2e8;}}"
	if string(body) != want {
		t.Errorf("sheet: got %q, want %q", body, want)
	}
	checkEncodings(t, body, encodings)
	if _, _, _, ok := r.Asset("form-1.css"); ok {
		t.Error("the sheet without the theme is still served")
	}
	for note, theme := range map[string]frontend.Theme{
		"unknown token": {"font-size": {Light: "#000000", Dark: "#ffffff"}},
		"no colour":     {"action-default": {Light: "red;}", Dark: "#ffffff"}},
		"one colour":    {"action-default": {Light: "#000000"}},
	} {
		if _, err := frontend.Build(bundled(t), frontend.Options{Samples: samples(), Theme: theme}); err == nil {
			t.Errorf("%s: started", note)
		}
	}
}

func TestBrokenManifest(t *testing.T) {
	for note, text := range map[string]string{
		"no JSON":      `{`,
		"file missing": `{"src/form/main.ts":{"file":"assets/gone.js","src":"src/form/main.ts","isEntry":true}}`,
	} {
		files := bundled(t)
		files["dist/.vite/manifest.json"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := frontend.Build(files, frontend.Options{Samples: samples()}); err == nil {
			t.Errorf("%s: started", note)
		}
	}
}
