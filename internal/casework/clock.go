package casework

import (
	"context"

	"github.com/beistand/beistand/internal/incident"
)

// A clock that jumps ahead by mistake must not erase what is years from its time.
// Today is believed if members worked on some other days not long before it, as
// the ledger tells: an office that logs in keeps the sweeper going, and one
// mistaken day with one login proves nothing.
const (
	witnessDays = 31 // how far back a day may lie that bears today out
	witnesses   = 3  // how many of them there must be
)

// A judge decides which cases may end by their age.
type judge struct {
	frozen map[int]bool // years whose cases need not wait for their statistics
	doubts bool         // today's date is not borne out: nothing ends by its age
}

// judge reads the ledger once for a whole sweep.
func (s *Service) judge(ctx context.Context) (judge, error) {
	frozen, err := s.FrozenYears(ctx)
	if err != nil {
		return judge{}, err
	}
	today := s.today()
	from, before, days := incident.AddDays(today, -witnessDays), false, map[string]bool{}
	_, _, err = s.readLedger(ctx, func(e incident.Event) {
		_, fault := incident.ParseMemberID(e.Actor)
		switch {
		case len(e.Day) != len(today): // an erasure tells its month
		case e.Day < from:
			before = true
		case e.Day < today && fault == nil:
			days[e.Day] = true
		}
	})
	return judge{frozen, before && len(days) < witnesses}, err
}
