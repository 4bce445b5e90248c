package boltstore

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// opSize is the length of an op, which stands before each step.
const opSize = 16

// PutStep stores a step of a year's edition under its number, once. The same op
// again is nil; another one is ErrConflict.
func (db *DB) PutStep(ctx context.Context, year, rev int, op [opSize]byte, step []byte) error {
	if year < 1 || year > 9999 || rev < 1 || rev > 99_999_999 {
		return fmt.Errorf("storing a step: %w", errRecord)
	}
	key := fmt.Sprintf("%04d:%08d", year, rev)
	return db.write(ctx, func(t *txn) error {
		if old := t.get(bucketEditions, key); len(old) >= opSize && bytes.Equal(old[:opSize], op[:]) {
			return nil
		}
		return t.insert(bucketEditions, key, append(op[:], step...))
	})
}

// Steps gives the steps of a year's edition in order, or ErrNotFound.
func (db *DB) Steps(ctx context.Context, year int) ([][]byte, error) {
	var steps [][]byte
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		prefix := fmt.Appendf(nil, "%04d:", year)
		cursor := tx.Bucket([]byte(bucketEditions)).Cursor()
		for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
			if len(v) < opSize {
				return fmt.Errorf("reading a step: %w", errRecord)
			}
			steps = append(steps, bytes.Clone(v[opSize:]))
		}
		return nil
	})
	if err == nil && len(steps) == 0 {
		err = incident.ErrNotFound
	}
	return steps, err
}

// Years gives the years that have an edition, in order.
func (db *DB) Years(ctx context.Context) ([]int, error) {
	var years []int
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketEditions)).Cursor()
		for k, _ := cursor.First(); k != nil; {
			name, _, _ := strings.Cut(string(k), ":")
			year, err := strconv.Atoi(name)
			if err != nil {
				return fmt.Errorf("reading an edition: %w", errRecord)
			}
			years = append(years, year)
			k, _ = cursor.Seek(fmt.Appendf(nil, "%04d:", year+1))
		}
		return nil
	})
	return years, err
}

// Editions gives all steps of all years, in order.
func (db *DB) Editions(ctx context.Context) ([]incident.EditionStep, error) {
	var all []incident.EditionStep
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketEditions)).Cursor()
		for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
			s, err := incident.ParseStepID(string(k))
			if err != nil || len(v) < opSize {
				return fmt.Errorf("reading an edition: %w", errRecord)
			}
			copy(s.Op[:], v)
			s.Bytes = bytes.Clone(v[opSize:])
			all = append(all, s)
		}
		return nil
	})
	return all, err
}

// PutDraft stores the n-th draft of a year, once.
func (db *DB) PutDraft(ctx context.Context, year, n int, b []byte) error {
	if year < 1 || year > 9999 || n < 1 || n > 9999 {
		return fmt.Errorf("storing a draft: %w", errRecord)
	}
	return db.PutKey(ctx, fmt.Sprintf("draft:%04d:%04d", year, n), b)
}

// Draft gives the newest draft of a year, or ErrNotFound.
func (db *DB) Draft(ctx context.Context, year int) ([]byte, error) {
	drafts, err := db.Keys(ctx, fmt.Sprintf("draft:%04d:", year))
	if err != nil {
		return nil, err
	}
	if len(drafts) == 0 {
		return nil, incident.ErrNotFound
	}
	return drafts[len(drafts)-1].Bytes, nil
}

// DropDrafts deletes the drafts of a year. It may be repeated.
func (db *DB) DropDrafts(ctx context.Context, year int) error {
	return db.DropKeys(ctx, fmt.Sprintf("draft:%04d:", year))
}
