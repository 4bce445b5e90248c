package mongostore

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

// A stepDoc is one step of a year's edition (store.md §2).
type stepDoc struct {
	ID   string `bson:"_id"`
	Op   []byte `bson:"op"`
	Step []byte `bson:"step"`
}

func (d stepDoc) id() string { return d.ID }

// PutStep stores a step of a year's edition under its number, once. The same op
// again is nil; another one is ErrConflict.
func (db *DB) PutStep(ctx context.Context, year, rev int, op [16]byte, step []byte) error {
	if year < 1 || year > 9999 || rev < 1 || rev > 99_999_999 {
		return fmt.Errorf("storing a step: %w", errDocument)
	}
	doc := stepDoc{ID: fmt.Sprintf("%04d:%08d", year, rev), Op: op[:], Step: filled(step)}
	return db.insert(ctx, editions, doc, func(raw bson.Raw) bool {
		var there stepDoc
		return bson.Unmarshal(raw, &there) == nil && bytes.Equal(there.Op, op[:])
	})
}

// Steps gives the steps of a year's edition in order, or ErrNotFound.
func (db *DB) Steps(ctx context.Context, year int) ([][]byte, error) {
	docs, err := findAll[stepDoc](ctx, db, editions, between(fmt.Sprintf("%04d:", year)), 0, nil)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, incident.ErrNotFound
	}
	steps := make([][]byte, len(docs))
	for i, d := range docs {
		steps[i] = d.Step
	}
	return steps, nil
}

// Editions gives all steps of all years, in order.
func (db *DB) Editions(ctx context.Context) ([]incident.EditionStep, error) {
	docs, err := findAll[stepDoc](ctx, db, editions, bson.D{}, 0, nil)
	if err != nil {
		return nil, err
	}
	all := make([]incident.EditionStep, len(docs))
	for i, d := range docs {
		s, err := incident.ParseStepID(d.ID)
		if err != nil || len(d.Op) != len(s.Op) {
			return nil, fmt.Errorf("reading an edition: %w", errDocument)
		}
		copy(s.Op[:], d.Op)
		s.Bytes = d.Step
		all[i] = s
	}
	return all, nil
}

// Years gives the years that have an edition, in order.
func (db *DB) Years(ctx context.Context) ([]int, error) {
	ids, err := db.ids(ctx, editions, bson.D{}, 0)
	if err != nil {
		return nil, err
	}
	var years []int
	for _, id := range ids {
		name, _, _ := strings.Cut(id, ":")
		year, err := strconv.Atoi(name)
		if err != nil {
			return nil, fmt.Errorf("reading an edition: %w", errDocument)
		}
		if n := len(years); n == 0 || years[n-1] != year {
			years = append(years, year)
		}
	}
	return years, nil
}

// PutDraft stores the n-th draft of a year, once.
func (db *DB) PutDraft(ctx context.Context, year, n int, b []byte) error {
	if year < 1 || year > 9999 || n < 1 || n > 9999 {
		return fmt.Errorf("storing a draft: %w", errDocument)
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
