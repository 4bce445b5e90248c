package seal

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestOfficeMAC(t *testing.T) {
	notes := 0
	for _, v := range readVectors(t).Open {
		if v.Kind != "note" {
			continue
		}
		notes++
		if key := OfficeMAC(v.Identity); hex.EncodeToString(key[:]) != v.Key {
			t.Errorf("%s: got %x, want %s", v.Note, key, v.Key)
		}
	}
	if notes < 2 {
		t.Errorf("notes in the vectors: got %d, want two or more", notes)
	}
}

func TestKeyText(t *testing.T) {
	key := [32]byte{0xff, 0xfe, 31: 1}
	if got, want := EncodeKey(key), "__4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoReceiptNoKeys(t *testing.T) {
	if k, err := (Receipt{}).Keys("test.example"); err == nil || k.identity != nil {
		t.Error("keys without a receipt")
	}
	if e, err := (Keys{}).Open(nil, Expect{}); err == nil || !sameEnvelope(e, Envelope{}) {
		t.Error("opened without keys")
	}
	_, err := ParseReceipt("O815 secret")
	if err == nil || strings.Contains(err.Error(), "815") || err.Error() != "reading a receipt: wrong character" {
		t.Errorf("error of a typed receipt: got %v", err)
	}
}
