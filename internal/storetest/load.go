package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// loaders is how many clients load the store at once.
const loaders = 8

// Load writes cases until ctx ends or a write fails, from eight clients at once:
// an attachment, the report that names it, and two messages each. acked is called,
// from any of them, after the store has acknowledged an event. The error is that
// of the first write that failed, nil if ctx ended first.
func Load(ctx context.Context, s Store, acked func(incident.EventID, incident.Op)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for range loaders {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := loadCase(ctx, s, acked); err != nil {
					cancel(fmt.Errorf("loading: %w", err))
					return
				}
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func loadCase(ctx context.Context, s Store, acked func(incident.EventID, incident.Op)) error {
	id, att := newCaseID(), incident.Attachment{ID: newID(), Chunks: 1}
	if err := s.PutChunk(ctx, incident.Chunk{ID: id.Upload(att.ID).Chunk(0), Data: random(2000)}, hour); err != nil {
		return err
	}
	e, err := incident.NewCase(id, newOp(), month, "city", 1, incident.TrackReport, []incident.Attachment{att}, random(BoxSize))
	if err != nil {
		return err
	}
	for range 3 {
		if err := s.Append(ctx, e); err != nil {
			return err
		}
		acked(e.ID, e.Op)
		e = incident.Link(id, e.Rev(), e.Hash, incident.Event{
			Kind: incident.KindMessage, Actor: incident.ActorResident, Day: month, State: incident.StateReceived,
			Op: newOp(), Public: `{"epoch":1}`, Box: random(5755),
		})
	}
	return nil
}

// An Acked collects what a store acknowledged.
type Acked struct {
	mu  sync.Mutex
	ops map[incident.EventID]incident.Op
	// Enough is closed when as many events as wanted are there.
	Enough chan struct{}
	wanted int
}

// NewAcked makes a collection that closes Enough at the wanted number of events.
func NewAcked(wanted int) *Acked {
	return &Acked{ops: map[incident.EventID]incident.Op{}, Enough: make(chan struct{}), wanted: wanted}
}

// Add takes one event; it may be called from many goroutines.
func (a *Acked) Add(id incident.EventID, op incident.Op) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ops[id] = op
	if len(a.ops) == a.wanted {
		close(a.Enough)
	}
}

// Len gives how many events were acknowledged.
func (a *Acked) Len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.ops)
}

// Check fails the test for each acknowledged event that is not in its case.
func (a *Acked) Check(t *testing.T, s Store) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	files := map[incident.CaseID][]incident.Event{}
	lost := 0
	for id, op := range a.ops {
		c, rev, err := id.Split()
		wantErr(t, "splitting an id", err, nil)
		events, ok := files[c]
		if !ok {
			if events, err = s.File(t.Context(), c); err != nil {
				t.Errorf("reading an acknowledged case: %v", err)
			}
			files[c] = events
		}
		if rev > len(events) || events[rev-1].Op != op {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged events are lost", lost, len(a.ops))
	}
}

// CheckWhole holds the whole store to its own rules: every chain verifies, no
// case starts above its first event, every chunk that an event names is there,
// and every projection is what the events make, or can be made so.
func CheckWhole(t *testing.T, s Store, atomic bool) {
	t.Helper()
	var last incident.CaseID
	for {
		heads, err := s.Heads(t.Context(), last, 100)
		if err != nil {
			t.Fatalf("reading heads: %v", err)
		}
		for _, h := range heads {
			checkCase(t, s, h, atomic)
			last = h.Case
		}
		if len(heads) < 100 {
			return
		}
	}
}

func checkCase(t *testing.T, s Store, h incident.Head, atomic bool) {
	t.Helper()
	events := file(t, s, h.Case)
	if len(events) != h.Rev || events[h.Rev-1].Hash != h.Hash {
		t.Errorf("case %s: head and events differ", h.Case)
	}
	if err := missingChunk(t, s, events); err != nil {
		t.Errorf("case %s: a named chunk: %v", h.Case, err)
	}
	want := folded(t, events)
	got, err := s.Projection(t.Context(), h.Case)
	if !atomic && (err != nil || got.Rev < h.Rev) {
		wantErr(t, "repairing", s.Project(t.Context(), h.Case), nil)
		got, err = s.Projection(t.Context(), h.Case)
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("case %s: projection %+v, %v, want %+v", h.Case, got, err, want)
	}
}

// ackLine is how a child tells its parent of an acknowledged event.
func ackLine(id incident.EventID, op incident.Op) string {
	return "ack " + string(id) + " " + op.String() + "\n"
}

func readAck(line string) (incident.EventID, incident.Op, bool) {
	parts := strings.Fields(line)
	if len(parts) != 3 || parts[0] != "ack" {
		return "", incident.Op{}, false
	}
	op, err := incident.ParseOp(parts[2])
	return incident.EventID(parts[1]), op, err == nil
}
