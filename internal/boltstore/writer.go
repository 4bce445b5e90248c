package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// maxBatch is how many waiting writes share one transaction and one fsync.
const maxBatch = 64

// The writer is the one goroutine that changes the file. It takes all writes
// that wait, commits them together and then answers each: under load many
// reports share one fsync, and a lone one waits for nothing (store.md §10).
type writer struct {
	bolt   *bbolt.DB // the loop's own; Compact changes it inside alone
	queue  chan *write
	pause  chan func()
	done   chan struct{}
	mu     sync.RWMutex // held for reading while a write is put into the queue
	ended  bool
	broken atomic.Bool
	// touched are the records that were written or deleted since Compact began to
	// copy, nil while it does not; the loop's own.
	touched map[place]struct{}
	stamps  stamps
	// commit is (*bbolt.Tx).Commit; tests put a fault behind it.
	commit func(*bbolt.Tx) error
}

// A write is one waiting change.
type write struct {
	do     func(*txn) error
	state  atomic.Int32 // waiting, taken or left
	answer chan error
}

const (
	stateWaiting = iota
	stateTaken   // by the writer: it will be answered soon
	stateLeft    // by its caller: it must not run
)

func newWriter(bolt *bbolt.DB) *writer {
	return &writer{
		bolt:   bolt,
		queue:  make(chan *write, maxBatch),
		pause:  make(chan func()),
		done:   make(chan struct{}),
		commit: (*bbolt.Tx).Commit,
	}
}

// write runs do inside a transaction that it may share with others, and returns
// when the transaction is on the disk. do may run twice, so it must set all that
// it gives back anew; an error of do is returned as it is, and nothing that it
// wrote stays. A context that ends before the writer begins is returned, and
// then nothing was stored; afterwards the true outcome is waited for.
func (db *DB) write(ctx context.Context, do func(*txn) error) error {
	if err := ctx.Err(); err != nil {
		return given(err)
	}
	w := &write{do: do, answer: make(chan error, 1)}
	if err := db.writer.put(ctx, w); err != nil {
		return err
	}
	select {
	case err := <-w.answer:
		return err
	case <-ctx.Done():
		if w.state.CompareAndSwap(stateWaiting, stateLeft) {
			return given(ctx.Err())
		}
		return <-w.answer
	}
}

func (w *writer) put(ctx context.Context, next *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.ended {
		return fmt.Errorf("writing: store is closed: %w", incident.ErrUnavailable)
	}
	select {
	case w.queue <- next:
		return nil
	case <-ctx.Done():
		return given(ctx.Err())
	}
}

// alone runs do between two transactions: nothing is written meanwhile.
func (w *writer) alone(ctx context.Context, do func() error) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.ended {
		return fmt.Errorf("writing: store is closed: %w", incident.ErrUnavailable)
	}
	done := make(chan error, 1)
	select {
	case w.pause <- func() { done <- do() }:
		return <-done
	case <-ctx.Done():
		return given(ctx.Err())
	}
}

// given says that the caller's time was over before anything was stored.
func given(err error) error {
	return fmt.Errorf("writing: %w: %w", incident.ErrUnavailable, err)
}

// end lets the writer finish what waits and returns when it has.
func (w *writer) end() {
	w.mu.Lock()
	w.ended = true
	close(w.queue)
	w.mu.Unlock()
	<-w.done
}

func (w *writer) healthy() error {
	if w.broken.Load() {
		return fmt.Errorf("the disk did not confirm a write, start anew: %w", incident.ErrUnavailable)
	}
	return nil
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		var first *write
		select {
		case do := <-w.pause:
			do()
			continue
		case next, ok := <-w.queue:
			if !ok {
				return
			}
			first = next
		}
		batch := []*write{first}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case next, ok := <-w.queue:
				if more = ok; ok {
					batch = append(batch, next)
				}
			default:
				more = false
			}
		}
		w.run(batch)
	}
}

// run answers every write of the batch that was not left by its caller.
func (w *writer) run(batch []*write) {
	taken := batch[:0]
	for _, b := range batch {
		if b.state.CompareAndSwap(stateWaiting, stateTaken) {
			taken = append(taken, b)
		}
	}
	if err := w.healthy(); err != nil {
		for _, b := range taken {
			b.answer <- err
		}
		return
	}
	errs, ok := w.together(taken)
	if !ok {
		errs = errs[:0]
		for _, b := range taken {
			one, _ := w.together([]*write{b})
			errs = append(errs, one...)
		}
	}
	for i, b := range taken {
		b.answer <- errs[i]
	}
}

// together runs the writes in one transaction. It gives false, and has stored
// nothing, if one of several failed after it had begun to write: then each must
// run alone, so that none pays for another's fault.
func (w *writer) together(batch []*write) (errs []error, ok bool) {
	errs = make([]error, len(batch))
	tx, err := w.bolt.Begin(true)
	if err != nil {
		return fill(errs, fmt.Errorf("beginning to write: %w", errors.Join(incident.ErrUnavailable, err))), true
	}
	t := &txn{Tx: tx, touched: w.touched}
	for i, b := range batch {
		before := t.writes
		errs[i] = b.do(t)
		if errs[i] != nil && t.writes != before {
			return errs, tx.Rollback() == nil && len(batch) == 1
		}
	}
	if t.writes == 0 {
		if err := tx.Rollback(); err != nil {
			return fill(errs, fmt.Errorf("ending a transaction: %w", err)), true
		}
		return errs, true
	}
	if err := t.mark(); err != nil {
		return fill(errs, errors.Join(err, tx.Rollback())), true
	}
	id := tx.ID()
	err = w.commit(tx)
	w.stamps.renew(t.groups) // also where nobody knows whether it is there
	if err != nil {
		return fill(errs, w.failed(id, err)), true
	}
	return errs, true
}

// failed finds out what a commit that reported an error has done. If the
// transaction cannot be seen, nothing of it is there. If it can, it may or may
// not be on the disk, and only opening the file anew tells; so no write is taken
// until then.
func (w *writer) failed(id int, cause error) error {
	seen := true
	err := w.bolt.View(func(tx *bbolt.Tx) error {
		seen = tx.ID() >= id
		return nil
	})
	if err == nil && !seen {
		return fmt.Errorf("writing: %w", errors.Join(incident.ErrUnavailable, cause))
	}
	w.broken.Store(true)
	return fmt.Errorf("writing: %w", errors.Join(incident.ErrUnclear, cause))
}

// fill sets every write's error that has none of its own.
func fill(errs []error, err error) []error {
	for i := range errs {
		if errs[i] == nil {
			errs[i] = err
		}
	}
	return errs
}

// A txn is a writing transaction that counts its changes, and remembers them
// while the file is being copied.
type txn struct {
	*bbolt.Tx
	writes  int
	erased  bool   // something went that must not stay in the file
	groups  []byte // of the cases whose projection changed
	touched map[place]struct{}
}

func (t *txn) get(bucket, key string) []byte {
	return record(t.Bucket([]byte(bucket)), []byte(key))
}

// insert stores a new value; it is ErrConflict, and changes nothing, if the key
// is taken. bbolt itself would overwrite.
func (t *txn) insert(bucket, key string, value []byte) error {
	if t.get(bucket, key) != nil {
		return incident.ErrConflict
	}
	return t.put(bucket, key, value)
}

func (t *txn) put(bucket, key string, value []byte) error {
	t.wrote(bucket, key)
	if err := t.Bucket([]byte(bucket)).Put([]byte(key), value); err != nil {
		return fmt.Errorf("writing to %s: %w", bucket, err)
	}
	return nil
}

// remove deletes a key; one that is not there is no error and no change.
func (t *txn) remove(bucket, key string) error {
	if t.get(bucket, key) == nil {
		return nil
	}
	return t.drop(bucket, key)
}

func (t *txn) drop(bucket, key string) error {
	t.dropped(bucket, key)
	if err := t.Bucket([]byte(bucket)).Delete([]byte(key)); err != nil {
		return fmt.Errorf("deleting from %s: %w", bucket, err)
	}
	return nil
}

// insertSame stores a value once: nil if the same bytes stand there already,
// ErrConflict if others do.
func (db *DB) insertSame(ctx context.Context, bucket, key string, value []byte) error {
	return db.write(ctx, func(t *txn) error {
		if old := t.get(bucket, key); old != nil && bytes.Equal(old, value) {
			return nil
		}
		return t.insert(bucket, key, value)
	})
}

// get gives a copy of a value, or ErrNotFound.
func (db *DB) get(ctx context.Context, bucket, key string) ([]byte, error) {
	var value []byte
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		v := record(tx.Bucket([]byte(bucket)), []byte(key))
		if v == nil {
			return incident.ErrNotFound
		}
		value = bytes.Clone(v)
		return nil
	})
	return value, err
}
