package boltstore

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// bbolt writes a leaf anew with all its values whenever one of them is added, and
// a leaf holds at least two: a sealed report between others of its size would
// cost the writing of three more, and a chunk that of its neighbours. Therefore a
// large record stands apart, as the one value of a nested bucket, whose pages
// nobody else uses (docs/adr/0021). Records of layout 1 all stand inline and are
// read as they are.

// apartFrom is the size in bytes from which a record gets pages of its own; below,
// the rest of its last page would be more than the record.
const apartFrom = 2048

var apartKey = []byte("b") // of the one value in a nested bucket

// record reads what stands under a key, in pages of its own or inline; nil if
// nothing does. It belongs to the file and must be copied.
func record(bucket *bbolt.Bucket, key []byte) []byte {
	if value := bucket.Get(key); value != nil {
		return value
	}
	if own := bucket.Bucket(key); own != nil {
		return own.Get(apartKey)
	}
	return nil
}

// putApart stores a new record, in pages of its own if it is large. Nothing may
// stand under the key.
func (t *txn) putApart(bucket, key string, value []byte) error {
	if len(value) < apartFrom {
		return t.put(bucket, key, value)
	}
	t.wrote(bucket, key)
	own, err := t.Bucket([]byte(bucket)).CreateBucket([]byte(key))
	if err == nil {
		err = own.Put(apartKey, value)
	}
	if err != nil {
		return fmt.Errorf("writing to %s: %w", bucket, err)
	}
	return nil
}

// erase deletes a record, wherever it stands. One that is not there is no error.
func (t *txn) erase(bucket, key string) error {
	err := t.Bucket([]byte(bucket)).DeleteBucket([]byte(key))
	switch {
	case err == nil:
		t.dropped(bucket, key)
		return nil
	case errors.Is(err, bolterrors.ErrBucketNotFound), errors.Is(err, bolterrors.ErrIncompatibleValue):
		return t.remove(bucket, key)
	default:
		return fmt.Errorf("deleting from %s: %w", bucket, err)
	}
}
