package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"unicode"

	"filippo.io/age"
)

const (
	receiptDigits = 30 // drawn, 99.7 bit
	receiptLength = 32 // with two check digits, ISO 7064 MOD 97-10
)

// A Receipt is what a resident writes down: 30 random digits and two check
// digits. Whoever holds it can read the mailbox. The zero value is no receipt.
type Receipt struct{ digits string }

// NewReceipt draws a receipt from random. Bytes of 250 and above are thrown
// away, so that every digit is equally likely.
func NewReceipt(random io.Reader) (Receipt, error) {
	digits := make([]byte, 0, receiptLength)
	var one [1]byte
	for len(digits) < receiptDigits {
		if err := readRandom(random, one[:]); err != nil {
			return Receipt{}, fmt.Errorf("making a receipt: %w", err)
		}
		if one[0] < 250 {
			digits = append(digits, '0'+one[0]%10)
		}
	}
	check := 98 - mod97(digits)*100%97
	return Receipt{string(append(digits, '0'+byte(check/10), '0'+byte(check%10)))}, nil
}

// A TypedError says what is wrong with a receipt as typed, so that a slip of
// the pen is told from a receipt that nobody knows. It never holds the input.
type TypedError struct {
	// Reason is "character" (something that is no digit), "length" (not 32
	// digits) or "check" (32 digits, but one of them is wrong).
	Reason string
	// At is the place of the character, counted in code points from 0. For
	// "length" it is the number of digits that were found; for "check" it is 0.
	At int
}

// Error implements error.
func (e *TypedError) Error() string { return "reading a receipt: wrong " + e.Reason }

// ParseReceipt reads a receipt as people type, paste and dictate it: in groups,
// with hyphens, in Arabic, Persian, Devanagari, Bengali or full-width digits.
// Letters are never guessed. The error is always a *TypedError.
func ParseReceipt(typed string) (Receipt, error) {
	var digits []byte
	at := 0
	for _, c := range typed {
		d, ok := digitOf(c)
		switch {
		case ok:
			digits = append(digits, d)
		case !dropped(c):
			return Receipt{}, &TypedError{Reason: "character", At: at}
		}
		at++
	}
	if len(digits) != receiptLength {
		return Receipt{}, &TypedError{Reason: "length", At: len(digits)}
	}
	// 00, 01 and 99 are congruent to 97, 98 and 02: only one of each pair is made.
	check := int(digits[30]-'0')*10 + int(digits[31]-'0')
	if check < 2 || check > 98 || mod97(digits) != 1 {
		return Receipt{}, &TypedError{Reason: "check"}
	}
	return Receipt{string(digits)}, nil
}

// String returns the 32 digits. They are a secret: they may stand in a page for
// the person they belong to, and nowhere else.
func (r Receipt) String() string { return r.digits }

// Shown returns the digits in eight groups of four.
func (r Receipt) Shown() string { return groups(r.digits) }

// LogValue keeps a receipt out of every log.
func (r Receipt) LogValue() slog.Value { return slog.StringValue("receipt") }

// Keys are what follows from a receipt at one site.
type Keys struct {
	// Locator finds the mailbox. It travels in bodies of POST requests only; the
	// server keeps its hash, the case id.
	Locator [32]byte
	// MAC is the key that resident and office share; it marks a box as written
	// by one of the two.
	MAC [32]byte

	identity *age.HybridIdentity
}

// Keys derives locator, own key and MAC key. Site is the id of the installation
// (setting site.id), so that the same receipt leads nowhere at another office.
func (r Receipt) Keys(site string) (Keys, error) {
	if len(r.digits) != receiptLength {
		return Keys{}, fmt.Errorf("deriving keys: no receipt")
	}
	prk, err := receiptPRK(site, r.digits)
	if err != nil {
		return Keys{}, fmt.Errorf("deriving keys: %w", err)
	}
	identity, err := age.ParseHybridIdentity(IdentityString(expand(prk, labelIdentity)))
	if err != nil {
		return Keys{}, fmt.Errorf("deriving keys: identity refused")
	}
	return Keys{Locator: expand(prk, labelLocator), MAC: expand(prk, labelMAC), identity: identity}, nil
}

func receiptPRK(site, digits string) ([]byte, error) {
	return hkdf.Extract(sha256.New, []byte(digits), []byte(labelReceipt+site))
}

func expand(prk []byte, label string) [32]byte {
	out, err := hkdf.Expand(sha256.New, prk, label, 32)
	if err != nil {
		panic("seal: HKDF of 32 bytes cannot fail: " + err.Error())
	}
	return [32]byte(out)
}

// Recipient returns the resident's own public key, 1,959 letters, which travels
// inside the sealed report and is never stored outside it.
func (k Keys) Recipient() string { return k.identity.Recipient().String() }

// CaseID returns the id of the case that belongs to the receipt.
func (k Keys) CaseID() string { return CaseIDOf(k.Locator) }

// Op names an act without JavaScript, so that the same POST sent twice finds
// itself and an edited one does not. Body is the JSON of the body without its
// files, files are the SHA-256 sums of the files as they were received.
func (k Keys) Op(body []byte, files [][32]byte) [16]byte {
	parts := [][]byte{[]byte(labelOp), {0}, body}
	for _, f := range files {
		parts = append(parts, f[:])
	}
	sum := mac(k.MAC, parts...)
	return [16]byte(sum[:16])
}

// String keeps keys out of messages and test output.
func (k Keys) String() string { return "keys of a receipt" }

// GoString does the same for the verb %#v.
func (k Keys) GoString() string { return k.String() }

// LogValue does the same for logs.
func (k Keys) LogValue() slog.Value { return slog.StringValue(k.String()) }

// CaseIDOf returns the case id of a locator: the first 16 bytes of its SHA-256
// in lower-case hexadecimal, 32 letters.
func CaseIDOf(locator [32]byte) string {
	sum := sha256.Sum256(locator[:])
	return hex.EncodeToString(sum[:16])
}

// mod97 reads digits as one number and returns its rest after division by 97.
func mod97(digits []byte) int {
	rest := 0
	for _, d := range digits {
		rest = (rest*10 + int(d-'0')) % 97
	}
	return rest
}

// zeros of the scripts whose ten digits are read: ASCII, Arabic-Indic, Persian,
// Devanagari, Bengali, full-width.
var zeros = [...]rune{'0', 0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10}

func digitOf(c rune) (byte, bool) {
	for _, zero := range zeros {
		if c >= zero && c <= zero+9 {
			return "0123456789"[c-zero], true
		}
	}
	return 0, false
}

// dropped says which characters stand between digits without a meaning: white
// space, hyphens and dashes, full stops, and marks of direction and joining.
func dropped(c rune) bool {
	switch {
	case unicode.IsSpace(c), c == '-', c == '.', c == 0x2212, c == 0xFEFF:
		return true
	case c >= 0x2010 && c <= 0x2015, c >= 0x200B && c <= 0x200F:
		return true
	case c >= 0x202A && c <= 0x202E, c >= 0x2060 && c <= 0x2069:
		return true
	}
	return false
}
