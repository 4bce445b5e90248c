package intake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// vectorOf gives the picture of a clean vector, before and after.
func vectorOf(t *testing.T, kind, note string) (in, out []byte) {
	t.Helper()
	b, err := os.ReadFile("../seal/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Clean []struct {
			Note, Type string
			In, Out    []byte
		}
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Clean {
		if c.Type == kind && c.Note == note {
			return c.In, c.Out
		}
	}
	t.Fatalf("no vector %q", note)
	return nil, nil
}

func parcel(t *testing.T, o *office, receipt string, ticks intake.Ticks) *intake.Parcel {
	t.Helper()
	p, err := o.ReportParcel(receipt, city, report("Mit Datei"), ticks)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRegressionR16NothingBehindAnAbandonedUpload names what was uploaded, and
// leaves what was not to the sweep.
func TestRegressionR16NothingBehindAnAbandonedUpload(t *testing.T) {
	o := newOffice(t)
	receipt, keys := newReceipt(t)
	in, _ := vectorOf(t, "image/jpeg", "exif with everything, orientation stays")
	p := parcel(t, o, receipt, intake.Ticks{KeepOriginal: true})
	if err := p.Add(t.Context(), "../a.jpg", bytes.NewReader(in)); err != nil || p.Faults() != nil {
		t.Fatal(err, p.Faults())
	}
	abandoned := parcel(t, o, receipt, intake.Ticks{})
	if err := abandoned.Add(t.Context(), "b.jpg", bytes.NewReader(in)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := o.SubmitPlain(t.Context(), receipt, city, report("Mit Datei"), p); err != nil {
			t.Fatal(err)
		}
	}
	events, err := o.db.File(t.Context(), incident.CaseID(keys.CaseID()))
	if err != nil || len(events) != 1 {
		t.Fatalf("got %d events, %v, want the report once", len(events), err)
	}
	public, err := events[0].PublicFields()
	if err != nil || len(public.Att) != 2 {
		t.Fatalf("got %v, %v, want the cleaned file and its original", public.Att, err)
	}
	waiting, err := o.db.Orphans(t.Context(), 1<<40, 10)
	if err != nil || len(waiting) != 1 {
		t.Errorf("waiting for the sweep: %v, %v, want the abandoned one", waiting, err)
	}
	// The canary: no byte of the file on the disk.
	err = filepath.WalkDir(o.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		if bytes.Contains(b, []byte("MARKER")) || bytes.Contains(b, []byte("a.jpg")) {
			t.Errorf("%s holds what was sent", filepath.Base(name))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestParcelRefuses(t *testing.T) {
	o := newOffice(t)
	receipt, _ := newReceipt(t)
	jpeg, _ := vectorOf(t, "image/jpeg", "plain")
	for key, body := range map[string]io.Reader{
		"broken": bytes.NewReader(jpeg[:len(jpeg)-5]), "type": bytes.NewReader([]byte("MZ\x90\x00\x03")),
		"uncleaned": bytes.NewReader([]byte("%PDF-1.7")), "too_large": io.LimitReader(&letters{}, intake.MaxFile+1),
	} {
		p := parcel(t, o, receipt, intake.Ticks{})
		if err := p.Add(t.Context(), "x", body); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		var faults incident.Faults
		if !errors.As(p.Faults(), &faults) || !faults.Has("files", key) {
			t.Errorf("got %v, want %s", p.Faults(), key)
		}
		if _, err := o.SubmitPlain(t.Context(), receipt, city, report("Mit Datei"), p); !errors.As(err, &faults) {
			t.Errorf("%s: sent all the same: %v", key, err)
		}
	}
	p := parcel(t, o, receipt, intake.Ticks{AcceptUncleaned: true})
	for range incident.MaxSent + 1 {
		if err := p.Add(t.Context(), "x.pdf", bytes.NewReader([]byte("%PDF-1.7"))); err != nil {
			t.Fatal(err)
		}
	}
	var faults incident.Faults
	if !errors.As(p.Faults(), &faults) || !faults.Has("files", "too_many") {
		t.Errorf("six files: got %v", p.Faults())
	}
}

// letters is a text without an end.
type letters struct{}

func (*letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// TestHeapOfAnUpload stops in the middle of files and looks at what is in use:
// no more than protocol.md §8 says, for a text and for a picture out of which a
// comment of 60 KB was taken.
func TestHeapOfAnUpload(t *testing.T) {
	picture, _ := vectorOf(t, "image/jpeg", "exif with everything, orientation stays")
	picture = bytes.TrimSuffix(picture, []byte{0xff, 0xd9})
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0xea, 0x60}, bytes.Repeat([]byte("c"), 0xea60-2)...)
	for _, tt := range []struct {
		name       string
		begin, end []byte
	}{
		{"a.txt", nil, nil},
		{"a.jpg", append(comment, picture[2:]...), []byte{0xff, 0xd9}},
	} {
		t.Run(tt.name, func(t *testing.T) { heapOfUploads(t, tt.name, tt.begin, tt.end) })
	}
}

func heapOfUploads(t *testing.T, name string, begin, end []byte) {
	t.Helper()
	const files, limit = 8, 384 << 10
	o := newOffice(t)
	receipt, _ := newReceipt(t)
	before := inUse()
	type pipe struct {
		*intake.Parcel
		in   *io.PipeWriter
		done chan error
	}
	var open []pipe
	for range files {
		r, w := io.Pipe()
		one := pipe{parcel(t, o, receipt, intake.Ticks{}), w, make(chan error, 1)}
		go func() { one.done <- one.Add(t.Context(), name, r) }()
		open = append(open, one)
		for _, b := range [][]byte{begin, bytes.Repeat([]byte("a"), 500<<10)} {
			if _, err := w.Write(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	each := (inUse() - before) / files
	t.Logf("%d bytes in use for each open file", each)
	if each > limit {
		t.Errorf("got %d bytes for each open file, want at most %d", each, limit)
	}
	for _, one := range open {
		_, err := one.in.Write(end)
		if err := errors.Join(err, one.in.Close(), <-one.done, one.Faults()); err != nil {
			t.Error(err)
		}
	}
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestChunkFromTheBrowser(t *testing.T) {
	o := newOffice(t)
	_, keys := newReceipt(t)
	c := intake.SealedChunk{Locator: keys.Locator, Attachment: incident.Op{1}, Data: bytes.Repeat([]byte{7}, 100)}
	for range 2 {
		if err := o.Chunk(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	other := c
	other.Data = []byte{1}
	if err := o.Chunk(t.Context(), other); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("other bytes: got %v", err)
	}
	other.N = incident.MaxChunks
	if err := o.Chunk(t.Context(), other); err == nil {
		t.Error("a piece beyond the last was taken")
	}
	o.Uploads.Count(2 << 30)
	other.N = 1
	if err := o.Chunk(t.Context(), other); !errors.Is(err, intake.ErrUploads) {
		t.Errorf("no room: got %v", err)
	}
}

// TestNamingNeedsWholeYoungUploads sends reports that name what is not there.
func TestNamingNeedsWholeYoungUploads(t *testing.T) {
	o := newOffice(t)
	_, keys := newReceipt(t)
	put := func(id incident.Op, n int) {
		t.Helper()
		if err := o.Chunk(t.Context(), intake.SealedChunk{Locator: keys.Locator, Attachment: id, N: n, Data: []byte{1}}); err != nil {
			t.Fatal(err)
		}
	}
	send := func(att ...incident.Attachment) error {
		r := o.sealed(t, keys, city, 2)
		r.Att = att
		return o.Submit(t.Context(), r)
	}
	whole, gap := incident.Op{1}, incident.Op{2}
	put(whole, 0)
	put(whole, 1)
	put(gap, 1)
	for what, att := range map[string]incident.Attachment{
		"never begun": {ID: incident.Op{9}.String(), Chunks: 1}, "a gap": {ID: gap.String(), Chunks: 2},
		"more pieces than named": {ID: whole.String(), Chunks: 1}, "fewer": {ID: whole.String(), Chunks: 3},
	} {
		if err := send(att); !errors.Is(err, intake.ErrUpload) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	good := incident.Attachment{ID: whole.String(), Chunks: 2}
	o.at(t, "2026-11-23T01:30:00Z")
	if err := send(good); !errors.Is(err, intake.ErrUpload) {
		t.Errorf("13 hours later: got %v", err)
	}
	o.at(t, "2026-11-22T23:30:00Z")
	if err := send(good); err != nil {
		t.Errorf("in time: got %v", err)
	}
}
