// Package seal closes what residents and caseworkers write, so that only the
// people it is meant for can read it: it makes receipts and what follows from
// them, packs envelopes, pads them and seals them as age files.
//
// It cannot open what an office may open. The one call that opens anything is
// [Keys.Open], and it needs the receipt of a resident. It keeps no state, knows
// no store and no request, and never puts a word, a receipt or a key into an
// error.
//
// The bytes are those of the protocol page, version 1. The TypeScript in
// frontend/src/shared makes the same bytes; testdata/vectors.json ties the two.
package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"

	"filippo.io/age"
)

// Labels keep the uses of one secret apart. They are part of the protocol: a
// change here is a new version.
const (
	labelReceipt     = "report-receipt/v1:"
	labelLocator     = "locator"
	labelIdentity    = "age-mlkem768x25519"
	labelMAC         = "mac"
	labelAuth        = "auth"
	labelUnlock      = "unlock"
	labelCard        = "card-index/v1"
	labelOfficeMAC   = "office-mac/v1"
	labelVouch       = "member-vouch/v1"
	labelLogin       = "member-login/v1:"
	labelFingerprint = "key-fingerprint/v1:"
	labelOp          = "op/v1"
)

// SealText seals text to one recipient as a whole age file, without frame and
// padding: wraps of keys (1,736 bytes for an identity) and sealed names.
func SealText(to Recipient, text []byte) ([]byte, error) {
	return encrypt(text, []Recipient{to})
}

// EncodeKey writes a key, a locator or a tag as JSON carries it: base64url
// without padding, 43 letters.
func EncodeKey(key [32]byte) string {
	return base64.RawURLEncoding.EncodeToString(key[:])
}

// encrypt makes one binary age file for recipients, which are all hybrid by
// their type.
func encrypt(plain []byte, to []Recipient) ([]byte, error) {
	if len(to) == 0 {
		return nil, fmt.Errorf("sealing: no recipient")
	}
	recipients := make([]age.Recipient, len(to))
	for i, r := range to {
		if r.key == nil {
			return nil, fmt.Errorf("sealing: empty recipient")
		}
		recipients[i] = r.key
	}
	var box bytes.Buffer
	box.Grow(boxSize(len(plain), len(to)))
	w, err := age.Encrypt(&box, recipients...)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return box.Bytes(), nil
}

// derive is HKDF-SHA256 with an empty salt, Extract then Expand, to 32 bytes.
func derive(secret []byte, label string) [32]byte {
	out, err := hkdf.Key(sha256.New, secret, nil, label, 32)
	if err != nil {
		panic("seal: HKDF of 32 bytes cannot fail: " + err.Error())
	}
	return [32]byte(out)
}

// mac is HMAC-SHA256 over the parts as one message.
func mac(key [32]byte, parts ...[]byte) [32]byte {
	h := hmac.New(sha256.New, key[:])
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// readRandom fills 16 or fewer bytes from the source that the caller passed in.
func readRandom(random io.Reader, into []byte) error {
	if _, err := io.ReadFull(random, into); err != nil {
		return fmt.Errorf("reading random bytes: %w", err)
	}
	return nil
}
