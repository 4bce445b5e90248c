package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

// checkMemberLine refuses a line about a member that cannot be folded.
func checkMemberLine(e incident.Event) error {
	if e.Kind != incident.KindMember {
		return nil
	}
	p, err := e.PublicFields()
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	if p.Line == nil || p.Line.Member == "" {
		return fmt.Errorf("recording: %w", errDocument)
	}
	return nil
}

// projectMembers writes the projection of every member whose newest line is
// newer than what stands. It folds the whole ledger: such lines are rare, and
// rights must be right.
func (db *DB) projectMembers(ctx context.Context) error {
	lines, err := db.eventsOf(ctx, ledger, bson.D{{Key: "kind", Value: string(incident.KindMember)}}, 0)
	if err != nil {
		return fmt.Errorf("projecting members: %w", err)
	}
	folded, err := incident.Members(lines)
	if err != nil {
		return fmt.Errorf("projecting members: %w", err)
	}
	stored, err := findAll[memberDoc](ctx, db, members, bson.D{}, 0, nil)
	if err != nil {
		return fmt.Errorf("projecting members: %w", err)
	}
	for _, d := range stored {
		id := incident.MemberID(d.ID)
		if m, ok := folded[id]; ok && m.Rev <= int(d.Rev) {
			delete(folded, id)
		}
	}
	for _, m := range folded {
		if err := db.replace(ctx, members, docOfMember(m), m.Rev, "$lt"); err != nil {
			return fmt.Errorf("projecting members: %w", err)
		}
	}
	return nil
}

// Member gives what the ledger says about a member now, or ErrNotFound.
func (db *DB) Member(ctx context.Context, id incident.MemberID) (incident.Member, error) {
	var d memberDoc
	if err := db.find(ctx, members, string(id), &d); err != nil {
		return incident.Member{}, err
	}
	return d.member(), nil
}
