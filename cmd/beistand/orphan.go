package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// orphaned is after how many hours chunks that no event names are deleted
// (store.md §5). Intake names none that is older than half of it.
const orphaned = 24

// sweepUploads deletes what was uploaded and never sent, and counts what is still
// waiting, which bounds how much may.
func (s *server) sweepUploads(ctx context.Context) error {
	hour := time.Now().Unix()/int64(time.Hour/time.Second) - orphaned
	for {
		old, err := s.db.Orphans(ctx, hour, page)
		if err != nil {
			return err
		}
		for _, id := range old {
			named, err := s.named(ctx, id)
			if err != nil {
				return err
			}
			if err := s.db.DropUpload(ctx, id, named); err != nil {
				return err
			}
		}
		if len(old) < page {
			break
		}
	}
	return s.countUploads(ctx)
}

// named says whether an event names the upload, so that only its marker is left
// over. What a newer program wrote is kept.
func (s *server) named(ctx context.Context, id incident.UploadID) (bool, error) {
	events, err := s.db.File(ctx, id.Case())
	if errors.Is(err, incident.ErrNotFound) {
		return false, nil
	}
	if err != nil && !errors.Is(err, incident.ErrChain) {
		return false, err
	}
	if err != nil {
		return true, nil //nolint:nilerr // a case whose chain is broken is for people to look at; nothing of it goes
	}
	return slices.ContainsFunc(events, func(e incident.Event) bool {
		p, err := e.PublicFields()
		return err != nil || slices.ContainsFunc(p.Att, func(a incident.Attachment) bool { return id.Case().Upload(a.ID) == id })
	}), nil
}

// countUploads tells intake how much is waiting to be named.
func (s *server) countUploads(ctx context.Context) error {
	waiting, err := s.db.Orphans(ctx, math.MaxInt64, math.MaxInt32)
	if err != nil {
		return err
	}
	var chunks int64
	for _, id := range waiting {
		// The id of an upload with a colon sorts before all its chunks.
		ids, err := s.db.ChunkIDs(ctx, incident.ChunkID(string(id)+":"), incident.MaxChunks)
		if err != nil {
			return err
		}
		for _, chunk := range ids {
			if chunk.Upload() == id {
				chunks++
			}
		}
	}
	s.uploads.Count(chunks * incident.ChunkSize)
	return nil
}
