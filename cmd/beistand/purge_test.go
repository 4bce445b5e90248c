package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// behind opens the office's store while nobody serves it.
func (o *office) behind(t *testing.T) store {
	t.Helper()
	db, err := openStore(t.Context(), o.settings(t), true)
	must(t, err)
	return db
}

// closedLongAgo stores a case of a year and closes it in that year.
func (o *office) closedLongAgo(t *testing.T, n, year int) incident.CaseID {
	t.Helper()
	db := o.behind(t)
	defer db.Close()
	id := incident.CaseID(fmt.Sprintf("%032x", n))
	e, err := incident.NewCase(id, incident.Op{byte(n)}, fmt.Sprintf("%d-03", year), "city", 1, incident.TrackReport, nil, []byte("sealed"))
	must(t, err)
	must(t, db.Append(t.Context(), e))
	must(t, db.Append(t.Context(), incident.Link(id, 1, e.Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: fmt.Sprintf("%d-05-04", year), State: incident.StateClosed, Op: incident.Op{byte(n), 1},
	})))
	return id
}

// waive gives up the statistics of a year, as two coordinators do.
func (o *office) waive(t *testing.T, year int) {
	t.Helper()
	db := o.behind(t)
	defer db.Close()
	lineOf(t, db, incident.KindEdition, incident.ActorSystem, incident.Op{7, byte(year - 2000)}, &incident.Line{Year: year, Reason: "waived"})
}

// TestPurge: what was kept long enough is listed first and erased then, by the
// program alone or through the running server; what waits is named with its
// reason, by doctor too; and verify is clean afterwards.
func TestPurge(t *testing.T) {
	o := newOffice(t)
	year := time.Now().Year() - 3
	waived, waits := o.closedLongAgo(t, 1, year-1), o.closedLongAgo(t, 2, year)
	for back := range 3 {
		o.cameIn(t, time.Now().AddDate(0, 0, -2-back))
	}
	o.waive(t, year-1)
	for range 2 { // listing changes nothing
		out, code := o.run(t, "", "purge", "-n")
		for _, want := range []string{
			string(waived) + "  report       closed     due since " + fmt.Sprint(year) + "-10  would be erased",
			string(waits) + "  report       closed     due since " + fmt.Sprint(year+1) + "-10  stays: the statistics of " + fmt.Sprint(year) + " are neither released nor waived",
			"1 to erase, 1 wait",
		} {
			if code != 0 || !strings.Contains(out, want) {
				t.Fatalf("purge -n: exit %d: %s\nwant %s", code, out, want)
			}
		}
	}
	levels, all, code := o.levels(t)
	if levels["retention"] != levelRed || code != exitFailed {
		t.Errorf("doctor: exit %d, retention is %q, want red: %+v", code, levels["retention"], all)
	}
	if out, code := o.run(t, "", "purge"); code != 0 || !strings.Contains(out, "1 erased, 1 wait") {
		t.Errorf("purge: exit %d: %s", code, out)
	}
	if levels, all, _ := o.levels(t); levels["retention"] != levelWarn {
		t.Errorf("doctor: retention is %q, want a look at what waits: %+v", levels["retention"], all)
	}
	o.sound(t, 2) // the final event stands until the backups are gone
	o.waive(t, year)
	p := o.start(t, "serve") // its sweep may be first
	if out, code := o.run(t, "", "purge"); code != 0 || !strings.Contains(out, ", 0 wait") {
		t.Errorf("purge through the server: exit %d: %s", code, out)
	}
	if out, code := o.run(t, "", "purge", "-n"); code != 0 || out != "0 to erase, 0 wait\n" {
		t.Errorf("afterwards: exit %d: %s", code, out)
	}
	o.sound(t, 2)
	p.stop(t)
	if out, code := o.run(t, "", "purge", "-x"); code != exitUsage {
		t.Errorf("an unknown flag: exit %d: %s", code, out)
	}
}

// cameIn tells the ledger that a member logged in on the day.
func (o *office) cameIn(t *testing.T, day time.Time) {
	t.Helper()
	db := o.behind(t)
	defer db.Close()
	member := strings.Repeat("ab", 16)
	lines, err := db.Lines(t.Context(), 0, 100)
	must(t, err)
	if !slices.ContainsFunc(lines, func(e incident.Event) bool { return e.Kind == incident.KindMember }) {
		lineOf(t, db, incident.KindMember, incident.ActorSystem, incident.Op{4}, &incident.Line{Member: incident.MemberID(member), Role: incident.RoleAdmin})
		lines, err = db.Lines(t.Context(), 0, 100)
		must(t, err)
	}
	n := len(lines)
	e, err := incident.NewLine(n, lines[n-1].Hash, incident.KindLogin, member, incident.DayOf(day), incident.Op{5, byte(n)}, nil)
	must(t, err)
	must(t, db.Record(t.Context(), e))
}

// TestPurgeDoubtsTheClock: on a day before which nobody has logged in for long,
// nothing is erased by its age, by the program alone or by the running server.
// Purge and doctor say why, and how it goes on.
func TestPurgeDoubtsTheClock(t *testing.T) {
	o := newOffice(t)
	year := time.Now().Year() - 3
	id := o.closedLongAgo(t, 1, year)
	o.waive(t, year)
	o.cameIn(t, time.Now().AddDate(0, 0, -40))
	stays := string(id) + "  report       closed     due since " + fmt.Sprint(year+1) + "-10  stays: hardly anybody has logged in"
	for _, args := range [][]string{{"purge", "-n"}, {"purge"}} {
		if out, code := o.run(t, "", args...); code != 0 || !strings.Contains(out, stays) || !strings.Contains(out, "0 ") {
			t.Errorf("%v: exit %d: %s", args, code, out)
		}
	}
	p := o.start(t, "serve")
	defer p.stop(t)
	if out, code := o.run(t, "", "purge"); code != 0 || !strings.Contains(out, stays) {
		t.Errorf("through the server: exit %d: %s", code, out)
	}
	if levels, all, code := o.levels(t); levels["clock"] != levelRed || code != exitFailed {
		t.Errorf("doctor: exit %d, clock is %q, want red: %+v", code, levels["clock"], all)
	}
	if out, code := o.run(t, "", "purge", "-sure"); code != 0 || !strings.Contains(out, "1 erased, 0 wait") {
		t.Errorf("purge -sure: exit %d: %s", code, out)
	}
}
