package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/statistics/audit"
)

const statisticsUsage = `usage: beistand statistics STEP

  plan [-year N] [-base 3|5] [-expect N] [-plan FILE] [-config FILE] [-out FILE]
                                  print the plan as it is declared; hash and size go to stderr
  check -plan P -counts C         hold counts against the plan; print all faults as JSON
  round -plan P -counts C [-base 3|5] [-seed-file F] [-key-file K] [-out FILE]
                                  print the rounded cells and the world behind them
  build -plan P -counts C -out E.json [-base 3|5] [-seed-file F] [-key-file K] [-known K]
                                  check, round, audit, bundle; with a key file also sign
  audit E.json… [-known K]        attack published bundles; print every cell's interval and verdict
  bounds PROBLEM.json             solve a general problem with the auditor's solver
  sign E.json -key-file K -out E2.json [-known K] [-on DAY]
                                  audit once more, freeze, sign
  verify E.json [-key HEX]        check bytes, sums, world, audit and signature
  export E.json -format csv|csvw|jsonstat|ods|dcat [-url URL] [-licence L] [-out FILE]
                                  write an open-data file of a bundle

"-" as a file of counts is standard input. Exit 0: done, all safe. 1: faults, or not safe. 2: wrong use.
`

// statistics runs the steps from counts to an edition on any machine; it opens no store and asks no server.
func (p program) statistics(args []string) error {
	steps := map[string]func([]string) error{
		"plan": p.statPlan, "check": p.statCheck, "round": p.statRound, "build": p.statBuild, "audit": p.statAudit,
		"bounds": p.statBounds, "sign": p.statSign, "verify": p.statVerify, "export": p.statExport,
	}
	if len(args) > 0 {
		if step, ok := steps[args[0]]; ok {
			return step(args[1:])
		}
	}
	fmt.Fprint(p.stderr, statisticsUsage)
	return errUsage
}

// statFlags are the flags that several steps share.
type statFlags struct {
	*flag.FlagSet
	plan, counts, seed, key, known, out, config *string
	year, base                                  *int
}

func (p program) statFlags(step string) statFlags {
	f := flag.NewFlagSet("statistics "+step, flag.ContinueOnError)
	f.SetOutput(p.stderr)
	return statFlags{
		f, f.String("plan", "", "file with the plan"), f.String("counts", "", "file with the counts, - for standard input"),
		f.String("seed-file", "", "file with 32 bytes, plain or in hex, instead of fresh ones"), f.String("key-file", "", "the office's edition key file"),
		f.String("known", "", "file with numbers that are public elsewhere; that of the settings if missing"), f.String("out", "", "file to write, instead of standard output"),
		f.String("config", "", "file with the settings"), f.Int("year", 0, "year of receipt"), f.Int("base", 0, "3 or 5"),
	}
}

// files parses flags that may stand before, between and after the files, and returns these.
func (f statFlags) files(args []string, least, most int) ([]string, error) {
	var files []string
	for {
		if f.Parse(args) != nil {
			return nil, errUsage
		}
		if f.NArg() == 0 {
			break
		}
		files = append(files, f.Arg(0))
		args = f.Args()[1:]
	}
	if len(files) < least || len(files) > most {
		f.Usage()
		return nil, errUsage
	}
	return files, nil
}

func readAll(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	return os.ReadFile(name)
}

// known gives the numbers that are public elsewhere: of the flag, else of the settings.
func (p program) known(f statFlags) ([]byte, error) {
	if *f.known != "" {
		return readAll(*f.known)
	}
	c, err := config.Load(*f.config, p.env)
	if err != nil {
		return nil, err
	}
	s, err := config.ReadStatistics(c.Files)
	return s.Known, err
}

// write puts a result where the flags say.
func (p program) write(name string, text []byte) error {
	if name != "" {
		return os.WriteFile(name, text, 0o600)
	}
	_, err := p.stdout.Write(text)
	return err
}

func (p program) printJSON(v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// readPlan reads the plan that the flags name, or the office's own.
func (p program) readPlan(f statFlags) (statistics.Plan, config.Config, error) {
	c, err := config.Load(*f.config, p.env)
	if err != nil {
		return statistics.Plan{}, c, err
	}
	text, err := readAll(*f.plan)
	if err != nil {
		return statistics.Plan{}, c, err
	}
	if *f.plan == "" {
		s, err := config.ReadStatistics(c.Files)
		if err != nil {
			return statistics.Plan{}, c, err
		}
		text = s.Plan
	}
	plan, err := statistics.ParsePlan(text)
	if err != nil || *f.year == 0 && *f.base == 0 {
		return plan, c, err
	}
	plan, err = plan.With(*f.year, *f.base)
	return plan, c, err
}

func (p program) statPlan(args []string) error {
	f := p.statFlags("plan")
	expected := f.Int("expect", 0, "reports expected in the year: names tables that are too fine for them")
	if _, err := f.files(args, 0, 0); err != nil {
		return err
	}
	plan, c, err := p.readPlan(f)
	if err != nil {
		return err
	}
	data, err := config.ReadData(c.Files)
	if err != nil {
		return err
	}
	var codes []string
	groups := map[string]bool{}
	for _, code := range data.Taxonomy.Codes {
		if code.Until == 0 && plan.Feeds(code.ID) {
			groups[code.Group] = true
		}
	}
	for _, code := range data.Taxonomy.Codes {
		if groups[code.Group] && code.Until == 0 && !plan.Feeds(code.ID) {
			codes = append(codes, code.ID)
		}
	}
	if err := p.write(*f.out, append(plan.Canonical(), '\n')); err != nil {
		return err
	}
	tenths := plan.ExpectedError()
	fmt.Fprintf(p.stderr, "plan %s of %d: %d cells, hash %s, expected error of a number %d.%d\n", plan.ID, plan.Year, len(plan.Cells()), plan.Hash(), tenths/10, tenths%10)
	if thin := plan.Thin(*expected); *expected > 0 && len(thin) > 0 {
		fmt.Fprintf(p.stderr, "fewer than two expected reports a cell: %s\n", strings.Join(thin, ", "))
	}
	if len(codes) > 0 {
		fmt.Fprintf(p.stderr, "codes of the taxonomy that feed no cell: %s\n", strings.Join(codes, ", "))
		return errFound
	}
	return nil
}

// statInput reads plan and counts. Counts may name the plan as the file has it, whatever base is asked for.
func (p program) statInput(f statFlags) (statistics.Plan, statistics.Counts, error) {
	var none statistics.Counts
	if *f.plan == "" || *f.counts == "" {
		f.Usage()
		return statistics.Plan{}, none, errUsage
	}
	plan, _, err := p.readPlan(f)
	if err != nil {
		return statistics.Plan{}, none, err
	}
	var text []byte
	if *f.counts == "-" {
		text, err = io.ReadAll(io.LimitReader(p.stdin, 2<<20))
	} else {
		text, err = readAll(*f.counts)
	}
	if err != nil {
		return statistics.Plan{}, none, fmt.Errorf("reading counts: %w", err)
	}
	counts, err := statistics.ParseCounts(text)
	if err != nil {
		return statistics.Plan{}, none, err
	}
	asWritten, err := readAll(*f.plan)
	if err != nil {
		return statistics.Plan{}, none, err
	}
	if original, err := statistics.ParsePlan(asWritten); err == nil && counts.Plan == original.Hash() && counts.Year == plan.Year {
		counts.Plan = plan.Hash()
	}
	return plan, counts, nil
}

func (p program) statCheck(args []string) error {
	f := p.statFlags("check")
	if _, err := f.files(args, 0, 0); err != nil {
		return err
	}
	plan, counts, err := p.statInput(f)
	if err != nil {
		return err
	}
	faults := statistics.Check(plan, counts)
	if faults == nil {
		faults = statistics.FaultErrors{}
	}
	if err := p.printJSON(faults); err != nil {
		return err
	}
	if len(faults) > 0 {
		return errFound
	}
	return nil
}

func (p program) statAudit(args []string) error {
	f := p.statFlags("audit")
	files, err := f.files(args, 1, 1000)
	if err != nil {
		return err
	}
	var bundles [][]byte
	for _, name := range files {
		text, err := readAll(name)
		if err != nil {
			return err
		}
		bundles = append(bundles, text)
	}
	known, err := p.known(f)
	if err != nil {
		return err
	}
	r, err := audit.Bundles(bundles, known)
	if err != nil {
		return err
	}
	if err := p.printJSON(r); err != nil {
		return err
	}
	if r.Verdict != audit.Safe {
		return errFound
	}
	return nil
}

func (p program) statBounds(args []string) error {
	f := p.statFlags("bounds")
	files, err := f.files(args, 1, 1)
	if err != nil {
		return err
	}
	text, err := readAll(files[0])
	if err != nil {
		return err
	}
	answer, err := audit.Bounds(text)
	if err != nil {
		return err
	}
	return p.write(*f.out, append(answer, '\n'))
}

// explain shows faults of counts to the person who has the counts, and passes other errors on.
func (p program) explain(err error) error {
	var faults statistics.FaultErrors
	if !errors.As(err, &faults) {
		return err
	}
	if err := p.printJSON(faults); err != nil {
		return err
	}
	return errFound
}
