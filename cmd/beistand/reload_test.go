package main

import (
	"io"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
)

// TestPinnedKeyIsUsedAtOnce: the server may be reading the file anyway, because
// it changed a moment ago, when the operator pins the next key. Once the command
// has ended, that key counts.
func TestPinnedKeyIsUsedAtOnce(t *testing.T) {
	o := newOffice(t)
	c, err := config.Load("", o.env)
	must(t, err)
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	must(t, err)
	defer db.Close()
	s, err := newServer(c, db, io.Discard, false)
	must(t, err)
	must(t, s.reload())
	month := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for epoch := 2; epoch < 6; epoch++ {
		month = month.AddDate(0, 1, 0)
		watching := make(chan error, 1)
		go func() { watching <- s.reload() }()
		id, err := age.GenerateHybridIdentity()
		must(t, err)
		must(t, config.Pin(c.Office.KeysFile, config.Key{Desk: "city", Epoch: epoch, From: month.Format("2006-01"), Recipient: id.Recipient().String()}))
		must(t, s.reload())
		must(t, <-watching)
		if got, _ := s.sites.Load().ring.Current("city", s.now()); got.Epoch != epoch {
			t.Fatalf("the form seals to epoch %d, pinned was %d", got.Epoch, epoch)
		}
	}
}
