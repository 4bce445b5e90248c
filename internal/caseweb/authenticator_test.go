package caseweb

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// An authenticator is a passkey in software: it signs as WebAuthn says, and lets a
// test say what a real one would not.
type authenticator struct {
	id       []byte
	key      *ecdsa.PrivateKey
	origin   string
	host     string
	count    uint32
	flags    byte   // user present, user verified; 0 for both
	ceremony string // instead of the right one
}

const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{id: random(24), key: key, origin: "https://buero.example", host: "buero.example", flags: present | verified}
}

func (a *authenticator) clientData(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	if a.ceremony != "" {
		kind = a.ceremony
	}
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (a *authenticator) data(flags byte) []byte {
	host := sha256.Sum256([]byte(a.host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), a.count)
}

// enrol answers a challenge with a new passkey.
func (a *authenticator) enrol(t *testing.T, step stepAnswer) map[string]any {
	t.Helper()
	public, err := a.key.PublicKey.Bytes() // 0x04, x, y
	if err != nil {
		t.Fatal(err)
	}
	cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}, public[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 0x20), public[33:]...)
	data := append(a.data(a.flags|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), binary.BigEndian.AppendUint16(nil, uint16(len(data)))...)
	return map[string]any{
		"op": newID(), "step": step.Step, "id": b64url(a.id), "clientData": b64url(a.clientData(t, "webauthn.create", step.Challenge)),
		"attestation": b64url(append(object, data...)),
	}
}

// sign answers a challenge.
func (a *authenticator) sign(t *testing.T, step stepAnswer) map[string]any {
	t.Helper()
	client, data := a.clientData(t, "webauthn.get", step.Challenge), a.data(a.flags)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"step": step.Step, "id": b64url(a.id), "clientData": b64url(client), "authority": b64url(data), "signature": b64url(signature),
	}
}
