package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// errMoved says that an edition was released behind the back of a backup.
var errMoved = errors.New("statistics were released meanwhile: run it again")

// stepDoc is one step of a year's statistics.
type stepDoc struct {
	ID   string `json:"_id"`
	Op   string `json:"op"`
	Step []byte `json:"step"`
}

// stepLine names a step in a checkpoint.
func stepLine(s incident.EditionStep) string {
	return fmt.Sprintf("%s %x", s.ID(), sha256.Sum256(s.Bytes))
}

// everyStep hands each step to see, in order.
func everyStep(ctx context.Context, src Source, see func(incident.EditionStep) error) error {
	steps, err := src.Editions(ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := see(s); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) editions(ctx context.Context) error {
	return everyStep(ctx, w.src, func(s incident.EditionStep) error {
		w.point.Editions = append(w.point.Editions, stepLine(s))
		return w.put(lineEdition, stepDoc{s.ID(), s.Op.String(), s.Bytes})
	})
}

// released holds the editions that were written against the ledger, which is
// read later: one that came in between would be told of and not be there.
func (w *writer) released(ctx context.Context) error {
	steps, err := w.src.Editions(ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if w.told[s.Year] && !slices.Contains(w.point.Editions, stepLine(s)) {
			return errMoved
		}
	}
	return nil
}

// step checks one step and hands it on.
func (r *reader) step(l line) error {
	var d stepDoc
	if json.Unmarshal(l.D, &d) != nil {
		return fault("line of %s is malformed", l.C)
	}
	if err := r.follows(l.C, d.ID); err != nil {
		return err
	}
	s, err := incident.ParseStepID(d.ID)
	op, errOp := hex.DecodeString(d.Op)
	if err != nil || errOp != nil || len(op) != len(s.Op) || len(d.Step) == 0 {
		return fault("a step of an edition is damaged")
	}
	copy(s.Op[:], op)
	s.Bytes = d.Step
	r.got.steps[d.ID] = sha256.Sum256(d.Step)
	if r.visit.step != nil {
		return r.visit.step(s)
	}
	return nil
}

// agreeEditions holds the steps against the backup's checkpoint.
func (c *Contents) agreeEditions() error {
	if len(c.Checkpoint.Editions) != len(c.steps) {
		return fault("editions are not as its checkpoint says")
	}
	for _, line := range c.Checkpoint.Editions {
		id, sum, _ := strings.Cut(line, " ")
		if got, ok := c.steps[id]; !ok || hex.EncodeToString(got[:]) != sum {
			return fault("an edition is not as its checkpoint says")
		}
	}
	return nil
}

// fitsEditions checks that the store has no step that the backup does not.
func (c *Contents) fitsEditions(ctx context.Context, db Store) error {
	return everyStep(ctx, db, func(s incident.EditionStep) error {
		if sum, ok := c.steps[s.ID()]; !ok || sum != sha256.Sum256(s.Bytes) {
			return fmt.Errorf("restoring: an edition that the backup does not have: %w", ErrNotEmpty)
		}
		return nil
	})
}
