package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// Options say what a backup's first line holds, and who signs its checkpoint.
type Options struct {
	Office string // the site's id
	Day    string
	Schema int
	Key    ed25519.PrivateKey
	Rand   io.Reader
}

// Write reads the whole source and writes its backup, unsealed, to the writer. A
// case that is not whole is left out, or goes without the pieces that are
// missing, and is named in the manifest: one damaged case must not cost the
// office its backup. Any error means that what was written is no backup.
func Write(ctx context.Context, to io.Writer, src Source, o Options) (Manifest, error) {
	counted := &counter{to: to}
	packed, err := gzip.NewWriterLevel(counted, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, fmt.Errorf("writing a backup: %w", err)
	}
	w := &writer{
		src: src, sum: sha256.New(), named: map[incident.UploadID]int{}, have: map[incident.UploadID]int{}, told: map[int]bool{},
		point:    Checkpoint{Office: o.Office, Day: o.Day, Schema: o.Schema},
		manifest: Manifest{Office: o.Office, Day: o.Day, Schema: o.Schema, Counts: map[string]int{}, Damaged: []string{}},
	}
	w.buffer = bufio.NewWriterSize(packed, 1<<16)
	if err := w.all(ctx, o); err != nil {
		return Manifest{}, fmt.Errorf("writing a backup: %w", err)
	}
	if err := errors.Join(w.buffer.Flush(), packed.Close()); err != nil {
		return Manifest{}, fmt.Errorf("writing a backup: %w", err)
	}
	if rest := counted.n % Block; rest > 0 {
		if _, err := io.CopyN(to, o.Rand, Block-rest); err != nil {
			return Manifest{}, fmt.Errorf("writing a backup: %w", err)
		}
	}
	return w.manifest, nil
}

// A counter counts what goes through it.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

// A writer is one backup being written.
type writer struct {
	src      Source
	buffer   *bufio.Writer
	sum      hash.Hash
	named    map[incident.UploadID]int // pieces of each attachment that a living case names
	have     map[incident.UploadID]int
	point    Checkpoint
	told     map[int]bool // years that the ledger calls released
	manifest Manifest
}

func (w *writer) all(ctx context.Context, o Options) error {
	if err := w.print(firstLine{Format, Version, o.Office, o.Schema, o.Day}); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{w.events, w.chunks, w.keys, w.editions, w.meta, w.ledger, w.released, w.missing} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	w.manifest.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return w.print(endLine{lineEnd, w.manifest.Counts, w.manifest.SHA256, string(w.point.Sign(o.Key))})
}

// print writes one line.
func (w *writer) print(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	w.sum.Write(text)
	_, err = w.buffer.Write(text)
	return err
}

func (w *writer) put(collection string, doc any) error {
	w.manifest.Counts[collection]++
	return w.print(struct {
		C string `json:"c"`
		D any    `json:"d"`
	}{collection, doc})
}

// events writes every case. Of one that was erased its final event is all that
// may be left, and all that is written.
func (w *writer) events(ctx context.Context) error {
	return everyHead(ctx, w.src, func(h incident.Head) error {
		events, err := w.src.Raw(ctx, h.Case)
		n := len(events)
		switch {
		case errors.Is(err, incident.ErrChain):
			return w.damaged(h)
		case err != nil:
			return err
		case n == 0: // erased for good since its head was read
			return nil
		case events[n-1].State.Final():
			events = events[n-1:]
		case incident.CheckChain(h.Case, events) != nil:
			return w.damaged(h)
		default:
			w.manifest.Cases++
			named(w.named, h.Case, events)
		}
		last := events[len(events)-1]
		w.point.Cases = append(w.point.Cases, incident.Head{Case: h.Case, Rev: last.Rev(), Hash: last.Hash, State: last.State})
		for _, e := range events {
			if err := w.put(lineEvents, docOf(e)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) damaged(h incident.Head) error {
	w.point.Cases = append(w.point.Cases, h)
	w.manifest.Damaged = append(w.manifest.Damaged, string(h.Case))
	return nil
}

// chunks writes the pieces that an event names. Those of an upload that still
// runs belong to nobody yet.
func (w *writer) chunks(ctx context.Context) error {
	for after := incident.ChunkID(""); ; {
		ids, err := w.src.ChunkIDs(ctx, after, page)
		if err != nil {
			return err
		}
		for _, id := range ids {
			after = id
			if _, ok := w.named[id.Upload()]; !ok {
				continue
			}
			b, err := w.src.Chunk(ctx, id)
			if errors.Is(err, incident.ErrNotFound) {
				continue // missing looks again
			}
			if err != nil {
				return err
			}
			w.have[id.Upload()]++
			if err := w.put(lineChunks, bytesDoc{string(id), b}); err != nil {
				return err
			}
		}
		if len(ids) < page {
			return nil
		}
	}
}

func (w *writer) keys(ctx context.Context) error {
	keys, err := w.src.Keys(ctx, "")
	if err != nil {
		return err
	}
	for _, k := range keys {
		if draft(k.ID) {
			continue
		}
		if err := w.put(lineKeys, bytesDoc{k.ID, k.Bytes}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) meta(ctx context.Context) error {
	b, err := w.src.Meta(ctx, metaOffice)
	if errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.put(lineMeta, bytesDoc{metaOffice, b})
}

func (w *writer) ledger(ctx context.Context) error {
	return everyLine(ctx, w.src, func(e incident.Event) error {
		if p, err := e.PublicFields(); err == nil && e.Kind == incident.KindEdition && p.Line != nil && p.Line.Edition != "" {
			w.told[p.Line.Year] = true
		}
		w.point.Ledger = incident.Head{Case: incident.LedgerID, Rev: e.Rev(), Hash: e.Hash}
		return w.put(lineLedger, docOf(e))
	})
}

// missing looks again at the cases of which pieces are missing: one that was
// erased meanwhile is taken back, every other is damaged.
func (w *writer) missing(ctx context.Context) error {
	suspects := make(map[incident.CaseID]bool)
	for upload, want := range w.named {
		if w.have[upload] != want {
			suspects[upload.Case()] = true
		}
	}
	var dropped []string
	for id := range suspects {
		events, err := w.src.Raw(ctx, id)
		if err != nil {
			return err
		}
		if n := len(events); n == 0 || events[n-1].State.Final() {
			dropped = append(dropped, string(id))
		} else {
			w.manifest.Damaged = append(w.manifest.Damaged, string(id))
		}
	}
	slices.Sort(dropped)
	slices.Sort(w.manifest.Damaged)
	w.manifest.Dropped = len(dropped)
	w.manifest.Cases -= len(dropped)
	for _, id := range dropped {
		if err := w.put(lineDrop, id); err != nil {
			return err
		}
	}
	for _, id := range w.manifest.Damaged {
		if err := w.put(lineDamaged, id); err != nil {
			return err
		}
	}
	return nil
}
