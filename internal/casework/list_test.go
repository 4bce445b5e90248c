package casework_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestCasesOfOnesDesks(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCaseworker, city)
	both := o.hire(t, incident.RoleCoordinator, city, body)
	none := o.hire(t, incident.RoleCaseworker)
	var all, mine []incident.CaseID
	for i := range 25 {
		desk := city
		if i%3 == 0 {
			desk = body
		}
		id := o.report(t, desk, incident.TrackReport)
		all = append(all, id)
		if desk == city {
			mine = append(mine, id)
		}
	}
	slices.Sort(all)
	slices.Sort(mine)
	for _, tt := range []struct {
		name string
		m    incident.Member
		want []incident.CaseID
	}{{"one desk", one, mine}, {"both desks", both, all}, {"no desk", none, nil}} {
		for _, limit := range []int{1, 4, 25, 500} {
			if got := pages(t, o, tt.m, limit); !slices.Equal(got, tt.want) {
				t.Errorf("%s, pages of %d: %d cases, want %d in order", tt.name, limit, len(got), len(tt.want))
			}
		}
	}
}

// pages collects all pages of a list.
func pages(t *testing.T, o *office, m incident.Member, limit int) []incident.CaseID {
	t.Helper()
	var ids []incident.CaseID
	var after incident.CaseID
	for {
		list, next, err := o.Cases(t.Context(), m, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			ids = append(ids, c.Case)
		}
		if next == "" {
			return ids
		}
		after = next
	}
}

func TestCards(t *testing.T) {
	o := newOffice(t)
	m, stranger := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body)
	want := map[string]casework.Act{}
	for i := range 7 {
		id := o.report(t, city, incident.TrackReport)
		if i%3 == 2 {
			continue // nobody has opened this one
		}
		o.must(t, m, id, card())
		newest := card()
		newest.Op = newOp()
		o.must(t, m, id, newest)
		want[string(id)] = newest
	}
	var stream []byte
	if err := o.Cards(t.Context(), m, "", func(b []byte) error { stream = append(stream, b...); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(stream) != len(want)*casework.CardRecordSize || casework.CardRecordSize != 1088 {
		t.Fatalf("%d bytes, want %d records of 1,088", len(stream), len(want))
	}
	last := ""
	for record := range slices.Chunk(stream, casework.CardRecordSize) {
		id := hex.EncodeToString(record[:16])
		a, ok := want[id]
		if !ok || id <= last {
			t.Errorf("record of case %s: unknown or out of order", id)
		}
		last = id
		if !bytes.Equal(record[16:32], a.Op[:]) || binary.BigEndian.Uint32(record[32:36]) != 2 || !bytes.Equal(record[36:], a.Box) {
			t.Errorf("record of case %s is not its newest card", id)
		}
	}
	var after []byte
	if err := o.Cards(t.Context(), m, incident.CaseID(last), func(b []byte) error { after = append(after, b...); return nil }); err != nil || len(after) > 0 {
		t.Errorf("after the last: %d bytes, %v; want none", len(after), err)
	}
	if err := o.Cards(t.Context(), stranger, "", func(b []byte) error { after = append(after, b...); return nil }); err != nil || len(after) > 0 {
		t.Errorf("another desk: %d bytes, %v; want none", len(after), err)
	}
	broken := errors.New("connection gone")
	if err := o.Cards(t.Context(), m, "", func([]byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the one who reads", err)
	}
}
