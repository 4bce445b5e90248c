package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/beistand/beistand/internal/auth"
)

// watchEvery is how often the operator's key files are looked at.
const watchEvery = 2 * time.Second

// watch reads the pinned keys and the keys of sessions anew when their files
// change: one machine pins or renews a key, the others are given a copy of the
// file. A file that cannot be used changes nothing; the log says so once.
func (s *server) watch(ctx context.Context) {
	pinned, tokens := stamp(s.config.Office.KeysFile), stamp(s.config.Auth.TokenKeys)
	for auth.Sleep(ctx, watchEvery) == nil {
		if now := stamp(s.config.Office.KeysFile); now != pinned {
			pinned = now
			s.took(ctx, "pinned keys", s.reload()) //nolint:contextcheck // the site's calls have contexts of their own
		}
		if now := stamp(s.config.Auth.TokenKeys); now != tokens {
			tokens = now
			s.took(ctx, "token keys", s.tokens.Reload())
		}
	}
}

// took tells the operator whether changed keys are in use now.
func (s *server) took(ctx context.Context, what string, err error) {
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "changed keys not taken", slog.String("what", what), slog.String("cause", err.Error()))
		return
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "changed keys taken", slog.String("what", what))
}

// A fileStamp tells one state of a file from the next.
type fileStamp struct {
	size    int64
	changed time.Time
}

// stamp gives the zero value for a file that is not there.
func stamp(path string) fileStamp {
	info, err := os.Stat(path)
	if err != nil {
		return fileStamp{}
	}
	return fileStamp{info.Size(), info.ModTime()}
}
