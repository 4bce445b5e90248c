package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// withdraw writes the resident's wish that everything be erased and gives its op.
func (o *office) withdraw(t *testing.T, id incident.CaseID) incident.Op {
	t.Helper()
	o.add(t, id, incident.Event{Kind: incident.KindWithdrawal, Actor: incident.ActorResident, Day: month, Box: box(1)}, incident.Public{Epoch: 2})
	_, e, ok := o.file(t, id).Waiting()
	if !ok {
		t.Fatal("the withdrawal does not wait")
	}
	return e.Op
}

// erasures are the ledger's lines of that kind, as "month reason".
func (o *office) erasures(t *testing.T) []string {
	t.Helper()
	lines, err := o.db.Lines(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := incident.CheckChain(incident.LedgerID, lines); err != nil && len(lines) > 0 {
		t.Error(err)
	}
	var all []string
	for _, e := range lines {
		if e.Kind != incident.KindErasure {
			continue
		}
		p, err := e.PublicFields()
		if err != nil || e.Actor != incident.ActorOffice || e.Day != p.Line.Month {
			t.Errorf("line: actor %s, day %s, %v", e.Actor, e.Day, err)
		}
		all = append(all, p.Line.Month+" "+p.Line.Reason)
	}
	return all
}

// gone holds that nobody finds the case, and that so many of its events stand.
func (o *office) gone(t *testing.T, id incident.CaseID, stand int) {
	t.Helper()
	if _, err := o.db.File(t.Context(), id); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("file: %v, want ErrNotFound", err)
	}
	m := o.hire(t, incident.RoleCoordinator, city)
	if _, err := o.Open(t.Context(), m, id); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("open: %v, want ErrNotFound", err)
	}
	if _, err := o.Do(t.Context(), m, id, note()); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("note: %v, want ErrNotFound", err)
	}
	if _, err := o.db.Projection(t.Context(), id); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("projection: %v, want ErrNotFound", err)
	}
	events, err := o.db.Raw(t.Context(), id)
	if err != nil && !errors.Is(err, incident.ErrNotFound) || len(events) != stand {
		t.Fatalf("%d events stand (%v), want %d", len(events), err, stand)
	}
	for _, e := range events {
		if !e.State.Final() || e.Actor != incident.ActorSystem || e.Box != nil {
			t.Errorf("what stands is %s by %s, want the final event alone", e.Kind, e.Actor)
		}
	}
}

func TestWithdrawalApprovedErasesAtOnce(t *testing.T) {
	o := newOffice(t)
	one, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	id, other := o.report(t, city, incident.TrackReport), o.report(t, city, incident.TrackReport)
	o.must(t, worker, id, note())
	op := o.withdraw(t, id)
	if _, err := o.do(t, worker, id, approve(op)); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("approved by a caseworker: %v, want ErrForbidden", err)
	}
	done := o.must(t, one, id, approve(op))
	if done.State != incident.StateErased || len(done.Allowed) != 0 {
		t.Errorf("approved: %s, %d ways on; want erased, none", done.State, len(done.Allowed))
	}
	o.gone(t, id, 1)
	if got := o.erasures(t); !slices.Equal(got, []string{"2026-11 withdrawal"}) {
		t.Errorf("ledger tells %v", got)
	}
	if c := o.file(t, other); c.State != incident.StateReceived {
		t.Errorf("the other case is %s", c.State)
	}
}

// TestFinalEventOutlivesBackups: it keeps the id from being used again, and goes
// last.
func TestFinalEventOutlivesBackups(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	o.must(t, one, id, approve(o.withdraw(t, id)))
	for _, step := range []struct {
		day   string
		stand int
	}{{"2026-11-23", 1}, {"2026-12-27", 1}, {"2026-12-28", 0}, {"2026-12-29", 0}} {
		o.lived(t, step.day)
		for range 2 {
			if err := o.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		o.gone(t, id, step.stand)
	}
	if got := o.erasures(t); len(got) != 1 {
		t.Errorf("ledger tells %v, want one line", got)
	}
}

func TestSweep(t *testing.T) {
	o := newOffice(t)
	discarded, waiting, closed := o.report(t, city, incident.TrackReport), o.report(t, city, incident.TrackReport), o.report(t, city, incident.TrackReport)
	o.put(t, discarded, incident.StateDiscarded, incident.Public{})
	o.withdraw(t, waiting)
	o.put(t, closed, incident.StateClosed, incident.Public{})
	o.at(t, "2026-12-22")
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := o.file(t, discarded); c.State != incident.StateDiscarded {
		t.Errorf("after 30 days: %s, want it kept for that day", c.State)
	}
	o.at(t, "2026-12-23")
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gone(t, discarded, 1)
	if got := o.erasures(t); !slices.Equal(got, []string{"2026-12 discarded"}) {
		t.Errorf("ledger tells %v", got)
	}
	o.at(t, "2040-01-01")
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := o.file(t, waiting); c.State != incident.StateReceived {
		t.Error("what nobody approved was erased")
	}
	if c := o.file(t, closed); c.State != incident.StateClosed {
		t.Error("a closed case went before its statistics were released")
	}
}

// TestRetentionWaitsForTheStatistics: a closed case goes when its month has come
// and its year is released or waived, not before, and not on a hold.
func TestRetentionWaitsForTheStatistics(t *testing.T) {
	o := newOffice(t)
	one, two := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	closed, held := o.report(t, city, incident.TrackReport), o.report(t, city, incident.TrackReport)
	o.put(t, closed, incident.StateClosed, incident.Public{})
	o.put(t, held, incident.StateClosed, incident.Public{})
	hold := true
	o.must(t, one, held, casework.Act{Kind: incident.KindNote, Public: incident.Public{Epoch: 2, Hold: &hold}, Box: box(1)})
	sweep := func(day string) {
		t.Helper()
		o.lived(t, day)
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep("2027-10-01")
	if waived, err := o.Waive(t.Context(), one.ID, 2025); err != nil || waived {
		t.Fatalf("asking to waive another year: %v, %v", waived, err)
	}
	if waived, err := o.Waive(t.Context(), two.ID, 2025); err != nil || !waived {
		t.Fatalf("waiving another year: %v, %v", waived, err)
	}
	sweep("2027-10-02")
	if c := o.file(t, closed); c.State != incident.StateClosed {
		t.Fatalf("without its statistics the case is %s", c.State)
	}
	if err := o.Released(t.Context(), one.ID, casework.Release{Year: 2026, Edition: "aa", Signer: "bb"}); err != nil {
		t.Fatal(err)
	}
	sweep("2027-09-30") // its month has not come
	if c := o.file(t, closed); c.State != incident.StateClosed {
		t.Fatalf("before its month the case is %s", c.State)
	}
	sweep("2027-10-03")
	o.gone(t, closed, 1)
	if got := o.erasures(t); !slices.Equal(got, []string{"2027-10 retention"}) {
		t.Errorf("ledger tells %v", got)
	}
	if c := o.file(t, held); c.State != incident.StateClosed {
		t.Errorf("on a hold the case is %s", c.State)
	}
}

// interrupted is a Keeper that dies after so many calls.
type interrupted struct {
	casework.Keeper
	left int
}

var errDied = errors.New("power is gone")

func (k *interrupted) Drop(ctx context.Context, final incident.EventID) error {
	if k.left--; k.left < 0 {
		return errDied
	}
	return k.Keeper.Drop(ctx, final)
}

// TestErasureGoesOn: what was interrupted after the commit is done by the sweep,
// and what was interrupted before it too.
func TestErasureGoesOn(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	keeper := o.Keeper
	o.Keeper = &interrupted{Keeper: keeper}
	o.must(t, one, id, approve(o.withdraw(t, id)))
	if got := o.erasures(t); len(got) != 0 {
		t.Fatalf("ledger tells %v before anything is deleted", got)
	}
	if err := o.Sweep(t.Context()); !errors.Is(err, errDied) {
		t.Fatalf("sweep: %v, want the cause", err)
	}
	o.Keeper = keeper
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gone(t, id, 1)

	// Approved in a chain whose writer died before the final event.
	id = o.report(t, city, incident.TrackReport)
	op := o.withdraw(t, id)
	c := o.file(t, id)
	o.add(t, id, incident.Event{Kind: incident.KindApproval, Actor: string(one.ID)},
		incident.Public{Act: incident.ActErase, Of: op.String(), Rev: c.Rev})
	o.at(t, "2026-11-23")
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gone(t, id, 1)
	if got := strings.Join(o.erasures(t), ", "); got != "2026-11 withdrawal, 2026-11 withdrawal" {
		t.Errorf("ledger tells %s", got)
	}
}
