package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// TestMove is the move of an office from its one file to a MongoDB: a backup of
// the running server, a restore into the other engine, and every receipt opens.
func TestMove(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	p := o.start(t, "serve")
	sent := o.send(t, p, 8)
	b := o.backUp(t)
	if b.Cases != len(sent) || len(b.Damaged) > 0 {
		t.Fatalf("the backup holds %d cases, want %d", b.Cases, len(sent))
	}
	p.stop(t)

	moved := *o
	moved.with("BEISTAND_MONGODB_URI", ferret(t))
	moved.with("BEISTAND_DATA", filepath.Join(o.dir, "moved"))
	for try := range 2 { // it may be repeated
		if out, code := moved.run(t, "", "restore", "-allow-test-engine", "-identity", key, b.File); code != 0 {
			t.Fatalf("restore, try %d: exit %d: %s", try, code, out)
		}
	}
	moved.sound(t, len(sent), "-allow-test-engine")
	q := moved.start(t, "serve", "-allow-test-engine")
	q.allOpen(t, sent)
	later := moved.send(t, q, 2)
	q.allOpen(t, later)
	again := moved.backUp(t)
	if again.Cases != len(sent)+2 {
		t.Errorf("the backup of the new engine holds %d cases, want %d", again.Cases, len(sent)+2)
	}
	q.stop(t)

	// And back into one file.
	back := *o
	back.with("BEISTAND_DATA", filepath.Join(o.dir, "back"))
	if out, code := back.run(t, "", "restore", "-identity", key, again.File); code != 0 {
		t.Fatalf("restore into one file: exit %d: %s", code, out)
	}
	r := back.start(t, "serve")
	r.allOpen(t, append(sent, later...))
	r.stop(t)
}

// TestBackupShowsNothing: a backup is sealed, private, and of a coarse length;
// without its key, with another one or with a byte less it does not open, and
// then nothing is written.
func TestBackupShowsNothing(t *testing.T) {
	o := newOffice(t)
	if out, code := o.run(t, "", "backup"); code != exitFailed || !strings.Contains(out, "backup key") {
		t.Errorf("without a recipient: exit %d: %s", code, out)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if _, code := o.run(t, "", "backup", "key", other); code != 0 {
		t.Fatal("no second key")
	}
	key := o.backupKey(t)
	p := o.start(t, "serve")
	o.send(t, p, 2)
	b := o.backUp(t)
	if second := o.backUp(t); second.File == b.File {
		t.Error("a second backup of the day replaced the first")
	}
	out, code := o.run(t, "", "restore", "-identity", key, b.File)
	if code != exitFailed || !strings.Contains(out, "being served") {
		t.Errorf("restore under a running server: exit %d: %s", code, out)
	}
	p.stop(t)
	text, err := os.ReadFile(b.File)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("events")) || !bytes.HasPrefix(text, []byte("age-encryption.org/v1\n-> mlkem768x25519 ")) {
		t.Error("the backup is not sealed to the hybrid recipient alone")
	}
	if info, err := os.Stat(b.File); err != nil || info.Mode().Perm() != 0o600 || info.Size() < backup.Block || info.Size() > backup.Block+8192 {
		t.Errorf("the file: %v, %v, want mode 0600 and one block", info, err)
	}
	cut := filepath.Join(t.TempDir(), "cut.age")
	if err := os.WriteFile(cut, text[:len(text)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	empty := *o
	empty.with("BEISTAND_DATA", filepath.Join(o.dir, "empty"))
	for name, args := range map[string][]string{
		"another key": {"restore", "-identity", other, b.File}, "a byte less": {"restore", "-identity", key, cut},
		"a check of less": {"restore", "-identity", key, "-check", cut},
	} {
		if out, code := empty.run(t, "", args...); code != exitFailed {
			t.Errorf("%s: exit %d: %s", name, code, out)
		}
	}
	empty.sound(t, 0)
	if out, code := empty.run(t, "", "restore", "-identity", key, "-check", b.File); code != 0 || !strings.Contains(out, "2 cases") {
		t.Errorf("check: exit %d: %s", code, out)
	}
}

// TestRegressionR22 is the restore drill: after five half-years the recovery
// sheet still opens a case of each key, the oldest too, out of a backup.
func TestRegressionR22(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	paper, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	for epoch := 1; epoch <= 5; epoch++ {
		epochCase(t, db, epoch, paper.Recipient().String())
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b := o.backUp(t)
	out, code := o.run(t, paper.String(), "restore", "-identity", key, "-rehearse", "-paper", "-", b.File)
	if code != 0 || strings.Count(out, "a case opens") != 5 || !strings.Contains(out, "desk city, key 1: a case opens") {
		t.Errorf("rehearsal: exit %d: %s", code, out)
	}
	if left, err := filepath.Glob(filepath.Join(o.dir, "tmp", "*")); err != nil || len(left) > 0 {
		t.Errorf("the rehearsal left %q", left)
	}
	notes, err := readOperations(filepath.Join(o.dir, "data"))
	if err != nil || notes.Rehearsal == nil || !notes.Rehearsal.Paper {
		t.Errorf("the rehearsal was not noted: %+v, %v", notes, err)
	}
	wrong, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, wrong.String(), "restore", "-identity", key, "-rehearse", "-paper", "-", b.File); code != exitFailed {
		t.Errorf("another sheet: exit %d: %s", code, out)
	}
}

// epochCase stores a desk key, sealed to the recovery sheet, and a case sealed to it.
func epochCase(t *testing.T, db *boltstore.DB, epoch int, paper string) {
	t.Helper()
	office, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := seal.ParseRecipient(paper)
	if err != nil {
		t.Fatal(err)
	}
	wrap, err := seal.SealText(sheet, []byte(office.String()))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.PutKey(t.Context(), fmt.Sprintf("wrap:city.%d.paper:0001", epoch), wrap); err != nil {
		t.Fatal(err)
	}
	recipient, err := seal.ParseRecipient(office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.SealText(recipient, []byte("eine Meldung"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := incident.NewCase(incident.CaseID(fmt.Sprintf("%032x", epoch)), incident.Op{byte(epoch)}, "2026-11", "city", epoch, incident.TrackReport, nil, box)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// TestErasedStaysErased: a backup from before an erasure does not bring the case
// back where the newest checkpoint knows of it.
func TestErasedStaysErased(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	p := o.start(t, "serve")
	sent := o.send(t, p, 3)
	b := o.backUp(t)
	p.stop(t)
	o.erase(t, incident.CaseID(sent[0].keys.CaseID()))
	o.sound(t, 3) // the final event still stands; the checkpoint knows it
	if err := os.Remove(filepath.Join(o.dir, "data", boltstore.FileName)); err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, "", "restore", "-identity", key, b.File); code != 0 {
		t.Fatalf("restore: exit %d: %s", code, out)
	}
	o.sound(t, 2)
	q := o.start(t, "serve")
	q.allOpen(t, sent[1:])
	if m := q.mailbox(t, sent[0].keys); m["found"] == true {
		t.Error("an erased case came back")
	}
	q.stop(t)
}

// erase ends a case as the sweeper does.
func (o *office) erase(t testing.TB, id incident.CaseID) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	events, err := db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	final := incident.Link(id, last.Rev(), last.Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: incident.Op{1},
	})
	if err := db.Append(t.Context(), final); err != nil {
		t.Fatal(err)
	}
	if err := db.Drop(t.Context(), final.ID); err != nil {
		t.Fatal(err)
	}
	lineOf(t, db, incident.KindErasure, incident.ActorOffice, final.Op, &incident.Line{Month: "2026-11", Reason: "withdrawal"})
}

// TestCheckpointSeesTheEndCutOff: whoever holds the database can cut off a case
// so that its chain still verifies; the file outside the database knows better.
func TestCheckpointSeesTheEndCutOff(t *testing.T) {
	o := newOffice(t)
	o.backupKey(t)
	p := o.start(t, "serve")
	sent := o.send(t, p, 3)
	p.stop(t)
	store := filepath.Join(o.dir, "data", boltstore.FileName)
	before, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	p = o.start(t, "serve")
	o.send(t, p, 1)
	o.sound(t, 4) // served: the running server writes the checkpoint
	p.stop(t)
	point := filepath.Join(o.dir, "data", checkpointFile)
	info, err := os.Stat(point)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size()%(1<<16) != 0 {
		t.Errorf("checkpoint: %v, %v, want mode 0600 and a padded length", info, err)
	}
	if err := os.WriteFile(store, before, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it goes on until somebody acts
		out, code := o.run(t, "", "verify", "store")
		if code != exitFailed || !strings.Contains(out, "gone without an erasure") {
			t.Errorf("a case is gone: exit %d: %s", code, out)
		}
	}
	q := o.start(t, "serve")
	if status := q.ready(t); status != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d, want 503", status)
	}
	q.allOpen(t, sent) // what is there is served all the same
	q.stop(t)
	text, err := os.ReadFile(point)
	if err != nil {
		t.Fatal(err)
	}
	text[100] ^= 1
	if err := os.WriteFile(point, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, "", "verify", "store"); code != exitFailed || !strings.Contains(out, "checkpoint: ") {
		t.Errorf("a changed checkpoint: exit %d: %s", code, out)
	}
}

// ready gives the status of /readyz.
func (p *process) ready(t testing.TB) int {
	t.Helper()
	resp, err := p.client.Get(p.operator + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// Backups and checkpoints older than the keeping time go; foreign files stay.
func TestOldBackupsGo(t *testing.T) {
	o := newOffice(t)
	o.backupKey(t)
	folder := filepath.Join(o.dir, "data", "backups")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	old := []string{"beistand-2020-01-01.age", "beistand-2020-01-01-2.age", "checkpoint-2020-01-01.age"}
	foreign := []string{"beistand-2999-01-01.age", "beistand-notes.age", "photo.age", "beistand-2020-01-01.txt"}
	for _, name := range append(old, foreign...) {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.backUp(t)
	for _, name := range old {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			t.Errorf("%s was kept", name)
		}
	}
	for _, name := range foreign {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
