package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// Deleting frees pages, and their bytes stay in the file until another record
// needs the room. So a file from which something was erased is marked, and
// Compact copies what stands into a fresh one, puts that in its place and
// overwrites the old (docs/adr/0025). Reports are taken meanwhile: what is written
// during the copying is copied again, the last of it in a pause.

const (
	// unfinished ends the name of the copy. One that a dead process left is
	// overwritten and removed when the store is opened.
	unfinished = ".new"
	// erasedMark stands in meta while the file holds bytes of erased records.
	erasedMark = "erased"

	copyBatch   = 4 << 20  // bytes that one transaction of the copy holds
	spareRoom   = 64 << 20 // bytes that must stay free on the disk
	smallRest   = 500      // records that may be copied in the pause
	maxPasses   = 10       // after which the rest is copied in the pause, however large
	copyFilling = 0.9      // of a page; the cases to come lie between those that stand
)

// ErrBusy says that the file is being read for a backup, or compacted already.
var ErrBusy = errors.New("store is being copied")

// ErrNoRoom says that the disk has no room for the copy. The store is as before.
var ErrNoRoom = errors.New("no room on the disk for a copy of the store")

// errNamed says that the old file has a second name. It belongs to whoever gave it.
var errNamed = errors.New("old file has another name and still holds what was erased")

// A place is where a record stands: collection and id.
type place struct{ bucket, key string }

// wrote counts a record that was written.
func (t *txn) wrote(bucket, key string) {
	t.writes++
	if t.touched != nil {
		t.touched[place{bucket, key}] = struct{}{}
	}
}

// dropped counts a record that was deleted. Those of a case or a key were deleted
// so that they are gone; slots, sessions and markers end by themselves every day.
func (t *txn) dropped(bucket, key string) {
	t.wrote(bucket, key)
	switch bucket {
	case bucketEvents, bucketChunks:
		t.erased = true
	case bucketKeys:
		t.erased = t.erased || !passing(key)
	}
}

// passing says whether a key record opens and names nothing: the hash of a
// one-time code, what was made with it, the counter of a passkey. These go at
// each start and each login, and are no reason to write the file anew.
func passing(key string) bool {
	kind, _, _ := strings.Cut(key, ":")
	return kind == "invite" || kind == "used" || kind == "count"
}

// mark notes in the same transaction that the file holds erased bytes.
func (t *txn) mark() error {
	if !t.erased {
		return nil
	}
	return t.put(bucketMeta, erasedMark, []byte{})
}

// Erased says whether the file still holds bytes of erased records, and how many
// bytes of it are free: so much shorter, or a little more, is it after Compact.
func (db *DB) Erased(ctx context.Context) (waiting bool, free int64, err error) {
	err = db.read(ctx, func(tx *bbolt.Tx) error {
		waiting = tx.Bucket([]byte(bucketMeta)).Get([]byte(erasedMark)) != nil
		stats := tx.DB().Stats()
		free = int64(stats.FreePageN+stats.PendingPageN) * int64(tx.DB().Info().PageSize)
		return nil
	})
	return waiting, free, err
}

// Compact takes the bytes of erased records out of the file, and gives the file's
// size in bytes before and afterwards. Reading and writing go on. Killed at any
// moment it leaves the old file or the new one, each whole; after an error the
// store goes on with the one that it has. It is ErrBusy during a backup and
// ErrNoRoom if the disk has no room for both files.
//
// The old file's blocks are overwritten with zeros. On disks that keep old blocks
// (copy on write, snapshots, wear levelling) copies of them remain, and in backups.
func (db *DB) Compact(ctx context.Context) (before, after int64, err error) {
	if !db.compacting.TryLock() {
		return 0, 0, fmt.Errorf("compacting: %w", ErrBusy)
	}
	defer db.compacting.Unlock()
	path := filepath.Join(db.dir, FileName)
	if before, err = db.roomFor(path); err != nil {
		return before, before, fmt.Errorf("compacting: %w", err)
	}
	old := db.bolt.Load()
	blocks, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // G304: the store's own file
	if err != nil {
		return before, before, fmt.Errorf("compacting: %w", err)
	}
	defer func() { err = errors.Join(err, blocks.Close()) }()
	renewed, err := db.renew(ctx, path)
	if renewed {
		err = errors.Join(err, old.Close()) // waits for who still reads it
	}
	if err == nil {
		err = overwrite(blocks)
	}
	if err != nil {
		return before, before, fmt.Errorf("compacting: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return before, before, fmt.Errorf("compacting: %w", err)
	}
	return before, info.Size(), nil
}

// roomFor gives the file's size, or ErrNoRoom if a copy of what stands in it would
// leave the disk without room for reports.
func (db *DB) roomFor(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(db.dir, &disk); err != nil {
		return info.Size(), err
	}
	stats := db.bolt.Load().Stats()
	need := info.Size() - int64(stats.FreeAlloc) + spareRoom
	if room := int64(disk.Bavail) * disk.Bsize; room < need { //nolint:gosec // G115: below 2^63 on any disk
		return info.Size(), fmt.Errorf("%w: %d MB free, %d MB needed", ErrNoRoom, room>>20, need>>20)
	}
	return info.Size(), nil
}

// renew copies the store into a new file and says whether the store goes on with
// that one. If not, it is gone again.
func (db *DB) renew(ctx context.Context, path string) (renewed bool, err error) {
	if err := discard(path + unfinished); err != nil {
		return false, err
	}
	w := db.writer
	fresh, err := openFile(path + unfinished)
	defer func() {
		// A closed store has no writer any more, and nothing to remember.
		_ = w.alone(context.WithoutCancel(ctx), func() error { w.touched = nil; return nil })
		if !renewed && fresh != nil {
			err = errors.Join(err, fresh.Close())
		}
		if !renewed {
			err = errors.Join(err, discard(path+unfinished))
		}
	}()
	if err != nil {
		return false, err
	}
	usual := fresh.AllocSize
	fresh.NoSync, fresh.AllocSize = true, copyBatch // until all of it is there
	err = fresh.Update(prepare)
	if err == nil {
		err = w.alone(ctx, func() error { w.touched = map[place]struct{}{}; return w.healthy() })
	}
	if err == nil {
		err = db.copyTo(ctx, fresh, nil)
	}
	for pass := 1; !renewed && err == nil; pass++ {
		var changed map[place]struct{}
		err = w.alone(ctx, func() error {
			changed, w.touched = w.touched, map[place]struct{}{}
			if len(changed) > smallRest && pass < maxPasses {
				return nil
			}
			fault := w.healthy()
			if fault == nil {
				fault = db.copyTo(ctx, fresh, changed)
			}
			if fault == nil {
				fresh.AllocSize = usual
				renewed, fault = db.swap(path, fresh)
			}
			return fault
		})
		if err == nil && !renewed {
			err = db.copyTo(ctx, fresh, changed)
		}
	}
	return renewed, err
}

// swap puts the new file in the old one's place and says whether it did. The
// writer must not write meanwhile. If the disk does not confirm the new name, the
// store takes no write until it is opened anew: after a power cut the old file
// could be there again.
func (db *DB) swap(path string, fresh *bbolt.DB) (bool, error) {
	if err := fresh.Sync(); err != nil {
		return false, err
	}
	fresh.NoSync = false
	if err := os.Rename(path+unfinished, path); err != nil {
		return false, err
	}
	db.writer.bolt = fresh
	db.bolt.Store(fresh)
	if err := syncFolder(db.dir); err != nil {
		db.writer.broken.Store(true)
		return true, errors.Join(incident.ErrUnclear, err)
	}
	return true, nil
}

func syncFolder(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // G304: the store's own folder
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// copyTo makes the records at these places in the new file equal to those of the
// store as it stands now; without places, all records.
func (db *DB) copyTo(ctx context.Context, fresh *bbolt.DB, places map[place]struct{}) error {
	return db.bolt.Load().View(func(from *bbolt.Tx) error {
		c := copier{from: from, to: fresh}
		if places == nil {
			return c.end(c.all(ctx))
		}
		for p := range places {
			if err := c.one(ctx, []byte(p.bucket), []byte(p.key)); err != nil {
				return c.end(err)
			}
		}
		return c.end(nil)
	})
}

// A copier copies records from one file to another, a few megabytes in one
// transaction.
type copier struct {
	from *bbolt.Tx
	to   *bbolt.DB
	tx   *bbolt.Tx // of to; nil between two transactions
	size int       // bytes that tx holds
}

func (c *copier) all(ctx context.Context) error {
	return c.from.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
		return bucket.ForEach(func(k, _ []byte) error {
			if string(name) == bucketMeta && string(k) == erasedMark {
				return nil // set again if something is erased during the copying
			}
			return c.one(ctx, name, k)
		})
	})
}

// one makes the copy's record under the key equal to the original.
func (c *copier) one(ctx context.Context, name, key []byte) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.size > copyBatch {
		if err := c.end(nil); err != nil {
			return err
		}
	}
	if c.tx == nil {
		if c.tx, err = c.to.Begin(true); err != nil {
			return err
		}
	}
	bucket, err := c.tx.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	bucket.FillPercent = copyFilling
	t := txn{Tx: c.tx}
	if err := t.erase(string(name), string(key)); err != nil {
		return err
	}
	value := record(c.from.Bucket(name), key)
	c.size += len(key) + len(value)
	switch {
	case value == nil:
		return nil
	case c.from.Bucket(name).Bucket(key) != nil:
		return t.putApart(string(name), string(key), value)
	default:
		return bucket.Put(key, value)
	}
}

// end commits what is there, or drops it if there was an error.
func (c *copier) end(err error) error {
	if c.tx == nil {
		return err
	}
	tx := c.tx
	c.tx, c.size = nil, 0
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// discard removes a file and overwrites its blocks. One that is not there is no
// error.
func discard(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // G304: in the store's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(path), overwrite(f), f.Close())
}

// overwrite fills a file that has no name any more with zeros. It touches none
// that has one: that may be the store itself.
func overwrite(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || s.Nlink > 0 {
		return errNamed
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < info.Size(); at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}
