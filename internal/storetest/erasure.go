package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func erasureTests() []test {
	const group = "Erasure"
	return []test{
		{group, "FinalEventRaces", finalEventRaces},
		{group, "ResumeAtEveryStep", resumeAtEveryStep},
		{group, "LateWriterRefused", lateWriterRefused},
		{group, "NothingLeft", nothingLeft},
		{group, "OnlyFinalIsDropped", onlyFinalIsDropped},
	}
}

// erase builds the final event after head.
func erase(t *testing.T, head incident.Event) incident.Event {
	t.Helper()
	return after(t, head, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, State: incident.StateErased,
	}, incident.Public{})
}

// finalEventRaces lets an erasure meet other writers: one of them wins.
func finalEventRaces(t *testing.T, e Engine) {
	s, _ := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	appendAll(t, s, first)
	writers := make([]incident.Event, group64)
	for i := range writers {
		writers[i] = message(t, first)
		if i%8 == 0 {
			writers[i] = erase(t, first)
		}
	}
	won := writers[winner(t, together(func(i int) error { return s.Append(t.Context(), writers[i]) }))]
	_, err := s.File(t.Context(), first.Case())
	if gone := errors.Is(err, incident.ErrNotFound); gone != won.State.Final() {
		t.Errorf("winner is final: %t, reading gave %v", won.State.Final(), err)
	}
}

// aCase stores a case with attachments, one of them never named, and its final
// event, and gives that.
func aCase(t *testing.T, s Store) (head, final incident.Event) {
	t.Helper()
	id := newCaseID()
	att := upload(t, s, id, hour, random(10), random(10))
	head = report(t, id, "city", random(64), att)
	appendAll(t, s, head)
	for range 3 {
		head = message(t, head)
		appendAll(t, s, head)
	}
	upload(t, s, id, hour, random(10))
	final = erase(t, head)
	appendAll(t, s, final)
	return head, final
}

// standing gives collection and id of all that is stored of the case.
func standing(t *testing.T, behind Behind, id incident.CaseID) []string {
	t.Helper()
	var found []string
	for _, d := range behind.Walk(t) {
		if text, ok := d.ID.(string); ok && strings.Contains(text, string(id)) {
			found = append(found, d.Collection+" "+text)
		}
	}
	slices.Sort(found)
	return found
}

// resumeAtEveryStep interrupts an erasure after each single deletion.
func resumeAtEveryStep(t *testing.T, e Engine) {
	for steps := 0; ; steps++ {
		s, address := open(t, e)
		_, final := aCase(t, s)
		behind := e.Behind(t, address, s)
		docs := standing(t, behind, final.Case())
		docs = slices.DeleteFunc(docs, func(d string) bool { return strings.HasSuffix(d, string(final.ID)) || strings.HasPrefix(d, "cases") })
		if steps > len(docs) {
			return
		}
		for _, d := range docs[:steps] {
			collection, id, _ := strings.Cut(d, " ")
			behind.Delete(t, collection, id)
		}
		wantErr(t, "erasing after an interruption", s.Drop(t.Context(), final.ID), nil)
		if got, want := standing(t, behind, final.Case()), []string{"events " + string(final.ID)}; !slices.Equal(got, want) {
			t.Fatalf("after an interruption at step %d: got %q, want %q", steps, got, want)
		}
	}
}

// lateWriterRefused lets writers come late that read the case before it was
// erased, and a resident who sends the same form again.
func lateWriterRefused(t *testing.T, e Engine) {
	s, _ := open(t, e)
	head, final := aCase(t, s)
	late := message(t, head)
	wantErr(t, "a late event", s.Append(t.Context(), late), incident.ErrConflict)
	wantErr(t, "erasing", s.Drop(t.Context(), final.ID), nil)
	wantErr(t, "a late event after erasing", s.Append(t.Context(), late), incident.ErrConflict)
	again := report(t, head.Case(), "city", random(64))
	wantErr(t, "a report under an erased case", s.Append(t.Context(), again), incident.ErrConflict)
	if raw, err := s.Raw(t.Context(), head.Case()); err != nil || len(raw) != 1 {
		t.Errorf("got %d events, %v, want the final one", len(raw), err)
	}
}

func nothingLeft(t *testing.T, e Engine) {
	s, address := open(t, e)
	_, final := aCase(t, s)
	_, other := aCase(t, s)
	kept := standing(t, e.Behind(t, address, s), other.Case())
	wantErr(t, "the final event first", s.DropLast(t.Context(), final.ID), incident.ErrForbidden)
	for range 2 {
		wantErr(t, "erasing", s.Drop(t.Context(), final.ID), nil)
	}
	for range 2 {
		wantErr(t, "deleting the final event", s.DropLast(t.Context(), final.ID), nil)
	}
	wantErr(t, "erasing what is gone", s.Drop(t.Context(), final.ID), nil)
	if got := standing(t, e.Behind(t, address, s), final.Case()); len(got) != 0 {
		t.Errorf("of the erased case is left: %q", got)
	}
	if got := standing(t, e.Behind(t, address, s), other.Case()); !slices.Equal(got, kept) {
		t.Errorf("of another case: got %q, want %q", got, kept)
	}
}

// onlyFinalIsDropped holds that no living case can be erased by mistake.
func onlyFinalIsDropped(t *testing.T, e Engine) {
	s, address := open(t, e)
	first := report(t, newCaseID(), "city", random(64))
	second := message(t, first)
	appendAll(t, s, first, second)
	_, final := aCase(t, s)
	notLast := erase(t, report(t, newCaseID(), "city", random(64)))
	late := message(t, notLast)
	appendAll(t, s, notLast, late)
	behind := e.Behind(t, address, s)
	before := standing(t, behind, "")
	_, rev, err := final.ID.Split()
	wantErr(t, "splitting", err, nil)
	for name, id := range map[string]incident.EventID{
		"a first event": first.ID, "a newest event": second.ID, "an event to come": first.Case().Event(3),
		"an event before the final one": final.Case().Event(rev - 1), "a final event that is not the last": notLast.ID,
		"a ledger line": incident.LedgerID.Event(1), "no id": "",
	} {
		wantErr(t, "dropping "+name, s.Drop(t.Context(), id), incident.ErrForbidden)
		wantErr(t, "dropping last "+name, s.DropLast(t.Context(), id), incident.ErrForbidden)
	}
	if got := standing(t, behind, ""); !slices.Equal(got, before) {
		t.Errorf("got %q, want %q", got, before)
	}
}
