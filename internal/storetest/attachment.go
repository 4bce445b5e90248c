package storetest

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func attachmentTests() []test {
	const group = "Attachment"
	return []test{
		{group, "ChunksBeforeEvent", chunksBeforeEvent},
		{group, "ChunkTwice", chunkTwice},
		{group, "MarkerTooOld", markerTooOld},
		{group, "OrphanSwept", orphanSwept},
		{group, "NamedKept", namedKept},
		{group, "MissingChunkIsError", missingChunkIsError},
	}
}

// upload stores the chunks of a new attachment.
func upload(t *testing.T, s Store, id incident.CaseID, hour int64, chunks ...[]byte) incident.Attachment {
	t.Helper()
	att := incident.Attachment{ID: newID(), Chunks: len(chunks)}
	for n, b := range chunks {
		c := incident.Chunk{ID: id.Upload(att.ID).Chunk(n), Data: b}
		if err := s.PutChunk(t.Context(), c, hour); err != nil {
			t.Fatalf("storing chunk %d: %v", n, err)
		}
	}
	return att
}

func chunksBeforeEvent(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	chunks := [][]byte{random(incident.ChunkSize), random(incident.ChunkSize), random(17)}
	att := upload(t, s, id, hour, chunks...)
	if got, err := s.Upload(t.Context(), id.Upload(att.ID)); err != nil || got != hour {
		t.Errorf("marker: got hour %d, %v, want %d", got, err, hour)
	}
	appendAll(t, s, report(t, id, "city", random(64), att))
	_, err := s.Upload(t.Context(), id.Upload(att.ID))
	wantErr(t, "marker after the commit", err, incident.ErrNotFound)
	for n, want := range chunks {
		got, err := s.Chunk(t.Context(), id.Upload(att.ID).Chunk(n))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("chunk %d: got %d bytes, %v, want %d", n, len(got), err, len(want))
		}
	}
	ids, err := s.ChunkIDs(t.Context(), id.Upload(att.ID).Chunk(0), 10)
	if err != nil || !slices.Equal(ids, []incident.ChunkID{id.Upload(att.ID).Chunk(1), id.Upload(att.ID).Chunk(2)}) {
		t.Errorf("chunks after the first: got %v, %v", ids, err)
	}
	for _, bad := range [][]byte{nil, random(incident.ChunkSize + 1)} {
		if err := s.PutChunk(t.Context(), incident.Chunk{ID: id.Upload(newID()).Chunk(0), Data: bad}, hour); err == nil {
			t.Errorf("a chunk of %d bytes was stored", len(bad))
		}
	}
}

func chunkTwice(t *testing.T, e Engine) {
	s, _ := open(t, e)
	c := incident.Chunk{ID: newCaseID().Upload(newID()).Chunk(0), Data: random(100)}
	other := incident.Chunk{ID: c.ID, Data: random(100)}
	for range 2 {
		wantErr(t, "the same bytes", s.PutChunk(t.Context(), c, hour), nil)
	}
	wantErr(t, "other bytes", s.PutChunk(t.Context(), other, hour), incident.ErrConflict)
	if got, err := s.Chunk(t.Context(), c.ID); err != nil || !bytes.Equal(got, c.Data) {
		t.Errorf("got %d bytes, %v, want those that came first", len(got), err)
	}
}

// markerTooOld holds what intake decides from: the marker keeps the hour of the
// first chunk, whatever comes later.
func markerTooOld(t *testing.T, e Engine) {
	s, _ := open(t, e)
	upload := newCaseID().Upload(newID())
	for n, at := range []int64{hour, hour + 13} {
		c := incident.Chunk{ID: upload.Chunk(n), Data: random(10)}
		wantErr(t, "storing a chunk", s.PutChunk(t.Context(), c, at), nil)
	}
	if got, err := s.Upload(t.Context(), upload); err != nil || got != hour {
		t.Errorf("marker: got hour %d, %v, want %d", got, err, hour)
	}
}

func orphanSwept(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	old := id.Upload(upload(t, s, id, hour-25, random(10), random(10)).ID)
	young := id.Upload(upload(t, s, id, hour-23, random(10)).ID)
	orphans, err := s.Orphans(t.Context(), hour-24, 10)
	if err != nil || !slices.Equal(orphans, []incident.UploadID{old}) {
		t.Fatalf("orphans: got %v, %v, want the old one", orphans, err)
	}
	for range 2 {
		wantErr(t, "sweeping", s.DropUpload(t.Context(), old, false), nil)
	}
	ids, err := s.ChunkIDs(t.Context(), "", 10)
	if err != nil || !slices.Equal(ids, []incident.ChunkID{young.Chunk(0)}) {
		t.Errorf("chunks after the sweep: got %v, %v, want the young one", ids, err)
	}
	_, err = s.Upload(t.Context(), old)
	wantErr(t, "marker after the sweep", err, incident.ErrNotFound)
}

// namedKept sweeps a marker that was left behind although an event names the
// attachment: the chunks stay.
func namedKept(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	att := upload(t, s, id, hour, random(10))
	appendAll(t, s, report(t, id, "city", random(64), att))
	wantErr(t, "sweeping", s.DropUpload(t.Context(), id.Upload(att.ID), true), nil)
	if _, err := s.Chunk(t.Context(), id.Upload(att.ID).Chunk(0)); err != nil {
		t.Errorf("the named chunk: got error %v", err)
	}
}

func missingChunkIsError(t *testing.T, e Engine) {
	s, address := open(t, e)
	id := newCaseID()
	att := upload(t, s, id, hour, random(10), random(10))
	appendAll(t, s, report(t, id, "city", random(64), att))
	gone := id.Upload(att.ID).Chunk(1)
	e.Behind(t, address, s).Delete(t, "chunks", string(gone))
	if _, err := s.Chunk(t.Context(), gone); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("got error %v, want %v", err, incident.ErrNotFound)
	}
	if err := missingChunk(t, s, file(t, s, id)); err == nil {
		t.Error("verifying did not see that a named chunk is missing")
	}
}

// missingChunk gives an error if a chunk that the events name is not there.
func missingChunk(t *testing.T, s Store, events []incident.Event) error {
	t.Helper()
	for _, e := range events {
		p, err := e.PublicFields()
		if err != nil {
			continue
		}
		for _, a := range p.Att {
			for n := range a.Chunks {
				if _, err := s.Chunk(t.Context(), e.Case().Upload(a.ID).Chunk(n)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
