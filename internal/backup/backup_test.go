package backup_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

const (
	day  = "2026-11-22"
	site = "melden.example"
)

func openStore(t testing.TB) *boltstore.DB {
	t.Helper()
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func caseID(n int) incident.CaseID { return incident.CaseID(fmt.Sprintf("%032x", n)) }

func newReport(t testing.TB, n int) incident.Event {
	t.Helper()
	e, err := incident.NewCase(caseID(n), incident.Op{byte(n)}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func put(t testing.TB, db *boltstore.DB, events ...incident.Event) {
	t.Helper()
	for _, e := range events {
		if err := db.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func signer(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// whole gives a backup of three cases and a line of the ledger.
func whole(t testing.TB) []byte {
	t.Helper()
	db := openStore(t)
	put(t, db, newReport(t, 1), newReport(t, 2), newReport(t, 3))
	e, err := incident.NewLine(0, incident.Hash{}, incident.KindSite, incident.ActorSystem, day, incident.Op{9}, &incident.Line{Site: site})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := backup.Write(t.Context(), &b, db, backup.Options{Office: site, Day: day, Schema: 1, Key: signer(t), Rand: rand.Reader}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpack(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	r.Multistream(false)
	return io.ReadAll(r)
}

func mustUnpack(t *testing.T, b []byte) []byte {
	t.Helper()
	lines, err := unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// A byte that was changed, or an end that was cut off, is an error, and nothing
// of such a backup reaches a store.
func TestDamagedBackupIsRefused(t *testing.T) {
	good := whole(t)
	if c, err := backup.Check(t.Context(), bytes.NewReader(good)); err != nil || c.Cases != 3 {
		t.Fatalf("the good one: %v", err)
	}
	db := openStore(t)
	restore := func(b []byte) error {
		_, err := backup.Restore(t.Context(), db, backup.Plan{
			Open:   func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil },
			Office: site, Schema: 1, Day: day,
		})
		return err
	}
	for at := 10; at < 600; at += 7 { // all within the packed lines
		bad := bytes.Clone(good)
		bad[at] ^= 0x40
		if lines, err := unpack(bad); err == nil && bytes.Equal(lines, mustUnpack(t, good)) {
			continue // a bit of the packing that stands for nothing
		}
		if err := restore(bad); !errors.Is(err, backup.ErrBackup) {
			t.Errorf("byte %d flipped: got %v, want ErrBackup", at, err)
		}
	}
	for _, n := range []int{0, 1, 300, 900, len(good) - 1, len(good) - backup.Block/2} {
		if err := restore(good[:n]); !errors.Is(err, backup.ErrBackup) {
			t.Errorf("cut to %d bytes: got %v, want ErrBackup", n, err)
		}
	}
	if heads, err := db.Heads(t.Context(), "", 10); err != nil || len(heads) > 0 {
		t.Errorf("a refused backup left %d cases, %v", len(heads), err)
	}
	if err := restore(good); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

// A backup of another site, or of a newer program, is refused before the first write.
func TestForeignBackupIsRefused(t *testing.T) {
	good := whole(t)
	for name, p := range map[string]backup.Plan{
		"another site":  {Office: "other.example", Schema: 1},
		"newer program": {Office: site, Schema: 0},
	} {
		db := openStore(t)
		p.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(good)), nil }
		p.Day = day
		if _, err := backup.Restore(t.Context(), db, p); err == nil {
			t.Errorf("%s: restored", name)
		}
		if heads, _ := db.Heads(t.Context(), "", 1); len(heads) > 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

func take(t *testing.T, src backup.Source) backup.Checkpoint {
	t.Helper()
	c, err := backup.Take(t.Context(), src, site, day, 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCheckpointIsSignedAndPadded(t *testing.T) {
	db := openStore(t)
	put(t, db, newReport(t, 1), newReport(t, 2))
	key := signer(t)
	c := take(t, db)
	c.Editions = []string{"2025:1 " + strings.Repeat("ab", 32)}
	text := c.Sign(key)
	if len(text)%(1<<16) != 0 {
		t.Errorf("got %d bytes, want a multiple of 65,536", len(text))
	}
	public := key.Public().(ed25519.PublicKey)
	if !backup.Signed(text, public) {
		t.Error("its own signature is not taken")
	}
	for _, at := range []int{5, 60, 200, len(text) / 2} {
		bad := bytes.Clone(text)
		bad[at] ^= 1
		if backup.Signed(bad, public) {
			t.Errorf("byte %d changed: still signed", at)
		}
	}
	if backup.Signed(text, signer(t).Public().(ed25519.PublicKey)) {
		t.Error("another key's signature is taken")
	}
	again, err := backup.ParseCheckpoint(text)
	if err != nil || fmt.Sprint(again) != fmt.Sprint(c) {
		t.Errorf("read again: %v\ngot  %v\nwant %v", err, again, c)
	}
}

// What a checkpoint must notice, and what it must let pass.
func TestCheckpointComparesCases(t *testing.T) {
	message := func(head incident.Event) incident.Event {
		return incident.Link(head.Case(), head.Rev(), head.Hash, incident.Event{
			Kind: incident.KindAccess, Actor: strings.Repeat("a", 32), Day: day, State: head.State, Op: incident.Op{77},
		})
	}
	final := func(head incident.Event) incident.Event {
		return incident.Link(head.Case(), head.Rev(), head.Hash, incident.Event{
			Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: day, State: incident.StateErased, Op: incident.Op{78},
		})
	}
	first := newReport(t, 1)
	second := message(first)
	for name, c := range map[string]struct {
		before, after []incident.Event
		want          string // of the only break; "" for none
	}{
		"nothing happened": {[]incident.Event{first}, []incident.Event{first}, ""},
		"it went on":       {[]incident.Event{first}, []incident.Event{first, second}, ""},
		"it was erased":    {[]incident.Event{first}, []incident.Event{first, second, final(second)}, ""},
		"it is gone":       {[]incident.Event{first}, nil, "gone without an erasure"},
		"its end is gone":  {[]incident.Event{first, second}, []incident.Event{first}, "ends at event 1"},
		"another stands there": {
			[]incident.Event{first},
			func() []incident.Event {
				e := first
				e.Op[5] = 1
				return []incident.Event{incident.Link(first.Case(), 0, incident.Hash{}, e)}
			}(),
			"event 1 is not the one",
		},
		"rewritten and longer": {
			[]incident.Event{first},
			func() []incident.Event {
				e := first
				e.Op[5] = 1
				e = incident.Link(first.Case(), 0, incident.Hash{}, e)
				return []incident.Event{e, message(e)}
			}(),
			"event 1 is not the one",
		},
		"erased without a line": {[]incident.Event{first, final(first)}, []incident.Event{first, final(first)}, "no line"},
		"erased and gone":       {[]incident.Event{first, final(first)}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			old, now := openStore(t), openStore(t)
			put(t, old, c.before...)
			put(t, now, c.after...)
			breaks, err := take(t, old).Compare(t.Context(), now, take(t, now))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "" && len(breaks) > 0:
				t.Errorf("got %v, want none", breaks)
			case c.want != "" && (len(breaks) != 1 || !strings.Contains(breaks[0].What, c.want)):
				t.Errorf("got %v, want one that says %q", breaks, c.want)
			}
		})
	}
}

func TestCheckpointComparesTheLedger(t *testing.T) {
	line := func(db *boltstore.DB, rev int, head incident.Hash, op byte) incident.Event {
		e, err := incident.NewLine(rev, head, incident.KindSettings, incident.ActorSystem, day, incident.Op{op}, &incident.Line{Reason: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	old, shorter, other, longer := openStore(t), openStore(t), openStore(t), openStore(t)
	a := line(old, 0, incident.Hash{}, 1)
	line(old, 1, a.Hash, 2)
	line(shorter, 0, incident.Hash{}, 1)
	line(other, 0, incident.Hash{}, 7)
	b := line(longer, 0, incident.Hash{}, 1)
	c := line(longer, 1, b.Hash, 2)
	line(longer, 2, c.Hash, 3)
	point := take(t, old)
	for name, c := range map[string]struct {
		db   *boltstore.DB
		want int
	}{"shorter": {shorter, 1}, "another": {other, 1}, "longer": {longer, 0}} {
		breaks, err := point.Compare(t.Context(), c.db, take(t, c.db))
		if err != nil || len(breaks) != c.want {
			t.Errorf("%s: got %v, %v, want %d breaks", name, breaks, err, c.want)
		}
	}
}
