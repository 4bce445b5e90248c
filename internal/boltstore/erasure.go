package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// maxDrop is how many keys one transaction deletes, so that an erasure keeps no
// report waiting.
const maxDrop = 200

var errDropped = errors.New("nothing of the case is left")

// Drop deletes everything of an erased case but its final event: chunks,
// markers, the events before it in ascending order, the projection. It is
// ErrForbidden if that event is not the final one of its case. It may be repeated
// after any interruption, and is nil if nothing of the case is left.
func (db *DB) Drop(ctx context.Context, final incident.EventID) error {
	for more := true; more; {
		err := db.write(ctx, func(t *txn) error {
			var err error
			more, err = t.dropSome(final)
			return err
		})
		if errors.Is(err, errDropped) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropSome deletes up to maxDrop keys and says whether more may stand.
func (t *txn) dropSome(final incident.EventID) (more bool, err error) {
	id, err := t.finalOf(final)
	if err != nil {
		return false, err
	}
	left := maxDrop
	for _, bucket := range []string{bucketChunks, bucketUploads, bucketEvents} {
		for _, key := range t.keysOf(bucket, string(id)+":", left) {
			if key == string(final) {
				break
			}
			if err := t.erase(bucket, key); err != nil {
				return false, err
			}
			left--
		}
		if left == 0 {
			return true, nil
		}
	}
	return false, t.replace(t.summary(id), incident.Summary{})
}

// DropLast deletes the final event of an erased case, the last trace of it. It is
// ErrForbidden while anything else of the case stands. It may be repeated.
func (db *DB) DropLast(ctx context.Context, final incident.EventID) error {
	err := db.write(ctx, func(t *txn) error {
		id, err := t.finalOf(final)
		if err != nil {
			return err
		}
		prefix := string(id) + ":"
		others := len(t.keysOf(bucketChunks, prefix, 1)) + len(t.keysOf(bucketUploads, prefix, 1)) +
			len(t.keysOf(bucketEvents, prefix, 2)) - 1
		if others > 0 || t.get(bucketCases, string(id)) != nil {
			return fmt.Errorf("deleting a final event: %w", incident.ErrForbidden)
		}
		return t.erase(bucketEvents, string(final))
	})
	if errors.Is(err, errDropped) {
		return nil
	}
	return err
}

// finalOf gives the case of which this is the final event; errDropped if no
// event of the case stands.
func (t *txn) finalOf(final incident.EventID) (incident.CaseID, error) {
	id, _, err := final.Split()
	if err != nil || id == incident.LedgerID {
		return "", fmt.Errorf("erasing: %w", incident.ErrForbidden)
	}
	if len(t.keysOf(bucketEvents, string(id)+":", 1)) == 0 {
		return "", errDropped
	}
	value := t.get(bucketEvents, string(final))
	if value == nil {
		return "", fmt.Errorf("erasing: %w", incident.ErrForbidden)
	}
	e, err := decodeEvent([]byte(final), value, false)
	if err != nil || !e.State.Final() || t.goesOn(final) {
		return "", fmt.Errorf("erasing: %w", incident.ErrForbidden)
	}
	return id, nil
}

// goesOn says whether the case has an event after this id.
func (t *txn) goesOn(id incident.EventID) bool {
	prefix := []byte(id[:bytes.IndexByte([]byte(id), ':')+1])
	cursor := t.Bucket([]byte(bucketEvents)).Cursor()
	k, _ := cursor.Seek([]byte(id))
	if bytes.Equal(k, []byte(id)) {
		k, _ = cursor.Next()
	}
	return bytes.HasPrefix(k, prefix)
}

// keysOf gives up to limit keys that begin with the prefix, in order.
func (t *txn) keysOf(bucket, prefix string, limit int) []string {
	var keys []string
	cursor := t.Bucket([]byte(bucket)).Cursor()
	for k, _ := cursor.Seek([]byte(prefix)); len(keys) < limit && bytes.HasPrefix(k, []byte(prefix)); k, _ = cursor.Next() {
		keys = append(keys, string(k))
	}
	return keys
}
