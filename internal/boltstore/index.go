package boltstore

import (
	"bytes"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/beistand/beistand/internal/incident"
)

// The indexes of the cases (store.md §5): key "<value> 0x00 <case>", no value,
// written in the transaction of the projection.
const (
	indexOpen  = "cases.open" // value: desk 0x00 "open" or "done"
	indexMonth = "cases.month"
	indexDue   = "cases.due"
	indexPurge = "cases.purge"
)

// openValue is the value of a case in indexOpen.
func openValue(desk string, open bool) string {
	if open {
		return desk + "\x00open"
	}
	return desk + "\x00done"
}

// indexKeys gives each index's key for the summary, in a fixed order; "" where
// the case does not stand in the index.
func indexKeys(s incident.Summary) [4][2]string {
	key := func(value string) string {
		if value == "" {
			return ""
		}
		return value + "\x00" + string(s.Case)
	}
	return [4][2]string{
		{indexOpen, key(openValue(s.Desk, s.Open))},
		{indexMonth, key(s.Month)},
		{indexDue, key(s.Due)},
		{indexPurge, key(s.Purge)},
	}
}

// reindex replaces the entries of the old summary by those of the new one. A
// summary of which Case is "" stands in no index.
func (t *txn) reindex(old, now incident.Summary) error {
	var before, after [4][2]string
	if old.Case != "" {
		before = indexKeys(old)
	}
	if now.Case != "" {
		after = indexKeys(now)
	}
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		if before[i][1] != "" {
			if err := t.drop(before[i][0], before[i][1]); err != nil {
				return err
			}
		}
		if after[i][1] != "" {
			if err := t.put(after[i][0], after[i][1], []byte{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// candidates gives up to limit cases after the given one that may match the
// query, in order of id, from the narrowest index.
func candidates(tx *bbolt.Tx, q incident.Query, after incident.CaseID, limit int) []incident.CaseID {
	if q.Desks == nil {
		return scan(tx.Bucket([]byte(bucketCases)).Cursor(), "", after, limit)
	}
	var ids []incident.CaseID
	cursor := tx.Bucket([]byte(indexOpen)).Cursor()
	for _, desk := range q.Desks {
		ids = append(ids, scan(cursor, openValue(desk, true)+"\x00", after, limit)...)
		if !q.Open {
			ids = append(ids, scan(cursor, openValue(desk, false)+"\x00", after, limit)...)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), limit)]
}

// scan gives the cases behind the prefix, after the given one.
func scan(cursor *bbolt.Cursor, prefix string, after incident.CaseID, limit int) []incident.CaseID {
	var ids []incident.CaseID
	from := []byte(prefix + string(after))
	for k, _ := cursor.Seek(from); k != nil && len(ids) < limit; k, _ = cursor.Next() {
		if !strings.HasPrefix(string(k), prefix) {
			break
		}
		if after != "" && bytes.Equal(k, from) {
			continue
		}
		ids = append(ids, incident.CaseID(k[len(prefix):]))
	}
	return ids
}
