package intake

import "bytes"

// Markers of a JPEG file (ITU T.81, table B.1), as far as they are treated apart.
const (
	sof0, sof15 = 0xc0, 0xcf
	dht         = 0xc4
	jpg         = 0xc8
	dac         = 0xcc
	rst0, rst7  = 0xd0, 0xd7
	soi         = 0xd8
	eoi         = 0xd9
	sos         = 0xda
	dqt         = 0xdb
	dri         = 0xdd
	app0        = 0xe0
	app1        = 0xe1
	app14       = 0xee
	app15       = 0xef
	com         = 0xfe
)

// jpeg copies a JPEG file: the tables, frames and scans, a plain JFIF header and
// Adobe's colour mark. Everything else goes, and what stands behind the end. The
// orientation is written back as the one tag of a minimal Exif segment, where
// the first one stood.
func (c *cleaner) jpeg() error {
	if err := c.copy(2); err != nil {
		return err
	}
	m, err := c.marker()
	var frame, scan, jfif bool
	for ; err == nil; m, err = c.marker() {
		switch {
		case m == eoi && frame && scan:
			if err := c.write([]byte{0xff, eoi}); err != nil {
				return err
			}
			return c.rest()
		case m == sos && frame:
			scan = true
			err = c.scan()
		case m >= sof0 && m <= sof15 && m != dht && m != jpg && m != dac && !frame:
			frame = true
			err = c.segment(m, 9, 12, 15, 18)
		case m == dri:
			err = c.segment(m, 2)
		case m == dqt, m == dht:
			err = c.segment(m)
		case m >= app0 && m <= app15, m == com:
			err = c.application(m, &jfif)
		default:
			return errBroken
		}
		if err != nil {
			return err
		}
	}
	return err
}

// marker reads the next marker; any number of fill bytes may stand before it.
func (c *cleaner) marker() (byte, error) {
	b, err := c.in.ReadByte()
	if err != nil {
		return 0, err
	}
	if b != 0xff {
		return 0, errBroken
	}
	for b == 0xff {
		if b, err = c.in.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// length reads the length of a segment without itself.
func (c *cleaner) length() (int, error) {
	b, err := c.take(2)
	if err != nil {
		return 0, err
	}
	n := int(b[0])<<8 | int(b[1])
	if n < 2 {
		return 0, errBroken
	}
	return n - 2, nil
}

// segment copies a segment; if sizes are given, its length must be one of them.
func (c *cleaner) segment(m byte, sizes ...int) error {
	n, err := c.length()
	if err != nil {
		return err
	}
	fits := len(sizes) == 0
	for _, size := range sizes {
		fits = fits || n == size
	}
	if !fits {
		return errBroken
	}
	if err := c.write([]byte{0xff, m, byte((n + 2) >> 8), byte(n + 2)}); err != nil { //nolint:gosec // G115: two bytes of a length that came in two bytes
		return err
	}
	return c.copy(n)
}

// scan copies the header of a scan and the picture's data up to the next marker,
// which it leaves for the next call of marker.
func (c *cleaner) scan() error {
	if err := c.segment(sos, 6, 8, 10, 12); err != nil {
		return err
	}
	for {
		if _, err := c.in.Peek(1); err != nil {
			return err
		}
		b, err := c.in.Peek(c.in.Buffered())
		if err != nil {
			return err
		}
		if at := bytes.IndexByte(b, 0xff); at != 0 {
			if at < 0 {
				at = len(b)
			}
			if err := c.copy(at); err != nil {
				return err
			}
			continue
		}
		next, err := c.in.Peek(2)
		if err != nil {
			return err
		}
		if next[1] != 0 && (next[1] < rst0 || next[1] > rst7) {
			return nil
		}
		if err := c.copy(2); err != nil {
			return err
		}
	}
}

// application drops an application's segment or a comment; of those that
// decoders need it writes the part that they need.
func (c *cleaner) application(m byte, jfif *bool) error {
	n, err := c.length()
	if err != nil {
		return err
	}
	b, err := c.look(n)
	if err != nil {
		return err
	}
	switch {
	case m == app0 && len(b) >= 14 && bytes.HasPrefix(b, []byte("JFIF\x00")):
		if b[12] != 0 && b[13] != 0 {
			c.found[foundThumbnail] = true
		}
		if *jfif {
			return nil
		}
		*jfif = true
		// Without the thumbnail that may follow.
		return c.write(append(append([]byte{0xff, app0, 0, 16}, b[:12]...), 0, 0))
	case m == app0 && bytes.HasPrefix(b, []byte("JFXX\x00")):
		c.found[foundThumbnail] = true
	case m == app14 && len(b) >= 12 && bytes.HasPrefix(b, []byte("Adobe")):
		return c.write(append([]byte{0xff, app14, 0, 14}, b[:12]...))
	case m == app1 && bytes.HasPrefix(b, []byte("Exif\x00\x00")):
		turn := c.exif(b[6:])
		if c.turned || turn < 2 {
			return nil
		}
		c.turned = true
		return c.write(orientation(turn))
	case m == com:
		c.found[foundComment] = c.found[foundComment] || filled(b)
	default:
		c.examine(b)
	}
	return nil
}

// orientation is the smallest Exif segment that says how a picture is turned.
func orientation(turn int) []byte {
	return []byte{
		0xff, app1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0, //nolint:gosec // G115: 2 to 8
	}
}
