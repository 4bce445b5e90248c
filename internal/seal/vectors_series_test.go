package seal

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
)

// A seriesVector is a member's key under two locks (docs/adr/0019): inside the
// passphrase's, around it the passkey's. Only browsers lock and open like this;
// here it is held against the protocol and against plain age.
type seriesVector struct {
	Note    string `json:"note"`
	Site    string `json:"site"`
	Input   string `json:"input"`   // what the passkey is asked about, hex
	PRF     string `json:"prf"`     // its answer, hex
	Passkey string `json:"passkey"` // the identity that follows from it
	Unlock  string `json:"unlock"`  // of the login, hex
	Locked  string `json:"locked"`  // base64
	Member  string `json:"member,omitempty"`
	Error   bool   `json:"error,omitempty"`
}

const labelPasskey = "passkey-lock/v1"

// openSeries opens both locks, the outer one first.
func openSeries(t *testing.T, prf, unlock, locked []byte) (string, error) {
	t.Helper()
	for _, key := range [][32]byte{derive(prf, labelPasskey), [32]byte(unlock)} {
		identity, err := age.ParseHybridIdentity(IdentityString(key))
		if err != nil {
			t.Fatal(err)
		}
		if locked, err = readWhole(locked, identity); err != nil {
			return "", err
		}
	}
	return string(locked), nil
}

func TestVectorsSeries(t *testing.T) {
	makers := map[bool]int{}
	for _, v := range readVectors(t).Series {
		prf, unlock := unhex(t, v.PRF), unhex(t, v.Unlock)
		if want := hex.EncodeToString([]byte(labelPasskey + ":" + v.Site)); v.Input != want {
			t.Errorf("%s: input %s, want %s", v.Note, v.Input, want)
		}
		if got := IdentityString(derive(prf, labelPasskey)); got != v.Passkey {
			t.Errorf("%s: identity of the passkey differs", v.Note)
		}
		locked, err := base64.StdEncoding.DecodeString(v.Locked)
		if err != nil {
			t.Fatal(err)
		}
		got, err := openSeries(t, prf, unlock, locked)
		if v.Error {
			if !errors.Is(err, ErrOpen) || got != "" {
				t.Errorf("%s: got %q, %v, want ErrOpen and nothing", v.Note, got, err)
			}
			continue
		}
		makers[strings.HasPrefix(v.Note, fromBrowser)]++
		if err != nil || got != v.Member {
			t.Errorf("%s: %v, and another key", v.Note, err)
		}
	}
	if makers[true] == 0 || makers[false] == 0 {
		t.Errorf("%d locks by the browser's code and %d by age in Go, want both", makers[true], makers[false])
	}
}
