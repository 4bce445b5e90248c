package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// FuzzToken: whatever is shown, it is our own token or it is nothing.
func FuzzToken(f *testing.F) {
	key := newSigner(seed(1))
	ring := &KeyRing{}
	ring.keys.Store(&[]signer{key})
	s := &Service{Keys: ring, Site: testSite, Now: func() time.Time { return noon }}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, good())
	token.Header["kid"] = key.kid
	own, err := token.SignedString(key.private)
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(own, ".")
	for _, text := range []string{
		own, "", ".", "..", "...", parts[0] + "." + parts[1] + ".", own + ".", own + "=", "." + own, parts[0] + ".." + parts[2],
		"eyJhbGciOiJub25lIn0.e30.", strings.Repeat("A", 2*maxToken), strings.ToUpper(own), own + "\x00", own + "\n", own[:len(own)-9] + "\r\n" + own[len(own)-9:],
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := s.parse(text)
		switch {
		case text == own && err != nil:
			t.Errorf("our own token: %v", err)
		case text != own && (!errors.Is(err, ErrSession) || c.SID != "" || c.Subject != ""):
			t.Errorf("%q was taken as %q of %q", text, c.SID, c.Subject)
		}
	})
}

// FuzzCode: only the code itself fits its record.
func FuzzCode(f *testing.F) {
	code, record, err := NewCode(strings.NewReader(strings.Repeat("x", codeSize)), noon)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{code, "", code[:21], code + "=", code + "A", strings.ToLower(code), code + "\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := CheckCode(text, record, noon), text == code; got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	})
}
