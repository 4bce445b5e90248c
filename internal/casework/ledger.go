package casework

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/beistand/beistand/internal/incident"
)

const (
	linesAtOnce    = 500
	recordAttempts = 20 // writers of the ledger are few, but an office has several at nine o'clock
)

// readLedger hands all lines to see, in order, and gives the newest one's number
// and hash.
func (s *Service) readLedger(ctx context.Context, see func(incident.Event)) (int, incident.Hash, error) {
	var rev int
	var head incident.Hash
	for {
		lines, err := s.Ledger.Lines(ctx, rev, linesAtOnce)
		if errors.Is(err, incident.ErrChain) {
			return 0, incident.Hash{}, err
		}
		if err != nil {
			return 0, incident.Hash{}, unavailable("reading the ledger", err)
		}
		for _, e := range lines {
			see(e)
			rev, head = e.Rev(), e.Hash
		}
		if len(lines) < linesAtOnce {
			return rev, head, nil
		}
	}
}

// A line is one entry of the ledger that is to be written.
type line struct {
	kind  incident.Kind
	actor string
	op    incident.Op
	says  *incident.Line
}

// record writes a line behind the newest one, again and again while others are
// faster. skip sees every line that stands and says whether the new one is
// needless; nil never is.
func (s *Service) record(ctx context.Context, l line, skip func(incident.Event) bool) error {
	for range recordAttempts {
		needless := false
		rev, head, err := s.readLedger(ctx, func(e incident.Event) {
			if e.Op == l.op || skip != nil && skip(e) {
				needless = true
			}
		})
		if err != nil || needless {
			return err
		}
		e, err := incident.NewLine(rev, head, l.kind, l.actor, s.dayOf(l), l.op, l.says)
		if err != nil {
			return err
		}
		if err := s.Ledger.Record(ctx, e); !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return incident.ErrUnclear
}

// dayOf is what a line tells of its time: of an erasure the month of the end.
func (s *Service) dayOf(l line) string {
	if l.kind == incident.KindErasure {
		return l.says.Month
	}
	return s.today()
}

func (s *Service) newOp() (incident.Op, error) {
	var op incident.Op
	if _, err := io.ReadFull(s.Rand, op[:]); err != nil {
		return op, fmt.Errorf("drawing an op: %w", err)
	}
	return op, nil
}

// Begin writes the ledger's first line, the site's id, or checks it: a store of
// another site is ErrForbidden, because its receipts would open nothing here.
func (s *Service) Begin(ctx context.Context) error {
	op, err := s.newOp()
	if err != nil {
		return err
	}
	site, found := "", false
	if _, _, err := s.readLedger(ctx, func(e incident.Event) {
		if p, err := e.PublicFields(); err == nil && e.Kind == incident.KindSite && p.Line != nil && !found {
			site, found = p.Line.Site, true
		}
	}); err != nil {
		return err
	}
	if found {
		if site != s.Site {
			return fmt.Errorf("beginning the ledger of another site: %w", incident.ErrForbidden)
		}
		return nil
	}
	l := line{incident.KindSite, incident.ActorSystem, op, &incident.Line{Site: s.Site}}
	return s.record(ctx, l, func(e incident.Event) bool { return e.Kind == incident.KindSite })
}

// LoggedIn notes that the member logged in today; once a day is enough.
func (s *Service) LoggedIn(ctx context.Context, id incident.MemberID) error {
	op, err := s.newOp()
	if err != nil {
		return err
	}
	day := s.today()
	return s.record(ctx, line{incident.KindLogin, string(id), op, nil}, func(e incident.Event) bool {
		return e.Kind == incident.KindLogin && e.Actor == string(id) && e.Day == day
	})
}
