package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/storetest"
)

// envServer names a real server for the contract test.
const envServer = "BEISTAND_TEST_MONGODB_URI"

func TestMain(m *testing.M) { storetest.Main(m, openStore) }

func TestContractFerretDB(t *testing.T) {
	f := storetest.StartFerret(t, t.TempDir(), 0)
	e := engineAt(f.URI)
	e.Name = "FerretDB 1"
	e.Limited = limited
	e.Kills = 6
	e.Busy = 25 // it reads every document for each one it is asked for
	storetest.Run(t, e)
}

func TestContractServer(t *testing.T) {
	uri := os.Getenv(envServer)
	if uri == "" {
		t.Skipf("not run on a real server: %s is not set", envServer)
	}
	e := engineAt(uri)
	e.Kills = 20
	e.Busy = 200
	e.Name = serverKind(t, uri)
	e.StepDown = stepDown
	storetest.Run(t, e)
}

// engineAt describes the server for the contract test. An address is the
// server's URI, a space, and the name of a database.
func engineAt(uri string) storetest.Engine {
	return storetest.Engine{
		New: func(t *testing.T) string {
			t.Helper()
			address := uri + " beistand_test_" + strings.ToLower(rand.Text())
			t.Cleanup(func() { drop(t, address) })
			return address
		},
		Open:      openStore,
		Behind:    func(_ *testing.T, _ string, s storetest.Store) storetest.Behind { return backdoor{s.(*DB)} },
		Faulty:    faulty,
		UsesIndex: usesIndex,
	}
}

func optionsOf(address string) Options {
	uri, database, _ := strings.Cut(address, " ")
	return Options{URI: uri, Database: database, AllowTestEngine: true}
}

func openStore(ctx context.Context, address string) (storetest.Store, error) {
	return Open(ctx, optionsOf(address))
}

// drop removes the test's database. The test's own context has ended by then.
func drop(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := Open(ctx, optionsOf(address))
	if errors.Is(err, ErrNewer) {
		db, err = openAnyway(optionsOf(address))
	}
	if err != nil {
		t.Errorf("dropping a test database: %v", err)
		return
	}
	if err := errors.Join(db.database.Drop(ctx), db.client.Disconnect(ctx)); err != nil {
		t.Errorf("dropping a test database: %v", err)
	}
}

// openAnyway opens a database that Open refuses.
func openAnyway(o Options) (*DB, error) {
	client, err := mongo.Connect(clientOptions(o))
	if err != nil {
		return nil, err
	}
	return &DB{client: client, database: client.Database(o.Database)}, nil
}

// serverKind gives the server's name in the list of gaps.
func serverKind(t *testing.T, uri string) string {
	t.Helper()
	db, err := Open(t.Context(), Options{URI: uri})
	if err != nil {
		t.Fatalf("opening the real server: %v", err)
	}
	defer db.Close()
	var hello struct {
		Hosts []string `bson:"hosts"`
	}
	err = db.client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	if err != nil {
		t.Fatalf("asking the real server: %v", cause(err))
	}
	if db.Engine() == "MongoDB" && len(hello.Hosts) < 2 {
		return "mongod"
	}
	return db.Engine()
}

// stepDown makes the primary give up its role.
func stepDown(t *testing.T, address string) {
	t.Helper()
	db, err := openAnyway(optionsOf(address))
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	defer func() { _ = db.client.Disconnect(t.Context()) }()
	err = db.client.Database("admin").RunCommand(t.Context(), bson.D{{Key: "replSetStepDown", Value: 20}},
		options.RunCmd().SetReadPreference(readpref.Primary())).Err()
	if err != nil && !mongo.IsNetworkError(err) {
		t.Fatalf("stepping down: %v", err)
	}
}

// A backdoor changes documents as somebody with the database might.
type backdoor struct{ db *DB }

func (b backdoor) Walk(t *testing.T) []storetest.Document {
	t.Helper()
	names, err := b.db.database.ListCollectionNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatalf("walking: %v", err)
	}
	var all []storetest.Document
	for _, name := range names {
		docs, err := findAll[bson.D](t.Context(), b.db, name, bson.D{}, 0, nil)
		if err != nil {
			t.Fatalf("walking %s: %v", name, err)
		}
		for _, d := range docs {
			doc := storetest.Document{Collection: name, Fields: map[string]any{}}
			for _, field := range d {
				if field.Key == "_id" {
					doc.ID = field.Value
				} else {
					doc.Fields[field.Key] = plain(field.Value)
				}
			}
			all = append(all, doc)
		}
	}
	return all
}

// plain turns the two BSON types that may be stored into those of Go; every
// other stays as it is, and fails the walk.
func plain(v any) any {
	switch v := v.(type) {
	case bson.Binary:
		if v.Subtype == bson.TypeBinaryGeneric {
			return v.Data
		}
	case bson.A:
		return []any(v)
	}
	return v
}

func (b backdoor) Set(t *testing.T, collection, id, field string, value any) {
	t.Helper()
	result, err := b.db.collection(collection).UpdateOne(t.Context(), byID(id),
		bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: value}}}})
	if err != nil || result.MatchedCount != 1 {
		t.Fatalf("changing a document: %v", err)
	}
}

func (b backdoor) Delete(t *testing.T, collection, id string) {
	t.Helper()
	result, err := b.db.collection(collection).DeleteOne(t.Context(), byID(id))
	if err != nil || result.DeletedCount != 1 {
		t.Fatalf("deleting a document: %v", err)
	}
}

// usesIndex asks the server how it would answer the query.
func usesIndex(t *testing.T, _ string, s storetest.Store, q incident.Query) bool {
	t.Helper()
	db := s.(*DB)
	plan, err := db.database.RunCommand(t.Context(), bson.D{{Key: "explain", Value: bson.D{
		{Key: "find", Value: cases},
		{Key: "filter", Value: filterOf(q)},
		{Key: "sort", Value: bson.D{{Key: "_id", Value: 1}}},
		{Key: "limit", Value: q.Limit},
	}}}).Raw()
	if err != nil {
		t.Fatalf("explaining: %v", err)
	}
	return strings.Contains(plan.String(), "desk_1_open_1__id_1") && !strings.Contains(plan.String(), "COLLSCAN")
}

// limited runs a test engine of which no file may grow over the limit.
func limited(t *testing.T, limit int64) (storetest.Store, func() string) {
	t.Helper()
	data := t.TempDir()
	full := storetest.StartFerret(t, data, limit)
	db, err := Open(t.Context(), optionsOf(full.URI+" full"))
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	return db, func() string {
		if err := db.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		full.End()
		return storetest.StartFerret(t, data, 0).URI + " full"
	}
}
