package seal

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"

	"filippo.io/age"
)

// A Recipient is the public half of a key that can open a box: a desk's epoch
// key, a resident's key, a member's key. It is always of the hybrid kind
// (ML-KEM-768 with X25519); there is no way to make another.
type Recipient struct {
	key  *age.HybridRecipient
	text string
}

// ParseRecipient reads a recipient as it is pinned, 1,959 letters "age1pq1…".
// Every other kind of age recipient is refused: Go's age would not mix it with
// ours, and JavaScript's would without a word.
func ParseRecipient(s string) (Recipient, error) {
	if !strings.HasPrefix(s, "age1pq1") {
		return Recipient{}, fmt.Errorf("reading a recipient: not of the kind age1pq1")
	}
	key, err := age.ParseHybridRecipient(s)
	if err != nil {
		// age repeats the whole input in its error; a mistyped secret must not.
		return Recipient{}, fmt.Errorf("reading a recipient: malformed")
	}
	return Recipient{key: key, text: s}, nil
}

// String returns the recipient as it is pinned.
func (r Recipient) String() string { return r.text }

// Fingerprint returns 24 digits in six groups of four, the short form of a
// recipient that two people can compare on the telephone (79.7 bit).
func (r Recipient) Fingerprint() string {
	return fingerprint(r.text)
}

var tenToThe24 = new(big.Int).Exp(big.NewInt(10), big.NewInt(24), nil)

func fingerprint(recipient string) string {
	sum := sha256.Sum256([]byte(labelFingerprint + recipient))
	n := new(big.Int).SetBytes(sum[:])
	n.Mod(n, tenToThe24)
	return groups(fmt.Sprintf("%024s", n.String()))
}

// groups puts a space after every fourth digit but the last.
func groups(digits string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(digits[i:min(i+4, len(digits))])
	}
	return b.String()
}
