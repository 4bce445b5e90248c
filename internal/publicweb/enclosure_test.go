package publicweb_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

const fileID = "00112233445566778899aabbccddeeff"

// enclose stores a file of the office as its console does, and gives what the
// answer names.
func (tn *town) enclose(t *testing.T, receipt, name string, content []byte) intake.File {
	t.Helper()
	keys := keysOf(t, receipt)
	resident, err := seal.ParseRecipient(keys.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	desk, err := seal.ParseRecipient(tn.key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	upload := incident.CaseID(keys.CaseID()).Upload(fileID)
	w, err := seal.NewFileWriter(seal.FileHead{Case: keys.CaseID(), ID: fileID, Name: name, Type: "application/pdf"}, func(n int, chunk []byte) error {
		return tn.store.PutChunk(t.Context(), incident.Chunk{ID: upload.Chunk(n), Data: bytes.Clone(chunk)}, 1)
	}, resident, desk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	done, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return intake.File{ID: fileID, N: done.Chunks, SHA256: hex.EncodeToString(done.SHA256[:]), Size: done.Size, Cleaned: []string{}}
}

func keysOf(t *testing.T, receipt string) seal.Keys {
	t.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(testSite)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// answered makes a case whose answer has a file of 300,000 bytes.
func answered(t *testing.T, change func(f *intake.File)) (tn *town, receipt string, content []byte) {
	t.Helper()
	tn = newTown(t)
	receipt, content = tn.receipt(t), bytes.Repeat([]byte("%PDF-Zeile\n"), 27_273)[:300_000]
	tn.post(t, "/de/report", "receipt", receipt, "text", "x", "rung", "answer_me", "consents", "art9/1")
	file := tn.enclose(t, receipt, "Klage gegen Vermieter.PDF", content)
	if change != nil {
		change(&file)
	}
	tn.letterWith(t, receipt, incident.KindAnswer, map[string]any{"text": "Siehe Datei.", "lang": "de", "files": []intake.File{file}},
		[]incident.Attachment{{ID: fileID, Chunks: 2}})
	return tn, receipt, content
}

// TestFileWithoutScript: the mailbox offers the file; it comes whole, as
// something to save, and its name says nothing.
func TestFileWithoutScript(t *testing.T) {
	tn, receipt, content := answered(t, nil)
	w := tn.post(t, "/ar/mailbox", "receipt", receipt, "open", "1")
	wants(t, w, http.StatusOK, "حفظ الملف 1 (1 ميغابايت)", `name="file" value="`+fileID+`"`)
	w = tn.post(t, "/de/mailbox", "receipt", receipt, "file", fileID)
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), content) {
		t.Fatalf("got %d and %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="datei-1.pdf"`, "Content-Length": "300000",
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Encoding": "",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	wants(t, tn.post(t, "/de/mailbox", "receipt", receipt, "file", strings.Repeat("0", 32)), http.StatusConflict, "Diese Datei lässt sich nicht öffnen", "Siehe Datei.")
	wants(t, tn.post(t, "/de/mailbox", "receipt", tn.receipt(t), "file", fileID), http.StatusOK, "Zu diesem Code gibt es kein Postfach")
}

// TestDamagedFileWithoutScript: whatever is wrong with a file, nothing of it goes out.
func TestDamagedFileWithoutScript(t *testing.T) {
	for note, change := range map[string]func(*intake.File){
		"another sum":   func(f *intake.File) { f.SHA256 = strings.Repeat("0", 64) },
		"no sum":        func(f *intake.File) { f.SHA256 = strings.Repeat("x", 64) },
		"a shorter one": func(f *intake.File) { f.Size -= 5 },
		"an original":   func(f *intake.File) { f.Original = true },
	} {
		tn, receipt, _ := answered(t, change)
		w := tn.post(t, "/de/mailbox", "receipt", receipt, "file", fileID)
		wants(t, w, http.StatusConflict, "Diese Datei lässt sich nicht öffnen", "Siehe Datei.")
		if strings.Contains(w.Body.String(), "%PDF-Zeile") {
			t.Errorf("%s: something of it went out", note)
		}
	}
}

// TestPiece: the script gets the sealed pieces of what the office sent, and of
// nothing else.
func TestPiece(t *testing.T) {
	tn, receipt, _ := answered(t, nil)
	locator := keysOf(t, receipt).Locator
	stray := strings.Repeat("ab", 16)
	upload := incident.CaseID(keysOf(t, receipt).CaseID()).Upload(stray)
	if err := tn.store.PutChunk(t.Context(), incident.Chunk{ID: upload.Chunk(0), Data: []byte("x")}, 1); err != nil {
		t.Fatal(err)
	}
	ask := func(locator []byte, id string, n int) (int, []byte) {
		body, err := json.Marshal(map[string]any{"locator": base64.RawURLEncoding.EncodeToString(locator), "id": id, "n": n})
		if err != nil {
			t.Fatal(err)
		}
		w := tn.postBody("/api/v1/pieces", "application/json", body)
		if kind := w.Header().Get("Content-Type"); w.Code == http.StatusOK && kind != "application/octet-stream" {
			t.Errorf("sent as %q", kind)
		}
		return w.Code, w.Body.Bytes()
	}
	total := 0
	for n := range 2 {
		status, piece := ask(locator[:], fileID, n)
		if status != http.StatusOK || bytes.Contains(piece, []byte("Zeile")) {
			t.Errorf("piece %d: %d", n, status)
		}
		total += len(piece)
	}
	if total < 300_000 {
		t.Errorf("got %d bytes", total)
	}
	other := keysOf(t, tn.receipt(t)).Locator
	for what, status := range map[string]int{
		"beyond the end": first(ask(locator[:], fileID, 2)), "below": first(ask(locator[:], fileID, -1)),
		"what no event names": first(ask(locator[:], stray, 0)), "another receipt": first(ask(other[:], fileID, 0)),
	} {
		if status != http.StatusNotFound {
			t.Errorf("%s: got %d", what, status)
		}
	}
	if status, _ := ask(locator[:], "../0", 0); status != http.StatusUnprocessableEntity {
		t.Errorf("no id: got %d", status)
	}
}

func first(status int, _ []byte) int { return status }
