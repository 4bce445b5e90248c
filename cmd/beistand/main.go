// Command beistand serves the anonymous form and the office's console, and helps
// the operator. It is the only place that knows all packages. It cannot open a
// report: no command holds an office's key, and the fictional city's own is
// refused by serve.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // months are those of the office's zone, also on a machine without zone files
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	os.Exit(run(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// A program is what a command is given: where to write, what the environment
// says, and a context that ends with SIGINT or SIGTERM.
type program struct {
	ctx    context.Context //nolint:containedctx // it is the whole program's, handed to one command
	env    []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// Exit codes: done, failed or a check found something, wrong use.
const (
	exitDone = iota
	exitFailed
	exitUsage
)

// errUsage says that the command line was wrong; what to do was already told.
var errUsage = errors.New("wrong use")

// errFound says that a check found something and told what.
var errFound = errors.New("found faults")

// A hinted error knows what to try next.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

const usage = `usage: beistand COMMAND

  serve [-config FILE]            serve the form and the console
  demo [-listen ADDR] [-data DIR] [-reports N] [-past N] [-seed N] [-json]
                                  a fictional city with reports and logins, on this machine only
  office pin [-config FILE] DESK  pin the desk's newest key, after its fingerprint was told by phone
  office rotate-jwt [-config FILE]
                                  sign logins with a new key; the old one goes when its last token has run out
  account add [-config FILE]      print a one-time link for a newcomer; a coordinator admits
  account recover [-config FILE]  print a one-time link for who holds the recovery sheet, if all keys were lost
  verify [store] [-config FILE]   check every chain of the store, and hold it against the last checkpoint
  verify site [-keys FILE] URL    compare a live site with this release, from anywhere
  backup [-config FILE]           seal a copy of the store, also while it is served
  restore -identity FILE BACKUP   into an empty store of either engine; -check, -rehearse
  purge [-n] [-config FILE]       erase what was kept long enough; -n only lists it, and what waits for what
  compact [-config FILE]          take erased records out of the embedded store's file; serve does it nightly
  doctor [-config FILE]           what to look at, and what to do about it
  statistics STEP                 plan, check, round, audit, build, sign, verify, export yearly editions
  version                         print the version

Every setting of the file is also a variable: BEISTAND_LISTEN, BEISTAND_DATA, BEISTAND_MONGODB_URI …
`

func run(args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := program{ctx: ctx, env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	err := p.command(args)
	var hint hinted
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errFound):
		return exitFailed
	}
	fmt.Fprintf(stderr, "beistand: %v\n", err)
	if errors.As(err, &hint) {
		fmt.Fprintf(stderr, "hint: %s\n", hint.hint)
	}
	return exitFailed
}

func (p program) command(args []string) error {
	if len(args) == 0 {
		fmt.Fprint(p.stderr, usage)
		return errUsage
	}
	switch args[0] {
	case "serve":
		return p.serve(args[1:])
	case "demo":
		return p.demo(args[1:])
	case "office":
		return p.office(args[1:])
	case "account":
		return p.account(args[1:])
	case "verify":
		return p.verify(args[1:])
	case "backup":
		return p.backup(args[1:])
	case "restore":
		return p.restore(args[1:])
	case "purge":
		return p.purge(args[1:])
	case "compact":
		return p.compact(args[1:])
	case "doctor":
		return p.doctor(args[1:])
	case "statistics":
		return p.statistics(args[1:])
	case "version":
		fmt.Fprintln(p.stdout, version)
		return nil
	case "help", "-h", "-help", "--help":
		fmt.Fprint(p.stdout, usage)
		return nil
	}
	fmt.Fprintf(p.stderr, "beistand: no command %q\n%s", args[0], usage)
	return errUsage
}
