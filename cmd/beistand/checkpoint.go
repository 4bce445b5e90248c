package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// checkpointFile is the newest checkpoint, in the data folder, in clear: it tells
// no more than the database. Older ones are sealed beside the backups.
const (
	checkpointFile = "checkpoint.txt"
	checkpointOld  = "checkpoint-"
)

// checkpointKey reads the key that signs checkpoints and makes the first one.
func checkpointKey(path string) (ed25519.PrivateKey, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		_, _ = rand.Read(seed) // crypto/rand never fails
		if err := private(filepath.Dir(path)); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("making the checkpoint key: %w", err)
		}
		if err == nil {
			_, err = f.WriteString(hex.EncodeToString(seed) + "\n")
			if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
				return nil, fmt.Errorf("making the checkpoint key: %w", err)
			}
		}
	}
	text, err := config.ReadSecret(path)
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoint key: %w", err)
	}
	seed, err := hex.DecodeString(text.Reveal())
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("reading the checkpoint key: want 64 hexadecimal digits")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// verifyAll checks the store, compares it with the last checkpoint and, if all
// is well, writes a new one. What it found stays in the notes until the next run.
func verifyAll(ctx context.Context, c config.Config, db store) (verdict, error) {
	v, err := verifyStore(ctx, db)
	if err != nil {
		return v, err
	}
	day, err := officeDay(c)
	if err != nil {
		return v, err
	}
	if err := v.checkpoint(ctx, c, db, day); err != nil {
		return v, err
	}
	return v, note(c.Data, func(o *operations) {
		o.Verify = &verifyNote{Day: day, Found: len(v.Findings), Grave: v.grave()}
	})
}

// checkpoint holds the store against the last checkpoint and writes the next.
func (v *verdict) checkpoint(ctx context.Context, c config.Config, db store, day string) error {
	if v.grave() > 0 { // the old one must stay: it is what proves it
		return nil
	}
	key, err := checkpointKey(c.Backup.CheckpointKey)
	if err != nil {
		return err
	}
	now, err := backup.Take(ctx, db, c.Site.ID, day, boltstore.Schema)
	if err != nil {
		return err
	}
	var before backup.Checkpoint
	path := filepath.Join(c.Data, checkpointFile)
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("reading the checkpoint: %w", err)
	default:
		if before, err = v.compare(ctx, db, old, now, key); err != nil || v.grave() > 0 {
			return err
		}
	}
	unlined, err := now.Unlined(ctx, db)
	if err != nil {
		return err
	}
	for _, id := range unlined {
		v.found("case "+string(id), "is ended, and the ledger has no line of its erasure yet")
	}
	now.Hold(before, unlined)
	if old != nil {
		if err := putAside(c, old); err != nil {
			return err
		}
	}
	return replaceFile(path, now.Sign(key))
}

func (v *verdict) compare(ctx context.Context, db store, old []byte, now backup.Checkpoint, key ed25519.PrivateKey) (backup.Checkpoint, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	point, err := backup.ParseCheckpoint(old)
	if err != nil || !ok || !backup.Signed(old, public) {
		v.broken("checkpoint", "it was changed, or signed by another key")
		return point, nil //nolint:nilerr // the verdict has it
	}
	breaks, err := point.Compare(ctx, db, now)
	for _, b := range breaks {
		v.broken(b.Where, b.What)
	}
	return point, err
}

// putAside seals an older checkpoint and keeps it as long as a backup. A series
// of them in clear would date every report.
func putAside(c config.Config, old []byte) error {
	point, err := backup.ParseCheckpoint(old)
	if err != nil || c.Backup.Recipient == "" {
		return nil //nolint:nilerr // without a recipient only the newest is kept
	}
	if err := private(c.Backup.Folder); err != nil {
		return err
	}
	sealed, err := sealBytes(c.Backup.Recipient, old)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(c.Backup.Folder, checkpointOld+point.Day+sealedEnd), sealed)
}

// erasedSince gives the cases that a checkpoint shows as erased.
func erasedSince(path string, key ed25519.PrivateKey) (map[incident.CaseID]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	point, err := backup.ParseCheckpoint(text)
	if err != nil {
		return nil, err
	}
	if public, ok := key.Public().(ed25519.PublicKey); key != nil && (!ok || !backup.Signed(text, public)) {
		return nil, fmt.Errorf("reading the checkpoint: signed by another key: %w", backup.ErrCheckpoint)
	}
	erased := make(map[incident.CaseID]bool)
	for _, h := range point.Cases {
		if h.State.Final() {
			erased[h.Case] = true
		}
	}
	return erased, nil
}

// prune deletes backups and old checkpoints that were kept long enough. A file
// whose name tells no day is not ours.
func prune(c config.Config, day string) error {
	entries, err := os.ReadDir(c.Backup.Folder)
	if err != nil {
		return fmt.Errorf("looking for old backups: %w", err)
	}
	oldest := incident.AddDays(day, -c.Backup.KeepDays)
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), sealedEnd)
		rest, ok := strings.CutPrefix(name, checkpointOld)
		if !ok {
			rest, ok = strings.CutPrefix(name, backupBegin)
		}
		if !ok || name == e.Name() || len(rest) < len(oldest) || !incident.ValidDay(rest[:len(oldest)]) || rest[:len(oldest)] >= oldest {
			continue
		}
		if err := os.Remove(filepath.Join(c.Backup.Folder, e.Name())); err != nil {
			return fmt.Errorf("deleting an old backup: %w", err)
		}
	}
	return nil
}
