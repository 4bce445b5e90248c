package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// This file opens backups with the operator's own key, which is never on the
// machine that serves. In a rehearsal it also tries the recovery sheet: it opens
// one report of each key and throws the text away unseen.

const restoreUsage = `usage: beistand restore -identity FILE [-config FILE] [-checkpoint FILE] BACKUP
       beistand restore -identity FILE -check BACKUP                     look at the backup, write nothing
       beistand restore -identity FILE -rehearse [-paper FILE] BACKUP    restore into a store that is thrown away
`

// A restoring is one call of the command.
type restoring struct {
	program
	config     config.Config
	identity   string
	backup     string
	checkpoint string
	paper      string
	testEngine bool
}

func (p program) restore(args []string) error {
	flags := flag.NewFlagSet("restore", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.Usage = func() { fmt.Fprint(p.stderr, restoreUsage) }
	r := restoring{program: p}
	file := flags.String("config", "", "file with the settings")
	flags.StringVar(&r.identity, "identity", "", "file that beistand backup key made")
	flags.StringVar(&r.checkpoint, "checkpoint", "", "the newest checkpoint: what it shows as erased does not come back")
	flags.StringVar(&r.paper, "paper", "", "file with the key of the recovery sheet; - reads it from the terminal")
	check := flags.Bool("check", false, "look at the backup, write nothing")
	rehearse := flags.Bool("rehearse", false, "restore into a store that is thrown away")
	flags.BoolVar(&r.testEngine, "allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args) != nil {
		return errUsage
	}
	if flags.NArg() != 1 || r.identity == "" || *check && *rehearse || r.paper != "" && !*rehearse {
		flags.Usage()
		return errUsage
	}
	r.backup = flags.Arg(0)
	var err error
	if r.config, err = config.Load(*file, p.env); err != nil {
		return err
	}
	switch {
	case *check:
		return r.check()
	case *rehearse:
		return r.rehearse()
	}
	return r.into()
}

// identities reads the keys that open backups.
func (r restoring) identities() ([]age.Identity, error) {
	text, err := config.ReadSecret(r.identity)
	if err != nil {
		return nil, fmt.Errorf("reading the backup's key: %w", err)
	}
	identities, err := age.ParseIdentities(strings.NewReader(text.Reveal()))
	if err != nil {
		return nil, errors.New("reading the backup's key: the file holds no age identity")
	}
	return identities, nil
}

// key gives the digits of the key that opens the backup; "" if there are several.
func (r restoring) key() string {
	identities, err := r.identities()
	if err == nil && len(identities) == 1 {
		if hybrid, ok := identities[0].(*age.HybridIdentity); ok {
			return keyDigits(hybrid.Recipient().String())
		}
	}
	return ""
}

// open gives the unsealed backup.
func (r restoring) open() (io.ReadCloser, error) {
	identities, err := r.identities()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(r.backup)
	if err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	plain, err := age.Decrypt(f, identities...)
	if err != nil {
		return nil, errors.Join(hinted{errors.New("the backup does not open"), "is it another key's, or damaged? If the key is lost, no backup opens that was sealed to it: make another key, and a backup, today"}, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, f}, nil
}

func (r restoring) check() (err error) {
	from, err := r.open()
	if err != nil {
		return err
	}
	defer closing(from, &err)
	c, err := backup.Check(r.ctx, from)
	if err != nil {
		return err
	}
	r.tell(c)
	if len(c.Damaged) > 0 {
		return errFound
	}
	return nil
}

func (r restoring) tell(c *backup.Contents) {
	fmt.Fprintf(r.stdout, "backup of %s, %s: %d cases, %d events, %d pieces of files, %d ledger lines\n",
		c.Office, c.Day, c.Cases, c.Counts["events"], c.Counts["chunks"], c.Counts["ledger"])
	for _, id := range c.Damaged {
		fmt.Fprintf(r.stdout, "case %s was not whole when the backup was made\n", id)
	}
}

// into restores into the store of the settings, which must be empty.
func (r restoring) into() (err error) {
	if resp, err := control(r.ctx, r.config, "GET /alive", time.Second); resp != nil || err != nil {
		if resp != nil {
			_ = resp.Body.Close()
		}
		return hinted{errors.New("the office is being served"), "stop it: a restore wants an empty store that nobody writes to"}
	}
	db, err := openStore(r.ctx, r.config, r.testEngine)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	key, err := checkpointKey(r.config.Backup.CheckpointKey)
	if err != nil {
		return err
	}
	erased, err := r.erased(key)
	if err != nil {
		return err
	}
	got, err := r.put(db, erased)
	if err != nil {
		return err
	}
	if err := rebuild(r.ctx, db); err != nil {
		return err
	}
	r.tell(got)
	v, err := verifyStore(r.ctx, db)
	if err != nil {
		return err
	}
	if err := r.beginAnew(db, key); err != nil {
		return err
	}
	return v.print(r.stdout, false)
}

// erased reads which cases must not come back, from the newest checkpoint.
func (r restoring) erased(key ed25519.PrivateKey) (map[incident.CaseID]bool, error) {
	path := r.checkpoint
	if path == "" {
		path = filepath.Join(r.config.Data, checkpointFile)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(r.stderr, "no checkpoint: what was erased after this backup comes back, and must be erased again")
			return make(map[incident.CaseID]bool), nil
		}
	}
	return erasedSince(path, key)
}

func (r restoring) put(db store, erased map[incident.CaseID]bool) (*backup.Contents, error) {
	day, err := officeDay(r.config)
	if err != nil {
		return nil, err
	}
	return backup.Restore(r.ctx, db, backup.Plan{
		Open: r.open, Erased: erased, Office: r.config.Site.ID, Schema: boltstore.Schema, Day: day, Hour: time.Now().Unix() / 3600,
	})
}

// beginAnew writes a checkpoint of what came back: the old one knows lines that
// the restore could not bring.
func (r restoring) beginAnew(db store, key ed25519.PrivateKey) error {
	day, err := officeDay(r.config)
	if err != nil {
		return err
	}
	point, err := backup.Take(r.ctx, db, r.config.Site.ID, day, boltstore.Schema)
	if err != nil {
		return err
	}
	path := filepath.Join(r.config.Data, checkpointFile)
	if old, err := os.ReadFile(path); err == nil {
		if err := putAside(r.config, old); err != nil {
			return err
		}
	}
	if err := private(r.config.Data); err != nil {
		return err
	}
	return replaceFile(path, point.Sign(key))
}

// rehearse restores into a store of its own, checks that, tries the recovery
// sheet, and throws the store away.
func (r restoring) rehearse() (err error) {
	dir, err := os.MkdirTemp("", "beistand-rehearsal-")
	if err != nil {
		return fmt.Errorf("rehearsing: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := boltstore.Open(dir)
	if err != nil {
		return fmt.Errorf("rehearsing: %w", err)
	}
	defer closing(db, &err)
	got, err := r.put(db, nil)
	if err != nil {
		return err
	}
	r.tell(got)
	v, err := verifyStore(r.ctx, db)
	if err != nil {
		return err
	}
	if err := v.print(r.stdout, false); err != nil && len(got.Damaged) == 0 {
		return err
	}
	if r.paper != "" {
		if err := r.tryPaper(db); err != nil {
			return err
		}
	}
	day, err := officeDay(r.config)
	if err != nil {
		return err
	}
	fmt.Fprintln(r.stdout, "the rehearsal succeeded; its store is deleted")
	return note(r.config.Data, func(o *operations) { o.Rehearsal = &rehearsalNote{Day: day, Paper: r.paper != "", Key: r.key()} })
}

// tryPaper opens, with the key of the recovery sheet, every desk key that is
// sealed to it, and with each of those one report.
func (r restoring) tryPaper(db store) error {
	paper, err := r.paperIdentity()
	if err != nil {
		return err
	}
	wraps, err := db.Keys(r.ctx, "wrap:")
	if err != nil {
		return err
	}
	opened := 0
	for _, k := range wraps {
		owner := strings.Split(strings.Split(k.ID, ":")[1], ".") // desk, epoch, member
		if len(owner) != 3 || owner[2] != "paper" {
			continue
		}
		text, err := opens(k.Bytes, paper)
		if err != nil {
			return fmt.Errorf("desk %s, key %s: the recovery sheet does not open it", owner[0], owner[1])
		}
		office, err := age.ParseHybridIdentity(string(text))
		clear(text)
		if err != nil {
			return fmt.Errorf("desk %s, key %s: what the recovery sheet opens is no key", owner[0], owner[1])
		}
		n, err := openOne(r.ctx, db, owner[0], owner[1], office)
		if err != nil {
			return err
		}
		opened++
		what := "a case opens"
		if n == 0 {
			what = "no case is sealed to it"
		}
		fmt.Fprintf(r.stdout, "desk %s, key %s: %s\n", owner[0], owner[1], what)
	}
	if opened == 0 {
		return errors.New("the backup holds no key that is sealed to a recovery sheet")
	}
	return nil
}

func (r restoring) paperIdentity() (age.Identity, error) {
	var text string
	if r.paper == "-" {
		b, err := io.ReadAll(io.LimitReader(r.stdin, 1000))
		if err != nil {
			return nil, fmt.Errorf("reading the recovery sheet: %w", err)
		}
		text = string(b)
	} else {
		secret, err := config.ReadSecret(r.paper)
		if err != nil {
			return nil, fmt.Errorf("reading the recovery sheet: %w", err)
		}
		text = secret.Reveal()
	}
	identity, err := age.ParseHybridIdentity(strings.ToUpper(strings.Join(strings.Fields(text), "")))
	if err != nil {
		return nil, errors.New("reading the recovery sheet: this is not its key, 77 letters that begin with AGE-SECRET-KEY-PQ-1")
	}
	return identity, nil
}

// openOne opens the report of the first case of a desk's key and forgets it.
func openOne(ctx context.Context, db store, desk, epoch string, office age.Identity) (int, error) {
	for after := incident.CaseID(""); ; {
		heads, err := db.Heads(ctx, after, page)
		if err != nil {
			return 0, err
		}
		for _, h := range heads {
			after = h.Case
			events, err := db.Raw(ctx, h.Case)
			if err != nil {
				return 0, err
			}
			p, err := events[0].PublicFields()
			if err != nil || p.Desk != desk || fmt.Sprint(p.Epoch) != epoch {
				continue
			}
			text, err := opens(events[0].Box, office)
			clear(text)
			if err != nil {
				return 0, fmt.Errorf("desk %s, key %s: its case does not open", desk, epoch)
			}
			return 1, nil
		}
		if len(heads) < page {
			return 0, nil
		}
	}
}

// opens reads a small sealed file to its end.
func opens(sealed []byte, with age.Identity) ([]byte, error) {
	plain, err := age.Decrypt(bytes.NewReader(sealed), with)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plain)
}

// newBackupKey makes the key that opens backups. The file is all there is of it.
func (p program) newBackupKey(path string) error {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	_, err = f.WriteString(identity.String() + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	lines := []string{
		"The key that opens backups stands in " + path + ": one line, to be printed or put on a stick, and kept in a safe.",
		"It does not open reports. Delete it from this machine. For the settings:", "",
		"backup:", "  recipient: " + identity.Recipient().String(),
	}
	for line := range slices.Values(lines) {
		fmt.Fprintln(p.stdout, line)
	}
	return nil
}
