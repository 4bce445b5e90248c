package seal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"slices"

	"filippo.io/age"
)

// ErrOpen is the one answer to everything that does not open. It has no reason
// and comes with no byte of what was inside.
var ErrOpen = errors.New("opening a box: not readable")

// Expect is what the event around a box says about it; the envelope must agree.
type Expect struct {
	Case, Kind, Op string
}

// Open opens a box that was sealed to the resident: answers, told deadlines,
// recorded consents. Beside OpenFile it is the only call of the server that
// opens anything, and it needs a receipt. It returns the whole envelope, or ErrOpen and nothing.
func (k Keys) Open(box []byte, want Expect) (Envelope, error) {
	if k.identity == nil {
		return Envelope{}, ErrOpen
	}
	if _, ok := hybridStanzas(box); !ok {
		return Envelope{}, ErrOpen
	}
	framed, err := readWhole(box, k.identity)
	if err != nil {
		return Envelope{}, ErrOpen
	}
	text, err := unframe(want.Kind, framed, k.MAC)
	if err != nil {
		return Envelope{}, ErrOpen
	}
	e, err := decodeEnvelope(text)
	if err != nil || e.Case != want.Case || e.Kind != want.Kind || e.Op != want.Op {
		return Envelope{}, ErrOpen
	}
	return e, nil
}

// readWhole reads an age file to its end before it hands anything out: age
// itself releases plaintext before it reaches a damaged segment.
func readWhole(file []byte, identity age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(file), identity)
	if err != nil {
		return nil, ErrOpen
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		clear(plain)
		return nil, ErrOpen
	}
	return plain, nil
}

// FileFacts are what the event says of a file that it names, inside its own seal.
type FileFacts struct {
	Case, ID string
	SealedFile
	Original bool
}

// An OpenFile is the content of a sealed file, opened while it is read: Read
// gives its Size bytes and then io.EOF if all that was sealed is as it should
// be, or ErrOpen. What Read gave before ErrOpen must not reach anybody, so a
// file is read twice: to its end for nobody, then for its reader.
type OpenFile struct {
	Head FileHead

	plain  io.Reader
	sum    hash.Hash
	facts  FileFacts
	sealed *bufio.Reader
	left   int64
}

// headerRoom holds the header of a file with a few recipients.
const headerRoom = 8 << 10

// OpenFile opens a file that was sealed to the resident. It holds one segment of
// age, never the file.
func (k Keys) OpenFile(sealed io.Reader, want FileFacts) (*OpenFile, error) {
	if k.identity == nil || want.Size < 0 || want.Size > fileMax || Chunks(want.Size) != want.Chunks {
		return nil, ErrOpen
	}
	f := &OpenFile{sum: sha256.New(), facts: want, left: want.Size}
	f.sealed = bufio.NewReaderSize(io.TeeReader(sealed, f.sum), headerRoom)
	start, err := f.sealed.Peek(headerRoom)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if _, ok := hybridStanzas(start); !ok {
		return nil, ErrOpen
	}
	if f.plain, err = age.Decrypt(f.sealed, k.identity); err != nil {
		return nil, ErrOpen
	}
	block := make([]byte, fileHead)
	if _, err := io.ReadFull(f.plain, block); err != nil {
		return nil, ErrOpen
	}
	head, ok := decodeFileHead(block)
	if !ok || head.Case != want.Case || head.ID != want.ID || head.Original != want.Original {
		return nil, ErrOpen
	}
	f.Head = head
	return f, nil
}

func (f *OpenFile) Read(b []byte) (int, error) {
	if f.left == 0 {
		return 0, f.end()
	}
	n, err := f.plain.Read(b[:min(int64(len(b)), f.left)])
	if f.left -= int64(n); err != nil && f.left > 0 {
		return 0, ErrOpen
	}
	return n, nil
}

// end reads what must be zeros, and holds the sum against what was named.
func (f *OpenFile) end() error {
	var zeros, block [4096]byte
	for rest := int64(f.facts.Chunks)*fileChunk - fileSpare - fileHead - f.facts.Size; ; {
		n, err := f.plain.Read(block[:])
		if rest -= int64(n); !bytes.Equal(block[:n], zeros[:n]) || rest < 0 {
			return ErrOpen
		}
		if err == nil {
			continue
		}
		if !errors.Is(err, io.EOF) || rest != 0 || [32]byte(f.sum.Sum(nil)) != f.facts.SHA256 {
			return ErrOpen
		}
		return io.EOF
	}
}

// decodeFileHead reads a head's block strictly: exact names, zeros behind it.
func decodeFileHead(block []byte) (FileHead, bool) {
	n := binary.BigEndian.Uint32(block)
	if n > fileHead-4 || slices.ContainsFunc(block[4+n:], func(b byte) bool { return b != 0 }) {
		return FileHead{}, false
	}
	fields, err := outerFields(block[4 : 4+n])
	var h fileHeadJSON
	targets := map[string]any{"v": &h.V, "case": &h.Case, "id": &h.ID, "name": &h.Name, "type": &h.Type, "original": &h.Original}
	if err != nil || len(fields) != len(targets) {
		return FileHead{}, false
	}
	for name, raw := range fields {
		if target, known := targets[name]; !known || bytes.Equal(raw, []byte("null")) || json.Unmarshal(raw, target) != nil {
			return FileHead{}, false
		}
	}
	return FileHead{Case: h.Case, ID: h.ID, Name: h.Name, Type: h.Type, Original: h.Original}, h.V == 1
}
