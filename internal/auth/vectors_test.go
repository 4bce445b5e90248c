package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

var update = flag.Bool("update", false, "write the vectors of tokens anew")

// vectorsFrom names the variable of the environment that lists more files of
// vectors, by their absolute paths:
//
//	BEISTAND_TEST_JWS=/path/to/json_web_signature_test.json go test ./internal/auth -run ForeignVectors -v
const vectorsFrom = "BEISTAND_TEST_JWS"

// ownVectors are ours. Any other file beside it is taken for one of Project
// Wycheproof's files of JSON Web Signatures, of the same form.
const ownVectors = "testdata/token_vectors.json"

type vectorFile struct {
	Header        []string      `json:"header"`
	NumberOfTests int           `json:"numberOfTests"`
	Schema        string        `json:"schema"`
	TestGroups    []vectorGroup `json:"testGroups"`
}

type vectorGroup struct {
	Type    string         `json:"type"`
	Comment string         `json:"comment,omitempty"`
	Source  map[string]any `json:"source"`
	Private webKey         `json:"private"`
	Public  webKey         `json:"public,omitzero"`
	Tests   []vector       `json:"tests"`
}

type vector struct {
	ID      int      `json:"tcId"`
	Comment string   `json:"comment"`
	Flags   []string `json:"flags"`
	JWS     string   `json:"jws"`
	Result  string   `json:"result"`
}

// A webKey has what a ring can hold of a JSON Web Key.
type webKey struct {
	Kty string `json:"kty"`
	Crv string `json:"crv,omitempty"`
	Kid string `json:"kid,omitempty"`
	X   string `json:"x,omitempty"`
	D   string `json:"d,omitempty"`
}

// makeVectors writes every forgery, and the few tokens that are valid. Ed25519
// draws nothing, so the file is the same each time.
func makeVectors(t *testing.T) vectorFile {
	t.Helper()
	f := forge{own: newSigner(seed(1)), other: newSigner(seed(9))}
	b64 := base64.RawURLEncoding.EncodeToString
	key := webKey{Kty: "OKP", Crv: "Ed25519", Kid: f.own.kid, X: b64(f.own.public)}
	group := vectorGroup{
		Type: "JsonWebSignature", Comment: "tokens of the office melden.example on 2026-11-22 at 12:00:00 UTC",
		Source: map[string]any{"name": "beistand", "version": "1"}, Public: key, Private: key,
	}
	group.Private.D = b64(seed(1))
	add := func(what, token, result string) {
		group.Tests = append(group.Tests, vector{ID: len(group.Tests) + 1, Comment: what, Flags: []string{}, JWS: token, Result: result})
	}
	add("good", f.says(goodHeader, goodClaims), "valid")
	add("good, in its last second", f.claims(`"exp":1795349400,"iat":1795348800`, `"exp":1795348801,"iat":1795348201`), "valid")
	add("good, of a coordinator", f.claims("caseworker", "coordinator"), "valid")
	add("good, of an instance whose clock is half a minute ahead", f.claims(`"exp":1795349400,"iat":1795348800`, `"exp":1795349430,"iat":1795348830`), "valid")
	bad := f.refused()
	names := make([]string, 0, len(bad))
	for what := range bad {
		names = append(names, what)
	}
	slices.Sort(names)
	for _, what := range names {
		add(what, bad[what], "invalid")
	}
	return vectorFile{
		Header: []string{
			"Made by the tests of this package. Each token differs from a good one in one thing.",
			"The form is that of Project Wycheproof, with keys of kty OKP.",
		},
		NumberOfTests: len(group.Tests), Schema: "json_web_signature_schema_v1.json", TestGroups: []vectorGroup{group},
	}
}

func readVectors(t *testing.T, path string) vectorFile {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// serviceOf gives a service that trusts the group's key under the group's kid,
// if it is one that a ring can hold, and else a key of ours under that kid.
func serviceOf(t *testing.T, g vectorGroup) (s *Service, ours bool) {
	t.Helper()
	s = signing(t)
	k := g.Public
	if k.Kty == "" {
		k = g.Private
	}
	own := newSigner(seed(1))
	own.kid = k.Kid
	public, err := base64.RawURLEncoding.DecodeString(k.X)
	ours = err == nil && k.Kty == "OKP" && k.Crv == "Ed25519" && len(public) == ed25519.PublicKeySize
	if ours {
		own.public = public
	}
	s.Keys = &KeyRing{}
	s.Keys.keys.Store(&[]signer{own})
	return s, ours
}

// TestTokenVectors: what is valid lets in, everything else is ErrSession and
// tells nothing. caseweb runs the same file through the router.
func TestTokenVectors(t *testing.T) {
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(makeVectors(t)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(ownVectors, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(ownVectors); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Fatalf("%s is not what the forge writes (%v); run go test ./internal/auth -run TokenVectors -update", ownVectors, err)
	}
	seen := map[string]string{}
	for _, g := range readVectors(t, ownVectors).TestGroups {
		s, ours := serviceOf(t, g)
		if !ours {
			t.Fatal("the key of our own vectors does not fit the ring")
		}
		for _, v := range g.Tests {
			if twin, twice := seen[v.JWS]; twice {
				t.Errorf("%q and %q are one token", v.Comment, twin)
			}
			seen[v.JWS] = v.Comment
			c, err := s.parse(v.JWS)
			switch v.Result {
			case "valid":
				if err != nil || c.SID != testSID {
					t.Errorf("%s: %v and sid %q, want to be let in", v.Comment, err, c.SID)
				}
			case "invalid":
				if !errors.Is(err, ErrSession) || c.SID != "" || c.Subject != "" {
					t.Errorf("%s: %v and sid %q, want ErrSession and nothing", v.Comment, err, c.SID)
				}
			default:
				t.Errorf("%s: result %q", v.Comment, v.Result)
			}
		}
	}
}

// TestForeignVectors runs files of Project Wycheproof that were put beside ours,
// or named in the environment.
// None of their signatures is an office's token, so the parser takes none; and
// what checks writing and signature alone takes nothing that they call invalid,
// and nothing at all under a key that is not Ed25519.
func TestForeignVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if given := os.Getenv(vectorsFrom); given != "" {
		files = append(files, filepath.SplitList(given)...)
	}
	for _, path := range files {
		if path == ownVectors {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) { runForeign(t, readVectors(t, path)) })
	}
}

func runForeign(t *testing.T, file vectorFile) {
	t.Helper()
	ran, taken := 0, 0
	for _, g := range file.TestGroups {
		s, ours := serviceOf(t, g)
		for _, v := range g.Tests {
			ran++
			if _, err := s.parse(v.JWS); err == nil {
				t.Errorf("test %d, %s: taken as an office's token", v.ID, v.Comment)
			}
			_, err := s.signed(v.JWS, jwt.MapClaims{}, jwt.WithoutClaimsValidation())
			if err == nil {
				taken++
			}
			if err == nil && (!ours || v.Result == "invalid") {
				t.Errorf("test %d, %s: the signature is taken, and is %s", v.ID, v.Comment, v.Result)
			}
		}
	}
	if ran == 0 {
		t.Error("no test in the file")
	}
	t.Logf("%d tests, %d signatures taken", ran, taken)
}

// TestForeignFamilies: a file in the form of the others, with a signature of each
// family that is right under its own key, lets nobody in and is taken by nothing.
func TestForeignFamilies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "json_web_signature_test.json")
	var file vectorFile
	for alg, key := range familyKeys(t) {
		method := jwt.GetSigningMethod(alg)
		for _, kid := range []string{"kid-sign", ""} {
			good := sign(t, method, map[string]any{"kid": kid}, good(), key)
			head, rest, _ := strings.Cut(good, ".")
			group := vectorGroup{Type: "JsonWebSignature", Comment: alg, Public: webKey{Kty: "RSA", Kid: "kid-sign", X: "AQAB"}}
			for n, jws := range []string{
				good, good + ".", good + "=", " " + good, good + "\n", strings.Replace(good, ".", "..", 1), "." + rest, head + "." + rest[:10], "",
				`{"payload":"Zm9v","signatures":[{"protected":"` + head + `","signature":"` + rest + `"}]}`,
			} {
				group.Tests = append(group.Tests, vector{ID: n + 1, Comment: alg, JWS: jws, Result: map[bool]string{true: "valid", false: "invalid"}[n == 0]})
			}
			file.TestGroups = append(file.TestGroups, group)
		}
	}
	b, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(vectorsFrom, path)
	TestForeignVectors(t)
}

// familyKeys gives a key for each algorithm of RFC 7518 that signs.
func familyKeys(t *testing.T) map[string]any {
	t.Helper()
	keys := map[string]any{"HS256": []byte("k"), "HS384": []byte("k"), "HS512": []byte("k"), "EdDSA": newSigner(seed(3)).private}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		keys[alg] = private
	}
	for alg, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		if keys[alg], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// TestForeignReader: the reader finds what is planted. A file that calls a good
// signature invalid fails, and so does one whose key is not of our kind.
func TestForeignReader(t *testing.T) {
	own := readVectors(t, ownVectors)
	s, _ := serviceOf(t, own.TestGroups[0])
	good := own.TestGroups[0].Tests[0].JWS
	if _, err := s.signed(good, jwt.MapClaims{}, jwt.WithoutClaimsValidation()); err != nil {
		t.Errorf("a good signature is not seen: %v", err)
	}
	other := own.TestGroups[0]
	other.Public = webKey{Kty: "oct", Kid: other.Public.Kid}
	if _, ours := serviceOf(t, other); ours {
		t.Error("a symmetric key was taken into the ring")
	}
	old := jwt.MapClaims{}
	f := forge{own: newSigner(seed(1)), other: newSigner(seed(9))}
	if _, err := s.signed(f.refused()["exp a second ago"], old, jwt.WithoutClaimsValidation()); err != nil || old["exp"] == nil {
		t.Errorf("only writing and signature are asked here: %v", err)
	}
}

// TestHugeToken: nothing is parsed of what is too long for one of ours.
func TestHugeToken(t *testing.T) {
	s := signing(t)
	for _, token := range []string{strings.Repeat("A", 10<<20), strings.Repeat(".", 10<<20), strings.Repeat("A.", 5<<20)} {
		if n := testing.AllocsPerRun(1, func() { _, _ = s.parse(token) }); n > 40 {
			t.Errorf("%v allocations for a token of 10 MiB", n)
		}
		if _, err := s.parse(token); !errors.Is(err, ErrSession) {
			t.Errorf("got %v, want ErrSession", err)
		}
	}
}
