package mongostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// PutChunk stores one piece of an attachment, after the attachment's marker with
// this hour unless one is there. It is nil if the same bytes stand there already,
// ErrConflict if others do.
func (db *DB) PutChunk(ctx context.Context, c incident.Chunk, hour int64) error {
	if len(c.Data) == 0 || len(c.Data) > incident.ChunkSize {
		return fmt.Errorf("storing a chunk: %w", errDocument)
	}
	doc := bytesDoc{ID: string(c.ID), B: c.Data}
	there, err := db.readBack(ctx, chunks, doc, sameBytes(c.Data), true)
	if there || err != nil {
		return err
	}
	marker := uploadDoc{ID: string(c.ID.Upload()), Hour: hour}
	if err := db.insert(ctx, uploads, marker, nil); err != nil && !errors.Is(err, incident.ErrConflict) {
		return err
	}
	return db.insert(ctx, chunks, doc, sameBytes(c.Data))
}

// Chunk gives a piece's bytes, or ErrNotFound.
func (db *DB) Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error) {
	var d bytesDoc
	if err := db.find(ctx, chunks, string(id), &d); err != nil {
		return nil, err
	}
	return d.B, nil
}

// Upload gives the hour in which the attachment was begun, or ErrNotFound if it
// was never begun, is named by an event, or was swept.
func (db *DB) Upload(ctx context.Context, id incident.UploadID) (int64, error) {
	var d uploadDoc
	if err := db.find(ctx, uploads, string(id), &d); err != nil {
		return 0, err
	}
	return d.Hour, nil
}

// ChunkIDs gives the ids of up to limit chunks after the given one, in order.
// It is for verify, which holds them against what the events name.
func (db *DB) ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error) {
	texts, err := db.ids(ctx, chunks, behind(string(after)), limit)
	if err != nil {
		return nil, err
	}
	var ids []incident.ChunkID
	for _, id := range texts {
		ids = append(ids, incident.ChunkID(id))
	}
	return ids, nil
}
