package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// TestBackupWhileThirtyTwoSend backs up again and again while 32 clients send.
// Each backup is whole by itself, and holds every report that was acknowledged
// before it began.
func TestBackupWhileThirtyTwoSend(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	p := o.start(t, "serve")
	const clients, backups = 32, 3
	var done atomic.Bool
	var mu sync.Mutex
	var sent []submission
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for !done.Load() {
				s := o.sealed(t, "Während der Sicherung")
				if status, _, err := p.post("/api/v1/reports", s.body); err != nil || status != http.StatusCreated {
					t.Errorf("status %d, %v", status, err)
					return
				}
				mu.Lock()
				sent = append(sent, s)
				mu.Unlock()
			}
		})
	}
	var before []submission
	var last backedUp
	for range backups {
		mu.Lock()
		before = sent[:len(sent):len(sent)]
		mu.Unlock()
		last = o.backUp(t)
		if out, code := o.run(t, "", "restore", "-identity", key, "-check", last.File); code != 0 {
			t.Errorf("check: exit %d: %s", code, out)
		}
	}
	done.Store(true)
	group.Wait()
	p.stop(t)
	there := newOffice(t)
	there.identity, there.recipient = o.identity, o.recipient
	must(t, copyFile(filepath.Join(o.dir, "office-keys.txt"), filepath.Join(there.dir, "office-keys.txt")))
	if out, code := there.run(t, "", "restore", "-identity", key, last.File); code != 0 {
		t.Fatalf("restore: exit %d: %s", code, out)
	}
	q := there.start(t, "serve")
	q.allOpen(t, before)
	q.stop(t)
	t.Logf("%d reports from %d clients during %d backups; the last holds the %d that were there when it began", len(sent), clients, backups, len(before))
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// cramped runs a command whose files may not grow beyond so many KiB, as on a
// full disk.
func (o *office) cramped(t *testing.T, kib int, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	script := fmt.Sprintf(`ulimit -f %d; exec "$@"`, kib)
	cmd := exec.CommandContext(ctx, "bash", append([]string{"-c", script, "bash", builtProgram(t)}, args...)...)
	cmd.Env = o.env
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// TestBackupOnAFullDisk: a backup for which there is no room fails aloud, leaves
// nothing that looks like one, and spoils neither the older one nor its note. A
// restore that broke off there is simply repeated.
func TestBackupOnAFullDisk(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	p := o.start(t, "serve")
	sent := o.send(t, p, 40)
	p.stop(t)
	good := o.backUp(t)
	folder := filepath.Dir(good.File)
	older, err := os.ReadFile(good.File)
	must(t, err)
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	must(t, err)
	out, code := o.cramped(t, 2048, "backup")
	if code != exitFailed || !strings.Contains(out, "too large") {
		t.Errorf("no room: exit %d: %s", code, out)
	}
	after, err := filepath.Glob(filepath.Join(folder, "*"))
	must(t, err)
	if still, err := os.ReadFile(good.File); err != nil || !bytes.Equal(still, older) || len(after) != len(names) {
		t.Errorf("after it: %d files for %d, the older one %v", len(after), len(names), err)
	}
	if levels, _, _ := o.levels(t); levels["backup"] != levelGood {
		t.Errorf("doctor says of the backup: %s", levels["backup"])
	}

	there := newOffice(t)
	must(t, copyFile(filepath.Join(o.dir, "office-keys.txt"), filepath.Join(there.dir, "office-keys.txt")))
	if out, code := there.cramped(t, 700, "restore", "-identity", key, good.File); code == 0 {
		t.Errorf("a restore without room: exit 0: %s", out)
	}
	if out, code := there.run(t, "", "restore", "-identity", key, good.File); code != 0 {
		t.Fatalf("again, with room: exit %d: %s", code, out)
	}
	q := there.start(t, "serve")
	q.allOpen(t, sent)
	if out, code := there.run(t, "", "restore", "-identity", key, good.File); code == 0 || !strings.Contains(out, "the office is being served") {
		t.Errorf("over a running server: exit %d: %s", code, out)
	}
	q.allOpen(t, sent)
}

// TestPurgesAtOnce: four operators purge at the same moment, through one server or
// through two instances on one database, whose own sweeps run too. Each case is
// erased once, with one line in the ledger, and the store is sound.
func TestPurgesAtOnce(t *testing.T) {
	t.Run("one machine", func(t *testing.T) {
		o := newOffice(t)
		o.purgedAtOnce(t, o)
	})
	t.Run("two instances", func(t *testing.T) {
		o := newOffice(t)
		o.wire(t)
		o.env = append(o.env, "BEISTAND_AUTH_TOKEN_KEYS="+filepath.Join(o.dir, "token-keys"), "BEISTAND_OFFICE_EDITION_KEY="+filepath.Join(o.dir, "edition-key"))
		o.purgedAtOnce(t, o, o.another(t))
	})
}

func (o *office) purgedAtOnce(t *testing.T, instances ...*office) {
	t.Helper()
	const cases, operators = 12, 4
	year := time.Now().Year() - 3
	for n := range cases {
		o.closedLongAgo(t, n+1, year)
	}
	for back := range 3 {
		o.cameIn(t, time.Now().AddDate(0, 0, -2-back))
	}
	o.start(t, "serve", "-allow-test-engine").stop(t) // nothing may go yet: the figures are not waived
	o.waive(t, year)
	var serving []*process
	for _, at := range instances {
		serving = append(serving, at.start(t, "serve", "-allow-test-engine"))
	}
	var group sync.WaitGroup
	for n := range operators {
		group.Go(func() {
			if out, code := instances[n%len(instances)].run(t, "", "purge", "-allow-test-engine"); code != 0 {
				t.Errorf("exit %d: %s", code, out)
			}
		})
	}
	group.Wait()
	for _, p := range serving {
		p.stop(t)
	}
	// A sweep that was asked to end within an erasure leaves the rest to the next one.
	if out, code := o.run(t, "", "purge", "-allow-test-engine"); code != 0 {
		t.Errorf("the last purge: exit %d: %s", code, out)
	}
	o.sound(t, cases, "-allow-test-engine")
	db := o.behind(t)
	defer db.Close()
	lines, err := db.Lines(t.Context(), 0, 1000)
	must(t, err)
	erased := map[incident.Op]int{}
	for _, e := range lines {
		if e.Kind == incident.KindErasure {
			erased[e.Op]++
		}
	}
	if len(erased) != cases {
		t.Errorf("%d cases erased by the ledger, want %d", len(erased), cases)
	}
	for op, n := range erased {
		if n != 1 {
			t.Errorf("an erasure stands in the ledger %d times: %v", n, op)
		}
	}
}

// TestAskedToEndDuringAnUpload: who is sending when the program is asked to end
// still gets an answer, if the rest comes soon, and what it acknowledged is there
// afterwards. A path that somebody made up stands in no log.
func TestAskedToEndDuringAnUpload(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	for _, path := range []string{"/de/EVIL%0a{%22level%22:%22x%22}", "/EVIL", "/office/EVIL", "/api/v1/office/EVIL"} {
		p.get(t, path)
		if _, err := p.send(path, "text/EVIL", "EVIL", []byte("EVIL")); err != nil {
			t.Fatal(err)
		}
	}
	s := o.unsealed(t)
	kind, form := formWithFileOf(t, plainForm(s.receipt.String(), "Während des Endes"), "a.txt", strings.Repeat("Text ", 100_000))
	conn, err := net.Dial("tcp", p.host(t))
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /de/report HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", p.host(t), kind, len(form))
	must(t, err)
	// Before this line the connection may still wait to be taken, and would end with the door.
	reads := bufio.NewReader(conn)
	if line, err := reads.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("the server does not read: %v, %q", err, line)
	}
	half := len(form) / 2
	_, err = conn.Write(form[:half])
	must(t, err)
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	p.awaitClosed(t)
	_, err = conn.Write(form[half:])
	must(t, err)
	answer, err := io.ReadAll(reads)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(answer), []byte("HTTP/1.1 200 ")) {
		t.Errorf("the answer: %v, %.80q", err, answer)
	}
	p.stop(t)
	if said := p.stderr.String() + p.stdout.String(); strings.Contains(said, "EVIL") {
		t.Errorf("a made-up path stands in the log: %s", said)
	}
	o.sound(t, 1)
	p = o.start(t, "serve")
	p.allOpen(t, []submission{s})
}

// awaitClosed waits until the program takes no new connection.
func (p *process) awaitClosed(t *testing.T) {
	t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", p.host(t))
		if err != nil {
			return
		}
		_ = conn.Close()
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the program still takes connections")
}

// TestOddMachines: a machine that knows IPv6 only, one of another time zone and
// language than the office, and a data folder of somebody else. The day is the
// office's, and what cannot work says so at the start.
func TestOddMachines(t *testing.T) {
	t.Run("IPv6 only", func(t *testing.T) {
		o := newOffice(t)
		o.with("BEISTAND_LISTEN", "[::1]:0")
		o.with("BEISTAND_OPERATOR_LISTEN", "[::1]:0")
		l, err := net.Listen("tcp", "[::1]:0")
		if err != nil {
			t.Logf("not run: no IPv6 here: %v", err)
			return
		}
		must(t, l.Close())
		p := o.start(t, "serve")
		if !strings.HasPrefix(p.public, "http://[::1]:") {
			t.Errorf("the form is at %s", p.public)
		}
		p.allOpen(t, o.send(t, p, 2))
		if resp, err := http.Get(p.operator + "/readyz"); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("ready: %v", err)
		} else {
			must(t, resp.Body.Close())
		}
	})
	t.Run("another zone", func(t *testing.T) {
		zone, err := time.LoadLocation("Europe/Berlin")
		must(t, err)
		for _, there := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} { // 14 hours ahead, 11 behind
			o := newOffice(t)
			o.env = append(o.env, "TZ="+there, "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8")
			p := o.start(t, "serve")
			o.send(t, p, 2)
			_, all, _ := o.levels(t)
			day := time.Now().In(zone).Format(time.DateOnly)
			for _, d := range all {
				if d.Check == "clock" && !strings.HasPrefix(d.Found, day) {
					t.Errorf("%s: doctor says %q, want %s", there, d.Found, day)
				}
			}
			p.stop(t)
			db, err := boltstore.Open(filepath.Join(o.dir, "data"))
			must(t, err)
			heads, err := db.Heads(t.Context(), "", 10)
			must(t, err)
			for _, h := range heads {
				events, err := db.File(t.Context(), h.Case)
				if err != nil || events[0].Day != day[:len("2006-01")] {
					t.Errorf("%s: a report of %q, %v, want %s", there, events[0].Day, err, day)
				}
			}
			lines, err := db.Lines(t.Context(), 0, 10)
			if err != nil || len(lines) == 0 || lines[0].Day != day {
				t.Errorf("%s: the ledger's first line %+v, %v, want %s", there, lines, err, day)
			}
			must(t, db.Close())
		}
	})
	t.Run("a folder of somebody else", func(t *testing.T) {
		o := newOffice(t)
		data := filepath.Join(o.dir, "data")
		must(t, os.Mkdir(data, 0o500))
		t.Cleanup(func() { must(t, os.Chmod(data, 0o700)) })
		must(t, os.Chmod(filepath.Join(o.dir, "office-keys.txt"), 0o644))
		out, err := o.ordinary(t, "serve").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "beistand: ") || !strings.Contains(string(out), "must belong to the user") {
			t.Errorf("got %v: %s", err, out)
		}
		var panicked struct{ Level string }
		if strings.Contains(string(out), "panic") || json.Unmarshal(out, &panicked) == nil {
			t.Errorf("not an answer for an operator: %s", out)
		}
	})
}
