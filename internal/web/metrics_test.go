package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/web"
)

// A day's refusals are told when it is over, and never what succeeded.
func TestDailyTotals(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	totals := &web.DailyTotals{Now: func() time.Time { return now }}
	engine := web.New(func(c *gin.Context) { c.Status(404) })
	g := engine.Group("", totals.Watch)
	for path, status := range map[string]int{"/good": 201, "/bad": 422, "/broken": 503} {
		g.GET(path, func(c *gin.Context) { c.Status(status) })
	}
	get := func(path string, times int) {
		for range times {
			engine.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
		}
	}
	lines := func() string {
		var b strings.Builder
		totals.Write(&b)
		var values []string
		for line := range strings.Lines(b.String()) {
			if !strings.HasPrefix(line, "#") {
				values = append(values, strings.TrimSpace(line))
			}
		}
		return strings.Join(values, "; ")
	}
	get("/good", 5)
	get("/bad", 3)
	get("/broken", 1)
	if got := lines(); got != "" {
		t.Errorf("on the day itself: got %q, want nothing", got)
	}
	now = now.AddDate(0, 0, 1)
	get("/bad", 1)
	want := `beistand_public_refusals_yesterday{status="422"} 3; beistand_public_refusals_yesterday{status="503"} 1`
	if got := lines(); got != want {
		t.Errorf("a day later: got %q, want %q", got, want)
	}
	now = now.AddDate(0, 0, 3)
	if got := lines(); got != "" {
		t.Errorf("after days without a visit: got %q, want nothing", got)
	}
}
