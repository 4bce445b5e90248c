package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/demo"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/web"
)

// A server is one running beistand: a store, its settings, and the sites as they
// were wired last. Reading the pinned keys anew wires them again.
type server struct {
	config    config.Config
	data      config.Data
	zone      *time.Location
	db        store
	log       *slog.Logger
	publicLog *web.PublicLog
	totals    *web.DailyTotals
	pace      *auth.Pace
	tokens    *auth.KeyRing
	veiled    []string
	fictional bool   // Musterstadt: a banner on every page, its own key
	ahead     int    // days, of the fictional city's calendar
	base      string // of the console
	address   string // of the public site, as people type it
	uploads   intake.Uploads
	gates     *publicweb.Gates
	compacted string // the day on which the janitor last compacted the store
	reloading sync.Mutex
	sites     atomic.Pointer[sites]
}

func (p program) serve(args []string) (err error) {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	db, err := openStore(p.ctx, c, *testEngine)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	s, err := newServer(c, db, p.stderr, false)
	if err != nil {
		return err
	}
	var greeting sync.WaitGroup
	defer greeting.Wait()
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	return s.run(ctx, func(r ready) error {
		fmt.Fprintf(p.stdout, "form     %s\nconsole  %s\noperator %s\n", r.Public, r.Office, r.Operator)
		if s.welcome(ctx, p.stdout) != nil {
			greeting.Go(func() { s.greet(ctx, p.stdout, auth.Sleep) })
		}
		return nil
	})
}

// newServer prepares everything that lives as long as the process.
func newServer(c config.Config, db store, stderr io.Writer, fictional bool) (*server, error) {
	data, err := config.ReadData(c.Files)
	if err != nil {
		return nil, err
	}
	if err := data.CheckDesks(c.Office.Desks); err != nil {
		return nil, err
	}
	veiled, err := config.ReadVeiledWords(c.Files, c.Veil)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("reading settings: time_zone: %w", err)
	}
	tokens, err := openTokens(c.Auth.TokenKeys)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	s := &server{
		config: c, data: data, veiled: veiled, zone: zone, db: db, log: log, tokens: tokens, fictional: fictional,
		publicLog: &web.PublicLog{Log: log, Now: time.Now},
		pace:      &auth.Pace{Clock: time.Now, Sleep: auth.Sleep},
		gates:     publicweb.NewGates(&web.Networks{Header: c.Site.NetworkHeader, Now: time.Now, Rand: rand.Reader}),
	}
	s.totals = &web.DailyTotals{Now: s.now}
	return s, nil
}

// openTokens reads the keys that sign tokens and makes the first one.
func openTokens(dir string) (*auth.KeyRing, error) {
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err == nil && len(names) == 0 {
		if err := auth.CreateKey(dir, "0001", rand.Reader); err != nil {
			return nil, err
		}
	}
	return auth.OpenKeys(dir)
}

// ready is where the server can be reached.
type ready struct {
	Ready    bool         `json:"ready"`
	Public   string       `json:"public"`
	Office   string       `json:"office"`
	Operator string       `json:"operator"`
	Logins   []demo.Login `json:"logins,omitempty"`
}

// shutdown is how long running requests may take to end after SIGTERM.
const shutdown = 4 * time.Second

// memoryLimit is how much memory Go may take before it collects garbage more
// often: with 10,000 idle connections the program stays below 250 MB.
const memoryLimit = 192 << 20

// run serves until ctx ends; then it finishes what runs, for a few seconds.
func (s *server) run(ctx context.Context, tell func(ready) error) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	listeners, where, err := s.listen(ctx)
	if err != nil {
		return err
	}
	if err := s.reload(); err != nil { //nolint:contextcheck // the site's calls have contexts of their own
		return errors.Join(err, listeners.close())
	}
	if err := s.sites.Load().casework.Begin(ctx); err != nil {
		return errors.Join(err, listeners.close())
	}
	if err := s.sites.Load().announce(ctx); err != nil {
		return errors.Join(err, listeners.close())
	}
	digest, err := s.digest()
	if err != nil {
		return errors.Join(err, listeners.close())
	}
	var background sync.WaitGroup
	defer background.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	background.Go(func() { s.publicLog.Run(ctx) })
	background.Go(func() { s.janitor(ctx) })
	background.Go(func() { s.watch(ctx) })
	if digest != nil {
		background.Go(func() { digest.Run(ctx) })
	}
	failed := listeners.serve(map[string]http.Handler{"main": s, "operator": s.operator(), "control": s.control()})
	if err := tell(where); err != nil && ctx.Err() == nil { // asked to end at once: that is no failure
		return errors.Join(err, listeners.close())
	}
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serving: %w", err), listeners.close())
	case <-ctx.Done():
	}
	return listeners.end(context.WithoutCancel(ctx), shutdown)
}

// ServeHTTP hands the request to the sites as they are wired now.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.sites.Load().handler.ServeHTTP(w, r)
}

// reload reads the operator's pinned keys anew and wires the sites with them. One
// at a time: else one that read the file earlier could be done later, and the key
// that was pinned between would be none.
func (s *server) reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	keys, err := config.ReadKeys(s.config.Office.KeysFile)
	if err != nil {
		return err
	}
	wired, err := s.wire(keys)
	if err != nil {
		return err
	}
	s.sites.Store(wired)
	return nil
}

// welcome prints the one-time link of an office that has no member yet.
func (s *server) welcome(ctx context.Context, w io.Writer) error {
	office := s.sites.Load().casework
	empty, err := office.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	link, err := s.invitation(ctx, false)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, `
This office has no member yet. The first coordinator opens this link, once, within 48 hours:

    %s

and makes passphrase, keys and recovery sheet there. Then type, for each desk:

    beistand office pin DESK

and the 24 digits that the coordinator tells you. Until then the form takes nothing.
`, link)
	return nil
}

// greet prints the first link once the store can keep it: a database that goes
// away while the program starts must not cost a new office its way in.
func (s *server) greet(ctx context.Context, w io.Writer, wait func(context.Context, time.Duration) error) {
	s.log.LogAttrs(ctx, slog.LevelError, "the first link could not be made, trying again")
	for wait(ctx, watchEvery) == nil {
		if s.welcome(ctx, w) == nil {
			return
		}
	}
}

// operator answers the operator's own questions, on loopback only.
func (s *server) operator() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.db.Ping(r.Context()); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "the store does not answer")
			return
		}
		if o, err := readOperations(s.config.Data); err == nil && o.Verify != nil && o.Verify.Grave > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "the last verify found broken chains")
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return mux
}

// listeners are the open sockets by name, and their servers.
type listeners struct {
	sockets map[string]net.Listener
	servers []*http.Server
	group   sync.WaitGroup
}

func (s *server) listen(ctx context.Context) (*listeners, ready, error) {
	l := &listeners{sockets: map[string]net.Listener{}}
	var listen net.ListenConfig
	for name, address := range map[string]string{"main": s.config.Listen, "operator": s.config.Operator.Listen} {
		socket, err := listen.Listen(ctx, "tcp", address)
		if err != nil {
			return nil, ready{}, errors.Join(fmt.Errorf("listening: %w", err), l.close())
		}
		l.sockets[name] = web.Listener(socket)
	}
	control, err := listenControl(ctx, s.config.Data)
	if err != nil {
		return nil, ready{}, errors.Join(err, l.close())
	}
	l.sockets["control"] = control
	return l, s.where(l), nil
}

// where says how people reach the sites. The console needs a host name: passkeys
// do not bind to an address.
func (s *server) where(l *listeners) ready {
	host, port, _ := net.SplitHostPort(l.sockets["main"].Addr().String()) // an address that was listened on
	r := ready{Ready: true, Public: s.config.Site.Origin, Operator: "http://" + l.sockets["operator"].Addr().String()}
	if r.Public == "" {
		if net.ParseIP(host).IsUnspecified() {
			host = "localhost" // nobody can type "all addresses"
		}
		r.Public = "http://" + net.JoinHostPort(host, port)
	}
	s.address = r.Public
	s.base = s.config.Office.Origin
	if s.base == "" {
		s.base = "http://" + net.JoinHostPort("localhost", port)
	}
	r.Office = s.base + "/office/"
	return r
}

func (l *listeners) serve(handlers map[string]http.Handler) <-chan error {
	failed := make(chan error, len(l.sockets))
	for name, socket := range l.sockets {
		server := web.Server(handlers[name])
		l.servers = append(l.servers, server)
		l.group.Go(func() {
			if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	return failed
}

// end lets running requests finish, for a while, and closes.
func (l *listeners) end(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var group sync.WaitGroup
	for _, server := range l.servers {
		group.Go(func() {
			if server.Shutdown(ctx) != nil {
				_ = server.Close() // nothing more can be done for it
			}
		})
	}
	group.Wait()
	l.group.Wait()
	return nil
}

func (l *listeners) close() error {
	var errs []error
	for _, socket := range l.sockets {
		if err := socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// private makes a folder that only its owner can look into.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	return nil
}
