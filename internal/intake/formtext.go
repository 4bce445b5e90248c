package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/beistand/beistand/internal/incident"
)

// A textReader reads the fields of text of one form, each into the same buffer.
type textReader struct {
	known  func(name string) bool
	form   Form
	faults incident.Faults // of fields that were cut
	buffer []byte
	fields int
	total  int // bytes kept
	skip   int // bytes that may still be skipped
}

// read adds a field, also one that broke off. What does not fit is skipped and
// makes a fault.
func (t *textReader) read(name string, from io.Reader) error {
	if t.fields++; t.fields > maxParts || !t.known(name) {
		return errForm
	}
	limit := min(maxField, maxForm-t.total)
	cut, err := t.fill(from, limit)
	if cut {
		t.keep(name, whole(t.buffer[:limit]))
		t.fault(name)
		if err == nil {
			err = t.skipRest(from)
		}
		return err
	}
	t.keep(name, t.buffer)
	return err
}

func (t *textReader) keep(name string, value []byte) {
	t.total += len(value)
	t.form[name] = append(t.form[name], string(value))
}

func (t *textReader) fault(name string) {
	if !t.faults.Has(name, "cut") {
		t.faults = append(t.faults, incident.FieldError{Field: name, Key: "cut"})
	}
}

// fill reads into the buffer until the end or beyond the limit. The buffer grows
// by hand, so that no copy of a text stays behind.
func (t *textReader) fill(from io.Reader, limit int) (cut bool, err error) {
	t.buffer = t.buffer[:0]
	for {
		if len(t.buffer) == cap(t.buffer) {
			grown := make([]byte, len(t.buffer), max(4<<10, 2*cap(t.buffer)))
			copy(grown, t.buffer)
			clear(t.buffer)
			t.buffer = grown
		}
		n, err := from.Read(t.buffer[len(t.buffer):cap(t.buffer)])
		t.buffer = t.buffer[:len(t.buffer)+n]
		if len(t.buffer) > limit {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// skipRest reads on to the end of a field. Where even that is too long the form
// ends there, with the faults that were found.
func (t *textReader) skipRest(from io.Reader) error {
	n, err := io.Copy(io.Discard, io.LimitReader(from, int64(t.skip)+1))
	if t.skip -= int(n); err == nil && t.skip < 0 {
		return t.faults
	}
	return err
}

func (t *textReader) clear() { clear(t.buffer[:cap(t.buffer)]) }

// whole takes a letter off the end that was cut through.
func whole(text []byte) []byte {
	for i := 1; i <= min(len(text), utf8.UTFMax); i++ {
		if c := text[len(text)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(text[len(text)-i:]) {
				return text[:len(text)-i]
			}
			break
		}
	}
	return text
}

// readEncoded reads what the language switch sends. Percent-encoding triples
// Arabic letters, so it may be three times as long on the wire.
func readEncoded(body io.Reader, text *textReader) error {
	in := bufio.NewReader(http.MaxBytesReader(nil, io.NopCloser(body), 3*(maxForm+maxSkipped)))
	for {
		pair := &pairReader{from: in}
		name, err := pair.name()
		if err != nil {
			return formFault(err)
		}
		switch {
		case name == "" && pair.done:
		case name == FilesField:
			// The names of chosen files, which nobody wants to know.
			if _, err := io.Copy(io.Discard, pair); err != nil {
				return formFault(err)
			}
		default:
			if err := text.read(name, pair); err != nil {
				return formFault(err)
			}
		}
		if pair.last {
			return nil
		}
	}
}

// A pairReader reads one "name=value" of a urlencoded form and decodes it.
type pairReader struct {
	from *bufio.Reader
	done bool // the pair has ended
	last bool // and nothing follows it
}

// maxFieldName is longer than any name of ours, decoded or not.
const maxFieldName = 256

// name reads up to the equals sign.
func (p *pairReader) name() (string, error) {
	var raw bytes.Buffer
	for raw.Len() <= maxFieldName {
		c, err := p.next()
		if err != nil {
			return "", err
		}
		if p.done || c == '=' {
			name, err := url.QueryUnescape(raw.String())
			if err != nil {
				return "", errForm
			}
			return name, nil
		}
		raw.WriteByte(c)
	}
	return "", errForm
}

// next gives the next byte of the pair; p.done says that there is none.
func (p *pairReader) next() (byte, error) {
	c, err := p.from.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		p.done, p.last = true, true
		return 0, nil
	case err != nil:
		return 0, err
	case c == ';':
		return 0, errForm
	case c == '&':
		p.done = true
		return 0, nil
	}
	return c, nil
}

func (p *pairReader) Read(b []byte) (int, error) {
	for i := range b {
		c, err := p.decoded()
		if err != nil {
			return i, err
		}
		if p.done {
			return i, io.EOF
		}
		b[i] = c
	}
	return len(b), nil
}

func (p *pairReader) decoded() (byte, error) {
	if p.done {
		return 0, nil
	}
	c, err := p.next()
	if err != nil || p.done {
		return 0, err
	}
	switch c {
	case '+':
		return ' ', nil
	case '%':
		high, err := p.digit()
		if err != nil {
			return 0, err
		}
		low, err := p.digit()
		return high<<4 | low, err
	}
	return c, nil
}

// digit reads one of the two digits of an escape.
func (p *pairReader) digit() (byte, error) {
	c, err := p.next()
	switch {
	case err != nil:
		return 0, err
	case p.done:
		return 0, errForm
	case '0' <= c && c <= '9':
		return c - '0', nil
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, nil
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, nil
	}
	return 0, errForm
}
