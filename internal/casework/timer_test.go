package casework_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func TestTimers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		from   incident.State
		track  incident.Track
		resume string
		coded  bool
		day    string // on which Timers looks; the case came to its state on 2026-11-22
		want   incident.State
	}{
		{"question, 29 days", incident.StateQueryOpen, incident.TrackReport, "", false, "2026-12-21", incident.StateQueryOpen},
		{"question, 30 days", incident.StateQueryOpen, incident.TrackReport, "", false, "2026-12-22", incident.StateTriage},
		{"question, advice", incident.StateQueryOpen, incident.TrackCounselling, "", false, "2027-03-01", incident.StateTriage},
		{"pause, the day before", incident.StatePaused, incident.TrackCounselling, "2026-12-01", false, "2026-11-30", incident.StatePaused},
		{"pause, its day", incident.StatePaused, incident.TrackCounselling, "2026-12-01", false, "2026-12-01", incident.StateCounselling},
		{"documented, 29 days", incident.StateDocumented, incident.TrackReport, "", true, "2026-12-21", incident.StateDocumented},
		{"documented, 30 days", incident.StateDocumented, incident.TrackReport, "", true, "2026-12-22", incident.StateClosed},
		{"documented, not coded", incident.StateDocumented, incident.TrackReport, "", false, "2027-03-01", incident.StateDocumented},
		{"triage never", incident.StateTriage, incident.TrackReport, "", true, "2030-01-01", incident.StateTriage},
		{"closed never", incident.StateClosed, incident.TrackReport, "", true, "2040-01-01", incident.StateClosed},
		{"discarded never", incident.StateDiscarded, incident.TrackReport, "", false, "2040-01-01", incident.StateDiscarded},
	} {
		o := newOffice(t)
		m := o.hire(t, incident.RoleCaseworker, city)
		id := o.report(t, city, tt.track)
		if tt.coded {
			o.must(t, m, id, coding())
		}
		o.put(t, id, tt.from, incident.Public{Resume: tt.resume})
		o.at(t, tt.day)
		for range 2 {
			if err := o.Timers(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		c := o.file(t, id)
		if c.State != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, c.State, tt.want)
		}
		if e := c.Event(c.Rev); tt.want != tt.from && (e.Actor != incident.ActorSystem || e.Day != tt.day || c.ReadOnly()) {
			t.Errorf("%s: moved by %s on %s", tt.name, e.Actor, e.Day)
		}
	}
}

func TestTimersAtOnce(t *testing.T) {
	o := newOffice(t)
	var ids []incident.CaseID
	for range 20 {
		id := o.report(t, city, incident.TrackReport)
		o.put(t, id, incident.StateQueryOpen, incident.Public{})
		ids = append(ids, id)
	}
	o.at(t, "2027-01-15")
	errs := make([]error, 3)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = o.Timers(t.Context()) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if c := o.file(t, id); c.State != incident.StateTriage || c.Rev != 3 {
			t.Errorf("case is %s at rev %d, want one move to triage", c.State, c.Rev)
		}
	}
}

func TestTimersLookAgainAfterAFailure(t *testing.T) {
	o := newOffice(t)
	o.report(t, city, incident.TrackReport)
	if err := o.db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := o.Timers(t.Context()); !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("store away: %v, want ErrUnavailable each time", err)
		}
	}
}
