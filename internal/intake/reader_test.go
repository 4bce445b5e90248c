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
	"unicode/utf8"

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
	return intake.ReadForm(r, known, nil)
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

func wantFault(t *testing.T, what string, err error, field, key string) {
	t.Helper()
	var faults incident.Faults
	if !errors.As(err, &faults) || !faults.Has(field, key) {
		t.Errorf("%s: got %v, want the fault %s %s", what, err, field, key)
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
// was not left out by the one who wrote it. But what came is there to be shown.
func TestReadFormCut(t *testing.T) {
	whole := part("text", "Zeile eins\r\nund zwei") + part("lang", "de") + part("text", "") + end
	last := len(whole) - len("\r\n")
	begun := strings.Index(whole, "Zeile")
	for n := range last {
		got, err := read(t, multi, strings.NewReader(whole[:n]))
		what := fmt.Sprintf("cut after %d of %d bytes", n, len(whole))
		if err == nil {
			t.Fatalf("%s: passes for a whole form", what)
		}
		if n > begun {
			wantFault(t, what, err, "text", "broken_off")
			// The first letters of the line that follows may hang on.
			if text := got.Get("text"); !strings.HasPrefix(whole[begun:], text) || len(text) < min(n-begun, len("Zeile eins\r\nund zwei"))-2 {
				t.Errorf("%s: kept %q", what, got.Get("text"))
			}
		}
	}
}

// What is too long comes back as far as it fits, cut between two letters, with
// all other answers and a fault at its field.
func TestReadFormLimits(t *testing.T) {
	const field = 48 << 10
	long := strings.Repeat("a", field)
	arabic := strings.Repeat("ب", field/2) // two bytes each, six on the wire
	for _, tt := range []struct {
		name, kind, body, cut string
		kept                  int // bytes of the field "text"
	}{
		{"48 KiB", multi, part("text", long) + part("lang", "de") + end, "", field},
		{"64 KiB in two parts", multi, part("text", long) + part("lang", long[:maxText-field]) + part("text", "") + end, "", field},
		{"one byte more", multi, part("text", long+"a") + part("lang", "de") + end, "text", field},
		{"one byte more than a form", multi, part("text", long) + part("lang", long[:maxText-field]+"a") + end, "lang", field},
		{"through a letter", multi, part("text", "a"+arabic) + part("lang", "de") + end, "text", field - 1},
		{"a megabyte", multi, part("text", strings.Repeat("a", 1<<20)) + part("lang", "de") + end, "text", field},
		{"more than is read", multi, part("text", strings.Repeat("a", 1<<21)) + part("lang", "de") + end, "text", field},
		{"48 KiB, urlencoded", encoded, "lang=de&text=" + long, "", field},
		{"48 KiB of Arabic, urlencoded", encoded, "lang=de&text=" + url.QueryEscape(arabic), "", field},
		{"one byte more, urlencoded", encoded, "text=" + long + "a&lang=de", "text", field},
		{"through a letter, urlencoded", encoded, "text=a" + url.QueryEscape(arabic) + "&lang=de", "text", field - 1},
		{"a megabyte, urlencoded", encoded, "text=" + strings.Repeat("%41", 1<<20) + "&lang=de", "text", field},
	} {
		got, err := read(t, tt.kind, strings.NewReader(tt.body))
		if tt.cut == "" && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.cut != "" {
			wantFault(t, tt.name, err, tt.cut, "cut")
		}
		if text := got.Get("text"); len(text) != tt.kept || !utf8.ValidString(text) {
			t.Errorf("%s: kept %d bytes, want %d", tt.name, len(text), tt.kept)
		}
		if lang := got.Get("lang"); tt.cut == "text" && lang != "de" && tt.name != "more than is read" {
			t.Errorf("%s: the answer behind it is %q", tt.name, lang)
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
		{"many short texts", multi, "", part("text", strings.Repeat("a", 1000)), 3 << 20},
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
		form, err := intake.ReadForm(r, known, nil)
		runtime.ReadMemStats(&after)
		if size := size(form); err == nil || size > maxText {
			t.Errorf("%s: got %d bytes and %v, want an error", tt.name, size, err)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > tt.heap {
			t.Errorf("%s: took %d KiB of heap, want at most %d", tt.name, got>>10, tt.heap>>10)
		}
		if stream.given > 2<<20 {
			t.Errorf("%s: read %d KiB, want the refusal before", tt.name, stream.given>>10)
		}
	}
}

// Nothing is written to a temporary file, which Go's own parsers do.
func TestReadFormLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	if _, err := read(t, multi, strings.NewReader(part("text", strings.Repeat("a", maxText/4*3))+end)); err != nil {
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
		_, err := intake.ReadForm(r, known, nil)
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

// A body that the group's limit cuts is too large, not malformed, and what came
// before is kept.
func TestReadFormBehindALimit(t *testing.T) {
	for kind, body := range map[string]string{
		multi:   part("lang", "de") + part("text", strings.Repeat("a", 500)) + end,
		encoded: "lang=de&text=" + strings.Repeat("a", 500),
	} {
		got, err := read(t, kind, http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(body)), 200))
		var tooLarge *http.MaxBytesError
		if got.Get("lang") != "de" || !errors.As(err, &tooLarge) {
			t.Errorf("%s: got %d fields, %v, want too large", kind, len(got), err)
		}
	}
}

func size(form intake.Form) (n int) {
	for _, values := range form {
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}
