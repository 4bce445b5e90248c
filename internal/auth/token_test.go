package auth

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	testSite   = "melden.example"
	testMember = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
	testSID    = "00112233445566778899aabbccddeeff"
)

// seed gives a key file's content that differs by b.
func seed(b byte) []byte { return bytes.Repeat([]byte{b}, ed25519.SeedSize) }

// ringOf writes one key file for each byte and opens the directory.
func ringOf(t *testing.T, seeds ...byte) (*KeyRing, string) {
	t.Helper()
	dir := t.TempDir()
	for i, b := range seeds {
		writeKey(t, dir, fmt.Sprintf("%02d", i), seed(b), 0o600)
	}
	ring, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ring, dir
}

func writeKey(t *testing.T, dir, name string, content []byte, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func signing(t *testing.T) *Service {
	t.Helper()
	ring, _ := ringOf(t, 1)
	return &Service{Keys: ring, Site: testSite, Now: func() time.Time { return noon }}
}

func good() claims {
	return claims{SID: testSID, Role: "caseworker", RegisteredClaims: jwt.RegisteredClaims{
		Issuer: testSite, Subject: testMember, Audience: jwt.ClaimStrings{Audience},
		IssuedAt: jwt.NewNumericDate(noon), ExpiresAt: jwt.NewNumericDate(noon.Add(TokenLife)),
	}}
}

// sign makes a token as an attacker would: any method, header and key.
func sign(t *testing.T, method jwt.SigningMethod, header map[string]any, c jwt.Claims, key any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, c)
	for k, v := range header {
		if v == nil {
			delete(token.Header, k)
		} else {
			token.Header[k] = v
		}
	}
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTokenIsReadBack(t *testing.T) {
	s := signing(t)
	id := Identity{Member: testMember, Role: "coordinator", Until: noon.Add(SessionLife), sid: testSID}
	token, err := s.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.parse(token)
	if err != nil {
		t.Fatalf("own token refused: %v", err)
	}
	if c.SID != testSID || c.Subject != testMember || c.Role != "coordinator" {
		t.Errorf("got %+v", c)
	}
	if got, want := c.ExpiresAt.Sub(c.IssuedAt.Time), TokenLife; got != want {
		t.Errorf("life %v, want %v", got, want)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(payload, &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		if !strings.Contains(" iss aud sub sid iat exp role ", " "+name+" ") {
			t.Errorf("token says %q, which protocol.md does not list", name)
		}
	}
}

func TestTokenEndsWithTheSession(t *testing.T) {
	s := signing(t)
	id := Identity{Member: testMember, Until: noon.Add(3 * time.Minute), sid: testSID}
	token, err := s.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.parse(token)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.ExpiresAt.Sub(noon); got != 3*time.Minute {
		t.Errorf("token lives %v beyond a session with 3 minutes left", got)
	}
}

func TestTokenExpires(t *testing.T) {
	s := signing(t)
	token := sign(t, jwt.SigningMethodEdDSA, map[string]any{"kid": s.Keys.newest().kid}, good(), s.Keys.newest().private)
	s.Now = func() time.Time { return noon.Add(TokenLife - time.Second) }
	if _, err := s.parse(token); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	s.Now = func() time.Time { return noon.Add(TokenLife) }
	if _, err := s.parse(token); !errors.Is(err, ErrSession) {
		t.Errorf("at its end: %v, want ErrSession", err)
	}
}

func TestKeyRotation(t *testing.T) {
	ring, dir := ringOf(t, 1)
	s := &Service{Keys: ring, Site: testSite, Now: func() time.Time { return noon }}
	id := Identity{Member: testMember, Until: noon.Add(SessionLife), sid: testSID}
	old, err := s.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	writeKey(t, dir, "01-new", seed(2), 0o600)
	if err := ring.Reload(); err != nil {
		t.Fatal(err)
	}
	young, err := s.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"old": old, "new": young} {
		if _, err := s.parse(token); err != nil {
			t.Errorf("with both keys, %s token: %v", name, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "00")); err != nil {
		t.Fatal(err)
	}
	if err := ring.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.parse(old); !errors.Is(err, ErrSession) {
		t.Errorf("old token after its key is gone: %v, want ErrSession", err)
	}
	if _, err := s.parse(young); err != nil {
		t.Errorf("new token after the old key is gone: %v", err)
	}
}

func TestRegressionR22KeysRefused(t *testing.T) {
	tests := map[string]func(t *testing.T, dir string){
		"no key":          func(*testing.T, string) {},
		"hidden only":     func(t *testing.T, dir string) { t.Helper(); writeKey(t, dir, ".key", seed(1), 0o600) },
		"short seed":      func(t *testing.T, dir string) { t.Helper(); writeKey(t, dir, "a", seed(1)[:31], 0o600) },
		"long seed":       func(t *testing.T, dir string) { t.Helper(); writeKey(t, dir, "a", append(seed(1), '\n'), 0o600) },
		"group may read":  func(t *testing.T, dir string) { t.Helper(); writeKey(t, dir, "a", seed(1), 0o640) },
		"others may read": func(t *testing.T, dir string) { t.Helper(); writeKey(t, dir, "a", seed(1), 0o604) },
		"one good, one bad": func(t *testing.T, dir string) {
			t.Helper()
			writeKey(t, dir, "a", seed(1), 0o600)
			writeKey(t, dir, "b", seed(2), 0o644)
		},
		"the same twice": func(t *testing.T, dir string) {
			t.Helper()
			writeKey(t, dir, "a", seed(1), 0o600)
			writeKey(t, dir, "b", seed(1), 0o600)
		},
		"a directory in it": func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Mkdir(filepath.Join(dir, "a"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
		"others may write": func(t *testing.T, dir string) {
			t.Helper()
			writeKey(t, dir, "a", seed(1), 0o600)
			if err := os.Chmod(dir, 0o770); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			prepare(t, dir)
			if ring, err := OpenKeys(dir); err == nil || ring != nil {
				t.Error("opened, want an error and no ring")
			}
		})
	}
	if _, err := OpenKeys(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a directory that is not there was opened")
	}
}

func TestReloadKeepsWhatWorks(t *testing.T) {
	ring, dir := ringOf(t, 1)
	kid := ring.newest().kid
	writeKey(t, dir, "zz", []byte("short"), 0o600)
	if err := ring.Reload(); err == nil {
		t.Fatal("a broken key was taken")
	}
	if _, ok := ring.public(kid); !ok || ring.newest().kid != kid {
		t.Error("the key that worked is gone after a reload that failed")
	}
}

func TestCreateKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if err := CreateKey(dir, "2026-11-22", bytes.NewReader(seed(5))); err != nil {
		t.Fatal(err)
	}
	if err := CreateKey(dir, "2026-11-22", bytes.NewReader(seed(6))); err == nil {
		t.Error("a key was overwritten")
	}
	ring, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ring.newest().kid, newSigner(seed(5)).kid; got != want {
		t.Errorf("kid %s, want %s", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	if err := CreateKey(dir, "short", bytes.NewReader(nil)); err == nil {
		t.Error("a key without randomness was made")
	}
}
