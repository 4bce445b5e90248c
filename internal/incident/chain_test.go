package incident

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
)

// vector is the chain of store.md §3.
func vector() []Event {
	var op1, op2 Op
	actor := make([]byte, 16)
	for i := range 16 {
		op1[i], op2[i], actor[i] = byte(0x10+i), byte(0x20+i), byte(0xa0+i)
	}
	first := Link(testCase, 0, Hash{}, Event{
		Kind: KindReport, Actor: ActorResident, Day: "2026-11", State: StateReceived, Op: op1,
		Public: `{"desk":"city","epoch":1}`, Box: []byte("sealed"),
	})
	second := Link(testCase, 1, first.Hash, Event{
		Kind: KindAccess, Actor: hex.EncodeToString(actor), Day: "2026-11-23", State: StateReceived, Op: op2,
	})
	return []Event{first, second}
}

// hashed writes what store.md §3 says is hashed, independently of Sum.
func hashed(e Event) []byte {
	b := []byte("beistand/event/v1\n")
	box := ""
	if e.Box != nil {
		sum := sha256.Sum256(e.Box)
		box = string(sum[:])
	}
	for _, s := range []string{string(e.ID), string(e.Kind), e.Actor, e.Day, string(e.State), string(e.Op[:]), e.Public, box} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return append(b, e.Prev[:]...)
}

func TestChainVector(t *testing.T) {
	want := []struct {
		id, hash string
		bytes    int
	}{
		{"000102030405060708090a0b0c0d0e0f:00000001", "f9cb0aa4c8017e8738ffc511d3987e41d38674624cc5a0358a212a55eb2f46f8", 225},
		{"000102030405060708090a0b0c0d0e0f:00000002", "c038533bf0e610bd23dceeb6523b5551f3faa032374eebf1624b5387b26d93f8", 195},
	}
	events := vector()
	for i, w := range want {
		e := events[i]
		if string(e.ID) != w.id {
			t.Errorf("rev %d: id %q, want %q", i+1, e.ID, w.id)
		}
		if got := e.Hash.String(); got != w.hash {
			t.Errorf("rev %d: hash %s, want %s", i+1, got, w.hash)
		}
		if got := len(hashed(e)); got != w.bytes {
			t.Errorf("rev %d: %d bytes hashed, want %d", i+1, got, w.bytes)
		}
		if got := Hash(sha256.Sum256(hashed(e))); got != e.Hash {
			t.Errorf("rev %d: written out anew %s, want %s", i+1, got, e.Hash)
		}
	}
	if events[0].Prev != (Hash{}) || events[1].Prev != events[0].Hash {
		t.Errorf("prev of the two events: %s, %s", events[0].Prev, events[1].Prev)
	}
	if err := CheckChain(testCase, events); err != nil {
		t.Errorf("CheckChain(vector): %v", err)
	}
}

func TestSumTellsNoBoxFromEmptyBox(t *testing.T) {
	e := vector()[1]
	without := e.Sum()
	e.Box = []byte{}
	if e.Sum() == without {
		t.Error("an empty box hashes like no box")
	}
}

// TestChainBrokenInEachField changes one field of one stored event at a time.
func TestChainBrokenInEachField(t *testing.T) {
	change := map[string]func(*Event){
		"id":          func(e *Event) { e.ID = e.Case().Event(e.Rev() + 1) },
		"id of other": func(e *Event) { e.ID = CaseID(strings.Repeat("f", 32)).Event(e.Rev()) },
		"kind":        func(e *Event) { e.Kind = KindNote },
		"actor":       func(e *Event) { e.Actor = anna },
		"day":         func(e *Event) { e.Day = "2026-12" },
		"state":       func(e *Event) { e.State = StateTriage },
		"op":          func(e *Event) { e.Op[15] ^= 1 },
		"public":      func(e *Event) { e.Public += " " },
		"box":         func(e *Event) { e.Box = append(bytes.Clone(e.Box), 'x') },
		"box empty":   func(e *Event) { e.Box = []byte{} },
		"prev":        func(e *Event) { e.Prev[31] ^= 1 },
		"hash":        func(e *Event) { e.Hash[0] ^= 1 },
	}
	for name, f := range change {
		for i := range 2 {
			events := slices.Clone(vector())
			f(&events[i])
			err := CheckChain(testCase, events)
			if !errors.Is(err, ErrChain) {
				t.Errorf("%s of event %d: %v, want %v", name, i+1, err, ErrChain)
				continue
			}
			if want := "checking event " + string('1'+rune(i)); !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s of event %d: %q does not name it", name, i+1, err)
			}
			if _, err := Fold(testCase, events); !errors.Is(err, ErrChain) {
				t.Errorf("Fold with another %s of event %d: %v, want %v", name, i+1, err, ErrChain)
			}
		}
	}
}

// A field that is moved into its neighbour must change the hash, or two
// different events would have one.
func TestFieldsDoNotRunIntoEachOther(t *testing.T) {
	a := Event{ID: "x", Kind: "ab", Actor: "c"}
	b := Event{ID: "x", Kind: "a", Actor: "bc"}
	if a.Sum() == b.Sum() {
		t.Error("ab‖c and a‖bc have one hash")
	}
}

func TestChainOrder(t *testing.T) {
	v := vector()
	tests := []struct {
		name   string
		id     CaseID
		events []Event
		want   error
	}{
		{"nothing", testCase, nil, ErrNotFound},
		{"first only", testCase, v[:1], nil},
		{"starts above 1", testCase, v[1:], ErrChain},
		{"swapped", testCase, []Event{v[1], v[0]}, ErrChain},
		{"doubled", testCase, []Event{v[0], v[0]}, ErrChain},
		{"other case", CaseID(strings.Repeat("0", 32)), v, ErrChain},
	}
	for _, tt := range tests {
		if err := CheckChain(tt.id, tt.events); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// Somebody who rewrites an event and all hashes after it passes: the chain alone
// proves order, not authorship (store.md §6).
func TestChainForgedFromTheFirstEventOn(t *testing.T) {
	v := vector()
	first := v[0]
	first.Box = []byte("forged")
	first = Link(testCase, 0, Hash{}, first)
	forged := []Event{first, Link(testCase, 1, first.Hash, v[1])}
	if err := CheckChain(testCase, forged); err != nil {
		t.Errorf("CheckChain: %v", err)
	}
	if forged[1].Hash == v[1].Hash {
		t.Error("the head does not betray the forgery")
	}
}
