package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/mongostore"
	"github.com/beistand/beistand/internal/statistics"
)

// A store is what every engine does for every part of the program.
type store interface {
	intake.Store
	casework.Store
	casework.Ledger
	casework.Keeper
	auth.Store
	statistics.Store

	Editions(ctx context.Context) ([]incident.EditionStep, error)
	Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error)
	Member(ctx context.Context, id incident.MemberID) (incident.Member, error)
	Projection(ctx context.Context, id incident.CaseID) (incident.Summary, error)
	Project(ctx context.Context, id incident.CaseID) error
	ChunkIDs(ctx context.Context, after incident.ChunkID, limit int) ([]incident.ChunkID, error)
	Orphans(ctx context.Context, hour int64, limit int) ([]incident.UploadID, error)
	DropUpload(ctx context.Context, id incident.UploadID, named bool) error
	PutChunk(ctx context.Context, c incident.Chunk, hour int64) error
	Meta(ctx context.Context, id string) ([]byte, error)
	PutMeta(ctx context.Context, id string, b []byte) error
	Expire(ctx context.Context, now int64) error
	Ping(ctx context.Context) error
	Engine() string
	Close() error
}

var (
	_ store = (*boltstore.DB)(nil)
	_ store = (*mongostore.DB)(nil)
)

// openStore opens the engine that the settings choose.
func openStore(ctx context.Context, c config.Config, allowTestEngine bool) (store, error) {
	if c.MongoDB.URI != "" {
		db, err := mongostore.Open(ctx, mongostore.Options{
			URI: string(c.MongoDB.URI), Database: c.MongoDB.Database, AllowTestEngine: allowTestEngine,
		})
		if err != nil {
			return nil, fmt.Errorf("opening MongoDB: %w", err)
		}
		return db, nil
	}
	db, err := boltstore.Open(c.Data)
	if errors.Is(err, boltstore.ErrInUse) {
		return nil, hinted{fmt.Errorf("opening the store: %w", err), "another beistand serves this folder; operator commands reach it through its control socket"}
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, hinted{fmt.Errorf("opening the store: %w", err), "the data folder and all in it must belong to the user that runs beistand"}
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	return db, nil
}

// rebuild makes the projections that an engine writes after the event.
func rebuild(ctx context.Context, db store) error {
	for after := incident.CaseID(""); ; {
		heads, err := db.Heads(ctx, after, page)
		if err != nil {
			return err
		}
		for _, h := range heads {
			after = h.Case
			if h.State.Final() {
				continue
			}
			if err := db.Project(ctx, h.Case); err != nil {
				return err
			}
		}
		if len(heads) < page {
			return nil
		}
	}
}
