package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// OfficeLog writes one line a request: route pattern, status and class of
// duration, never a path, a query, a member or a case (protocol.md §11).
func OfficeLog(log *slog.Logger, now func() time.Time) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := now()
		next(c)
		attrs := []slog.Attr{
			slog.String("route", c.FullPath()), slog.Int("status", c.Writer.Status()), slog.String("took", class(now().Sub(start))),
		}
		if id := c.GetString(failureID); id != "" {
			attrs = append(attrs, slog.String("id", id), cause(c))
		}
		log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request", attrs...)
	}
}

// cause gives the error behind a failure. Errors of ours never hold a
// resident's words (CONTRIBUTING.md, Errors).
func cause(c *gin.Context) slog.Attr {
	if err, ok := c.Value(failureCause).(error); ok {
		return slog.String("cause", err.Error())
	}
	return slog.String("cause", "")
}

func class(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return "<10ms"
	case d < 100*time.Millisecond:
		return "<100ms"
	case d < time.Second:
		return "<1s"
	}
	return ">1s"
}

// A PublicLog keeps the failures of the public site in memory and writes them
// at the full hour: a line written at once would be a time stamp of somebody's
// visit. It knows the hour, the route pattern, the status and the error id.
type PublicLog struct {
	Log *slog.Logger
	Now func() time.Time

	mu    sync.Mutex
	lines []publicLine
	lost  int
}

type publicLine struct {
	route  string
	status int
	id     string
	cause  slog.Attr
}

// maxLines bounds the memory of one hour; what comes later is only counted.
const maxLines = 1000

// Watch notes the failures of the group that are ours: status 500 and above, and
// a panic behind a status that had been sent already.
func (l *PublicLog) Watch(c *gin.Context) {
	next(c)
	if c.Writer.Status() < http.StatusInternalServerError && c.GetString(failureID) == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) >= maxLines {
		l.lost++
		return
	}
	l.lines = append(l.lines, publicLine{c.FullPath(), c.Writer.Status(), c.GetString(failureID), cause(c)})
}

// Run writes what was noted at each full hour, and the rest when ctx ends.
func (l *PublicLog) Run(ctx context.Context) {
	for {
		now := l.Now()
		timer := time.NewTimer(now.Truncate(time.Hour).Add(time.Hour).Sub(now))
		select {
		case <-timer.C:
			l.flush(ctx, now.Truncate(time.Hour))
		case <-ctx.Done():
			timer.Stop()
			l.flush(ctx, now.Truncate(time.Hour))
			return
		}
	}
}

func (l *PublicLog) flush(ctx context.Context, hour time.Time) {
	l.mu.Lock()
	lines, lost := l.lines, l.lost
	l.lines, l.lost = nil, 0
	l.mu.Unlock()
	at := slog.String("hour", hour.UTC().Format("2006-01-02T15"))
	for _, line := range lines {
		l.Log.LogAttrs(ctx, slog.LevelError, "public failure", at, slog.String("route", line.route),
			slog.Int("status", line.status), slog.String("id", line.id), line.cause)
	}
	if lost > 0 {
		l.Log.LogAttrs(ctx, slog.LevelError, "public failures not listed", at, slog.Int("count", lost))
	}
}
