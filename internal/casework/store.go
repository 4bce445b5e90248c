package casework

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
	// Cases gives at most q.Limit summaries after q.After, by case id. They may
	// be stale, never wrong about a past rev.
	Cases(ctx context.Context, q incident.Query) ([]incident.Summary, error)
	// Events gives the events with these ids, at most 100, with their boxes, in
	// the order asked for; unknown ones are left out.
	Events(ctx context.Context, ids []incident.EventID) ([]incident.Event, error)
	// Stamps gives the stamp of each group of cases. A group whose stamp is the
	// one of an earlier call has, but for a change that is late, the same
	// summaries as before that call.
	Stamps(ctx context.Context) ([incident.Groups]incident.Stamp, error)
}

// Files keeps the sealed pieces of attachments (store.md §5).
type Files interface {
	// Chunk gives a piece of an attachment, or ErrNotFound.
	Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error)
	// PutChunk stores a piece of an attachment, after the attachment's marker with
	// this hour unless one is there. The same bytes again are no error.
	// ErrConflict: others stand there.
	PutChunk(ctx context.Context, c incident.Chunk, hour int64) error
	// Upload gives the hour in which an attachment was begun. ErrNotFound: it was
	// not, is named by an event, or was swept.
	Upload(ctx context.Context, id incident.UploadID) (hour int64, err error)
	// ChunkIDs gives the ids of at most limit chunks after the given one, in order.
	ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error)
}

// A Room bounds what uploads may take that no event names yet, those of
// residents and members together.
type Room interface {
	Take() bool // room of one more chunk
	Give(chunks int)
}

// A Ledger keeps the chain of office-level acts and the deletable records of
// members and keys.
type Ledger interface {
	// Lines gives at most limit lines after the line of this number, in order,
	// chain checked.
	Lines(ctx context.Context, after, limit int) ([]incident.Event, error)
	// Record appends a line and writes the projection of the member that it is
	// about. Errors as Store.Append.
	Record(ctx context.Context, e incident.Event) error
	// PutKey inserts a record. ErrConflict: the id is taken.
	PutKey(ctx context.Context, id string, b []byte) error
	// Keys gives the records whose ids begin with the prefix, by id.
	Keys(ctx context.Context, prefix string) ([]incident.Key, error)
	// DropKeys deletes the records whose ids begin with the prefix.
	DropKeys(ctx context.Context, prefix string) error
}
