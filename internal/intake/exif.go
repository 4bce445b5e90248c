package intake

import (
	"bytes"
	"encoding/binary"
)

// exif looks through the TIFF structure of an Exif segment for what it tells
// about the sender, and gives the orientation, 1 to 8, or 0. It changes nothing
// and is content with what it can read: the segment is dropped in any case.
func (c *cleaner) exif(b []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 0
	}
	t := tiff{b, order}
	turn, first := 0, t.long(4)
	next := t.each(first, func(e entry) {
		switch e.tag {
		case 0x0112:
			turn = int(t.short(e.at + 8))
		case 0x8769:
			t.each(t.long(e.at+8), c.tag(t))
		case 0x8825:
			t.each(t.long(e.at+8), func(g entry) {
				// The version of the format alone tells no place.
				if g.tag != 0 {
					c.found[foundPlace] = true
				}
			})
		default:
			c.tag(t)(e)
		}
	})
	if next != 0 {
		t.each(next, func(e entry) {
			if e.tag == 0x0201 || e.tag == 0x0111 {
				c.found[foundThumbnail] = true
			}
		})
	}
	if turn < 1 || turn > 8 {
		return 0
	}
	return turn
}

// tags are those of Exif that tell about a person (Exif 2.32, and the names that
// Windows writes).
var tags = map[uint16]finding{
	0x010f: foundDevice, 0x0110: foundDevice, 0x0131: foundDevice, 0x013c: foundDevice, 0x927c: foundDevice,
	0xa431: foundDevice, 0xa433: foundDevice, 0xa434: foundDevice, 0xa435: foundDevice,
	0x0132: foundTime, 0x9003: foundTime, 0x9004: foundTime,
	0x013b: foundName, 0x8298: foundName, 0x9c9d: foundName, 0xa430: foundName,
	0x010e: foundComment, 0x9286: foundComment, 0x9c9b: foundComment, 0x9c9c: foundComment, 0x9c9e: foundComment, 0x9c9f: foundComment,
}

// tag notes what an entry tells. Cameras reserve room for comments that nobody
// wrote, so blanks tell nothing.
func (c *cleaner) tag(t tiff) func(entry) {
	return func(e entry) {
		f, ok := tags[e.tag]
		if !ok {
			return
		}
		value := t.value(e)
		if e.tag == 0x9286 && len(value) >= 8 {
			value = value[8:] // behind the name of the character set
		}
		c.found[f] = c.found[f] || filled(value)
	}
}

// filled says whether there is more than blanks.
func filled(b []byte) bool { return len(bytes.Trim(b, "\x00 \t\r\n")) > 0 }

// A tiff is read with care: every place may lie outside.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

type entry struct {
	tag   uint16
	kind  uint16
	count int
	at    int
}

func (t tiff) short(at int) uint16 {
	if at < 0 || at+2 > len(t.b) {
		return 0
	}
	return t.order.Uint16(t.b[at:])
}

func (t tiff) long(at int) int {
	if at < 0 || at+4 > len(t.b) {
		return 0
	}
	return int(t.order.Uint32(t.b[at:]))
}

// each visits the entries of a directory and gives the place of the next one.
func (t tiff) each(at int, visit func(entry)) int {
	if at < 8 || at+2 > len(t.b) {
		return 0
	}
	n := int(t.short(at))
	at += 2
	for range n {
		if at+12 > len(t.b) {
			return 0
		}
		visit(entry{t.short(at), t.short(at + 2), t.long(at + 4), at})
		at += 12
	}
	return t.long(at)
}

// widths of the values of a kind, in bytes.
var widths = [...]int{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

// value gives the bytes of an entry, as far as they are there.
func (t tiff) value(e entry) []byte {
	if int(e.kind) >= len(widths) || e.count > len(t.b) {
		return nil
	}
	n, at := e.count*widths[e.kind], e.at+8
	if n > 4 {
		at = t.long(at)
	}
	if at > len(t.b) {
		return nil
	}
	return t.b[at:min(at+n, len(t.b))]
}

// signs are what XMP, IPTC and Photoshop's resources show themselves by.
var signs = [...]struct {
	sign string
	finding
}{
	{"GPSLatitude", foundPlace},
	{"GPSLongitude", foundPlace},
	{"photoshop:City", foundPlace},
	{"Iptc4xmpCore:Location", foundPlace},
	{"\x1c\x02\x5a", foundPlace},
	{"\x1c\x02\x5c", foundPlace},
	{"tiff:Make", foundDevice},
	{"tiff:Model", foundDevice},
	{"CreatorTool", foundDevice},
	{"SerialNumber", foundDevice},
	{"CreateDate", foundTime},
	{"ModifyDate", foundTime},
	{"DateTimeOriginal", foundTime},
	{"DateCreated", foundTime},
	{"\x1c\x02\x37", foundTime},
	{"dc:creator", foundName},
	{"dc:rights", foundName},
	{"OwnerName", foundName},
	{"\x1c\x02\x50", foundName},
	{"dc:description", foundComment},
	{"dc:title", foundComment},
	{"UserComment", foundComment},
	{"\x1c\x02\x78", foundComment},
	{"xmpGImg:image", foundThumbnail},
	{"8BIM\x04\x0c", foundThumbnail},
	{"8BIM\x04\x09", foundThumbnail},
}

// examine looks through a dropped segment whose form is not read.
func (c *cleaner) examine(b []byte) {
	if bytes.HasPrefix(b, []byte("MPF\x00")) {
		c.found[foundThumbnail] = true
	}
	for _, s := range signs {
		if !c.found[s.finding] && bytes.Contains(b, []byte(s.sign)) {
			c.found[s.finding] = true
		}
	}
}
