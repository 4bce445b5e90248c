package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

// Drop deletes everything of an erased case but its final event: chunks,
// markers, the events before it in ascending order, the projection. It is
// ErrForbidden if that event is not the final one of its case. It may be repeated
// after any interruption, and is nil if nothing of the case is left.
func (db *DB) Drop(ctx context.Context, final incident.EventID) error {
	id, before, err := db.finalOf(ctx, final)
	if err != nil || id == "" {
		return err
	}
	for _, name := range []string{chunks, uploads} {
		if err := db.remove(ctx, name, between(string(id)+":")); err != nil {
			return err
		}
	}
	// One by one: what an interruption leaves must be the end of the case.
	for _, event := range before {
		if err := db.remove(ctx, events, byID(event)); err != nil {
			return err
		}
	}
	if err := db.remove(ctx, cases, byID(string(id))); err != nil {
		return err
	}
	return db.restamp(ctx, id)
}

// DropLast deletes the final event of an erased case, the last trace of it. It is
// ErrForbidden while anything else of the case stands. It may be repeated.
func (db *DB) DropLast(ctx context.Context, final incident.EventID) error {
	id, before, err := db.finalOf(ctx, final)
	if err != nil || id == "" {
		return err
	}
	others := len(before)
	for _, name := range []string{chunks, uploads} {
		found, err := db.ids(ctx, name, between(string(id)+":"), 1)
		if err != nil {
			return err
		}
		others += len(found)
	}
	_, err = db.Projection(ctx, id)
	if others > 0 || !errors.Is(err, incident.ErrNotFound) {
		return errors.Join(fmt.Errorf("deleting a final event: %w", incident.ErrForbidden), err)
	}
	return db.remove(ctx, events, byID(string(final)))
}

// finalOf gives the case of which this is the final event, and the ids of the
// events before it; "" if no event of the case stands.
func (db *DB) finalOf(ctx context.Context, final incident.EventID) (incident.CaseID, []string, error) {
	refused := fmt.Errorf("erasing: %w", incident.ErrForbidden)
	id, _, err := final.Split()
	if err != nil || id == incident.LedgerID {
		return "", nil, refused
	}
	all, err := db.ids(ctx, events, between(string(id)+":"), 0)
	if err != nil || len(all) == 0 {
		return "", nil, err
	}
	last := len(all) - 1
	if all[last] != string(final) {
		return "", nil, refused
	}
	var d eventDoc
	if err := db.find(ctx, events, string(final), &d); err != nil {
		return "", nil, err
	}
	if !incident.State(d.State).Final() {
		return "", nil, refused
	}
	return id, all[:last], nil
}

// unlessErased refuses a first event under the id of a case that was erased: the
// id is free again, and a report there would never be seen. A later event cannot
// meet a free id for longer than its writer's time-out, and the repeated erasure
// takes it.
func (db *DB) unlessErased(ctx context.Context, e incident.Event) error {
	if e.Rev() != 1 {
		return nil
	}
	found, err := db.ids(ctx, events, bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gte", Value: string(e.ID)}, {Key: "$lt", Value: string(e.Case()) + ";"},
	}}}, 2)
	if err != nil {
		return err
	}
	if len(found) > 0 && found[0] != string(e.ID) {
		return incident.ErrConflict
	}
	return nil
}
