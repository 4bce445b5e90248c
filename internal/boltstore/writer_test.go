package boltstore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

func openTest(t testing.TB) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// held makes the writer wait in its first commit until release is called, and
// tells when it waits there. What is written meanwhile becomes one batch.
func held(db *DB) (waits <-chan struct{}, release func()) {
	reached, open := make(chan struct{}), make(chan struct{})
	var first sync.Once
	db.writer.commit = func(tx *bbolt.Tx) error {
		first.Do(func() {
			close(reached)
			<-open
		})
		return tx.Commit()
	}
	return reached, func() { close(open) }
}

// queued waits until so many writes stand in the queue.
func queued(t *testing.T, db *DB, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for len(db.writer.queue) < n {
		if ctx.Err() != nil {
			t.Fatalf("got %d writes in the queue, want %d", len(db.writer.queue), n)
		}
	}
}

// TestBatch holds that writes which wait share a transaction, and that none
// pays for another's fault.
func TestBatch(t *testing.T) {
	db := openTest(t)
	waits, release := held(db)
	var group sync.WaitGroup
	group.Go(func() { _ = db.PutMeta(t.Context(), "first", nil) })
	<-waits
	boom := errors.New("boom")
	const n = 10
	errs := make([]error, n)
	for i := range n {
		group.Go(func() {
			errs[i] = db.write(t.Context(), func(tx *txn) error {
				if err := tx.put(bucketMeta, fmt.Sprint("k", i), []byte{1}); err != nil {
					return err
				}
				if i == 3 {
					return boom
				}
				return nil
			})
		})
	}
	queued(t, db, n)
	release()
	group.Wait()
	for i, err := range errs {
		_, there := db.Meta(t.Context(), fmt.Sprint("k", i))
		switch {
		case i == 3 && (!errors.Is(err, boom) || !errors.Is(there, incident.ErrNotFound)):
			t.Errorf("the faulty write: got %v, then %v, want %v and nothing stored", err, there, boom)
		case i != 3 && (err != nil || there != nil):
			t.Errorf("write %d: got %v, then %v", i, err, there)
		}
	}
}

// TestOneTransaction holds that writes without a fault share one fsync.
func TestOneTransaction(t *testing.T) {
	db := openTest(t)
	waits, release := held(db)
	var group sync.WaitGroup
	group.Go(func() { _ = db.PutMeta(t.Context(), "first", nil) })
	<-waits
	const n = 40
	ids := make([]int, n)
	for i := range n {
		group.Go(func() {
			_ = db.write(t.Context(), func(tx *txn) error {
				ids[i] = tx.ID()
				return tx.put(bucketMeta, fmt.Sprint(i), nil)
			})
		})
	}
	queued(t, db, n)
	release()
	group.Wait()
	for i, id := range ids {
		if id != ids[0] {
			t.Errorf("write %d: got transaction %d, want %d", i, id, ids[0])
		}
	}
}

// TestLeft holds that a write whose caller has gone before the writer took it
// does not happen, and that its caller is told so.
func TestLeft(t *testing.T) {
	db := openTest(t)
	waits, release := held(db)
	var group sync.WaitGroup
	group.Go(func() { _ = db.PutMeta(t.Context(), "first", nil) })
	<-waits
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error, 1)
	go func() { answer <- db.PutMeta(ctx, "left", nil) }()
	queued(t, db, 1)
	cancel()
	var err error
	select {
	case err = <-answer:
	case <-time.After(10 * time.Second):
		release()
		t.Fatal("the caller still waits for the writer")
	}
	if !errors.Is(err, context.Canceled) || !errors.Is(err, incident.ErrUnavailable) {
		t.Errorf("got error %v, want %v and %v", err, context.Canceled, incident.ErrUnavailable)
	}
	release()
	group.Wait()
	if err := db.PutMeta(t.Context(), "later", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Meta(t.Context(), "left"); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("reading what was left: got error %v, want %v", err, incident.ErrNotFound)
	}
}

// TestCloseFinishes holds that Close answers what waits, and refuses the rest.
func TestCloseFinishes(t *testing.T) {
	db := openTest(t)
	waits, release := held(db)
	answers := make(chan error, 2)
	go func() { answers <- db.PutMeta(t.Context(), "a", nil) }()
	<-waits
	go func() { answers <- db.PutMeta(t.Context(), "b", nil) }()
	queued(t, db, 1)
	release()
	if err := errors.Join(db.Close(), db.Close(), <-answers, <-answers); err != nil {
		t.Errorf("got error %v, want none", err)
	}
	_, reading := db.Meta(t.Context(), "a")
	for what, err := range map[string]error{"writing": db.PutMeta(t.Context(), "c", nil), "reading": reading, "asking": db.Ping(t.Context())} {
		if !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("%s after the end: got error %v, want %v", what, err, incident.ErrUnavailable)
		}
	}
}

// TestBrokenDisk holds that nothing is written after a commit of which nobody
// knows whether it is on the disk, until the file is opened anew.
func TestBrokenDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s, f := faulty(t, dir)
	db := s.(*DB)
	f.Next()
	if err := db.PutMeta(t.Context(), "a", nil); !errors.Is(err, incident.ErrUnclear) {
		t.Errorf("got error %v, want %v", err, incident.ErrUnclear)
	}
	for what, err := range map[string]error{"writing": db.PutMeta(t.Context(), "b", nil), "asking": db.Ping(t.Context())} {
		if !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("%s: got error %v, want %v", what, err, incident.ErrUnavailable)
		}
	}
	if _, err := db.Meta(t.Context(), "a"); err != nil {
		t.Errorf("reading goes on: got error %v", err)
	}
}

// BenchmarkInsert compares, in one run, durable inserts of boxes of a report's
// size: raw is the engine's own rate, one Update with one put each; store is
// Append with projection, indexes and the writer's shared fsync.
func BenchmarkInsert(b *testing.B) {
	const size = 18043
	box := make([]byte, size)
	for i := range box {
		box[i] = byte(rand.Uint32())
	}
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("raw/%d", clients), func(b *testing.B) {
			db := openTest(b)
			spread(b, clients, func() error {
				return db.bolt.Load().Update(func(tx *bbolt.Tx) error {
					return tx.Bucket([]byte(bucketEvents)).Put([]byte(anyCase().Event(1)), box)
				})
			})
		})
		b.Run(fmt.Sprintf("store/%d", clients), func(b *testing.B) {
			db := openTest(b)
			spread(b, clients, func() error {
				e, err := incident.NewCase(anyCase(), incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, box)
				if err != nil {
					return err
				}
				return db.Append(b.Context(), e)
			})
		})
	}
}

func anyCase() incident.CaseID {
	var id [16]byte
	for i := range id {
		id[i] = byte(rand.Uint32())
	}
	return incident.CaseID(hex.EncodeToString(id[:]))
}

// spread runs b.N inserts from so many clients.
func spread(b *testing.B, clients int, insert func() error) {
	b.Helper()
	b.SetBytes(18043)
	todo := make(chan struct{}, b.N)
	for range b.N {
		todo <- struct{}{}
	}
	close(todo)
	b.ResetTimer()
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range todo {
				if err := insert(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
}
