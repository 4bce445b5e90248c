package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

// editions checks the frozen statistics of every year: the signature, the numbers
// against their world, the audit anew, the corrections, and that the ledger tells
// of the very same bytes and key.
func (v *verdict) editions(ctx context.Context, db store) error {
	told, err := releases(ctx, db)
	if err != nil {
		return err
	}
	years, err := db.Years(ctx)
	if err != nil {
		return fmt.Errorf("reading editions: %w", err)
	}
	for _, year := range years {
		v.Editions++
		where := fmt.Sprintf("edition of %d", year)
		steps, err := db.Steps(ctx, year)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading an edition: %w", err)
		}
		line, ok := told[year]
		delete(told, year)
		p, err := statistics.ReadSteps(steps, line.Signer)
		switch {
		case err != nil:
			v.broken(where, err.Error())
		case p.Edition.Year != year:
			v.broken(where, "it is of another year")
		case !ok:
			v.found(where, "the ledger has no line of its release; whoever opens the year in the console writes it")
		case line.Edition != p.Hash():
			v.broken(where, "it is not the one that the ledger tells of")
		}
	}
	for year := range told {
		v.broken(fmt.Sprintf("edition of %d", year), "the ledger tells of it, and it is gone")
	}
	return nil
}

// releases gives the ledger's lines about released editions, by year.
func releases(ctx context.Context, db store) (map[int]incident.Line, error) {
	told := map[int]incident.Line{}
	for after := 0; ; {
		lines, err := db.Lines(ctx, after, page)
		if errors.Is(err, incident.ErrChain) {
			return told, nil // said already
		}
		if err != nil {
			return nil, fmt.Errorf("reading the ledger: %w", err)
		}
		for _, e := range lines {
			after = e.Rev()
			p, err := e.PublicFields()
			if err == nil && e.Kind == incident.KindEdition && p.Line != nil && p.Line.Edition != "" && p.Line.Reason == "" {
				told[p.Line.Year] = *p.Line
			}
		}
		if len(lines) < page {
			return told, nil
		}
	}
}
