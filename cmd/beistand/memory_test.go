package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// memory reads all that the program has in its writable memory, as a core dump
// would hold it, and calls look with each piece. Pieces overlap by 64 KiB.
func (p *process) memory(t *testing.T, look func(piece []byte)) {
	t.Helper()
	pid := p.cmd.Process.Pid
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	const step, overlap = 16 << 20, 64 << 10
	buffer := make([]byte, step+overlap)
	read := 0
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var rights string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &rights); err != nil || !strings.HasPrefix(rights, "rw") {
			continue
		}
		for at := from; at < to; at += step {
			n, err := mem.ReadAt(buffer[:min(to-at, step+overlap)], at)
			if err != nil && n == 0 {
				continue // a guard page, or memory that was given back meanwhile
			}
			look(buffer[:n])
			read += n
		}
	}
	if read < 1<<20 {
		t.Fatalf("only %d bytes of memory could be read", read)
	}
}

// hits counts in how many forms each canary stands in the program's memory.
func (p *process) hits(t *testing.T, canaries []canary) map[string]int {
	t.Helper()
	found := map[string]int{}
	p.memory(t, func(piece []byte) {
		for _, c := range canaries {
			for _, form := range c.forms {
				found[c.name] += bytes.Count(piece, form)
			}
		}
	})
	return found
}

// collected lets the program work for others until it has collected its garbage
// so often that what the visitor left is overwritten, also in pools.
func (p *process) collected(t *testing.T, o *office) {
	t.Helper()
	const cycles = 6
	began := strings.Count(p.stderr.String(), "gc ")
	other := &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	mine := p.client
	p.client = other
	defer func() { p.client = mine }()
	for n := 0; strings.Count(p.stderr.String(), "gc ") < began+cycles; n++ {
		if n > 5000 {
			t.Fatal("the program does not collect its garbage")
		}
		work := o.unsealed(t)
		if status, _, err := p.postForm("/de/report", plainForm(work.receipt.String(), strings.Repeat("etwas anderes ", 500))); err != nil || status != http.StatusOK {
			t.Fatalf("other work: status %d, %v", status, err)
		}
	}
}

// overwriting makes the program overwrite what it frees, as the samples of
// deploy/ do, and tell of each collection of garbage.
func (o *office) overwriting() { o.env = append(o.env, "GODEBUG=clobberfree=1,gctrace=1") }

// A visitor is what one person brings along.
type visitor struct {
	text, file, name, browser string
	from                      *net.TCPAddr
}

func newVisitor(n byte) visitor {
	return visitor{
		text: "Marke-Distelfink-55" + fmt.Sprint(n) + " wurde abgewiesen", file: "Marke-Goldammer-66" + fmt.Sprint(n) + " im Inhalt",
		name: "Marke-Pirol-77" + fmt.Sprint(n) + ".txt", browser: "Marke-Wiedehopf-88" + fmt.Sprint(n),
		from: &net.TCPAddr{IP: net.IPv4(127, 94, 43, 10+n)},
	}
}

func (v visitor) canaries() []canary {
	return []canary{
		newCanary("the text", v.text), newCanary("a file", v.file), newCanary("a file's name", v.name),
		newCanary("the address", v.from.IP.String()), newCanary("the browser's name", v.browser),
	}
}

// RoundTrip sends the visitor's browser along.
func (v visitor) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("User-Agent", v.browser)
	dialer := net.Dialer{LocalAddr: v.from, Timeout: 5 * time.Second}
	transport := http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	return transport.RoundTrip(r)
}

// TestMemoryWithScript: of a report, a file, a message and an opened mailbox that
// came with JavaScript, nothing is in the program's memory: no word, no file, no
// receipt and no address; and soon no browser's name. Office key and passphrase
// are never there.
func TestMemoryWithScript(t *testing.T) {
	o := newOffice(t)
	o.overwriting()
	member, p := o.newMember(t, "serve")
	v := newVisitor(1)
	p.client = &http.Client{Timeout: 60 * time.Second, Transport: v}
	sealed := o.sealedFileOf(t, v.text, v.name, v.file)
	for _, chunk := range sealed.chunks {
		if status, err := p.send("/api/v1/chunks", "application/octet-stream", "", chunk); err != nil || status != http.StatusCreated {
			t.Fatalf("a piece: status %d, %v", status, err)
		}
	}
	if status, err := p.send("/api/v1/reports", "application/json", "", sealed.body); err != nil || status != http.StatusCreated {
		t.Fatalf("report: status %d, %v", status, err)
	}
	_, message := o.box(t, sealed.keys, incident.KindMessage, sealed.keys.MAC, v.text)
	message["locator"] = seal.EncodeKey(sealed.keys.Locator)
	if status, err := p.send("/api/v1/messages", "application/json", "", encoded(t, message)); err != nil || status != http.StatusCreated {
		t.Fatalf("message: status %d, %v", status, err)
	}
	if p.mailbox(t, sealed.keys)["found"] != true {
		t.Error("the mailbox does not open")
	}
	never := []canary{
		newCanary("a receipt", sealed.receipt.String()), newCanary("a receipt as shown", sealed.receipt.Shown()),
		newCanary("the office's key", member.office.String()), newCanary("the member's key", member.identity.String()),
		newCanary("the passphrase", "abandon ability able about above absent absorb"),
		v.canaries()[0], v.canaries()[1], v.canaries()[2], v.canaries()[3],
	}
	for name, n := range p.hits(t, never) {
		if n > 0 {
			t.Errorf("at once: %s stands in memory %d times", name, n)
		}
	}
	p.collected(t, o)
	for name, n := range p.hits(t, append(never, v.canaries()...)) {
		if n > 0 {
			t.Errorf("after collecting: %s stands in memory %d times", name, n)
		}
	}
	if n := p.hits(t, []canary{newCanary("the site", o.site)})["the site"]; n == 0 {
		t.Error("the search does not find what is in memory")
	}
}

// TestMemoryWithoutScript: without JavaScript the program sees the text for a
// moment. While the form arrives it is found in memory, which proves the search;
// when it was answered and garbage was collected, what is left is counted.
func TestMemoryWithoutScript(t *testing.T) {
	o := newOffice(t)
	o.overwriting()
	p := o.start(t, "serve")
	v := newVisitor(2)
	leak := "Marke-Neuntöter-990"
	conn := p.half(t, v.from, leak)
	planted := []canary{newCanary("leak", leak)}
	for range 200 { // until it has arrived
		if p.hits(t, planted)["leak"] > 0 {
			break
		}
	}
	if p.hits(t, planted)["leak"] == 0 {
		t.Error("a text that is just being sent is not found: the search proves nothing")
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}

	p.client = &http.Client{Timeout: 60 * time.Second, Transport: v}
	s := o.unsealed(t)
	kind, form := formWithFileOf(t, plainForm(s.receipt.String(), v.text), v.name, v.file)
	if status, err := p.send("/de/report", kind, "", form); err != nil || status != http.StatusOK {
		t.Fatalf("report: status %d, %v", status, err)
	}
	if status, _, err := p.postForm("/de/mailbox", [][2]string{{"receipt", s.receipt.String()}}); err != nil || status != http.StatusOK {
		t.Fatalf("mailbox: status %d, %v", status, err)
	}
	all := append(append(v.canaries(), newCanary("a receipt", s.receipt.String()), newCanary("a receipt as shown", s.receipt.Shown())), planted...)
	t.Logf("answered:  %v", p.hits(t, all))
	p.collected(t, o)
	after := p.hits(t, all)
	t.Logf("collected: %v", after)
	for name, n := range after {
		if n > 0 {
			t.Errorf("after collecting: %s stands in memory %d times", name, n)
		}
	}
}

// half sends half of a form and leaves the connection open.
func (p *process) half(t *testing.T, from net.Addr, text string) net.Conn {
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
	t.Cleanup(func() { _ = conn.Close() })
	half := "POST /de/report HTTP/1.1\r\nHost: " + target.Host + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" + text
	if _, err := io.WriteString(conn, half); err != nil {
		t.Fatal(err)
	}
	return conn
}
