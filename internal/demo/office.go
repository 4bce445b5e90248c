package demo

import (
	"crypto/sha256"
	"fmt"

	"filippo.io/age"

	"github.com/beistand/beistand/internal/seal"
)

// Musterstadt's own key, made from words that stand here for everybody to read:
// it protects nothing. It is the one office identity in Go, so that cases in all
// states can be seeded; serve refuses it.
const officeWords = "beistand demo: the office key of Musterstadt, epoch 1"

// A key is an identity and its recipient.
type key struct {
	identity  string
	recipient seal.Recipient
}

// keyOf makes a key from words.
func keyOf(words string) (key, error) { return keyFrom(sha256.Sum256([]byte(words))) }

// keyFrom makes a key from a seed.
func keyFrom(seed [32]byte) (key, error) {
	identity := seal.IdentityString(seed)
	parsed, err := age.ParseHybridIdentity(identity)
	if err != nil {
		return key{}, fmt.Errorf("making a key of the fictional city: %w", err)
	}
	recipient, err := seal.ParseRecipient(parsed.Recipient().String())
	if err != nil {
		return key{}, fmt.Errorf("making a key of the fictional city: %w", err)
	}
	return key{identity, recipient}, nil
}

// Recipient gives the public half of Musterstadt's office key, which no real
// office may pin.
func Recipient() string {
	k, err := keyOf(officeWords)
	if err != nil {
		return ""
	}
	return k.recipient.String()
}
