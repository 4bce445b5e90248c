package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// fileLimit sets how large the files of the running program may grow; what goes
// beyond fails, as on a full disk. 0 is a disk that takes nothing any more.
func (p *process) fileLimit(t *testing.T, bytes uint64) {
	t.Helper()
	const noLimit = ^uint64(0)
	limit := struct{ cur, max uint64 }{bytes, noLimit}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.cmd.Process.Pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
}

// TestDiskFull fills the disk of the running program, and makes it read-only:
// reports are refused with a page that says so and holds the text, mailboxes
// still open, nothing acknowledged is lost, and with room again the same report
// is taken by itself.
func TestDiskFull(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit func(size int64) uint64
	}{
		{"full", func(size int64) uint64 { return uint64(size) / 8 }}, // the file is made longer than it need be
		{"read-only", func(int64) uint64 { return 0 }},                // every write fails
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			p := o.start(t, "serve")
			kept := &promises{}
			first := o.sealed(t, "Vor der Störung")
			if status, answer, err := p.post("/api/v1/reports", first.body); err != nil || status != http.StatusCreated {
				t.Fatalf("status %d, %v: %s", status, err, answer)
			}
			kept.add(promise{incident.CaseID(first.keys.CaseID()), incident.KindReport, first.op})
			info, err := os.Stat(filepath.Join(o.dir, "data", boltstore.FileName))
			if err != nil {
				t.Fatal(err)
			}
			p.fileLimit(t, c.limit(info.Size()))
			refused := o.refused(t, p, kept)
			if p.mailbox(t, first.keys)["found"] != true {
				t.Error("an acknowledged mailbox does not open")
			}
			plain, text := o.unsealed(t), "Was ich erlebt habe"
			status, page, err := p.postForm("/de/report", plainForm(plain.receipt.String(), text))
			honest := status == http.StatusServiceUnavailable && strings.Contains(page, text) && strings.Contains(page, "Es wurde nichts gespeichert.")
			if smaller := status == http.StatusOK && c.name == "full"; err != nil || !honest && !smaller { // it may still fit
				t.Errorf("without script: status %d, %v, want 503, the text, and that nothing was stored", status, err)
			}

			p.fileLimit(t, ^uint64(0))
			if status, answer, err := p.post("/api/v1/reports", refused.body); err != nil || status != http.StatusCreated {
				t.Errorf("with room again: status %d, %v: %s", status, err, answer)
			}
			if status, _, err := p.postForm("/de/report", plainForm(plain.receipt.String(), text)); err != nil || status != http.StatusOK {
				t.Errorf("without script, with room again: status %d, %v", status, err)
			}
			kept.add(promise{incident.CaseID(refused.keys.CaseID()), incident.KindReport, refused.op})
			kept.add(promise{id: incident.CaseID(plain.keys.CaseID()), kind: incident.KindReport})
			p.stop(t)
			said := o.whole(t)
			o.check(t, kept)
			t.Logf("%s; %s", kept, said)
		})
	}
}

// refused sends reports until one is refused, which it must be, and gives it.
func (o *office) refused(t *testing.T, p *process, kept *promises) submission {
	t.Helper()
	for range 2000 {
		s := o.sealed(t, "In der Störung")
		status, answer, err := p.post("/api/v1/reports", s.body)
		if status == http.StatusCreated {
			kept.add(promise{incident.CaseID(s.keys.CaseID()), incident.KindReport, s.op})
			continue
		}
		var said struct{ Error string }
		if err != nil || status != http.StatusServiceUnavailable || json.Unmarshal(answer, &said) != nil || said.Error != "unavailable" {
			t.Fatalf("status %d, %v: %s, want 503 unavailable", status, err, answer)
		}
		return s
	}
	t.Fatal("the disk is never full")
	return submission{}
}
