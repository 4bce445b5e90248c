package incident

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"", "a\r\nb\rc\u2028d\u2029e", "\x00\x07\t\n\x7f\u0085", "\xff\xfe\xed\xa0\x80", "مرحبا \u202e", "\r\x00\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := CleanText(s)
		if !utf8.ValidString(once) {
			t.Errorf("CleanText(%q) is no valid UTF-8", s)
		}
		if twice := CleanText(once); twice != once {
			t.Errorf("CleanText is not idempotent: %q, then %q", once, twice)
		}
		if i := strings.IndexFunc(once, func(c rune) bool {
			return c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029'
		}); i >= 0 {
			t.Errorf("CleanText(%q) keeps %q", s, once[i:])
		}
	})
}

func FuzzEventID(f *testing.F) {
	f.Add(string(testCase), 1)
	f.Add("ledger", 99999999)
	f.Add("office", 100000000)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, id string, rev int) {
		// What Event made of a good id, Split takes apart again.
		if _, err := ParseCaseID(id); (err == nil || id == string(LedgerID)) && rev > 0 {
			c, n, err := CaseID(id).Event(rev).Split()
			if err != nil || string(c) != id || n != rev {
				t.Errorf("Split(Event(%q, %d)) = %q, %d, %v", id, rev, c, n, err)
			}
		}
		// What Split accepts, Event writes with the same letters.
		c, n, err := EventID(id).Split()
		if err == nil && c.Event(n) != EventID(id) {
			t.Errorf("Split(%q) = %q, %d, and Event gives %q", id, c, n, c.Event(n))
		}
		if err != nil && (c != "" || n != 0) {
			t.Errorf("Split(%q) fails and gives %q, %d", id, c, n)
		}
	})
}

func FuzzParseOp(f *testing.F) {
	f.Add(string(testCase))
	f.Add(strings.Repeat("A", 32))
	f.Fuzz(func(t *testing.T, s string) {
		op, err := ParseOp(s)
		if err == nil && op.String() != s {
			t.Errorf("ParseOp(%q) writes %q", s, op)
		}
		if err != nil && op != (Op{}) {
			t.Errorf("ParseOp(%q) fails and gives %s", s, op)
		}
	})
}

// FuzzPublicFields: what is read, written and read again stays the same, and the
// second writing has the same bytes.
func FuzzPublicFields(f *testing.F) {
	for _, s := range []string{
		"", "{}", "null", `{"desk":"city","epoch":1}`, `{"hold":false}`, `{"att":[{"id":"x","chunks":1}]}`,
		`{"checks":["<coded>"]}`, `{"epoch":1}{"epoch":2}`, `{"new":1}`, `{"line":{"desks":[]}}`, `[]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Event{Public: s}.PublicFields()
		if err != nil {
			if !reflect.ValueOf(p).IsZero() {
				t.Errorf("PublicFields(%q) fails and gives %+v", s, p)
			}
			return
		}
		once, err := p.Encode()
		if err != nil {
			return // longer than an event may hold
		}
		q, err := Event{Public: once}.PublicFields()
		if err != nil {
			t.Fatalf("PublicFields(%q): %v", once, err)
		}
		twice, err := q.Encode()
		if err != nil || twice != once {
			t.Errorf("%q becomes %q, then %q, %v", s, once, twice, err)
		}
	})
}

// FuzzApply folds headers as somebody who writes to the database could make
// them: an error, never a panic.
func FuzzApply(f *testing.F) {
	f.Add("report", "resident", "2026-11", "received", `{"desk":"city","track":"report","epoch":1}`)
	f.Add("transition", "system", "", "closed", "")
	f.Add("transition", anna, "x", "discarded", "")
	f.Add("deadline", anna, "2026-11-22", "triage", `{"due":"never"}`)
	f.Fuzz(func(t *testing.T, kind, actor, day, state, public string) {
		e := Event{Kind: Kind(kind), Actor: actor, Day: day, State: State(state), Public: public, Box: sealed}
		first := Link(testCase, 0, Hash{}, e)
		second := Link(testCase, 1, first.Hash, Event{
			Kind: KindTransition, Actor: ActorSystem, Day: day, State: StateClosed,
		})
		third := Link(testCase, 2, second.Hash, e)
		c, err := Fold(testCase, []Event{first, second, third})
		if err != nil {
			return
		}
		c.Offers(anna, RoleCoordinator, today)
		for _, to := range States {
			_, _ = c.Next(byTimer(to, today))
		}
	})
}
