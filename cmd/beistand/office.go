package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/demo"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

func (p program) office(args []string) error {
	if len(args) > 0 && args[0] == "rotate-jwt" {
		return p.rotateTokens(args[1:])
	}
	if len(args) == 0 || args[0] != "pin" {
		fmt.Fprint(p.stderr, "usage: beistand office pin [-config FILE] [-fingerprint DIGITS] DESK\n       beistand office rotate-jwt [-config FILE]\n")
		return errUsage
	}
	flags := flag.NewFlagSet("office pin", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	told := flags.String("fingerprint", "", "the 24 digits as the coordinator told them; asked for if missing")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args[1:]) != nil || flags.NArg() != 1 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	return p.pin(c, flags.Arg(0), *told, *testEngine)
}

// pin appends the desk's newest uploaded key to the operator's file, if the
// digits that a person told are its fingerprint. The fingerprint is never shown:
// somebody who reads it off the screen has proved nothing.
func (p program) pin(c config.Config, desk, told string, testEngine bool) error {
	key, err := p.uploaded(c, desk, testEngine)
	if err != nil {
		return err
	}
	if told == "" {
		fmt.Fprintf(p.stdout, "Desk %s, epoch %d. Type the 24 digits that the coordinator tells you: ", desk, key.Epoch)
		line, err := bufio.NewReader(p.stdin).ReadString('\n')
		if err != nil && line == "" {
			return fmt.Errorf("reading the fingerprint: %w", err)
		}
		told = line
	}
	recipient, err := seal.ParseRecipient(key.Recipient)
	if err != nil {
		return fmt.Errorf("pinning the key: %w", err)
	}
	if digits(told) != digits(recipient.Fingerprint()) {
		return hinted{errors.New("these are not the digits of this key; nothing was pinned"), "ask the coordinator to read them out once more; if they still differ, somebody swapped the key"}
	}
	if err := config.Pin(c.Office.KeysFile, config.Key{Desk: desk, Epoch: key.Epoch, From: key.From, Recipient: key.Recipient}); err != nil {
		return fmt.Errorf("pinning the key: %w", err)
	}
	fmt.Fprintf(p.stdout, "pinned: desk %s, epoch %d\n", desk, key.Epoch)
	_, err = askServer(p.ctx, c, "POST /reload", &struct{}{})
	return err
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// uploaded finds the key that the coordinator's browser uploaded last.
func (p program) uploaded(c config.Config, desk string, testEngine bool) (key incident.PinnedKey, err error) {
	served, err := askServer(p.ctx, c, "GET /key/"+desk, &key)
	if served || err != nil {
		return key, err
	}
	db, err := openStore(p.ctx, c, testEngine)
	if err != nil {
		return key, err
	}
	defer closing(db, &err)
	return newestKey(p.ctx, db, desk)
}

// newestKey reads the desk's newest key line of the ledger.
func newestKey(ctx context.Context, db store, desk string) (incident.PinnedKey, error) {
	var newest incident.PinnedKey
	for after := 0; ; {
		lines, err := db.Lines(ctx, after, page)
		if err != nil {
			return newest, fmt.Errorf("reading the ledger: %w", err)
		}
		for _, e := range lines {
			after = e.Rev()
			fields, err := e.PublicFields()
			if err != nil || e.Kind != incident.KindKey || fields.Line == nil || fields.Line.Desk != desk {
				continue
			}
			newest = incident.PinnedKey{Desk: desk, Epoch: fields.Line.Epoch, From: e.Day[:len("2026-11")], Recipient: fields.Line.Recipient}
		}
		if len(lines) < page {
			break
		}
	}
	if newest.Epoch == 0 {
		return newest, hinted{fmt.Errorf("desk %q has uploaded no key", desk), "the first coordinator makes it: open the set-up link that serve prints"}
	}
	if newest.Recipient == demo.Recipient() {
		return newest, errors.New("this is the key of the fictional city, which everybody has")
	}
	return newest, nil
}
