package publicweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// form writes a form as a browser does; a name that begins with "/" is a file.
func form(t *testing.T, fields ...string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for pair := range slices.Chunk(fields, 2) {
		var err error
		if name, ok := strings.CutPrefix(pair[0], "/"); ok {
			part, failed := w.CreateFormFile("files", name)
			if err = failed; err == nil {
				_, err = part.Write([]byte(pair[1]))
			}
		} else {
			err = w.WriteField(pair[0], pair[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

func (tn *town) postBody(path, kind string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return tn.do(r)
}

// TestTooLong: nobody loses what was typed because it was too much. The form
// comes back, in the language it was written in, with what can be kept.
func TestTooLong(t *testing.T) {
	tn := newTown(t)
	long := "Anfang " + strings.Repeat("ж", 40_000) + " Ende"
	few := strings.Repeat("x", 400)
	receipt := tn.receipt(t)
	for _, tt := range []struct {
		note, path string
		fields     []string
		status     int
		want       []string
	}{
		{
			"text", "/de/report",
			[]string{"receipt", receipt, "text", long, "areas", "housing"},
			422,
			[]string{"Anfang жж", `value="housing" checked`, "Der Anfang steht noch hier", `href="#text"`, `aria-invalid="true"`, "<title>Fehler: "},
		},
		{"text, Arabic", "/ar/report", []string{"receipt", receipt, "text", long}, 422, []string{"Anfang жж", `dir="rtl"`, "بدايته ما زالت هنا"}},
		{
			"line", "/de/report",
			[]string{"receipt", receipt, "text", "Mein Text", "place.note", long},
			422,
			[]string{"Mein Text", "Anfang жж", `href="#place-note"`, "höchstens 200 Zeichen"},
		},
		{
			"message", "/de/mailbox",
			[]string{"receipt", receipt, "seen", "", "text", long, "send", "1"},
			422,
			[]string{"Anfang жж", "Der Anfang steht noch hier"},
		},
		{
			"many files", "/de/report", slices.Concat([]string{"receipt", receipt, "text", "Mein Text"}, slices.Repeat([]string{"/a.txt", few}, 450)), 422,
			[]string{"Mein Text", "höchstens 5 Dateien", "noch einmal aus"},
		},
		{
			"files of 90 MB", "/de/report", slices.Concat([]string{"receipt", receipt, "text", "Mein Text"}, slices.Repeat([]string{"/a.txt", strings.Repeat("x", 9<<20)}, 10)), 413,
			[]string{"Mein Text", "zusammen zu groß", "noch einmal aus"},
		},
	} {
		body, kind := form(t, tt.fields...)
		if tt.note == "message" {
			wants(t, tn.post(t, "/de/report", "receipt", receipt, "text", "Meldung"), http.StatusOK, "angekommen")
		}
		w := tn.postBody(tt.path, kind, body)
		wants(t, w, tt.status, append(tt.want, receipt)...)
		if w.Body.Len() > 256<<10 {
			t.Errorf("%s: a page of %d KiB", tt.note, w.Body.Len()>>10)
		}
	}
	if n := len(tn.mailbox(t, receipt).Events); n != 1 {
		t.Errorf("events: got %d, want the one report", n)
	}
}

// TestBrokenOff: a connection that ends in the middle sends nothing, and what
// arrived comes back.
func TestBrokenOff(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	body, kind := form(t, "receipt", receipt, "text", "Mein Text", "areas", "housing", "/foto.txt", strings.Repeat("x", 100_000), "rung", "read")
	in := func(what string) int { return bytes.Index(body, []byte(what)) }
	for _, tt := range []struct {
		at   int
		want []string
	}{
		{in("Text") + 2, []string{"Mein T"}},
		{in("housing"), []string{"Mein Text"}},
		{in("xxxx") + 50_000, []string{"Mein Text", `value="housing" checked`, "noch einmal aus"}},
		{len(body) - 10, []string{"Mein Text", `value="housing" checked`, "noch einmal aus"}},
	} {
		w := tn.postBody("/de/report", kind, body[:tt.at])
		wants(t, w, http.StatusUnprocessableEntity, append(tt.want, receipt, "Die Übertragung ist abgebrochen")...)
	}
	wants(t, tn.postBody("/de/report", kind, body[:in("receipt")]), http.StatusUnprocessableEntity, "Das konnten wir nicht lesen")
	if tn.mailbox(t, receipt).Found {
		t.Error("half a form was taken")
	}
}

// TestSwitchLanguageWithALongText: also the switch gives back what it can, and
// says so.
func TestSwitchLanguageWithALongText(t *testing.T) {
	tn := newTown(t)
	receipt := tn.receipt(t)
	body := url.Values{"lang": {"tr"}, "receipt": {receipt}, "text": {"Anfang " + strings.Repeat("ب", 50_000)}, "areas": {"housing"}}
	w := tn.postBody("/tr/report", "application/x-www-form-urlencoded", []byte(body.Encode()))
	wants(t, w, http.StatusOK, `<html lang="tr"`, "Anfang بب", `value="housing" checked`, "Başı hâlâ burada", receipt)
}
