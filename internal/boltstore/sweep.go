package boltstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// Heads gives the newest event of up to limit cases after the given one, by id,
// from the events themselves. Erased cases whose last event still stands are
// among them.
func (db *DB) Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error) {
	var heads []incident.Head
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		heads = heads[:0]
		bucket := tx.Bucket([]byte(bucketEvents))
		cursor := bucket.Cursor()
		var from []byte
		if after != "" {
			from = behind(after)
		}
		for k, _ := cursor.Seek(from); k != nil && len(heads) < limit; {
			id := incident.EventID(k)
			c, _, err := id.Split()
			if err != nil {
				return fmt.Errorf("reading heads: %w: %w", incident.ErrChain, err)
			}
			next, _ := cursor.Seek(behind(c))
			next = bytes.Clone(next)
			head, err := lastOf(bucket, cursor, next)
			if err != nil {
				return err
			}
			heads = append(heads, head)
			k, _ = cursor.Seek(behind(c))
		}
		return nil
	})
	return heads, err
}

// behind is the first key that sorts after all events of a case.
func behind(id incident.CaseID) []byte { return []byte(string(id) + ";") }

// lastOf reads the event that stands before the cursor, which is at next or,
// where next is nil, behind the end.
func lastOf(bucket *bbolt.Bucket, cursor *bbolt.Cursor, next []byte) (incident.Head, error) {
	var k []byte
	if next == nil {
		k, _ = cursor.Last()
	} else {
		k, _ = cursor.Prev()
	}
	e, err := decodeEvent(k, record(bucket, k), false)
	if err != nil {
		return incident.Head{}, fmt.Errorf("reading heads: %w: %w", incident.ErrChain, err)
	}
	return incident.Head{Case: e.Case(), Rev: e.Rev(), Hash: e.Hash, State: e.State}, nil
}

// Project rebuilds one case's projection from its events. It may be repeated.
func (db *DB) Project(ctx context.Context, id incident.CaseID) error {
	return db.write(ctx, func(t *txn) error {
		old := t.summary(id)
		now, err := rebuild(t.Tx, id)
		if err != nil {
			return err
		}
		return t.replace(old, now)
	})
}

// Projection gives a case's projection as it stands, or ErrNotFound. It is for
// verify; lists take Cases.
func (db *DB) Projection(ctx context.Context, id incident.CaseID) (incident.Summary, error) {
	var s incident.Summary
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		value := tx.Bucket([]byte(bucketCases)).Get([]byte(id))
		if value == nil {
			return incident.ErrNotFound
		}
		var err error
		s, err = decodeSummary([]byte(id), value)
		return err
	})
	return s, err
}

// Expire deletes sessions and slots whose time was over before now, in seconds
// since 1970. It may be repeated.
func (db *DB) Expire(ctx context.Context, now int64) error {
	return db.write(ctx, func(t *txn) error {
		for _, bucket := range []string{bucketSessions, bucketOnce} {
			var old []string
			err := t.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
				var h onceHeader
				if err := json.Unmarshal(v, &h); err != nil || h.Until < now {
					old = append(old, string(k))
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("sweeping %s: %w", bucket, err)
			}
			for _, key := range old {
				if err := t.remove(bucket, key); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Orphans gives the markers of up to limit attachments that were begun before
// the hour and that no event has named since.
func (db *DB) Orphans(ctx context.Context, hour int64, limit int) ([]incident.UploadID, error) {
	var ids []incident.UploadID
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		ids = ids[:0]
		cursor := tx.Bucket([]byte(bucketUploads)).Cursor()
		for k, v := cursor.First(); k != nil && len(ids) < limit; k, v = cursor.Next() {
			var h uploadHeader
			if err := json.Unmarshal(v, &h); err != nil {
				return fmt.Errorf("reading a marker: %w", errRecord)
			}
			if h.Hour < hour {
				ids = append(ids, incident.UploadID(k))
			}
		}
		return nil
	})
	return ids, err
}

// DropUpload deletes an attachment's marker and, unless an event names it, its
// chunks. It may be repeated.
func (db *DB) DropUpload(ctx context.Context, id incident.UploadID, named bool) error {
	return db.write(ctx, func(t *txn) error {
		if !named {
			for _, key := range t.keysOf(bucketChunks, string(id)+":", incident.MaxChunks) {
				if err := t.erase(bucketChunks, key); err != nil {
					return err
				}
			}
		}
		return t.remove(bucketUploads, string(id))
	})
}
