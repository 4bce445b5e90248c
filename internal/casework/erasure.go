package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// A Keeper is what the sweeper needs of a store, beside a Store. All of it may be
// repeated.
type Keeper interface {
	// Heads gives at most limit newest events after a case, by case id, erased
	// cases whose final event still stands among them.
	Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error)
	// Drop deletes everything of an erased case but its final event, which final
	// must be; else it is ErrForbidden.
	Drop(ctx context.Context, final incident.EventID) error
	// DropLast deletes the final event. ErrForbidden: something else still stands.
	DropLast(ctx context.Context, final incident.EventID) error
}

// erase commits the end of a case if workflow and judge say so, and deletes what
// can be deleted at once. It says whether the case ended. The commit is the final
// event, which loses against whoever writes at the same time: then the case is
// read and judged anew. What is left when a process dies on the way is the
// sweep's.
func (s *Service) erase(ctx context.Context, id incident.CaseID, j judge) (ended bool, err error) {
	for range recordAttempts {
		events, err := s.Store.File(ctx, id)
		if err != nil {
			return false, passing(err)
		}
		c, err := incident.Fold(id, events)
		if err != nil {
			return false, passing(err)
		}
		final, ok, err := s.final(c, j)
		if err != nil || !ok {
			return false, err
		}
		err = s.Store.Append(ctx, final)
		if errors.Is(err, incident.ErrConflict) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("ending a case: %w", err)
		}
		return true, s.finish(ctx, final, j)
	}
	return false, nil
}

// final builds the event that ends the case, if it may end now. Its code is the
// reason that the ledger will tell, since what it follows from is deleted.
func (s *Service) final(c *incident.Case, j judge) (incident.Event, bool, error) {
	to, reason := incident.StateErased, "withdrawal"
	switch c.State { //nolint:exhaustive // from all others only a withdrawal or request leads to the end
	case incident.StateDiscarded:
		reason = "discarded"
	case incident.StateClosed:
		if _, err := s.ending(c, to, reason, false); err != nil {
			to, reason = incident.StateAnonymised, "retention"
		}
	}
	if j.doubts && reason != "withdrawal" {
		return incident.Event{}, false, nil
	}
	e, err := s.ending(c, to, reason, j.frozen[c.Year()])
	if err != nil {
		return incident.Event{}, false, passing(err)
	}
	return e, true, nil
}

func (s *Service) ending(c *incident.Case, to incident.State, reason string, frozen bool) (incident.Event, error) {
	op, err := s.newOp()
	if err != nil {
		return incident.Event{}, err
	}
	return c.Next(incident.Draft{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: s.today(), Op: op, To: to,
		Public: incident.Public{Code: reason}, Frozen: frozen,
	})
}

// finish deletes what the final event leaves behind and tells the ledger month
// and reason. Once the backups that hold the case are gone too, the final event
// goes; until then it keeps the id from being used again, and shows what must not
// come back from a backup (store.md §7).
func (s *Service) finish(ctx context.Context, final incident.Event, j judge) error {
	if err := s.Keeper.Drop(ctx, final.ID); err != nil {
		return fmt.Errorf("deleting a case: %w", err)
	}
	p, err := final.PublicFields()
	if err != nil {
		return err
	}
	month := final.Day[:len("2006-01")]
	says := &incident.Line{Month: month, Reason: p.Code}
	if err := s.record(ctx, line{incident.KindErasure, incident.ActorOffice, final.Op, says}, nil); err != nil {
		return err
	}
	if j.doubts || s.today() <= incident.AddDays(final.Day, BackupDays) {
		return nil
	}
	if err := s.Keeper.DropLast(ctx, final.ID); err != nil {
		return fmt.Errorf("deleting a final event: %w", err)
	}
	return nil
}

// BackupDays is how long a backup may be kept (domain.md §11), and so how long an
// erased case's final event stays.
const BackupDays = 35
