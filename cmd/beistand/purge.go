package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/casework"
)

// purge erases the cases whose time is over. serve does so daily; this is for
// the operator who wants to see first what will go, and what waits.
func (p program) purge(args []string) error {
	flags := flag.NewFlagSet("purge", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	dry := flags.Bool("n", false, "list only, change nothing")
	sure := flags.Bool("sure", false, "the clock is right, although nobody has logged in lately")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	due, err := dueCases(p.ctx, c, wanted{*dry, *sure}, *testEngine)
	if err != nil {
		return err
	}
	printDue(p.stdout, due, *dry)
	return nil
}

// wanted is how purge is to go: list only, or in spite of doubts about the clock.
type wanted struct{ dry, sure bool }

// dueCases asks the running server, or opens the store itself.
func dueCases(ctx context.Context, c config.Config, w wanted, testEngine bool) (due []casework.Due, err error) {
	request := "POST /purge"
	switch {
	case w.dry:
		request = "GET /purge"
	case w.sure:
		request = "POST /purge/sure"
	}
	if served, err := askServer(ctx, c, request, &due); served || err != nil {
		return due, err
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("reading settings: time_zone: %w", err)
	}
	db, err := openStore(ctx, c, testEngine)
	if err != nil {
		return nil, err
	}
	defer closing(db, &err)
	s := server{config: c, zone: zone, db: db}
	office := s.office(nil)
	if w.dry {
		return office.Due(ctx)
	}
	return office.Purge(ctx, w.sure)
}

func printDue(w io.Writer, due []casework.Due, dry bool) {
	gone, waiting := 0, 0
	for _, d := range due {
		what := "erased"
		switch {
		case d.Waits == casework.WaitsForHold:
			what = "stays: a coordinator's note holds it"
		case d.Waits == casework.WaitsForFigures:
			what = fmt.Sprintf("stays: the statistics of %d are neither released nor waived", d.Year)
		case d.Waits == casework.WaitsForClock:
			what = "stays: hardly anybody has logged in before today, so the clock may be wrong; with a right one: beistand purge -sure"
		case dry:
			what = "would be erased"
		}
		if d.Waits == "" {
			gone++
		} else {
			waiting++
		}
		fmt.Fprintf(w, "%s  %-11s  %-9s  due since %s  %s\n", d.Case, d.Track, d.State, d.Month, what)
	}
	verb := "erased"
	if dry {
		verb = "to erase"
	}
	fmt.Fprintf(w, "%d %s, %d wait\n", gone, verb, waiting)
}

// retention tells what is overdue: cases that nobody erases, and cases that wait
// for a decision of the office.
func (d *doctor) retention(ctx context.Context) {
	if _, err := os.Stat(filepath.Join(d.config.Data, boltstore.FileName)); err != nil && d.config.MongoDB.URI == "" {
		return // there is no store yet, and looking would make one
	}
	due, err := dueCases(ctx, d.config, wanted{dry: true}, d.testEngine)
	if err != nil {
		return // database has told why
	}
	month := d.now.Format("2006-01")
	late, held, unsure, years := 0, 0, 0, map[int]int{}
	for _, c := range due {
		switch c.Waits {
		case casework.WaitsForHold:
			held++
		case casework.WaitsForFigures:
			years[c.Year]++
		case casework.WaitsForClock:
			unsure++
		default:
			if c.Month < month {
				late++
			}
		}
	}
	if late > 0 {
		d.red("retention", "serve erases daily: look whether it runs, and into its log; beistand purge does it now", "%d cases should have been erased before this month", late)
	}
	if unsure > 0 {
		d.red("clock", "look at the clock: if it is wrong, set it, and nothing was erased; if it is right, beistand purge -sure, or wait until members have logged in on three days", "%d cases would be erased by their age, but hardly anybody has logged in in the month before %s", unsure, d.now.Format(time.DateOnly))
	}
	for _, year := range slices.Sorted(maps.Keys(years)) {
		d.look("retention", "have the coordinators release the statistics of that year, or give them up", "%d cases of %d are kept too long: the statistics of their year are neither released nor waived", years[year], year)
	}
	if held > 0 {
		d.look("retention", "ask a coordinator whether the reason still stands", "%d cases are kept beyond their time by a coordinator's note", held)
	}
	if len(due) == late && late == 0 {
		d.good("retention", "nothing is kept beyond its time")
	}
}
