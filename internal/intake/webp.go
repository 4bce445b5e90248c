package intake

import "encoding/binary"

// webp copies a WebP file. Its length stands in front, before anybody can know
// how much will go. So nothing moves: a dropped chunk stays as long as it was,
// under the name JUNK that every reader skips, and full of zeros (ADR 0012).
// What stands behind the end goes.
func (c *cleaner) webp() error {
	head, err := c.take(12)
	if err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32(head[4:])
	if size < 12 || size > MaxFile {
		return errBroken
	}
	if err := c.write(head); err != nil {
		return err
	}
	picture := false
	if err := c.riff(int(size)-4, true, &picture); err != nil {
		return err
	}
	if !picture {
		return errBroken
	}
	return c.rest()
}

// riff copies chunks that fill n bytes. Outside are those of the file, inside
// those of one picture of an animation.
func (c *cleaner) riff(n int, outside bool, picture *bool) error {
	for first := true; n > 0; first = false {
		head, err := c.take(8)
		if err != nil {
			return err
		}
		kind, size := string(head[:4]), binary.LittleEndian.Uint32(head[4:])
		if size > MaxFile || n < 8+int(size)+int(size&1) {
			return errBroken
		}
		length := int(size)
		n -= 8 + length + length&1
		isPicture := kind == "VP8 " || kind == "VP8L"
		if first && outside && !isPicture && kind != "VP8X" {
			return errBroken
		}
		*picture = *picture || isPicture
		switch {
		case isPicture, kind == "ALPH", outside && kind == "ANIM" && length == 6:
			err = c.keepRIFF(head, length)
		case outside && kind == "VP8X" && length == 10:
			err = c.features(head)
		case outside && kind == "ANMF" && length >= 16 && length&1 == 0:
			if err = c.write(head); err == nil {
				if err = c.copy(16); err == nil {
					err = c.riff(length-16, false, picture)
				}
			}
		default:
			err = c.dropRIFF(kind, length)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *cleaner) keepRIFF(head []byte, n int) error {
	if err := c.write(head); err != nil {
		return err
	}
	if err := c.copy(n); err != nil {
		return err
	}
	return c.padRIFF(n)
}

// padRIFF reads the byte that fills up an odd length, and writes it empty.
func (c *cleaner) padRIFF(n int) error {
	if n&1 == 0 {
		return nil
	}
	if _, err := c.take(1); err != nil {
		return err
	}
	return c.write([]byte{0})
}

// features copies the header of the extended format: alpha, animation and size
// stay, the signs for a profile, Exif and XMP go.
func (c *cleaner) features(head []byte) error {
	b, err := c.take(10)
	if err != nil {
		return err
	}
	const alpha, animation = 0x10, 0x02
	b[0] &= alpha | animation
	b[1], b[2], b[3] = 0, 0, 0
	return c.write(append(head, b...))
}

func (c *cleaner) dropRIFF(kind string, n int) error {
	b, err := c.look(n + n&1)
	if err != nil {
		return err
	}
	switch kind {
	case "EXIF":
		if len(b) > 6 && string(b[:6]) == "Exif\x00\x00" {
			b = b[6:]
		}
		c.exif(b)
	default:
		c.examine(b)
	}
	head := binary.LittleEndian.AppendUint32([]byte("JUNK"), uint32(n)) //nolint:gosec // G115: it came in 32 bits
	if err := c.write(head); err != nil {
		return err
	}
	var zeros [512]byte
	for n += n & 1; n > 0; n -= len(zeros) {
		if err := c.write(zeros[:min(n, len(zeros))]); err != nil {
			return err
		}
	}
	return nil
}
