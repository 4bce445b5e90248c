package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/beistand/beistand/internal/incident"
)

// Once takes a slot that may be taken a single time. It is ErrConflict, which is
// fs.ErrExist, if it was.
func (db *DB) Once(ctx context.Context, id string, until int64) error {
	return db.insert(ctx, once, onceDoc{ID: id, Until: until}, nil)
}

// PutSession opens a session in the member's present gen. It is ErrConflict if
// the id is in use, ErrNotFound if there is no such member or it is off.
func (db *DB) PutSession(ctx context.Context, id, memberID, device string, until int64) error {
	m, err := db.Member(ctx, incident.MemberID(memberID))
	if err != nil {
		return err
	}
	if m.Off {
		return incident.ErrNotFound
	}
	return db.insert(ctx, sessions, sessionDoc{
		ID: id, Member: memberID, Gen: int32(m.Gen), Until: until, Device: device, //nolint:gosec // G115: gens are far below 2^31
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

// Sessions hands the live sessions of a member to see, by id: those of its present
// gen. The caller checks until. Sessions end within hours, so they are few enough
// to be read without an index.
func (db *DB) Sessions(ctx context.Context, memberID string, see func(id, device string, until int64)) error {
	m, err := db.Member(ctx, incident.MemberID(memberID))
	if err != nil {
		return err
	}
	docs, err := findAll[sessionDoc](ctx, db, sessions, bson.D{{Key: "member", Value: memberID}}, 0, nil)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if int(d.Gen) == m.Gen && !m.Off {
			see(d.ID, d.Device, d.Until)
		}
	}
	return nil
}

// EndSession deletes a session; a second time is no error.
func (db *DB) EndSession(ctx context.Context, id string) error {
	return db.remove(ctx, sessions, byID(id))
}
