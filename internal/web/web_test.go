package web_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

const marker = "MARKER-4711"

// A site is an engine with both kinds of groups and their logs.
type site struct {
	*web.Engine
	public, office *gin.RouterGroup
	publicLog      *web.PublicLog
	log            *written
}

// written is what the log wrote, safe to look at while it goes on.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func newSite() *site {
	s := &site{log: &written{}}
	log := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.publicLog = &web.PublicLog{Log: log, Now: time.Now}
	s.Engine = web.New(func(c *gin.Context) {
		web.SetHeaders(web.PublicHeaders(web.Headers{}))(c)
		web.Fail(c, incident.ErrNotFound)
	})
	s.public = s.Group("/", web.SetHeaders(web.PublicHeaders(web.Headers{})), s.publicLog.Watch)
	s.office = s.Group("/office", web.SetHeaders(web.OfficeHeaders(web.Headers{})), web.OfficeLog(log, time.Now))
	return s
}

// ask sends a request through the whole site.
func (s *site) ask(t *testing.T, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return s.send(t, method, path, "", headers...)
}

func (s *site) send(t *testing.T, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.sendTo(t, w, method, path, body, headers...)
	return w
}

func (s *site) sendTo(t *testing.T, w http.ResponseWriter, method, path, body string, headers ...string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	s.Handler().ServeHTTP(w, r)
}

// fields reads an answer of a script.
func fields(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("answer %q: %v", w.Body, err)
	}
	return got
}

var wantPublic = map[string]string{
	"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), payment=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=(), publickey-credentials-get=(), publickey-credentials-create=()",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"X-Dns-Prefetch-Control":       "off",
	"Cache-Control":                "no-store",
}

// directives splits a policy, whose order says nothing.
func directives(policy string) []string {
	list := strings.Split(policy, "; ")
	slices.Sort(list)
	return list
}

// wantHeaders holds an answer to a list: each name once, nothing of ours beside.
func wantHeaders(t *testing.T, what string, got http.Header, want map[string]string) {
	t.Helper()
	want = maps.Clone(want)
	for name, values := range got {
		if len(values) != 1 {
			t.Errorf("%s: %s stands there %d times", what, name, len(values))
		}
		w, known := want[name]
		delete(want, name)
		switch {
		case slices.Contains([]string{"Content-Type", "Content-Length", "Date", "Vary", "Retry-After", "Allow", "Connection"}, name):
		case !known:
			t.Errorf("%s: %s: %s is on no list", what, name, values)
		case name == "Content-Security-Policy" && !slices.Equal(directives(values[0]), directives(w)):
			t.Errorf("%s: got policy %s, want %s", what, values[0], w)
		case name != "Content-Security-Policy" && values[0] != w:
			t.Errorf("%s: %s: got %q, want %q", what, name, values[0], w)
		}
	}
	for name := range want {
		t.Errorf("%s: %s is missing", what, name)
	}
}

// R4: each header once, from one place, whatever the answer is. The real server
// adds none that tells what it is.
func TestRegressionR04Headers(t *testing.T) {
	s := newSite()
	s.public.GET("/fine", func(c *gin.Context) { web.JSON(c, http.StatusOK, "x") })
	s.public.GET("/fails", func(c *gin.Context) { web.Fail(c, incident.ErrUnclear) })
	s.public.GET("/panics", func(*gin.Context) { panic(marker) })
	s.public.POST("/fine", func(c *gin.Context) { web.JSON(c, http.StatusOK, "x") })
	s.office.GET("/fine", func(c *gin.Context) { web.JSON(c, http.StatusOK, "x") })
	server := httptest.NewUnstartedServer(nil)
	server.Config = web.Server(s.Handler())
	server.Start()
	defer server.Close()

	wantOffice := maps.Clone(wantPublic)
	wantOffice["Content-Security-Policy"] = strings.NewReplacer("data:", "data: blob:", "trusted-types 'none'", "trusted-types beistand-worker; worker-src 'self'").Replace(wantPublic["Content-Security-Policy"])
	wantOffice["Permissions-Policy"] = strings.NewReplacer("get=()", "get=(self)", "create=()", "create=(self)").Replace(wantPublic["Permissions-Policy"])
	for _, tt := range []struct {
		method, path, origin string
		status               int
		want                 map[string]string
	}{
		{"GET", "/fine", "", 200, wantPublic},
		{"POST", "/fine", "", 200, wantPublic},
		{"GET", "/fails", "", 503, wantPublic},
		{"GET", "/panics", "", 500, wantPublic},
		{"GET", "/nowhere", "", 404, wantPublic},
		{"GET", "/nowhere//%2e%2e/x?q=1", "", 404, wantPublic},
		{"DELETE", "/fine", "", 404, wantPublic},
		{"POST", "/fine", "https://foreign.example", 403, wantPublic},
		{"GET", "/office/fine", "", 200, wantOffice},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL+tt.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		r.Header.Set("Accept-Encoding", "identity")
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		what := tt.method + " " + tt.path
		if resp.StatusCode != tt.status {
			t.Errorf("%s: got status %d, want %d", what, resp.StatusCode, tt.status)
		}
		wantHeaders(t, what, resp.Header, tt.want)
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestHeadersOfInstallations(t *testing.T) {
	const onion = "http://abc.onion/"
	for _, tt := range []struct {
		h    web.Headers
		want map[string]string
	}{
		{web.Headers{}, map[string]string{}},
		{web.Headers{TLS: true}, map[string]string{"Strict-Transport-Security": "max-age=63072000"}},
		{web.Headers{Onion: onion}, map[string]string{"Onion-Location": onion}},
		{web.Headers{TLS: true, Onion: onion}, map[string]string{"Strict-Transport-Security": "max-age=63072000", "Onion-Location": onion}},
	} {
		got := web.PublicHeaders(tt.h)
		for _, name := range []string{"Strict-Transport-Security", "Onion-Location"} {
			if got[name] != tt.want[name] {
				t.Errorf("%+v: %s: got %q, want %q", tt.h, name, got[name], tt.want[name])
			}
		}
		if web.OfficeHeaders(tt.h)["Onion-Location"] != "" {
			t.Error("the office site is told to be on the onion")
		}
	}
}

// R25: every changing request from a foreign page is refused, before any
// handler; the form without JavaScript passes, also from browsers that send
// neither header.
func TestRegressionR25CrossOrigin(t *testing.T) {
	s := newSite()
	reached := 0
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		s.public.Handle(method, "/form", func(c *gin.Context) { reached++; c.Status(http.StatusNoContent) })
	}
	same, foreign := "http://example.com", "https://foreign.example"
	tests := []struct {
		name    string
		headers []string
		ok      bool
	}{
		{"no header", nil, true},
		{"same origin", []string{"Origin", same}, true},
		{"fetched from the same origin", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"both, same", []string{"Origin", same, "Sec-Fetch-Site", "same-origin"}, true},
		{"typed by the person", []string{"Sec-Fetch-Site", "none"}, true},
		{"foreign origin", []string{"Origin", foreign}, false},
		{"origin null", []string{"Origin", "null"}, false},
		{"same host, other port", []string{"Origin", same + ":8443"}, false},
		{"cross-site", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"same-site", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"cross-site with an own origin", []string{"Origin", same, "Sec-Fetch-Site", "cross-site"}, false},
	}
	for _, tt := range tests {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			reached = 0
			w := s.ask(t, method, "/form", tt.headers...)
			if tt.ok && (w.Code != http.StatusNoContent || reached != 1) {
				t.Errorf("%s, %s: got %d, want it to pass", method, tt.name, w.Code)
			}
			if !tt.ok && (w.Code != http.StatusForbidden || reached != 0 || fields(t, w)["error"] != "cross_origin") {
				t.Errorf("%s, %s: got %d and reached the handler %d times, want it refused", method, tt.name, w.Code, reached)
			}
		}
		if w := s.ask(t, "GET", "/form", tt.headers...); w.Code != http.StatusNoContent {
			t.Errorf("GET, %s: got %d, want it to pass: a link is no act", tt.name, w.Code)
		}
	}
}

func TestAtMost(t *testing.T) {
	s := newSite()
	inside, leave := make(chan struct{}), make(chan struct{})
	group := s.public.Group("/busy", web.AtMost(2))
	group.GET("/waits", func(c *gin.Context) { inside <- struct{}{}; <-leave; c.Status(http.StatusNoContent) })
	group.GET("/panics", func(*gin.Context) { panic(marker) })
	codes := make(chan int, 2)
	for range 2 {
		go func() { codes <- s.ask(t, "GET", "/busy/waits").Code }()
		select {
		case <-inside:
		case <-time.After(time.Minute):
			t.Fatal("a request that has a place does not begin")
		}
	}
	if w := s.ask(t, "GET", "/busy/waits"); w.Code != http.StatusServiceUnavailable || fields(t, w)["error"] != "busy" || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third: got %d, %s, want 503 busy with Retry-After", w.Code, w.Body)
	}
	close(leave)
	for range 2 {
		if code := <-codes; code != http.StatusNoContent {
			t.Errorf("the first two: got %d", code)
		}
	}
	for range 5 { // a panic gives its place back
		if w := s.ask(t, "GET", "/busy/panics"); w.Code != http.StatusInternalServerError {
			t.Errorf("after a panic: got %d, want 500", w.Code)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	s := newSite()
	s.public.Group("/", web.Body(16, time.Minute)).POST("/post", func(c *gin.Context) {
		var v []int
		if err := web.ReadJSON(c, &v); err != nil {
			web.Fail(c, err)
			return
		}
		deadline, ok := c.Request.Context().Deadline()
		web.JSON(c, http.StatusOK, map[string]any{"bounded": ok && !deadline.IsZero()})
	})
	for body, want := range map[string]int{"[1,2,3]         ": 200, "[1,2,3]          ": 413, "[1,2,3,4,5,6,7,8]": 413} {
		w := s.send(t, "POST", "/post", body, "Content-Type", "application/json")
		if w.Code != want {
			t.Errorf("%d bytes: got %d, want %d", len(body), w.Code, want)
		}
		if got := fields(t, w); want == 413 && got["error"] != "too_large" || want == 200 && got["bounded"] != true {
			t.Errorf("%d bytes: got %v", len(body), got)
		}
	}
}
