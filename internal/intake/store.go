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
}
