package boltstore

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// Lines gives up to limit lines of the ledger after number after, with the chain
// between them and the line before checked. It is ErrChain if that is broken;
// an empty ledger gives no lines.
func (db *DB) Lines(ctx context.Context, after, limit int) ([]incident.Event, error) {
	var lines []incident.Event
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		var prev incident.Hash
		lines = lines[:0]
		bucket := tx.Bucket([]byte(bucketLedger))
		cursor := bucket.Cursor()
		start := incident.LedgerID.Event(max(after, 1))
		for k, _ := cursor.Seek([]byte(start)); k != nil && len(lines) < limit; k, _ = cursor.Next() {
			e, err := decodeEvent(k, record(bucket, k), true)
			if err != nil {
				return fmt.Errorf("reading the ledger: %w: %w", incident.ErrChain, err)
			}
			rev := e.Rev()
			if rev == after {
				prev = e.Hash
				continue
			}
			if rev != after+len(lines)+1 || e.Prev != prev || e.Hash != e.Sum() {
				return fmt.Errorf("reading ledger line %d: %w", after+len(lines)+1, incident.ErrChain)
			}
			prev = e.Hash
			lines = append(lines, e)
		}
		return nil
	})
	return lines, err
}

// Record stores the next line of the ledger, with the projection of the member
// that it is about. Its errors are those of Append.
func (db *DB) Record(ctx context.Context, e incident.Event) error {
	if err := checkEvent(e, true); err != nil {
		return err
	}
	value, err := encodeEvent(e)
	if err != nil {
		return err
	}
	return db.write(ctx, func(t *txn) error {
		if known, err := t.event(bucketLedger, e, value); known || err != nil {
			return err
		}
		if e.Kind != incident.KindMember {
			return nil
		}
		return t.projectMember(e)
	})
}
