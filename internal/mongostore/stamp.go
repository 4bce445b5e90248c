package mongostore

import (
	"context"
	"crypto/rand"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/beistand/beistand/internal/incident"
)

// restamp gives the case's group a new stamp, after its projection was written.
// Whose random value stays when two write at once does not matter: it is one that
// nobody has seen before, and it stands there after both projections.
func (db *DB) restamp(ctx context.Context, id incident.CaseID) error {
	if _, ok := id.Group(); !ok {
		return nil
	}
	doc := bytesDoc{ID: string(id[:2]), B: make([]byte, len(incident.Stamp{}))}
	_, _ = rand.Read(doc.B) // crypto/rand never fails (Go 1.24)
	for {
		result, err := db.collection(stamps).ReplaceOne(ctx, byID(doc.ID), doc)
		if err == nil && result.MatchedCount == 0 {
			_, err = db.collection(stamps).InsertOne(ctx, doc)
		}
		switch {
		case err == nil:
			return nil
		case !mongo.IsDuplicateKeyError(err):
			return away("writing to "+stamps, err)
		}
	}
}

// Stamps gives the stamp of each group of cases, whichever instance set it. A
// summary that Cases gives later is at least as new as what its group's stamp
// stands for. An instance that ends between a projection and its stamp leaves the
// old stamp behind.
func (db *DB) Stamps(ctx context.Context) ([incident.Groups]incident.Stamp, error) {
	var all [incident.Groups]incident.Stamp
	docs, err := findAll[bytesDoc](ctx, db, stamps, bson.D{}, incident.Groups, nil)
	if err != nil {
		return all, err
	}
	for _, d := range docs {
		if g, err := strconv.ParseUint(d.ID, 16, 8); err == nil {
			copy(all[g][:], d.B)
		}
	}
	return all, nil
}
