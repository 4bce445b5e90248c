// Package demo is Musterstadt, a city that does not exist: its desk, its
// members' logins and up to a hundred thousand seeded cases in all states, so that the
// program can be tried whole, on real parts.
//
// It holds the one office identity in Go, its own, which protects nothing. It
// must never hold a real report: serve refuses its key.
package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/statistics"
)

// Site is the fictional city's site id; Desk is its one desk.
const (
	Site = "musterstadt.example"
	Desk = "city"
)

// A Store is what the city is written to.
type Store interface {
	intake.Store
	casework.Store
	casework.Ledger
	casework.Keeper
	statistics.Store
}

// A City is what Build needs. All fields but Past are needed.
type City struct {
	Store    Store
	Check    *incident.Checker
	Desks    []incident.Desk
	CheckBox func(kind string, box []byte, recipients int) error
	Today    time.Time // in the office's time zone
	Seed     uint64    // same seed, same reports and logins
	Reports  int       // how many of this year
	Past     *Past     // the years before; nil: the city is new
}

// Keys are the city's pinned keys.
func Keys() []incident.PinnedKey {
	return []incident.PinnedKey{{Desk: Desk, Epoch: 1, From: "2020-01", Recipient: Recipient()}}
}

// workers write cases at the same time, so that they share the store's commits.
const workers = 64

// Build makes members and cases that are not there yet and gives the logins.
// It can be repeated: what stands, stays.
func (c City) Build(ctx context.Context) ([]Login, error) {
	office, err := keyOf(officeWords)
	if err != nil {
		return nil, err
	}
	pinned := Keys()
	ring, err := intake.NewKeyring(pinned)
	if err != nil {
		return nil, err
	}
	members, err := c.members()
	if err != nil {
		return nil, err
	}
	editions := c.editions(ctx, members) // while the logins are made, which takes as long
	err = c.found(ctx, office, members)
	if done := <-editions; err == nil {
		err = c.publish(ctx, done)
	}
	if err != nil {
		return nil, fmt.Errorf("making the office of the fictional city: %w", err)
	}
	if err := c.cases(ctx, writer{city: c, office: office, ring: ring, members: members, pinned: pinned}); err != nil {
		return nil, fmt.Errorf("writing the cases of the fictional city: %w", err)
	}
	logins := make([]Login, len(members))
	for i, m := range members {
		logins[i] = m.Login
	}
	return logins, nil
}

// cases writes all cases and returns the first error.
func (c City) cases(ctx context.Context, w writer) error {
	numbers, err := c.numbers(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range next {
				if err := w.write(ctx, i, c.draw(i)); err != nil {
					cancel(fmt.Errorf("case %d: %w", i, err))
				}
			}
		})
	}
	for _, i := range numbers {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	group.Wait()
	return context.Cause(ctx)
}

// numbers are those of the cases to write: this year's, and the last year's until
// its statistics are released, behind which retention ends them.
func (c City) numbers(ctx context.Context) ([]int, error) {
	all := make([]int, 0, c.Reports)
	for i := range c.Reports {
		all = append(all, i)
	}
	if c.Past == nil {
		return all, nil
	}
	switch _, err := c.Store.Steps(ctx, c.lastYear()); {
	case err == nil:
		return all, nil
	case !errors.Is(err, incident.ErrNotFound):
		return nil, err
	}
	for i := range c.Past.Cases {
		all = append(all, firstPast+i)
	}
	return all, nil
}

// draw draws what case i is about.
func (c City) draw(i int) telling {
	if i >= firstPast {
		return c.drawPast(c.source(i), c.lastYear())
	}
	state := func(r *rand.Rand) incident.State { return drawState(r, i) }
	return tell(c.source(i), state, c.Check.Taxonomy.Version(), c.Check.Districts)
}

// source is the randomness of one case: independent of the order of writing.
func (c City) source(i int) *rand.Rand {
	return rand.New(rand.NewPCG(c.Seed, uint64(i))) //nolint:gosec // G115: a number of a case
}

// bytes gives random bytes for receipts and the like, of the seed alone.
func (c City) bytes(name string, i int) *rand.ChaCha8 {
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("%016x%s%d", c.Seed, name, i))
	return rand.NewChaCha8(seed)
}
