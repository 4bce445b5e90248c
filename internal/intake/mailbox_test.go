package intake_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// told seals a body to resident and desk, as a member's browser does.
func (o *office) told(t *testing.T, resident seal.Keys, kind incident.Kind, op incident.Op, seen, body string) []byte {
	t.Helper()
	b, err := seal.Seal(seal.Envelope{
		Case: resident.CaseID(), Kind: string(kind), Op: op.String(), Seen: seen, By: "office", At: "2026-11-23", Body: []byte(body),
	}, resident.MAC, parseRecipient(t, resident.Recipient()), o.recipient(t, city, 2))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// answer adds an answer of the office and gives its op.
func (o *office) answer(t *testing.T, resident seal.Keys, text, seen string) string {
	t.Helper()
	op := newOp(t)
	inside, err := json.Marshal(map[string]string{"text": text, "lang": "de"})
	if err != nil {
		t.Fatal(err)
	}
	o.act(t, resident, incident.Draft{Kind: incident.KindAnswer, Op: op, Box: o.told(t, resident, incident.KindAnswer, op, seen, string(inside))})
	return op.String()
}

// internal adds what the office writes for itself.
func (o *office) internal(t *testing.T, resident seal.Keys, kind incident.Kind, p incident.Public) {
	t.Helper()
	op := newOp(t)
	o.act(t, resident, incident.Draft{Kind: kind, Op: op, Public: p, Box: o.box(t, resident, string(kind), op, o.recipient(t, city, 2))})
}

func (o *office) mailbox(t *testing.T, resident seal.Keys) intake.Mailbox {
	t.Helper()
	m, err := o.Mailbox(t.Context(), resident.Locator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMailbox(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Mein Bericht"), intake.OutcomeReport)
	o.act(t, resident, incident.Draft{Kind: incident.KindAccess})
	answer := o.answer(t, resident, "Danke.", o.events(t, resident)[0].Op.String())
	if err := o.MessagePlain(t.Context(), receipt, "Meine Antwort", answer, nil); err != nil {
		t.Fatal(err)
	}
	m := o.mailbox(t, resident)
	if !m.Found || m.State != incident.StateReceived || m.Track != incident.TrackReport || m.Month != "2026-11" || m.Desk != city {
		t.Errorf("got %+v, want the case as it stands", m)
	}
	want := []intake.MailboxEvent{
		{Kind: incident.KindReport, Day: "2026-11", By: "resident"},
		{Kind: incident.KindAccess, Day: "2026-11-22", By: "office"},
		{Kind: incident.KindAnswer, Day: "2026-11-22", By: "office", Op: answer},
		{Kind: incident.KindMessage, Day: "2026-11", By: "resident", Op: m.Head},
	}
	if len(m.Events) != len(want) {
		t.Fatalf("lines: got %+v", m.Events)
	}
	for i, e := range m.Events {
		if w := want[i]; e.Kind != w.Kind || e.Day != w.Day || e.By != w.By || w.Op != "" && e.Op != w.Op || (e.Box != "") != (e.Kind == incident.KindAnswer) {
			t.Errorf("line %d: got %+v, want %+v with a box in the answer only", i+1, e, w)
		}
	}
	text := encode(t, m)
	if strings.Contains(text, member) {
		t.Error("the mailbox names a member")
	}
}

// An opening is told by the role on that day and the day, never by a person; an
// older file that does not say the role tells of somebody of the office.
func TestMailboxTellsRoles(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Mein Bericht"), intake.OutcomeReport)
	want := map[string]incident.Role{}
	member := strings.Repeat("a", 32) // one and the same: caseworker, then coordinator
	for _, role := range []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator} {
		op := newOp(t)
		events := o.events(t, resident)
		c, err := incident.Fold(events[0].Case(), events)
		if err != nil {
			t.Fatal(err)
		}
		e, err := c.Next(incident.Draft{Kind: incident.KindAccess, Actor: member, Role: role, Day: "2026-11-22", Op: op})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.db.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		want[op.String()] = role
	}
	last := o.events(t, resident)
	old := incident.Link(last[0].Case(), len(last), last[len(last)-1].Hash, incident.Event{
		Kind: incident.KindAccess, Actor: member, Day: "2026-11-22", State: last[0].State, Op: newOp(t),
	})
	if err := o.db.Append(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	m, err := o.OpenMailbox(t.Context(), receipt)
	if err != nil || len(m.Letters) != 4 {
		t.Fatalf("got %d lines, %v", len(m.Letters), err)
	}
	for _, l := range m.Letters[1:] {
		if l.Role != want[l.Op] || l.By != incident.ActorOffice {
			t.Errorf("got role %q, by %q, want role %q", l.Role, l.By, want[l.Op])
		}
	}
	if text := encode(t, o.mailbox(t, resident)); strings.Contains(text, "aaaa") {
		t.Error("the mailbox names a member")
	}
}

// What the office writes for itself is hidden, even its number: a mailbox with
// notes is the mailbox without them.
func TestMailboxHidesTheOffice(t *testing.T) {
	o := newOffice(t)
	bare, busy := o.pair(t)
	for range 3 {
		o.internal(t, busy, incident.KindNote, incident.Public{})
	}
	o.internal(t, busy, incident.KindCoding, incident.Public{Year: 2026, Taxonomy: 1})
	o.internal(t, busy, incident.KindDeadline, incident.Public{Due: "2026-12-01"}) // not told
	o.act(t, busy, incident.Draft{Kind: incident.KindCard, Box: bytes.Repeat([]byte{1}, 1052)})
	o.act(t, busy, incident.Draft{Kind: incident.KindAssignment, Public: incident.Public{Member: member}})
	for _, resident := range []seal.Keys{bare, busy} {
		o.answer(t, resident, "Danke.", "")
	}
	if got, want := shape(t, o.mailbox(t, busy)), shape(t, o.mailbox(t, bare)); got != want {
		t.Errorf("with notes and codings: got %s, want %s", got, want)
	}
}

// pair makes two cases of the same report.
func (o *office) pair(t *testing.T) (a, b seal.Keys) {
	t.Helper()
	for _, k := range []*seal.Keys{&a, &b} {
		var receipt string
		receipt, *k = newReceipt(t)
		o.plain(t, receipt, report("Dasselbe"), intake.OutcomeReport)
	}
	return a, b
}

// shape is a mailbox as JSON, with lengths in place of what is random in it.
func shape(t *testing.T, m intake.Mailbox) string {
	t.Helper()
	m.Events = slices.Clone(m.Events)
	for i := range m.Events {
		m.Events[i].Op = strconv.Itoa(len(m.Events[i].Op))
		m.Events[i].Box = strconv.Itoa(len(m.Events[i].Box))
	}
	m.Head = strconv.Itoa(len(m.Head))
	return encode(t, m)
}

func TestRegressionR14UnknownLooksEmpty(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	_, stranger := newReceipt(t)
	known, unknown := fields(t, o.mailbox(t, resident)), fields(t, o.mailbox(t, stranger))
	if !slices.Equal(known, unknown) {
		t.Errorf("fields: known %v, unknown %v, want the same", known, unknown)
	}
	m := o.mailbox(t, stranger)
	if m.Found || m.State != "" || m.Desk != "" || m.Month != "" || m.Head != "" || m.Events == nil || len(m.Events) != 0 {
		t.Errorf("unknown receipt: got %+v, want an empty mailbox", m)
	}
	nobody, _ := newReceipt(t)
	open, err := o.OpenMailbox(t.Context(), nobody)
	if err != nil || open.Found || len(open.Letters) != 0 {
		t.Errorf("opening an unknown receipt: got %+v, %v, want an empty mailbox", open, err)
	}
}

func fields(t *testing.T, m intake.Mailbox) []string {
	t.Helper()
	var got map[string]json.RawMessage
	if err := json.Unmarshal([]byte(encode(t, m)), &got); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(got))
}

// R16: nothing is stored by asking. No trace is kept of a mailbox being opened.
func TestRegressionR16AskingStoresNothing(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	o.answer(t, resident, "Danke.", "")
	file := filepath.Join(o.dir, boltstore.FileName)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		o.mailbox(t, resident)
		if _, err := o.OpenMailbox(t.Context(), receipt); err != nil {
			t.Fatal(err)
		}
		stranger, err := o.NewReceipt()
		if err != nil {
			t.Fatal(err)
		}
		o.mailbox(t, keysOf(t, stranger))
	}
	after, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the store changed by being asked (%v)", err)
	}
}

func TestOpenMailbox(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	first := o.events(t, resident)[0].Op.String()
	for kind, inside := range map[incident.Kind]string{
		incident.KindAnswer:   `{"text":"شكراً","lang":"ar","german":"Danke"}`,
		incident.KindDeadline: `{"safe_day":"2027-01-20","act":"claim_in_writing","rule":"x"}`,
		incident.KindConsent:  `{"rung":"read_it","texts":["art9/1"]}`,
	} {
		op := newOp(t)
		o.act(t, resident, incident.Draft{Kind: kind, Op: op, Box: o.told(t, resident, kind, op, first, inside)})
	}
	m, err := o.OpenMailbox(t.Context(), receipt)
	if err != nil || len(m.Letters) != 4 || len(m.Events) != 4 {
		t.Fatalf("got %d letters, %v, want 4", len(m.Letters), err)
	}
	for _, l := range m.Letters {
		if l.Damaged || len(l.Warn) > 0 {
			t.Errorf("%s: damaged %v, warnings %v", l.Kind, l.Damaged, l.Warn)
		}
		got := [6]string{l.At, l.Text, l.Lang, l.German, l.Due, l.Act}
		want := map[incident.Kind][6]string{
			incident.KindAnswer:   {"2026-11-23", "شكراً", "ar", "Danke"},
			incident.KindDeadline: {"2026-11-23", "", "", "", "2027-01-20", "claim_in_writing"},
			incident.KindConsent:  {"2026-11-23"},
		}[l.Kind]
		if got != want {
			t.Errorf("%s: got %q, want %q", l.Kind, got, want)
		}
	}
	if _, err := o.OpenMailbox(t.Context(), flip(receipt, 5)); err == nil {
		t.Error("a receipt with a wrong digit opened something")
	}
}

// R21: what does not open is shown, as damaged and with no part of its text.
func TestRegressionR21Damaged(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	_, other := newReceipt(t)
	forged := resident
	forged.MAC = other.MAC
	const text = `{"text":"geheim"}`
	tests := []damage{
		{"flipped byte", func(_ incident.Op, good []byte) []byte { good[len(good)-1] ^= 1; return good }},
		{"cut", func(_ incident.Op, good []byte) []byte { return good[:len(good)-1] }},
		{"grown", func(_ incident.Op, good []byte) []byte { return append(good, 0) }},
		{"no age file", func(incident.Op, []byte) []byte { return []byte("x") }},
		{"another case", func(op incident.Op, _ []byte) []byte { return o.told(t, other, incident.KindAnswer, op, "", text) }},
		{"another kind", func(op incident.Op, _ []byte) []byte { return o.told(t, resident, incident.KindConsent, op, "", text) }},
		{"another act", func(_ incident.Op, _ []byte) []byte {
			return o.told(t, resident, incident.KindAnswer, newOp(t), "", text)
		}},
		{"another MAC", func(op incident.Op, _ []byte) []byte { return o.told(t, forged, incident.KindAnswer, op, "", text) }},
		{"text a number", func(op incident.Op, _ []byte) []byte {
			return o.told(t, resident, incident.KindAnswer, op, "", `{"text":17}`)
		}},
		{"not for the resident", func(op incident.Op, _ []byte) []byte {
			return o.box(t, resident, "answer", op, o.recipient(t, city, 2), o.recipient(t, body, 1))
		}},
		{"for the office alone", func(op incident.Op, _ []byte) []byte {
			return o.box(t, resident, "answer", op, o.recipient(t, city, 2))
		}},
	}
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	for _, tt := range tests {
		op := newOp(t)
		box := tt.box(op, o.told(t, resident, incident.KindAnswer, op, "", text))
		o.act(t, resident, incident.Draft{Kind: incident.KindAnswer, Op: op, Box: box})
	}
	tests = append(tests, o.emptied(t, resident))
	m, err := o.OpenMailbox(t.Context(), receipt)
	if err != nil || len(m.Letters) != len(tests)+1 {
		t.Fatalf("got %d lines, %v, want every answer and the report", len(m.Letters), err)
	}
	for i, tt := range tests {
		if l := m.Letters[i+1]; !l.Damaged || l.Text != "" || l.At != "" {
			t.Errorf("%s: got damaged %v, text %q, day %q, want damaged and nothing", tt.name, l.Damaged, l.Text, l.At)
		}
	}
	if m.Letters[0].Damaged {
		t.Error("the report, which has no box here, is shown as damaged")
	}
}

// A damage is what somebody with the store might do to the box of an answer.
type damage struct {
	name string
	box  func(op incident.Op, good []byte) []byte
}

// emptied adds an answer whose box was taken away, which no program of ours makes.
func (o *office) emptied(t *testing.T, resident seal.Keys) damage {
	t.Helper()
	events := o.events(t, resident)
	last := events[len(events)-1]
	e := incident.Link(last.Case(), len(events), last.Hash, incident.Event{
		Kind: incident.KindAnswer, Actor: member, Day: "2026-11-22", State: last.State, Op: newOp(t), Public: `{"epoch":2}`,
	})
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return damage{name: "taken away"}
}

// A deadline or a file that the office keeps for itself is no damaged letter.
func TestMailboxShowsNoUntoldDeadline(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	o.internal(t, resident, incident.KindDeadline, incident.Public{})
	o.internal(t, resident, incident.KindAttachment, incident.Public{})
	op := newOp(t)
	broken := o.told(t, resident, incident.KindDeadline, op, "", `{}`)
	o.act(t, resident, incident.Draft{Kind: incident.KindDeadline, Op: op, Box: broken[:len(broken)-1]})
	m, err := o.OpenMailbox(t.Context(), receipt)
	if err != nil || len(m.Letters) != 2 || !m.Letters[1].Damaged {
		t.Errorf("got %d lines, %v, want the report and the damaged deadline", len(m.Letters), err)
	}
}

// Replay, reordering and loss show as warnings (protocol.md §5).
func TestOpenMailboxWarns(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	first := o.events(t, resident)[0].Op.String()
	if err := o.MessagePlain(t.Context(), receipt, "Noch etwas", first, nil); err != nil {
		t.Fatal(err)
	}
	o.internal(t, resident, incident.KindNote, incident.Public{}) // hidden, and no gap
	o.answer(t, resident, "ungelesen", first)
	o.answer(t, resident, "auf etwas, das fehlt", newOp(t).String())
	double := newOp(t)
	for range 2 {
		box := o.told(t, resident, incident.KindAnswer, double, first, `{"text":"doppelt"}`)
		o.act(t, resident, incident.Draft{Kind: incident.KindAnswer, Op: double, Box: box})
	}
	later := newOp(t)
	o.answer(t, resident, "auf Späteres", later.String())
	o.act(t, resident, incident.Draft{
		Kind: incident.KindAnswer, Op: later, Box: o.told(t, resident, incident.KindAnswer, later, "", `{"text":"später"}`),
	})
	opened := newOp(t) // an opening is nothing that anybody wrote
	o.act(t, resident, incident.Draft{Kind: incident.KindAccess, Op: opened})
	o.answer(t, resident, "auf eine Einsicht", opened.String())
	m, err := o.OpenMailbox(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{nil, nil, {"unread"}, {"missing"}, {"unread"}, {"double"}, {"order"}, nil, nil, {"missing"}}
	if len(m.Letters) != len(want) {
		t.Fatalf("got %d lines, want %d", len(m.Letters), len(want))
	}
	for i, l := range m.Letters {
		if !slices.Equal(l.Warn, want[i]) {
			t.Errorf("line %d, %q: got warnings %v, want %v", i+1, l.Text, l.Warn, want[i])
		}
	}
}
