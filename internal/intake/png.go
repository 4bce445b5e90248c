package intake

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// pngKept are the chunks that stay, with the length that they may have.
var pngKept = map[string]struct{ least, most int }{
	"IHDR": {13, 13}, "PLTE": {3, 768}, "tRNS": {1, 256}, "gAMA": {4, 4}, "sRGB": {1, 1}, "IDAT": {0, MaxFile}, "IEND": {0, 0},
}

// png copies the chunks of a PNG file that make the picture. All others go, and
// what stands behind the end. A kept chunk whose checksum is wrong is broken.
func (c *cleaner) png() error {
	if err := c.copy(8); err != nil {
		return err
	}
	seen := map[string]bool{}
	for {
		head, err := c.take(8)
		if err != nil {
			return err
		}
		length, kind := binary.BigEndian.Uint32(head), string(head[4:])
		kept, keep := pngKept[kind]
		if length > MaxFile || len(seen) == 0 && kind != "IHDR" || kind != "IDAT" && keep && seen[kind] {
			return errBroken
		}
		n := int(length)
		if !keep {
			if err := c.dropChunk(kind, n); err != nil {
				return err
			}
			continue
		}
		if n < kept.least || n > kept.most {
			return errBroken
		}
		seen[kind] = true
		if err := c.keepChunk(head, n); err != nil {
			return err
		}
		if kind == "IEND" {
			if !seen["IDAT"] {
				return errBroken
			}
			return c.rest()
		}
	}
}

func (c *cleaner) keepChunk(head []byte, n int) error {
	if err := c.write(head); err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	_, _ = sum.Write(head[4:]) // a hash takes everything
	err := c.each(n, func(b []byte) error {
		_, _ = sum.Write(b) // a hash takes everything
		return c.write(b)
	})
	if err != nil {
		return err
	}
	tail, err := c.take(4)
	if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(tail) != sum.Sum32() {
		return errBroken
	}
	return c.write(tail)
}

// pngWords are the keywords of PNG's texts that tell more than a comment does.
var pngWords = map[string]finding{
	"Author": foundName, "Copyright": foundName, "Software": foundDevice, "Source": foundDevice, "Creation Time": foundTime,
	"date:create": foundTime, "date:modify": foundTime, "date:timestamp": foundTime,
}

func (c *cleaner) dropChunk(kind string, n int) error {
	b, err := c.look(n)
	if err != nil {
		return err
	}
	switch kind {
	case "eXIf":
		c.exif(b)
	case "tIME":
		c.found[foundTime] = true
	case "tEXt", "zTXt", "iTXt":
		word, _, _ := bytes.Cut(b, []byte{0})
		f, ok := pngWords[string(word)]
		switch {
		case ok:
			c.found[f] = true
		case string(word) == "XML:com.adobe.xmp", strings.HasPrefix(string(word), "Raw profile"):
			c.examine(b)
		default:
			c.found[foundComment] = true
		}
	default:
		c.examine(b)
	}
	_, err = c.take(4)
	return err
}
