package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// A compacter is a store whose own file keeps the bytes of erased records until
// it is compacted: the embedded one. What a database server keeps is the
// operator's part (docs/deploy/mongodb.md).
type compacter interface {
	Erased(ctx context.Context) (waiting bool, free int64, err error)
	Compact(ctx context.Context) (before, after int64, err error)
}

var _ compacter = (*boltstore.DB)(nil)

// compacted is the size of the store's file in bytes, before and afterwards.
type compacted struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// compact takes the bytes of erased records out of the embedded store's file.
// serve does so every night by itself.
func (p program) compact(args []string) error {
	flags := flag.NewFlagSet("compact", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	sizes, err := compactNow(p.ctx, c)
	if errors.Is(err, boltstore.ErrNoRoom) {
		err = hinted{err, "make room: for a while the old file and the new one stand side by side"}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d MB before, %d MB now; no erased record is left in the file\n", sizes.Before>>20, sizes.After>>20)
	if keep := c.Backup.KeepDays; c.Backup.Recipient != "" {
		fmt.Fprintf(p.stdout, "backups hold what was erased for up to %d days more\n", keep)
	}
	return nil
}

// compactNow asks the running server, or opens the store itself.
func compactNow(ctx context.Context, c config.Config) (sizes compacted, err error) {
	if c.MongoDB.URI != "" {
		return sizes, hinted{errors.New("compacting: MongoDB keeps its own files"), "docs/deploy/mongodb.md says how long its files keep what was erased"}
	}
	if served, err := askServer(ctx, c, "POST /compact", &sizes); served || err != nil {
		return sizes, err
	}
	if _, err := os.Stat(filepath.Join(c.Data, boltstore.FileName)); err != nil {
		return sizes, fmt.Errorf("compacting: %w", err)
	}
	db, err := openStore(ctx, c, false)
	if err != nil {
		return sizes, err
	}
	defer closing(db, &err)
	return compactStore(ctx, c, db)
}

// compactStore compacts and notes for doctor how it went.
func compactStore(ctx context.Context, c config.Config, db store) (compacted, error) {
	file, ok := db.(compacter)
	if !ok {
		return compacted{}, errors.New("compacting: the store has no file of its own")
	}
	before, after, err := file.Compact(ctx)
	if errors.Is(err, boltstore.ErrBusy) || ctx.Err() != nil {
		return compacted{before, after}, err
	}
	day, fault := officeDay(c)
	n := &compactNote{Day: day}
	if err != nil {
		n.Failed = err.Error()
	}
	return compacted{before, after}, errors.Join(err, fault, note(c.Data, func(o *operations) { o.Compact = n }))
}

// compactDaily takes out what was erased, at the start and then in the first
// quarter of an hour of a day; where a backup runs, a quarter of an hour later.
func (s *server) compactDaily(ctx context.Context) {
	file, ok := s.db.(compacter)
	day := incident.DayOf(s.now())
	if !ok || s.compacted == day {
		return
	}
	waiting, _, err := file.Erased(ctx)
	if err == nil && waiting {
		_, err = compactStore(ctx, s.config, s.db)
	}
	if errors.Is(err, boltstore.ErrBusy) || ctx.Err() != nil {
		return
	}
	s.compacted = day
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "compacting failed", slog.String("cause", err.Error()))
	}
}

// An erasedState says whether erased bytes wait in the file, and how many bytes
// of it are free.
type erasedState struct {
	Waiting bool  `json:"waiting"`
	Free    int64 `json:"free"`
}

// erasedIn gives nil for a store without a file of its own.
func erasedIn(ctx context.Context, db store) *erasedState {
	file, ok := db.(compacter)
	if !ok {
		return nil
	}
	waiting, free, err := file.Erased(ctx)
	if err != nil {
		return nil // database tells what is wrong
	}
	return &erasedState{waiting, free}
}

// erased tells whether records that were erased still stand in the data file, as
// bytes that nobody reads and a thief of the disk could.
func (d *doctor) erased(e *erasedState, served bool) {
	if e == nil {
		return
	}
	shorter := fmt.Sprintf("the file would be %d MB shorter", e.Free>>20)
	notes, err := readOperations(d.config.Data)
	switch {
	case !e.Waiting:
		d.good("erased", "no erased record is left in the data file")
	case err == nil && notes.Compact != nil && notes.Compact.Failed != "":
		d.look("erased", "mend what it says, then: beistand compact", "erased records are still in the data file; on %s it could not be compacted: %s", notes.Compact.Day, notes.Compact.Failed)
	case !served:
		d.look("erased", "beistand compact, or start serve, which does it every night", "erased records are still in the data file; %s", shorter)
	default:
		d.good("erased", "erased records leave the data file in the coming night, or now with beistand compact; %s", shorter)
	}
}
