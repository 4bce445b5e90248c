package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"testing"

	"filippo.io/age"
)

// The vectors tie this package to frontend/src/shared, whose tests read the same
// file. All but the section "open" were computed by a third program from the
// protocol page, so no section is what one of the two happens to answer.
// "go test -run Vectors -update" seals the boxes of "open" anew, which is needed
// only when a box is added; those that the browser's code sealed stay.

var update = flag.Bool("update", false, "seal the recorded boxes anew")

const vectorFile = "testdata/vectors.json"

type vectors struct {
	V        int              `json:"v"`
	Receipt  []receiptVector  `json:"receipt"`
	Typed    []typedVector    `json:"typed"`
	Login    []loginVector    `json:"login"`
	Series   []seriesVector   `json:"series"`
	Vouch    []vouchVector    `json:"vouch"`
	Frame    []frameVector    `json:"frame"`
	Envelope []envelopeVector `json:"envelope"`
	Open     []openVector     `json:"open"`
	Sequence []sequenceVector `json:"sequence"`
	Card     []cardVector     `json:"card"`

	Attachment []attachmentVector `json:"attachment"`
	Clean      []cleanVector      `json:"clean"`
}

type receiptVector struct {
	Site            string `json:"site"`
	Digits          string `json:"digits"`
	Receipt         string `json:"receipt"`
	Shown           string `json:"shown"`
	PRK             string `json:"prk"`
	Locator         string `json:"locator"`
	Case            string `json:"case"`
	Seed            string `json:"seed"`
	Identity        string `json:"identity"`
	RecipientSHA256 string `json:"recipientSha256"`
	Fingerprint     string `json:"fingerprint"`
	MAC             string `json:"mac"`
}

type typedVector struct {
	In    string `json:"in"`
	Out   string `json:"out,omitempty"`
	Error string `json:"error,omitempty"`
	At    *int   `json:"at,omitempty"`
}

type loginVector struct {
	Site   string `json:"site"`
	Name   string `json:"name"`
	Words  string `json:"words"`
	Salt   string `json:"salt"`
	Root   string `json:"root"`
	Auth   string `json:"auth"`
	Unlock string `json:"unlock"`
}

type vouchVector struct {
	Office    string `json:"office"`
	Member    string `json:"member"`
	Recipient string `json:"recipient"`
	Name      string `json:"name"`
	Key       string `json:"key"`
	Tag       string `json:"tag"`
}

type frameVector struct {
	Kind      string `json:"kind"`
	JSONBytes int    `json:"jsonBytes"`
	Frame     int    `json:"frame"`
	Stored1   int    `json:"stored1"`
	Stored2   int    `json:"stored2"`
}

type envelopeVector struct {
	JSON        string `json:"json"`
	Key         string `json:"key"`
	MAC         string `json:"mac"`
	FrameSHA256 string `json:"frameSha256"`
}

type sequenceVector struct {
	Events   []Act     `json:"events"`
	Warnings []Warning `json:"warnings"`
}

type cardVector struct {
	Office    string `json:"office"`
	Case      string `json:"case"`
	Op        string `json:"op"`
	Key       string `json:"key"`
	Nonce     string `json:"nonce"`
	JSON      string `json:"json"`
	BoxSHA256 string `json:"boxSha256"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	file, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	var v vectors
	if err := d.Decode(&v); err != nil {
		t.Fatalf("reading %s: %v", vectorFile, err)
	}
	if v.V != 1 {
		t.Fatalf("version of the vectors: got %d, want 1", v.V)
	}
	return v
}

func writeVectors(t *testing.T, v vectors) {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestVectorsReceipt(t *testing.T) {
	for _, v := range readVectors(t).Receipt {
		r, err := ParseReceipt(v.Receipt)
		if err != nil {
			t.Fatalf("ParseReceipt(%q): %v", v.Receipt, err)
		}
		k, err := r.Keys(v.Site)
		if err != nil {
			t.Fatalf("Keys: %v", err)
		}
		prk, err := receiptPRK(v.Site, r.digits)
		if err != nil {
			t.Fatal(err)
		}
		to, err := ParseRecipient(k.Recipient())
		if err != nil {
			t.Fatalf("ParseRecipient: %v", err)
		}
		seed := expand(prk, labelIdentity)
		sum := sha256.Sum256([]byte(k.Recipient()))
		got := receiptVector{
			Site: v.Site, Digits: r.String()[:30], Receipt: r.String(), Shown: r.Shown(),
			PRK: hex.EncodeToString(prk), Locator: hex.EncodeToString(k.Locator[:]), Case: k.CaseID(),
			Seed: hex.EncodeToString(seed[:]), Identity: k.identity.String(),
			RecipientSHA256: hex.EncodeToString(sum[:]), Fingerprint: to.Fingerprint(), MAC: hex.EncodeToString(k.MAC[:]),
		}
		if got != v {
			t.Errorf("receipt %s at %s:\ngot  %+v\nwant %+v", v.Receipt, v.Site, got, v)
		}
		if made, err := NewReceipt(bytes.NewReader([]byte(v.Digits))); err != nil || made.String() != drawn(v.Digits) {
			t.Errorf("NewReceipt from %q: got %q, %v", v.Digits, made.String(), err)
		}
	}
}

// drawn is the receipt that the bytes of ASCII digits lead to: byte mod 10.
func drawn(digits string) string {
	out := make([]byte, len(digits))
	for i := range digits {
		out[i] = '0' + digits[i]%10
	}
	check := 98 - mod97(out)*100%97
	return string(out) + string([]byte{'0' + byte(check/10), '0' + byte(check%10)})
}

func TestVectorsTyped(t *testing.T) {
	for _, v := range readVectors(t).Typed {
		r, err := ParseReceipt(v.In)
		if v.Error == "" {
			if err != nil || r.String() != v.Out {
				t.Errorf("ParseReceipt(%q): got %q, %v, want %q", v.In, r.String(), err, v.Out)
			}
			continue
		}
		var typed *TypedError
		if !errors.As(err, &typed) || typed.Reason != v.Error || typed.At != *v.At || r != (Receipt{}) {
			t.Errorf("ParseReceipt(%q): got %q, %#v, want %s at %d", v.In, r.String(), err, v.Error, *v.At)
		}
	}
}

func TestVectorsLogin(t *testing.T) {
	for _, v := range readVectors(t).Login {
		got, err := Login(v.Site, v.Name, v.Words)
		if err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2]string{
			"salt":   {hex.EncodeToString(got.Salt[:]), v.Salt},
			"auth":   {hex.EncodeToString(got.Auth[:]), v.Auth},
			"unlock": {hex.EncodeToString(got.Unlock[:]), v.Unlock},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s of %s: got %s, want %s", what, v.Name, pair[0], pair[1])
			}
		}
		root := unhex(t, v.Root)
		if auth := derive(root, labelAuth); auth != got.Auth {
			t.Errorf("auth from the recorded root of %s: got %x, want %x", v.Name, auth, got.Auth)
		}
	}
}

func TestVectorsVouch(t *testing.T) {
	for _, v := range readVectors(t).Vouch {
		if key := derive([]byte(v.Office), labelVouch); hex.EncodeToString(key[:]) != v.Key {
			t.Errorf("key of the vouch: got %x, want %s", key, v.Key)
		}
		if tag := Vouch(v.Office, v.Member, v.Recipient, v.Name); hex.EncodeToString(tag[:]) != v.Tag {
			t.Errorf("vouch for %s: got %x, want %s", v.Name, tag, v.Tag)
		}
	}
}

func TestVectorsFrame(t *testing.T) {
	for _, v := range readVectors(t).Frame {
		size, err := bucket(v.Kind, v.JSONBytes)
		if err != nil || size != v.Frame {
			t.Errorf("bucket(%s, %d): got %d, %v, want %d", v.Kind, v.JSONBytes, size, err, v.Frame)
		}
		for n, want := range map[int]int{1: v.Stored1, 2: v.Stored2} {
			if got := boxSize(v.Frame, n); got != want {
				t.Errorf("boxSize(%d, %d): got %d, want %d", v.Frame, n, got, want)
			}
			box, err := encrypt(make([]byte, v.Frame), testRecipients(t)[:n])
			if err != nil || len(box) != want {
				t.Errorf("sealing %d bytes to %d: got %d, %v, want %d", v.Frame, n, len(box), err, want)
			}
			if err := CheckBox(v.Kind, box, n); err != nil {
				t.Errorf("CheckBox(%s, frame of %d, %d): %v", v.Kind, v.Frame, n, err)
			}
		}
	}
}

func TestVectorsEnvelope(t *testing.T) {
	for _, v := range readVectors(t).Envelope {
		e, err := decodeEnvelope([]byte(v.JSON))
		if err != nil {
			t.Fatalf("decodeEnvelope(%s): %v", v.JSON, err)
		}
		text, err := e.encode()
		if err != nil || string(text) != v.JSON {
			t.Errorf("encode:\ngot  %s, %v\nwant %s", text, err, v.JSON)
		}
		key := [32]byte(unhex(t, v.Key))
		if tag := mac(key, text); hex.EncodeToString(tag[:]) != v.MAC {
			t.Errorf("mark: got %x, want %s", tag, v.MAC)
		}
		framed, err := frame(e.Kind, text, key)
		if sum := sha256.Sum256(framed); err != nil || hex.EncodeToString(sum[:]) != v.FrameSHA256 {
			t.Errorf("frame: got %x, %v, want %s", sum, err, v.FrameSHA256)
		}
	}
}

func TestVectorsSequence(t *testing.T) {
	for i, v := range readVectors(t).Sequence {
		got := Sequence(v.Events)
		if len(got) != len(v.Warnings) || len(got) > 0 && !reflect.DeepEqual(got, v.Warnings) {
			t.Errorf("sequence %d: got %v, want %v", i, got, v.Warnings)
		}
	}
}

func TestVectorsCard(t *testing.T) {
	for _, v := range readVectors(t).Card {
		key := derive([]byte(v.Office), labelCard)
		if hex.EncodeToString(key[:]) != v.Key {
			t.Errorf("key of the cards: got %x, want %s", key, v.Key)
		}
		box, err := SealCard(v.Office, v.Case, v.Op, []byte(v.JSON), bytes.NewReader(unhex(t, v.Nonce)))
		if sum := sha256.Sum256(box); err != nil || len(box) != cardSize || hex.EncodeToString(sum[:]) != v.BoxSHA256 {
			t.Errorf("card: got %d bytes, %x, %v, want %s", len(box), sum, err, v.BoxSHA256)
		}
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func testIdentity(t testing.TB, name string) *age.HybridIdentity {
	t.Helper()
	id, err := age.ParseHybridIdentity(IdentityString(sha256.Sum256([]byte("vectors: " + name))))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func testRecipients(t testing.TB) []Recipient {
	t.Helper()
	var out []Recipient
	for _, name := range []string{"office", "member"} {
		r, err := ParseRecipient(testIdentity(t, name).Recipient().String())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}
