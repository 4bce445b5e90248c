package intake

import (
	"context"

	"github.com/beistand/beistand/internal/incident"
)

// A Store keeps cases as their events (store.md §9). Its errors are those of
// package incident.
type Store interface {
	// File gives all events of a case, rev 1 first, chain checked. ErrNotFound:
	// there are none, or the case was erased. ErrChain: the chain is broken.
	File(ctx context.Context, id incident.CaseID) ([]incident.Event, error)
	// Append inserts the event; that is the commit. It returns nil also if the
	// same op stands there already. ErrConflict: somebody was first. ErrUnclear:
	// nobody knows; the same event sent again cannot happen twice.
	Append(ctx context.Context, e incident.Event) error
	// PutChunk stores a piece of an attachment, after the attachment's marker with
	// this hour unless one is there. The same bytes again are no error.
	// ErrConflict: others stand there.
	PutChunk(ctx context.Context, c incident.Chunk, hour int64) error
	// Chunk gives a piece of an attachment, or ErrNotFound.
	Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error)
	// Upload gives the hour in which an attachment was begun. ErrNotFound: it was
	// not, is named by an event, or was swept.
	Upload(ctx context.Context, id incident.UploadID) (hour int64, err error)
	// ChunkIDs gives the ids of at most limit chunks after the given one, in order.
	ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error)
}
