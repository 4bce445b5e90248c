// Package backup turns a whole store into a stream of lines and back: what a
// backup holds, what a restore checks before its first write, and the checkpoint
// that is kept outside the database (store.md §6, §8).
//
// A stream is JSON lines in one gzip member, with random bytes behind it up to a
// multiple of 4 MiB, so that its length tells little. Sealing and opening the
// stream is the caller's part.
//
// It cannot open a box and holds no key but the one that signs checkpoints. It
// copies no session, no used slot, no running upload, no draft of an edition's
// seed and no projection: those are rebuilt, or must not outlive the store.
package backup

import (
	"context"
	"errors"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Format and Version are what the first line of a backup says.
const (
	Format  = "beistand-backup"
	Version = 1
)

// Block is the step of a backup's length before it is sealed, in bytes.
const Block = 4 << 20

// What stands in a line's "c".
const (
	lineEvents  = "events"
	lineChunks  = "chunks"
	lineKeys    = "keys"
	lineEdition = "editions" // steps of the years' statistics
	lineMeta    = "meta"
	lineLedger  = "ledger"
	lineDrop    = "drop"    // a case that was erased while the backup ran
	lineDamaged = "damaged" // a case that was not whole in the store
	lineEnd     = "end"
)

// order is how the collections follow each other.
var order = map[string]int{
	lineEvents: 1, lineChunks: 2, lineKeys: 3, lineEdition: 4, lineMeta: 5, lineLedger: 6, lineDrop: 7, lineDamaged: 7, lineEnd: 8,
}

// metaOffice is the one fact of the whole store that a backup carries beside its
// schema, which stands in the first line.
const metaOffice = "office"

// page is how many records are asked for at once.
const page = 500

// ErrBackup says that a file is no whole backup of ours. What is wrong with it
// stands before.
var ErrBackup = errors.New("not a whole backup")

// ErrNotEmpty says that a restore met something that the backup does not hold.
var ErrNotEmpty = errors.New("the store holds something else already")

// A Source is a store that is read for a backup: at one moment, or while it only
// grows. Its methods are those of the stores.
type Source interface {
	Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error)
	Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error)
	ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error)
	Chunk(ctx context.Context, id incident.ChunkID) ([]byte, error)
	Keys(ctx context.Context, prefix string) ([]incident.Key, error)
	Editions(ctx context.Context) ([]incident.EditionStep, error)
	Lines(ctx context.Context, after, limit int) ([]incident.Event, error)
	Meta(ctx context.Context, id string) ([]byte, error)
}

// A Store is a store that takes a backup back.
type Store interface {
	Source
	Append(ctx context.Context, e incident.Event) error
	PutChunk(ctx context.Context, c incident.Chunk, hour int64) error
	DropUpload(ctx context.Context, id incident.UploadID, named bool) error
	PutKey(ctx context.Context, id string, b []byte) error
	PutStep(ctx context.Context, year, rev int, op [16]byte, step []byte) error
	PutMeta(ctx context.Context, id string, b []byte) error
	Record(ctx context.Context, e incident.Event) error
}

// A Manifest says what a backup holds.
type Manifest struct {
	Office  string         `json:"office"` // the site's id
	Day     string         `json:"day"`
	Schema  int            `json:"schema"`
	Counts  map[string]int `json:"counts"` // lines by collection
	Cases   int            `json:"cases"`  // living ones
	SHA256  string         `json:"sha256"` // of all lines but the last, in hexadecimal
	Dropped int            `json:"dropped"`
	Damaged []string       `json:"damaged"` // ids of cases that were not whole, in order
}

// draft says whether a key must die with the store: an edition's seed.
func draft(id string) bool { return strings.HasPrefix(id, "draft:") }

// named adds the attachments of a case's events to all, with their number of
// pieces. Public fields of a newer program name none that this one knows.
func named(all map[incident.UploadID]int, id incident.CaseID, events []incident.Event) {
	for _, e := range events {
		p, err := e.PublicFields()
		if err != nil {
			continue
		}
		for _, a := range p.Att {
			all[id.Upload(a.ID)] = a.Chunks
		}
	}
}

// everyHead hands the newest event of each case to see, in order of case id.
func everyHead(ctx context.Context, src Source, see func(incident.Head) error) error {
	for after := incident.CaseID(""); ; {
		heads, err := src.Heads(ctx, after, page)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if err := see(h); err != nil {
				return err
			}
			after = h.Case
		}
		if len(heads) < page {
			return nil
		}
	}
}

// everyLine hands each line of the ledger to see, in order.
func everyLine(ctx context.Context, src Source, see func(incident.Event) error) error {
	for after := 0; ; {
		lines, err := src.Lines(ctx, after, page)
		if err != nil {
			return err
		}
		for _, e := range lines {
			if err := see(e); err != nil {
				return err
			}
			after = e.Rev()
		}
		if len(lines) < page {
			return nil
		}
	}
}
