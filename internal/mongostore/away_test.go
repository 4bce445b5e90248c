package mongostore

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/storetest"
)

// TestRefusesTestEngine holds that reports can never get into FerretDB 1.
func TestRefusesTestEngine(t *testing.T) {
	f := storetest.StartFerret(t, t.TempDir(), 0)
	db, err := Open(t.Context(), Options{URI: f.URI})
	if !errors.Is(err, ErrTestEngine) {
		t.Errorf("got error %v, want %v", err, ErrTestEngine)
	}
	if err == nil {
		_ = db.Close()
	}
}

// TestEngineKilled kills the server under load, again and again, and starts it
// anew on the same files: nothing that was acknowledged may be lost.
func TestEngineKilled(t *testing.T) {
	data := t.TempDir()
	for range 3 {
		f := storetest.StartFerret(t, data, 0)
		db := openFerret(t, f)
		acked := storetest.NewAcked(1 + rand.IntN(25))
		done := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		go func() { done <- storetest.Load(ctx, db, acked.Add) }()
		select {
		case <-acked.Enough:
		case err := <-done:
			t.Fatalf("loading ended by itself: %v", err)
		}
		f.Kill(t)
		cancel()
		<-done //nolint:errcheck // what it ended with is not asked here
		closeDB(t, db)
		f = storetest.StartFerret(t, data, 0)
		db = openFerret(t, f)
		acked.Check(t, db)
		storetest.CheckWhole(t, db, false)
		closeDB(t, db)
		f.End()
	}
}

// TestAway asks a server that has ended: the store says that nothing was stored,
// and no error tells where the server is or which case was meant.
func TestAway(t *testing.T) {
	f := storetest.StartFerret(t, t.TempDir(), 0)
	db := openFerret(t, f)
	f.End()
	id := incident.CaseID(strings.Repeat("ab", 16))
	e, err := incident.NewCase(id, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, reading := db.File(ctx, id)
	for what, err := range map[string]error{"appending": db.Append(ctx, e), "reading": reading, "asking": db.Ping(ctx)} {
		if !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("%s: got error %v, want %v", what, err, incident.ErrUnavailable)
			continue
		}
		for _, secret := range []string{string(id), "sock", "mongodb"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells %q", what, secret)
			}
		}
	}
	closeDB(t, db)
}

// TestMender holds that a projection which is missing comes back by itself once
// its case is opened.
func TestMender(t *testing.T) {
	f := storetest.StartFerret(t, t.TempDir(), 0)
	db := openFerret(t, f)
	id := incident.CaseID(strings.Repeat("cd", 16))
	e, err := incident.NewCase(id, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	backdoor{db}.Delete(t, cases, string(id))
	if _, err := db.File(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if found, err := db.Cases(ctx, incident.Query{Limit: 1}); err == nil && len(found) == 1 {
			closeDB(t, db)
			return
		}
	}
	t.Error("the projection was not repaired")
}

// TestMalformedAddress holds that an address, which may hold a password, is not
// told again.
func TestMalformedAddress(t *testing.T) {
	for _, uri := range []string{"", "mongodb://", "http://a:geheim@host/", "mongodb://a:geheim@host/?unknown", "mongodb://a:ge%heim@host"} {
		_, err := Open(t.Context(), Options{URI: uri})
		if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "ge%heim") {
			t.Errorf("address %q: got error %v", uri, err)
		}
	}
}

func openFerret(t *testing.T, f *storetest.Ferret) *DB {
	t.Helper()
	db, err := Open(t.Context(), Options{URI: f.URI, Database: "beistand", AllowTestEngine: true})
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	return db
}

func closeDB(t *testing.T, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}
