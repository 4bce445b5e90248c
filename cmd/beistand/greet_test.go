package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// A fleeting store cannot be written to for so many calls.
type fleeting struct {
	store
	away int
}

func (f *fleeting) PutKey(ctx context.Context, id string, b []byte) error {
	if f.away--; f.away >= 0 {
		return incident.ErrUnavailable
	}
	return f.store.PutKey(ctx, id, b)
}

// TestFirstLinkOutlivesTheDatabase: a database that is away while the program
// starts costs no new office its way in. The link is printed once it can be kept,
// and one that was printed earlier holds until then.
func TestFirstLinkOutlivesTheDatabase(t *testing.T) {
	o := newOffice(t)
	c, err := config.Load("", o.env)
	must(t, err)
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	must(t, err)
	defer db.Close()
	s, err := newServer(c, &fleeting{db, 0}, io.Discard, false)
	must(t, err)
	s.base = "http://localhost"
	must(t, s.reload())
	office := s.sites.Load().casework
	must(t, office.Begin(t.Context()))
	var first strings.Builder
	must(t, s.welcome(t.Context(), &first))
	before, err := office.Invites(t.Context())
	must(t, err)

	s.db.(*fleeting).away = 3
	var out strings.Builder
	waited := 0
	s.greet(t.Context(), &out, func(context.Context, time.Duration) error {
		waited++
		if out.Len() > 0 {
			t.Error("a link was printed that nobody kept")
		}
		now, err := office.Invites(t.Context())
		must(t, err)
		for owner := range before {
			if now[owner] == nil {
				t.Error("the earlier link is gone before there is another")
			}
		}
		return nil
	})
	now, err := office.Invites(t.Context())
	must(t, err)
	if waited != 4 || strings.Count(out.String(), "/office/#setup=") != 1 || len(now) != 1 {
		t.Errorf("waited %d times, %d codes, printed %q", waited, len(now), out.String())
	}
	for owner := range before {
		if now[owner] != nil {
			t.Error("the earlier link still holds beside the new one")
		}
	}
}
