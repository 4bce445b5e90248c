package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A promise is one act that the program acknowledged.
type promise struct {
	id   incident.CaseID
	kind incident.Kind
	op   incident.Op // zero where the server chose it
}

// promises collects what was acknowledged, from many people at once.
type promises struct {
	mu   sync.Mutex
	list []promise
}

func (k *promises) add(p promise) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, p)
}

func (k *promises) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.list)
}

// A person does all that people do with one receipt, in both ways, and the
// office's member beside them: report with a file, message, note.
type person struct {
	o      *office
	member *coordinator // nil: nobody writes notes
	kept   *promises
	ask    func() *process // the program to ask, which may change
	beside func() *process // the one to ask instead when that one does not answer; nil: none
}

// send posts a body, a second time where the first one got no answer.
func (h person) send(path, kind, token string, body []byte) (int, error) {
	status, err := h.ask().send(path, kind, token, body)
	if err != nil && h.beside != nil {
		return h.beside().send(path, kind, token, body)
	}
	return status, err
}

// live goes through one life; it ends with false at the first act that is not
// acknowledged.
func (h person) live(t *testing.T) bool {
	t.Helper()
	sealed := h.o.sealedFile(t, "Meldung mit Datei")
	for _, chunk := range sealed.chunks {
		if !h.done(h.send("/api/v1/chunks", "application/octet-stream", "", chunk)) {
			return false
		}
	}
	id := incident.CaseID(sealed.keys.CaseID())
	if !h.done(h.send("/api/v1/reports", "application/json", "", sealed.body)) {
		return false
	}
	h.kept.add(promise{id, incident.KindReport, sealed.op})
	op, message := h.o.box(t, sealed.keys, incident.KindMessage, sealed.keys.MAC, "Noch etwas")
	message["locator"] = seal.EncodeKey(sealed.keys.Locator)
	if !h.done(h.send("/api/v1/messages", "application/json", "", encoded(t, message))) {
		return false
	}
	h.kept.add(promise{id, incident.KindMessage, op})
	if h.member != nil {
		op, note := h.o.box(t, sealed.keys, incident.KindNote, seal.OfficeMAC(h.member.office.String()), "Gelesen")
		note["rev"] = 2
		if !h.done(h.send("/api/v1/office/cases/"+string(id)+"/notes", "application/json", h.member.token, encoded(t, note))) {
			return false
		}
		h.kept.add(promise{id, incident.KindNote, op})
	}
	plain := h.o.unsealed(t)
	id = incident.CaseID(plain.keys.CaseID())
	kind, form := formWithFile(t, plainForm(plain.receipt.String(), "Meldung ohne Skript"))
	if !h.done(h.send("/de/report", kind, "", form)) {
		return false
	}
	h.kept.add(promise{id: id, kind: incident.KindReport})
	kind, form = formWithFile(t, [][2]string{{"receipt", plain.receipt.String()}, {"seen", ""}, {"text", "Nachtrag"}, {"send", "1"}})
	if !h.done(h.send("/de/mailbox", kind, "", form)) {
		return false
	}
	h.kept.add(promise{id: id, kind: incident.KindMessage})
	return true
}

func (h person) done(status int, err error) bool {
	return err == nil && (status == http.StatusOK || status == http.StatusCreated)
}

// send posts a body and gives the status.
func (p *process) send(path, kind, token string, body []byte) (int, error) {
	q, err := http.NewRequest(http.MethodPost, p.public+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	q.Header.Set("Content-Type", kind)
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := p.client.Do(q)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var rest bytes.Buffer
	_, err = rest.ReadFrom(resp.Body)
	return resp.StatusCode, err
}

// box seals an act as its author's browser does.
func (o *office) box(t *testing.T, keys seal.Keys, kind incident.Kind, mac [32]byte, text string) (incident.Op, map[string]any) {
	t.Helper()
	op := incident.Op(random(16))
	box, err := seal.Seal(seal.Envelope{
		Case: keys.CaseID(), Kind: string(kind), Op: op.String(), By: "browser", At: "2026-11-22", Body: encoded(t, map[string]string{"text": text}),
	}, mac, o.recipient)
	if err != nil {
		t.Fatal(err)
	}
	return op, map[string]any{"op": op.String(), "epoch": o.epoch, "box": box}
}

// A fileReport is a sealed report that names a sealed file of one piece.
type fileReport struct {
	submission
	chunks [][]byte // bodies of POST /api/v1/chunks
}

func (o *office) sealedFile(t *testing.T, text string) fileReport {
	t.Helper()
	return o.sealedFileOf(t, text, "notiz.txt", "Notiz vom Vorfall")
}

func (o *office) sealedFileOf(t *testing.T, text, name, content string) fileReport {
	t.Helper()
	f := fileReport{submission: o.sealed(t, text)}
	att := incident.Op(random(16))
	w, err := seal.NewFileWriter(seal.FileHead{Case: f.keys.CaseID(), ID: att.String(), Name: name, Type: "text/plain"}, func(n int, chunk []byte) error {
		body := append(append([]byte{}, f.keys.Locator[:]...), att[:]...)
		body = binary.BigEndian.AppendUint32(body, uint32(n))
		f.chunks = append(f.chunks, append(body, chunk...))
		return nil
	}, o.recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	whole, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(f.body, &body); err != nil {
		t.Fatal(err)
	}
	body["att"] = []map[string]any{{"id": att.String(), "chunks": whole.Chunks}}
	f.body = encoded(t, body)
	return f
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// formWithFile is a form without JavaScript with one text file in it.
func formWithFile(t *testing.T, fields [][2]string) (kind string, body []byte) {
	t.Helper()
	return formWithFileOf(t, fields, "notiz.txt", "Notiz vom Vorfall")
}

func formWithFileOf(t *testing.T, fields [][2]string, name, content string) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("files", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// check opens the office's store, which nobody serves now, and holds it to every
// promise: each act that was acknowledged stands in its case, once.
func (o *office) check(t *testing.T, kept *promises) {
	t.Helper()
	db, err := openStore(t.Context(), o.settings(t), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files := map[incident.CaseID][]incident.Event{}
	lost, doubled := 0, 0
	for _, p := range kept.list {
		events, ok := files[p.id]
		if !ok {
			if events, err = db.File(t.Context(), p.id); err != nil {
				t.Errorf("an acknowledged case: %v", err)
			}
			files[p.id] = events
		}
		n := 0
		for _, e := range events {
			if e.Kind == p.kind && (p.op == incident.Op{} || e.Op == p.op) {
				n++
			}
		}
		switch {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	if lost+doubled > 0 {
		t.Errorf("of %d acknowledged acts %d are lost and %d stand there twice", len(kept.list), lost, doubled)
	}
	if len(kept.list) == 0 {
		t.Error("nothing was acknowledged: the test proved nothing")
	}
}

// settings reads the office's settings as the program does.
func (o *office) settings(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Load("", o.env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// whole runs verify until it finds nothing, which it must soon: what a killed
// program left to repair, a running one repairs.
func (o *office) whole(t *testing.T) string {
	t.Helper()
	out, code := "", 1
	for range 20 {
		if out, code = o.run(t, "", "verify", "-allow-test-engine"); code == 0 {
			return strings.TrimSpace(out)
		}
	}
	t.Errorf("verify: exit %d: %s", code, out)
	return out
}

// newMember sets the office's first coordinator up, whose key is the desk's.
func (o *office) newMember(t *testing.T, args ...string) (*coordinator, *process) {
	t.Helper()
	o.unpin(t)
	p := o.start(t, args...)
	c := newCoordinator(t, p, o.site)
	c.setUp(t)
	recipient, err := seal.ParseRecipient(c.office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, recipient.Fingerprint()+"\n", "office", "pin", "city"); code != 0 {
		t.Fatalf("pin: exit %d: %s", code, out)
	}
	o.recipient, o.identity = recipient, c.office
	c.login(t)
	return c, p
}

// summed says what was promised, by kind.
func (k *promises) String() string {
	counts := map[incident.Kind]int{}
	for _, p := range k.list {
		counts[p.kind]++
	}
	return fmt.Sprintf("%d acts acknowledged (%d reports, %d messages, %d notes)", len(k.list),
		counts[incident.KindReport], counts[incident.KindMessage], counts[incident.KindNote])
}
