package casework_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// released tells the ledger that the figures of a year are out.
func (o *office) released(t *testing.T, year int) {
	t.Helper()
	if err := o.Released(t.Context(), "0123456789abcdef0123456789abcdef", casework.Release{Year: year, Edition: fmt.Sprintf("%064d", year), Signer: "bb"}); err != nil {
		t.Fatal(err)
	}
}

// closed is a case of November 2026 that was closed on the day.
func (o *office) closed(t *testing.T, track incident.Track) incident.CaseID {
	t.Helper()
	id := o.report(t, city, track)
	o.put(t, id, incident.StateClosed, incident.Public{})
	return id
}

// due gives what is due on the day, by case.
func (o *office) due(t *testing.T, day string) map[incident.CaseID]casework.Due {
	t.Helper()
	o.lived(t, day)
	list, err := o.Due(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[incident.CaseID]casework.Due{}
	for _, d := range list {
		all[d.Case] = d
	}
	return all
}

// TestRetention: each kind of case goes in the month that domain.md §11 says, not
// a day before, with its reason in the ledger, and nothing of it stays.
func TestRetention(t *testing.T) {
	for name, tt := range map[string]struct {
		track        incident.Track
		state        incident.State
		before, then string
		month        string
		line         string
	}{
		"a report, half a year after its figures": {incident.TrackReport, incident.StateClosed, "2027-09-30", "2027-10-01", "2027-10", "2027-10 retention"},
		"advice, three years after the year":      {incident.TrackCounselling, incident.StateClosed, "2029-12-31", "2030-01-01", "2030-01", "2030-01 retention"},
		"discarded, after 30 days":                {incident.TrackReport, incident.StateDiscarded, "2026-12-22", "2026-12-23", "2026-12", "2026-12 discarded"},
	} {
		o := newOffice(t)
		o.released(t, 2026)
		id := o.report(t, city, tt.track)
		o.put(t, id, tt.state, incident.Public{})
		if got := o.due(t, tt.before); len(got) != 0 {
			t.Errorf("%s: due on %s already: %+v", name, tt.before, got)
		}
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c := o.file(t, id); c.State != tt.state {
			t.Errorf("%s: %s on %s", name, c.State, tt.before)
		}
		want := casework.Due{Case: id, State: tt.state, Track: tt.track, Month: tt.month, Year: 2026}
		if got := o.due(t, tt.then); got[id] != want {
			t.Errorf("%s: due %+v, want %+v", name, got, want)
		}
		if c := o.file(t, id); c.State != tt.state {
			t.Errorf("%s: listing changed the case to %s", name, c.State)
		}
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.gone(t, id, 1)
		if got := o.erasures(t); !slices.Equal(got, []string{tt.line}) {
			t.Errorf("%s: ledger tells %v, want %s", name, got, tt.line)
		}
		if got := o.due(t, tt.then); len(got) != 0 {
			t.Errorf("%s: still due after it: %+v", name, got)
		}
	}
}

// TestRegressionR10FiguresComeFirst: a closed case waits until the figures of
// its year are out, however late that is; erasure on request does not wait.
func TestRegressionR10FiguresComeFirst(t *testing.T) {
	o := newOffice(t)
	o.released(t, 2025)
	one := o.hire(t, incident.RoleCoordinator, city)
	id, asked := o.closed(t, incident.TrackReport), o.closed(t, incident.TrackReport)
	if got := o.due(t, "2040-01-01"); got[id].Waits != casework.WaitsForFigures || got[id].Year != 2026 {
		t.Errorf("due %+v, want it to wait for the figures of 2026", got[id])
	}
	if _, err := o.Purge(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if c := o.file(t, id); c.State != incident.StateClosed {
		t.Errorf("%s before the figures are out", c.State)
	}
	o.must(t, one, asked, approve(o.withdraw(t, asked)))
	o.gone(t, asked, 1)
	o.released(t, 2026)
	list, err := o.Purge(t.Context(), false)
	if err != nil || len(list) != 1 || list[0].Waits != "" {
		t.Errorf("purged %+v, %v, want the one", list, err)
	}
	o.gone(t, id, 1)
}

// TestRegressionR09HoldStops: a coordinator's note keeps a case beyond its time,
// and reopening clears the time; neither is decided from the list of cases.
func TestRegressionR09HoldStops(t *testing.T) {
	o := newOffice(t)
	o.released(t, 2026)
	boss := o.hire(t, incident.RoleCoordinator, city)
	held, reopened := o.closed(t, incident.TrackReport), o.closed(t, incident.TrackReport)
	keep, yes, no := note(), true, false
	keep.Public.Hold = &yes
	o.must(t, boss, held, keep)
	o.put(t, reopened, incident.StateTriage, incident.Public{})
	got := o.due(t, "2027-10-01")
	if len(got) != 1 || got[held].Waits != casework.WaitsForHold {
		t.Errorf("due %+v, want the held one alone, and it waits", got)
	}
	if _, err := o.Purge(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for _, id := range []incident.CaseID{held, reopened} {
		o.file(t, id)
	}
	let := note()
	let.Public.Hold = &no
	o.must(t, boss, held, let)
	if _, err := o.Purge(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	o.gone(t, held, 1)
	if c := o.file(t, reopened); c.State != incident.StateTriage {
		t.Errorf("the reopened case is %s", c.State)
	}
}

// A reading store counts how often a whole case is read.
type reading struct {
	casework.Store
	files int
}

func (r *reading) File(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	r.files++
	return r.Store.File(ctx, id)
}

// TestSweepReadsOnlyWhatIsRipe: the daily sweep of a large store does not read the
// cases whose time has not come; it would be busy with them while people send.
func TestSweepReadsOnlyWhatIsRipe(t *testing.T) {
	o := newOffice(t)
	for range 50 {
		o.report(t, city, incident.TrackReport)
	}
	o.closed(t, incident.TrackReport)
	ripe := o.report(t, city, incident.TrackReport)
	o.put(t, ripe, incident.StateDiscarded, incident.Public{})
	o.lived(t, "2026-12-23")
	counting := &reading{Store: o.Store}
	o.Store = counting
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gone(t, ripe, 1)
	if counting.files == 0 || counting.files > 5 {
		t.Errorf("the sweep read %d cases of 52, want the one that is ripe", counting.files)
	}
}
