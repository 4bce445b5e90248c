package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/beistand/beistand/config"
)

// controlSocket is where operator commands reach a running serve: the embedded
// store belongs to one process. Only the owner of the folder can open it.
const controlSocket = "control.sock"

// overwriting is the setting of Go's own under which memory that is freed is
// overwritten, so that a text which came without JavaScript does not stay there.
const overwriting = "clobberfree=1"

// alive is what the running program says of itself.
type alive struct {
	Engine      string       `json:"engine"`
	Overwriting bool         `json:"overwriting"`
	Erased      *erasedState `json:"erased,omitempty"`
}

// control answers operator commands of the same machine.
func (s *server) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /verify", func(w http.ResponseWriter, r *http.Request) {
		v, err := verifyAll(r.Context(), s.config, s.db)
		answer(w, v, err)
	})
	mux.HandleFunc("GET /alive", func(w http.ResponseWriter, r *http.Request) {
		says := alive{s.db.Engine(), strings.Contains(os.Getenv("GODEBUG"), overwriting), erasedIn(r.Context(), s.db)}
		answer(w, says, takesWrites(r.Context(), s.db))
	})
	mux.HandleFunc("POST /backup", s.streamBackup)
	mux.HandleFunc("GET /key/{desk}", func(w http.ResponseWriter, r *http.Request) {
		k, err := newestKey(r.Context(), s.db, r.PathValue("desk"))
		answer(w, k, err)
	})
	mux.HandleFunc("GET /purge", func(w http.ResponseWriter, r *http.Request) {
		due, err := s.sites.Load().casework.Due(r.Context())
		answer(w, due, err)
	})
	mux.HandleFunc("POST /purge", func(w http.ResponseWriter, r *http.Request) {
		due, err := s.sites.Load().casework.Purge(r.Context(), false)
		answer(w, due, err)
	})
	mux.HandleFunc("POST /purge/sure", func(w http.ResponseWriter, r *http.Request) {
		due, err := s.sites.Load().casework.Purge(r.Context(), true)
		answer(w, due, err)
	})
	mux.HandleFunc("POST /compact", func(w http.ResponseWriter, r *http.Request) {
		sizes, err := compactStore(r.Context(), s.config, s.db)
		answer(w, sizes, err)
	})
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, struct{}{}, s.reload()) //nolint:contextcheck // the new site outlives this call
	})
	mux.HandleFunc("POST /account/{what}", func(w http.ResponseWriter, r *http.Request) {
		link, err := s.invitation(r.Context(), r.PathValue("what") == "recover")
		answer(w, link, err)
	})
	mux.HandleFunc("POST /tokens", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, struct{}{}, s.tokens.Reload())
	})
	return mux
}

// takesWrites stores something small that ends in a minute: with a replica set the
// majority of its members must have it on their disks.
func takesWrites(ctx context.Context, db store) error {
	if err := db.Ping(ctx); err != nil {
		return err
	}
	return db.Once(ctx, "doctor:"+strings.ToLower(rand.Text()), time.Now().Add(time.Minute).Unix())
}

func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		v = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(v) // the command has gone
}

// listenControl opens the socket in the data folder. A socket that a dead
// process left behind is replaced.
func listenControl(ctx context.Context, dir string) (net.Listener, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	path := filepath.Join(dir, controlSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the control socket: %w", err), l.Close())
	}
	return l, nil
}

// control sends a command to the running server. It answers nil if none runs.
func control(ctx context.Context, c config.Config, request string, limit time.Duration) (*http.Response, error) {
	path := filepath.Join(c.Data, controlSocket)
	var dialer net.Dialer
	client := http.Client{Timeout: limit, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, "unix", path) },
	}}
	method, where, _ := strings.Cut(request, " ")
	//nolint:gosec // the address is the socket's, whatever the path
	r, err := http.NewRequestWithContext(ctx, method, "http://control"+where, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(r) //nolint:gosec // as above
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, nil //nolint:nilnil // no server runs, which is no error
	}
	if err != nil {
		return nil, fmt.Errorf("asking the running server: %w", err)
	}
	return resp, nil
}

// askServer sends a command to the running server and reads its answer. It says
// false if none runs.
func askServer(ctx context.Context, c config.Config, request string, into any) (served bool, err error) {
	resp, err := control(ctx, c, request, 10*time.Minute)
	if resp == nil || err != nil {
		return false, err
	}
	defer closing(resp.Body, &err)
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		return false, fmt.Errorf("asking the running server: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var fault struct{ Error string }
		if json.Unmarshal(body.Bytes(), &fault) != nil {
			fault.Error = resp.Status
		}
		return true, fmt.Errorf("the running server says: %s", fault.Error)
	}
	if err := json.Unmarshal(body.Bytes(), into); err != nil {
		return true, fmt.Errorf("reading the running server's answer: %w", err)
	}
	return true, nil
}
