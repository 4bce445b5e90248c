package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/beistand/beistand/internal/web"
)

// metrics answers in the text format of Prometheus. No value here moves when
// somebody sends a report: no counter of requests, no memory, no open
// connections. What is left are states, and totals of yesterday.
func (s *server) metrics(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	web.Gauge(w, "beistand_build_info", "Version and engine; always 1.")
	fmt.Fprintf(w, "beistand_build_info{version=%q,engine=%q} 1\n", version, s.db.Engine())
	web.Gauge(w, "beistand_store_up", "Whether the store answers and takes writes.")
	fmt.Fprintf(w, "beistand_store_up %d\n", flagOf(s.db.Ping(r.Context()) == nil))
	web.Gauge(w, "beistand_desk_open", "Whether the form takes reports for the desk: a key is pinned for this month.")
	for _, desk := range s.deskStates() {
		fmt.Fprintf(w, "beistand_desk_open{desk=%q} %d\n", desk.id, flagOf(desk.open))
	}
	notes, err := readOperations(s.config.Data)
	if err != nil {
		notes = operations{}
	}
	web.Gauge(w, "beistand_backup_age_days", "Days since the last backup of this machine; absent if there is none.")
	if notes.Backup != nil {
		fmt.Fprintf(w, "beistand_backup_age_days %d\n", s.daysSince(notes.Backup.Day))
	}
	web.Gauge(w, "beistand_rehearsal_age_days", "Days since the last rehearsed restore; absent if there is none.")
	if notes.Rehearsal != nil {
		fmt.Fprintf(w, "beistand_rehearsal_age_days %d\n", s.daysSince(notes.Rehearsal.Day))
	}
	web.Gauge(w, "beistand_verify_age_days", "Days since the store was verified; absent if it never was.")
	web.Gauge(w, "beistand_verify_sound", "Whether the last verify found no broken chain.")
	if notes.Verify != nil {
		fmt.Fprintf(w, "beistand_verify_age_days %d\nbeistand_verify_sound %d\n", s.daysSince(notes.Verify.Day), flagOf(notes.Verify.Grave == 0))
	}
	s.totals.Write(w)
}

// A deskState says whether the form takes reports for a desk.
type deskState struct {
	id   string
	open bool
}

func (s *server) deskStates() []deskState {
	wired := s.sites.Load()
	var states []deskState
	for _, d := range s.config.Office.Desks {
		_, open := wired.ring.Current(d.ID, s.now())
		states = append(states, deskState{d.ID, open})
	}
	return states
}

func (s *server) daysSince(day string) int { return daysBetween(day, s.now()) }

// daysBetween counts from a civil day to the day of now; 0 for what is no day.
func daysBetween(day string, now time.Time) int {
	from, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	to := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(to.Sub(from).Hours() / 24)
}

func flagOf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
