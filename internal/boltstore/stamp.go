package boltstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"

	"github.com/beistand/beistand/internal/incident"
)

// stamps count the changes of each group of cases in memory: nobody else can
// write to the file while this process has it, and who asks ends with it. So
// nothing of this is stored.
type stamps [incident.Groups]atomic.Uint64

// renew gives the groups new stamps, after their cases were written.
func (s *stamps) renew(groups []byte) {
	for _, g := range groups {
		s[g].Add(1)
	}
}

// changed notes that a case's projection is being written or taken away.
func (t *txn) changed(id incident.CaseID) {
	if g, ok := id.Group(); ok {
		t.groups = append(t.groups, g)
	}
}

// Stamps gives the stamp of each group of cases. A summary that Cases gives
// later is at least as new as what its group's stamp stands for.
func (db *DB) Stamps(ctx context.Context) ([incident.Groups]incident.Stamp, error) {
	var all [incident.Groups]incident.Stamp
	if err := ctx.Err(); err != nil {
		return all, fmt.Errorf("reading stamps: %w", err)
	}
	for g := range all {
		binary.BigEndian.PutUint64(all[g][:], db.writer.stamps[g].Load())
	}
	return all, nil
}
