package boltstore

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// projectMember writes the projection of the member that a ledger line is about.
// It folds the whole ledger: such lines are rare, and rights must be right.
func (t *txn) projectMember(e incident.Event) error {
	p, err := e.PublicFields()
	if err != nil {
		return fmt.Errorf("projecting a member: %w", err)
	}
	if p.Line == nil {
		return fmt.Errorf("projecting a member: %w", errRecord)
	}
	lines, err := eventsOf(t.Tx, incident.LedgerID, false)
	if err != nil {
		return fmt.Errorf("projecting a member: %w", err)
	}
	members, err := incident.Members(lines)
	if err != nil {
		return fmt.Errorf("projecting a member: %w", err)
	}
	m, ok := members[p.Line.Member]
	if !ok {
		return fmt.Errorf("projecting a member: %w", errRecord)
	}
	value, err := encodeMember(m)
	if err != nil {
		return err
	}
	return t.put(bucketMembers, string(m.ID), value)
}

// Member gives what the ledger says about a member now, or ErrNotFound.
func (db *DB) Member(ctx context.Context, id incident.MemberID) (incident.Member, error) {
	var m incident.Member
	err := db.read(ctx, func(tx *bbolt.Tx) error {
		var err error
		m, err = member(tx, string(id))
		return err
	})
	return m, err
}

func member(tx *bbolt.Tx, id string) (incident.Member, error) {
	value := tx.Bucket([]byte(bucketMembers)).Get([]byte(id))
	if value == nil {
		return incident.Member{}, incident.ErrNotFound
	}
	return decodeMember([]byte(id), value)
}
