package boltstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// sealed gives bytes that stand nowhere else.
func sealed(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// erase ends a case and deletes all of it.
func erase(t *testing.T, db *DB, id incident.CaseID) {
	t.Helper()
	events, err := db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	final := incident.Link(id, last.Rev(), last.Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: incident.Op{9}, Public: `{"code":"withdrawal"}`,
	})
	for _, err := range []error{db.Append(t.Context(), final), db.Drop(t.Context(), final.ID), db.DropLast(t.Context(), final.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// holds says how many of the pieces, taken from the middle so that no page ends
// in them, are found in a file.
func holds(t *testing.T, path string, pieces [][]byte) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range pieces {
		if bytes.Contains(text, p[len(p)/2:len(p)/2+32]) {
			n++
		}
	}
	return n
}

// dump gives everything that stands in the store, but the mark.
func dump(t *testing.T, db *DB) map[place]string {
	t.Helper()
	all := map[place]string{}
	err := db.bolt.Load().View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			return bucket.ForEach(func(k, _ []byte) error {
				if string(k) != erasedMark {
					all[place{string(name), string(k)}] = string(record(bucket, k))
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t *testing.T, got, want map[place]string) {
	t.Helper()
	for p, v := range want {
		if got[p] != v {
			t.Errorf("%s %q: %d bytes, want %d", p.bucket, p.key, len(got[p]), len(v))
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			t.Errorf("%s %q: nobody wrote it", p.bucket, p.key)
		}
	}
}

func erased(t *testing.T, db *DB) (waiting bool, free int64) {
	t.Helper()
	waiting, free, err := db.Erased(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return waiting, free
}

// TestErasedBytesLeaveTheFile: what is erased, large or small, is still in the
// file, and is neither there nor in the old file's blocks once it was compacted.
// Everything else stands, and goes on.
func TestErasedBytesLeaveTheFile(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	path := filepath.Join(dir, FileName)
	var gone [][]byte
	for range 30 {
		id, box := anyCase(), sealed(reportBox)
		addCase(t, db, id, box)
		piece := sealed(50_000)
		if err := db.PutChunk(t.Context(), incident.Chunk{ID: id.Upload(incident.Op{9}.String()).Chunk(0), Data: piece}, 1); err != nil {
			t.Fatal(err)
		}
		addCase(t, db, anyCase(), sealed(reportBox)) // stays
		gone = append(gone, box, piece)
		if waiting, _ := erased(t, db); waiting {
			t.Fatal("erased bytes wait before anything was erased")
		}
	}
	name := sealed(300)
	if err := db.PutKey(t.Context(), "profile:"+string(anyCase())+":0001", name); err != nil {
		t.Fatal(err)
	}
	heads, err := db.Heads(t.Context(), "", 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		events, err := db.File(t.Context(), h.Case)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(gone, func(b []byte) bool { return bytes.Equal(b, events[0].Box) }) {
			erase(t, db, h.Case)
		}
	}
	if err := db.DropKeys(t.Context(), "profile:"); err != nil {
		t.Fatal(err)
	}
	gone = append(gone, name)
	if n := holds(t, path, gone); n == 0 {
		t.Fatal("nothing of what was erased is in the file: the test proves nothing")
	} else {
		t.Logf("%d of %d erased records are still in the file", n, len(gone))
	}
	waiting, free := erased(t, db)
	if !waiting || free < 30*reportBox {
		t.Fatalf("erased bytes wait: %t, %d bytes free", waiting, free)
	}
	want := dump(t, db)
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	before, after, err := db.Compact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d KB, then %d KB", before>>10, after>>10)
	if n := holds(t, path, gone); n > 0 {
		t.Errorf("%d of %d erased records are in the file", n, len(gone))
	}
	if n := holds(t, fmt.Sprintf("/proc/self/fd/%d", old.Fd()), gone); n > 0 {
		t.Errorf("%d of %d erased records are in the old file's blocks", n, len(gone))
	}
	if waiting, left := erased(t, db); waiting || left >= free {
		t.Errorf("afterwards: erased bytes wait: %t, %d bytes free for %d", waiting, left, free)
	}
	same(t, dump(t, db), want)
	addCase(t, db, anyCase(), sealed(reportBox))
	want = dump(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	same(t, dump(t, again), want)
	if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestCompactWhileWriting: eight writers put, replace, read and delete while the
// file is compacted again and again; at the end all stands as they left it.
func TestCompactWhileWriting(t *testing.T) {
	db := openTest(t)
	for range 300 {
		addCase(t, db, anyCase(), sealed(reportBox))
	}
	want := dump(t, db)
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			r := mrand.New(mrand.NewPCG(1, uint64(n)))
			mine := map[string]string{}
			for round := 0; ctx.Err() == nil; round++ {
				id := fmt.Sprintf("share:%d:%04d", n, r.IntN(200))
				value := sealed(1 + r.IntN(6000))
				if _, ok := mine[id]; ok {
					if err := db.DropKeys(t.Context(), id); err != nil {
						t.Error(err)
					}
					delete(mine, id)
				}
				if r.IntN(3) > 0 {
					if err := db.PutKey(t.Context(), id, value); err != nil {
						t.Error(err)
					}
					mine[id] = string(value)
				}
				if keys, err := db.Keys(t.Context(), fmt.Sprintf("share:%d:", n)); err != nil || len(keys) != len(mine) {
					t.Errorf("writer %d: %d keys, %v, want %d", n, len(keys), err, len(mine))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for id, v := range mine {
				want[place{bucketKeys, id}] = v
			}
		})
	}
	for range 12 {
		if _, _, err := db.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	group.Wait()
	if waiting, _ := erased(t, db); !waiting {
		t.Error("keys were dropped during the copying, and nothing waits")
	}
	same(t, dump(t, db), want)
}

// TestCompactBreaksOff: a copy that cannot be finished leaves the store as it was,
// and nothing beside it; so does one that a dead process left.
func TestCompactBreaksOff(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for range 40 {
		addCase(t, db, anyCase(), sealed(reportBox))
	}
	want, path := dump(t, db), filepath.Join(dir, FileName)
	whole := func(when string) {
		t.Helper()
		same(t, dump(t, db), want)
		if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v, %v", when, left, err)
		}
	}
	for _, bytes := range []uint64{10_000, 400_000} {
		if _, _, err := cramped(t, bytes, db); err == nil || !strings.Contains(err.Error(), "file too large") {
			t.Errorf("room for %d bytes: got %v", bytes, err)
		}
		whole("a full disk")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := db.Compact(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("asked to end: got %v", err)
	}
	whole("asked to end")
	err = db.Snapshot(t.Context(), func(Snapshot) error {
		if _, _, err := db.Compact(t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("during a backup: got %v, want %v", err, ErrBusy)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	whole("during a backup")
	size, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, 1<<42) // more than the disk has
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Compact(t.Context()); !errors.Is(err, ErrNoRoom) {
		t.Errorf("no room: got %v, want %v", err, ErrNoRoom)
	}
	if err := os.Truncate(path, size.Size()); err != nil {
		t.Fatal(err)
	}
	whole("no room")
	db.writer.broken.Store(true)
	if _, _, err := db.Compact(t.Context()); !errors.Is(err, incident.ErrUnavailable) {
		t.Errorf("a disk that does not confirm: got %v", err)
	}
	db.writer.broken.Store(false)
	whole("a disk that does not confirm")
	if err := errors.Join(db.Close(), os.WriteFile(path+unfinished, sealed(9000), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Compact(t.Context()); err == nil {
		t.Error("a closed store was compacted")
	}
	if db, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	whole("after a dead process")
}

// cramped compacts while no file may grow beyond so many bytes, as on a full disk.
func cramped(t *testing.T, bytes uint64, db *DB) (before, after int64, err error) {
	t.Helper()
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
			t.Error(err)
		}
	}()
	return db.Compact(t.Context())
}

// TestOldFileWithAnotherName: zeros are written into no file that anybody can
// still open by a name.
func TestOldFileWithAnotherName(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	addCase(t, db, anyCase(), sealed(reportBox))
	path, copied := filepath.Join(dir, FileName), filepath.Join(t.TempDir(), "link")
	if err := os.Link(path, copied); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Compact(t.Context()); !errors.Is(err, errNamed) {
		t.Errorf("got %v, want %v", err, errNamed)
	}
	if after, err := os.ReadFile(copied); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file under its other name was changed: %v", err)
	}
	addCase(t, db, anyCase(), sealed(reportBox))
}

// TestWhoWaitedForTheOldFile: a process that waited for the lock while the file was
// replaced gets the new one, not the one without a name.
func TestWhoWaitedForTheOldFile(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	id := anyCase()
	addCase(t, db, id, sealed(reportBox))
	type opened struct {
		db  *DB
		err error
	}
	waiting := make(chan opened)
	go func() {
		for {
			db, err := Open(dir)
			if errors.Is(err, ErrInUse) {
				continue
			}
			waiting <- opened{db, err}
			return
		}
	}()
	for range 5 {
		if _, _, err := db.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := <-waiting
	if got.err != nil {
		t.Fatal(got.err)
	}
	if _, err := got.db.File(t.Context(), id); err != nil {
		t.Error(err)
	}
	addCase(t, got.db, anyCase(), sealed(reportBox))
	want := dump(t, got.db)
	if err := got.db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	same(t, dump(t, db), want)
}
