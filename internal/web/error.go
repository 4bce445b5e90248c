package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
)

// A Failure is what an error becomes for the one who asked. It never holds the
// error's text.
type Failure struct {
	Status int    // of HTTP
	Key    string // of the text in the locale
	Fields []incident.FieldError
	ID     string // random, of the log line; "" unless the cause is ours
	Retry  bool   // sending again helps, and nothing is doubled
	Detail any    // more for the script, as JSON fields of the answer; may be nil
}

// A Refusal is an error that already knows its answer.
type Refusal struct {
	Status int
	Key    string
	Detail any // becomes Failure.Detail
}

// Refuse makes a Refusal with a status and the key of its text.
func Refuse(status int, key string) error { return &Refusal{Status: status, Key: key} }

// retry says whether the same may be asked again later.
func (r *Refusal) retry() bool {
	return r.Status == http.StatusServiceUnavailable || r.Status == http.StatusTooManyRequests
}

func (r *Refusal) Error() string { return "refused: " + r.Key }

// errInternal is the key of everything that nobody foresaw.
const errInternal = "internal"

// Answer maps an error to its answer (docs/architecture.md, Errors). It is the
// only place that does. A deadline that ran out while the store worked means that the outcome
// is not known; the caller who knows better returns incident.ErrUnavailable.
func Answer(err error) Failure {
	var refusal *Refusal
	var faults incident.Faults
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &refusal):
		return Failure{Status: refusal.Status, Key: refusal.Key, Detail: refusal.Detail, Retry: refusal.retry()}
	case errors.As(err, &faults):
		return Failure{Status: http.StatusUnprocessableEntity, Key: "form", Fields: faults}
	case errors.As(err, &tooLarge):
		return Failure{Status: http.StatusRequestEntityTooLarge, Key: "too_large"}
	case errors.Is(err, incident.ErrNotFound):
		return Failure{Status: http.StatusNotFound, Key: "not_found"}
	case errors.Is(err, incident.ErrConflict):
		return Failure{Status: http.StatusConflict, Key: "conflict"}
	case errors.Is(err, incident.ErrTransition):
		return Failure{Status: http.StatusConflict, Key: "transition"}
	case errors.Is(err, incident.ErrEpoch):
		return Failure{Status: http.StatusConflict, Key: "epoch"}
	case errors.Is(err, incident.ErrFull):
		return Failure{Status: http.StatusConflict, Key: "full"}
	case errors.Is(err, incident.ErrErased):
		return Failure{Status: http.StatusConflict, Key: "erased"}
	case errors.Is(err, incident.ErrUnknownKind):
		return Failure{Status: http.StatusConflict, Key: "read_only"}
	case errors.Is(err, incident.ErrForbidden):
		return Failure{Status: http.StatusForbidden, Key: "forbidden"}
	case errors.Is(err, incident.ErrUnavailable):
		return Failure{Status: http.StatusServiceUnavailable, Key: "unavailable", Retry: true}
	case errors.Is(err, incident.ErrUnclear), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Failure{Status: http.StatusServiceUnavailable, Key: "unclear", Retry: true}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Failure{Status: http.StatusRequestTimeout, Key: "too_slow", Retry: true}
	case errors.Is(err, incident.ErrChain):
		return Failure{Status: http.StatusInternalServerError, Key: "chain", ID: errorID()}
	}
	return Failure{Status: http.StatusInternalServerError, Key: errInternal, ID: errorID()}
}

// errorID is random: it says nothing about when or what.
func errorID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails (Go 1.24)
	return hex.EncodeToString(b[:])
}

// Fail ends the request with the answer to err: a page where the group has
// ErrorPages, JSON elsewhere. The cause of an internal error is kept for the log.
func Fail(c *gin.Context, err error) {
	f := Answer(err)
	Note(c, f, err)
	c.Abort()
	if f.Retry {
		c.Header("Retry-After", "10")
	}
	if show, ok := c.Value(errorPages).(func(*gin.Context, Failure)); ok {
		show(c, f)
		return
	}
	JSON(c, f.Status, f.body())
}

// Note keeps the cause of a failure for the log, for a caller that answers it
// with a page of its own, so that nothing typed is lost.
func Note(c *gin.Context, f Failure, err error) {
	if f.ID != "" {
		c.Set(failureID, f.ID)
		c.Set(failureCause, err)
	}
}

// body is the answer for a script.
func (f Failure) body() map[string]any {
	b := map[string]any{"error": f.Key}
	if len(f.Fields) > 0 {
		b["fields"] = f.Fields
	}
	if f.ID != "" {
		b["id"] = f.ID
	}
	if m, ok := f.Detail.(map[string]any); ok {
		for k, v := range m {
			b[k] = v
		}
	}
	return b
}

const (
	failureID    = "web.failureID"
	failureCause = "web.failureCause"
	halfSent     = "web.halfSent"
)

// next runs the rest of the chain and turns a panic into an answer. The value of
// the panic goes nowhere: it may hold what somebody wrote. Both logs call it, so
// that each notes a panic in its own way, at its own time.
func next(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(v)
		}
		if c.Writer.Written() {
			c.Set(failureID, errorID())
			c.Set(failureCause, errPanic)
			c.Set(halfSent, true)
			c.Abort()
			return
		}
		Fail(c, errPanic)
	}()
	c.Next()
}

// whole runs the whole chain. Of an answer that a panic cut short it breaks the
// connection off: it must not look whole to whoever reads it.
func whole(c *gin.Context) {
	next(c)
	if c.GetBool(halfSent) {
		panic(http.ErrAbortHandler)
	}
}

var errPanic = errors.New("panic")
