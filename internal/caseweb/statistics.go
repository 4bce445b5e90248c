package caseweb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/web"
)

// Statistics is what the calls about a year's statistics work with. All fields
// but Known are needed. Counts pass through these calls and are kept nowhere.
type Statistics struct {
	Store      statistics.Store
	Plan       statistics.Plan // the office's, for any year
	Meta       statistics.Meta // CountedOn is set here
	EditionKey []byte
	Inner      []string // districts counted as inner ones
	Outer      []string // all others that the city has
	Known      []byte   // numbers that are public elsewhere
	Rand       io.Reader
	Now        func() time.Time                // in the office's time zone
	Announce   func(ctx context.Context) error // after a release, so that the public site leads to it
}

// countsBody is the limit of counts, and of the JSON around them.
const countsBody = 1<<20 + 4<<10

var (
	errPlan     = web.Refuse(http.StatusConflict, "plan_not_declared")
	errWaived   = web.Refuse(http.StatusConflict, "waived")
	errFrozen   = web.Refuse(http.StatusConflict, "frozen")
	errTooEarly = web.Refuse(http.StatusConflict, "too_early")
	errDraft    = web.Refuse(http.StatusConflict, "no_draft")
	errSecond   = web.Refuse(http.StatusConflict, "second_person")
	errDiffer   = web.Refuse(http.StatusConflict, "counts_differ")
	errUnsafe   = web.Refuse(http.StatusConflict, "not_safe")
)

// countingDay is the first day on which a year may be counted
// (docs/architecture.md, A year's figures).
func countingDay(year int) string { return fmt.Sprintf("%04d-03-31", year+1) }

func (s *Statistics) today() string { return incident.DayOf(s.Now()) }

// planOf gives the plan of the year of a request.
func (s *Statistics) planOf(c *gin.Context) (statistics.Plan, error) {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year < 2000 || year > s.Now().Year() || len(c.Param("year")) != 4 {
		return statistics.Plan{}, incident.ErrNotFound
	}
	return s.Plan.With(year, 0)
}

// released gives the year's edition; ErrNotFound if there is none.
func (s *Statistics) released(ctx context.Context, year int) (statistics.Published, int, error) {
	steps, err := s.Store.Steps(ctx, year)
	if err != nil {
		return statistics.Published{}, 0, storeFault(err)
	}
	p, err := statistics.ReadSteps(steps, "")
	return p, len(steps), err
}

// draft gives the year's newest draft and its number; ErrNotFound if there is none.
func (s *Statistics) draft(ctx context.Context, year int) (statistics.Draft, int, error) {
	text, err := s.Store.Draft(ctx, year)
	if err != nil {
		return statistics.Draft{}, 0, storeFault(err)
	}
	return statistics.ReadDraft(text)
}

func storeFault(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return incident.ErrNotFound
	}
	return errors.Join(incident.ErrUnavailable, err)
}

// secrets gives what rounding draws from. Who counts again draws from the same
// seed as before, so that nobody can count until the rounding pleases.
func (s *Statistics) secrets(seed [32]byte, known bool) (statistics.Secrets, error) {
	if !known {
		if _, err := io.ReadFull(s.Rand, seed[:]); err != nil {
			return statistics.Secrets{}, fmt.Errorf("drawing a seed: %w", err)
		}
	}
	return statistics.Secrets{Seed: seed, EditionKey: s.EditionKey, Known: s.Known}, nil
}

// countRefused gives the refusals of a count their answers. Faults hold numbers
// of the counts: they go back to who sent them and nowhere else.
func countRefused(err error) error {
	var faults statistics.FaultErrors
	var fit *statistics.FitError
	switch {
	case errors.As(err, &faults):
		return &web.Refusal{Status: http.StatusUnprocessableEntity, Key: "counts", Detail: map[string]any{"faults": faults}}
	case errors.As(err, &fit):
		return &web.Refusal{Status: http.StatusConflict, Key: "fit_failed", Detail: map[string]any{"cells": fit.Cells}}
	case errors.Is(err, statistics.ErrDiffer):
		return errDiffer
	case errors.Is(err, statistics.ErrSecond):
		return errSecond
	case errors.Is(err, statistics.ErrRefused):
		return errUnsafe
	}
	return err
}

// readCounts reads and checks the counts of a request against the plan and what
// the server itself knows.
func (s *Site) readCounts(c *gin.Context, p statistics.Plan) (statistics.Counts, error) {
	var text json.RawMessage
	if err := web.ReadJSON(c, &text); err != nil {
		return statistics.Counts{}, err
	}
	counts, err := statistics.ParseCounts(text)
	if err != nil {
		return statistics.Counts{}, incident.Faults{{Field: "body", Key: "shape"}}
	}
	if s.Statistics.today() < countingDay(p.Year) {
		return statistics.Counts{}, errTooEarly
	}
	switch _, err := s.Statistics.Store.Steps(c.Request.Context(), p.Year); {
	case err == nil:
		return statistics.Counts{}, errFrozen
	case !errors.Is(err, fs.ErrNotExist):
		return statistics.Counts{}, storeFault(err)
	}
	switch known, err := s.Casework.Year(c.Request.Context(), p.Year); {
	case err != nil:
		return statistics.Counts{}, err
	case known.Waived:
		return statistics.Counts{}, errWaived
	case known.Plan != p.Hash():
		return statistics.Counts{}, errPlan
	}
	months, err := s.Casework.Received(c.Request.Context(), p.Year)
	if err != nil {
		return statistics.Counts{}, err
	}
	faults := append(statistics.Check(p, counts), statistics.CheckServer(p, counts, months, false)...)
	if len(faults) > 0 {
		return statistics.Counts{}, countRefused(faults)
	}
	return counts, nil
}

// draftEdition takes the first member's count and keeps what rounding made of it.
func (s *Site) draftEdition(c *gin.Context) {
	p, err := s.Statistics.planOf(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	counts, err := s.readCounts(c, p)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.prepareDraft(c.Request.Context(), p, counts, identity(c).Member); err != nil {
		web.Fail(c, countRefused(err))
		return
	}
	s.tellYear(c, http.StatusCreated, p)
}

func (s *Site) prepareDraft(ctx context.Context, p statistics.Plan, counts statistics.Counts, by string) error {
	old, n, err := s.Statistics.draft(ctx, p.Year)
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return err
	}
	secrets, err := s.Statistics.secrets(old.Seed, n > 0)
	if err != nil {
		return err
	}
	meta := s.Statistics.Meta
	meta.CountedOn = s.Statistics.today()
	d, _, err := statistics.Prepare(p, counts, secrets, meta, by)
	if err != nil {
		return err
	}
	text, err := d.Encode(n + 1)
	if err != nil {
		return err
	}
	switch err := s.Statistics.Store.PutDraft(ctx, p.Year, n+1, text); {
	case errors.Is(err, fs.ErrExist):
		return incident.ErrConflict // somebody counted in this moment
	case err != nil:
		return errors.Join(incident.ErrUnavailable, err)
	}
	return nil
}

// release takes the second member's count. If it is the same as the first one's,
// the edition is audited again, frozen, signed, and never changed any more.
func (s *Site) release(c *gin.Context) {
	p, err := s.Statistics.planOf(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	counts, err := s.readCounts(c, p)
	if errors.Is(err, errFrozen) {
		// Whoever comes after a fall finishes what was begun.
		err = errors.Join(errFrozen, s.settle(c.Request.Context(), p.Year))
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.freeze(c.Request.Context(), p, counts, identity(c).Member); err != nil {
		web.Fail(c, countRefused(err))
		return
	}
	s.tellYear(c, http.StatusCreated, p)
}

func (s *Site) freeze(ctx context.Context, p statistics.Plan, counts statistics.Counts, by string) error {
	d, _, err := s.Statistics.draft(ctx, p.Year)
	if errors.Is(err, incident.ErrNotFound) {
		return errDraft
	}
	if err != nil {
		return err
	}
	secrets, err := s.Statistics.secrets(d.Seed, true)
	if err != nil {
		return err
	}
	bundle, err := d.Release(p, counts, secrets, by, s.Statistics.today())
	if err != nil {
		return err
	}
	if err := s.putStep(ctx, p.Year, 1, statistics.NewStep(statistics.StepReleased, by, bundle)); err != nil {
		return err
	}
	return s.settle(ctx, p.Year)
}

// putStep stores a step; errFrozen if another one stands in its place.
func (s *Site) putStep(ctx context.Context, year, rev int, step statistics.Step) error {
	text, op, err := step.Encode()
	if err != nil {
		return err
	}
	switch err := s.Statistics.Store.PutStep(ctx, year, rev, op, text); {
	case errors.Is(err, fs.ErrExist):
		return errFrozen
	case err != nil:
		return err
	}
	return nil
}

// settle tells the ledger of a release and deletes seed and tag.
func (s *Site) settle(ctx context.Context, year int) error {
	p, _, err := s.Statistics.released(ctx, year)
	if err != nil {
		return err
	}
	r := casework.Release{Year: year, Edition: p.Hash(), Signer: p.Edition.PublicKey()}
	if err := s.Casework.Released(ctx, incident.MemberID(p.By), r); err != nil {
		return err
	}
	if err := s.Statistics.Store.DropDrafts(ctx, year); err != nil {
		return errors.Join(incident.ErrUnclear, err)
	}
	return s.Statistics.Announce(ctx)
}
