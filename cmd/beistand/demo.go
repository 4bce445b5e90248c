package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/demo"
	"github.com/beistand/beistand/internal/seal"
)

// demoMark is the file by which demo knows a folder of its own.
const demoMark = "musterstadt.json"

// demoOptions are the flags of demo; the mark in the folder keeps the seed.
type demoOptions struct {
	Seed    uint64 `json:"seed"`
	listen  string
	data    string
	reports int
	past    int
	ahead   int // days by which its calendar is ahead
	asJSON  bool
}

const maxDemoReports = 100_000

// demo serves the fictional city. It deletes nothing and touches no folder that
// it did not make.
func (p program) demo(args []string) error {
	o, err := p.demoFlags(args)
	if err != nil {
		return err
	}
	if err := o.claim(); err != nil {
		return err
	}
	return p.serveDemo(o)
}

func (p program) demoFlags(args []string) (demoOptions, error) {
	var o demoOptions
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8080", "host:port, loopback only")
	flags.StringVar(&o.data, "data", "", "folder; empty: a new one among the temporary files")
	flags.IntVar(&o.reports, "reports", 40, "number of seeded reports")
	flags.IntVar(&o.past, "past", 72, "number of seeded reports of the last year; 0: the city has no years before")
	flags.Uint64Var(&o.Seed, "seed", 1, "same seed, same reports and logins")
	flags.Func("day", "YYYY-MM-DD: what its calendar says, from today on; to see deadlines and retention at work", o.setDay)
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON line when ready")
	if flags.Parse(args) != nil {
		return o, errUsage
	}
	if flags.NArg() > 0 || min(o.reports, o.past) < 0 || max(o.reports, o.past) > maxDemoReports {
		fmt.Fprintf(p.stderr, "beistand: demo takes 0 to %d reports of a year and no other argument\n", maxDemoReports)
		return o, errUsage
	}
	return o, nil
}

// setDay puts the city's calendar ahead. Only the fictional city has such a
// setting: an office's deadlines and retention follow the real day.
func (o *demoOptions) setDay(text string) error {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return errors.New("write the day as YYYY-MM-DD")
	}
	now := time.Now()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	if o.ahead = int(day.Sub(today) / (24 * time.Hour)); o.ahead < 0 {
		return errors.New("the city's calendar does not go back")
	}
	return nil
}

// claim makes the folder, or recognises one that demo made.
func (o *demoOptions) claim() error {
	if o.data == "" {
		dir, err := os.MkdirTemp("", "musterstadt-")
		if err != nil {
			return fmt.Errorf("making the demo's folder: %w", err)
		}
		o.data = dir
	}
	if err := private(o.data); err != nil {
		return err
	}
	mark := filepath.Join(o.data, demoMark)
	text, err := os.ReadFile(mark)
	if err == nil {
		var was demoOptions
		if json.Unmarshal(text, &was) != nil || was.Seed != o.Seed {
			return hinted{errors.New("this folder holds the fictional city of another seed"), "use its seed, or another folder"}
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the demo's folder: %w", err)
	}
	if there, err := os.ReadDir(o.data); err != nil || len(there) > 0 {
		return hinted{errors.Join(fmt.Errorf("%q was not made by demo", o.data), err), "demo writes only to an empty folder or to one of its own"}
	}
	text, err = json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(mark, append(text, '\n'), 0o600)
}

// settings are those of the fictional city: defaults, its site and its key.
func (o demoOptions) settings() (config.Config, error) {
	c := config.Default()
	c.Listen, c.Operator.Listen = o.listen, "127.0.0.1:0"
	c.Data = o.data
	c.Site.ID = demo.Site
	c.Office.Name = config.Text{"de": "Antidiskriminierungsstelle Musterstadt", "en": "Anti-Discrimination Office of Musterstadt", "ar": "مكتب مكافحة التمييز في موسترشتات"}
	c.Office.Desks[0].Name = c.Office.Name
	c.Office.KeysFile = filepath.Join(o.data, "office-keys.txt")
	c.Office.EditionKey = filepath.Join(o.data, "edition-key")
	c.Auth.TokenKeys = filepath.Join(o.data, "token-keys")
	c.Backup.Folder, c.Backup.CheckpointKey = filepath.Join(o.data, "backups"), filepath.Join(o.data, "checkpoint.key")
	c.Districts = []config.District{
		{ID: "altstadt", Name: config.Text{"": "Altstadt"}, Inner: true},
		{ID: "nordviertel", Name: config.Text{"": "Nordviertel"}, Inner: true},
		{ID: "hafen", Name: config.Text{"": "Am Hafen"}},
		{ID: "neumuehle", Name: config.Text{"": "Neumühle"}},
		{ID: "ostpark", Name: config.Text{"": "Ostpark"}},
	}
	if err := c.Check(); err != nil {
		return c, err
	}
	if !loopback(o.listen) {
		return c, errors.New("the fictional city is served on this machine only: give -listen a loopback address")
	}
	keys, err := config.ReadKeys(c.Office.KeysFile)
	if err != nil || len(keys.All(demo.Desk)) > 0 {
		return c, err
	}
	for _, k := range demo.Keys() {
		if err := config.Pin(c.Office.KeysFile, config.Key{Desk: k.Desk, Epoch: k.Epoch, From: k.From, Recipient: k.Recipient}); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (p program) serveDemo(o demoOptions) (err error) {
	c, err := o.settings()
	if err != nil {
		return err
	}
	db, err := boltstore.Open(c.Data)
	if err != nil {
		return fmt.Errorf("opening the store: %w", err)
	}
	defer closing(db, &err)
	s, err := newServer(c, db, p.stderr, true)
	if err != nil {
		return err
	}
	s.ahead = o.ahead
	return s.run(p.ctx, func(r ready) error {
		check, err := s.checker()
		if err != nil {
			return err
		}
		city := demo.City{
			Store: db, Check: check, Desks: desksOf(c), CheckBox: seal.CheckBox,
			Today: s.now(), Seed: o.Seed, Reports: o.reports,
		}
		if o.past > 0 {
			if city.Past, err = s.past(o.past); err != nil {
				return err
			}
		}
		if r.Logins, err = city.Build(p.ctx); err != nil {
			return err
		}
		if err := s.sites.Load().announce(p.ctx); err != nil {
			return err
		}
		return p.tellDemo(o, r)
	})
}

// past is what the fictional city needs for the years before.
func (s *server) past(cases int) (*demo.Past, error) {
	f, err := s.figures()
	if err != nil {
		return nil, err
	}
	return &demo.Past{Cases: cases, Plan: f.Plan, Meta: f.Meta, EditionKey: f.EditionKey, Inner: f.Inner}, nil
}

func (p program) tellDemo(o demoOptions, r ready) error {
	if o.asJSON {
		return json.NewEncoder(p.stdout).Encode(r)
	}
	fmt.Fprintf(p.stdout, "Musterstadt, a city that does not exist. Everything in it is invented.\n\n"+
		"  form     %s/\n  console  %s\n  data     %s\n\nLogins:\n", r.Public, r.Office, o.data)
	for _, l := range r.Logins {
		fmt.Fprintf(p.stdout, "  %-13s %-12s %s\n", l.Name, l.Role, l.Passphrase)
	}
	fmt.Fprintln(p.stdout, "\nCtrl-C ends it.")
	return nil
}
