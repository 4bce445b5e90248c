package seal

import (
	"bytes"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"filippo.io/age"
)

type attachmentVector struct {
	File    int64 `json:"file"`
	K       int   `json:"k"`
	Plain   int   `json:"plain"`
	Sealed1 int   `json:"sealed1"`
	Sealed2 int   `json:"sealed2"`
}

// cleanVector is read by the tests of intake and of the browser's code.
type cleanVector struct {
	Note  string   `json:"note"`
	Type  string   `json:"type"`
	In    []byte   `json:"in"`
	Out   []byte   `json:"out,omitempty"`
	Found []string `json:"found,omitempty"`
	Error bool     `json:"error,omitempty"`
}

func newHybrid(t *testing.T) (*age.HybridIdentity, Recipient) {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRecipient(id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	return id, r
}

var testHead = FileHead{
	Case: "f296af257eef596fb0b716b8e01b1471", ID: "00112233445566778899aabbccddeeff", Name: "Brief \u202e.png", Type: "image/png",
}

// sealFile seals content in pieces of odd lengths and gives the sealed bytes.
func sealFile(t *testing.T, content []byte, to ...Recipient) ([]byte, SealedFile) {
	t.Helper()
	var sealed []byte
	w, err := NewFileWriter(testHead, func(n int, chunk []byte) error {
		if n*fileChunk != len(sealed) {
			t.Errorf("chunk %d comes after %d bytes", n, len(sealed))
		}
		sealed = append(sealed, chunk...)
		return nil
	}, to...)
	if err != nil {
		t.Fatal(err)
	}
	for rest := content; len(rest) > 0; {
		n := min(len(rest), 7_777)
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	done, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return sealed, done
}

func TestVectorsAttachment(t *testing.T) {
	_, one := newHybrid(t)
	_, two := newHybrid(t)
	v := readVectors(t)
	if len(v.Attachment) < 8 || len(v.Clean) < 20 {
		t.Fatalf("%d and %d vectors", len(v.Attachment), len(v.Clean))
	}
	for _, a := range v.Attachment {
		content := make([]byte, a.File)
		for i, want := range []int{a.Sealed1, a.Sealed2} {
			sealed, done := sealFile(t, content, []Recipient{one, two}[:i+1]...)
			if len(sealed) != want || done.Chunks != a.K || Chunks(a.File) != a.K || done.SHA256 != sha256.Sum256(sealed) {
				t.Errorf("%d bytes to %d: got %d in %d chunks, want %d in %d", a.File, i+1, len(sealed), done.Chunks, want, a.K)
			}
			if a.Plain != a.K*fileChunk-fileSpare || want != boxSize(a.Plain, i+1) {
				t.Errorf("%d bytes: plain %d does not fit", a.File, a.Plain)
			}
		}
	}
}

func TestFileComesBackWhole(t *testing.T) {
	id, to := newHybrid(t)
	random := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{0, 1, 249_855, 249_856, 249_857, 600_000} {
		content := make([]byte, size)
		_, _ = random.Read(content)
		sealed, done := sealFile(t, content, to)
		r, err := age.Decrypt(bytes.NewReader(sealed), id)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var head fileHeadJSON
		n := binary.BigEndian.Uint32(plain)
		if err := json.Unmarshal(plain[4:4+n], &head); err != nil {
			t.Fatal(err)
		}
		if head != (fileHeadJSON{1, testHead.Case, testHead.ID, testHead.Name, testHead.Type, false}) {
			t.Errorf("got head %+v", head)
		}
		end := fileHead + int(done.Size)
		if !bytes.Equal(plain[fileHead:end], content) || len(bytes.Trim(plain[end:], "\x00")) > 0 {
			t.Errorf("%d bytes did not come back", size)
		}
	}
}

func TestFileRefused(t *testing.T) {
	_, to := newHybrid(t)
	put := func(int, []byte) error { return nil }
	w, err := NewFileWriter(testHead, put, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, fileMax+1)); !errors.Is(err, ErrFileTooLarge) {
		t.Errorf("one byte too many: got %v", err)
	}
	long := testHead
	long.Name = string(make([]byte, 4_000))
	for _, h := range []FileHead{{Name: "a"}, long} {
		if _, err := NewFileWriter(h, put, to); err == nil {
			t.Errorf("a head of %d letters was taken", len(h.Name))
		}
	}
	if _, err := NewFileWriter(testHead, put, Recipient{}); err == nil {
		t.Error("an empty recipient was taken")
	}
	failed := errors.New("no room")
	w, err = NewFileWriter(testHead, func(int, []byte) error { return failed }, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 600_000)); !errors.Is(err, failed) {
		t.Errorf("a store that fails: got %v", err)
	}
}

// keysOf makes the keys of a receipt and what seals to them.
func keysOf(t *testing.T) (Keys, Recipient) {
	t.Helper()
	r, err := NewReceipt(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys("melden.example")
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseRecipient(keys.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return keys, to
}

func openWhole(keys Keys, sealed []byte, want FileFacts) ([]byte, FileHead, error) {
	f, err := keys.OpenFile(iotest.OneByteReader(bytes.NewReader(sealed)), want)
	if err != nil {
		return nil, FileHead{}, err
	}
	b, err := io.ReadAll(f)
	return b, f.Head, err
}

// A file from the office opens with the receipt, whole; anything else about it,
// in it or around it is the one error.
func TestResidentOpensFile(t *testing.T) {
	keys, resident := keysOf(t)
	_, desk := newHybrid(t)
	random := rand.NewChaCha8([32]byte{2})
	for _, size := range []int{0, 1, 249_856, 249_857, 300_000} {
		content := make([]byte, size)
		_, _ = random.Read(content)
		sealed, done := sealFile(t, content, resident, desk)
		want := FileFacts{Case: testHead.Case, ID: testHead.ID, SealedFile: done}
		got, head, err := openWhole(keys, sealed, want)
		if err != nil || !bytes.Equal(got, content) || head != testHead {
			t.Fatalf("%d bytes: got %d, %+v, %v", size, len(got), head, err)
		}
		if size != 300_000 {
			continue
		}
		refuse := func(what string, sealed []byte, want FileFacts) {
			if _, _, err := openWhole(keys, sealed, want); !errors.Is(err, ErrOpen) {
				t.Errorf("%s: got %v", what, err)
			}
		}
		for _, change := range []func(*FileFacts){
			func(f *FileFacts) { f.Case = testHead.ID }, func(f *FileFacts) { f.ID = testHead.Case },
			func(f *FileFacts) { f.Size-- }, func(f *FileFacts) { f.Chunks++ }, func(f *FileFacts) { f.SHA256[0]++ },
			func(f *FileFacts) { f.Original = true }, func(f *FileFacts) { f.Size = -1 }, func(f *FileFacts) { f.Size = fileMax + 1 },
		} {
			other := want
			change(&other)
			refuse("other facts", sealed, other)
		}
		for i := 0; i < len(sealed); i += 9_973 {
			flipped := bytes.Clone(sealed)
			flipped[i] ^= 1
			refuse("a flipped bit", flipped, want)
		}
		refuse("cut", sealed[:len(sealed)-1], want)
		refuse("longer", append(bytes.Clone(sealed), 0), want)
		refuse("nothing", nil, want)
		others, _ := keysOf(t)
		if _, _, err := openWhole(others, sealed, want); !errors.Is(err, ErrOpen) {
			t.Errorf("another receipt: got %v", err)
		}
		if _, _, err := openWhole(Keys{}, sealed, want); !errors.Is(err, ErrOpen) {
			t.Errorf("no receipt: got %v", err)
		}
	}
}

// The content of a file may not reach beyond its size: what stands there was
// never shown to anybody.
func TestResidentOpensNoHiddenBytes(t *testing.T) {
	keys, resident := keysOf(t)
	sealed, done := sealFile(t, []byte("sichtbar, versteckt"), resident)
	done.Size = int64(len("sichtbar"))
	if got, _, err := openWhole(keys, sealed, FileFacts{Case: testHead.Case, ID: testHead.ID, SealedFile: done}); !errors.Is(err, ErrOpen) {
		t.Errorf("got %q, %v", got, err)
	}
}
