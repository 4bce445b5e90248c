package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// Sweep ends the cases whose time has come, which are those that two people or a
// resident and a coordinator agreed to erase, and those discarded 30 days ago;
// and it goes on with every deletion that was begun. It looks once a day and
// Service, decides from the events alone, and may run on several instances at
// once.
//
// A closed case waits until its year's statistics are released or waived.
func (s *Service) Sweep(ctx context.Context) error {
	day := s.today()
	if last, _ := s.swept.Load().(string); last == day {
		return nil
	}
	frozen, err := s.FrozenYears(ctx)
	if err != nil {
		return err
	}
	for after := incident.CaseID(""); ; {
		heads, err := s.Keeper.Heads(ctx, after, MaxPage)
		if err != nil {
			return unavailable("listing cases", err)
		}
		for _, h := range heads {
			if err := s.sweep(ctx, h, frozen); err != nil {
				return err
			}
			after = h.Case
		}
		if len(heads) < MaxPage {
			s.swept.Store(day)
			return nil
		}
	}
}

// sweep looks at one case.
func (s *Service) sweep(ctx context.Context, h incident.Head, frozen map[int]bool) error {
	if !h.State.Final() {
		_, err := s.erase(ctx, h.Case, frozen)
		return err
	}
	found, err := s.Store.Events(ctx, []incident.EventID{h.Case.Event(h.Rev)})
	if err != nil {
		return unavailable("reading a final event", err)
	}
	if len(found) == 0 {
		return nil // another instance was faster
	}
	err = s.finish(ctx, found[0])
	if errors.Is(err, incident.ErrForbidden) {
		return fmt.Errorf("a case goes on behind its end: %w", incident.ErrChain)
	}
	return err
}
