package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

// shapes are what a line may hold, by message: keys and the form of their values.
var shapes = map[string]map[string]*regexp.Regexp{
	"request": {
		"time": regexp.MustCompile(`^2\d{3}-\d\d-\d\dT`), "level": regexp.MustCompile(`^INFO$`), "msg": regexp.MustCompile(`^request$`),
		"route": regexp.MustCompile(`^(/[a-z:]+)*$`), "status": regexp.MustCompile(`^[1-5]\d\d$`), "took": regexp.MustCompile(`^(<10ms|<100ms|<1s|>1s)$`),
		"id": errorID, "cause": regexp.MustCompile(`^[a-z ]*$`),
	},
	"public failure": {
		"time": regexp.MustCompile(`^2\d{3}-\d\d-\d\dT\d\d:`), "level": regexp.MustCompile(`^ERROR$`), "msg": regexp.MustCompile(`^public failure$`),
		"hour": regexp.MustCompile(`^2\d{3}-\d\d-\d\dT\d\d$`), "route": regexp.MustCompile(`^(/[a-z:]+)*$`), "status": regexp.MustCompile(`^(5\d\d|200)$`),
		"id": regexp.MustCompile(`^([0-9a-f]{16})?$`), "cause": regexp.MustCompile(`^[a-z ]*$`),
	},
	"public failures not listed": {
		"time": regexp.MustCompile(`^2\d{3}-\d\d-\d\dT\d\d:`), "level": regexp.MustCompile(`^ERROR$`), "msg": regexp.MustCompile(`^public failures`),
		"hour": regexp.MustCompile(`^2\d{3}-\d\d-\d\dT\d\d$`), "count": regexp.MustCompile(`^\d+$`),
	},
}

// lines reads the log and holds every line to its shape.
func (s *site) lines(t *testing.T) []map[string]string {
	t.Helper()
	var all []map[string]string
	text := s.log.String()
	if strings.Contains(text, marker) {
		t.Errorf("the log holds the marker: %s", text)
	}
	scanner := bufio.NewScanner(strings.NewReader(text))
	for scanner.Scan() {
		var raw map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &raw); err != nil {
			t.Fatalf("line %q: %v", scanner.Text(), err)
		}
		shape := shapes[fmt.Sprint(raw["msg"])]
		line := map[string]string{}
		for key, value := range raw {
			line[key] = fmt.Sprint(value)
			if shape[key] == nil || !shape[key].MatchString(line[key]) {
				t.Errorf("line %q: %s may not be there like this", scanner.Text(), key)
			}
		}
		all = append(all, line)
	}
	return all
}

// hostile are requests with the marker wherever a client can put it.
func (s *site) hostile(t *testing.T, prefix string) {
	t.Helper()
	for _, path := range []string{"/fine/" + marker, "/fails/" + marker, "/panics/" + marker, "/breaks/" + marker, "/away/" + marker} {
		w := s.broken(t, "POST", prefix+path+"?q="+marker, marker, "User-Agent", marker, "Cookie", "c="+marker, "X-Forwarded-For", marker, "Sec-Fetch-Site", "same-origin")
		if strings.Contains(w.Body.String()+fmt.Sprint(w.Header()), marker) {
			t.Errorf("%s: the answer holds the marker: %s", path, w.Body)
		}
	}
}

// broken sends a request whose connection the server may break off.
func (s *site) broken(t *testing.T, method, path, body string, headers ...string) (w *httptest.ResponseRecorder) {
	t.Helper()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler { //nolint:errorlint // the very value that the server knows
			t.Errorf("%s: panic %v", path, v)
		}
	}()
	w = httptest.NewRecorder()
	s.sendTo(t, w, method, path, body, headers...)
	return w
}

// An answer that broke in the middle does not look whole, whether or not its
// first bytes have left already.
func TestHalfAnswerIsBrokenOff(t *testing.T) {
	s := newSite()
	lay(s.public)
	s.public.GET("/long", func(c *gin.Context) {
		_, _ = c.Writer.WriteString(strings.Repeat("half an answer ", 20_000))
		panic(marker)
	})
	s.public.GET("/whole", func(c *gin.Context) { web.JSON(c, http.StatusOK, "x") })
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	for path, whole := range map[string]bool{"/breaks/x": false, "/long": false, "/whole": true} {
		method := http.MethodGet
		if path == "/breaks/x" {
			method = http.MethodPost
		}
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		var body []byte
		resp, err := server.Client().Do(r)
		if err == nil {
			body, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		if (err == nil) != whole {
			t.Errorf("%s: %d bytes and %v, want an error unless it is whole", path, len(body), err)
		}
	}
}

type tellTaleError struct{ words string }

func (p tellTaleError) Error() string { return p.words }

// lay lays a route of every fate.
func lay(r gin.IRouter) {
	r.POST("/fine/:x", func(c *gin.Context) { web.JSON(c, http.StatusOK, "x") })
	r.POST("/fails/:x", func(c *gin.Context) { web.Fail(c, errors.New("the disk is full")) })
	r.POST("/panics/:x", func(c *gin.Context) { panic(tellTaleError{c.Param("x")}) })
	r.POST("/breaks/:x", func(c *gin.Context) {
		web.JSON(c, http.StatusOK, "half an answer")
		panic(c.Param("x"))
	})
	r.POST("/away/:x", func(c *gin.Context) { web.Fail(c, fmt.Errorf("%s: %w", c.Param("x"), incident.ErrUnavailable)) })
}

func TestRegressionR24OfficeLog(t *testing.T) {
	s := newSite()
	lay(s.office)
	s.hostile(t, "/office")
	got := s.lines(t)
	want := [][3]string{
		{"/office/fine/:x", "200", ""},
		{"/office/fails/:x", "500", "the disk is full"},
		{"/office/panics/:x", "500", "panic"},
		{"/office/breaks/:x", "200", "panic"},
		{"/office/away/:x", "503", ""},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		line := got[i]
		if line["route"] != w[0] || line["status"] != w[1] || line["cause"] != w[2] || (line["id"] != "") != (w[2] != "") {
			t.Errorf("line %d: got %v, want %v", i+1, line, w)
		}
	}
}

func TestOfficeLogClasses(t *testing.T) {
	for took, want := range map[time.Duration]string{
		0: "<10ms", 9999 * time.Microsecond: "<10ms", 10 * time.Millisecond: "<100ms", 100 * time.Millisecond: "<1s", time.Second: ">1s", time.Hour: ">1s",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite()
			s.office.GET("/slow", func(c *gin.Context) { time.Sleep(took); c.Status(http.StatusNoContent) })
			s.ask(t, "GET", "/office/slow")
			if got := s.lines(t); len(got) != 1 || got[0]["took"] != want {
				t.Errorf("%v: got %v, want %s", took, got, want)
			}
		})
	}
}

// A line of the public site would be the time of somebody's visit: nothing is
// written until the hour is full, and then no more than the hour.
func TestPublicLogWaitsForTheHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		lay(s.public)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.publicLog.Run(ctx); close(done) }()
		start := time.Now()
		time.Sleep(13*time.Minute + 7*time.Second)
		s.hostile(t, "")
		time.Sleep(46*time.Minute + 52*time.Second)
		synctest.Wait()
		if s.log.String() != "" {
			t.Fatalf("written before the hour was full: %s", s.log)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		got := s.lines(t)
		want := []string{"/fails/:x 500 the disk is full", "/panics/:x 500 panic", "/breaks/:x 200 panic", "/away/:x 503 "}
		var was []string
		for _, line := range got {
			was = append(was, line["route"]+" "+line["status"]+" "+line["cause"])
			if at, err := time.Parse(time.RFC3339Nano, line["time"]); err != nil || !at.Equal(at.Truncate(time.Hour)) {
				t.Errorf("written at %s, want the full hour", line["time"])
			}
			if line["hour"] != start.UTC().Format("2006-01-02T15") {
				t.Errorf("hour: got %s, want that of the failures", line["hour"])
			}
		}
		if !slices.Equal(was, want) {
			t.Errorf("got %q, want %q", was, want)
		}
		s.ask(t, "POST", "/fails/x")
		cancel()
		<-done
		if rest := s.lines(t); len(rest) != len(want)+1 {
			t.Errorf("at the end: got %d lines, want what was noted since", len(rest)-len(want))
		}
	})
}

// One hour of failures takes bounded memory; what is more is counted.
func TestPublicLogIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite()
		lay(s.public)
		for range 1003 {
			s.ask(t, "POST", "/away/x")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s.publicLog.Run(ctx)
		got := s.lines(t)
		if len(got) != 1001 || got[1000]["count"] != "3" {
			t.Errorf("got %d lines, the last %v, want 1000 and a count of 3", len(got), got[len(got)-1])
		}
	})
}

// What the server or the client does with an aborted connection is no failure.
func TestAbortedConnection(t *testing.T) {
	s := newSite()
	s.public.GET("/aborts", func(*gin.Context) { panic(http.ErrAbortHandler) })
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // the very value that the server knows
			t.Errorf("got %v, want the server to hear of it", v)
		}
	}()
	s.ask(t, "GET", "/aborts")
}

// The id that somebody reads out leads to the line.
func TestIDLeadsToTheLine(t *testing.T) {
	s := newSite()
	lay(s.office)
	got := fields(t, s.ask(t, "POST", "/office/panics/x"))
	lines := s.lines(t)
	if len(lines) != 1 || lines[0]["id"] != got["id"] || got["error"] != "internal" {
		t.Errorf("answer %v, line %v: want one id", got, lines)
	}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, []string{"error", "id"}) {
		t.Errorf("answer: got %v, want error and id", keys)
	}
}
