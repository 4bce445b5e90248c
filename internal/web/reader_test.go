package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/web"
)

type act struct {
	Op    string `json:"op"`
	Epoch int    `json:"epoch"`
	Att   []struct {
		ID string `json:"id"`
	} `json:"att,omitempty"`
	Desks map[string]struct {
		N int `json:"n"`
	} `json:"desks,omitempty"`
	Box []byte `json:"box,omitempty"`
}

func TestReadJSON(t *testing.T) {
	const json = "application/json"
	tests := []struct {
		name, kind, body string
		status           int
		key              string
	}{
		{"an object", json, `{"op":"x","epoch":2}`, 200, ""},
		{"with a charset", json + "; charset=utf-8", `{"op":"x"}`, 200, ""},
		{"padded with spaces", json, `{"op":"x"}` + strings.Repeat(" ", 5000) + "\n\t", 200, ""},
		{"all kinds of values", json, `{"box":"AAAA","att":[{"id":"1"},{"id":"2"}],"desks":{"City":{"n":1},"city":{"n":2}},"op":"x"}`, 200, ""},
		{"null", json, `{"op":"x","att":null,"desks":null}`, 200, ""},
		{"a key in other letters", json, `{"OP":"x"}`, 422, "form"},
		{"a key in letters that fold alike", json, `{"op":"x","de\u017fks":null}`, 422, "form"},
		{"a key in other letters inside a list", json, `{"op":"x","att":[{"ID":"1"}]}`, 422, "form"},
		{"a key in other letters inside a map", json, `{"op":"x","desks":{"a":{"N":1}}}`, 422, "form"},
		{"a key twice", json, `{"op":"MARKER-4711","op":"x"}`, 422, "form"},
		{"a key twice, in other letters", json, `{"op":"x","Op":"MARKER-4711"}`, 422, "form"},
		{"a key twice inside a list", json, `{"op":"x","att":[{"id":"1","id":"2"}]}`, 422, "form"},
		{"a key twice in a map", json, `{"op":"x","desks":{"a":{"n":1},"a":{"n":2}}}`, 422, "form"},
		{"unknown key", json, `{"op":"x","MARKER-4711":1}`, 422, "form"},
		{"unknown key inside", json, `{"op":{"MARKER-4711":1}}`, 422, "form"},
		{"wrong type", json, `{"op":17}`, 422, "form"},
		{"number too large", json, `{"epoch":1e99}`, 422, "form"},
		{"trailing value", json, `{"op":"x"}{"op":"y"}`, 422, "form"},
		{"trailing word", json, `{"op":"x"} MARKER-4711`, 422, "form"},
		{"trailing bracket", json, `{"op":"x"}]`, 422, "form"},
		{"padded with NUL", json, `{"op":"x"}` + "\x00", 422, "form"},
		{"cut", json, `{"op":"x`, 422, "form"},
		{"an array", json, `["x"]`, 422, "form"},
		{"nothing", json, ``, 422, "form"},
		{"spaces alone", json, `   `, 422, "form"},
		{"too large", json, `{"op":"` + strings.Repeat("x", 10_000) + `"}`, 413, "too_large"},
		{"padded too far", json, `{"op":"x"}` + strings.Repeat(" ", 10_000), 413, "too_large"},
		{"no kind", "", `{"op":"x"}`, 415, "media_type"},
		{"plain text, which needs no leave of the browser", "text/plain", `{"op":"x"}`, 415, "media_type"},
		{"a form", "application/x-www-form-urlencoded", `{"op":"x"}`, 415, "media_type"},
		{"nearly", "application/jsonx", `{"op":"x"}`, 415, "media_type"},
		{"broken kind", "application/json; =", `{"op":"x"}`, 415, "media_type"},
	}
	s := newSite()
	s.public.Group("/", web.Body(8<<10, time.Minute)).POST("/act", func(c *gin.Context) {
		var a act
		if err := web.ReadJSON(c, &a); err != nil {
			if strings.Contains(err.Error(), marker) {
				t.Errorf("the error quotes the body: %v", err)
			}
			web.Fail(c, err)
			return
		}
		web.JSON(c, http.StatusOK, a)
	})
	for _, tt := range tests {
		w := s.send(t, "POST", "/act", tt.body, "Content-Type", tt.kind)
		got := fields(t, w)
		if w.Code != tt.status || tt.key != "" && got["error"] != tt.key || tt.key == "" && got["op"] != "x" {
			t.Errorf("%s: got %d %v, want %d %s", tt.name, w.Code, got, tt.status, tt.key)
		}
		if strings.Contains(w.Body.String(), marker) {
			t.Errorf("%s: the answer quotes the body: %s", tt.name, w.Body)
		}
	}
}

// A sender who stops in the middle is told that time ran out, not that the body
// was malformed.
func TestReadJSONSlow(t *testing.T) {
	s := newSite()
	s.public.POST("/act", func(c *gin.Context) {
		var a act
		web.Fail(c, web.ReadJSON(c, &a))
	})
	server := httptest.NewUnstartedServer(s.Handler())
	server.Config.ReadTimeout = 200 * time.Millisecond
	server.Start()
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, begun := range []string{`{"op":"ha`, `{"op":"whole"}  `} {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST /act HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n%s", begun); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 408 ")) {
			line, _, _ := bytes.Cut(answer, []byte("\r\n"))
			t.Errorf("%s: got %q, %v, want 408", begun, line, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPadded(t *testing.T) {
	const step = 64 << 10
	for _, tt := range []struct{ length, want int }{
		{2, step}, {step - 1, step}, {step, step}, {step + 1, 2 * step}, {5 * step, 5 * step}, {5*step + 63, 6 * step},
	} {
		s := newSite()
		text := strings.Repeat("a", tt.length-2)
		s.public.GET("/padded", func(c *gin.Context) {
			if err := web.PaddedJSON(c, http.StatusOK, step, text); err != nil {
				t.Error(err)
			}
		})
		w := s.ask(t, "GET", "/padded", "Accept-Encoding", "gzip, br")
		if w.Body.Len() != tt.want || strings.TrimRight(w.Body.String(), " ") != `"`+text+`"` || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%d bytes: got %d, encoding %q, want %d with spaces, uncompressed", tt.length, w.Body.Len(), w.Header().Get("Content-Encoding"), tt.want)
		}
	}
	s := newSite()
	s.public.GET("/none", func(c *gin.Context) {
		if err := web.PaddedJSON(c, http.StatusOK, step, func() {}); err == nil {
			t.Error("a function was written as JSON")
		}
	})
	if w := s.ask(t, "GET", "/none"); w.Body.Len() != 0 {
		t.Errorf("what cannot be written: got %d bytes", w.Body.Len())
	}
}

// What is not for pages is sent as it is: no escapes, no compression.
func TestJSON(t *testing.T) {
	s := newSite()
	s.public.GET("/json", func(c *gin.Context) { web.JSON(c, http.StatusCreated, map[string]string{"a": "<ß&"}) })
	w := s.ask(t, "GET", "/json", "Accept-Encoding", "br, gzip")
	if w.Code != 201 || w.Body.String() != `{"a":"<ß&"}`+"\n" || w.Header().Get("Content-Type") != "application/json; charset=utf-8" || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("got %d %s %v", w.Code, w.Body, w.Header())
	}
}

func safety() any { return publicweb.Samples()["safety"][0] }

func renderer(t *testing.T) *frontend.Renderer {
	t.Helper()
	r, err := frontend.New(frontend.Options{Samples: publicweb.Samples()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// unpack undoes an answer's encoding.
func unpack(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = w.Body
	switch w.Header().Get("Content-Encoding") {
	case "br":
		r = brotli.NewReader(w.Body)
	case "gzip":
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPage(t *testing.T) {
	r := renderer(t)
	s := newSite()
	s.public.GET("/start", func(c *gin.Context) { web.Page(c, http.StatusOK, r, "de", "safety", safety()) })
	s.public.GET("/padded", func(c *gin.Context) { web.PaddedPage(c, http.StatusOK, 64<<10, r, "de", "safety", safety()) })
	s.public.GET("/none", func(c *gin.Context) { web.Page(c, http.StatusOK, r, "de", marker, nil) })
	s.public.GET("/none/padded", func(c *gin.Context) { web.PaddedPage(c, http.StatusOK, 64<<10, r, "de", marker, nil) })
	plain := s.ask(t, "GET", "/start")
	packed := s.ask(t, "GET", "/start", "Accept-Encoding", "gzip, deflate, br, zstd")
	if plain.Header().Get("Content-Encoding") != "" || packed.Header().Get("Content-Encoding") != "br" || packed.Body.Len() >= plain.Body.Len() {
		t.Errorf("encodings: got %q and %q, %d and %d bytes", plain.Header().Get("Content-Encoding"), packed.Header().Get("Content-Encoding"), plain.Body.Len(), packed.Body.Len())
	}
	html := plain.Body.String()
	if got := unpack(t, packed); got != html || !strings.HasPrefix(strings.ToLower(html), "<!doctype html>") {
		t.Error("the compressed page is not the page")
	}
	padded := s.ask(t, "GET", "/padded", "Accept-Encoding", "br")
	if padded.Body.Len() != 64<<10 || strings.TrimRight(padded.Body.String(), " ") != strings.TrimRight(html, " ") || padded.Header().Get("Content-Encoding") != "" {
		t.Errorf("padded page: got %d bytes, encoding %q", padded.Body.Len(), padded.Header().Get("Content-Encoding"))
	}
	for _, w := range []*httptest.ResponseRecorder{plain, packed, padded} {
		if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" || len(w.Header().Values("Vary")) > 1 {
			t.Errorf("got type %q, vary %q", got, w.Header().Values("Vary"))
		}
	}
	for _, path := range []string{"/none", "/none/padded"} {
		w := s.ask(t, "GET", path, "Accept-Encoding", "br")
		if key, id, _ := strings.Cut(strings.TrimSpace(w.Body.String()), " "); w.Code != 500 || key != "internal" || !errorID.MatchString(id) || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s, a page that cannot be made: got %d %q", path, w.Code, w.Body)
		}
	}
}

var assetLink = regexp.MustCompile(`/assets/([^"]+\.css)`)

func TestAsset(t *testing.T) {
	r := renderer(t)
	var html bytes.Buffer
	if err := r.Render(&html, "de", "safety", safety()); err != nil {
		t.Fatal(err)
	}
	link := assetLink.FindStringSubmatch(html.String())
	if link == nil {
		t.Fatal("the page has no style sheet")
	}
	want, packed, _, ok := r.Asset(link[1])
	if !ok || len(packed) != 2 {
		t.Fatalf("asset %s: known %v, %d encodings, want two", link[1], ok, len(packed))
	}
	s := newSite()
	s.public.GET("/assets/:name", func(c *gin.Context) { web.Asset(c, r, c.Param("name"), "immutable") })
	for accepted, encoding := range map[string]string{
		"": "", "identity": "", "br": "br", "gzip": "gzip", "gzip, br": "br", "br;q=0, gzip": "gzip", "gzip;q=0": "", "br; q=0.0, gzip;q=0.000": "",
		"gzip;q=0.5, br;q=0.1": "br", "x-gzip-not": "", "deflate,zstd": "", " br ": "br",
	} {
		w := s.ask(t, "GET", "/assets/"+link[1], "Accept-Encoding", accepted)
		if got := w.Header().Get("Content-Encoding"); got != encoding || w.Code != http.StatusOK {
			t.Errorf("accepting %q: got %d in %q, want %q", accepted, w.Code, got, encoding)
		}
		if unpack(t, w) != string(want) {
			t.Errorf("accepting %q: another file", accepted)
		}
		for name, value := range map[string]string{"Content-Type": "text/css; charset=utf-8", "Cache-Control": "immutable", "Vary": "Accept-Encoding"} {
			if got := w.Header().Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("accepting %q: %s: got %q, want %q", accepted, name, got, value)
			}
		}
		for _, never := range []string{"Etag", "Last-Modified", "Set-Cookie", "Server"} {
			if w.Header().Get(never) != "" {
				t.Errorf("accepting %q: %s is sent", accepted, never)
			}
		}
	}
	for _, name := range []string{"no.css", "..%2ftheme.go", "%2e%2e", marker} {
		if w := s.ask(t, "GET", "/assets/"+name); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), marker) {
			t.Errorf("asset %q: got %d %s, want 404", name, w.Code, w.Body)
		}
	}
}
