package boltstore

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// PutKey stores a deletable record under "<kind>:<owner>:<n, 4 digits>", once.
// It is ErrConflict if the id is taken.
func (db *DB) PutKey(ctx context.Context, id string, b []byte) error {
	if strings.Count(id, ":") != 2 {
		return fmt.Errorf("storing a key: %w", errRecord)
	}
	return db.write(ctx, func(t *txn) error {
		return t.insert(bucketKeys, id, append([]byte{}, b...))
	})
}

// Keys gives the records of which the id begins with the prefix, by id.
func (db *DB) Keys(ctx context.Context, prefix string) ([]incident.Key, error) {
	var keys []incident.Key
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		keys = keysOf(tx, prefix)
		return nil
	})
	return keys, err
}

func keysOf(tx *bbolt.Tx, prefix string) []incident.Key {
	var keys []incident.Key
	cursor := tx.Bucket([]byte(bucketKeys)).Cursor()
	for k, v := cursor.Seek([]byte(prefix)); k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = cursor.Next() {
		keys = append(keys, incident.Key{ID: string(k), Bytes: bytes.Clone(v)})
	}
	return keys
}

// DropKeys deletes the records of which the id begins with the prefix. It may be
// repeated; an empty prefix is refused.
func (db *DB) DropKeys(ctx context.Context, prefix string) error {
	if prefix == "" {
		return fmt.Errorf("dropping keys: %w", errRecord)
	}
	return db.write(ctx, func(t *txn) error {
		for _, k := range keysOf(t.Tx, prefix) {
			if err := t.remove(bucketKeys, k.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Credentials gives the member that claims the login name, which is hex(s) of
// protocol.md §3, and the newest record of each kind that a login needs: auth,
// lock and mpk. It is ErrNotFound if nobody claims the name or the member is off.
func (db *DB) Credentials(ctx context.Context, name string) (string, map[string][]byte, error) {
	var id string
	var records map[string][]byte
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		claim := tx.Bucket([]byte(bucketKeys)).Get([]byte("name:" + name + ":0001"))
		if claim == nil {
			return incident.ErrNotFound
		}
		id = string(claim)
		m, err := member(tx, id)
		if err != nil {
			return err
		}
		if m.Off {
			return incident.ErrNotFound
		}
		records = map[string][]byte{}
		for _, kind := range []string{"auth", "lock", "mpk"} {
			for _, k := range keysOf(tx, kind+":"+id+":") {
				records[kind] = k.Bytes
			}
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	return id, records, nil
}
