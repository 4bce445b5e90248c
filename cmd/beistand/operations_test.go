package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/backup"
)

// with gives the office another setting.
func (o *office) with(name, value string) {
	kept := o.env[:0:0]
	for _, v := range o.env {
		if !strings.HasPrefix(v, name+"=") {
			kept = append(kept, v)
		}
	}
	o.env = append(kept, name+"="+value)
}

// backupKey makes the key that opens backups, and sets its public half.
func (o *office) backupKey(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.key")
	out, code := o.run(t, "", "backup", "key", path)
	_, recipient, ok := strings.Cut(out, "recipient: ")
	if code != 0 || !ok {
		t.Fatalf("making a key: exit %d: %s", code, out)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v, want mode 0600", info.Mode(), err)
	}
	o.with("BEISTAND_BACKUP_RECIPIENT", strings.TrimSpace(recipient))
	return path
}

type backedUp struct {
	File string
	backup.Manifest
}

func (o *office) backUp(t testing.TB) backedUp {
	t.Helper()
	out, code := o.run(t, "", "backup", "-json")
	var b backedUp
	if err := json.Unmarshal([]byte(out), &b); err != nil || code != 0 {
		t.Fatalf("backup: exit %d, %v: %s", code, err, out)
	}
	return b
}

// send stores n reports, every second one without JavaScript.
func (o *office) send(t testing.TB, p *process, n int) []submission {
	t.Helper()
	var sent []submission
	for i := range n {
		var s submission
		var status, want int
		var err error
		if text := fmt.Sprintf("Meldung %d", i); i%2 == 0 {
			s, want = o.sealed(t, text), http.StatusCreated
			status, _, err = p.post("/api/v1/reports", s.body)
		} else {
			s, want = o.unsealed(t), http.StatusOK
			status, _, err = p.postForm("/de/report", plainForm(s.receipt.String(), text))
		}
		if err != nil || status != want {
			t.Fatalf("report %d: status %d, %v", i, status, err)
		}
		sent = append(sent, s)
	}
	return sent
}

func (p *process) allOpen(t testing.TB, sent []submission) {
	t.Helper()
	for i, s := range sent {
		m := p.mailbox(t, s.keys)
		if events, ok := m["events"].([]any); !ok || m["found"] != true || len(events) == 0 {
			t.Errorf("receipt %d: found %v, want its case", i, m["found"])
		}
	}
}

func (o *office) sound(t testing.TB, cases int, args ...string) {
	t.Helper()
	out, code := o.run(t, "", append([]string{"verify", "-json"}, args...)...)
	var v verdict
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || v.Cases != cases {
		t.Errorf("verify: exit %d, %d cases, want %d: %s", code, v.Cases, cases, out)
	}
}

// ferret runs the test engine until the test ends and gives its address.
func ferret(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	t.Cleanup(cancel)
	path, err := filepath.Abs(filepath.Join(repoRoot, ".cache", "storetest", "ferretdb"))
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(ctx, "go", "build", "-tags", "ferretdb_no_postgresql", "-o", path, ".")
	build.Dir = filepath.Join(repoRoot, "internal", "storetest", "ferretdb")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the test engine: %v: %s", err, out)
	}
	cmd := exec.CommandContext(ctx, path, "-follow", "-data", t.TempDir(), "-max-file", "0")
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("waiting for the test engine: %v", err)
	}
	return strings.TrimSpace(line)
}
