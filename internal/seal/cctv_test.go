package seal

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
	"filippo.io/age"
	"filippo.io/age/armor"
)

// The community's vectors of the age format run against our opening code. Many
// of them break off in the middle of a file whose beginning is whole: age hands
// that beginning out, and we must not.

type foreign struct {
	expect     string
	payload    string
	identities identities
	hybrid     *age.HybridIdentity
	file       []byte
}

// identities are tried in turn, as age.Decrypt would try several arguments.
type identities []age.Identity

func (all identities) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, id := range all {
		key, err := id.Unwrap(stanzas)
		if !errors.Is(err, age.ErrIncorrectIdentity) {
			return key, err
		}
	}
	return nil, age.ErrIncorrectIdentity
}

func TestForeignVectors(t *testing.T) {
	names, err := fs.Glob(agetest.Vectors, "*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, name := range names {
		raw, err := fs.ReadFile(agetest.Vectors, name)
		if err != nil {
			t.Fatal(err)
		}
		v := parseForeign(t, name, raw)
		seen[v.expect]++
		got, err := readWhole(v.file, v.identities)
		if v.expect == "success" {
			if sum := sha256.Sum256(got); err != nil || hex.EncodeToString(sum[:]) != v.payload {
				t.Errorf("%s: got %d bytes, %v, want payload %s", name, len(got), err, v.payload)
			}
		} else if !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("%s (%s): got %d bytes, %v, want nothing and ErrOpen", name, v.expect, len(got), err)
		}
		if v.hybrid != nil {
			e, err := Keys{identity: v.hybrid}.Open(v.file, Expect{})
			wantNothing(t, name, e, err)
		}
	}
	if len(names) < 147 || seen["payload failure"] < 19 || seen["success"] < 20 {
		t.Errorf("too few vectors: %d, %v", len(names), seen)
	}
}

func parseForeign(t *testing.T, name string, raw []byte) foreign {
	t.Helper()
	v := foreign{}
	armoured := false
	head, file, ok := bytes.Cut(raw, []byte("\n\n"))
	if !ok {
		t.Fatalf("%s: no file behind the head", name)
	}
	v.file = file
	for line := range strings.Lines(string(head)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch key {
		case "expect":
			v.expect = value
		case "payload":
			v.payload = value
		case "identity", "passphrase":
			v.identities = append(v.identities, foreignIdentity(t, name, value))
			if id, ok := v.identities[len(v.identities)-1].(*age.HybridIdentity); ok {
				v.hybrid = id
			}
		case "compressed":
			v.file = inflate(t, name, v.file)
		case "armored":
			armoured = true
		case "file key", "comment":
		default:
			t.Fatalf("%s: unknown key %q", name, key)
		}
	}
	if armoured {
		v.file = unarmour(v.file)
	}
	return v
}

func foreignIdentity(t *testing.T, name, value string) age.Identity {
	t.Helper()
	if id, err := age.ParseHybridIdentity(value); err == nil {
		return id
	}
	if id, err := age.ParseX25519Identity(value); err == nil {
		return id
	}
	id, err := age.NewScryptIdentity(value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return id
}

// unarmour takes the armour off, which our boxes never wear. A file whose armour
// is broken stays as it is, and is not readable either.
func unarmour(b []byte) []byte {
	out, err := io.ReadAll(armor.NewReader(bytes.NewReader(b)))
	if err != nil {
		return b
	}
	return out
}

func inflate(t *testing.T, name string, b []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}
