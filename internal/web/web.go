// Package web is what both sites share: the engine, the headers, limits and
// deadlines that come from how routes are laid, the strict JSON reader, the
// rendering of pages, the log that names nobody, and the one place where errors
// become answers.
//
// It cannot tell what a route does, never logs an address, a path, a query or a
// body, and sets no cookie.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Deadlines of the HTTP server. A whole request has readDeadline, a slow upload
// of a file gets its own from its route.
const (
	readHeader   = 10 * time.Second
	readDeadline = 60 * time.Second
	idle         = 75 * time.Second
	maxHeader    = 16 << 10
)

// An Engine is the router of one listener.
type Engine struct {
	gin *gin.Engine
}

// New makes an engine that recovers from panics without printing their value,
// trusts no proxy, and answers unknown routes through missing.
func New(missing gin.HandlerFunc) *Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = false // or an unknown call would list the methods that are known
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.UseRawPath = true
	if err := e.SetTrustedProxies(nil); err != nil {
		panic(err) // an empty list cannot be wrong
	}
	e.Use(whole)
	e.NoRoute(missing)
	return &Engine{gin: e}
}

// Group lays routes under a prefix; middleware comes in the order given.
func (e *Engine) Group(prefix string, middleware ...gin.HandlerFunc) *gin.RouterGroup {
	return e.gin.Group(prefix, middleware...)
}

// Routes lists what was laid, for the tests that hold policies and the API
// description against it.
func (e *Engine) Routes() gin.RoutesInfo { return e.gin.Routes() }

// Handler is the whole site behind the check that refuses changing requests
// from foreign pages.
func (e *Engine) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, value := range PublicHeaders(Headers{}) {
			h.Set(name, value)
		}
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error":"cross_origin"}`)) // the client is gone or refused; nothing is left to do
	}))
	return guard.Handler(e.gin)
}

// Server makes the HTTP server for a handler. It has no address and no error
// log: Go's prints addresses of clients.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeader,
		ReadTimeout:       readDeadline,
		IdleTimeout:       idle,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}
