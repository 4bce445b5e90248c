package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
)

// An intruder has the database and nothing else: no key, no checkpoint, no
// settings. It works on the records themselves while nobody serves them.
type intruder interface {
	remove(t *testing.T, collection, id string)
	// put copies a record over another, which need not be there.
	put(t *testing.T, collection, from, to string)
	// edit replaces one text in the fields of a record by one of the same length.
	edit(t *testing.T, collection, id, field, old, replacement string)
}

func newIntruder(t *testing.T, c config.Config) intruder {
	t.Helper()
	if c.MongoDB.URI == "" {
		return fileIntruder{filepath.Join(c.Data, boltstore.FileName)}
	}
	client, err := mongo.Connect(options.Client().ApplyURI(string(c.MongoDB.URI)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return wireIntruder{client.Database(c.MongoDB.Database)}
}

type fileIntruder struct{ path string }

func (f fileIntruder) update(t *testing.T, collection string, change func(*bbolt.Bucket) error) {
	t.Helper()
	db, err := bbolt.Open(f.path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte(collection))) }); err != nil {
		t.Fatal(err)
	}
}

func (f fileIntruder) remove(t *testing.T, collection, id string) {
	t.Helper()
	f.update(t, collection, func(b *bbolt.Bucket) error { return drop(b, id) })
}

func (f fileIntruder) put(t *testing.T, collection, from, to string) {
	t.Helper()
	f.update(t, collection, func(b *bbolt.Bucket) error { return replace(b, to, record(b, from)) })
}

// record gives a copy of a record, which is large and has a bucket of its own
// (docs/adr/0021) or stands inline.
func record(b *bbolt.Bucket, id string) []byte {
	if own := b.Bucket([]byte(id)); own != nil {
		return bytes.Clone(own.Get([]byte("b")))
	}
	return bytes.Clone(b.Get([]byte(id)))
}

func drop(b *bbolt.Bucket, id string) error {
	if b.Bucket([]byte(id)) != nil {
		return b.DeleteBucket([]byte(id))
	}
	return b.Delete([]byte(id))
}

func replace(b *bbolt.Bucket, id string, value []byte) error {
	return errors.Join(drop(b, id), b.Put([]byte(id), value))
}

func (f fileIntruder) edit(t *testing.T, collection, id, _, old, replacement string) {
	t.Helper()
	f.update(t, collection, func(b *bbolt.Bucket) error {
		before := record(b, id)
		after := bytes.Replace(before, []byte(old), []byte(replacement), 1)
		if bytes.Equal(before, after) || len(before) != len(after) {
			t.Errorf("%s %s: %q was not found, or has another length", collection, id, old)
		}
		return replace(b, id, after)
	})
}

type wireIntruder struct{ db *mongo.Database }

func (w wireIntruder) remove(t *testing.T, collection, id string) {
	t.Helper()
	if _, err := w.db.Collection(collection).DeleteOne(t.Context(), bson.D{{Key: "_id", Value: id}}); err != nil {
		t.Fatal(err)
	}
}

func (w wireIntruder) read(t *testing.T, collection, id string) bson.D {
	t.Helper()
	var d bson.D
	if err := w.db.Collection(collection).FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (w wireIntruder) put(t *testing.T, collection, from, to string) {
	t.Helper()
	d := w.read(t, collection, from)
	for i := range d {
		if d[i].Key == "_id" {
			d[i].Value = to
		}
	}
	w.remove(t, collection, to)
	if _, err := w.db.Collection(collection).InsertOne(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func (w wireIntruder) edit(t *testing.T, collection, id, field, old, replacement string) {
	t.Helper()
	changed := false
	d := w.read(t, collection, id)
	for i := range d {
		text := []byte(nil)
		switch v := d[i].Value.(type) {
		case string:
			text = []byte(v)
		case bson.Binary:
			text = v.Data
		}
		if d[i].Key != field || !bytes.Contains(text, []byte(old)) {
			continue
		}
		text = bytes.Replace(text, []byte(old), []byte(replacement), 1)
		d[i].Value, changed = string(text), true
		if _, binary := d[i].Value.(bson.Binary); binary || field == "box" || field == "b" || field == "step" {
			d[i].Value = text
		}
	}
	if !changed {
		t.Errorf("%s %s: %q was not found in %s", collection, id, old, field)
	}
	w.remove(t, collection, id)
	if _, err := w.db.Collection(collection).InsertOne(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
