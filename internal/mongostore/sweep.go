package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/beistand/beistand/internal/incident"
)

// Heads gives the newest event of up to limit cases after the given one, by id,
// from the events themselves. Erased cases whose last event still stands are
// among them.
func (db *DB) Heads(ctx context.Context, after incident.CaseID, limit int) ([]incident.Head, error) {
	filter := bson.D{}
	if after != "" {
		filter = behind(string(after) + ";") // sorts behind all events of the case
	}
	cursor, err := db.collection(events).Find(ctx, filter, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).
		SetProjection(bson.D{{Key: "hash", Value: 1}, {Key: "state", Value: 1}}))
	if err != nil {
		return nil, away("reading heads", err)
	}
	defer cursor.Close(context.WithoutCancel(ctx)) // nothing depends on it
	var heads []incident.Head
	for limit > 0 && cursor.Next(ctx) {
		head, err := headOf(cursor.Current)
		if err != nil {
			return nil, err
		}
		n := len(heads)
		switch {
		case n > 0 && heads[n-1].Case == head.Case:
			heads[n-1] = head
		case n == limit:
			return heads, nil
		default:
			heads = append(heads, head)
		}
	}
	if err := cursor.Err(); err != nil {
		return nil, away("reading heads", err)
	}
	return heads, nil
}

func headOf(raw bson.Raw) (incident.Head, error) {
	var d struct {
		ID    string `bson:"_id"`
		Hash  []byte `bson:"hash"`
		State string `bson:"state"`
	}
	if err := bson.Unmarshal(raw, &d); err != nil {
		return incident.Head{}, fmt.Errorf("reading heads: %w", incident.ErrChain)
	}
	id, rev, err := incident.EventID(d.ID).Split()
	head := incident.Head{Case: id, Rev: rev, State: incident.State(d.State)}
	if err != nil || copy(head.Hash[:], d.Hash) != len(d.Hash) {
		return incident.Head{}, fmt.Errorf("reading heads: %w", incident.ErrChain)
	}
	return head, nil
}

// Expire deletes sessions and slots whose time was over before now, in seconds
// since 1970. It may be repeated.
func (db *DB) Expire(ctx context.Context, now int64) error {
	for _, name := range []string{sessions, once} {
		if err := db.remove(ctx, name, bson.D{{Key: "until", Value: bson.D{{Key: "$lt", Value: now}}}}); err != nil {
			return err
		}
	}
	return nil
}

// Orphans gives the markers of up to limit attachments that were begun before
// the hour and that no event has named since.
func (db *DB) Orphans(ctx context.Context, hour int64, limit int) ([]incident.UploadID, error) {
	if limit <= 0 {
		return nil, nil
	}
	texts, err := db.ids(ctx, uploads, bson.D{{Key: "hour", Value: bson.D{{Key: "$lt", Value: hour}}}}, limit)
	if err != nil {
		return nil, err
	}
	var ids []incident.UploadID
	for _, id := range texts {
		ids = append(ids, incident.UploadID(id))
	}
	return ids, nil
}

// DropUpload deletes an attachment's marker and, unless an event names it, its
// chunks. It may be repeated.
func (db *DB) DropUpload(ctx context.Context, id incident.UploadID, named bool) error {
	if !named {
		if err := db.remove(ctx, chunks, between(string(id)+":")); err != nil {
			return err
		}
	}
	return db.remove(ctx, uploads, byID(string(id)))
}
