package boltstore

import (
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// sessionHeader is a session; its key is the hash of the session id.
type sessionHeader struct {
	Member string `json:"member"`
	Gen    int    `json:"gen"`
	Until  int64  `json:"until"`            // seconds since 1970
	Device string `json:"device,omitempty"` // coarse: phone, computer, or nothing
}

// onceHeader is a used slot.
type onceHeader struct {
	Until int64 `json:"until"` // seconds since 1970; may be swept afterwards
}

// Once takes a slot that may be taken a single time. It is ErrConflict, which is
// fs.ErrExist, if it was.
func (db *DB) Once(ctx context.Context, id string, until int64) error {
	value, err := json.Marshal(onceHeader{until})
	if err != nil {
		return fmt.Errorf("taking a slot: %w", err)
	}
	return db.write(ctx, func(t *txn) error { return t.insert(bucketOnce, id, value) })
}

// PutSession opens a session in the member's present gen. It is ErrConflict if
// the id is in use, ErrNotFound if there is no such member or it is off.
func (db *DB) PutSession(ctx context.Context, id, memberID, device string, until int64) error {
	return db.write(ctx, func(t *txn) error {
		m, err := member(t.Tx, memberID)
		if err != nil {
			return err
		}
		if m.Off {
			return incident.ErrNotFound
		}
		value, err := json.Marshal(sessionHeader{memberID, m.Gen, until, device})
		if err != nil {
			return fmt.Errorf("opening a session: %w", err)
		}
		return t.insert(bucketSessions, id, value)
	})
}

// Session reads a session and what its member may do now. It is ErrNotFound if
// it was ended, is of an older gen, or the member is off. The caller checks until.
func (db *DB) Session(ctx context.Context, id string) (memberID, role string, desks []string, until int64, err error) {
	err = db.read(ctx, func(tx *bbolt.Tx) error {
		value := tx.Bucket([]byte(bucketSessions)).Get([]byte(id))
		if value == nil {
			return incident.ErrNotFound
		}
		var h sessionHeader
		if err := json.Unmarshal(value, &h); err != nil {
			return fmt.Errorf("reading a session: %w", errRecord)
		}
		m, err := member(tx, h.Member)
		if err != nil {
			return err
		}
		if m.Off || m.Gen != h.Gen {
			return incident.ErrNotFound
		}
		memberID, role, desks, until = h.Member, string(m.Role), m.Desks, h.Until
		return nil
	})
	return memberID, role, desks, until, err
}

// Sessions hands the live sessions of a member to see, by id: those of its present
// gen. The caller checks until.
func (db *DB) Sessions(ctx context.Context, memberID string, see func(id, device string, until int64)) error {
	return db.read(ctx, func(tx *bbolt.Tx) error {
		m, err := member(tx, memberID)
		if err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketSessions)).ForEach(func(id, value []byte) error {
			var h sessionHeader
			if err := json.Unmarshal(value, &h); err != nil {
				return fmt.Errorf("reading a session: %w", errRecord)
			}
			if h.Member == memberID && h.Gen == m.Gen && !m.Off {
				see(string(id), h.Device, h.Until)
			}
			return nil
		})
	})
}

// EndSession deletes a session; a second time is no error.
func (db *DB) EndSession(ctx context.Context, id string) error {
	return db.write(ctx, func(t *txn) error { return t.remove(bucketSessions, id) })
}
