package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/auth"
)

// account prints a one-time link: add for a newcomer, recover for whoever holds
// the recovery sheet after all member keys were lost. The operator's link makes an
// access that opens nothing: a coordinator types the digits of its key and
// admits. In an office without members it is the first coordinator's link.
func (p program) account(args []string) error {
	if len(args) == 0 || args[0] != "add" && args[0] != "recover" {
		fmt.Fprint(p.stderr, "usage: beistand account add|recover [-config FILE]\n")
		return errUsage
	}
	c, err := p.settings("account "+args[0], args[1:])
	if err != nil {
		return err
	}
	var link string
	served, err := askServer(p.ctx, c, "POST /account/"+args[0], &link)
	if err != nil {
		return err
	}
	if !served {
		return hinted{errors.New("no server runs on this data folder"), "start beistand serve first: the link leads to it"}
	}
	fmt.Fprintf(p.stdout, "Give this link to the person yourself. It is good once, within 48 hours:\n\n    %s\n", link)
	return nil
}

// settings reads the settings of a command that has no other flags.
func (p program) settings(name string, args []string) (config.Config, error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return config.Config{}, errUsage
	}
	return config.Load(*file, p.env)
}

// invitation makes a one-time link: of the first coordinator, or of a newcomer,
// or of a recovery.
func (s *server) invitation(ctx context.Context, recovery bool) (string, error) {
	office := s.sites.Load().casework
	empty, err := office.Empty(ctx)
	if err != nil {
		return "", err
	}
	code, record, err := auth.NewCode(rand.Reader, time.Now())
	if err != nil {
		return "", err
	}
	invite, name := office.InviteAccount, "join"
	switch {
	case recovery:
		invite, name = office.InviteRecovery, "recover"
	case empty:
		invite, name = office.Invite, "setup"
	}
	if _, err := invite(ctx, record); err != nil {
		return "", err
	}
	return s.base + "/office/#" + name + "=" + code, nil
}

// rotateTokens adds a key that signs from now on, has the running server read
// it, waits until the last token of the older keys has run out, and removes them.
func (p program) rotateTokens(args []string) error {
	c, err := p.settings("office rotate-jwt", args)
	if err != nil {
		return err
	}
	return p.rotate(c, auth.Sleep)
}

func (p program) rotate(c config.Config, wait func(context.Context, time.Duration) error) error {
	dir := c.Auth.TokenKeys
	old, err := filepath.Glob(filepath.Join(dir, "[0-9]*"))
	if err != nil {
		return fmt.Errorf("reading token keys: %w", err)
	}
	slices.Sort(old)
	if err := auth.CreateKey(dir, auth.NextKeyName(old), rand.Reader); err != nil {
		return err
	}
	served, err := askServer(p.ctx, c, "POST /tokens", &struct{}{})
	if err != nil {
		return err
	}
	if served {
		fmt.Fprintf(p.stdout, "a new key signs; waiting %s until the old one is of no use to anybody\n", auth.TokenLife)
		if err := wait(p.ctx, auth.TokenLife); err != nil {
			return hinted{fmt.Errorf("waiting: %w", err), "the old keys still stand in the folder; run the command again to finish"}
		}
	}
	if err := auth.RemoveKeys(old); err != nil {
		return err
	}
	if _, err := askServer(p.ctx, c, "POST /tokens", &struct{}{}); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "removed: %d older keys\n", len(old))
	return nil
}
