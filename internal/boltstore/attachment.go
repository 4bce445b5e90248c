package boltstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// uploadHeader is the marker of an attachment that no event names yet. It is the
// only place with an hour, and ends with the commit of the naming event.
type uploadHeader struct {
	Hour int64 `json:"hour"` // since 1970
}

// PutChunk stores one piece of an attachment, after the attachment's marker with
// this hour unless one is there. It is nil if the same bytes stand there already,
// ErrConflict if others do.
func (db *DB) PutChunk(ctx context.Context, c incident.Chunk, hour int64) error {
	if len(c.Data) == 0 || len(c.Data) > incident.ChunkSize {
		return fmt.Errorf("storing a chunk: %w", errRecord)
	}
	marker, err := json.Marshal(uploadHeader{hour})
	if err != nil {
		return fmt.Errorf("storing a chunk: %w", err)
	}
	return db.write(ctx, func(t *txn) error {
		if old := t.get(bucketChunks, string(c.ID)); old != nil {
			if bytes.Equal(old, c.Data) {
				return nil
			}
			return incident.ErrConflict
		}
		if upload := string(c.ID.Upload()); t.get(bucketUploads, upload) == nil {
			if err := t.put(bucketUploads, upload, marker); err != nil {
				return err
			}
		}
		return t.putApart(bucketChunks, string(c.ID), c.Data)
	})
}

// Chunk gives a piece's bytes, or ErrNotFound.
func (db *DB) Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error) {
	return db.get(ctx, bucketChunks, string(id))
}

// Upload gives the hour in which the attachment was begun, or ErrNotFound if it
// was never begun, is named by an event, or was swept.
func (db *DB) Upload(ctx context.Context, id incident.UploadID) (int64, error) {
	value, err := db.get(ctx, bucketUploads, string(id))
	if err != nil {
		return 0, err
	}
	var h uploadHeader
	if err := json.Unmarshal(value, &h); err != nil {
		return 0, fmt.Errorf("reading a marker: %w", errRecord)
	}
	return h.Hour, nil
}

// ChunkIDs gives the ids of up to limit chunks after the given one, in order.
// It is for verify, which holds them against what the events name.
func (db *DB) ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error) {
	var ids []incident.ChunkID
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketChunks)).Cursor()
		for k, _ := cursor.Seek([]byte(after)); k != nil && len(ids) < limit; k, _ = cursor.Next() {
			if id := incident.ChunkID(k); id != after {
				ids = append(ids, id)
			}
		}
		return nil
	})
	return ids, err
}

// commitUploads ends the markers of the attachments that an event names. Public
// fields of a newer program name none that this one knows; the sweep then keeps
// their chunks because it asks the events.
func (t *txn) commitUploads(e incident.Event) error {
	p, err := e.PublicFields()
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	for _, a := range p.Att {
		if err := t.remove(bucketUploads, string(e.Case().Upload(a.ID))); err != nil {
			return err
		}
	}
	return nil
}
