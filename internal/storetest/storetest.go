// Package storetest is the one contract test of all stores: what it demands,
// every engine keeps, or the engine stands with that test in the list of gaps
// and the run prints it (store.md §13).
//
// It knows the stores' interfaces and no engine. It cannot show what happens at
// a loss of power (killing a process is not that), nor at a failover where the
// engine has only one server. It is for tests only and never ships.
package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/statistics"
)

// A Store is everything that a store of cases does: what intake, casework and
// auth ask of it, what the sweeper and verify need, and what the process that
// opens it needs.
type Store interface {
	intake.Store
	casework.Store
	casework.Ledger
	auth.Store
	statistics.Store

	PutChunk(ctx context.Context, c incident.Chunk, hour int64) error
	Upload(ctx context.Context, id incident.UploadID) (hour int64, err error)
	Member(ctx context.Context, id incident.MemberID) (incident.Member, error)

	Editions(ctx context.Context) ([]incident.EditionStep, error)
	Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error)
	Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error)
	Project(ctx context.Context, id incident.CaseID) error
	Projection(ctx context.Context, id incident.CaseID) (incident.Summary, error)
	ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error)
	Orphans(ctx context.Context, hour int64, limit int) ([]incident.UploadID, error)
	DropUpload(ctx context.Context, id incident.UploadID, named bool) error
	Drop(ctx context.Context, final incident.EventID) error
	DropLast(ctx context.Context, final incident.EventID) error
	Expire(ctx context.Context, now int64) error

	PutMeta(ctx context.Context, id string, b []byte) error
	Meta(ctx context.Context, id string) ([]byte, error)
	Ping(ctx context.Context) error
	Engine() string
	Close() error
}

// An Engine is what the contract test must know of a store that it tests.
type Engine struct {
	// Name is the engine's name in the list of gaps.
	Name string
	// New makes the place of a new, empty store and removes it when the test
	// ends. Its address means something to Open only, also in another process.
	New func(t *testing.T) (address string)
	// Open opens the store at the address.
	Open func(ctx context.Context, address string) (Store, error)
	// Behind reaches past the open store into what it has stored.
	Behind func(t *testing.T, address string, s Store) Behind
	// Faulty opens the store at the address with a fault between it and its
	// disk or server.
	Faulty func(t *testing.T, address string) (s Store, fault Fault)
	// UsesIndex says whether the engine answers the query from an index.
	UsesIndex func(t *testing.T, address string, s Store, q incident.Query) bool
	// Limited makes a place that takes no more than so many bytes, and a
	// function that lifts the limit and gives the address to go on with.
	Limited func(t *testing.T, bytes int64) (s Store, lift func() (address string))
	// Refuses says that a second process may not open the store.
	Refuses bool
	// Atomic says that projections are written with their event, so that none
	// is ever missing or stale.
	Atomic bool
	// Kills is how often Kill9 kills in an ordinary run.
	Kills int
	// Busy is the highest number of events that Kill9 waits for before it kills.
	Busy int
	// StepDown makes the server give up its role; nil where there is one only.
	StepDown func(t *testing.T, address string)
}

// A Behind sees and changes stored documents, as somebody who holds the file or
// the database does. Values are those of encoding/json for bbolt and of BSON for
// MongoDB.
type Behind interface {
	Walk(t *testing.T) []Document
	Set(t *testing.T, collection, id, field string, value any)
	Delete(t *testing.T, collection, id string)
}

// A Document is one stored document.
type Document struct {
	Collection string
	ID         any
	Fields     map[string]any
}

// A Fault loses the answers to writes that were done.
type Fault interface {
	// Next loses the answer to the next event that is inserted.
	Next()
	// All loses every answer until it is called with false.
	All(lose bool)
}

// A test is one row of the table of store.md §13.
type test struct {
	group, name string
	run         func(t *testing.T, e Engine)
}

func tests() []test {
	var all []test
	for _, group := range [][]test{
		caseTests(), submitTests(), listTests(), stampTests(), attachmentTests(), ledgerTests(),
		erasureTests(), editionTests(), walkTests(), backupTests(), processTests(),
	} {
		all = append(all, group...)
	}
	return all
}

// Run holds the engine to the whole contract. Tests that stand for it in the
// list of gaps are named and not run; a test that skips itself fails.
func Run(t *testing.T, e Engine) {
	t.Helper()
	var missing []string
	known := map[string]bool{}
	for _, c := range tests() {
		known[c.name] = true
		if gap(e.Name, c.name) {
			missing = append(missing, c.name)
			continue
		}
		t.Run(c.group+"/"+c.name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Skipped() {
					t.Errorf("skipped on %s, and not in the list of gaps", e.Name)
				}
			})
			c.run(t, e)
		})
	}
	for _, name := range gaps[e.Name] {
		if !known[name] {
			t.Errorf("the list of gaps names %q, which is no test", name)
		}
	}
	if _, ok := gaps[e.Name]; !ok {
		t.Errorf("engine %q has no line in the list of gaps", e.Name)
	}
	if len(missing) > 0 {
		t.Logf("not run on %s: %s", e.Name, strings.Join(missing, ", "))
	}
}

// open opens a new, empty store and closes it when the test ends.
func open(t *testing.T, e Engine) (Store, string) {
	t.Helper()
	address := e.New(t)
	return reopen(t, e, address), address
}

func reopen(t *testing.T, e Engine, address string) Store {
	t.Helper()
	s, err := e.Open(t.Context(), address)
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t *testing.T, s Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("closing the store: %v", err)
	}
}
