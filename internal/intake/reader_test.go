package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

const (
	boundary = "boundary4711"
	multi    = "multipart/form-data; boundary=" + boundary
	encoded  = "application/x-www-form-urlencoded"
	maxText  = 64 << 10
)

func known(name string) bool { return name == "text" || name == "lang" }

// read hands a body to ReadForm.
func read(t *testing.T, kind string, body io.Reader) (intake.Form, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/de/report", body)
	r.Header.Set("Content-Type", kind)
	return intake.ReadForm(r, known)
}

// part writes one field as a browser does.
func part(name, value string) string {
	return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

const end = "--" + boundary + "--\r\n"

func wantForm(t *testing.T, what string, got intake.Form, err error, want intake.Form) {
	t.Helper()
	if err != nil || !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%s: got %q, %v, want %q", what, got, err, want)
	}
}

func wantShape(t *testing.T, what string, got intake.Form, err error) {
	t.Helper()
	var faults incident.Faults
	if got != nil || !errors.As(err, &faults) || !faults.Has("body", "shape") {
		t.Errorf("%s: got %d fields, %v, want a fault of the shape", what, len(got), err)
	}
}

func wantTooLarge(t *testing.T, what string, got intake.Form, err error) {
	t.Helper()
	var tooLarge *http.MaxBytesError
	if got != nil || !errors.As(err, &tooLarge) {
		t.Errorf("%s: got %d fields, %v, want too large", what, len(got), err)
	}
}

func TestReadForm(t *testing.T) {
	got, err := read(t, multi, strings.NewReader(part("text", "Zeile\r\nzwei ß 😀")+part("lang", "de")+part("lang", "ar")+part("text", "")+end))
	want := intake.Form{"text": {"Zeile\r\nzwei ß 😀", ""}, "lang": {"de", "ar"}}
	wantForm(t, "multipart", got, err, want)
	if got.Get("lang") != "de" || got.Get("absent") != "" {
		t.Errorf("Get: got %q and %q, want the first value and nothing", got.Get("lang"), got.Get("absent"))
	}
	got, err = read(t, encoded+"; charset=UTF-8", strings.NewReader("text=a%2Bb+c%20%C3%9F&lang=de&lang=ar"))
	wantForm(t, "urlencoded", got, err, intake.Form{"text": {"a+b c ß"}, "lang": {"de", "ar"}})
	got, err = read(t, multi, strings.NewReader(end))
	wantForm(t, "no part", got, err, intake.Form{})
	got, err = read(t, multi, strings.NewReader(strings.TrimSuffix(part("text", "x")+end, "\r\n")))
	wantForm(t, "no line break at the end", got, err, intake.Form{"text": {"x"}})
	got, err = read(t, encoded, http.NoBody)
	wantForm(t, "empty", got, err, intake.Form{})
}

// What Go's own writer makes is read back.
func TestReadFormOfTheStandardWriter(t *testing.T) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := errors.Join(w.WriteField("text", "--"+boundary+"--\r\nim Text"), w.WriteField("lang", "de"), w.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, w.FormDataContentType(), &b)
	wantForm(t, "written by mime/multipart", got, err, intake.Form{"text": {"--" + boundary + "--\r\nim Text"}, "lang": {"de"}})
}

func TestReadFormRefuses(t *testing.T) {
	file := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"text\"; filename=\"foto.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nx\r\n"
	whole := part("text", "x") + part("lang", "de") + end
	tests := []struct{ name, kind, body string }{
		{"unknown field", multi, part("text", "x") + part("other", "x") + end},
		{"field of another case", multi, part("Text", "x") + end},
		{"field without a name", multi, "--" + boundary + "\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + end},
		{"attachment, not form-data", multi, "--" + boundary + "\r\nContent-Disposition: attachment; name=\"text\"\r\n\r\nx\r\n" + end},
		{"file", multi, file + end},
		{"unknown field, urlencoded", encoded, "text=x&other=x"},
		{"broken escape", encoded, "text=%zz"},
		{"semicolon", encoded, "text=x;lang=de"},
		{"no kind", "", whole},
		{"JSON", "application/json", `{"text":"x"}`},
		{"plain text", "text/plain", "text=x"},
		{"mixed", "multipart/mixed; boundary=" + boundary, whole},
		{"no boundary", "multipart/form-data", whole},
		{"empty boundary", `multipart/form-data; boundary=""`, whole},
		{"another boundary", "multipart/form-data; boundary=other", whole},
		{"nothing", multi, ""},
		{"part without an end of its header", multi, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"text\"\r\n" + end},
	}
	for _, tt := range tests {
		got, err := read(t, tt.kind, strings.NewReader(tt.body))
		wantShape(t, tt.name, got, err)
	}
}

// A form that breaks off anywhere is no shorter form: an answer that is missing
// was not left out by the one who wrote it.
func TestReadFormCut(t *testing.T) {
	whole := part("text", "Zeile eins\r\nund zwei") + part("lang", "de") + part("text", "") + end
	last := len(whole) - len("\r\n")
	for n := range last {
		got, err := read(t, multi, strings.NewReader(whole[:n]))
		wantShape(t, fmt.Sprintf("cut after %d of %d bytes", n, len(whole)), got, err)
	}
}

func TestReadFormLimits(t *testing.T) {
	half := strings.Repeat("a", maxText/2)
	arabic := strings.Repeat("ب", maxText/2) // two bytes each, six on the wire
	for _, tt := range []struct {
		name, kind, body string
		ok               bool
	}{
		{"64 KiB", multi, part("text", half+half) + end, true},
		{"64 KiB in two parts", multi, part("text", half) + part("lang", half) + part("text", "") + end, true},
		{"one byte more", multi, part("text", half+half+"a") + end, false},
		{"one byte more in another part", multi, part("text", half) + part("lang", half) + part("lang", "a") + end, false},
		{"64 KiB, urlencoded", encoded, "text=" + half + half, true},
		{"64 KiB of Arabic, urlencoded", encoded, "text=" + url.QueryEscape(arabic[:maxText-2]), true},
		{"one byte more, urlencoded", encoded, "text=" + half + "&lang=" + half + "a", false},
		{"longer on the wire than any form", encoded, "text=" + strings.Repeat("%41", maxText), false},
	} {
		got, err := read(t, tt.kind, strings.NewReader(tt.body))
		if tt.ok && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if !tt.ok {
			wantTooLarge(t, tt.name, got, err)
		}
	}
	for _, tt := range []struct {
		kind, one, between, end string
	}{{multi, part("lang", "x"), "", end}, {encoded, "lang=x", "&", ""}} {
		list := slices.Repeat([]string{tt.one}, 400)
		got, err := read(t, tt.kind, strings.NewReader(strings.Join(list, tt.between)+tt.end))
		if err != nil || len(got["lang"]) != 400 {
			t.Errorf("400 parts: got %d, %v", len(got["lang"]), err)
		}
		got, err = read(t, tt.kind, strings.NewReader(strings.Join(append(list, tt.one), tt.between)+tt.end))
		wantShape(t, "401 parts", got, err)
	}
}

// An endless stream of one piece of text.
type endless struct {
	piece string
	at    int
	given int64
}

func (e *endless) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		c := copy(b[n:], e.piece[e.at:])
		n, e.at = n+c, (e.at+c)%len(e.piece)
	}
	e.given += int64(n)
	return n, nil
}

// R18: a body of 1 GiB is refused after little of it, and never held.
func TestRegressionR18LargeBody(t *testing.T) {
	start := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"text\"\r\n"
	for _, tt := range []struct {
		name, kind, start, then string
		heap                    uint64 // bytes that reading it may take, all in all
	}{
		{"one long text", multi, start + "\r\n", "Wort ", 512 << 10},
		{"many short texts", multi, "", part("text", strings.Repeat("a", 1000)), 1 << 20},
		{"many empty parts", multi, "", part("text", ""), 2 << 20},
		{"lines before the first boundary", multi, "", "Zeile\r\n", 512 << 10},
		{"one line before the first boundary", multi, "", "x", 512 << 10},
		{"one long header", multi, start + "X-Long: ", "x", 2 << 20},
		{"many headers", multi, start, "X-Many: x\r\n", 4 << 20},
		{"urlencoded", encoded, "text=", "x", 2 << 20},
	} {
		stream := &endless{piece: tt.then}
		body := io.MultiReader(strings.NewReader(tt.start), io.LimitReader(stream, 1<<30))
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
		r.Header.Set("Content-Type", tt.kind)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		form, err := intake.ReadForm(r, known)
		runtime.ReadMemStats(&after)
		if err == nil || form != nil {
			t.Errorf("%s: got %d fields, want an error", tt.name, len(form))
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > tt.heap {
			t.Errorf("%s: took %d KiB of heap, want at most %d", tt.name, got>>10, tt.heap>>10)
		}
		if stream.given > 1<<20 {
			t.Errorf("%s: read %d KiB, want the refusal before", tt.name, stream.given>>10)
		}
	}
}

// Nothing is written to a temporary file, which Go's own parsers do.
func TestReadFormLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	if _, err := read(t, multi, strings.NewReader(part("text", strings.Repeat("a", maxText))+end)); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) > 0 {
		t.Errorf("got %v, %v, want no file", names, err)
	}
}

// The error of a broken form quotes nothing of it.
func TestReadFormErrorsAreSilent(t *testing.T) {
	const marker = "MARKER-4711"
	for _, body := range []string{
		part("text", "x") + marker + "\r\n", part(marker, "x") + end,
		"--" + boundary + "\r\n" + marker + "\r\n\r\nx\r\n" + end, "--" + boundary + marker,
		part("text", strings.Repeat(marker, maxText/8)) + end,
	} {
		if _, err := read(t, multi, strings.NewReader(body)); err == nil || strings.Contains(err.Error(), marker) {
			t.Errorf("got %v, want an error without the marker", err)
		}
	}
	for _, body := range []string{"text=%" + marker, marker + "=x"} {
		if _, err := read(t, encoded, strings.NewReader(body)); err == nil || strings.Contains(err.Error(), marker) {
			t.Errorf("urlencoded: got %v, want an error without the marker", err)
		}
	}
}

// A sender who stops in the middle is told that time ran out.
func TestReadFormSlow(t *testing.T) {
	got := make(chan error, 2)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := intake.ReadForm(r, known)
		got <- err
	}))
	server.Config.ReadTimeout = 200 * time.Millisecond
	server.Start()
	defer server.Close()
	for kind, begun := range map[string]string{multi: strings.TrimSuffix(part("text", "halb"), "\r\n"), encoded: "text=halb"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 9999\r\n\r\n%s", kind, begun); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-got:
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: got %v, want the deadline", kind, err)
			}
		case <-ctx.Done():
			t.Errorf("%s: it waits without end", kind)
		}
		cancel()
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A body that the group's limit cuts is too large, not malformed.
func TestReadFormBehindALimit(t *testing.T) {
	for kind, body := range map[string]string{multi: part("text", strings.Repeat("a", 500)) + end, encoded: "text=" + strings.Repeat("a", 500)} {
		got, err := read(t, kind, http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(body)), 200))
		wantTooLarge(t, kind, got, err)
	}
}
