package storetest

import (
	"bytes"
	"io/fs"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func editionTests() []test {
	const group = "Edition"
	return []test{
		{group, "StepOnce", stepOnce},
		{group, "StepsRace", stepsRace},
		{group, "EditionYears", editionYears},
		{group, "EditionsInOrder", editionsInOrder},
		{group, "Drafts", drafts},
	}
}

// stepOnce sends a step again, and another one to its place.
func stepOnce(t *testing.T, e Engine) {
	s, address := open(t, e)
	_, err := s.Steps(t.Context(), 2025)
	wantErr(t, "the steps of no edition", err, fs.ErrNotExist)
	op, other := [16]byte(random(16)), [16]byte(random(16))
	released := random(300_000)
	for range 2 {
		wantErr(t, "a release, and again", s.PutStep(t.Context(), 2025, 1, op, released), nil)
	}
	wantErr(t, "another release", s.PutStep(t.Context(), 2025, 1, other, random(9)), fs.ErrExist)
	erratum := random(20)
	wantErr(t, "an erratum", s.PutStep(t.Context(), 2025, 2, other, erratum), nil)
	for _, bad := range [][2]int{{0, 1}, {10_000, 1}, {2025, 0}} {
		if s.PutStep(t.Context(), bad[0], bad[1], op, released) == nil {
			t.Errorf("year %d, rev %d was taken", bad[0], bad[1])
		}
	}
	closeStore(t, s)
	s = reopen(t, e, address)
	steps, err := s.Steps(t.Context(), 2025)
	wantErr(t, "the steps after opening again", err, nil)
	if len(steps) != 2 || !bytes.Equal(steps[0], released) || !bytes.Equal(steps[1], erratum) {
		t.Errorf("got %d steps, want the release and the erratum as they were", len(steps))
	}
}

// editionsInOrder holds that all steps come with their op, year by year.
func editionsInOrder(t *testing.T, e Engine) {
	s, _ := open(t, e)
	want := map[string][]byte{}
	for _, place := range [][2]int{{2026, 1}, {2024, 2}, {2024, 1}} {
		op, step := incident.Op(random(16)), random(40)
		wantErr(t, "a step", s.PutStep(t.Context(), place[0], place[1], op, step), nil)
		want[incident.EditionStep{Year: place[0], Rev: place[1]}.ID()] = append(op[:], step...)
	}
	all, err := s.Editions(t.Context())
	wantErr(t, "all steps", err, nil)
	var ids []string
	for _, got := range all {
		ids = append(ids, got.ID())
		if !bytes.Equal(append(got.Op[:], got.Bytes...), want[got.ID()]) {
			t.Errorf("step %s is not what was stored", got.ID())
		}
	}
	if !slices.Equal(ids, []string{"2024:00000001", "2024:00000002", "2026:00000001"}) {
		t.Errorf("got %v", ids)
	}
}

// stepsRace lets two people release the same year at the same time.
func stepsRace(t *testing.T, e Engine) {
	s, _ := open(t, e)
	texts := make([][]byte, group64)
	for i := range texts {
		texts[i] = random(50)
	}
	won := winner(t, together(func(i int) error { return s.PutStep(t.Context(), 2025, 1, [16]byte(texts[i]), texts[i]) }))
	steps, err := s.Steps(t.Context(), 2025)
	wantErr(t, "the steps", err, nil)
	if len(steps) != 1 || !bytes.Equal(steps[0], texts[won]) {
		t.Errorf("got %d steps, want the winner's", len(steps))
	}
}

func editionYears(t *testing.T, e Engine) {
	s, _ := open(t, e)
	years, err := s.Years(t.Context())
	wantErr(t, "the years of nothing", err, nil)
	if len(years) != 0 {
		t.Errorf("got %v, want no year", years)
	}
	for _, step := range [][2]int{{2026, 1}, {2024, 1}, {2024, 2}, {2024, 3}, {2031, 1}} {
		wantErr(t, "a step", s.PutStep(t.Context(), step[0], step[1], [16]byte(random(16)), []byte("{}")), nil)
	}
	years, err = s.Years(t.Context())
	wantErr(t, "the years", err, nil)
	if want := []int{2024, 2026, 2031}; !slices.Equal(years, want) {
		t.Errorf("got %v, want %v", years, want)
	}
}

// drafts holds that the newest draft counts and that none is left after the freeze.
func drafts(t *testing.T, e Engine) {
	s, address := open(t, e)
	_, err := s.Draft(t.Context(), 2025)
	wantErr(t, "no draft", err, fs.ErrNotExist)
	other, last := random(30), random(30)
	wantErr(t, "a draft of another year", s.PutDraft(t.Context(), 2024, 1, other), nil)
	for n := 1; n <= 11; n++ {
		last = random(30)
		wantErr(t, "a draft", s.PutDraft(t.Context(), 2025, n, last), nil)
	}
	wantErr(t, "a number twice", s.PutDraft(t.Context(), 2025, 3, random(30)), fs.ErrExist)
	got, err := s.Draft(t.Context(), 2025)
	wantErr(t, "the newest draft", err, nil)
	if !bytes.Equal(got, last) {
		t.Error("the newest draft is not the last one stored")
	}
	for range 2 {
		wantErr(t, "dropping the drafts", s.DropDrafts(t.Context(), 2025), nil)
	}
	_, err = s.Draft(t.Context(), 2025)
	wantErr(t, "a dropped draft", err, fs.ErrNotExist)
	if got, err = s.Draft(t.Context(), 2024); err != nil || !bytes.Equal(got, other) {
		t.Errorf("the draft of another year went too: %v", err)
	}
	for _, d := range e.Behind(t, address, s).Walk(t) {
		if id, ok := d.ID.(string); ok && d.Collection == "keys" && id != "draft:2024:0001" {
			t.Errorf("key %q is left", id)
		}
	}
}
