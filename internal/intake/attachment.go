package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// Limits of attachments (protocol.md §8, store.md §5).
const (
	maxUnnamed  = 2 << 30
	openUploads = 32
)

// ErrBusy says that as many uploads as may run at once do.
var ErrBusy = errors.New("too many uploads at once")

// ErrUploads says that chunks which no event names yet fill their common room.
var ErrUploads = errors.New("no room for uploads")

// ErrUpload says that a file which is to be named is not there, not whole, or
// was begun too long ago: send it anew, under a new id.
var ErrUpload = errors.New("upload is gone")

// Uploads bounds what uploads may take, over all of them: nobody is counted, and
// nobody has a share of their own. The zero value is ready. It outlives the
// Service, which is made anew with each reading of the keys.
type Uploads struct {
	unnamed atomic.Int64
	once    sync.Once
	places  chan struct{}
}

// Count sets how many bytes of chunks no event names, as counted in the store.
// In between it is kept by estimate: a chunk counts in full.
func (u *Uploads) Count(bytes int64) { u.unnamed.Store(bytes) }

// begin takes a place for one file that is sealed here, or says that none is left.
func (u *Uploads) begin() (end func(), ok bool) {
	u.once.Do(func() { u.places = make(chan struct{}, openUploads) })
	select {
	case u.places <- struct{}{}:
		return func() { <-u.places }, true
	default:
		return nil, false
	}
}

// Take asks for the room of one more chunk that no event names yet.
func (u *Uploads) Take() bool {
	if u.unnamed.Add(incident.ChunkSize) > maxUnnamed {
		u.Give(1)
		return false
	}
	return true
}

// Give gives back the room of so many chunks: an event names them now, or they
// were not stored.
func (u *Uploads) Give(chunks int) { u.unnamed.Add(-int64(chunks) * incident.ChunkSize) }

func hourOf(t time.Time) int64 { return t.Unix() / int64(time.Hour/time.Second) }

// A SealedChunk is one piece of a file that the browser sealed.
type SealedChunk struct {
	Locator    [32]byte
	Attachment incident.Op // id of the file, chosen by the sender
	N          int         // of the piece, from 0
	Data       []byte      // at most 256 KiB
}

// Chunk stores one piece of a file. The same bytes again are no error.
// ErrConflict: others stand under this id. ErrUploads: there is no room now.
func (s *Service) Chunk(ctx context.Context, c SealedChunk) error {
	if c.N < 0 || c.N >= incident.MaxChunks || len(c.Data) == 0 || len(c.Data) > incident.ChunkSize {
		return incident.Faults{{Field: "chunk", Key: "shape"}}
	}
	id := incident.CaseID(seal.CaseIDOf(c.Locator))
	return s.putChunk(ctx, id.Upload(c.Attachment.String()), c.N, c.Data)
}

func (s *Service) putChunk(ctx context.Context, upload incident.UploadID, n int, data []byte) error {
	if !s.Uploads.Take() {
		return ErrUploads
	}
	err := s.Store.PutChunk(ctx, incident.Chunk{ID: upload.Chunk(n), Data: data}, hourOf(s.Now()))
	if err != nil {
		s.Uploads.Give(1)
		return fmt.Errorf("storing a chunk: %w", err)
	}
	return nil
}

// checkUploads says whether the files that an event is to name are there, whole
// and young enough.
func (s *Service) checkUploads(ctx context.Context, id incident.CaseID, att []incident.Attachment) error {
	for _, a := range att {
		upload := id.Upload(a.ID)
		hour, err := s.Store.Upload(ctx, upload)
		switch {
		case errors.Is(err, incident.ErrNotFound), err == nil && hour < hourOf(s.Now())-incident.NameHours:
			return ErrUpload
		case err != nil:
			return fmt.Errorf("reading an upload: %w: %w", incident.ErrUnavailable, err)
		}
		chunks, err := s.Store.ChunkIDs(ctx, incident.ChunkID(string(upload)+":"), a.Chunks+1)
		if err != nil {
			return fmt.Errorf("reading an upload: %w: %w", incident.ErrUnavailable, err)
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
		s.Uploads.Give(a.Chunks)
	}
}

// has says whether the case has the act already, so that sending it again is no
// matter of its files, whose markers are gone.
func (s *Service) has(ctx context.Context, id incident.CaseID, op incident.Op) (bool, error) {
	c, err := s.load(ctx, id)
	if errors.Is(err, incident.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, done := c.Has(op)
	return done, nil
}
