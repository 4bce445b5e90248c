package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/beistand/beistand/internal/incident"
)

const (
	maxPage   = 500 // cases of one list
	maxEvents = 100 // events fetched by id at once
)

// File gives all events of a case, rev 1 first, with their boxes. It is
// ErrNotFound if there is none or the case was erased, ErrChain if the stored
// chain does not verify. A projection that lags behind is repaired afterwards.
func (db *DB) File(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	file, err := db.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	n := len(file)
	if n == 0 || file[n-1].State.Final() {
		return nil, incident.ErrNotFound
	}
	if err := incident.CheckChain(id, file); err != nil {
		return nil, fmt.Errorf("reading a case: %w", err)
	}
	if s, err := db.Projection(ctx, id); err != nil || s.Rev < n || s.V != incident.SummaryVersion {
		db.mender.add(id)
	}
	return file, nil
}

// Raw gives the events of a case as they stand, unchecked, also those that an
// erasure has left. It is for verify; everything else takes File.
func (db *DB) Raw(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	return db.eventsOf(ctx, events, between(string(id)+":"), 0)
}

func (db *DB) eventsOf(ctx context.Context, collection string, filter bson.D, limit int) ([]incident.Event, error) {
	docs, err := findAll[eventDoc](ctx, db, collection, filter, int64(limit), nil)
	if err != nil {
		return nil, err
	}
	var all []incident.Event
	for _, d := range docs {
		e, err := d.event()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Append stores the next event of a case under its id, then its projection, and
// deletes the upload markers of the attachments that it names. It is nil also if
// an event of the same op stands there already, ErrConflict if another one does.
// ErrUnavailable: nothing was stored; ErrUnclear: nobody knows, and the same
// event may be sent again.
func (db *DB) Append(ctx context.Context, e incident.Event) error {
	if err := checkEvent(e, false); err != nil {
		return err
	}
	if err := db.unlessErased(ctx, e); err != nil {
		return err
	}
	if err := db.insert(ctx, events, docOfEvent(e), sameOp(e.Op)); err != nil {
		return err
	}
	// From here on the act has succeeded, whatever happens.
	db.commitUploads(ctx, e)
	if errors.Join(db.project(ctx, e), db.restamp(ctx, e.Case())) != nil {
		db.mender.add(e.Case())
	}
	return nil
}

// project folds one event onto the projection of the event before it; where that
// is not at hand, it rebuilds.
func (db *DB) project(ctx context.Context, e incident.Event) error {
	var old incident.Summary
	if e.Rev() > 1 {
		var err error
		old, err = db.Projection(ctx, e.Case())
		if err != nil || old.V != incident.SummaryVersion {
			return db.Project(ctx, e.Case())
		}
	}
	now, err := old.Apply(e)
	if err != nil {
		if old.Rev >= e.Rev() {
			return nil // others went on, and have written theirs
		}
		return db.Project(ctx, e.Case())
	}
	return db.writeSummary(ctx, now, "$lt")
}

// writeSummary stores a projection unless a newer one stands there; that of a
// final case is taken away. older is how the stored rev must compare to be
// replaced.
func (db *DB) writeSummary(ctx context.Context, s incident.Summary, older string) error {
	if s.State.Final() {
		return db.remove(ctx, cases, byID(string(s.Case)))
	}
	return db.replace(ctx, cases, docOfSummary(s), s.Rev, older)
}

// replace stores a projection: the first by insert, a later one in place of an
// older one. Where a newer one stands, it is right not to change it.
func (db *DB) replace(ctx context.Context, collection string, doc identified, rev int, older string) error {
	filter := append(byID(doc.id()), bson.E{Key: "rev", Value: bson.D{{Key: older, Value: int32(rev)}}}) //nolint:gosec // G115: revs are far below 2^31
	inserted := rev > 1
	for range 2 {
		if !inserted {
			_, err := db.collection(collection).InsertOne(ctx, doc)
			if err == nil {
				return nil
			}
			if !mongo.IsDuplicateKeyError(err) {
				return away("writing to "+collection, err)
			}
		}
		result, err := db.collection(collection).ReplaceOne(ctx, filter, doc)
		if err != nil {
			return away("writing to "+collection, err)
		}
		if result.MatchedCount > 0 || !inserted {
			return nil
		}
		inserted = false
	}
	return nil
}

// rebuild folds all events of a case, as far as this program knows their kinds.
// It gives the zero Summary if there are none, and the state of a final case.
func (db *DB) rebuild(ctx context.Context, id incident.CaseID) (incident.Summary, error) {
	file, err := db.Raw(ctx, id)
	if err != nil {
		return incident.Summary{}, err
	}
	var s incident.Summary
	if n := len(file); n > 0 && file[n-1].State.Final() {
		return incident.Summary{Case: id, State: file[n-1].State}, nil
	}
	for _, e := range file {
		next, err := s.Apply(e)
		if err != nil {
			return s, nil //nolint:nilerr // what stands before the unknown event is still true of an earlier rev
		}
		s = next
	}
	return s, nil
}

// Cases gives up to q.Limit summaries of cases that are not erased, after
// q.After and before q.Before, by id. One may be stale, but is never wrong about its rev.
func (db *DB) Cases(ctx context.Context, q incident.Query) ([]incident.Summary, error) {
	limit := min(max(q.Limit, 0), maxPage)
	if limit == 0 || q.Desks != nil && len(q.Desks) == 0 {
		return nil, nil
	}
	docs, err := findAll[caseDoc](ctx, db, cases, filterOf(q), int64(limit), nil)
	if err != nil {
		return nil, err
	}
	var found []incident.Summary
	for _, d := range docs {
		s, err := d.summary()
		if err != nil || s.V != incident.SummaryVersion {
			if s, err = db.rebuild(ctx, incident.CaseID(d.ID)); err != nil {
				return nil, err
			}
			db.mender.add(incident.CaseID(d.ID))
		}
		found = append(found, s)
	}
	return found, nil
}

// filterOf writes the query so that the index {desk, open, _id} answers it in
// order.
func filterOf(q incident.Query) bson.D {
	ids := bson.D{{Key: "$gt", Value: string(q.After)}}
	if q.Before != "" {
		ids = append(ids, bson.E{Key: "$lt", Value: string(q.Before)})
	}
	filter := bson.D{{Key: "_id", Value: ids}}
	if q.Desks != nil {
		filter = append(filter, bson.E{Key: "desk", Value: bson.D{{Key: "$in", Value: q.Desks}}})
	}
	switch {
	case q.Open:
		filter = append(filter, bson.E{Key: "open", Value: true})
	case q.Desks != nil:
		filter = append(filter, bson.E{Key: "open", Value: bson.D{{Key: "$in", Value: bson.A{true, false}}}})
	}
	return filter
}

// Events gives the events with these ids, with their boxes, in the order asked
// for; unknown ones are left out. At most 100 ids are taken.
func (db *DB) Events(ctx context.Context, ids []incident.EventID) ([]incident.Event, error) {
	if len(ids) > maxEvents {
		return nil, fmt.Errorf("reading events: %w", errDocument)
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	found, err := db.eventsOf(ctx, events, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: texts}}}}, 0)
	if err != nil {
		return nil, err
	}
	known := map[incident.EventID]incident.Event{}
	for _, e := range found {
		if e.Hash != e.Sum() {
			return nil, fmt.Errorf("reading events: %w", incident.ErrChain)
		}
		known[e.ID] = e
	}
	var all []incident.Event
	for _, id := range ids {
		if e, ok := known[id]; ok {
			all = append(all, e)
		}
	}
	return all, nil
}

// Projection gives a case's projection as it stands, or ErrNotFound. It is for
// verify; lists take Cases.
func (db *DB) Projection(ctx context.Context, id incident.CaseID) (incident.Summary, error) {
	var d caseDoc
	if err := db.find(ctx, cases, string(id), &d); err != nil {
		return incident.Summary{}, err
	}
	return d.summary()
}

// Project rebuilds one case's projection from its events. It may be repeated.
func (db *DB) Project(ctx context.Context, id incident.CaseID) error {
	s, err := db.rebuild(ctx, id)
	if err != nil {
		return err
	}
	if s.Case == "" {
		err = db.remove(ctx, cases, byID(string(id)))
	} else {
		err = db.writeSummary(ctx, s, "$lte")
	}
	if err != nil {
		return err
	}
	return db.restamp(ctx, id)
}

// commitUploads ends the markers of the attachments that an event names. One
// that stays is swept later, and its chunks are kept because an event names them.
func (db *DB) commitUploads(ctx context.Context, e incident.Event) {
	p, err := e.PublicFields()
	if err != nil {
		return
	}
	for _, a := range p.Att {
		err = errors.Join(err, db.remove(ctx, uploads, byID(string(e.Case().Upload(a.ID)))))
	}
}
