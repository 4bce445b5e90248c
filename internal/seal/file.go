package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"filippo.io/age"
)

// Sizes of a sealed file (protocol.md §8). Head and name lie in the first
// fileHead bytes; fileSpare bytes of the last chunk are left for age's header
// and tags, so that the number of chunks follows from the file's length alone.
const (
	fileHead  = 4_096
	fileSpare = 8_192
	fileChunk = 262_144
	fileMax   = 10 << 20
)

// A FileHead is what stands in front of a file, inside the seal. How long the
// file is and what was cleaned away are known only behind its last byte; they
// stand in the event that names it (ADR 0012).
type FileHead struct {
	// Case is the case id and ID the attachment's: both bind a file to its place.
	Case, ID string
	// Name is the file's own name, Type what its first bytes say it is.
	Name, Type string
	// Original says that this is the untouched file beside a cleaned copy.
	Original bool
}

type fileHeadJSON struct {
	V        int    `json:"v"`
	Case     string `json:"case"`
	ID       string `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Original bool   `json:"original"`
}

// A SealedFile is what is known of a file once its last byte was sealed.
type SealedFile struct {
	Chunks int      // in which it was handed out
	SHA256 [32]byte // over the sealed bytes of all of them
	Size   int64    // of the file, in bytes
}

// ErrFileTooLarge says that a file is longer than 10 MiB.
var ErrFileTooLarge = errors.New("sealing a file: too large")

// Chunks gives how many chunks a file of so many bytes has.
func Chunks(size int64) int {
	return int((fileHead + size + fileSpare + fileChunk - 1) / fileChunk)
}

// A FileWriter seals one file while it is written, into chunks of 256 KiB that
// it hands out one by one. It holds one chunk and one segment of age, never the
// file.
type FileWriter struct {
	age   io.WriteCloser
	out   *chunker
	first []byte // of the file, until there is enough to begin with
	size  int64
}

// firstWrite is how many bytes age gets at once in the beginning. Its segment of
// 64 KiB lies in a bytes.Buffer, which doubles: from here to 80 KiB, from small
// pieces to 128.
const firstWrite = 33 << 10

// NewFileWriter begins a file. Put gets each chunk once, in order; it must not
// keep the bytes. Close must be called for a file that is whole, and only then.
func NewFileWriter(h FileHead, put func(n int, chunk []byte) error, to ...Recipient) (*FileWriter, error) {
	head, err := h.encode()
	if err != nil {
		return nil, err
	}
	recipients := make([]age.Recipient, len(to))
	for i, r := range to {
		if r.key == nil {
			return nil, fmt.Errorf("sealing a file: empty recipient")
		}
		recipients[i] = r.key
	}
	w := &FileWriter{out: &chunker{chunk: make([]byte, 0, fileChunk), put: put, sum: sha256.New()}}
	if w.age, err = age.Encrypt(w.out, recipients...); err != nil {
		return nil, fmt.Errorf("sealing a file: %w", err)
	}
	w.first = append(make([]byte, 0, firstWrite), head...)
	return w, nil
}

// encode gives the head's block: its length, JSON, zeros.
func (h FileHead) encode() ([]byte, error) {
	if !id16.MatchString(h.Case) || !id16.MatchString(h.ID) {
		return nil, errors.New("sealing a file: malformed id")
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(fileHeadJSON{1, h.Case, h.ID, h.Name, h.Type, h.Original}); err != nil {
		return nil, fmt.Errorf("sealing a file: %w", err)
	}
	n := text.Len() - 1
	if n > fileHead-4 {
		return nil, errors.New("sealing a file: long name")
	}
	block := make([]byte, fileHead)
	binary.BigEndian.PutUint32(block, uint32(n)) //nolint:gosec // G115: at most 4,092
	copy(block[4:], text.Bytes()[:n])
	return block, nil
}

// Write takes the next bytes of the file. ErrFileTooLarge: it is longer than a
// file may be.
func (w *FileWriter) Write(p []byte) (int, error) {
	if w.size += int64(len(p)); w.size > fileMax {
		return 0, ErrFileTooLarge
	}
	return w.write(p)
}

func (w *FileWriter) write(p []byte) (int, error) {
	if w.first == nil {
		return w.age.Write(p)
	}
	n := min(len(p), cap(w.first)-len(w.first))
	w.first = append(w.first, p[:n]...)
	if len(w.first) < cap(w.first) {
		return n, nil
	}
	first := w.first
	defer clear(first)
	w.first = nil
	if _, err := w.age.Write(first); err != nil {
		return 0, err
	}
	more, err := w.age.Write(p[n:])
	return n + more, err
}

// Close fills the last chunk up and hands it out.
func (w *FileWriter) Close() (SealedFile, error) {
	k := Chunks(w.size)
	var zeros [4096]byte
	for rest := int64(k)*fileChunk - fileSpare - fileHead - w.size; rest > 0; {
		n, err := w.write(zeros[:min(rest, int64(len(zeros)))])
		if err != nil {
			return SealedFile{}, fmt.Errorf("sealing a file: %w", err)
		}
		rest -= int64(n)
	}
	if err := w.age.Close(); err != nil {
		return SealedFile{}, fmt.Errorf("sealing a file: %w", err)
	}
	if err := w.out.flush(); err != nil {
		return SealedFile{}, err
	}
	if w.out.n != k {
		return SealedFile{}, errors.New("sealing a file: wrong number of chunks")
	}
	return SealedFile{Chunks: k, SHA256: [32]byte(w.out.sum.Sum(nil)), Size: w.size}, nil
}

// A chunker cuts what age writes.
type chunker struct {
	chunk []byte
	n     int
	sum   hash.Hash
	put   func(int, []byte) error
}

func (c *chunker) Write(p []byte) (int, error) {
	total := len(p)
	_, _ = c.sum.Write(p) // a hash takes everything
	for len(p) > 0 {
		if len(c.chunk) == fileChunk {
			if err := c.flush(); err != nil {
				return 0, err
			}
		}
		n := min(len(p), fileChunk-len(c.chunk))
		c.chunk = append(c.chunk, p[:n]...)
		p = p[n:]
	}
	return total, nil
}

func (c *chunker) flush() error {
	if err := c.put(c.n, c.chunk); err != nil {
		return err
	}
	c.n++
	c.chunk = c.chunk[:0]
	return nil
}
