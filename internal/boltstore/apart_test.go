package boltstore

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/beistand/beistand/internal/incident"
)

const reportBox = 18_043 // bytes, a sealed report of the smallest bucket

func addCase(t *testing.T, db *DB, id incident.CaseID, box []byte) {
	t.Helper()
	e, err := incident.NewCase(id, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, box)
	if err == nil {
		err = db.Append(t.Context(), e)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestNeighboursAreNotWritten holds that a report costs the writing of its own
// pages and of a few small ones, however many stand beside it: a leaf of several
// boxes would be written whole.
func TestNeighboursAreNotWritten(t *testing.T) {
	db := openTest(t)
	box := bytes.Repeat([]byte{1}, reportBox)
	var written int64
	db.writer.commit = func(tx *bbolt.Tx) error {
		err := tx.Commit()
		stats := tx.Stats()
		written = stats.GetPageAlloc()
		return err
	}
	for step, until := range []int{20, 200, 1000} {
		var sum, n int64
		for range until {
			addCase(t, db, anyCase(), box)
			sum, n = sum+written, n+1
		}
		if each := sum / n; each > 4*reportBox {
			t.Errorf("step %d: a report of %d bytes wrote %d bytes, want at most %d", step, reportBox, each, 4*reportBox)
		}
	}
}

// TestLayoutOne holds that a file in which every record stands inline is read,
// added to and erased from, and loses the indexes that nobody asks.
func TestLayoutOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	id, box, piece := anyCase(), bytes.Repeat([]byte{2}, reportBox), bytes.Repeat([]byte{3}, 5000)
	chunk := incident.Chunk{ID: id.Upload(incident.Op{9}.String()).Chunk(0), Data: piece}
	addCase(t, db, id, box)
	if err := db.PutChunk(t.Context(), chunk, 1); err != nil {
		t.Fatal(err)
	}
	asLayoutOne(t, db, id)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range unread {
		err := db.bolt.Load().View(func(tx *bbolt.Tx) error {
			if tx.Bucket([]byte(name)) != nil {
				return bolterrors.ErrBucketExists
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	events, err := db.File(t.Context(), id)
	if err != nil || len(events) != 1 || !bytes.Equal(events[0].Box, box) {
		t.Fatalf("got %d events, %v, want the one with its box", len(events), err)
	}
	if got, err := db.Chunk(t.Context(), chunk.ID); err != nil || !bytes.Equal(got, piece) {
		t.Errorf("got a chunk of %d bytes, %v, want %d", len(got), err, len(piece))
	}
	if err := db.PutChunk(t.Context(), chunk, 1); err != nil {
		t.Errorf("the same chunk again: got %v", err)
	}
	addCase(t, db, anyCase(), box)
	if err := db.DropUpload(t.Context(), chunk.ID.Upload(), false); err != nil {
		t.Errorf("sweeping: got %v", err)
	}
	if _, err := db.Chunk(t.Context(), chunk.ID); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("after the sweep: got %v, want %v", err, incident.ErrNotFound)
	}
}

// asLayoutOne moves every record of the case inline and marks the file as the older one.
func asLayoutOne(t *testing.T, db *DB, id incident.CaseID) {
	t.Helper()
	err := db.bolt.Load().Update(func(tx *bbolt.Tx) error {
		w := &txn{Tx: tx}
		for _, name := range []string{bucketEvents, bucketChunks} {
			for _, key := range w.keysOf(name, string(id)+":", 100) {
				value := bytes.Clone(w.get(name, key))
				if err := errors.Join(w.erase(name, key), w.put(name, key, value)); err != nil {
					return err
				}
			}
		}
		for _, name := range unread {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return errors.Join(w.remove(bucketMeta, "schema:2"), w.put(bucketMeta, "schema:1", nil))
	})
	if err != nil {
		t.Fatal(err)
	}
}
