package mongostore

import (
	"context"
	"fmt"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// PutKey stores a deletable record under "<kind>:<owner>:<n, 4 digits>", once.
// It is ErrConflict if the id is taken.
func (db *DB) PutKey(ctx context.Context, id string, b []byte) error {
	if strings.Count(id, ":") != 2 {
		return fmt.Errorf("storing a key: %w", errDocument)
	}
	return db.insert(ctx, keys, bytesDoc{ID: id, B: filled(b)}, nil)
}

// Keys gives the records of which the id begins with the prefix, by id.
func (db *DB) Keys(ctx context.Context, prefix string) ([]incident.Key, error) {
	docs, err := findAll[bytesDoc](ctx, db, keys, between(prefix), 0, nil)
	if err != nil {
		return nil, err
	}
	var found []incident.Key
	for _, d := range docs {
		found = append(found, incident.Key{ID: d.ID, Bytes: d.B})
	}
	return found, nil
}

// DropKeys deletes the records of which the id begins with the prefix. It may be
// repeated; an empty prefix is refused.
func (db *DB) DropKeys(ctx context.Context, prefix string) error {
	if prefix == "" {
		return fmt.Errorf("dropping keys: %w", errDocument)
	}
	return db.remove(ctx, keys, between(prefix))
}

// Credentials gives the member that claims the login name, which is hex(s) of
// protocol.md §3, and the newest record of each kind that a login needs: auth,
// lock and mpk. It is ErrNotFound if nobody claims the name or the member is off.
func (db *DB) Credentials(ctx context.Context, name string) (string, map[string][]byte, error) {
	var claim bytesDoc
	if err := db.find(ctx, keys, "name:"+name+":0001", &claim); err != nil {
		return "", nil, err
	}
	id := string(claim.B)
	m, err := db.Member(ctx, incident.MemberID(id))
	if err != nil {
		return "", nil, err
	}
	if m.Off {
		return "", nil, incident.ErrNotFound
	}
	records := map[string][]byte{}
	for _, kind := range []string{"auth", "lock", "mpk"} {
		found, err := db.Keys(ctx, kind+":"+id+":")
		if err != nil {
			return "", nil, err
		}
		if n := len(found); n > 0 {
			records[kind] = found[n-1].Bytes
		}
	}
	return id, records, nil
}
