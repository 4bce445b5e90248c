package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// Timers makes the moves that only time makes (domain.md §6, system): a question
// that was not answered in 30 days goes back to triage, a pause ends on its day,
// a documented case is closed after 30 days. A Service looks once a day; more
// often, and several instances at once, do no harm: each move is an event like
// any other, and who comes second finds it made. It erases nothing: that is
// Sweep's.
func (s *Service) Timers(ctx context.Context) error {
	day := s.today()
	if last, _ := s.timed.Load().(string); last == day {
		return nil
	}
	for after := incident.CaseID(""); ; {
		list, err := s.Store.Cases(ctx, incident.Query{After: after, Limit: MaxPage, Open: true})
		if err != nil {
			return unavailable("listing cases", err)
		}
		for _, c := range list {
			if err := s.timer(ctx, c, day); err != nil {
				return err
			}
			after = c.Case
		}
		if len(list) < MaxPage {
			s.timed.Store(day)
			return nil
		}
	}
}

// timedMove gives the state that time alone leads to, if the case's state has one.
func timedMove(from incident.State) (incident.State, bool) {
	for _, t := range incident.Transitions {
		if t.From == from && len(t.System) > 0 && !t.To.Final() {
			return t.To, true
		}
	}
	return "", false
}

// timer moves one case if its time has come. A case that went on, ended or
// cannot be read meanwhile is left as it is: verify tells about broken ones.
func (s *Service) timer(ctx context.Context, c incident.Summary, day string) error {
	to, ok := timedMove(c.State)
	if !ok || c.State == incident.StatePaused && day < c.Resume {
		return nil
	}
	events, err := s.Store.File(ctx, c.Case)
	if err != nil {
		return passing(err)
	}
	file, err := incident.Fold(c.Case, events)
	if err != nil {
		return passing(err)
	}
	op, err := s.newOp()
	if err != nil {
		return err
	}
	e, err := file.Next(incident.Draft{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: day, Op: op, To: to,
	})
	if err != nil {
		return passing(err)
	}
	return passing(s.Store.Append(ctx, e))
}

// passing drops the errors that say: not this case, not now.
func passing(err error) error {
	for _, is := range []error{
		incident.ErrTransition, incident.ErrConflict, incident.ErrNotFound, incident.ErrChain,
		incident.ErrUnknownKind, incident.ErrFull, incident.ErrForbidden,
	} {
		if errors.Is(err, is) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("moving a case whose time has come: %w", err)
	}
	return nil
}
