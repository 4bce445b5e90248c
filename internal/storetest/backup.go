package storetest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/incident"
)

func backupTests() []test {
	const group = "Backup"
	return []test{
		{group, "AllComesBack", allComesBack},
		{group, "WhileServing", backupWhileServing},
		{group, "ErasedStaysErased", erasedStaysErased},
		{group, "OthersStopIt", othersStopIt},
		{group, "DamageIsNamed", damageIsNamed},
	}
}

const site = "melden.example"

// taken writes a backup of the store.
func taken(t *testing.T, s Store) ([]byte, backup.Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := backup.Write(t.Context(), &b, s, backupOptions(t))
	if err != nil {
		t.Fatalf("writing a backup: %v", err)
	}
	if b.Len()%backup.Block != 0 {
		t.Errorf("backup has %d bytes, want a multiple of %d", b.Len(), backup.Block)
	}
	return b.Bytes(), m
}

func backupOptions(t *testing.T) backup.Options {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return backup.Options{Office: site, Day: day, Schema: 1, Key: key, Rand: rand.Reader}
}

func restored(ctx context.Context, s Store, b []byte, erased ...incident.CaseID) error {
	gone := map[incident.CaseID]bool{}
	for _, id := range erased {
		gone[id] = true
	}
	_, err := backup.Restore(ctx, s, backup.Plan{
		Open:   func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil },
		Erased: gone, Office: site, Schema: 1, Day: day, Hour: hour,
	})
	return err
}

// copied gives all that a backup must carry, as text, in order.
func copied(t *testing.T, behind Behind, without ...string) []string {
	t.Helper()
	var all []string
	for _, d := range behind.Walk(t) {
		text := fmt.Sprintf("%s %v %v", d.Collection, d.ID, d.Fields)
		if !slices.ContainsFunc(without, func(w string) bool { return strings.HasPrefix(text, w) }) {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

// allComesBack holds every collection, one by one, against what a restore made
// of it: a collection that nobody thought of fails here.
func allComesBack(t *testing.T, e Engine) {
	s, address := open(t, e)
	fillStore(t, s)
	_, final := aCase(t, s)
	wantErr(t, "erasing", s.Drop(t.Context(), final.ID), nil)
	id := newCaseID()
	att := upload(t, s, id, hour, random(incident.ChunkSize), random(11))
	appendAll(t, s, report(t, id, "city", random(64), att))
	wantErr(t, "a release", s.PutStep(t.Context(), 2025, 1, [16]byte(random(16)), random(9_000)), nil)
	wantErr(t, "an erratum", s.PutStep(t.Context(), 2025, 2, [16]byte(random(16)), random(90)), nil)
	wantErr(t, "another year", s.PutStep(t.Context(), 2024, 1, [16]byte(random(16)), random(900)), nil)
	wantErr(t, "storing a draft", s.PutKey(t.Context(), "draft:2026:0001", random(32)), nil)
	b, m := taken(t, s)
	to, address2 := open(t, e)
	for try := range 2 {
		if err := restored(t.Context(), to, b); err != nil {
			t.Fatalf("restoring, try %d: %v", try, err)
		}
	}
	// Stamps are made anew where cases are; the mark of what was erased is a fact of one file.
	left := []string{"sessions ", "once ", "uploads ", "stamps ", "keys draft:", "meta erased "}
	want := copied(t, e.Behind(t, address, s), left...)
	lines := ledgerLines(t, to)
	last := lines[len(lines)-1]
	if last.Kind != incident.KindRestore {
		t.Errorf("last line of the ledger is of kind %s, want restore", last.Kind)
	}
	got := copied(t, e.Behind(t, address2, to), append(left, "ledger "+string(last.ID))...)
	// Pieces that no event names stay behind.
	want = slices.DeleteFunc(want, func(line string) bool {
		return strings.HasPrefix(line, "chunks ") && !slices.Contains(got, line) && !strings.Contains(line, string(id))
	})
	if !slices.Equal(got, want) {
		t.Errorf("after the restore: got %d records, want %d", len(got), len(want))
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("missing or changed: %.120s", line)
			}
		}
	}
	_, again := taken(t, to)
	m.Counts["ledger"]++
	if !reflect.DeepEqual(again.Counts, m.Counts) {
		t.Errorf("backup of the restored store: got counts %v, want %v", again.Counts, m.Counts)
	}
}

func ledgerLines(t *testing.T, s Store) []incident.Event {
	t.Helper()
	lines, err := s.Lines(t.Context(), 0, 500)
	if err != nil || len(lines) == 0 {
		t.Fatalf("reading the ledger: %d lines, %v", len(lines), err)
	}
	return lines
}

// backupWhileServing takes a backup under load: what was acknowledged before it
// began is in it, and each case is a valid beginning of itself.
func backupWhileServing(t *testing.T, e Engine) {
	s, _ := open(t, e)
	ctx, stop := context.WithCancel(t.Context())
	before := report(t, newCaseID(), "city", random(64))
	appendAll(t, s, before)
	ended, busy := make(chan error, 1), make(chan struct{}, 1)
	go func() {
		ended <- Load(ctx, s, func(incident.EventID, incident.Op) {
			select {
			case busy <- struct{}{}:
			default:
			}
		})
	}()
	<-busy
	b, m := taken(t, s)
	stop()
	if err := <-ended; err != nil {
		t.Fatalf("the load: %v", err)
	}
	if len(m.Damaged) > 0 {
		t.Errorf("a backup under load names %d cases as damaged", len(m.Damaged))
	}
	to, _ := open(t, e)
	wantErr(t, "restoring", restored(t.Context(), to, b), nil)
	if got := file(t, to, before.Case()); len(got) != 1 {
		t.Errorf("the case from before has %d events, want 1", len(got))
	}
}

func erasedStaysErased(t *testing.T, e Engine) {
	s, address := open(t, e)
	head, final := aCase(t, s)
	appendAll(t, s, report(t, newCaseID(), "city", random(64)))
	// The backup is of the time before the erasure.
	e.Behind(t, address, s).Delete(t, "events", string(final.ID))
	wantErr(t, "folding", s.Project(t.Context(), head.Case()), nil)
	b, _ := taken(t, s)
	to, address2 := open(t, e)
	wantErr(t, "restoring", restored(t.Context(), to, b, head.Case()), nil)
	if found := standing(t, e.Behind(t, address2, to), head.Case()); len(found) > 0 {
		t.Errorf("of the erased case came back: %q", found)
	}
	if heads, err := to.Heads(t.Context(), "", 10); err != nil || len(heads) != 1 {
		t.Errorf("got %d cases, %v, want the other one", len(heads), err)
	}
}

// othersStopIt restores into stores that hold something else: nothing changes.
func othersStopIt(t *testing.T, e Engine) {
	s, _ := open(t, e)
	fillStore(t, s)
	b, _ := taken(t, s)
	for name, fill := range map[string]func(Store){
		"another case": func(s Store) { appendAll(t, s, report(t, newCaseID(), "city", random(64))) },
		"another key": func(s Store) {
			wantErr(t, "storing a key", s.PutKey(t.Context(), "wrap:x.1.y:0001", random(8)), nil)
		},
		"another ledger": func(s Store) { record(t, s, nil, incident.KindSite, &incident.Line{Site: "other.example"}) },
	} {
		to, address := open(t, e)
		fill(to)
		before := copied(t, e.Behind(t, address, to))
		wantErr(t, name, restored(t.Context(), to, b), backup.ErrNotEmpty)
		if after := copied(t, e.Behind(t, address, to)); !reflect.DeepEqual(after, before) {
			t.Errorf("%s: the refused restore changed the store", name)
		}
	}
}

// damageIsNamed takes backups of stores that are not whole: the rest comes back,
// and the manifest names what does not.
func damageIsNamed(t *testing.T, e Engine) {
	s, address := open(t, e)
	id, good := newCaseID(), report(t, newCaseID(), "city", random(64))
	att := upload(t, s, id, hour, random(10), random(11))
	broken := report(t, newCaseID(), "city", random(64))
	appendAll(t, s, report(t, id, "city", random(64), att), good, broken)
	behind := e.Behind(t, address, s)
	behind.Delete(t, "chunks", string(id.Upload(att.ID).Chunk(0)))
	behind.Set(t, "events", string(broken.ID), "day", "2020-01")
	b, m := taken(t, s)
	want := []string{string(id), string(broken.Case())}
	slices.Sort(want)
	if !slices.Equal(m.Damaged, want) {
		t.Errorf("damaged: got %q, want %q", m.Damaged, want)
	}
	to, _ := open(t, e)
	wantErr(t, "restoring", restored(t.Context(), to, b), nil)
	file(t, to, good.Case())
}
