package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"image"
	_ "image/jpeg" // so that cleaned pictures can be decoded
	_ "image/png"
	"os"
	"slices"
	"strings"
	"testing"
)

type cleanVector struct {
	Note  string   `json:"note"`
	Type  string   `json:"type"`
	In    []byte   `json:"in"`
	Out   []byte   `json:"out"`
	Found []string `json:"found"`
	Error bool     `json:"error"`
}

func cleanVectors(t testing.TB) []cleanVector {
	t.Helper()
	b, err := os.ReadFile("../seal/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Clean []cleanVector }
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Clean) < 40 {
		t.Fatalf("got %d vectors", len(v.Clean))
	}
	return v.Clean
}

// cleaned runs bytes through the two steps of an upload.
func cleaned(b []byte) (kind string, out []byte, found []string, err error) {
	t, ok := typeOf(b[:min(len(b), sniffed)])
	if !ok {
		return "", nil, nil, errors.New("not taken")
	}
	var w bytes.Buffer
	found, err = cleanFile(&w, bufio.NewReader(bytes.NewReader(b)), t)
	return t.name, w.Bytes(), found, err
}

func TestRegressionR20VectorsClean(t *testing.T) {
	for _, v := range cleanVectors(t) {
		t.Run(v.Type+": "+v.Note, func(t *testing.T) {
			kind, out, found, err := cleaned(v.In)
			if v.Error {
				if err == nil {
					t.Errorf("taken, %d bytes", len(out))
				}
				return
			}
			if err != nil || kind != v.Type || !bytes.Equal(out, v.Out) || !slices.Equal(found, v.Found) && len(found)+len(v.Found) > 0 {
				t.Fatalf("got %s, %v, %v, %d bytes, want %s, %v, %d bytes", kind, found, err, len(out), v.Type, v.Found, len(v.Out))
			}
			_, again, found, err := cleaned(out)
			if err != nil || !bytes.Equal(again, out) || len(found) > 0 {
				t.Errorf("cleaning it again: got %v, %v, %d bytes, want the same", found, err, len(again))
			}
			if strings.HasPrefix(kind, "image/") && bytes.Contains(out, []byte("MARKER")) {
				t.Error("a marker of a dropped segment is still there")
			}
		})
	}
}

// TestPixelsStay decodes what Go can decode before and after. Pictures whose
// parts were made up for a vector are left out by their error.
func TestPixelsStay(t *testing.T) {
	decoded := 0
	for _, v := range cleanVectors(t) {
		if v.Error || v.Type != "image/jpeg" && v.Type != "image/png" {
			continue
		}
		before, _, err := image.Decode(bytes.NewReader(v.In))
		if err != nil {
			continue
		}
		after, _, err := image.Decode(bytes.NewReader(v.Out))
		if err != nil {
			t.Errorf("%s: %v", v.Note, err)
			continue
		}
		decoded++
		r := before.Bounds()
		if after.Bounds() != r {
			t.Fatalf("%s: got %v, want %v", v.Note, after.Bounds(), r)
		}
		for y := range r.Dy() {
			for x := range r.Dx() {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s: pixel %d, %d changed", v.Note, x, y)
				}
			}
		}
	}
	if decoded < 12 {
		t.Errorf("only %d pictures could be compared", decoded)
	}
}

// TestRegressionR18TypeByFirstBytes holds the list of what is taken.
func TestRegressionR18TypeByFirstBytes(t *testing.T) {
	zip := func(name, content string) string {
		return "PK\x03\x04" + strings.Repeat("\x00", 22) + string(rune(len(name))) + "\x00\x00\x00" + name + content
	}
	for in, want := range map[string]string{
		"%PDF-1.4": "application/pdf", "\xff\xd8\xff\xe0": "image/jpeg", "GIF89a\x10\x00": "", "<!doctype html>": "", " \r\n<svg>": "",
		"\xef\xbb\xbf<html>": "", "Guten Tag": "text/plain", "MZ\x90\x00": "", "#!/bin/sh\n": "text/plain", "": "",
		"\x00\x00\x00\x18ftypheic": "image/heic", "\x00\x00\x00\x18ftypM4A ": "audio/mp4", "\x00\x00\x00\x18ftypqt  ": "video/mp4",
		"\x00\x00\x00\x18ftypxxxx": "", "ID3\x03": "audio/mpeg", "OggS": "audio/ogg", "RIFF1234WAVE": "audio/wav", "RIFF\x00\x01\x00\x00AVI ": "",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage", "\x7fELF": "", "PK\x03\x04": "",
		zip("mimetype", "application/vnd.oasis.opendocument.text"): "application/vnd.oasis.opendocument",
		zip("mimetype", "application/epub+zip"):                    "", zip("[Content_Types].xml", ""): "application/vnd.openxmlformats-officedocument",
		zip("evil.js", ""): "",
	} {
		got, _ := typeOf([]byte(in))
		if got.name != want {
			t.Errorf("%q: got %q, want %q", in, got.name, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, v := range cleanVectors(f) {
		f.Add(v.In)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, out, _, err := cleaned(b)
		if err != nil {
			return
		}
		if len(out) > len(b)+36 {
			t.Errorf("%d bytes became %d", len(b), len(out))
		}
		again, twice, found, err := cleaned(out)
		if err != nil || again != kind || !bytes.Equal(twice, out) || len(found) > 0 && strings.HasPrefix(kind, "image/") {
			t.Errorf("%s: cleaning it again: got %s, %v, %v", kind, again, found, err)
		}
	})
}
