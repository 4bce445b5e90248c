package caseweb

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// TestChunk reads a file as its desk's member, and as everybody who may not.
func TestChunk(t *testing.T) {
	o := newOffice(t)
	id, att := incident.CaseID(newID()), newID()
	pieces := [][]byte{random(incident.ChunkSize), random(17)}
	for n, b := range pieces {
		if err := o.db.PutChunk(t.Context(), incident.Chunk{ID: id.Upload(att).Chunk(n), Data: b}, 1); err != nil {
			t.Fatal(err)
		}
	}
	stray := newID()
	if err := o.db.PutChunk(t.Context(), incident.Chunk{ID: id.Upload(stray).Chunk(0), Data: random(9)}, 1); err != nil {
		t.Fatal(err)
	}
	e, err := incident.NewCase(id, incident.Op(random(16)), testMonth, city, 1, incident.TrackReport, []incident.Attachment{{ID: att, Chunks: 2}}, box(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	own, foreign := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body)
	path := "/cases/" + string(id) + "/chunks/" + att
	for n, want := range pieces {
		w := own.send(t, http.MethodGet, APIPrefix+path+"/"+string(rune('0'+n)), nil)
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("piece %d: %d, %d bytes, want %d", n, w.Code, w.Body.Len(), len(want))
		}
		if kind := w.Header().Get("Content-Type"); kind != "application/octet-stream" || w.Header().Get("Content-Disposition") != "attachment" {
			t.Errorf("sent as %q, %q", kind, w.Header().Get("Content-Disposition"))
		}
	}
	for what, address := range map[string]string{
		"a piece beyond the end": path + "/2", "no number": path + "/x", "another writing": path + "/00", "below": path + "/-1",
		"what no event names": "/cases/" + string(id) + "/chunks/" + stray + "/0", "no id": "/cases/" + string(id) + "/chunks/..%2F/0",
	} {
		if w := own.send(t, http.MethodGet, APIPrefix+address, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: got %d", what, w.Code)
		}
	}
	if status, answer, _ := foreign.call(t, http.MethodGet, path+"/0", nil); status != http.StatusNotFound {
		t.Errorf("another desk: %d %s", status, answer)
	}
}

// TestRegressionR19MissingPiece: a piece that is missing is not found, and no
// fault of the server.
func TestRegressionR19MissingPiece(t *testing.T) {
	o := newOffice(t)
	own := o.hire(t, incident.RoleCaseworker, city)
	gone, att := incident.CaseID(newID()), newID()
	e, err := incident.NewCase(gone, incident.Op(random(16)), testMonth, city, 1, incident.TrackReport, []incident.Attachment{{ID: att, Chunks: 1}}, box(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if status, answer, _ := own.call(t, http.MethodGet, "/cases/"+string(gone)+"/chunks/"+att+"/0", nil); status != http.StatusNotFound {
		t.Errorf("a piece that is missing: %d %s", status, answer)
	}
}
