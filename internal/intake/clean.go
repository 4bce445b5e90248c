package intake

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf8"
)

// A finding is something about its sender that a picture carried and that was
// taken out. The page says it in words, by this key.
type finding string

// The findings, in the order in which they are told.
const (
	foundPlace     finding = "place"
	foundDevice    finding = "device"
	foundTime      finding = "time"
	foundName      finding = "name"
	foundComment   finding = "comment"
	foundThumbnail finding = "thumbnail"
)

var allFindings = [...]finding{foundPlace, foundDevice, foundTime, foundName, foundComment, foundThumbnail}

// errBroken says that a file is not whole or not what it begins as. Such a file
// is refused: passed on, it could carry anything.
var errBroken = errors.New("reading a file: broken")

// window is how much of a dropped segment is looked at. It bounds the memory of
// an upload; what lies behind it is dropped unseen.
const window = 32 << 10

// A cleaner copies one file and leaves out what tells about its sender. It works
// on the stream, without decoding a picture: what is kept is kept byte by byte.
type cleaner struct {
	in     *bufio.Reader
	out    io.Writer
	seen   []byte // of the segment that is dropped, at most window
	found  map[finding]bool
	turned bool // the orientation was looked for
}

// cleanFile copies a file of the type from in to out as it may be sealed, and
// says what it took out. A picture loses its metadata, a text must be text to
// its end, anything else stays as it is.
func cleanFile(out io.Writer, in *bufio.Reader, t fileType) ([]string, error) {
	c := &cleaner{in: in, out: out, found: make(map[finding]bool)}
	defer c.forget()
	var err error
	switch {
	case t.name == "image/jpeg":
		err = c.jpeg()
	case t.name == "image/png":
		err = c.png()
	case t.name == "image/webp":
		err = c.webp()
	case t.treat == treatText:
		err = c.text()
	default:
		err = c.copyAll()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errBroken
	}
	if err != nil {
		return nil, err
	}
	keys := []string{}
	for _, f := range allFindings {
		if c.found[f] {
			keys = append(keys, string(f))
		}
	}
	return keys, nil
}

// copy copies n bytes, which must be there. What was dropped before them is not
// needed any more.
func (c *cleaner) copy(n int) error {
	c.forget()
	return c.each(n, c.write)
}

func (c *cleaner) forget() {
	clear(c.seen)
	c.seen = nil
}

// each hands over the next n bytes in pieces, as they lie in the buffer.
func (c *cleaner) each(n int, do func([]byte) error) error {
	for n > 0 {
		if _, err := c.in.Peek(1); err != nil {
			return err
		}
		b, err := c.in.Peek(min(n, c.in.Buffered()))
		if err != nil {
			return err
		}
		if err := do(b); err != nil {
			return err
		}
		if _, err := c.in.Discard(len(b)); err != nil {
			return err
		}
		n -= len(b)
	}
	return nil
}

func (c *cleaner) write(b []byte) error {
	_, err := c.out.Write(b)
	return err
}

// take reads n bytes, at most 64, into memory of their own.
func (c *cleaner) take(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(c.in, b)
	return b, err
}

// look reads a segment of n bytes that will not be kept, and gives its beginning.
func (c *cleaner) look(n int) ([]byte, error) {
	if n := min(n, window); len(c.seen) < n {
		c.forget()
		c.seen = make([]byte, n)
	}
	b := c.seen[:min(n, window)]
	if _, err := io.ReadFull(c.in, b); err != nil {
		return nil, err
	}
	return b, c.each(n-len(b), func([]byte) error { return nil })
}

// rest reads what stands behind the end of a picture, and drops it.
func (c *cleaner) rest() error {
	if b, err := c.in.Peek(2); err == nil && b[0] == 0xff && b[1] == soi {
		c.found[foundThumbnail] = true
	}
	_, err := io.Copy(io.Discard, onlyReader{c.in})
	return err
}

// An onlyReader hides that a buffer can write itself out, which makes it grow.
type onlyReader struct{ io.Reader }

func (c *cleaner) copyAll() error {
	for {
		if _, err := c.in.Peek(1); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := c.copy(c.in.Buffered()); err != nil {
			return err
		}
	}
}

// text copies what must be UTF-8 without control characters to its end.
func (c *cleaner) text() error {
	for {
		r, size, err := c.in.ReadRune()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var b [utf8.UTFMax]byte
		letter := b[:utf8.EncodeRune(b[:], r)]
		if r == utf8.RuneError && size == 1 || size == 1 && !isText(letter) {
			return errBroken
		}
		if err := c.write(letter); err != nil {
			return err
		}
	}
}
