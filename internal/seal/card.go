package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A card is the little record by which the inbox lists and finds a case. It is
// always 1,052 bytes: nonce of 12, then AES-256-GCM over a frame of 1,024.
const (
	cardFrame = 1_024
	cardNonce = 12
	cardSize  = cardNonce + cardFrame + 16
)

// ErrCard says that a card's JSON is longer than the 1,020 bytes that fit. The
// writer shortens it: search words first, then the title.
var ErrCard = errors.New("sealing a card: too long")

// SealCard seals the card of a case under a key that follows from the office
// identity. The program can seal cards for its fictional city only, because it
// holds no other office identity; it can open none.
func SealCard(officeIdentity, caseID, op string, text []byte, random io.Reader) ([]byte, error) {
	if !id16.MatchString(caseID) || !id16.MatchString(op) {
		return nil, errors.New("sealing a card: malformed case id or op")
	}
	if len(text) > cardFrame-4 {
		return nil, ErrCard
	}
	var nonce [cardNonce]byte
	if err := readRandom(random, nonce[:]); err != nil {
		return nil, fmt.Errorf("sealing a card: %w", err)
	}
	key := derive([]byte(officeIdentity), labelCard)
	return sealCard(key, nonce, caseID, op, text)
}

func sealCard(key [32]byte, nonce [cardNonce]byte, caseID, op string, text []byte) ([]byte, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("sealing a card: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("sealing a card: %w", err)
	}
	var framed [cardFrame]byte
	binary.BigEndian.PutUint32(framed[:], uint32(len(text))) //nolint:gosec // at most 1,020, see SealCard
	copy(framed[4:], text)
	box := append(make([]byte, 0, cardSize), nonce[:]...)
	return gcm.Seal(box, nonce[:], framed[:], []byte(labelCard+":"+caseID+":"+op)), nil
}
