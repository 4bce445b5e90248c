package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/storetest"
)

// A relay is the one address of a database that ends and is started anew, each
// time on another socket.
type relay struct {
	uri string

	mu     sync.Mutex
	target string // path of the engine's socket; "" while it is away
	open   []net.Conn
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	dir, err := os.MkdirTemp("", "r") //nolint:usetesting // a socket's path may have about 100 bytes
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "sock"))
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{uri: "mongodb://" + url.PathEscape(l.Addr().String()) + "/"}
	t.Cleanup(func() {
		r.point("")
		if err := errors.Join(l.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.join(conn)
		}
	}()
	return r
}

// point leads new connections to another engine and breaks the old ones.
func (r *relay) point(uri string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path, _ := url.PathUnescape(strings.TrimSuffix(strings.TrimPrefix(uri, "mongodb://"), "/"))
	r.target = path
	for _, conn := range r.open {
		_ = conn.Close()
	}
	r.open = nil
}

func (r *relay) join(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	engine, err := net.Dial("unix", r.target)
	if r.target == "" || err != nil {
		_ = conn.Close()
		return
	}
	r.open = append(r.open, conn, engine)
	for _, pair := range [][2]net.Conn{{conn, engine}, {engine, conn}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].Close()
		}()
	}
}

// TestDatabaseGoneAndBack kills the database under the running program and starts
// it again on the same files. People who send in between wait and are taken when
// it is back. In "make soak" it stays away for longer: then what could not be
// stored is refused, with the text in the form, and taken when it is sent again.
// Nothing acknowledged is lost, and the program goes on by itself.
func TestDatabaseGoneAndBack(t *testing.T) {
	o := newOffice(t)
	data, db := t.TempDir(), newRelay(t)
	engine := storetest.StartFerret(t, data, 0)
	db.point(engine.URI)
	o.env = append(o.env, "BEISTAND_MONGODB_URI="+db.uri)
	p := o.start(t, "serve", "-allow-test-engine")
	p.setupLink(t) // it has started
	kept := &promises{}
	send := func(s submission, want int) {
		t.Helper()
		status, answer, err := p.post("/api/v1/reports", s.body)
		if err != nil || status != want {
			t.Errorf("sealed: status %d, %v, want %d: %s", status, err, want, answer)
		}
		if status == http.StatusCreated {
			kept.add(promise{incident.CaseID(s.keys.CaseID()), incident.KindReport, s.op})
		}
	}
	plain, text := o.unsealed(t), "Was ich erlebt habe"
	sendPlain := func(want int) {
		t.Helper()
		status, page, err := p.postForm("/de/report", plainForm(plain.receipt.String(), text))
		if err != nil || status != want || want != http.StatusOK && !strings.Contains(page, text) {
			t.Errorf("plain: status %d, %v, want %d", status, err, want)
		}
	}
	send(o.sealed(t, "Davor"), http.StatusCreated)

	db.point("")
	engine.Kill(t)
	during, soak := o.sealed(t, "Währenddessen"), killRounds(t, 0) > 0
	created, ok := http.StatusCreated, http.StatusOK
	if soak {
		created, ok = http.StatusServiceUnavailable, http.StatusServiceUnavailable
	}
	var group sync.WaitGroup
	group.Go(func() { send(during, created) })
	group.Go(func() { sendPlain(ok) })
	if soak {
		p.awaitReady(t, http.StatusServiceUnavailable)
		group.Wait()
	}
	engine = storetest.StartFerret(t, data, 0)
	db.point(engine.URI)
	group.Wait()
	p.awaitReady(t, http.StatusOK)
	if soak {
		send(during, http.StatusCreated)
		sendPlain(http.StatusOK)
	}
	send(o.sealed(t, "Danach"), http.StatusCreated)
	kept.add(promise{id: incident.CaseID(plain.keys.CaseID()), kind: incident.KindReport})
	said := o.whole(t)
	p.stop(t)
	o.check(t, kept)
	t.Logf("the database was killed and started again: %s; %s", kept, said)
}

// awaitReady waits until the program says of itself whether it can take reports.
func (p *process) awaitReady(t *testing.T, want int) {
	t.Helper()
	got := 0
	for wait := 0; got != want && wait < 300; wait++ {
		resp, err := http.Get(p.operator + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		got = resp.StatusCode
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got != want {
		t.Fatalf("ready: status %d, want %d", got, want)
	}
}
