package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Headers are the parts of the header set that differ between installations.
type Headers struct {
	TLS   bool   // the site is reached over https: send HSTS
	Onion string // onion address, or ""
}

const (
	permissions = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), " +
		"payment=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=(), "
	policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; "
)

// PublicHeaders gives the headers of every public answer (protocol.md §11).
func PublicHeaders(h Headers) map[string]string {
	set := sharedHeaders(h)
	set["Content-Security-Policy"] = policy + "img-src 'self' data:; trusted-types 'none'"
	set["Permissions-Policy"] = permissions + "publickey-credentials-get=(), publickey-credentials-create=()"
	if h.Onion != "" {
		set["Onion-Location"] = h.Onion
	}
	return set
}

// OfficeHeaders gives the headers of every answer of the office site: one
// Trusted Types policy for the one worker, pictures from memory, passkeys.
func OfficeHeaders(h Headers) map[string]string {
	set := sharedHeaders(h)
	set["Content-Security-Policy"] = policy + "img-src 'self' data: blob:; worker-src 'self'; trusted-types beistand-worker"
	set["Permissions-Policy"] = permissions + "publickey-credentials-get=(self), publickey-credentials-create=(self)"
	return set
}

// WorkerPolicy is the policy of a worker's own script: it loads and calls, and
// makes no page.
const WorkerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

func sharedHeaders(h Headers) map[string]string {
	set := map[string]string{
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Cross-Origin-Resource-Policy": "same-origin",
		"X-Content-Type-Options":       "nosniff",
		"X-DNS-Prefetch-Control":       "off",
		"Cache-Control":                "no-store",
	}
	if h.TLS {
		set["Strict-Transport-Security"] = "max-age=63072000"
	}
	return set
}

// SetHeaders sends the set with every answer of the group, each header once.
func SetHeaders(set map[string]string) gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		for name, value := range set {
			h.Set(name, value)
		}
	}
}

// Body limits what a request of the group may send, in bytes, and how long the
// work on it may take.
func Body(limit int64, deadline time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		ctx, cancel := context.WithTimeout(c.Request.Context(), deadline)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// What a slow line may be: phones at the edge of the network send more.
const (
	slowest = 512 // bytes a second, on the whole
	unasked = time.Minute
)

// Patient gives a request of the group more time than others have, as long as
// its sender keeps sending: idle is how long nothing may come. The server itself
// has one deadline for a whole request, too short for a file on a slow line.
// After the first minute less than 512 bytes a second are too little: somebody
// who sends a byte now and then would hold a place for nothing.
func Patient(idle time.Duration, now func() time.Time) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = &patientBody{c.Request.Body, http.NewResponseController(c.Writer), idle, now, now(), 0}
	}
}

type patientBody struct {
	io.ReadCloser
	connection *http.ResponseController
	idle       time.Duration
	now        func() time.Time
	began      time.Time
	got        int64
}

func (b *patientBody) Read(p []byte) (int, error) {
	until := b.now().Add(b.idle)
	if last := b.began.Add(unasked + time.Duration(b.got)*(time.Second/slowest)); last.Before(until) {
		until = last
	}
	// A connection that knows no deadlines, as in a test, has none to move.
	if err := b.connection.SetReadDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	return n, err
}

// AtMost admits n requests of the group at a time; the others are told to come
// back, and nothing of theirs is read. It knows nobody, so it can only slow.
func AtMost(n int) gin.HandlerFunc {
	places := make(chan struct{}, n)
	return func(c *gin.Context) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			c.Next()
		default:
			Fail(c, Refuse(http.StatusServiceUnavailable, "busy"))
		}
	}
}

// ErrorPages answers the errors of the group with pages instead of JSON.
func ErrorPages(show func(*gin.Context, Failure)) gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(errorPages, show) }
}

const errorPages = "web.errorPages"
