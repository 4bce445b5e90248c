// Package mongostore keeps cases, members and attachments in MongoDB 7 or newer,
// or in FerretDB 2, so that any number of instances can share one store.
//
// It relies on one thing only: that a document with an _id of ours is inserted
// once. No transaction, no upsert, no counter, no index but those of the lists
// (store.md §1, §5). It sees sealed bytes, random ids, months and days only.
//
// It cannot read a box, it cannot take the bytes of erased records out of the
// server's files, journal and oplog, and it cannot hide the second of a write from
// somebody who holds the server's own files: the oplog has it.
package mongostore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// Schema is the number of the newest layout that this program knows. A database
// with a higher one is refused (store.md §7).
const Schema = 1

// DefaultDatabase is the database's name if the address names none.
const DefaultDatabase = "beistand"

// The collections of store.md §2.
const (
	events   = "events"
	chunks   = "chunks"
	uploads  = "uploads"
	cases    = "cases"
	ledger   = "ledger"
	members  = "members"
	keys     = "keys"
	sessions = "sessions"
	once     = "once"
	meta     = "meta"
	editions = "editions"
	stamps   = "stamps"
)

const (
	operationTime = 10 * time.Second
	oldestMajor   = 7
)

// ErrTestEngine says that the server is FerretDB 1, which loses concurrent
// updates and must never hold reports.
var ErrTestEngine = errors.New("FerretDB 1 is for tests only")

// ErrNewer says that a newer program wrote the store; this one must not touch it.
var ErrNewer = errors.New("store was written by a newer program")

// ErrOldServer says that the server is older than MongoDB 7.
var ErrOldServer = errors.New("server is older than MongoDB 7")

// Options say where the store is.
type Options struct {
	// URI is the server's address, mongodb://… or mongodb+srv://…, which may hold
	// a password: it is never logged. What it says of concerns and time-outs is
	// overruled.
	URI string
	// Database overrules the database that the URI names.
	Database string
	// AllowTestEngine lets the store open FerretDB 1. Never for reports.
	AllowTestEngine bool

	dialer options.ContextDialer // for tests: a fault between driver and server
}

// A DB is the open store. Its methods may be called at the same time, and other
// processes may use the same database.
type DB struct {
	client   *mongo.Client
	database *mongo.Database
	mender   *mender
	engine   string
}

// Open connects to the server, checks that it may hold reports, makes the
// indexes of the lists and repairs the members' projections. ctx bounds opening
// only. The caller must call Close.
func Open(ctx context.Context, o Options) (*DB, error) {
	parsed, err := connstring.ParseAndValidate(o.URI)
	if err != nil {
		return nil, errors.New("opening the store: the address is malformed") // the parser's text may hold the password
	}
	name := DefaultDatabase
	if parsed.Database != "" {
		name = parsed.Database
	}
	if o.Database != "" {
		name = o.Database
	}
	client, err := mongo.Connect(clientOptions(o))
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", cause(err))
	}
	db := &DB{client: client, database: client.Database(name)}
	db.mender = newMender()
	if err := db.prepare(ctx, o.AllowTestEngine); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", err), cause(client.Disconnect(ctx)))
	}
	go db.run(context.WithoutCancel(ctx))
	return db, nil
}

func clientOptions(o Options) *options.ClientOptions {
	journal := true
	c := options.Client().ApplyURI(o.URI).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetTimeout(operationTime)
	if o.dialer != nil {
		c.SetDialer(o.dialer)
	}
	return c
}

// prepare checks the server and the schema and makes what must be there.
func (db *DB) prepare(ctx context.Context, allowTestEngine bool) error {
	if err := db.checkServer(ctx, allowTestEngine); err != nil {
		return err
	}
	if err := db.checkSchema(ctx); err != nil {
		return err
	}
	if err := db.makeIndexes(ctx); err != nil {
		return err
	}
	return db.projectMembers(ctx)
}

// makeIndexes makes the index of the lists, {desk, open, _id}, if it is missing.
func (db *DB) makeIndexes(ctx context.Context) error {
	there, err := db.collection(cases).Indexes().ListSpecifications(ctx)
	if err != nil {
		return fmt.Errorf("reading the indexes: %w", cause(err))
	}
	const name = "desk_1_open_1__id_1"
	for _, index := range there {
		if index.Name == name {
			return nil
		}
	}
	keys := bson.D{{Key: "desk", Value: 1}, {Key: "open", Value: 1}, {Key: "_id", Value: 1}}
	model := mongo.IndexModel{Keys: keys, Options: options.Index().SetName(name)}
	if _, err := db.collection(cases).Indexes().CreateOne(ctx, model); err != nil {
		return fmt.Errorf("making the index: %w", cause(err))
	}
	return nil
}

// checkServer asks who answers.
func (db *DB) checkServer(ctx context.Context, allowTestEngine bool) error {
	var info struct {
		Version   string   `bson:"version"`
		FerretOne string   `bson:"ferretdbVersion"`
		FerretTwo bson.Raw `bson:"ferretdb"`
	}
	err := db.client.Database("admin").RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&info)
	if err != nil {
		return fmt.Errorf("asking the server's version: %w", cause(err))
	}
	major, _, _ := strings.Cut(info.Version, ".")
	n, err := strconv.Atoi(major)
	switch {
	case info.FerretOne != "" && !strings.HasPrefix(info.FerretOne, "v2"):
		db.engine = "FerretDB 1"
		if !allowTestEngine {
			return ErrTestEngine
		}
	case info.FerretOne != "" || len(info.FerretTwo) > 0:
		db.engine = "FerretDB 2"
	case err != nil || n < oldestMajor:
		return ErrOldServer
	default:
		db.engine = "MongoDB"
	}
	return nil
}

func (db *DB) checkSchema(ctx context.Context) error {
	ids, err := db.ids(ctx, meta, between("schema:"), 1000)
	if err != nil {
		return err
	}
	for _, id := range ids {
		n, err := strconv.Atoi(strings.TrimPrefix(id, "schema:"))
		if err != nil || n > Schema {
			return ErrNewer
		}
	}
	return db.PutMeta(ctx, "schema:"+strconv.Itoa(Schema), []byte{})
}

// run repairs projections until Close, and then disconnects.
func (db *DB) run(ctx context.Context) {
	defer close(db.mender.done)
	db.mender.loop(ctx, db)
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	if err := db.client.Disconnect(ctx); err != nil {
		db.mender.failed = fmt.Errorf("closing the store: %w", cause(err))
	}
}

// Close ends the repairs that wait and disconnects. It may be called more than
// once.
func (db *DB) Close() error {
	db.mender.once.Do(func() { close(db.mender.stop) })
	<-db.mender.done
	return db.mender.failed
}

// Engine names the engine for the log, doctor and the list of gaps: "MongoDB",
// "FerretDB 2" or, in tests, "FerretDB 1".
func (db *DB) Engine() string { return db.engine }

// Ping answers nil if the server that takes writes can be reached, else
// ErrUnavailable.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.client.Ping(ctx, readpref.Primary()); err != nil {
		return away("asking the server", err)
	}
	return nil
}

func (db *DB) collection(name string) *mongo.Collection { return db.database.Collection(name) }

// PutMeta stores a fact of the whole store, such as "office", once. It is
// ErrConflict if another value stands there, nil if the same does.
func (db *DB) PutMeta(ctx context.Context, id string, b []byte) error {
	return db.insert(ctx, meta, bytesDoc{ID: id, B: filled(b)}, sameBytes(b))
}

// Meta gives what PutMeta stored, or ErrNotFound.
func (db *DB) Meta(ctx context.Context, id string) ([]byte, error) {
	var d bytesDoc
	if err := db.find(ctx, meta, id, &d); err != nil {
		return nil, err
	}
	return d.B, nil
}
