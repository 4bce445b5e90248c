package intake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// fromOffice says whether an event of the mailbox names files for the resident.
// What the resident sent is sealed to the desk alone, and a found receipt shows
// less.
func fromOffice(e incident.Event) bool {
	_, shown := mailboxEvent(e)
	return shown && !e.ByResident()
}

// Piece gives piece n, from 0, of a file that the office sent to the holder of
// the locator, sealed. ErrNotFound: there is none, for whatever reason.
func (s *Service) Piece(ctx context.Context, locator [32]byte, attachment string, n int) ([]byte, error) {
	c, err := s.load(ctx, incident.CaseID(seal.CaseIDOf(locator)))
	if err != nil {
		return nil, err
	}
	for _, e := range c.Events {
		p, err := e.PublicFields()
		if err != nil || !fromOffice(e) {
			continue
		}
		if slices.ContainsFunc(p.Att, func(a incident.Attachment) bool { return a.ID == attachment && n >= 0 && n < a.Chunks }) {
			return s.piece(ctx, c.Case.Upload(attachment).Chunk(n))
		}
	}
	return nil, incident.ErrNotFound
}

func (s *Service) piece(ctx context.Context, id incident.ChunkID) ([]byte, error) {
	data, err := s.Store.Chunk(ctx, id)
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return nil, fmt.Errorf("reading a chunk: %w: %w", incident.ErrUnavailable, err)
	}
	return data, err
}

// An Enclosure is a file from the office that was opened once to its end and
// found whole. It is not held: WriteTo opens it again while it writes.
type Enclosure struct {
	Size int64
	// Name is one to save it under. It says nothing: somebody else may look into
	// the folder of downloads. Only the ending is the file's own.
	Name string
	open func() (*seal.OpenFile, error)
	end  func()
}

// WriteTo writes the file. An error means that what was written is not whole.
func (e *Enclosure) WriteTo(w io.Writer) (int64, error) {
	defer e.end()
	f, err := e.open()
	if err != nil {
		return 0, err
	}
	return io.Copy(w, f)
}

// ErrFile says that a file from the office is not whole, or not what its answer
// named.
var ErrFile = errors.New("file is damaged")

// OpenFile opens a file from the office with the receipt, for a page without
// JavaScript: first to its end, so that nothing of a damaged one is ever shown.
// It holds a chunk and a segment, never the file, and keeps nothing. ErrNotFound:
// the mailbox names no such file. ErrBusy: as many as may be open are.
func (s *Service) OpenFile(ctx context.Context, receipt, attachment string) (*Enclosure, error) {
	keys, err := s.keys(receipt)
	if err != nil {
		return nil, err
	}
	m, err := s.OpenMailbox(ctx, receipt)
	if err != nil {
		return nil, err
	}
	for _, letter := range m.Letters {
		for i, f := range letter.Files {
			if f.ID != attachment {
				continue
			}
			end, ok := s.Uploads.begin()
			if !ok {
				return nil, ErrBusy
			}
			opened, err := s.verify(ctx, keys, f, i+1)
			if err != nil {
				end()
				return nil, err
			}
			opened.end = end
			return opened, nil
		}
	}
	return nil, incident.ErrNotFound
}

// verify reads a file to its end for nobody.
func (s *Service) verify(ctx context.Context, keys seal.Keys, f File, n int) (*Enclosure, error) {
	facts := seal.FileFacts{Case: keys.CaseID(), ID: f.ID, SealedFile: seal.SealedFile{Chunks: f.N, Size: f.Size}, Original: f.Original}
	if _, err := hex.Decode(facts.SHA256[:], []byte(f.SHA256)); err != nil {
		return nil, ErrFile
	}
	var sealed *pieces
	open := func() (*seal.OpenFile, error) {
		upload := incident.CaseID(facts.Case).Upload(f.ID)
		sealed = &pieces{get: func(n int) ([]byte, error) { return s.piece(ctx, upload.Chunk(n)) }, all: f.N}
		return keys.OpenFile(sealed, facts)
	}
	opened, err := open()
	if err == nil {
		_, err = io.Copy(io.Discard, opened)
	}
	if errors.Is(sealed.err, incident.ErrUnavailable) {
		return nil, sealed.err
	}
	if err != nil {
		return nil, ErrFile
	}
	return &Enclosure{Size: f.Size, Name: plainName(n, opened.Head.Name), open: open}, nil
}

// pieces reads the chunks of a file one after the other.
type pieces struct {
	get  func(n int) ([]byte, error)
	n    int
	all  int
	rest []byte
	err  error // of a chunk that could not be had
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.n == p.all {
			return 0, io.EOF
		}
		if p.rest, p.err = p.get(p.n); p.err != nil {
			return 0, p.err
		}
		p.n++
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// endings are those that a saved file may keep. A program that opens one of them
// shows it and does nothing else.
var endings = strings.Fields("jpg jpeg png webp heic pdf txt csv rtf doc docx odt xls xlsx ods ppt pptx odp mp3 m4a wav ogg flac aac amr mp4 mov m4v 3gp webm")

func plainName(n int, name string) string {
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if !slices.Contains(endings, ending) {
		return "datei-" + strconv.Itoa(n)
	}
	return "datei-" + strconv.Itoa(n) + "." + ending
}

// wellFormed leaves out what a reader could not open anyway.
func wellFormed(files []File) []File {
	return slices.DeleteFunc(slices.Clone(files), func(f File) bool {
		_, err := incident.ParseOp(f.ID)
		return err != nil || len(f.SHA256) != 64 || f.Size < 0 || f.Size > MaxFile || f.N != seal.Chunks(f.Size)
	})
}
