package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
)

// Sizes of an age file whose stanzas are all of the hybrid kind: intro line, one
// stanza of fixed length per recipient, the line of the header's MAC, a nonce,
// and the payload in segments of 64 KiB with a tag of 16 bytes each.
const (
	headerIntro  = "age-encryption.org/v1\n"
	stanzaIntro  = "-> mlkem768x25519 "
	headerEnd    = "--- "
	stanzaShare  = 1_120 // bytes of the encapsulated key, 1,494 letters
	stanzaBody   = 32    // bytes of the wrapped file key, 43 letters
	headerMAC    = 32
	payloadNonce = 16
	segment      = 65_536
	segmentTag   = 16
)

// ErrBox says that a box is not one of ours: wrong size, wrong header, wrong
// number or kind of recipients.
var ErrBox = errors.New("checking a box: malformed")

// CheckBox looks at a box from outside, as far as a server without keys can: a
// well-formed age header, exactly the given number of hybrid recipients and no
// other, and a length that belongs to a bucket of the kind. It does not say that
// anybody can open it.
func CheckBox(kind string, box []byte, recipients int) error {
	n, ok := hybridStanzas(box)
	if !ok || n != recipients {
		return ErrBox
	}
	for _, size := range frameSizes(kind) {
		if len(box) == boxSize(size, n) {
			return nil
		}
	}
	return ErrBox
}

func frameSizes(kind string) []int {
	sizes := []int{frameSmall, frameReport, frameLarge}
	if kind == "report" {
		sizes = sizes[1:]
	}
	for size := frameStep; size <= frameMax; size += frameStep {
		sizes = append(sizes, size)
	}
	return sizes
}

// boxSize returns the length of an age file for n bytes of plaintext.
func boxSize(n, recipients int) int {
	letters := base64.RawStdEncoding.EncodedLen
	header := len(headerIntro) + len(headerEnd) + letters(headerMAC) + 1
	header += recipients * (len(stanzaIntro) + letters(stanzaShare) + 1 + letters(stanzaBody) + 1)
	segments := max(1, (n+segment-1)/segment)
	return header + payloadNonce + n + segments*segmentTag
}

// hybridStanzas counts the stanzas of a header in which no other kind stands.
func hybridStanzas(box []byte) (int, bool) {
	rest, ok := bytes.CutPrefix(box, []byte(headerIntro))
	n := 0
	for ok && !bytes.HasPrefix(rest, []byte(headerEnd)) {
		if rest, ok = cutLine(rest, stanzaIntro, stanzaShare); ok {
			rest, ok = cutLine(rest, "", stanzaBody)
		}
		n++
	}
	if !ok {
		return 0, false
	}
	rest, ok = cutLine(rest, headerEnd, headerMAC)
	return n, ok && len(rest) > payloadNonce
}

// cutLine takes one line away: the intro, then exactly size bytes in base64.
func cutLine(b []byte, intro string, size int) ([]byte, bool) {
	end := len(intro) + base64.RawStdEncoding.EncodedLen(size)
	if len(b) <= end || b[end] != '\n' || string(b[:len(intro)]) != intro {
		return nil, false
	}
	out := make([]byte, size)
	if n, err := base64.RawStdEncoding.Strict().Decode(out, b[len(intro):end]); err != nil || n != size {
		return nil, false
	}
	return b[end+1:], true
}
