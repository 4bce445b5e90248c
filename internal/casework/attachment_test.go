package casework_test

import (
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// TestAnswerWithAFile: pieces first, then the answer that names them; whatever
// is not there whole and young is refused, and nothing is written.
func TestAnswerWithAFile(t *testing.T) {
	o := newOffice(t)
	o.Give(100)
	id := o.report(t, city, incident.TrackCounselling)
	m, foreign := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body)
	att := incident.Attachment{ID: newID(), Chunks: 2}
	answer := func(att ...incident.Attachment) error {
		_, err := o.Do(t.Context(), m, id, casework.Act{
			Rev: 1, Op: newOp(), Kind: incident.KindAnswer, Public: incident.Public{Epoch: 2, Att: att}, Box: box(2),
		})
		return err
	}
	if err := answer(att); !errors.Is(err, casework.ErrUpload) {
		t.Errorf("a file that nobody sent: %v", err)
	}
	if err := o.PutChunk(t.Context(), m, id, att.ID, 0, random(incident.ChunkSize)); err != nil {
		t.Fatal(err)
	}
	if err := answer(att); !errors.Is(err, casework.ErrUpload) {
		t.Errorf("half a file: %v", err)
	}
	last := random(20)
	for range 2 {
		if err := o.PutChunk(t.Context(), m, id, att.ID, 1, last); err != nil {
			t.Fatal(err)
		}
	}
	for what, err := range map[string]error{
		"other bytes":     o.PutChunk(t.Context(), m, id, att.ID, 1, random(20)),
		"another desk":    o.PutChunk(t.Context(), foreign, id, att.ID, 1, last),
		"an unknown case": o.PutChunk(t.Context(), m, incident.CaseID(newID()), att.ID, 1, last),
	} {
		if want := map[string]error{"other bytes": incident.ErrConflict}[what]; want == nil && !errors.Is(err, incident.ErrNotFound) || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, bad := range []struct {
		att  string
		n    int
		data []byte
	}{{"x", 0, last}, {att.ID, -1, last}, {att.ID, incident.MaxChunks, last}, {att.ID, 2, nil}, {att.ID, 2, random(incident.ChunkSize + 1)}} {
		var faults incident.Faults
		if err := o.PutChunk(t.Context(), m, id, bad.att, bad.n, bad.data); !errors.As(err, &faults) {
			t.Errorf("%+v: %v", bad.n, err)
		}
	}
	if err := answer(incident.Attachment{ID: att.ID, Chunks: 1}); !errors.Is(err, casework.ErrUpload) {
		t.Errorf("more pieces than named: %v", err)
	}
	if err := answer(att); err != nil {
		t.Fatal(err)
	}
	got, err := o.Chunk(t.Context(), m, id, att.ID, 1)
	if err != nil || string(got) != string(last) {
		t.Errorf("reading it: %d bytes, %v", len(got), err)
	}
}

// TestOldUpload: what the sweep may take away at any moment is not named any more.
func TestOldUpload(t *testing.T) {
	o := newOffice(t)
	o.Give(1)
	id, m, att := o.report(t, city, incident.TrackCounselling), o.hire(t, incident.RoleCaseworker, city), newID()
	if err := o.PutChunk(t.Context(), m, id, att, 0, random(20)); err != nil {
		t.Fatal(err)
	}
	if err := o.PutChunk(t.Context(), m, id, att, 1, random(20)); !errors.Is(err, casework.ErrRoom) {
		t.Errorf("no room: %v", err)
	}
	o.at(t, "2026-11-23")
	_, err := o.Do(t.Context(), m, id, casework.Act{
		Rev: 1, Op: newOp(), Kind: incident.KindAnswer, Public: incident.Public{Epoch: 2, Att: []incident.Attachment{{ID: att, Chunks: 1}}}, Box: box(2),
	})
	if !errors.Is(err, casework.ErrUpload) {
		t.Errorf("an upload of yesterday: %v", err)
	}
}
