package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// Sweep ends the cases whose time has come, which are those that two people or a
// resident and a coordinator agreed to erase, and those discarded 30 days ago;
// and it goes on with every deletion that was begun. A Service looks once a day,
// decides from the events alone, and may do so on several instances at once.
//
// A closed case waits until its year's statistics are released or waived; and
// while the clock is in doubt, nothing ends by its age.
func (s *Service) Sweep(ctx context.Context) error {
	day := s.today()
	if last, _ := s.swept.Load().(string); last == day {
		return nil
	}
	j, err := s.judge(ctx)
	if err != nil {
		return err
	}
	if err := s.finishAll(ctx, j); err != nil {
		return err
	}
	err = s.ripe(ctx, func(c incident.Summary) error {
		_, err := s.erase(ctx, c.Case, j)
		return err
	})
	if err == nil {
		s.swept.Store(day)
	}
	return err
}

// finishAll goes on with every deletion that was begun.
func (s *Service) finishAll(ctx context.Context, j judge) error {
	for after := incident.CaseID(""); ; {
		heads, err := s.Keeper.Heads(ctx, after, MaxPage)
		if err != nil {
			return unavailable("listing cases", err)
		}
		for _, h := range heads {
			after = h.Case
			if !h.State.Final() {
				continue
			}
			if err := s.goOn(ctx, h, j); err != nil {
				return err
			}
		}
		if len(heads) < MaxPage {
			return nil
		}
	}
}

// ripe hands over each case of which the list says that its month has come. Only
// the events decide then; but to read those of every case, every day, would cost
// the reading of the whole store.
func (s *Service) ripe(ctx context.Context, do func(incident.Summary) error) error {
	month := s.today()[:len("2006-01")]
	for after := incident.CaseID(""); ; {
		list, err := s.Store.Cases(ctx, incident.Query{After: after, Limit: MaxPage})
		if err != nil {
			return unavailable("listing cases", err)
		}
		for _, c := range list {
			after = c.Case
			if c.Purge == "" || c.Purge > month {
				continue
			}
			if err := do(c); err != nil {
				return err
			}
		}
		if len(list) < MaxPage {
			return nil
		}
	}
}

// A Due is a case whose time has come by its age.
type Due struct {
	Case  incident.CaseID `json:"case"`
	State incident.State  `json:"state"`
	Track incident.Track  `json:"track"`
	Month string          `json:"month"` // since when
	Waits string          `json:"waits"` // WaitsForHold, WaitsForFigures, WaitsForClock, or "": it goes with the next sweep
	Year  int             `json:"year"`  // of receipt
}

// What a case may wait for whose time has come.
const (
	WaitsForHold    = "hold"    // a coordinator's note keeps it
	WaitsForFigures = "figures" // those of its year are neither released nor waived
	WaitsForClock   = "clock"   // the ledger does not bear out that it is so late
)

// Due lists, by case id, the cases whose time has come, and what those that stay
// wait for. It decides from the events, as Sweep does, and changes nothing.
func (s *Service) Due(ctx context.Context) ([]Due, error) {
	j, err := s.judge(ctx)
	if err != nil {
		return nil, err
	}
	return s.allDue(ctx, j)
}

func (s *Service) allDue(ctx context.Context, j judge) ([]Due, error) {
	all := []Due{}
	month := s.today()[:len("2006-01")]
	err := s.ripe(ctx, func(c incident.Summary) error {
		d, ok, err := s.due(ctx, c.Case, j)
		if ok && d.Month <= month {
			all = append(all, d)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (s *Service) due(ctx context.Context, id incident.CaseID, j judge) (Due, bool, error) {
	events, err := s.Store.File(ctx, id)
	if err != nil {
		return Due{}, false, passing(err)
	}
	c, err := incident.Fold(id, events)
	if err != nil || c.Purge == "" {
		return Due{}, false, passing(err)
	}
	d := Due{Case: id, State: c.State, Track: c.Track, Month: c.Purge, Year: c.Year()}
	_, now, err := s.final(c, j)
	if err != nil || now {
		return d, now, err
	}
	_, but, err := s.final(c, judge{frozen: j.frozen})
	switch {
	case err != nil:
		return d, false, err
	case but:
		d.Waits = WaitsForClock
	case c.State == incident.StateDiscarded:
		return d, false, nil // its days are not over yet
	case c.Hold:
		d.Waits = WaitsForHold
	default:
		d.Waits = WaitsForFigures
	}
	return d, true, nil
}

// Purge lists what is due, as Due does, ends what waits for nothing, and goes on
// with every deletion that was begun. sure says that somebody has looked at the
// clock.
func (s *Service) Purge(ctx context.Context, sure bool) ([]Due, error) {
	j, err := s.judge(ctx)
	if err != nil {
		return nil, err
	}
	j.doubts = j.doubts && !sure
	if err := s.finishAll(ctx, j); err != nil {
		return nil, err
	}
	all, err := s.allDue(ctx, j)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Waits != "" {
			continue
		}
		if _, err := s.erase(ctx, d.Case, j); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// goOn goes on with the deletion of one case.
func (s *Service) goOn(ctx context.Context, h incident.Head, j judge) error {
	found, err := s.Store.Events(ctx, []incident.EventID{h.Case.Event(h.Rev)})
	if err != nil {
		return unavailable("reading a final event", err)
	}
	if len(found) == 0 {
		return nil // another instance was faster
	}
	err = s.finish(ctx, found[0], j)
	if errors.Is(err, incident.ErrForbidden) {
		return fmt.Errorf("a case goes on behind its end: %w", incident.ErrChain)
	}
	return err
}
