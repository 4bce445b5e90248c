package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

// sweep is how often ended sessions are deleted and projections compared with
// the events (store.md §5).
const sweep = 15 * time.Minute

// janitor looks after what may be late: at the start and then every quarter of
// an hour. Several instances may do it at once.
func (s *server) janitor(ctx context.Context) {
	for {
		if err := s.clean(ctx); err != nil && ctx.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelError, "sweep failed", slog.String("cause", err.Error()))
		}
		s.compactDaily(ctx)
		if auth.Sleep(ctx, sweep) != nil {
			return
		}
	}
}

func (s *server) clean(ctx context.Context) error {
	if err := s.db.Expire(ctx, time.Now().Unix()); err != nil {
		return err
	}
	if err := s.sweepUploads(ctx); err != nil {
		return err
	}
	office := s.sites.Load().casework
	if err := s.sites.Load().announce(ctx); err != nil {
		return err
	}
	if err := errors.Join(office.Timers(ctx), office.Sweep(ctx)); err != nil {
		return err
	}
	for after := incident.CaseID(""); ; {
		heads, err := s.db.Heads(ctx, after, page)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if err := s.repair(ctx, h); err != nil {
				return err
			}
			after = h.Case
		}
		if len(heads) < page {
			return nil
		}
	}
}

// repair rebuilds a case's projection if it is missing or behind: without it the
// case would be hidden from the inbox.
func (s *server) repair(ctx context.Context, h incident.Head) error {
	if h.State.Final() {
		return nil
	}
	p, err := s.db.Projection(ctx, h.Case)
	if err == nil && p.Rev >= h.Rev && p.V == incident.SummaryVersion {
		return nil
	}
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return err
	}
	if err := s.db.Project(ctx, h.Case); err != nil && !errors.Is(err, incident.ErrChain) && !errors.Is(err, incident.ErrUnknownKind) {
		return err
	}
	return nil
}
