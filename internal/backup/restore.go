package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/beistand/beistand/internal/incident"
)

// A Plan says how a backup goes into a store.
type Plan struct {
	// Open gives the unsealed backup anew, from its first byte.
	Open func() (io.ReadCloser, error)
	// Erased are the cases that must not come back: those that a newer checkpoint
	// shows as erased.
	Erased map[incident.CaseID]bool
	Office string // the backup must be of this site
	Schema int    // and not newer than this
	Day    string // of the ledger's line about the restore
	Hour   int64  // since 1970, of the upload markers while pieces are written
}

// Restore checks the whole backup, then that the store is empty or holds a part
// of this very backup, and only then writes. It may be repeated after any
// interruption: what stands there already is skipped, and anything else stops it
// with ErrNotEmpty; nothing is ever overwritten. Its last act is a line of the
// ledger.
func Restore(ctx context.Context, db Store, p Plan) (*Contents, error) {
	from, err := p.Open()
	if err != nil {
		return nil, err
	}
	got, err := Check(ctx, from)
	if err := errors.Join(err, from.Close()); err != nil {
		return nil, err
	}
	if got.Office != p.Office {
		return nil, fmt.Errorf("restoring: the backup is of site %q, the settings are of %q", got.Office, p.Office)
	}
	if got.Schema > p.Schema {
		return nil, errors.New("restoring: a newer program wrote the backup")
	}
	if err := got.fits(ctx, db); err != nil {
		return nil, err
	}
	if from, err = p.Open(); err != nil {
		return nil, err
	}
	err = got.write(ctx, db, p, from)
	if err := errors.Join(err, from.Close()); err != nil {
		return nil, fmt.Errorf("restoring: %w", err)
	}
	return got, nil
}

// op is the act of restoring this backup, the same at each try.
func (c *Contents) op() (op incident.Op) {
	sum, _ := hex.DecodeString(c.SHA256) // Check compared it with a sum of its own
	copy(op[:], sum)
	return op
}

// fits checks that the store holds nothing that the backup does not.
func (c *Contents) fits(ctx context.Context, db Store) error {
	foreign := func(what string) error { return fmt.Errorf("restoring: %s: %w", what, ErrNotEmpty) }
	err := everyHead(ctx, db, func(h incident.Head) error {
		if old, ok := c.heads[h.Case]; !ok || h.Rev > old.Rev {
			return foreign("a case that the backup does not have")
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = everyLine(ctx, db, func(e incident.Event) error {
		n := e.Rev()
		if n <= len(c.lines) && e.Hash == c.lines[n-1] || n == len(c.lines)+1 && e.Op == c.op() {
			return nil
		}
		return foreign("a line of the ledger that the backup does not have")
	})
	if err != nil {
		return err
	}
	if err := c.fitsEditions(ctx, db); err != nil {
		return err
	}
	keys, err := db.Keys(ctx, "")
	if err != nil {
		return err
	}
	for _, k := range keys {
		if sum, ok := c.keys[k.ID]; !ok || sum != sha256.Sum256(k.Bytes) {
			return foreign("a key that the backup does not have")
		}
	}
	return nil
}

func (c *Contents) write(ctx context.Context, db Store, p Plan, from io.Reader) error {
	skip := func(id incident.CaseID) bool { return c.dropped[id] || p.Erased[id] }
	work := newPool()
	uploads := map[incident.UploadID]bool{}
	var head incident.Hash
	_, err := read(ctx, from, visitor{
		events: func(events []incident.Event) error {
			last := events[len(events)-1]
			if skip(last.Case()) && !last.State.Final() {
				return nil
			}
			return work.do(func() error { return putFile(ctx, db, events) })
		},
		chunk: func(chunk incident.Chunk) error {
			if skip(chunk.ID.Upload().Case()) {
				return nil
			}
			uploads[chunk.ID.Upload()] = true
			return work.do(func() error { return db.PutChunk(ctx, chunk, p.Hour) })
		},
		key:  func(k incident.Key) error { return putKey(ctx, db, k) },
		step: func(s incident.EditionStep) error { return db.PutStep(ctx, s.Year, s.Rev, s.Op, s.Bytes) },
		meta: func(id string, b []byte) error { return db.PutMeta(ctx, id, b) },
		line: func(e incident.Event) error {
			head = e.Hash
			return db.Record(ctx, e)
		},
	})
	if err := errors.Join(err, work.wait()); err != nil {
		return err
	}
	for id := range uploads {
		if err := db.DropUpload(ctx, id, true); err != nil {
			return err
		}
	}
	e, err := incident.NewLine(len(c.lines), head, incident.KindRestore, incident.ActorSystem, p.Day, c.op(), &incident.Line{Reason: "backup " + c.Day})
	if err != nil {
		return err
	}
	return db.Record(ctx, e)
}

// putFile stores the events of a case that are not there yet.
func putFile(ctx context.Context, db Store, events []incident.Event) error {
	there, err := db.Raw(ctx, events[0].Case())
	if err != nil {
		return err
	}
	if len(there) > len(events) {
		return ErrNotEmpty
	}
	for i, e := range there {
		if e.Hash != events[i].Hash {
			return ErrNotEmpty
		}
	}
	for _, e := range events[len(there):] {
		if err := db.Append(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func putKey(ctx context.Context, db Store, k incident.Key) error {
	err := db.PutKey(ctx, k.ID, k.Bytes)
	if !errors.Is(err, incident.ErrConflict) {
		return err
	}
	there, err := db.Keys(ctx, k.ID)
	if err != nil {
		return err
	}
	for _, old := range there {
		if old.ID == k.ID && bytes.Equal(old.Bytes, k.Bytes) {
			return nil
		}
	}
	return ErrNotEmpty
}

// writers is how many writes run at once: an engine commits what waits together.
const writers = 64

// A pool runs a bounded number of writes at once and keeps the first error.
type pool struct {
	slots chan struct{}
	group sync.WaitGroup
	mu    sync.Mutex
	err   error
}

func newPool() *pool { return &pool{slots: make(chan struct{}, writers)} }

// do runs the write soon; its error is that of an earlier one.
func (p *pool) do(write func() error) error {
	p.mu.Lock()
	err := p.err
	p.mu.Unlock()
	if err != nil {
		return err
	}
	p.slots <- struct{}{}
	p.group.Go(func() {
		defer func() { <-p.slots }()
		if err := write(); err != nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.err == nil {
				p.err = err
			}
		}
	})
	return nil
}

func (p *pool) wait() error {
	p.group.Wait()
	return p.err
}
