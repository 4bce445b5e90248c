package intake

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A File is what the body of the naming event says of one sealed file.
type File struct {
	ID      string   `json:"id"`
	N       int      `json:"n"`      // chunks
	SHA256  string   `json:"sha256"` // over the sealed bytes, in hexadecimal
	Size    int64    `json:"size"`   // of the file inside, in bytes
	Cleaned []string `json:"cleaned"`
	// Original says that this is the untouched file beside the cleaned one before it.
	Original bool `json:"original"`
}

// A Parcel is the files of one form without JavaScript, sealed while they
// arrive. Nothing of them is held but the piece that is worked on.
type Parcel struct {
	service  *Service
	keys     seal.Keys
	key      pinned
	accept   bool
	original bool
	files    []File
	sums     [][32]byte // of the files as they were received
	faults   incident.Faults
}

// Ticks are what the form says about its files, before them.
type Ticks struct {
	AcceptUncleaned bool // the sender knows that some files cannot be cleaned
	KeepOriginal    bool // the untouched picture goes along with the cleaned one
}

// ReportParcel begins the files of a report. The report must be without a fault:
// files of a form that comes back to its sender are not stored.
func (s *Service) ReportParcel(receipt, desk string, r incident.Report, t Ticks) (*Parcel, error) {
	if err := s.Check.Report(clean(r).Settle(), s.today()); err != nil {
		return nil, err
	}
	key, ok := s.Keys().current(desk, s.Now())
	if !ok {
		return nil, incident.ErrEpoch
	}
	keys, err := s.keys(receipt)
	if err != nil {
		return nil, err
	}
	return &Parcel{service: s, keys: keys, key: key, accept: t.AcceptUncleaned, original: t.KeepOriginal}, nil
}

// MessageParcel begins the files of a message to the case of a receipt.
func (s *Service) MessageParcel(ctx context.Context, receipt, text string, t Ticks) (*Parcel, error) {
	if text = incident.CleanText(text); text != "" {
		if err := s.Check.Message(text); err != nil {
			return nil, err
		}
	}
	keys, err := s.keys(receipt)
	if err != nil {
		return nil, err
	}
	c, err := s.load(ctx, incident.CaseID(keys.CaseID()))
	if err != nil {
		return nil, err
	}
	key, ok := s.Keys().current(c.Desk, s.Now())
	if !ok {
		return nil, incident.ErrEpoch
	}
	return &Parcel{service: s, keys: keys, key: key, accept: t.AcceptUncleaned, original: t.KeepOriginal}, nil
}

// Add cleans, seals and stores one file while it is read. What is wrong with the
// file itself is noted for Faults and ends nothing; an error ends the form.
func (p *Parcel) Add(ctx context.Context, name string, body io.Reader) error {
	if len(p.sums) == incident.MaxSent {
		p.fault("too_many")
	}
	if len(p.faults) > 0 {
		return nil
	}
	end, ok := p.service.Uploads.begin()
	if !ok {
		return ErrBusy
	}
	defer end()
	err := p.add(ctx, name, body)
	switch {
	case errors.Is(err, errBroken):
		p.fault("broken")
	case errors.Is(err, seal.ErrFileTooLarge):
		p.fault("too_large")
	case errors.Is(err, errType):
		p.fault("type")
	case errors.Is(err, errUncleaned):
		p.fault("uncleaned")
	default:
		return err
	}
	return nil
}

var (
	errType      = errors.New("type of file not taken")
	errUncleaned = errors.New("file cannot be cleaned")
)

func (p *Parcel) fault(key string) {
	if !p.faults.Has("files", key) {
		p.faults = append(p.faults, incident.FieldError{Field: "files", Key: key})
	}
}

// Faults are what is wrong with the files, or nil. A nil Parcel has none.
func (p *Parcel) Faults() error {
	if p == nil {
		return nil
	}
	return p.faults.Err()
}

func (p *Parcel) add(ctx context.Context, name string, body io.Reader) error {
	whole := &counted{from: body, sum: sha256.New()}
	in := bufio.NewReader(whole)
	first, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	kind, ok := typeOf(first)
	switch {
	case len(first) == 0:
		return errBroken
	case !ok:
		return errType
	case kind.treat == treatAsk && !p.accept:
		return errUncleaned
	}
	return p.seal(ctx, name, kind, whole, in)
}

// seal cleans and seals a file whose type is taken, and the original beside it
// if the sender wants that.
func (p *Parcel) seal(ctx context.Context, name string, kind fileType, whole *counted, in *bufio.Reader) (err error) {
	var beside *sealing
	if p.original && kind.treat == treatClean {
		if beside, err = p.begin(ctx, seal.FileHead{Name: name, Type: kind.name, Original: true}); err != nil {
			return err
		}
		// What was read to tell the type would not reach it.
		first, err := in.Peek(in.Buffered())
		if err != nil {
			return err
		}
		if _, err := beside.w.Write(first); err != nil {
			return err
		}
		whole.copy = beside.w
	}
	copied, err := p.begin(ctx, seal.FileHead{Name: name, Type: kind.name})
	if err != nil {
		return err
	}
	found, err := cleanFile(copied.w, in, kind)
	if err != nil {
		return err
	}
	if err := p.done(copied, found); err != nil {
		return err
	}
	if beside != nil {
		if err := p.done(beside, []string{}); err != nil {
			return err
		}
	}
	p.sums = append(p.sums, [32]byte(whole.sum.Sum(nil)))
	return nil
}

// A sealing is one file on its way into chunks.
type sealing struct {
	w        *seal.FileWriter
	id       string
	original bool
}

func (p *Parcel) begin(ctx context.Context, head seal.FileHead) (*sealing, error) {
	var op incident.Op
	if _, err := io.ReadFull(p.service.Rand, op[:]); err != nil {
		return nil, fmt.Errorf("naming a file: %w", err)
	}
	head.Case, head.ID, head.Name = p.keys.CaseID(), op.String(), fileName(head.Name)
	upload := incident.CaseID(head.Case).Upload(head.ID)
	w, err := seal.NewFileWriter(head, func(n int, chunk []byte) error {
		return p.service.putChunk(ctx, upload, n, chunk)
	}, p.key.recipient)
	if err != nil {
		return nil, err
	}
	return &sealing{w, head.ID, head.Original}, nil
}

func (p *Parcel) done(s *sealing, found []string) error {
	f, err := s.w.Close()
	if err != nil {
		return err
	}
	p.files = append(p.files, File{s.id, f.Chunks, hex.EncodeToString(f.SHA256[:]), f.Size, found, s.original})
	return nil
}

// attachments are the public half of what the event names.
func (p *Parcel) attachments() []incident.Attachment {
	if p == nil {
		return nil
	}
	var all []incident.Attachment
	for _, f := range p.files {
		all = append(all, incident.Attachment{ID: f.ID, Chunks: f.N})
	}
	return all
}

// body are the files for the sealed half, and their sums for the name of the act.
func (p *Parcel) body() ([]File, [][32]byte) {
	if p == nil {
		return nil, nil
	}
	return p.files, p.sums
}

// A counted reader sums up what it reads, stops at the limit of a file, and may
// pass the bytes on untouched.
type counted struct {
	from io.Reader
	sum  hash.Hash
	copy io.Writer
	n    int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	if c.n += n; c.n > MaxFile {
		return 0, seal.ErrFileTooLarge
	}
	_, _ = c.sum.Write(b[:n]) // a hash takes everything
	if c.copy != nil && n > 0 {
		if _, err := c.copy.Write(b[:n]); err != nil {
			return 0, err
		}
	}
	return n, err
}

// maxName is how long a file's name may be, in bytes; longer ones are cut in the
// middle, so that the ending stays.
const maxName = 200

// fileName makes a name safe to keep: no path, no control characters, no marks
// that turn its direction around.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if len(name) > maxName {
		head, tail := name[:maxName/2], name[len(name)-maxName/2:]
		name = strings.ToValidUTF8(head, "") + strings.ToValidUTF8(tail, "")
	}
	if name == "" {
		return "-"
	}
	return name
}
