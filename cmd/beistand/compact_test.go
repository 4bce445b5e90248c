package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// addCases stores cases of which the box stands nowhere else, and gives them.
func (o *office) addCases(t *testing.T, n int) map[incident.CaseID][]byte {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	must(t, err)
	defer db.Close()
	boxes := map[incident.CaseID][]byte{}
	for range n {
		var name [16]byte
		box := make([]byte, 18_043)
		_, _ = rand.Read(name[:])
		_, _ = rand.Read(box)
		id := incident.CaseID(fmt.Sprintf("%x", name))
		e, err := incident.NewCase(id, incident.Op(name), "2026-11", "city", 1, incident.TrackReport, nil, box)
		must(t, err)
		must(t, db.Append(t.Context(), e))
		boxes[id] = box
	}
	return boxes
}

// eraseCases ends the cases and deletes all of them.
func (o *office) eraseCases(t *testing.T, cases map[incident.CaseID][]byte) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	must(t, err)
	defer db.Close()
	for id := range cases {
		events, err := db.File(t.Context(), id)
		must(t, err)
		final := incident.Link(id, 1, events[0].Hash, incident.Event{
			Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: incident.Op{2}, Public: `{"code":"withdrawal"}`,
		})
		must(t, db.Append(t.Context(), final))
		must(t, db.Drop(t.Context(), final.ID))
		must(t, db.DropLast(t.Context(), final.ID))
	}
}

// found counts the boxes of which bytes stand in any file of the data folder.
func (o *office) found(t *testing.T, boxes map[incident.CaseID][]byte) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(o.dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the copy has got its name meanwhile, or the old one has gone
		}
		for _, box := range boxes {
			if bytes.Contains(text, box[9000:9040]) {
				n++
			}
		}
		return err
	})
	must(t, err)
	return n
}

// allStand holds that each case is there with its box, and nothing is beside the
// store's file that a broken-off copy left.
func (o *office) allStand(t *testing.T, boxes map[incident.CaseID][]byte) {
	t.Helper()
	o.sound(t, len(boxes))
	data := filepath.Join(o.dir, "data")
	db, err := boltstore.Open(data)
	must(t, err)
	defer db.Close()
	for id, box := range boxes {
		events, err := db.File(t.Context(), id)
		if err != nil || !bytes.Equal(events[0].Box, box) {
			t.Errorf("a case does not open: %v", err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(data, boltstore.FileName+"?*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestCompact: what was erased is in the data folder until it is compacted, by the
// command, through the running server, or by serve itself at its start; doctor
// says which it is.
func TestCompact(t *testing.T) {
	o := newOffice(t)
	if out, code := o.run(t, "", "compact"); code != exitFailed || !strings.Contains(out, "no such file") {
		t.Errorf("without a store: exit %d: %s", code, out)
	}
	keep, gone := o.addCases(t, 40), o.addCases(t, 20)
	o.eraseCases(t, gone)
	if o.found(t, gone) == 0 {
		t.Fatal("nothing of what was erased is in the data folder: the test proves nothing")
	}
	if levels, all, _ := o.levels(t); levels["erased"] != levelWarn {
		t.Errorf("doctor says of erased bytes: %q: %+v", levels["erased"], all)
	}
	out, code := o.run(t, "", "compact")
	if code != 0 || !strings.Contains(out, "no erased record is left in the file") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if n := o.found(t, gone); n > 0 {
		t.Errorf("%d of %d erased cases are in the data folder", n, len(gone))
	}
	if levels, all, _ := o.levels(t); levels["erased"] != levelGood {
		t.Errorf("afterwards doctor says %q: %+v", levels["erased"], all)
	}
	o.allStand(t, keep)

	gone = o.addCases(t, 20)
	o.eraseCases(t, gone)
	p := o.start(t, "serve")
	for range 200 { // its janitor does it beside the serving
		if o.found(t, gone) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := o.found(t, gone); n > 0 {
		t.Errorf("%d of %d erased cases are in the data folder after the start", n, len(gone))
	}
	sent := o.send(t, p, 4)
	if out, code := o.run(t, "", "compact"); code != 0 || !strings.Contains(out, "MB now") {
		t.Errorf("through the server: exit %d: %s", code, out)
	}
	p.allOpen(t, append(sent, o.send(t, p, 4)...))
	if levels, all, _ := o.levels(t); levels["erased"] != levelGood {
		t.Errorf("through the server doctor says %q: %+v", levels["erased"], all)
	}
	p.stop(t)
	o.sound(t, len(keep)+8)
	o.with("BEISTAND_MONGODB_URI", "mongodb://127.0.0.1:1/")
	if out, code := o.run(t, "", "compact"); code != exitFailed || !strings.Contains(out, "mongodb.md") {
		t.Errorf("MongoDB: exit %d: %s", code, out)
	}
}

// TestCompactKilled kills the command at moments from the first byte of the copy to
// its end: the store is the old one or the new one, and each is whole.
func TestCompactKilled(t *testing.T) {
	o := newOffice(t)
	keep, gone := o.addCases(t, 300), o.addCases(t, 30)
	rounds, killed, copying := killRounds(t, 8), 0, 0
	half := filepath.Join(o.dir, "data", boltstore.FileName+".new")
	o.eraseCases(t, gone)
	for round := range rounds {
		cmd := exec.Command(builtProgram(t), "compact")
		cmd.Env = o.env
		must(t, cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for begun := false; !begun; {
			select {
			case err := <-ended:
				t.Fatalf("it ended before it began to copy: %v", err)
			case <-time.After(time.Millisecond):
				_, err := os.Stat(half)
				begun = err == nil
			}
		}
		time.Sleep(time.Duration(round*round%64) * time.Millisecond)
		_ = cmd.Process.Kill()
		if <-ended != nil {
			killed++
		}
		if _, err := os.Stat(half); err == nil {
			copying++
		}
		o.allStand(t, keep)
	}
	if out, code := o.run(t, "", "compact"); code != 0 {
		t.Fatalf("at last: exit %d: %s", code, out)
	}
	o.allStand(t, keep)
	if n := o.found(t, gone); n > 0 {
		t.Errorf("%d of %d erased cases are in the data folder", n, len(gone))
	}
	if copying == 0 {
		t.Error("it was never killed while it copied: the test proves nothing")
	}
	t.Logf("killed %d times, %d of them while it copied; all %d cases stand", killed, copying, len(keep))
}

// TestCompactKilledWhileServing kills the server while it copies its store and four
// people send: no report that was acknowledged may be missing, from whichever of
// the two files the next start opens.
func TestCompactKilledWhileServing(t *testing.T) {
	o := newOffice(t)
	before := o.addCases(t, 300)
	half := filepath.Join(o.dir, "data", boltstore.FileName+".new")
	kept, rounds, copying := &promises{}, killRounds(t, 5), 0
	for round := range rounds {
		p := o.start(t, "serve")
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for {
					s := o.sealed(t, "Während des Verdichtens")
					if status, _, err := p.post("/api/v1/reports", s.body); err != nil || status != http.StatusCreated {
						return
					}
					kept.add(promise{incident.CaseID(s.keys.CaseID()), incident.KindReport, s.op})
				}
			})
		}
		group.Go(func() {
			for range 1000 {
				if _, code := o.run(t, "", "compact"); code != 0 {
					return // it was killed
				}
			}
		})
		for at := kept.count(); kept.count() < at+4; {
			time.Sleep(time.Millisecond)
		}
		for _, err := os.Stat(half); err != nil; _, err = os.Stat(half) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(round*round%64) * time.Millisecond)
		p.kill()
		if _, err := os.Stat(half); err == nil {
			copying++
		}
		group.Wait()
	}
	said := o.whole(t)
	o.check(t, kept)
	db := o.behind(t)
	defer db.Close()
	for id, box := range before {
		if events, err := db.File(t.Context(), id); err != nil || !bytes.Equal(events[0].Box, box) {
			t.Errorf("an older case does not open: %v", err)
		}
	}
	t.Logf("%d kills, %d of them while it copied, %s, 0 lost unless said above; %s", rounds, copying, kept, said)
}

// TestCompactOnAFullDisk: where the new file has no room the old one stays, and
// serves on; with room again it goes. Doctor says why it did not.
func TestCompactOnAFullDisk(t *testing.T) {
	o := newOffice(t)
	keep := o.addCases(t, 300)
	p := o.start(t, "serve")
	for _, bytes := range []uint64{64 << 10, 1 << 20, 5 << 20} {
		p.fileLimit(t, bytes)
		if out, code := o.run(t, "", "compact"); code != exitFailed || !strings.Contains(out, "compacting: ") {
			t.Errorf("%d bytes: exit %d: %s", bytes, code, out)
		}
	}
	p.fileLimit(t, ^uint64(0))
	sent := o.send(t, p, 2)
	if out, code := o.run(t, "", "compact"); code != 0 {
		t.Errorf("with room: exit %d: %s", code, out)
	}
	p.allOpen(t, sent)
	p.stop(t)
	o.sound(t, len(keep)+len(sent))

	o.eraseCases(t, keep)
	must(t, note(filepath.Join(o.dir, "data"), func(to *operations) { to.Compact = &compactNote{Day: "2026-11-22", Failed: "file too large"} }))
	_, all, _ := o.levels(t)
	if !slices.ContainsFunc(all, func(d diagnosis) bool {
		return d.Check == "erased" && d.Level == levelWarn && strings.Contains(d.Found, "could not be compacted: file too large")
	}) {
		t.Errorf("doctor says %+v", all)
	}
}
