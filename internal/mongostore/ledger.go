package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

// Lines gives up to limit lines of the ledger after number after, with the chain
// between them and the line before checked. It is ErrChain if that is broken;
// an empty ledger gives no lines.
func (db *DB) Lines(ctx context.Context, after, limit int) ([]incident.Event, error) {
	if limit <= 0 {
		return nil, nil
	}
	from := bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: string(incident.LedgerID.Event(max(after, 1)))}}}}
	if after > 0 {
		limit++ // the line before, to check the link
	}
	lines, err := db.eventsOf(ctx, ledger, from, limit)
	if err != nil {
		return nil, err
	}
	var prev incident.Hash
	if after > 0 && len(lines) > 0 && lines[0].Rev() == after {
		prev = lines[0].Hash
		lines = lines[1:]
	}
	for i, e := range lines {
		if e.Rev() != after+i+1 || e.Prev != prev || e.Hash != e.Sum() {
			return nil, fmt.Errorf("reading ledger line %d: %w", after+i+1, incident.ErrChain)
		}
		prev = e.Hash
	}
	return lines, nil
}

// Record stores the next line of the ledger, then the projection of the member
// that it is about. Its errors are those of Append; it is ErrUnclear also if the
// line stands and the projection does not, because rights that were taken away
// must be gone before this reports success.
func (db *DB) Record(ctx context.Context, e incident.Event) error {
	if err := checkEvent(e, true); err != nil {
		return err
	}
	if err := checkMemberLine(e); err != nil {
		return err
	}
	if err := db.insert(ctx, ledger, docOfEvent(e), sameOp(e.Op)); err != nil {
		return err
	}
	if e.Kind != incident.KindMember {
		return nil
	}
	if err := db.projectMembers(ctx); err != nil {
		return fmt.Errorf("recording: %w: %w", incident.ErrUnclear, err)
	}
	return nil
}
