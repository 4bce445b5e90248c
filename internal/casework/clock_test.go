package casework_test

import (
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// lived is at, after a member has logged in on the three days before, as in any
// office.
func (o *office) lived(t testing.TB, day string) {
	t.Helper()
	for back := range 3 {
		o.worked(t, incident.AddDays(day, -1-back))
	}
	o.at(t, day)
}

func (o *office) worked(t testing.TB, day string) {
	t.Helper()
	o.at(t, day)
	if err := o.LoggedIn(t.Context(), "0123456789abcdef0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
}

// TestClockAhead: a clock that jumps ahead by years erases nothing by its age,
// whoever logs in on that day, and what waits is named with its reason. What
// people agreed to erase does not wait. With a right clock and an office at work,
// or once somebody has looked at the clock, everything goes on.
func TestClockAhead(t *testing.T) {
	for name, tt := range map[string]struct {
		days []string // on which somebody logged in, before and during the mistake
		then string
		ends bool
		sure bool
	}{
		"nobody was there":             {nil, "2028-02-02", false, false},
		"a login on the mistaken day":  {[]string{"2028-02-02"}, "2028-02-02", false, false},
		"two mistaken days":            {[]string{"2028-01-31", "2028-02-01"}, "2028-02-02", false, false},
		"an office at work":            {[]string{"2028-01-10", "2028-01-20", "2028-02-01"}, "2028-02-02", true, false},
		"an office at work, long ago":  {[]string{"2027-12-10", "2027-12-20", "2028-01-01"}, "2028-02-02", false, false},
		"somebody looked at the clock": {nil, "2028-02-02", true, true},
		"the clock went back":          {[]string{"2029-02-01", "2029-02-02", "2029-02-03"}, "2028-02-02", false, false},
	} {
		o := newOffice(t)
		o.lived(t, day)
		o.released(t, 2026)
		one := o.hire(t, incident.RoleCoordinator, city)
		closed, discarded, asked := o.closed(t, incident.TrackReport), o.report(t, city, incident.TrackReport), o.closed(t, incident.TrackReport)
		o.put(t, discarded, incident.StateDiscarded, incident.Public{})
		for _, d := range tt.days {
			o.worked(t, d)
		}
		o.at(t, tt.then)
		o.must(t, one, asked, approve(o.withdraw(t, asked)))
		o.gone(t, asked, 1)
		list, err := o.Due(t.Context())
		if err != nil || len(list) != 2 {
			t.Fatalf("%s: due %+v, %v, want two", name, list, err)
		}
		for _, d := range list {
			if (d.Waits == casework.WaitsForClock) == (tt.ends && !tt.sure) {
				t.Errorf("%s: a case that is due waits for %q", name, d.Waits)
			}
		}
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Purge(t.Context(), tt.sure); err != nil {
			t.Fatal(err)
		}
		if tt.ends {
			o.gone(t, closed, 1)
			o.gone(t, discarded, 1)
		} else if c, d := o.file(t, closed), o.file(t, discarded); c.State != incident.StateClosed || d.State != incident.StateDiscarded {
			t.Errorf("%s: %s and %s", name, c.State, d.State)
		}
	}
}

// TestClockJumpsAtWork: members act, and timers run, while the clock jumps forth and
// back. Every act that was taken stands once, the chain holds, what a mistaken day
// moved can be moved back, and the next real day is looked at again.
func TestClockJumpsAtWork(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCoordinator, city)
	id, waits := o.report(t, city, incident.TrackReport), o.report(t, city, incident.TrackReport)
	o.put(t, waits, incident.StateQueryOpen, incident.Public{})
	days := []string{day, "2029-05-05", "2026-11-24", "2026-11-02", "2026-11-25"}
	for _, d := range days {
		o.at(t, d)
		o.must(t, one, id, note())
		if err := o.Timers(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c := o.file(t, id) // checks the chain
	var got []string
	for _, e := range c.Events {
		if e.Kind == incident.KindNote {
			got = append(got, e.Day)
		}
	}
	if !slices.Equal(got, days) {
		t.Errorf("notes of %v, want %v", got, days)
	}
	if c := o.file(t, waits); c.State != incident.StateTriage || c.Rev != 3 {
		t.Errorf("the question that was open: %s at rev %d, want one move to triage", c.State, c.Rev)
	}
	o.put(t, waits, incident.StateQueryOpen, incident.Public{})
	o.at(t, "2026-12-27")
	if err := o.Timers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := o.file(t, waits); c.State != incident.StateTriage {
		t.Errorf("the question, a month later: %s", c.State)
	}
}
