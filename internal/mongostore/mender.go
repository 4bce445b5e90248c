package mongostore

import (
	"context"
	"sync"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

const (
	menderQueue = 1024
	menderPause = 2 * time.Second
)

// A mender writes the projections that could not be written with their event. A
// missing one would hide a case from the inbox. What it forgets, because the
// queue is full or the process ends, the heads sweep finds (store.md §5).
type mender struct {
	queue      chan incident.CaseID
	stop, done chan struct{}
	once       sync.Once
	failed     error // of disconnecting; read after done is closed
}

func newMender() *mender {
	return &mender{
		queue: make(chan incident.CaseID, menderQueue),
		stop:  make(chan struct{}),
		done:  make(chan struct{}),
	}
}

// add notes a case of which the projection is missing or stale.
func (m *mender) add(id incident.CaseID) {
	select {
	case m.queue <- id:
	default:
	}
}

// loop repairs one case after the other until stop is closed.
func (m *mender) loop(ctx context.Context, db *DB) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		<-m.stop
		cancel()
	}()
	for {
		select {
		case <-m.stop:
			return
		case id := <-m.queue:
			if db.Project(ctx, id) == nil {
				continue
			}
			m.add(id)
			if wait(ctx, menderPause) != nil {
				return
			}
		}
	}
}
