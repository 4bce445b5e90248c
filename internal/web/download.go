package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// Download answers with a file that a browser saves and never shows, of so many
// bytes. Idle is how long its reader may take nothing of it. If content fails on
// the way the connection is broken off, so that half a file does not pass for a
// whole one.
func Download(c *gin.Context, name string, size int64, idle time.Duration, now func() time.Time, content io.WriterTo) {
	h := c.Writer.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	c.Status(http.StatusOK)
	connection := http.NewResponseController(c.Writer)
	defer func() { _ = connection.SetWriteDeadline(time.Time{}) }() // the connection may serve the next request
	out := &patientWriter{c.Writer, connection, idle, now}
	if n, err := content.WriteTo(out); err != nil || n != size {
		panic(http.ErrAbortHandler)
	}
}

// A patientWriter gives a slow reader time, as long as it takes something.
type patientWriter struct {
	io.Writer
	connection *http.ResponseController
	idle       time.Duration
	now        func() time.Time
}

func (w *patientWriter) Write(p []byte) (int, error) {
	// A connection that knows no deadlines, as in a test, has none to move.
	if err := w.connection.SetWriteDeadline(w.now().Add(w.idle)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return w.Writer.Write(p)
}
