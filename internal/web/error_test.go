package web_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

var errorID = regexp.MustCompile(`^[0-9a-f]{16}$`)

func TestAnswer(t *testing.T) {
	slow := fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)
	tests := []struct {
		name   string
		err    error
		status int
		key    string
		retry  bool
	}{
		{"form", incident.Faults{{Field: "text", Key: "required"}}, 422, "form", false},
		{"not found", incident.ErrNotFound, 404, "not_found", false},
		{"conflict", incident.ErrConflict, 409, "conflict", false},
		{"unclear", incident.ErrUnclear, 503, "unclear", true},
		{"unavailable", incident.ErrUnavailable, 503, "unavailable", true},
		{"chain", incident.ErrChain, 500, "chain", false},
		{"transition", incident.ErrTransition, 409, "transition", false},
		{"forbidden", incident.ErrForbidden, 403, "forbidden", false},
		{"epoch", incident.ErrEpoch, 409, "epoch", false},
		{"full", incident.ErrFull, 409, "full", false},
		{"erased", incident.ErrErased, 409, "erased", false},
		{"unknown kind", incident.ErrUnknownKind, 409, "read_only", false},
		{"too large", &http.MaxBytesError{Limit: 7}, 413, "too_large", false},
		{"too slow", slow, 408, "too_slow", true},
		{"work without end", context.DeadlineExceeded, 503, "unclear", true},
		{"client gone", context.Canceled, 503, "unclear", true},
		{"refused", web.Refuse(415, "media_type"), 415, "media_type", false},
		{"busy", web.Refuse(503, "busy"), 503, "busy", true},
		{"unforeseen", errors.New("x"), 500, "internal", false},
		{"a file that is missing", fs.ErrPermission, 500, "internal", false},
		{"nothing", nil, 500, "internal", false},
		// What the store says counts more than why it says so.
		{"store away, its time ran out", errors.Join(incident.ErrUnavailable, slow), 503, "unavailable", true},
		{"nobody knows, time ran out", errors.Join(incident.ErrUnclear, slow), 503, "unclear", true},
		{"store away, context over", errors.Join(incident.ErrUnavailable, context.DeadlineExceeded), 503, "unavailable", true},
	}
	for _, tt := range tests {
		wrapped := tt.err
		if wrapped != nil {
			wrapped = fmt.Errorf("doing this: %w", fmt.Errorf("doing that: %w", tt.err))
		}
		for _, err := range []error{tt.err, wrapped} {
			f := web.Answer(err)
			if f.Status != tt.status || f.Key != tt.key || f.Retry != tt.retry {
				t.Errorf("%s: got %d %s, retry %v, want %d %s, %v", tt.name, f.Status, f.Key, f.Retry, tt.status, tt.key, tt.retry)
			}
			if (f.ID != "") != (tt.status == 500) || f.ID != "" && !errorID.MatchString(f.ID) {
				t.Errorf("%s: got id %q, want one for what is our fault only", tt.name, f.ID)
			}
		}
	}
	if a, b := web.Answer(errors.New("x")).ID, web.Answer(errors.New("x")).ID; a == b {
		t.Errorf("two failures have one id, %s", a)
	}
}

// Every error that crosses package borders has an answer of its own.
func TestAnswerKnowsAllErrors(t *testing.T) {
	for _, err := range []error{
		incident.ErrNotFound, incident.ErrConflict, incident.ErrUnclear, incident.ErrUnavailable, incident.ErrChain, incident.ErrTransition,
		incident.ErrForbidden, incident.ErrEpoch, incident.ErrFull, incident.ErrUnknownKind,
		incident.Faults{{}},
	} {
		if f := web.Answer(err); f.Key == "internal" {
			t.Errorf("%v: got internal", err)
		}
	}
}

// An answer holds keys and never the text of the error.
func TestFailIsSilent(t *testing.T) {
	for _, err := range []error{
		errors.New(marker), fmt.Errorf("%s: %w", marker, incident.ErrNotFound), fmt.Errorf("%s: %w", marker, incident.ErrChain),
		fmt.Errorf("%s: %w", marker, incident.ErrUnavailable), fmt.Errorf("%s: %w", marker, incident.Faults{{Field: "text", Key: "required"}}),
		fmt.Errorf("%s: %w", marker, web.Refuse(http.StatusTeapot, "teapot")), fmt.Errorf("%s: %w", marker, &http.MaxBytesError{}),
	} {
		s := newSite()
		later := false
		fails := func(c *gin.Context) { web.Fail(c, err) }
		s.public.GET("/fails", fails, func(*gin.Context) { later = true })
		w := s.ask(t, "GET", "/fails")
		want := web.Answer(err)
		got := fields(t, w)
		if w.Code != want.Status || got["error"] != want.Key || later {
			t.Errorf("%v: got %d %v, went on %v, want %d %s and the end", err, w.Code, got, later, want.Status, want.Key)
		}
		if strings.Contains(w.Body.String()+fmt.Sprint(w.Header()), marker) {
			t.Errorf("%v: the answer holds the error's text: %s", err, w.Body)
		}
		if (w.Header().Get("Retry-After") != "") != want.Retry {
			t.Errorf("%v: Retry-After %q, want it %v", err, w.Header().Get("Retry-After"), want.Retry)
		}
		for _, key := range slices.Sorted(maps.Keys(got)) {
			if !slices.Contains([]string{"error", "fields", "id"}, key) {
				t.Errorf("%v: the answer has %q", err, key)
			}
		}
	}
}

func TestFailDetails(t *testing.T) {
	s := newSite()
	s.public.GET("/faults", func(c *gin.Context) {
		web.Fail(c, incident.Faults{{Field: "text", Key: "required"}, {Field: "lang", Key: "unknown"}})
	})
	s.public.GET("/detail", func(c *gin.Context) {
		web.Fail(c, &web.Refusal{Status: http.StatusConflict, Key: "transition", Detail: map[string]any{"allowed": []string{"triage"}}})
	})
	if got, want := s.ask(t, "GET", "/faults").Body.String(), `{"error":"form","fields":[{"field":"text","key":"required"},{"field":"lang","key":"unknown"}]}`+"\n"; got != want {
		t.Errorf("faults: got %s, want %s", got, want)
	}
	if got, want := s.ask(t, "GET", "/detail").Body.String(), `{"allowed":["triage"],"error":"transition"}`+"\n"; got != want {
		t.Errorf("detail: got %s, want %s", got, want)
	}
}

// Where the group has pages for errors, the page gets the same and no more.
func TestErrorPages(t *testing.T) {
	s := newSite()
	group := s.public.Group("/", web.ErrorPages(func(c *gin.Context, f web.Failure) { c.String(f.Status, "%s %s", f.Key, f.ID) }))
	group.GET("/fails", func(c *gin.Context) { web.Fail(c, errors.New(marker)) })
	group.GET("/panics", func(*gin.Context) { panic(marker) })
	for _, path := range []string{"/fails", "/panics"} {
		w := s.ask(t, "GET", path)
		key, id, _ := strings.Cut(w.Body.String(), " ")
		if w.Code != 500 || key != "internal" || !errorID.MatchString(id) {
			t.Errorf("%s: got %d %q, want the page with an id", path, w.Code, w.Body)
		}
	}
}
