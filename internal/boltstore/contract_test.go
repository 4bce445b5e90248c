package boltstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m, openStore) }

func TestContract(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		Name:      "bbolt",
		New:       func(t *testing.T) string { return filepath.Join(t.TempDir(), "data") },
		Open:      openStore,
		Behind:    func(_ *testing.T, _ string, s storetest.Store) storetest.Behind { return backdoor{s.(*DB)} },
		Faulty:    faulty,
		UsesIndex: usesIndex,
		Limited:   limited,
		Refuses:   true,
		Atomic:    true,
		Kills:     20,
		Busy:      200,
	})
}

func openStore(_ context.Context, dir string) (storetest.Store, error) { return Open(dir) }

// A backdoor changes the file's values as somebody with the file might.
type backdoor struct{ db *DB }

func (b backdoor) Walk(t *testing.T) []storetest.Document {
	t.Helper()
	var docs []storetest.Document
	err := b.db.bolt.Load().View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			return bucket.ForEach(func(k, _ []byte) error {
				docs = append(docs, storetest.Document{Collection: string(name), ID: string(k), Fields: fieldsOf(t, string(name), record(bucket, k))})
				return nil
			})
		})
	})
	if err != nil {
		t.Fatalf("walking: %v", err)
	}
	return docs
}

// fieldsOf shows a value as the fields of the table of store.md §2.
func fieldsOf(t *testing.T, bucket string, v []byte) map[string]any {
	t.Helper()
	fields := map[string]any{}
	switch bucket {
	case indexOpen:
		if len(v) > 0 {
			fields["value"] = v
		}
	case bucketChunks, bucketKeys, bucketMeta, bucketEditions:
		fields["b"] = bytes.Clone(v)
	case bucketUploads, bucketSessions, bucketOnce:
		if err := json.Unmarshal(v, &fields); err != nil {
			t.Fatalf("reading %s: %v", bucket, err)
		}
	default:
		rest, err := split(v, &fields)
		if err != nil {
			t.Fatalf("reading %s: %v", bucket, err)
		}
		if len(rest) > 0 {
			fields[sealedField(bucket)] = bytes.Clone(rest)
		}
	}
	return fields
}

func sealedField(bucket string) string {
	if bucket == bucketCases {
		return "card"
	}
	return "box"
}

func (b backdoor) Set(t *testing.T, collection, id, field string, value any) {
	t.Helper()
	err := b.db.bolt.Load().Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(collection))
		fields := fieldsOf(t, collection, record(bucket, []byte(id)))
		if bytes, ok := value.([]byte); ok && field != "box" {
			value = hexOf(bytes)
		}
		fields[field] = value
		sealed, _ := fields[sealedField(collection)].([]byte)
		delete(fields, sealedField(collection))
		value, err := join(fields, sealed)
		if err != nil {
			return err
		}
		w := &txn{Tx: tx}
		return errors.Join(w.erase(collection, id), w.putApart(collection, id, value))
	})
	if err != nil {
		t.Fatalf("changing a record: %v", err)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

func (b backdoor) Delete(t *testing.T, collection, id string) {
	t.Helper()
	err := b.db.bolt.Load().Update(func(tx *bbolt.Tx) error {
		return (&txn{Tx: tx}).erase(collection, id)
	})
	if err != nil {
		t.Fatalf("deleting a record: %v", err)
	}
}

// fault loses the answer to a commit that was done.
type fault struct{ next, all atomic.Bool }

func (f *fault) Next()         { f.next.Store(true) }
func (f *fault) All(lose bool) { f.all.Store(lose) }

var errDisk = errors.New("input/output error")

func faulty(t *testing.T, dir string) (storetest.Store, storetest.Fault) {
	t.Helper()
	db, err := Open(dir)
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	f := &fault{}
	db.writer.commit = func(tx *bbolt.Tx) error {
		if err := tx.Commit(); err != nil {
			return err
		}
		if f.next.Swap(false) || f.all.Load() {
			return errDisk
		}
		return nil
	}
	return db, f
}

// usesIndex says whether the query's answer comes from cases.open: what is taken
// out of the index is not found any more.
func usesIndex(t *testing.T, _ string, s storetest.Store, q incident.Query) bool {
	t.Helper()
	found, err := s.Cases(t.Context(), q)
	if err != nil || len(found) == 0 {
		t.Fatalf("listing: got %d, %v", len(found), err)
	}
	backdoor{s.(*DB)}.Delete(t, indexOpen, openValue(found[0].Desk, found[0].Open)+"\x00"+string(found[0].Case))
	again, err := s.Cases(t.Context(), q)
	return err == nil && len(again) > 0 && again[0].Case != found[0].Case
}

// limited lets no file of this process grow over the limit until lift.
func limited(t *testing.T, limit int64) (storetest.Store, func() string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	db, err := Open(dir)
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatalf("reading the limit: %v", err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Errorf("setting the limit: %v", err)
		}
	}
	lift := func() string {
		set(old)
		signal.Reset(syscall.SIGXFSZ)
		if err := db.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		return dir
	}
	set(syscall.Rlimit{Cur: uint64(limit), Max: old.Max})
	t.Cleanup(func() { lift() })
	return db, lift
}

func TestPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: got %v, %v, want %v", filepath.Base(path), info.Mode().Perm(), err, want)
		}
	}
}
