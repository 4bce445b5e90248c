package intake

import (
	"bytes"
	"slices"
	"strings"
)

// MaxFile is how long a file may be, in bytes as it is sent (protocol.md §8).
const MaxFile = 10 << 20

// A treatment says what must be done with a file of a type before it is sealed.
type treatment int

const (
	treatClean treatment = iota // metadata is removed
	treatAsk                    // nothing can be removed; the sender must have said that they know
	treatText                   // as it is, if it is text to its end
)

// A fileType is one that is taken. The name stands in the sealed head; what is
// shown of a file is decided by its bytes again.
type fileType struct {
	name  string
	treat treatment
}

// sniffed is how many of its first bytes tell the type of a file.
const sniffed = 128

// magic lists what files of a type begin with; "?" stands for any byte.
var magic = [...]struct {
	begin string
	fileType
}{
	{"\xff\xd8\xff", fileType{"image/jpeg", treatClean}},
	{"\x89PNG\r\n\x1a\n", fileType{"image/png", treatClean}},
	{"RIFF????WEBP", fileType{"image/webp", treatClean}},
	{"%PDF-", fileType{"application/pdf", treatAsk}},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", fileType{"application/x-ole-storage", treatAsk}},
	{"RIFF????WAVE", fileType{"audio/wav", treatAsk}},
	{"OggS", fileType{"audio/ogg", treatAsk}},
	{"fLaC", fileType{"audio/flac", treatAsk}},
	{"ID3", fileType{"audio/mpeg", treatAsk}},
	{"\xff\xfb", fileType{"audio/mpeg", treatAsk}},
	{"\xff\xf3", fileType{"audio/mpeg", treatAsk}},
	{"\xff\xf2", fileType{"audio/mpeg", treatAsk}},
	{"\xff\xf1", fileType{"audio/aac", treatAsk}},
	{"\xff\xf9", fileType{"audio/aac", treatAsk}},
	{"#!AMR", fileType{"audio/amr", treatAsk}},
	{"\x1a\x45\xdf\xa3", fileType{"video/webm", treatAsk}},
}

// brands are the kinds of ISO media files that are taken.
var brands = map[string][]string{
	"image/heic": {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"},
	"audio/mp4":  {"M4A ", "M4B "},
	"video/mp4":  {"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "qt  ", "M4V ", "MSNV", "3gp4", "3gp5", "3gp6", "3g2a"},
}

// typeOf tells the type by the first bytes, or that it is not one that is taken.
// The name of the file and what the browser says of it do not count.
func typeOf(first []byte) (fileType, bool) {
	for _, m := range magic {
		if begins(first, m.begin) {
			return m.fileType, true
		}
	}
	switch {
	case begins(first, "????ftyp") && len(first) >= 12:
		brand := string(first[8:12])
		for _, name := range [...]string{"image/heic", "audio/mp4", "video/mp4"} {
			if slices.Contains(brands[name], brand) {
				return fileType{name, treatAsk}, true
			}
		}
		return fileType{}, false
	case begins(first, "PK\x03\x04"):
		return packed(first)
	case len(first) > 0 && isText(first) && !markup(first):
		return fileType{"text/plain", treatText}, true
	}
	return fileType{}, false
}

func begins(b []byte, pattern string) bool {
	if len(b) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] != '?' && b[i] != pattern[i] {
			return false
		}
	}
	return true
}

// packed tells documents of office programs from any other archive by the first
// name in it.
func packed(first []byte) (fileType, bool) {
	const header, nameAt = 30, 26
	if len(first) < header {
		return fileType{}, false
	}
	end := header + int(first[nameAt]) + int(first[nameAt+1])<<8
	name := string(first[header:min(end, len(first))])
	switch {
	case name == "mimetype" && bytes.HasPrefix(first[end:], []byte("application/vnd.oasis.opendocument.")):
		return fileType{"application/vnd.oasis.opendocument", treatAsk}, true
	case name == "[Content_Types].xml", name == "_rels/.rels", strings.HasPrefix(name, "docProps/"),
		strings.HasPrefix(name, "word/"), strings.HasPrefix(name, "xl/"), strings.HasPrefix(name, "ppt/"):
		return fileType{"application/vnd.openxmlformats-officedocument", treatAsk}, true
	}
	return fileType{}, false
}

// markup says whether a text is a page or a drawing that a browser would run.
func markup(first []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(first, []byte("\xef\xbb\xbf")), " \t\r\n\f"), []byte("<"))
}

// isText says whether bytes may stand in a plain text: no control characters
// but line breaks, tabs and form feeds. Whether they are UTF-8 is checked apart.
func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f {
			return false
		}
	}
	return true
}
