package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// mostMemory is what the program may ever have taken, in megabytes.
const mostMemory = 250

// peakMB is the most resident memory that the program ever had.
func (p *process) peakMB(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kb, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Fatal("no peak of memory in the process's status")
	return 0
}

// host is where the public site listens.
func (p *process) host(t *testing.T) string {
	t.Helper()
	target, err := url.Parse(p.public)
	if err != nil {
		t.Fatal(err)
	}
	return target.Host
}

// hold opens so many connections, sends begin on each and leaves them open. It
// gives how many the machine's limits allowed.
func (p *process) hold(t *testing.T, n int, begin string) (held []net.Conn) {
	t.Helper()
	host := p.host(t)
	t.Cleanup(func() {
		for _, conn := range held {
			_ = conn.Close()
		}
	})
	for range n {
		conn, err := net.DialTimeout("tcp", host, 10*time.Second)
		if err != nil {
			t.Fatalf("after %d connections: %v", len(held), err)
		}
		held = append(held, conn)
		if _, err := io.WriteString(conn, begin); err != nil {
			t.Fatal(err)
		}
	}
	return held
}

// roomFor gives how many connections the limit of open files leaves.
func roomFor(t *testing.T, wanted int) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return min(wanted, int(limit.Cur)-500)
}

// both sends a report each way and keeps what was acknowledged, which both must be.
func (o *office) both(t *testing.T, p *process, kept *promises, when string) {
	t.Helper()
	sealed, plain := o.sealed(t, when), o.unsealed(t)
	if status, answer, err := p.post("/api/v1/reports", sealed.body); err != nil || status != http.StatusCreated {
		t.Errorf("%s: sealed: status %d, %v: %s", when, status, err, answer)
	}
	if status, _, err := p.postForm("/de/report", plainForm(plain.receipt.String(), when)); err != nil || status != http.StatusOK {
		t.Errorf("%s: plain: status %d, %v", when, status, err)
	}
	kept.add(promise{incident.CaseID(sealed.keys.CaseID()), incident.KindReport, sealed.op})
	kept.add(promise{id: incident.CaseID(plain.keys.CaseID()), kind: incident.KindReport})
}

// TestSiege holds the program under what an attacker with one machine can do at
// once: 10,000 idle connections (2,000 unless in "make soak"), headers and bodies that trickle, bodies of 1 GB
// in both ways. People still send, both ways; nothing they were told to be stored
// is lost; and memory stays below 250 MB.
func TestSiege(t *testing.T) {
	o := newOffice(t)
	o.env = append(o.env, "BEISTAND_SITE_NETWORK_HEADER=X-Network")
	p := o.start(t, "serve")
	p.client.Transport = networked{"203.0.113.0", &http.Transport{DisableKeepAlives: true}}
	kept := &promises{}
	o.both(t, p, kept, "before")

	soak, wanted := killRounds(t, 0) > 0, 2000
	if soak {
		wanted = 10_000
	}
	idle := p.hold(t, roomFor(t, wanted), "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n") // answered, and kept alive
	o.both(t, p, kept, "idle connections")
	resting := p.peakMB(t)
	slow := p.hold(t, 300, "POST /de/report HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	p.flood(t, "198.51.100.0", 300)
	o.both(t, p, kept, "trickling headers and bodies")

	var giants sync.WaitGroup
	var sent [3]int64
	var answers [3]string
	for i, c := range []struct{ path, kind, begin string }{
		{"/de/report", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"},
		{"/de/report", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n"},
		{"/api/v1/reports", "application/json", `{"locator":"`},
	} {
		giants.Go(func() { sent[i], answers[i] = p.giant(t, c.path, c.kind, c.begin) })
	}
	giants.Wait()
	for i, answer := range answers {
		t.Logf("1 GB body %d: %d MB taken, answer %q", i+1, sent[i]>>20, answer)
		if sent[i] > 100<<20 || answer != "" && !strings.Contains(answer, " 413 ") && !strings.Contains(answer, " 422 ") {
			t.Errorf("1 GB body %d: %d MB were read, answer %q", i+1, sent[i]>>20, answer)
		}
	}
	o.both(t, p, kept, "1 GB bodies")
	peak := p.peakMB(t)
	if peak > mostMemory {
		t.Errorf("memory rose to %.0f MB, want %d at most", peak, mostMemory)
	}
	if soak { // ten seconds
		p.awaitEnd(t, slow[:3])
	}
	p.stop(t)
	said := o.whole(t)
	o.check(t, kept)
	t.Logf("%d idle connections: %.0f MB; with slow ones and bodies of 1 GB: %.0f MB at most; %s; %s", len(idle), resting, peak, kept, said)
}

// giant sends a body of 1 GB until it is stopped, and gives how much of it was
// taken and the first line of the answer, "" if the connection broke before it.
func (p *process) giant(t *testing.T, path, kind, begin string) (sent int64, answer string) {
	t.Helper()
	conn, err := net.Dial("tcp", p.host(t))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer conn.Close()
	head := "POST " + path + " HTTP/1.1\r\nHost: x\r\nX-Network: 192.0.2.0\r\nContent-Type: " + kind + "\r\nContent-Length: 1073741824\r\n\r\n"
	if _, err := io.WriteString(conn, head+begin); err != nil {
		return 0, ""
	}
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		first <- strings.TrimSpace(line)
	}()
	block := []byte(strings.Repeat("Text ohne Ende. ", 4096))
	for sent < 1<<30 {
		n, err := conn.Write(block)
		sent += int64(n)
		if err != nil {
			break
		}
	}
	select {
	case answer = <-first:
	case <-time.After(20 * time.Second):
		t.Errorf("%s: no answer to a body of 1 GB", path)
	}
	return sent, answer
}

// awaitEnd waits until the program has closed connections that never finished
// their headers.
func (p *process) awaitEnd(t *testing.T, slow []net.Conn) {
	t.Helper()
	for _, conn := range slow {
		if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Errorf("a connection that never finished its headers is still open: %v", err)
		}
	}
}
