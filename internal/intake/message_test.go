package intake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// sealedMessage makes a message as the browser does.
func (o *office) sealedMessage(t *testing.T, resident seal.Keys, epoch int) intake.SealedMessage {
	t.Helper()
	op := newOp(t)
	return intake.SealedMessage{
		Locator: resident.Locator, Op: op, Epoch: epoch, Box: o.box(t, resident, "message", op, o.recipient(t, city, epoch)),
	}
}

func TestSealedMessage(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	m := o.sealedMessage(t, resident, 2)
	for range 2 { // the same op again is no error
		if err := o.Message(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	e := o.wantKinds(t, resident, incident.KindReport, incident.KindMessage)[1]
	if !bytes.Equal(e.Box, m.Box) || e.Op != m.Op || e.Day != "2026-11" || e.Actor != incident.ActorResident || e.Public != `{"epoch":2}` {
		t.Errorf("stored: actor %q, day %q, public %s, want resident, the month and the epoch", e.Actor, e.Day, e.Public)
	}
}

func TestSealedMessageRefused(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	_, stranger := newReceipt(t)
	good := o.sealedMessage(t, resident, 2)
	with := func(change func(*intake.SealedMessage)) intake.SealedMessage {
		m := good
		change(&m)
		return m
	}
	two := o.box(t, resident, "message", good.Op, o.recipient(t, city, 2), o.recipient(t, body, 1))
	tests := []struct {
		name string
		m    intake.SealedMessage
		want error // nil: a fault of the box
	}{
		{"unknown receipt", o.sealedMessage(t, stranger, 2), incident.ErrNotFound},
		{"closed epoch", o.sealedMessage(t, resident, 1), incident.ErrEpoch},
		{"no such epoch", with(func(m *intake.SealedMessage) { m.Epoch = 9 }), incident.ErrEpoch},
		{"no epoch", with(func(m *intake.SealedMessage) { m.Epoch = 0 }), incident.ErrEpoch},
		{"nothing", with(func(m *intake.SealedMessage) { m.Box = nil }), nil},
		{"two recipients", with(func(m *intake.SealedMessage) { m.Box = two }), nil},
		{"cut", with(func(m *intake.SealedMessage) { m.Box = m.Box[:len(m.Box)-1] }), nil},
	}
	for _, tt := range tests {
		err := o.Message(t.Context(), tt.m)
		var faults incident.Faults
		if tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && (!errors.As(err, &faults) || !faults.Has("box", "box")) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	o.wantKinds(t, resident, incident.KindReport)
	o.at(t, "2026-11-02T23:00:00Z") // 48 hours after the old epoch ended
	if err := o.Message(t.Context(), o.sealedMessage(t, resident, 1)); err != nil {
		t.Errorf("within the grace: %v", err)
	}
}

func TestPlainMessage(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	first := o.events(t, resident)[0].Op.String()
	for range 2 { // the same POST twice is one message
		if err := o.MessagePlain(t.Context(), receipt, "Noch <eins>:\r\nmorgen", first, nil); err != nil {
			t.Fatal(err)
		}
	}
	e := o.wantKinds(t, resident, incident.KindReport, incident.KindMessage)[1]
	env := o.open(t, city, 2, resident, e)
	var got struct{ Text string }
	if err := json.Unmarshal(env.Body, &got); err != nil || got.Text != "Noch <eins>:\nmorgen" {
		t.Errorf("text: got %q, %v", got.Text, err)
	}
	if env.By != "server" || env.Seen != first || env.At != "2026-11-22" {
		t.Errorf("inside: got by %q, seen %q, at %q", env.By, env.Seen, env.At)
	}
	// The same words after an answer are another message.
	if err := o.MessagePlain(t.Context(), receipt, "Noch <eins>:\nmorgen", e.Op.String(), nil); err != nil {
		t.Fatal(err)
	}
	o.wantKinds(t, resident, incident.KindReport, incident.KindMessage, incident.KindMessage)
}

// What a page carries along may be old, empty or nonsense: the words count.
func TestPlainMessageWithStrangeSeen(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	for i, seen := range []string{"", "x", strings.Repeat("Z", 32), strings.Repeat("ab", 17), "<script>"} {
		if err := o.MessagePlain(t.Context(), receipt, fmt.Sprintf("Wort %d", i), seen, nil); err != nil {
			t.Errorf("seen %q: %v", seen, err)
		}
	}
	for _, e := range o.events(t, resident)[1:] {
		if env := o.open(t, city, 2, resident, e); env.Seen != "" {
			t.Errorf("seen: got %q, want nothing", env.Seen)
		}
	}
}

func TestPlainMessageRefused(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	stranger, _ := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	if err := o.MessagePlain(t.Context(), stranger, "Text", "", nil); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("unknown receipt: got %v, want ErrNotFound", err)
	}
	for _, tt := range []struct{ receipt, text, field, key string }{
		{receipt, " \x00\n", "text", "required"},
		{receipt, strings.Repeat("ö", incident.MaxText+1), "text", "too_long"},
		{flip(receipt, 3), "Text", "receipt", "check"},
	} {
		var faults incident.Faults
		err := o.MessagePlain(t.Context(), tt.receipt, tt.text, "", nil)
		if !errors.As(err, &faults) || !faults.Has(tt.field, tt.key) {
			t.Errorf("want %s %s, got %v", tt.field, tt.key, err)
		}
	}
	o.wantKinds(t, resident, incident.KindReport)
	if err := o.MessagePlain(t.Context(), receipt, strings.Repeat("𝄞", incident.MaxText), "", nil); err != nil {
		t.Errorf("the longest message: %v", err)
	}
	// Escapes for HTML would make six bytes of one, and three buckets of one.
	if err := o.MessagePlain(t.Context(), receipt, strings.Repeat("<", incident.MaxText), "", nil); err != nil {
		t.Error(err)
	}
	if e := o.wantKinds(t, resident, incident.KindReport, incident.KindMessage, incident.KindMessage)[2]; len(e.Box) != 18_043 {
		t.Errorf("12,000 angle brackets: got a box of %d bytes, want 18,043", len(e.Box))
	}
}

// Residents do not lock: whoever comes second is put behind, and nobody's words
// are lost.
func TestMessagesAtOnce(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	var group sync.WaitGroup
	for i := range 4 {
		m := o.sealedMessage(t, resident, 2)
		group.Go(func() {
			if err := o.Message(t.Context(), m); err != nil {
				t.Errorf("sealed message: %v", err)
			}
		})
		group.Go(func() {
			if err := o.MessagePlain(t.Context(), receipt, fmt.Sprintf("Wort %d", i), "", nil); err != nil {
				t.Errorf("plain message: %v", err)
			}
		})
	}
	group.Go(func() { o.insist(t, resident) })
	group.Wait()
	counted := map[incident.Kind]int{}
	for _, e := range o.events(t, resident) {
		counted[e.Kind]++
	}
	if counted[incident.KindMessage] != 8 || counted[incident.KindAccess] != 3 || len(counted) != 3 {
		t.Errorf("events: got %v, want 8 messages and 3 openings behind the report", counted)
	}
}

// insist lets a member open the case three times while others write.
func (o *office) insist(t *testing.T, resident seal.Keys) {
	t.Helper()
	id := incident.CaseID(resident.CaseID())
	for range 3 {
		op := newOp(t)
		for {
			events, err := o.db.File(t.Context(), id)
			if err != nil {
				t.Error(err)
				return
			}
			c, err := incident.Fold(id, events)
			if err != nil {
				t.Error(err)
				return
			}
			e, err := c.Next(incident.Draft{Kind: incident.KindAccess, Actor: member, Role: incident.RoleCaseworker, Day: "2026-11-22", Op: op})
			if err != nil {
				t.Error(err)
				return
			}
			if err := o.db.Append(t.Context(), e); err == nil {
				break
			} else if !errors.Is(err, incident.ErrConflict) {
				t.Error(err)
				return
			}
		}
	}
}

// The last place is kept for the wish to be forgotten.
func TestResidentLimit(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	m := o.sealedMessage(t, resident, 2)
	for i := range incident.MaxResidentEvents - 2 {
		m.Op = newOp(t)
		if err := o.Message(t.Context(), m); err != nil {
			t.Fatalf("message %d: %v", i+1, err)
		}
	}
	if err := o.Message(t.Context(), m); err != nil {
		t.Errorf("the last one again: %v", err)
	}
	m.Op = newOp(t)
	if err := o.Message(t.Context(), m); !errors.Is(err, incident.ErrFull) {
		t.Errorf("one more: got %v, want ErrFull", err)
	}
	if err := o.MessagePlain(t.Context(), receipt, "Noch etwas", "", nil); !errors.Is(err, incident.ErrFull) {
		t.Errorf("one more without JavaScript: got %v, want ErrFull", err)
	}
	if got := len(o.events(t, resident)); got != incident.MaxResidentEvents-1 {
		t.Errorf("events: got %d, want %d", got, incident.MaxResidentEvents-1)
	}
}

// A resident's message brings a question back to the desk.
func TestMessageAnswersAQuestion(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	o.act(t, resident, incident.Draft{Kind: incident.KindAssignment, Public: incident.Public{Member: member}})
	o.act(t, resident, incident.Draft{Kind: incident.KindTransition, To: incident.StateTriage})
	o.answer(t, resident, "Wann war das?", "")
	o.act(t, resident, incident.Draft{
		Kind: incident.KindTransition, To: incident.StateQueryOpen, Public: incident.Public{Checks: []string{string(incident.CheckMayAsk)}},
	})
	if err := o.MessagePlain(t.Context(), receipt, "Am Montag.", "", nil); err != nil {
		t.Fatal(err)
	}
	events := o.events(t, resident)
	if got := events[len(events)-1].State; got != incident.StateTriage {
		t.Errorf("state after the message: got %s, want triage", got)
	}
}
