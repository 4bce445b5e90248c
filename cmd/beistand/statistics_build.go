package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/statistics/audit"
)

// drawWorld rounds the counts, or adds noise, whichever the plan says.
func (p program) drawWorld(f statFlags) (statistics.Plan, statistics.World, []byte, error) {
	plan, counts, err := p.statInput(f)
	if err != nil {
		return plan, statistics.World{}, nil, err
	}
	seed, err := readSeed(*f.seed)
	if err != nil {
		return plan, statistics.World{}, nil, err
	}
	editionKey, err := readAll(*f.key)
	if err != nil {
		return plan, statistics.World{}, nil, err
	}
	key, err := statistics.NewKey(seed, editionKey)
	if err != nil {
		return plan, statistics.World{}, nil, err
	}
	var world statistics.World
	if plan.Mode == statistics.ModeDP {
		world, err = statistics.Noisy(plan, counts, key)
	} else {
		world, err = statistics.Round(plan, counts, key)
	}
	var fit *statistics.FitError
	if errors.As(err, &fit) {
		err = hinted{err, "use coarser codes or fewer tables: gröbere Kategorien oder weniger Tabellen"}
	}
	return plan, world, editionKey, p.explain(err)
}

// readSeed reads 32 bytes, plain or in hex; without a file they are drawn afresh.
func readSeed(name string) (seed [32]byte, err error) {
	if name == "" {
		_, err = rand.Read(seed[:])
		return seed, err
	}
	text, err := readAll(name)
	if err != nil {
		return seed, err
	}
	if len(text) != len(seed) {
		if text, err = hex.DecodeString(strings.TrimSpace(string(text))); err != nil || len(text) != len(seed) {
			return seed, errors.New("reading the seed: want 32 bytes, plain or in hex")
		}
	}
	copy(seed[:], text)
	return seed, nil
}

func (p program) statRound(args []string) error {
	f := p.statFlags("round")
	if _, err := f.files(args, 0, 0); err != nil {
		return err
	}
	plan, world, _, err := p.drawWorld(f)
	if err != nil {
		return err
	}
	text, err := statistics.WriteWorld(plan, world)
	if err != nil {
		return err
	}
	return p.write(*f.out, append(text, '\n'))
}

func (p program) statBuild(args []string) error {
	f := p.statFlags("build")
	office := f.String("office", "", "name of the office; that of the settings if missing")
	ags := f.String("ags", "", "official municipality key, 8 digits; that of the settings if missing")
	counted := f.String("counted-on", "", "day of counting, YYYY-MM-DD; 31 March after the year if missing")
	on := f.String("on", "", "day of freezing when a key file is given; today if missing")
	if _, err := f.files(args, 0, 0); err != nil {
		return err
	}
	if *f.out == "" {
		f.Usage()
		return errUsage
	}
	known, err := p.known(f)
	if err != nil {
		return err
	}
	plan, world, editionKey, err := p.drawWorld(f)
	if err != nil {
		return err
	}
	meta, err := p.meta(f, plan, *office, *ags, *counted)
	if err != nil {
		return err
	}
	bundle, report, err := statistics.Audited(statistics.Publish(plan, world, meta), nil, known)
	if err != nil {
		return err
	}
	if report.Verdict != audit.Safe {
		fmt.Fprintf(p.stderr, "beistand: the audit says %s; nothing was written\n", report.Verdict)
		if err := p.printJSON(report); err != nil {
			return err
		}
		return errFound
	}
	if editionKey != nil {
		if bundle, err = statistics.Sign(bundle, editionKey, known, today(*on)); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stderr, "edition of %d: %d cells, all safe\n", plan.Year, len(report.Findings))
	return p.write(*f.out, bundle)
}

// meta is what the edition says beside its numbers: from flags, else from settings.
func (p program) meta(f statFlags, plan statistics.Plan, office, ags, counted string) (statistics.Meta, error) {
	c, err := config.Load(*f.config, p.env)
	if err != nil {
		return statistics.Meta{}, err
	}
	s, err := config.ReadStatistics(c.Files)
	if err != nil {
		return statistics.Meta{}, err
	}
	if office == "" {
		office, _ = c.Office.Name.In("de")
	}
	if ags == "" {
		ags = c.Office.AGS
	}
	if counted == "" {
		counted = fmt.Sprintf("%04d-03-31", plan.Year+1)
	}
	m := statistics.Meta{
		Office: statistics.Office{Name: office, AGS: ags}, CountedOn: counted, Labels: s.Labels,
		Software: statistics.Software{Version: version, Commit: commit()},
	}
	return m, nil
}

func today(day string) string {
	if day == "" {
		return time.Now().Format(time.DateOnly)
	}
	return day
}

func (p program) statSign(args []string) error {
	f := p.statFlags("sign")
	on := f.String("on", "", "day of freezing, YYYY-MM-DD; today if missing")
	files, err := f.files(args, 1, 1)
	if err != nil {
		return err
	}
	if *f.key == "" || *f.out == "" {
		f.Usage()
		return errUsage
	}
	bundle, err1 := readAll(files[0])
	key, err2 := readAll(*f.key)
	known, err3 := p.known(f)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	signed, err := statistics.Sign(bundle, key, known, today(*on))
	if err != nil {
		return err
	}
	return p.write(*f.out, signed)
}

func (p program) statVerify(args []string) error {
	f := p.statFlags("verify")
	key := f.String("key", "", "the office's public key in hex, from its statistics page; the bundle's own if missing")
	files, err := f.files(args, 1, 1)
	if err != nil {
		return err
	}
	bundle, err := readAll(files[0])
	if err != nil {
		return err
	}
	e, report, err := statistics.Verify(bundle, *key)
	if plain, _, unread := statistics.ReadEdition(bundle); err != nil && unread == nil && plain.Signature == nil {
		return hinted{err, "nobody signed this bundle yet; statistics audit checks its numbers alone"}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "edition of %d, frozen on %s: signature, hashes, sums and world fit; %d cells %s\n", e.Year, e.FrozenOn, len(report.Findings), report.Verdict)
	if *key == "" {
		fmt.Fprintf(p.stdout, "compare the key with the office's statistics page: %s\n", e.PublicKey())
	}
	return nil
}

func (p program) statExport(args []string) error {
	f := p.statFlags("export")
	format := f.String("format", "csv", "csv, csvw, jsonstat, ods or dcat")
	url := f.String("url", "", "address of the office's site; site.origin of the settings if missing")
	licence := f.String("licence", "dl-de/by-2-0", "dl-de/by-2-0 or dl-de/zero-2-0")
	files, err := f.files(args, 1, 1)
	if err != nil {
		return err
	}
	bundle, err := readAll(files[0])
	if err != nil {
		return err
	}
	if *url == "" {
		c, err := config.Load(*f.config, p.env)
		if err != nil {
			return err
		}
		*url = c.Site.Origin
	}
	if *url == "" && *format == "dcat" {
		fmt.Fprintln(p.stderr, "without -url or site.origin the record's names are relative, and no portal can follow them")
	}
	out, err := statistics.Export(bundle, *format, statistics.Site{URL: strings.TrimSuffix(*url, "/"), Licence: *licence})
	if err != nil {
		return err
	}
	return p.write(*f.out, out)
}
