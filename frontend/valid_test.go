package frontend_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/frontend"
)

// TestValid has html-validate read every sample of every template in every
// language, with and without a bundle. Its rules stand in .htmlvalidate.js.
func TestValid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for bundle, files := range map[string]fs.FS{"plain": frontend.Embedded, "bundle": bundled(t)} {
		r := renderer(t, files)
		languages := r.Languages()
		if bundle == "plain" {
			languages = golden // it differs in the head alone
		}
		for _, lang := range languages {
			for name, pages := range samples() {
				for i, page := range pages {
					write(t, filepath.Join(dir, bundle, lang, fmt.Sprintf("%s-%d.html", name, i)), rendered(t, r, lang, name, page))
				}
			}
		}
	}
	if out, err := validate(t, dir); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestValidSeesFaults: a validator that finds nothing anywhere is none.
func TestValidSeesFaults(t *testing.T) {
	const page = "<!doctype html>\n<html lang=\"de\">\n<head>\n<title>x</title>\n</head>\n<body>\n<main>%s</main>\n</body>\n</html>\n"
	faults := map[string]string{
		"style":     `<p style="color: red">x</p>`,
		"handler":   `<p onclick="x()">x</p>`,
		"script":    `<script>x()</script>`,
		"sheet":     `<style>p { color: red }</style>`,
		"block":     `<p><div>x</div></p>`,
		"not ended": `<section><h1>x</h1>`,
		"doubled":   `<p id="a">x</p><p id="a">x</p>`,
		"unknown":   `<p hreff="x"><blink>x</blink></p>`,
	}
	dir := t.TempDir()
	for note, fault := range faults {
		write(t, filepath.Join(dir, note+".html"), fmt.Sprintf(page, fault))
	}
	write(t, filepath.Join(dir, "whole.html"), fmt.Sprintf(page, "<h1>x</h1>"))
	out, err := validate(t, dir)
	if err == nil {
		t.Error("nothing was found at all")
	}
	for note, fault := range faults {
		if !strings.Contains(out, note+".html") {
			t.Errorf("%s: %s is valid", note, fault)
		}
	}
	if strings.Contains(out, "whole.html") {
		t.Errorf("what is whole is not valid:\n%s", out)
	}
}

// validate runs html-validate on the pages of a folder. Without the modules of the
// frontend, which make test installs, it fails: a page that nobody validated is
// not valid.
func validate(t *testing.T, dir string) (string, error) {
	t.Helper()
	if _, err := os.Stat("node_modules"); errors.Is(err, fs.ErrNotExist) {
		t.Fatal("html-validate is not installed: make modules")
	}
	command := exec.CommandContext(t.Context(), "node", "node_modules/html-validate/bin/html-validate.mjs",
		"--config", ".htmlvalidate.mjs", "--formatter", "text", "--max-warnings", "0", "--ext", "html", dir)
	out, err := command.CombinedOutput()
	return string(out), err
}
