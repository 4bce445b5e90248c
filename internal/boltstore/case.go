package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

const (
	maxPage   = 500 // cases of one list
	maxEvents = 100 // events fetched by id at once
)

// File gives all events of a case, rev 1 first, with their boxes. It is
// ErrNotFound if there is none or the case was erased, ErrChain if the stored
// chain does not verify.
func (db *DB) File(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	events, err := db.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	if n := len(events); n == 0 || events[n-1].State.Final() {
		return nil, incident.ErrNotFound
	}
	if err := incident.CheckChain(id, events); err != nil {
		return nil, fmt.Errorf("reading a case: %w", err)
	}
	return events, nil
}

// Raw gives the events of a case as they stand, unchecked, also those that an
// erasure has left. It is for verify; everything else takes File.
func (db *DB) Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	var events []incident.Event
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		var err error
		events, err = eventsOf(tx, id, true)
		return err
	})
	return events, err
}

// eventsOf reads the events of a case or of the ledger in order.
func eventsOf(tx *bbolt.Tx, id incident.CaseID, withBox bool) ([]incident.Event, error) {
	var events []incident.Event
	prefix := []byte(string(id) + ":")
	bucket := tx.Bucket([]byte(bucketOf(id)))
	cursor := bucket.Cursor()
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		e, err := decodeEvent(k, record(bucket, k), withBox)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", incident.ErrChain, err)
		}
		events = append(events, e)
	}
	return events, nil
}

func bucketOf(id incident.CaseID) string {
	if id == incident.LedgerID {
		return bucketLedger
	}
	return bucketEvents
}

// Append stores the next event of a case under its id, with the case's
// projection, and deletes the upload markers of the attachments that it names.
// It is nil also if an event of the same op stands there already, ErrConflict if
// another one does. ErrUnavailable: nothing was stored; ErrUnclear: nobody
// knows, and the same event may be sent again.
func (db *DB) Append(ctx context.Context, e incident.Event) error {
	if err := checkEvent(e, false); err != nil {
		return err
	}
	value, err := encodeEvent(e)
	if err != nil {
		return err
	}
	return db.write(ctx, func(t *txn) error {
		if t.get(bucketEvents, string(e.ID)) == nil && t.goesOn(e.ID) {
			// The case was erased and this id is free again: nobody may begin a
			// half case there.
			return incident.ErrConflict
		}
		if known, err := t.event(bucketEvents, e, value); known || err != nil {
			return err
		}
		if err := t.commitUploads(e); err != nil {
			return err
		}
		return t.project(e.Case(), e)
	})
}

// event inserts an event; known is true if the same act stands there already.
func (t *txn) event(bucket string, e incident.Event, value []byte) (known bool, err error) {
	if old := t.get(bucket, string(e.ID)); old != nil {
		stored, err := decodeEvent([]byte(e.ID), old, false)
		if err != nil {
			return false, fmt.Errorf("%w: %w", incident.ErrChain, err)
		}
		if stored.Op != e.Op {
			return false, incident.ErrConflict
		}
		return true, nil
	}
	return false, t.putApart(bucket, string(e.ID), value)
}

// project brings a case's projection up to its newest event. Where folding fails
// because a newer program wrote the event, or the chain is broken, the old
// projection stays: the event itself stands, and verify reports the rest.
func (t *txn) project(id incident.CaseID, newest incident.Event) error {
	old := t.summary(id)
	now, err := old.Apply(newest)
	if err != nil || old.V != incident.SummaryVersion && old.Rev > 0 {
		if now, err = rebuild(t.Tx, id); err != nil {
			return err
		}
	}
	return t.replace(old, now)
}

// replace stores a projection and its index entries. The projection of a case
// that is final or has no events is taken away.
func (t *txn) replace(old, now incident.Summary) error {
	if now.Case == "" || now.State.Final() {
		if old.Case == "" {
			return nil
		}
		t.changed(old.Case)
		if err := t.reindex(old, incident.Summary{}); err != nil {
			return err
		}
		return t.remove(bucketCases, string(old.Case))
	}
	value, err := encodeSummary(now)
	if err != nil {
		return err
	}
	if bytes.Equal(t.get(bucketCases, string(now.Case)), value) {
		return nil
	}
	t.changed(now.Case)
	if err := t.reindex(old, now); err != nil {
		return err
	}
	return t.put(bucketCases, string(now.Case), value)
}

// summary gives the stored projection, or the zero Summary if there is none. Of
// a damaged one only the case is known; no event can be folded onto that, so it
// is rebuilt. What it leaves in an index leads to no case: lists ask the
// projection again.
func (t *txn) summary(id incident.CaseID) incident.Summary {
	value := t.get(bucketCases, string(id))
	if value == nil {
		return incident.Summary{}
	}
	s, err := decodeSummary([]byte(id), value)
	if err != nil {
		return incident.Summary{Case: id, Rev: -1}
	}
	return s
}

// rebuild folds all events of a case, as far as this program knows their kinds.
// It gives the zero Summary if there are none.
func rebuild(tx *bbolt.Tx, id incident.CaseID) (incident.Summary, error) {
	events, err := eventsOf(tx, id, true)
	if err != nil {
		return incident.Summary{}, err
	}
	var s incident.Summary
	if n := len(events); n > 0 && events[n-1].State.Final() {
		return s, nil
	}
	for _, e := range events {
		next, err := s.Apply(e)
		if err != nil {
			return s, nil //nolint:nilerr // what stands before the unknown event is still true of an earlier rev
		}
		s = next
	}
	return s, nil
}

// Cases gives up to q.Limit summaries of cases that are not erased, after
// q.After and before q.Before, by id. On this engine they are never stale.
func (db *DB) Cases(ctx context.Context, q incident.Query) ([]incident.Summary, error) {
	limit := min(max(q.Limit, 0), maxPage)
	var found []incident.Summary
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		found = found[:0]
		after := q.After
		for len(found) < limit {
			want := limit - len(found)
			ids := candidates(tx, q, after, want)
			for _, id := range ids {
				s, err := listed(tx, id)
				if err != nil {
					return err
				}
				if s.Case != "" && (s.Open || !q.Open) && (q.Desks == nil || slices.Contains(q.Desks, s.Desk)) {
					found = append(found, s)
				}
			}
			if len(ids) < want {
				return nil
			}
			after = ids[len(ids)-1]
		}
		return nil
	})
	return found, err
}

// listed gives a case's projection; one of another version, or a damaged one,
// is folded anew for this answer.
func listed(tx *bbolt.Tx, id incident.CaseID) (incident.Summary, error) {
	value := tx.Bucket([]byte(bucketCases)).Get([]byte(id))
	if value == nil {
		return incident.Summary{}, nil
	}
	s, err := decodeSummary([]byte(id), value)
	if err == nil && s.V == incident.SummaryVersion {
		return s, nil
	}
	return rebuild(tx, id)
}

// Events gives the events with these ids, with their boxes, in the order asked
// for; unknown ones are left out. At most 100 ids are taken.
func (db *DB) Events(ctx context.Context, ids []incident.EventID) ([]incident.Event, error) {
	if len(ids) > maxEvents {
		return nil, fmt.Errorf("reading events: %w", errRecord)
	}
	var events []incident.Event
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		events = events[:0]
		bucket := tx.Bucket([]byte(bucketEvents))
		for _, id := range ids {
			value := record(bucket, []byte(id))
			if value == nil {
				continue
			}
			e, err := decodeEvent([]byte(id), value, true)
			if err != nil || e.Hash != e.Sum() {
				return errors.Join(incident.ErrChain, err)
			}
			events = append(events, e)
		}
		return nil
	})
	return events, err
}
