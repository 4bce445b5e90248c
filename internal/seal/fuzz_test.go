package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReceipt: what is read is 32 digits that are read again as themselves, and
// an error says where, and gives nothing.
func FuzzReceipt(f *testing.F) {
	for _, v := range readVectors(f).Typed {
		f.Add(v.In)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		r, err := ParseReceipt(typed)
		if err != nil {
			var fault *TypedError
			if !errors.As(err, &fault) || r != (Receipt{}) || fault.At < 0 || fault.At > utf8.RuneCountInString(typed) {
				t.Fatalf("got %q, %#v", r.digits, err)
			}
			return
		}
		for _, again := range []string{r.String(), r.Shown()} {
			if twice, err := ParseReceipt(again); err != nil || twice != r {
				t.Fatalf("%q again: got %v", again, err)
			}
		}
		if len(r.digits) != receiptLength || mod97([]byte(r.digits)) != 1 {
			t.Fatalf("accepted %q", r.digits)
		}
	})
}

// FuzzEnvelope: whatever is read is written and read again as the same.
func FuzzEnvelope(f *testing.F) {
	v := readVectors(f)
	for _, e := range v.Envelope {
		f.Add([]byte(e.JSON))
	}
	f.Add([]byte(`{"v":1,"case":"","kind":"","op":"","seen":"","by":"","at":"","body":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := decodeEnvelope(text)
		if err != nil {
			if !sameEnvelope(e, Envelope{}) {
				t.Fatalf("something came out of %q: %+v", text, e)
			}
			return
		}
		written, err := e.encode()
		if err != nil {
			return // not every envelope that reads may be written: ids have a form
		}
		again, err := decodeEnvelope(written)
		if err != nil {
			t.Fatalf("%s does not read again: %v", written, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, e.Body); err != nil {
			t.Fatal(err)
		}
		e.Body = compact.Bytes()
		if !sameEnvelope(again, e) {
			t.Fatalf("got %+v, want %+v", again, e)
		}
	})
}

// FuzzFrame: any frame gives its text or nothing, and packing what came out
// gives the same frame.
func FuzzFrame(f *testing.F) {
	key := [32]byte{7}
	for _, text := range []string{"", "{}", strings.Repeat("x", 4_060), strings.Repeat("x", 4_061)} {
		framed, err := frame("answer", []byte(text), key)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("answer", framed)
		f.Add("report", framed)
		framed[4_000] ^= 1
		f.Add("answer", framed)
	}
	f.Fuzz(func(t *testing.T, kind string, framed []byte) {
		text, err := unframe(kind, framed, key)
		if err != nil {
			if text != nil {
				t.Fatalf("%d bytes came out with an error", len(text))
			}
			return
		}
		again, err := frame(kind, text, key)
		if err != nil || !bytes.Equal(again, framed) {
			t.Fatalf("packing again gives another frame, %v", err)
		}
	})
}

// FuzzOpen: a changed box, cut, longer or with a byte turned, gives nothing.
func FuzzOpen(f *testing.F) {
	r, err := ParseReceipt("58151125121711811900141244584569")
	if err != nil {
		f.Fatal(err)
	}
	k, err := r.Keys("test.example")
	if err != nil {
		f.Fatal(err)
	}
	e := answerFor(k, `{"text":"Danke."}`)
	box, err := Seal(e, k.MAC, ownRecipient(f, k), testRecipients(f)[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint(0), byte(0), uint(0), []byte(nil))
	f.Add(uint(30), byte(1), uint(0), []byte(nil))
	f.Add(uint(5_000), byte(128), uint(0), []byte(nil))
	f.Add(uint(0), byte(0), uint(1), []byte(nil))
	f.Add(uint(0), byte(0), uint(0), []byte{0})
	f.Add(uint(0), byte(0), uint(16), bytes.Repeat([]byte{9}, 16))
	f.Fuzz(func(t *testing.T, at uint, turn byte, cut uint, tail []byte) {
		changed := bytes.Clone(box)
		changed[at%uint(len(changed))] ^= turn
		changed = append(changed[:uint(len(changed))-min(cut, uint(len(changed)))], tail...)
		got, err := k.Open(changed, expectOf(e))
		if !bytes.Equal(changed, box) {
			wantNothing(t, "changed box", got, err)
			return
		}
		if err != nil || string(got.Body) != string(e.Body) {
			t.Fatalf("unchanged box: got %s, %v", got.Body, err)
		}
	})
}

// FuzzCheckBox: no input makes it panic, and what it lets through has the length
// of a bucket.
func FuzzCheckBox(f *testing.F) {
	box, err := encrypt(make([]byte, frameSmall), testRecipients(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("answer", box, 2)
	f.Add("report", box, 2)
	f.Add("answer", box[:3_184], 2)
	f.Add("", []byte(headerIntro), 0)
	f.Fuzz(func(t *testing.T, kind string, box []byte, n int) {
		if CheckBox(kind, box, n) != nil {
			return
		}
		for _, size := range frameSizes(kind) {
			if n > 0 && len(box) == boxSize(size, n) {
				return
			}
		}
		t.Fatalf("let through %d bytes for %d", len(box), n)
	})
}

// FuzzSequence: never more than one warning of damage per act, none for a
// conversation in which everybody answers the newest act.
func FuzzSequence(f *testing.F) {
	f.Add([]byte{1, 2, 3}, uint(0), uint(0))
	f.Add([]byte{1, 2, 3, 4, 5}, uint(1), uint(2))
	f.Fuzz(func(t *testing.T, ops []byte, from, to uint) {
		acts := conversation(ops)
		if got := Sequence(acts); len(got) != 0 {
			t.Fatalf("a whole conversation: got %v", got)
		}
		if len(acts) < 3 {
			return
		}
		n := uint(len(acts))
		from, to = from%n, to%n
		turned := append([]Act(nil), acts...)
		turned[from], turned[to] = turned[to], turned[from]
		if got := Sequence(turned); (from != to) != (len(got) > 0) {
			t.Fatalf("%d and %d exchanged: got %v", from, to, got)
		}
		dropped := append(append([]Act(nil), acts[:from]...), acts[from+1:]...)
		if got := Sequence(dropped); (from < n-1) != (len(got) > 0) {
			t.Fatalf("%d dropped: got %v", from, got)
		}
		if got := Sequence(append(append([]Act(nil), acts...), acts[from])); len(got) == 0 || got[len(got)-1].Reason != "double" {
			t.Fatalf("%d doubled: got %v", from, got)
		}
	})
}

// conversation makes acts that name each other in a row, one per distinct byte.
func conversation(ops []byte) []Act {
	var acts []Act
	used := map[byte]bool{}
	for _, op := range ops {
		if used[op] {
			continue
		}
		used[op] = true
		a := Act{Rev: len(acts) + 1, Kind: [...]string{"answer", "message"}[len(acts)%2], Op: string([]byte{'a' + op>>4, 'a' + op&15})}
		if len(acts) > 0 {
			a.Seen = acts[len(acts)-1].Op
		}
		acts = append(acts, a)
	}
	return acts
}
