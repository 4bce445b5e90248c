package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
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
// file, while the program runs and after it has ended. It also proves that the
// search finds what is there.
func TestNothingIsLeft(t *testing.T) {
	o := newOffice(t)
	o.backupKey(t)
	p := o.start(t, "serve")
	// An address of the loopback net that occurs nowhere else.
	from := &net.TCPAddr{IP: net.IPv4(127, 93, 41, 7)}
	p.client.Transport = &http.Transport{DialContext: (&net.Dialer{LocalAddr: from, Timeout: 5 * time.Second}).DialContext}

	const text = "Marke-Zitronenfalter-7731 wurde abgewiesen"
	sealed, plain, broken := o.sealed(t, text), o.unsealed(t), o.unsealed(t)
	if status, _, err := p.post("/api/v1/reports", sealed.body); err != nil || status != http.StatusCreated {
		t.Fatalf("sealed: status %d, %v", status, err)
	}
	if status, _, err := p.postForm("/de/report", plainForm(plain.receipt.String(), text)); err != nil || status != http.StatusOK {
		t.Fatalf("plain: status %d, %v", status, err)
	}
	// Something goes wrong in between: a form that is no form of ours, and a
	// connection that breaks off in the middle.
	if status, _, err := p.postForm("/de/report", append(plainForm(broken.receipt.String(), text), [2]string{"unknown-" + text, "x"})); err != nil || status != http.StatusUnprocessableEntity {
		t.Errorf("unknown field: status %d, %v", status, err)
	}
	p.hangUp(t, from, text)
	if status, _, err := p.postForm("/de/mailbox", [][2]string{{"receipt", plain.receipt.String()}}); err != nil || status != http.StatusOK {
		t.Errorf("mailbox: status %d, %v", status, err)
	}

	canaries := []canary{
		newCanary("the text", text),
		newCanary("a receipt", sealed.receipt.String()), newCanary("a receipt", plain.receipt.String()),
		newCanary("a receipt as shown", plain.receipt.Shown()),
		newCanary("a locator", string(plain.keys.Locator[:])), newCanary("a locator", string(sealed.keys.Locator[:])),
		newCanary("an address", from.IP.String()),
	}
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
	printed := map[string][]byte{"standard output": []byte(p.stdout.String()), "standard error": p.stderr.Bytes()}
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

// hangUp sends half of a form and breaks the connection.
func (p *process) hangUp(t *testing.T, from net.Addr, text string) {
	t.Helper()
	target, err := url.Parse(p.public)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{LocalAddr: from, Timeout: 5 * time.Second}
	conn, err := dialer.Dial("tcp", target.Host)
	if err != nil {
		t.Fatal(err)
	}
	half := "POST /de/report HTTP/1.1\r\nHost: " + target.Host + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" + text
	if _, err := conn.Write([]byte(half)); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}
