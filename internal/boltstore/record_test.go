package boltstore

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func TestRecord(t *testing.T) {
	first := incident.Link("000102030405060708090a0b0c0d0e0f", 0, incident.Hash{}, incident.Event{
		V: 2, Kind: incident.KindReport, Actor: incident.ActorResident, Day: "2026-11", State: incident.StateReceived,
		Op: incident.Op{1, 2}, Public: "{\"a\":\"<\u2028ä>\"}", Box: []byte("sealed"),
	})
	for _, want := range []incident.Event{first, incident.Link(first.Case(), 1, first.Hash, incident.Event{Kind: incident.KindAccess})} {
		value, err := encodeEvent(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decodeEvent([]byte(want.ID), value, true); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		got, err := decodeEvent([]byte(want.ID), value, false)
		want.Box = nil
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("header: got %+v, %v, want %+v", got, err, want)
		}
	}
}

// FuzzRecord holds that a damaged record is an error and never a panic, and that
// what is read can be written and read again.
func FuzzRecord(f *testing.F) {
	good, err := encodeEvent(incident.Link("000102030405060708090a0b0c0d0e0f", 0, incident.Hash{}, incident.Event{Box: []byte{1}}))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, {0}, {0, 0, 0, 9}, {0xff, 0xff, 0xff, 0xff, '{', '}'}, {0, 0, 0, 2, '{', '}'}, good, good[:len(good)-40]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		_, _ = decodeSummary([]byte("a"), value)
		_, _ = decodeMember([]byte("a"), value)
		e, err := decodeEvent([]byte("a"), value, true)
		if err != nil {
			return
		}
		again, err := encodeEvent(e)
		if err != nil {
			t.Fatalf("writing what was read: %v", err)
		}
		back, err := decodeEvent([]byte("a"), again, true)
		if err != nil || back.ID != e.ID || back.Public != e.Public || !bytes.Equal(back.Box, e.Box) || back.Op != e.Op {
			t.Errorf("got %+v, %v, want %+v", back, err, e)
		}
	})
}
