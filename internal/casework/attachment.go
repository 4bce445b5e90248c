package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// Chunk gives piece n of a file, counted from 0, if an event of the case names
// it. ErrNotFound: no event does, the case is not the member's, or the piece is
// missing; verify tells which.
func (s *Service) Chunk(ctx context.Context, m incident.Member, id incident.CaseID, attachment string, n int) ([]byte, error) {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return nil, err
	}
	named := slices.ContainsFunc(c.Events, func(e incident.Event) bool {
		p, err := e.PublicFields()
		return err == nil && slices.ContainsFunc(p.Att, func(a incident.Attachment) bool {
			return a.ID == attachment && n >= 0 && n < a.Chunks
		})
	})
	if !named {
		return nil, incident.ErrNotFound
	}
	data, err := s.Files.Chunk(ctx, id.Upload(attachment).Chunk(n))
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return nil, unavailable("reading a chunk", err)
	}
	return data, err
}

// ErrRoom says that chunks which no event names yet fill their common room.
var ErrRoom = errors.New("no room for uploads")

// ErrUpload says that a file which is to be named is not there, not whole, or
// was begun too long ago: send it anew, under a new id.
var ErrUpload = errors.New("upload is gone")

// PutChunk stores piece n of a file, counted from 0, that an answer of the member
// is going to name. The same bytes again are no error. ErrConflict: others stand
// under this id. ErrNotFound: also if the case has ended.
func (s *Service) PutChunk(ctx context.Context, m incident.Member, id incident.CaseID, attachment string, n int, data []byte) error {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return err
	}
	if c.State.Final() {
		return incident.ErrNotFound
	}
	if _, err := incident.ParseOp(attachment); err != nil || n < 0 || n >= incident.MaxChunks || len(data) == 0 || len(data) > incident.ChunkSize {
		return incident.Faults{{Field: "chunk", Key: "shape"}}
	}
	if !s.Room.Take() {
		return ErrRoom
	}
	if err := s.Files.PutChunk(ctx, incident.Chunk{ID: id.Upload(attachment).Chunk(n), Data: data}, hourOf(s.Now())); err != nil {
		s.Room.Give(1)
		return fmt.Errorf("storing a chunk: %w", err)
	}
	return nil
}

func hourOf(t time.Time) int64 { return t.Unix() / int64(time.Hour/time.Second) }

// checkUploads says whether the files that an event is to name are there, whole
// and young enough.
func (s *Service) checkUploads(ctx context.Context, id incident.CaseID, att []incident.Attachment) error {
	for _, a := range att {
		upload := id.Upload(a.ID)
		hour, err := s.Files.Upload(ctx, upload)
		switch {
		case errors.Is(err, incident.ErrNotFound), err == nil && hour < hourOf(s.Now())-incident.NameHours:
			return ErrUpload
		case err != nil:
			return unavailable("reading an upload", err)
		}
		chunks, err := s.Files.ChunkIDs(ctx, incident.ChunkID(string(upload)+":"), a.Chunks+1)
		if err != nil {
			return unavailable("reading an upload", err)
		}
		if !a.Whole(upload, chunks) {
			return ErrUpload
		}
	}
	return nil
}

// named gives back the room of files that an event names now.
func (s *Service) named(att []incident.Attachment) {
	for _, a := range att {
		s.Room.Give(a.Chunks)
	}
}
