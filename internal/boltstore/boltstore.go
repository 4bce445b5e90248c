// Package boltstore keeps cases, members and attachments in one local file, the
// embedded default: nothing to install, one process, every commit on the disk
// before it is acknowledged.
//
// It inserts events once and never changes them; the projection of a case and
// its indexes are written in the same transaction as the event (store.md §5,
// §10). It sees sealed bytes, random ids, months and days only.
//
// It cannot read a box and cannot serve two processes. Deleting frees pages and
// leaves their bytes; only Compact takes them out of the file (compact.go).
package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/beistand/beistand/internal/incident"
)

// FileName is the name of the store's file in its folder.
const FileName = "beistand.db"

// Schema is the number of the newest kind of records that this program knows, the
// same on every engine and in backups (store.md §7).
const Schema = 1

// layout is how the records lie in the file: 2 has large values apart (apart.go).
// A file with a higher number is refused; one of layout 1 is read as it is, and
// older programs refuse it from then on.
const layout = 2

// The buckets are the collections of store.md §2, and the indexes of §5.
const (
	bucketEvents   = "events"
	bucketChunks   = "chunks"
	bucketUploads  = "uploads"
	bucketCases    = "cases"
	bucketLedger   = "ledger"
	bucketMembers  = "members"
	bucketKeys     = "keys"
	bucketSessions = "sessions"
	bucketOnce     = "once"
	bucketMeta     = "meta"
	bucketEditions = "editions"
)

var buckets = []string{
	bucketEvents, bucketChunks, bucketUploads, bucketCases, bucketLedger, bucketMembers,
	bucketKeys, bucketSessions, bucketOnce, bucketMeta, bucketEditions, indexOpen,
}

// unread are the indexes of layout 1 that no list ever asked.
var unread = []string{"cases.month", "cases.due", "cases.purge"}

const (
	lockTimeout = time.Second
	// While the file fits into the map, a write never waits for readers to end.
	initialMap = 256 << 20
)

// ErrInUse says that another process has opened the file.
var ErrInUse = errors.New("another process uses this store")

// ErrNewer says that a newer program wrote the store; this one must not touch it.
var ErrNewer = errors.New("store was written by a newer program")

// A DB is the open store. Its methods may be called at the same time.
type DB struct {
	dir    string
	bolt   atomic.Pointer[bbolt.DB] // Compact puts another in its place
	writer *writer
	// compacting is held by Compact, and for reading by each Snapshot: the old
	// file cannot be closed while somebody reads it for minutes.
	compacting sync.RWMutex
	close      sync.Once
	closed     error
	moment     *bbolt.Tx // of a Snapshot; nil everywhere else
}

// Open opens the store in the folder dir and makes both if they are missing. The
// folder is made private (0700), the file too (0600). It fails with ErrInUse if
// another process has it, with ErrNewer if this program is too old for it. The
// caller must call Close.
func Open(dir string) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the store's folder: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // G302: a folder needs its x bit
		return nil, fmt.Errorf("closing the store's folder to others: %w", err)
	}
	path := filepath.Join(dir, FileName)
	bolt, err := openFile(path)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("opening the store: %w", ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), bolt.Update(prepare)); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the store: %w", err), bolt.Close())
	}
	_ = discard(path + unfinished) // else Compact says why it cannot
	db := &DB{dir: dir, writer: newWriter(bolt)}
	db.bolt.Store(bolt)
	go db.writer.loop()
	return db, nil
}

// openFile opens and locks the file at path. Who waited for the lock while
// Compact put another file there holds one without a name, and asks again: what
// is written to it would be lost.
func openFile(path string) (*bbolt.DB, error) {
	for {
		var opened os.FileInfo
		bolt, err := bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout:         lockTimeout,
			FreelistType:    bbolt.FreelistMapType,
			InitialMmapSize: initialMap,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				f, err := os.OpenFile(name, flag, mode) //nolint:gosec // G304: the operator's own path
				if err == nil {
					opened, err = f.Stat()
				}
				return f, err
			},
		})
		if opened == nil {
			return bolt, err
		}
		now, gone := os.Stat(path)
		if gone == nil && os.SameFile(opened, now) {
			return bolt, err
		}
		if err == nil {
			err = bolt.Close()
		}
		if gone != nil {
			return nil, errors.Join(gone, err)
		}
	}
}

// prepare makes the buckets and checks the layout.
func prepare(tx *bbolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("making bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket([]byte(bucketMeta))
	cursor := meta.Cursor()
	const prefix = "schema:"
	for k, _ := cursor.Seek([]byte(prefix)); strings.HasPrefix(string(k), prefix); k, _ = cursor.Next() {
		n, err := strconv.Atoi(string(k[len(prefix):]))
		if err != nil || n > layout {
			return ErrNewer
		}
	}
	mark := []byte(prefix + strconv.Itoa(layout))
	if meta.Get(mark) != nil {
		return nil
	}
	for _, name := range unread {
		if err := tx.DeleteBucket([]byte(name)); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
			return fmt.Errorf("deleting index %s: %w", name, err)
		}
	}
	if err := meta.Put(mark, nil); err != nil {
		return fmt.Errorf("marking the layout: %w", err)
	}
	return nil
}

// Close finishes the writes that wait, ends the writer and closes the file. It
// may be called more than once.
func (db *DB) Close() error {
	db.close.Do(func() {
		db.writer.end()
		if err := db.bolt.Load().Close(); err != nil {
			db.closed = fmt.Errorf("closing the store: %w", err)
		}
	})
	return db.closed
}

// Engine names the engine for the log, doctor and the list of gaps.
func (db *DB) Engine() string { return "bbolt" }

// Ping answers nil if the store can be read and takes writes. It is
// ErrUnavailable otherwise.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.read(ctx, func(*bbolt.Tx) error { return nil }); err != nil {
		return err
	}
	return db.writer.healthy()
}

// read runs do in a read transaction. do must end within seconds, and must copy
// what it keeps.
func (db *DB) read(ctx context.Context, do func(tx *bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	if db.moment != nil {
		return do(db.moment)
	}
	for {
		bolt := db.bolt.Load()
		err := bolt.View(do)
		if !errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			return err
		}
		if bolt == db.bolt.Load() {
			return fmt.Errorf("reading the store: %w", incident.ErrUnavailable)
		}
	}
}

// PutMeta stores a fact of the whole store, such as "office", once. It is
// ErrConflict if another value stands there, nil if the same does.
func (db *DB) PutMeta(ctx context.Context, id string, b []byte) error {
	return db.insertSame(ctx, bucketMeta, id, b)
}

// Meta gives what PutMeta stored, or ErrNotFound.
func (db *DB) Meta(ctx context.Context, id string) ([]byte, error) {
	return db.get(ctx, bucketMeta, id)
}
