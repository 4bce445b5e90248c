package mongostore

import (
	"context"

	"github.com/beistand/beistand/internal/incident"
)

// Once takes a slot that may be taken a single time. It is ErrConflict, which is
// fs.ErrExist, if it was.
func (db *DB) Once(ctx context.Context, id string, until int64) error {
	return db.insert(ctx, once, onceDoc{ID: id, Until: until}, nil)
}

// PutSession opens a session in the member's present gen. It is ErrConflict if
// the id is in use, ErrNotFound if there is no such member or it is off.
func (db *DB) PutSession(ctx context.Context, id, memberID string, until int64) error {
	m, err := db.Member(ctx, incident.MemberID(memberID))
	if err != nil {
		return err
	}
	if m.Off {
		return incident.ErrNotFound
	}
	return db.insert(ctx, sessions, sessionDoc{
		ID: id, Member: memberID, Gen: int32(m.Gen), Until: until, //nolint:gosec // G115: gens are far below 2^31
	}, nil)
}

// Session reads a session and what its member may do now. It is ErrNotFound if
// it was ended, is of an older gen, or the member is off. The caller checks until.
func (db *DB) Session(ctx context.Context, id string) (memberID, role string, desks []string, until int64, err error) {
	var d sessionDoc
	if err := db.find(ctx, sessions, id, &d); err != nil {
		return "", "", nil, 0, err
	}
	m, err := db.Member(ctx, incident.MemberID(d.Member))
	if err != nil {
		return "", "", nil, 0, err
	}
	if m.Off || m.Gen != int(d.Gen) {
		return "", "", nil, 0, incident.ErrNotFound
	}
	return d.Member, string(m.Role), m.Desks, d.Until, nil
}

// EndSession deletes a session; a second time is no error.
func (db *DB) EndSession(ctx context.Context, id string) error {
	return db.remove(ctx, sessions, byID(id))
}
