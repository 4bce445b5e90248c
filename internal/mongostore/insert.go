package mongostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/beistand/beistand/internal/incident"
)

const (
	failoverTime = 30 * time.Second
	firstPause   = 20 * time.Millisecond
	longestPause = time.Second
)

// insert stores a document under its own _id, once: the one thing that this
// package relies on. After an error that leaves the outcome open it reads the
// _id back; a document that mine calls this act's own is success, another is
// ErrConflict, and where nothing stands the same bytes are inserted again until
// ctx ends, thirty seconds at most (store.md §4). Then it is ErrUnavailable if no try can
// have arrived, else ErrUnclear.
//
// mine is asked for a document that stands there already. If it is nil, then
// only a try of this call can have been this act.
func (db *DB) insert(ctx context.Context, collection string, doc identified, mine func(bson.Raw) bool) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	open := false // whether a try may have arrived and not been answered
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if err := ctx.Err(); err != nil {
			return outcome(open, err)
		}
		_, err := db.collection(collection).InsertOne(ctx, doc)
		if err == nil {
			return nil
		}
		taken := mongo.IsDuplicateKeyError(err)
		refused := !taken && answered(err)
		there, rerr := db.readBack(ctx, collection, doc, mine, open || !taken)
		switch {
		case rerr == nil && there:
			return nil
		case rerr == nil && refused:
			return outcome(open, err)
		case errors.Is(rerr, incident.ErrConflict):
			return incident.ErrConflict
		}
		open = open || taken || !refused && !neverSent(err)
		if wait(ctx, pause) != nil {
			return outcome(open, err)
		}
	}
}

// readBack says whether this act's document stands there; ErrConflict: another
// does.
func (db *DB) readBack(ctx context.Context, collection string, doc identified, mine func(bson.Raw) bool, tried bool) (bool, error) {
	var raw bson.Raw
	err := db.find(ctx, collection, doc.id(), &raw)
	switch {
	case errors.Is(err, incident.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	if mine == nil {
		mine = func(raw bson.Raw) bool {
			own, err := bson.Marshal(doc)
			return err == nil && tried && bytes.Equal(own, raw)
		}
	}
	if mine(raw) {
		return true, nil
	}
	return false, incident.ErrConflict
}

// bounded gives ctx an end: ten seconds if it has none, and else thirty, which
// rides through a failover. Somebody who sends a file may take half an hour for
// that, and must not wait for as long when the server is away.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithTimeout(ctx, failoverTime)
	}
	return context.WithTimeout(ctx, operationTime)
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// outcome names what is known after the last try failed.
func outcome(open bool, err error) error {
	if open {
		return fmt.Errorf("writing: %w: %w", incident.ErrUnclear, cause(err))
	}
	return away("writing", err)
}

// away says that the server could not be asked, or did nothing.
func away(what string, err error) error {
	return fmt.Errorf("%s: %w: %w", what, incident.ErrUnavailable, cause(err))
}

// neverSent says whether the driver gave up before it sent anything.
func neverSent(err error) bool {
	var selection topology.ServerSelectionError
	var queue topology.WaitQueueTimeoutError
	var dial *net.OpError
	return errors.As(err, &selection) || errors.As(err, &queue) || errors.As(err, &dial) && dial.Op == "dial"
}

// answered says whether the server itself reported the error and is done with
// the write. A failed write concern is not: the write may stand.
func answered(err error) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) || mongo.IsNetworkError(err) || server.HasErrorLabel("RetryableWriteError") {
		return false
	}
	var write mongo.WriteException
	return !errors.As(err, &write) || write.WriteConcernError == nil
}

// cause keeps of a driver's error what may stand in a log. Its text may hold an
// id of a case ("dup key: …"), an address or a part of a document.
func cause(err error) error {
	var command mongo.CommandError
	var write mongo.WriteException
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case neverSent(err):
		return errors.New("no server to be reached")
	case errors.Is(err, context.DeadlineExceeded), mongo.IsTimeout(err):
		return context.DeadlineExceeded
	case mongo.IsNetworkError(err):
		return errors.New("connection lost")
	case errors.As(err, &command):
		return fmt.Errorf("server error %d", command.Code)
	case errors.As(err, &write) && len(write.WriteErrors) > 0:
		return fmt.Errorf("server error %d", write.WriteErrors[0].Code)
	case errors.As(err, &write) && write.WriteConcernError != nil:
		return fmt.Errorf("write concern error %d", write.WriteConcernError.Code)
	}
	return errors.New("driver error")
}

// find reads one document by its _id, or ErrNotFound.
func (db *DB) find(ctx context.Context, collection, id string, to any) error {
	err := db.collection(collection).FindOne(ctx, byID(id)).Decode(to)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return incident.ErrNotFound
	}
	if err != nil {
		return away("reading "+collection, err)
	}
	return nil
}

// ids gives the _ids that the filter finds, in order.
func (db *DB) ids(ctx context.Context, collection string, filter bson.D, limit int) ([]string, error) {
	docs, err := findAll[struct {
		ID string `bson:"_id"`
	}](ctx, db, collection, filter, int64(limit), bson.D{{Key: "_id", Value: 1}})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	return ids, nil
}

// findAll reads the documents that the filter finds, in order of _id; all fields
// if fields is nil. A limit of 0 is none.
func findAll[T any](ctx context.Context, db *DB, collection string, filter bson.D, limit int64, fields bson.D) ([]T, error) {
	find := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limit)
	if fields != nil {
		find.SetProjection(fields)
	}
	cursor, err := db.collection(collection).Find(ctx, filter, find)
	if err != nil {
		return nil, away("reading "+collection, err)
	}
	var docs []T
	if err := cursor.All(ctx, &docs); err != nil {
		return nil, away("reading "+collection, err)
	}
	return docs, nil
}

// remove deletes what the filter finds; nothing found is no error.
func (db *DB) remove(ctx context.Context, collection string, filter bson.D) error {
	if _, err := db.collection(collection).DeleteMany(ctx, filter); err != nil {
		return away("deleting from "+collection, err)
	}
	return nil
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// between finds the ids that begin with the prefix. "~" sorts behind every
// letter that an id may have.
func between(prefix string) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "~"}}}}
}

// behind finds the ids after this one.
func behind(id string) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}}
}
