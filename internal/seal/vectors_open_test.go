package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"filippo.io/age"
)

type openVector struct {
	Note     string `json:"note"`
	Identity string `json:"identity"`
	Key      string `json:"key"`
	Case     string `json:"case"`
	Kind     string `json:"kind"`
	Op       string `json:"op"`
	Box      string `json:"box"`
	JSON     string `json:"json,omitempty"`
	Error    bool   `json:"error,omitempty"`
}

// fromBrowser marks the boxes that the TypeScript sealed.
const fromBrowser = "browser: "

func TestVectorsOpen(t *testing.T) {
	v := readVectors(t)
	if *update {
		v.Open = append(sealVectors(t), keepBrowsers(v.Open)...)
		writeVectors(t, v)
	}
	browsers := 0
	for _, v := range v.Open {
		if strings.HasPrefix(v.Note, fromBrowser) {
			browsers++
		}
		box, err := base64.StdEncoding.DecodeString(v.Box)
		if err != nil {
			t.Fatalf("%s: %v", v.Note, err)
		}
		identity, err := age.ParseHybridIdentity(v.Identity)
		if err != nil {
			t.Fatalf("%s: %v", v.Note, err)
		}
		k := Keys{MAC: [32]byte(unhex(t, v.Key)), identity: identity}
		got, err := k.Open(box, Expect{v.Case, v.Kind, v.Op})
		if v.Error {
			wantNothing(t, v.Note, got, err)
			continue
		}
		want, wrong := decodeEnvelope([]byte(v.JSON))
		if err != nil || wrong != nil || !sameEnvelope(got, want) {
			t.Errorf("%s: got %+v, %v, want %s", v.Note, got, err, v.JSON)
		}
	}
	if browsers == 0 {
		t.Error("no box that the browser's code sealed is recorded")
	}
}

func wantNothing(t *testing.T, note string, got Envelope, err error) {
	t.Helper()
	if err != ErrOpen { //nolint:errorlint // one bare error and nothing around it is what is promised
		t.Errorf("%s: got error %v, want ErrOpen", note, err)
	}
	if !sameEnvelope(got, Envelope{}) {
		t.Errorf("%s: something came out: %+v", note, got)
	}
}

func sameEnvelope(a, b Envelope) bool {
	body := bytes.Equal(a.Body, b.Body)
	a.Body, b.Body = nil, nil
	return body && a.V == b.V && a.Case == b.Case && a.Kind == b.Kind && a.Op == b.Op &&
		a.Seen == b.Seen && a.By == b.By && a.At == b.At
}

func keepBrowsers(all []openVector) []openVector {
	var kept []openVector
	for _, v := range all {
		if strings.HasPrefix(v.Note, fromBrowser) {
			kept = append(kept, v)
		}
	}
	return kept
}

// A sealer makes the boxes of the section "open".
type sealer struct {
	t        *testing.T
	resident Keys
	office   *age.HybridIdentity
	made     []openVector
}

// sealVectors makes all boxes of the section that Go seals: good ones, and one
// for each way in which a box can be wrong.
func sealVectors(t *testing.T) []openVector {
	t.Helper()
	r, err := ParseReceipt("58151125121711811900141244584569")
	if err != nil {
		t.Fatal(err)
	}
	k, err := r.Keys("melden.example")
	if err != nil {
		t.Fatal(err)
	}
	s := &sealer{t: t, resident: k, office: testIdentity(t, "office")}
	s.good()
	s.wrongPlace()
	s.damaged()
	s.wrongFrame()
	s.wrongJSON()
	return s.made
}

func (s *sealer) answer() Envelope {
	return Envelope{
		Case: s.resident.CaseID(), Kind: "answer", Op: "00112233445566778899aabbccddeeff", By: "office",
		At: "2026-11-23", Body: []byte(`{"text":"Danke. Wir melden uns. 😀 \u2028 <b>"}`),
	}
}

func (s *sealer) recipient(id *age.HybridIdentity) Recipient {
	r, err := ParseRecipient(id.Recipient().String())
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *sealer) seal(e Envelope, key [32]byte, to ...*age.HybridIdentity) []byte {
	recipients := make([]Recipient, len(to))
	for i, id := range to {
		recipients[i] = s.recipient(id)
	}
	box, err := Seal(e, key, recipients...)
	if err != nil {
		s.t.Fatal(err)
	}
	return box
}

// add records a box for whoever opens it with identity and key.
func (s *sealer) add(note string, id *age.HybridIdentity, key [32]byte, want Expect, box []byte, text string) {
	s.made = append(s.made, openVector{
		Note: note, Identity: id.String(), Key: hex.EncodeToString(key[:]), Case: want.Case, Kind: want.Kind, Op: want.Op,
		Box: base64.StdEncoding.EncodeToString(box), JSON: text, Error: text == "",
	})
}

func expectOf(e Envelope) Expect { return Expect{e.Case, e.Kind, e.Op} }

func (s *sealer) text(e Envelope) string {
	text, err := e.encode()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s *sealer) good() {
	a, k := s.answer(), s.resident
	box := s.seal(a, k.MAC, k.identity, s.office)
	s.add("answer, opened by the resident", k.identity, k.MAC, expectOf(a), box, s.text(a))
	s.add("the same answer, opened by the office", s.office, k.MAC, expectOf(a), box, s.text(a))
	report := Envelope{
		Case: a.Case, Kind: "report", Op: "101112131415161718191a1b1c1d1e1f", By: "server", At: "2026-11-22",
		Body: []byte(`{"text":"Мне отказали.","mailbox":{"recipient":"` + k.Recipient() + `","mac":"` + EncodeKey(k.MAC) + `"}}`),
	}
	s.add("report, sealed on arrival", s.office, k.MAC, expectOf(report), s.seal(report, k.MAC, s.office), s.text(report))
	note := Envelope{
		Case: a.Case, Kind: "note", Op: "202122232425262728292a2b2c2d2e2f", By: "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		At: "2026-11-24", Body: []byte(`{"text":"اتصل مرة أخرى"}`),
	}
	key := OfficeMAC(s.office.String())
	s.add("note, for the office only", s.office, key, expectOf(note), s.seal(note, key, s.office), s.text(note))
}

func (s *sealer) wrongPlace() {
	a, k := s.answer(), s.resident
	box := s.seal(a, k.MAC, k.identity)
	want := expectOf(a)
	other := strings.Repeat("0", 32)
	s.add("other case", k.identity, k.MAC, Expect{other, want.Kind, want.Op}, box, "")
	s.add("other kind", k.identity, k.MAC, Expect{want.Case, "message", want.Op}, box, "")
	s.add("other act", k.identity, k.MAC, Expect{want.Case, want.Kind, other}, box, "")
	s.add("other key", k.identity, OfficeMAC(s.office.String()), want, box, "")
	s.add("other identity", testIdentity(s.t, "another office"), k.MAC, want, box, "")
}

func (s *sealer) damaged() {
	a, k := s.answer(), s.resident
	box := s.seal(a, k.MAC, k.identity)
	flip := func(at int) []byte {
		b := bytes.Clone(box)
		b[at] ^= 1
		return b
	}
	for _, c := range []struct {
		note string
		box  []byte
	}{
		{"cut by one byte", box[:len(box)-1]},
		{"one byte too many", append(bytes.Clone(box), 0)},
		{"bit flipped in the payload", flip(len(box) - 2_000)},
		{"bit flipped in the header", flip(40)},
		{"empty", nil},
	} {
		s.add(c.note, k.identity, k.MAC, expectOf(a), c.box, "")
	}
	large := a
	large.Body = []byte(`{"text":"` + strings.Repeat("x", 66_000) + `"}`)
	box = s.seal(large, k.MAC, k.identity)
	s.add("second segment damaged, first one whole", k.identity, k.MAC, expectOf(a), flip(len(box) - 1)[:70_000], "")
}

// raw seals a frame of the given size around any text, however wrong.
func (s *sealer) raw(size int, text []byte, length int, tail byte) []byte {
	framed := make([]byte, size)
	binary.BigEndian.PutUint32(framed, uint32(length))
	copy(framed[4:], text)
	tag := mac(s.resident.MAC, text)
	copy(framed[4+len(text):], tag[:])
	framed[size-1] = tail
	box, err := encrypt(framed, []Recipient{s.recipient(s.resident.identity)})
	if err != nil {
		s.t.Fatal(err)
	}
	return box
}

func (s *sealer) wrongFrame() {
	a, k := s.answer(), s.resident
	text := []byte(s.text(a))
	for _, c := range []struct {
		note string
		box  []byte
	}{
		{"padding not empty", s.raw(frameSmall, text, len(text), 1)},
		{"bucket too large", s.raw(frameReport, text, len(text), 0)},
		{"frame of no bucket", s.raw(4_097, text, len(text), 0)},
		{"frame shorter than a length", s.raw(3+len(text)+33, text, len(text), 0)},
		{"length beyond the frame", s.raw(frameSmall, text, 1<<31+5, 0)},
		{"length one too short", s.raw(frameSmall, text, len(text)-1, 0)},
	} {
		s.add(c.note, k.identity, k.MAC, expectOf(a), c.box, "")
	}
	report := Expect{a.Case, "report", a.Op}
	text = bytes.Replace(text, []byte(`"answer"`), []byte(`"report"`), 1)
	s.add("report in the small bucket", k.identity, k.MAC, report, s.raw(frameSmall, text, len(text), 0), "")
}

func (s *sealer) wrongJSON() {
	a, k := s.answer(), s.resident
	good := s.text(a)
	swap := func(from, to string) string {
		out := strings.Replace(good, from, to, 1)
		if out == good {
			s.t.Fatalf("nothing to replace: %s", from)
		}
		return out
	}
	for _, c := range []struct{ note, text string }{
		{"version 2", swap(`"v":1`, `"v":2`)},
		{"version as text", swap(`"v":1`, `"v":"1"`)},
		{"unknown name", swap(`"v":1`, `"v":1,"to":""`)},
		{"missing name", swap(`"seen":"",`, ``)},
		{"name in capitals", swap(`"case"`, `"CASE"`)},
		{"name twice", swap(`"by":"office"`, `"by":"office","by":"office"`)},
		{"null for text", swap(`"by":"office"`, `"by":null`)},
		{"body is a list", swap(`"body":{`, `"body":[{`) + "]}"},
		{"body is null", good[:strings.Index(good, `"body":`)] + `"body":null}`},
		{"bytes behind the object", good + "{}"},
		{"byte order mark", "\ufeff" + good},
		{"invalid UTF-8", swap("Danke", "Dank\xff")},
		{"no object", "[]"},
		{"no JSON", strings.TrimSuffix(good, "}")},
	} {
		s.add(c.note, k.identity, k.MAC, expectOf(a), s.raw(frameSmall, []byte(c.text), len(c.text), 0), "")
	}
}
