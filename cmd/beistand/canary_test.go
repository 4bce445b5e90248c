package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// A canary is something that must be found nowhere: in each form in which a
// careless program writes it.
type canary struct {
	name  string
	forms [][]byte
}

func newCanary(name, text string) canary {
	c := canary{name: name}
	add := func(b []byte) { c.forms = append(c.forms, b) }
	add([]byte(text))
	add([]byte(hex.EncodeToString([]byte(text))))
	add([]byte(url.QueryEscape(text)))
	var wide []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	add(wide)
	// Three alignments of base64: what stands before the text is not known.
	for skip := range 3 {
		padded := append(bytes.Repeat([]byte{0}, skip), text...)
		encoded := base64.StdEncoding.EncodeToString(padded)
		from, to := (skip*8+5)/6, len(padded)/3*4
		if to-from >= 12 {
			add([]byte(encoded[from:to]))
		}
	}
	if quoted, err := json.Marshal(text); err == nil {
		add(quoted[1 : len(quoted)-1])
	}
	return c
}

// search looks for the canaries in every file under dir, and in more.
func search(t *testing.T, when, dir string, canaries []canary, more map[string][]byte) {
	t.Helper()
	texts := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		texts[name] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range more {
		texts[name] = b
	}
	for name, b := range texts {
		for _, c := range canaries {
			for i, form := range c.forms {
				if bytes.Contains(b, form) {
					t.Errorf("%s: %s (form %d) stands in %s", when, c.name, i, filepath.Base(name))
				}
			}
		}
	}
}

// TestNothingIsLeft: the text, the receipt and the address of people who sent a
// report, with and without JavaScript, are found in no data, log or temporary
// file, while the program runs and after it has ended; nor are their files, the
// names of these, or the name of their browser. It also proves that the search
// finds what is there. Memory has tests of its own.
func TestNothingIsLeft(t *testing.T) {
	o := newOffice(t)
	o.backupKey(t)
	p := o.start(t, "serve")
	v := newVisitor(0) // whose address of the loopback net occurs nowhere else
	p.client.Transport = v
	from, text := v.from, v.text
	sealed, plain, broken := o.sealedFileOf(t, text, v.name, v.file), o.unsealed(t), o.unsealed(t)
	for _, chunk := range sealed.chunks {
		if status, err := p.send("/api/v1/chunks", "application/octet-stream", "", chunk); err != nil || status != http.StatusCreated {
			t.Fatalf("a piece: status %d, %v", status, err)
		}
	}
	if status, _, err := p.post("/api/v1/reports", sealed.body); err != nil || status != http.StatusCreated {
		t.Fatalf("sealed: status %d, %v", status, err)
	}
	kind, form := formWithFileOf(t, plainForm(plain.receipt.String(), text), v.name, v.file)
	if status, err := p.send("/de/report", kind, "", form); err != nil || status != http.StatusOK {
		t.Fatalf("plain: status %d, %v", status, err)
	}
	// Something goes wrong in between: a form that is no form of ours, and a
	// connection that breaks off in the middle.
	if status, _, err := p.postForm("/de/report", append(plainForm(broken.receipt.String(), text), [2]string{"unknown-" + text, "x"})); err != nil || status != http.StatusUnprocessableEntity {
		t.Errorf("unknown field: status %d, %v", status, err)
	}
	if err := p.half(t, from, text).Close(); err != nil {
		t.Fatal(err)
	}
	if status, _, err := p.postForm("/de/mailbox", [][2]string{{"receipt", plain.receipt.String()}}); err != nil || status != http.StatusOK {
		t.Errorf("mailbox: status %d, %v", status, err)
	}

	canaries := append(v.canaries(),
		newCanary("a receipt", sealed.receipt.String()), newCanary("a receipt", plain.receipt.String()),
		newCanary("a receipt as shown", plain.receipt.Shown()),
		newCanary("a locator", string(plain.keys.Locator[:])), newCanary("a locator", string(sealed.keys.Locator[:])),
	)
	o.backUp(t) // also the checkpoint and the notes of operations are in the folder now
	if out, code := o.run(t, "", "verify", "store"); code != 0 {
		t.Errorf("verify: exit %d: %s", code, out)
	}
	resp, err := http.Get(p.operator + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	search(t, "running", o.dir, canaries, map[string][]byte{"metrics": metrics})
	p.stop(t)
	printed := map[string][]byte{"standard output": []byte(p.stdout.String()), "standard error": []byte(p.stderr.String())}
	search(t, "ended", o.dir, canaries, printed)

	control := filepath.Join(t.TempDir(), "leak")
	if err := os.WriteFile(control, []byte("x"+base64.StdEncoding.EncodeToString([]byte("xy"+text))), 0o600); err != nil {
		t.Fatal(err)
	}
	found := false
	b, err := os.ReadFile(control)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range canaries[0].forms {
		found = found || bytes.Contains(b, form)
	}
	if !found {
		t.Error("the search does not find a text that was leaked on purpose")
	}
}
