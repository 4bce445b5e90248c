package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// CodeLife is how long a set-up code is good.
const CodeLife = 48 * time.Hour

const (
	codeSize    = 16 // 128 bits
	codeLetters = 22
	recordSize  = sha256.Size + 8
)

// NewCode draws a one-time set-up code. It returns the code as it stands behind
// the # of the link, 22 letters, and the record to be stored: the code's hash
// and its end.
func NewCode(random io.Reader, now time.Time) (code string, record []byte, err error) {
	raw := make([]byte, codeSize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", nil, fmt.Errorf("drawing set-up code: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), codeRecord(raw, now.Add(CodeLife)), nil
}

func codeRecord(raw []byte, until time.Time) []byte {
	sum := sha256.Sum256(raw)
	return binary.BigEndian.AppendUint64(sum[:], uint64(max(until.Unix(), 0)))
}

// CodeOwner gives the member id that a set-up code makes, the first half of its
// hash in hexadecimal; "" for what is no code.
func CodeOwner(code string) string {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || len(code) != codeLetters || len(raw) != codeSize {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:sha256.Size/2])
}

// CheckCode says whether the code is the record's and still good.
func CheckCode(code string, record []byte, now time.Time) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	// Go's base64 skips line breaks, so the length of the text counts too.
	if err != nil || len(code) != codeLetters || len(raw) != codeSize || len(record) != recordSize {
		return false
	}
	sum := sha256.Sum256(raw)
	until := binary.BigEndian.Uint64(record[sha256.Size:])
	return subtle.ConstantTimeCompare(sum[:], record[:sha256.Size]) == 1 && uint64(max(now.Unix(), 0)) < until
}
