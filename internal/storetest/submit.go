package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func submitTests() []test {
	const group = "Submit"
	return []test{
		{group, "Idempotent", idempotent},
		{group, "SameReceiptOtherText", sameReceiptOtherText},
		{group, "Parallel64", parallel64},
		{group, "TwoTabs", twoTabs},
	}
}

func idempotent(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(BoxSize))
	for range 3 {
		appendAll(t, s, first)
	}
	if got := file(t, s, first.Case()); len(got) != 1 || !bytes.Equal(got[0].Box, first.Box) {
		t.Errorf("got %d events, want the one report", len(got))
	}
}

// sameReceiptOtherText holds that nothing typed is dropped: the other text is
// refused as a report and stands as a message.
func sameReceiptOtherText(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	first, other := report(t, id, "city", random(64)), report(t, id, "city", random(64))
	appendAll(t, s, first)
	wantErr(t, "another report under the same receipt", s.Append(t.Context(), other), incident.ErrConflict)
	appendAll(t, s, message(t, file(t, s, id)[0]))
	got := file(t, s, id)
	if len(got) != 2 || got[0].Op != first.Op || got[1].Kind != incident.KindMessage {
		t.Errorf("got %d events, want the report and the message", len(got))
	}
}

func parallel64(t *testing.T, e Engine) {
	s, _ := open(t, e)
	reports := make([]incident.Event, group64)
	for i := range reports {
		reports[i] = report(t, newCaseID(), "city", random(BoxSize))
	}
	for i, err := range together(func(i int) error { return s.Append(t.Context(), reports[i]) }) {
		wantErr(t, "report in parallel", err, nil)
		if got := file(t, s, reports[i].Case()); len(got) != 1 || !bytes.Equal(got[0].Box, reports[i].Box) {
			t.Errorf("case %d does not hold its own report", i)
		}
	}
	cases, err := s.Cases(t.Context(), incident.Query{Limit: 500})
	if err != nil || len(cases) != group64 {
		t.Errorf("got %d cases, %v, want %d", len(cases), err, group64)
	}
}

// twoTabs sends one act many times at once, as a double click does, and another
// act beside it.
func twoTabs(t *testing.T, e Engine) {
	s, _ := open(t, e)
	id := newCaseID()
	tabs := [2]incident.Event{report(t, id, "city", random(64)), report(t, id, "city", random(64))}
	errs := together(func(i int) error { return s.Append(t.Context(), tabs[i%2]) })
	won := file(t, s, id)
	if len(won) != 1 {
		t.Fatalf("got %d events, want 1", len(won))
	}
	for i, err := range errs {
		mine := tabs[i%2].Op == won[0].Op
		if mine && err != nil || !mine && !errors.Is(err, incident.ErrConflict) {
			t.Errorf("tab %d, winner %t: got error %v", i%2, mine, err)
		}
	}
}
