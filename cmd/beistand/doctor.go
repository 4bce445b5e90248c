package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/beistand/beistand/config"
)

// How a check went. Only what is red makes doctor fail.
const (
	levelGood = "ok"
	levelWarn = "look"
	levelRed  = "red"
)

// A diagnosis is one thing that doctor looked at.
type diagnosis struct {
	Check  string `json:"check"`
	Level  string `json:"level"`
	Found  string `json:"found"`
	Advice string `json:"advice,omitempty"`
}

// A doctor looks at an installation from the machine that it runs on. It changes
// nothing, and cannot see the proxy's logs, the paper in the safe or a clock
// that is wrong by minutes.
type doctor struct {
	config     config.Config
	now        time.Time // in the office's zone
	testEngine bool
	all        []diagnosis
}

func (d *doctor) good(check, found string, args ...any) {
	d.all = append(d.all, diagnosis{check, levelGood, fmt.Sprintf(found, args...), ""})
}

func (d *doctor) look(check, advice, found string, args ...any) {
	d.all = append(d.all, diagnosis{check, levelWarn, fmt.Sprintf(found, args...), advice})
}

func (d *doctor) red(check, advice, found string, args ...any) {
	d.all = append(d.all, diagnosis{check, levelRed, fmt.Sprintf(found, args...), advice})
}

// doctor tells the operator what to do next.
func (p program) doctor(args []string) error {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	asJSON := flags.Bool("json", false, "print what was found as JSON")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	proxy := flags.String("proxy", "", "file with the settings of the proxy, nginx or Caddy")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return fmt.Errorf("reading settings: time_zone: %w", err)
	}
	d := &doctor{config: c, now: time.Now().In(zone), testEngine: *testEngine}
	d.keys()
	d.newKeys(p)
	d.passkeys()
	d.database(p.ctx)
	d.clock()
	d.disk()
	d.modes()
	d.copies()
	d.verified()
	d.retention(p.ctx)
	d.officeData()
	d.pages()
	d.mail()
	if *proxy != "" {
		d.proxy(*proxy)
	}
	return d.tell(p.stdout, *asJSON)
}

func (d *doctor) tell(w io.Writer, asJSON bool) error {
	reds := 0
	for _, x := range d.all {
		if x.Level == levelRed {
			reds++
		}
	}
	if asJSON {
		if err := json.NewEncoder(w).Encode(d.all); err != nil {
			return err
		}
	} else {
		for _, x := range d.all {
			fmt.Fprintf(w, "%-4s  %-12s %s\n", x.Level, x.Check, x.Found)
			if x.Advice != "" {
				fmt.Fprintf(w, "%18s → %s\n", "", x.Advice)
			}
		}
		fmt.Fprintln(w, "not seen from here: the proxy's access log (must be off; -proxy FILE looks at its settings), the keys in the safe, the other machines")
	}
	if reds > 0 {
		return errFound
	}
	return nil
}

// officeData looks at what grows old by itself: rules of law and holidays.
func (d *doctor) officeData() {
	data, err := config.ReadData(d.config.Files)
	if err == nil {
		err = data.CheckDesks(d.config.Office.Desks)
	}
	if err != nil {
		d.red("data files", "serve would not start; correct the file that is named", "%v", err)
		return
	}
	stale, unsigned := 0, 0
	for _, r := range data.Rules.Rules {
		if r.Enabled && daysBetween(r.VerifiedOn, d.now) > data.Rules.StaleAfterDays {
			stale++
		}
		if r.Enabled && r.SignedOffBy == "" {
			unsigned++
		}
	}
	if unsigned > 0 {
		d.look("signatures", "have a lawyer of the office sign each rule: signed_off_by in the deadline rules file", "%d rules of deadlines were signed by no lawyer", unsigned)
	}
	if stale > 0 {
		d.look("deadlines", "compare the rules with the law and set verified_on in the deadline rules file", "%d rules were last compared with the law more than %d days ago", stale, data.Rules.StaleAfterDays)
	} else {
		d.good("deadlines", "every rule was compared with the law within %d days", data.Rules.StaleAfterDays)
	}
	last := data.Holidays[len(data.Holidays)-1].Day
	months := -daysBetween(last, d.now) / 30
	switch {
	case months < 6:
		d.red("holidays", "give a newer file in files.holidays: deadlines and the digest count with it", "the list ends on %s", last)
	case months < 24:
		d.look("holidays", "look for a newer list for files.holidays", "the list ends on %s, in %d months", last, months)
	default:
		d.good("holidays", "the list ends on %s", last)
	}
}

// mail looks at the digest's settings; it sends nothing.
func (d *doctor) mail() {
	c := d.config.Digest
	switch err := checkDigest(c); {
	case err != nil:
		d.red("digest", "serve would not start", "%v", err)
	case c.Server == "":
		d.good("digest", "off: no mail is sent")
	default:
		d.good("digest", "%d members get one mail a working day at %02d:00", len(c.To), c.Hour)
	}
}
