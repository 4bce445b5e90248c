package incident

import (
	"encoding/binary"
	"errors"
	"testing"
)

// Days, people and ids of the tests.
const (
	today = "2026-11-22"
	month = "2026-11"

	anna = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
	ben  = "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"

	testCase CaseID = "000102030405060708090a0b0c0d0e0f"
)

var sealed = []byte("sealed")

// opNo gives an op of its own to each number.
func opNo(n int) Op {
	var op Op
	binary.BigEndian.PutUint64(op[8:], uint64(n))
	return op
}

// A casefile grows a case in a test: with put as any stored chain could look,
// with next by the rules only.
type casefile struct {
	t      *testing.T
	events []Event
}

// newFile starts a case of the track, received in the month of today.
func newFile(t *testing.T, track Track) *casefile {
	t.Helper()
	return newFileOf(t, track, month)
}

func newFileOf(t *testing.T, track Track, month string) *casefile {
	t.Helper()
	e, err := NewCase(testCase, opNo(1), month, "city", 1, track, nil, sealed)
	if err != nil {
		t.Fatalf("NewCase: %v", err)
	}
	return &casefile{t, []Event{e}}
}

func (f *casefile) head() Event { return f.events[len(f.events)-1] }

// put links an event to the chain without asking the rules. State, day and op
// are filled in where they are empty.
func (f *casefile) put(e Event, p Public) *casefile {
	f.t.Helper()
	public, err := p.Encode()
	if err != nil {
		f.t.Fatalf("Encode: %v", err)
	}
	e.Public = public
	if e.State == "" {
		e.State = f.head().State
	}
	if e.Day == "" {
		e.Day = today
		if e.ByResident() {
			e.Day = month
		}
	}
	if e.Op == (Op{}) {
		e.Op = opNo(len(f.events) + 1)
	}
	f.events = append(f.events, Link(testCase, len(f.events), f.head().Hash, e))
	return f
}

// did puts an event of the kind without public fields.
func (f *casefile) did(k Kind, actor string) *casefile {
	f.t.Helper()
	return f.put(Event{Kind: k, Actor: actor}, Public{})
}

// moved puts the transition of a member to the state.
func (f *casefile) moved(to State, day string) *casefile {
	f.t.Helper()
	return f.put(Event{Kind: KindTransition, Actor: anna, State: to, Day: day}, Public{})
}

func (f *casefile) fold() *Case {
	f.t.Helper()
	c, err := Fold(testCase, f.events)
	if err != nil {
		f.t.Fatalf("Fold: %v", err)
	}
	return c
}

// next adds what the draft makes, by the rules.
func (f *casefile) next(d Draft) *Case {
	f.t.Helper()
	e, err := f.fold().Next(f.filled(d))
	if err != nil {
		f.t.Fatalf("Next(%s by %s): %v", d.Kind, d.Role, err)
	}
	f.events = append(f.events, e)
	c, err := Fold(testCase, f.events)
	if err != nil && !e.State.Final() {
		f.t.Fatalf("Fold: %v", err)
	}
	return c
}

// refused checks that the rules refuse the draft with this error.
func (f *casefile) refused(d Draft, want error) {
	f.t.Helper()
	e, err := f.fold().Next(f.filled(d))
	if !errors.Is(err, want) {
		f.t.Errorf("Next(%s to %q by %s %.4s) = %v, %v, want %v", d.Kind, d.To, d.Role, d.Actor, e.ID, err, want)
	}
}

// filled gives the draft a day, an op and, if its kind needs one, a box.
func (f *casefile) filled(d Draft) Draft {
	if d.Day == "" {
		d.Day = today
	}
	if d.Op == (Op{}) {
		d.Op = opNo(len(f.events) + 1)
	}
	if r, ok := rule(d.Kind); ok && r.box == boxAlways && d.Box == nil {
		d.Box, d.Public.Epoch = sealed, 1
	}
	return d
}

// byMember, byResident and byTimer make the drafts that the tests use most.
func byMember(k Kind, member string, role Role, p Public) Draft {
	return Draft{Kind: k, Actor: member, Role: role, Public: p}
}

func byResident(k Kind, p Public) Draft { return Draft{Kind: k, Actor: ActorResident, Public: p} }

func byTimer(to State, day string) Draft {
	return Draft{Kind: KindTransition, Actor: ActorSystem, To: to, Day: day}
}

func ptr[T any](v T) *T { return &v }
