package boltstore

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/beistand/beistand/internal/incident"
)

// A Snapshot is the store as it stood at one moment, for a backup. It reads only.
type Snapshot struct{ db *DB }

// Snapshot hands do the store as it stands now; what is written meanwhile is not
// seen. do must end: pages that it may still read are not used again until then,
// and a write that needs a larger map waits for it. It waits while Compact runs.
func (db *DB) Snapshot(ctx context.Context, do func(Snapshot) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	db.compacting.RLock()
	defer db.compacting.RUnlock()
	err := db.bolt.Load().View(func(tx *bbolt.Tx) error {
		return do(Snapshot{&DB{moment: tx}})
	})
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return fmt.Errorf("reading the store: %w", incident.ErrUnavailable)
	}
	return err
}

// Heads is as DB.Heads.
func (s Snapshot) Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error) {
	return s.db.Heads(ctx, after, limit)
}

// Raw is as DB.Raw.
func (s Snapshot) Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	return s.db.Raw(ctx, id)
}

// ChunkIDs is as DB.ChunkIDs.
func (s Snapshot) ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error) {
	return s.db.ChunkIDs(ctx, after, limit)
}

// Chunk is as DB.Chunk.
func (s Snapshot) Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error) {
	return s.db.Chunk(ctx, id)
}

// Keys is as DB.Keys.
func (s Snapshot) Keys(ctx context.Context, prefix string) ([]incident.Key, error) {
	return s.db.Keys(ctx, prefix)
}

// Editions is as DB.Editions.
func (s Snapshot) Editions(ctx context.Context) ([]incident.EditionStep, error) {
	return s.db.Editions(ctx)
}

// Lines is as DB.Lines.
func (s Snapshot) Lines(ctx context.Context, after, limit int) ([]incident.Event, error) {
	return s.db.Lines(ctx, after, limit)
}

// Meta is as DB.Meta.
func (s Snapshot) Meta(ctx context.Context, id string) ([]byte, error) { return s.db.Meta(ctx, id) }
