package boltstore

import (
	"bytes"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// indexOpen is the index of the cases that lists read (store.md §5): key "<desk>
// 0x00 <open or done> 0x00 <case>", no value, written in the transaction of the
// projection.
const indexOpen = "cases.open"

// openValue is the value of a case in indexOpen.
func openValue(desk string, open bool) string {
	if open {
		return desk + "\x00open"
	}
	return desk + "\x00done"
}

// openKey is the index's key of a case; "" for the zero Summary, which stands in
// no index.
func openKey(s incident.Summary) string {
	if s.Case == "" {
		return ""
	}
	return openValue(s.Desk, s.Open) + "\x00" + string(s.Case)
}

// reindex replaces the entry of the old summary by that of the new one.
func (t *txn) reindex(old, now incident.Summary) error {
	before, after := openKey(old), openKey(now)
	if before == after {
		return nil
	}
	if before != "" {
		if err := t.drop(indexOpen, before); err != nil {
			return err
		}
	}
	if after == "" {
		return nil
	}
	return t.put(indexOpen, after, []byte{})
}

// candidates gives up to limit cases after the given one that may match the
// query, in order of id, from the narrowest index.
func candidates(tx *bbolt.Tx, q incident.Query, after incident.CaseID, limit int) []incident.CaseID {
	if q.Desks == nil {
		return scan(tx.Bucket([]byte(bucketCases)).Cursor(), "", after, q.Before, limit)
	}
	var ids []incident.CaseID
	cursor := tx.Bucket([]byte(indexOpen)).Cursor()
	for _, desk := range q.Desks {
		ids = append(ids, scan(cursor, openValue(desk, true)+"\x00", after, q.Before, limit)...)
		if !q.Open {
			ids = append(ids, scan(cursor, openValue(desk, false)+"\x00", after, q.Before, limit)...)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), limit)]
}

// scan gives the cases behind the prefix, after the one and before the other.
func scan(cursor *bbolt.Cursor, prefix string, after, before incident.CaseID, limit int) []incident.CaseID {
	var ids []incident.CaseID
	from := []byte(prefix + string(after))
	for k, _ := cursor.Seek(from); k != nil && len(ids) < limit; k, _ = cursor.Next() {
		if !strings.HasPrefix(string(k), prefix) || before != "" && string(k[len(prefix):]) >= string(before) {
			break
		}
		if after != "" && bytes.Equal(k, from) {
			continue
		}
		ids = append(ids, incident.CaseID(k[len(prefix):]))
	}
	return ids
}
