package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// maxLine bounds one line: the last one carries a checkpoint of all cases.
const maxLine = 256 << 20

// A visitor is handed what a backup holds, in its order. Events come case by
// case. Each function may be nil.
type visitor struct {
	events func([]incident.Event) error
	chunk  func(incident.Chunk) error
	key    func(incident.Key) error
	step   func(incident.EditionStep) error
	meta   func(id string, b []byte) error
	line   func(incident.Event) error
}

// Contents are what Check learned of a backup.
type Contents struct {
	Manifest
	Checkpoint Checkpoint // as the backup carries it; its signature is the caller's to check
	Signed     []byte     // the checkpoint's text

	heads   map[incident.CaseID]incident.Head
	dropped map[incident.CaseID]bool
	damaged map[incident.CaseID]bool
	keys    map[string][sha256.Size]byte
	steps   map[string][sha256.Size]byte
	lines   []incident.Hash
}

// Check reads a whole unsealed backup and holds it against itself: order, every
// hash and chain, every named piece, counts, sum and checkpoint. Nothing is
// written. The error is ErrBackup, and says what is wrong.
func Check(ctx context.Context, from io.Reader) (*Contents, error) {
	return read(ctx, from, visitor{})
}

// A reader is one backup being read.
type reader struct {
	visit  visitor
	sum    hash.Hash
	counts map[string]int
	last   string // collection of the line before
	lastID string
	file   []incident.Event // of the case being read
	named  map[incident.UploadID]int
	have   map[incident.UploadID]int
	got    *Contents
}

func newReader(v visitor) *reader {
	return &reader{
		visit: v, sum: sha256.New(), counts: map[string]int{}, last: lineEvents,
		named: map[incident.UploadID]int{}, have: map[incident.UploadID]int{},
		got: &Contents{
			heads: make(map[incident.CaseID]incident.Head), dropped: make(map[incident.CaseID]bool),
			damaged: make(map[incident.CaseID]bool), keys: map[string][sha256.Size]byte{}, steps: map[string][sha256.Size]byte{},
		},
	}
}

// fault says what is wrong with the backup.
func fault(format string, args ...any) error {
	return fmt.Errorf("reading a backup: %s: %w", fmt.Sprintf(format, args...), ErrBackup)
}

func read(ctx context.Context, from io.Reader, v visitor) (*Contents, error) {
	counted := &tally{from: from}
	buffered := bufio.NewReaderSize(counted, 1<<16)
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fault("no packed lines")
	}
	unpacked.Multistream(false)
	r := newReader(v)
	if err := r.lines(ctx, bufio.NewReaderSize(unpacked, 1<<16)); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, buffered); err != nil {
		return nil, fmt.Errorf("reading a backup: %w: %w", ErrBackup, err)
	}
	if counted.n%Block != 0 {
		return nil, fault("%d bytes, which is no multiple of %d", counted.n, Block)
	}
	return r.got, nil
}

// A tally counts what is read through it.
type tally struct {
	from io.Reader
	n    int64
}

func (t *tally) Read(b []byte) (int, error) {
	n, err := t.from.Read(b)
	t.n += int64(n)
	return n, err
}

func (r *reader) lines(ctx context.Context, from *bufio.Reader) error {
	first, err := readLine(from)
	if err != nil {
		return err
	}
	if err := r.first(first); err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading a backup: %w", err)
		}
		text, err := readLine(from)
		if err != nil {
			return err
		}
		var l line
		if json.Unmarshal(text, &l) != nil {
			return fault("line is not JSON")
		}
		if l.C == lineEnd {
			if err := r.end(text); err != nil {
				return err
			}
			if _, err := from.ReadByte(); !errors.Is(err, io.EOF) {
				return fault("more behind the last line")
			}
			return nil
		}
		r.sum.Write(text)
		if err := r.take(l); err != nil {
			return err
		}
	}
}

func readLine(from *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		part, err := from.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case err == nil:
			return text, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, fault("it breaks off")
		case len(text) > maxLine:
			return nil, fault("line is too long")
		}
	}
}

func (r *reader) first(text []byte) error {
	var f firstLine
	if json.Unmarshal(text, &f) != nil || f.Format != Format {
		return fault("it does not begin as one")
	}
	if f.V != Version {
		return fault("format %d, this program knows %d", f.V, Version)
	}
	r.sum.Write(text)
	r.got.Office, r.got.Schema, r.got.Day = f.Office, f.Schema, f.Day
	return nil
}

// take checks one line and hands it on.
func (r *reader) take(l line) error {
	at, known := order[l.C]
	switch {
	case !known:
		return fault("collection %q is not known: a newer program wrote it", l.C)
	case at < order[r.last]:
		return fault("%s stand behind %s", l.C, r.last)
	}
	if l.C != r.last {
		if err := r.flush(); err != nil {
			return err
		}
		r.last, r.lastID = l.C, ""
	}
	r.counts[l.C]++
	switch l.C {
	case lineEvents, lineLedger:
		return r.event(l)
	case lineDrop, lineDamaged:
		return r.mark(l)
	case lineEdition:
		return r.step(l)
	}
	var d bytesDoc
	if json.Unmarshal(l.D, &d) != nil {
		return fault("line of %s is malformed", l.C)
	}
	if err := r.follows(l.C, d.ID); err != nil {
		return err
	}
	return r.bytes(l.C, d)
}

// follows checks that ids ascend, so that none stands there twice.
func (r *reader) follows(collection, id string) error {
	if id <= r.lastID {
		return fault("%s are out of order", collection)
	}
	r.lastID = id
	return nil
}

func (r *reader) bytes(collection string, d bytesDoc) error {
	switch collection {
	case lineChunks:
		upload := incident.ChunkID(d.ID).Upload()
		want, ok := r.named[upload]
		if !ok || r.have[upload] >= want {
			return fault("a piece that no event names")
		}
		r.have[upload]++
		if len(d.B) == 0 || len(d.B) > incident.ChunkSize {
			return fault("a piece of %d bytes", len(d.B))
		}
		if r.visit.chunk != nil {
			return r.visit.chunk(incident.Chunk{ID: incident.ChunkID(d.ID), Data: d.B})
		}
	case lineKeys:
		if draft(d.ID) {
			return fault("a draft, which no backup may hold")
		}
		r.got.keys[d.ID] = sha256.Sum256(d.B)
		if r.visit.key != nil {
			return r.visit.key(incident.Key{ID: d.ID, Bytes: d.B})
		}
	case lineMeta:
		if r.visit.meta != nil {
			return r.visit.meta(d.ID, d.B)
		}
	}
	return nil
}

func (r *reader) event(l line) error {
	var d eventDoc
	if json.Unmarshal(l.D, &d) != nil {
		return fault("line of %s is malformed", l.C)
	}
	e, err := d.event()
	if err != nil || (e.Case() == incident.LedgerID) != (l.C == lineLedger) {
		return fault("an event is damaged")
	}
	if err := r.follows(l.C, string(e.ID)); err != nil {
		return err
	}
	if l.C == lineLedger {
		n := len(r.got.lines)
		if e.Rev() != n+1 || n > 0 && e.Prev != r.got.lines[n-1] || n == 0 && e.Prev != (incident.Hash{}) {
			return fault("the ledger's chain breaks at line %d", n+1)
		}
		r.got.lines = append(r.got.lines, e.Hash)
		if r.visit.line != nil {
			return r.visit.line(e)
		}
		return nil
	}
	if len(r.file) > 0 && r.file[0].Case() != e.Case() {
		if err := r.flush(); err != nil {
			return err
		}
	}
	r.file = append(r.file, e)
	return nil
}

// flush checks the case that was read and hands it on.
func (r *reader) flush() error {
	if len(r.file) == 0 {
		return nil
	}
	events := r.file
	r.file = nil
	id, last := events[0].Case(), events[len(events)-1]
	if len(events) > 1 || !last.State.Final() {
		if err := incident.CheckChain(id, events); err != nil {
			return fault("the chain of a case breaks: %v", err)
		}
		named(r.named, id, events)
		r.got.Cases++
	}
	r.got.heads[id] = incident.Head{Case: id, Rev: last.Rev(), Hash: last.Hash, State: last.State}
	if r.visit.events != nil {
		return r.visit.events(events)
	}
	return nil
}

func (r *reader) mark(l line) error {
	var text string
	if json.Unmarshal(l.D, &text) != nil {
		return fault("line of %s is malformed", l.C)
	}
	id, err := incident.ParseCaseID(text)
	if err != nil {
		return fault("line of %s is malformed", l.C)
	}
	if l.C == lineDrop {
		r.got.dropped[id] = true
		r.got.Cases--
		return nil
	}
	r.got.damaged[id] = true
	r.got.Damaged = append(r.got.Damaged, text)
	return nil
}

// end checks the last line against everything before it.
func (r *reader) end(text []byte) error {
	if err := r.flush(); err != nil {
		return err
	}
	var e endLine
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if dec.Decode(&e) != nil {
		return fault("its last line is malformed")
	}
	if got := hex.EncodeToString(r.sum.Sum(nil)); e.SHA256 != got {
		return fault("its sum is %s, the last line says %s", got, e.SHA256)
	}
	if !maps.Equal(e.Counts, r.counts) {
		return fault("its counts are not those of the last line")
	}
	for upload, want := range r.named {
		if id := upload.Case(); r.have[upload] != want && !r.got.dropped[id] && !r.got.damaged[id] {
			return fault("an attachment has %d of %d pieces", r.have[upload], want)
		}
	}
	r.got.Counts, r.got.SHA256, r.got.Dropped, r.got.Signed = e.Counts, e.SHA256, len(r.got.dropped), []byte(e.Checkpoint)
	slices.Sort(r.got.Damaged)
	return r.got.agree()
}

// agree holds the backup's checkpoint against what the backup holds.
func (c *Contents) agree() error {
	point, err := ParseCheckpoint(c.Signed)
	if err != nil {
		return fault("its checkpoint is malformed")
	}
	c.Checkpoint = point
	if point.Office != c.Office || point.Ledger.Rev != len(c.lines) || len(c.lines) > 0 && point.Ledger.Hash != c.lines[len(c.lines)-1] {
		return fault("its checkpoint is another store's")
	}
	if err := c.agreeEditions(); err != nil {
		return err
	}
	seen := 0
	for _, want := range point.Cases {
		got, ok := c.heads[want.Case]
		if ok {
			seen++
		}
		if got != want && (ok || !c.damaged[want.Case]) {
			return fault("a case is not as its checkpoint says")
		}
	}
	if seen != len(c.heads) {
		return fault("a case stands in no checkpoint")
	}
	return nil
}
