package casework_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

const (
	day   = "2026-11-22"
	month = "2026-11"
	city  = "city"
	body  = "body" // the independent one
)

// An office is a Service on the real embedded store, with a clock of its own.
type office struct {
	*casework.Service
	db  *boltstore.DB
	day atomic.Pointer[time.Time]

	room atomic.Int64
}

func newOffice(t testing.TB) *office {
	t.Helper()
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{db: db}
	o.Service = &casework.Service{
		Store: db, Files: db, Room: o, Ledger: db, Keeper: db, Site: "melden.example",
		Keys: func() []incident.PinnedKey {
			return []incident.PinnedKey{
				{Desk: city, Epoch: 1, From: "2026-01", Until: "2026-10", Recipient: recipient('q')},
				{Desk: city, Epoch: 2, From: "2026-11", Recipient: recipient('p')},
				{Desk: body, Epoch: 1, From: "2026-01", Recipient: recipient('z')},
			}
		},
		Desks:    func() []incident.Desk { return []incident.Desk{{ID: city, Name: "Stadt"}, {ID: body, Name: "Verein"}} },
		CheckBox: checkTestBox,
		Now:      func() time.Time { return *o.day.Load() },
		Rand:     rand.Reader,
	}
	o.at(t, day)
	return o
}

// Take and Give are the room of uploads: as many chunks as a test allows.
func (o *office) Take() bool { return o.room.Add(-1) >= 0 }

func (o *office) Give(chunks int) { o.room.Add(int64(chunks)) }

// at sets the clock to noon of a day.
func (o *office) at(t testing.TB, day string) {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	noon := d.Add(12 * time.Hour)
	o.day.Store(&noon)
}

// box makes bytes that checkTestBox takes. The wall between the office's side
// and sealing holds in tests too; the real check is seal's and has its own.
func box(recipients int) []byte {
	return append([]byte("box for "+strings.Repeat("i", recipients)+"\n"), random(40)...)
}

func checkTestBox(_ string, b []byte, recipients int) error {
	if !bytes.HasPrefix(b, []byte("box for "+strings.Repeat("i", recipients)+"\n")) {
		return errors.New("no box")
	}
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func newID() string           { return hex.EncodeToString(random(16)) }
func newOp() incident.Op      { return incident.Op(random(16)) }
func recipient(c rune) string { return "age1pq1" + strings.Repeat(string(c), 1952) }

// hire adds a member to the ledger.
func (o *office) hire(t testing.TB, role incident.Role, desks ...string) incident.Member {
	t.Helper()
	id := incident.MemberID(newID())
	o.line(t, &incident.Line{Member: id, Role: role, Desks: desks})
	return incident.Member{ID: id, Role: role, Desks: desks}
}

// line writes a member line behind the newest one.
func (o *office) line(t testing.TB, says *incident.Line) {
	t.Helper()
	lines, err := o.db.Lines(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var rev int
	var head incident.Hash
	if n := len(lines); n > 0 {
		rev, head = n, lines[n-1].Hash
	}
	e, err := incident.NewLine(rev, head, incident.KindMember, incident.ActorSystem, day, newOp(), says)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// report stores the first event of a case.
func (o *office) report(t testing.TB, desk string, track incident.Track) incident.CaseID {
	t.Helper()
	id := incident.CaseID(newID())
	e, err := incident.NewCase(id, newOp(), month, desk, 1, track, nil, box(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return id
}

// add appends an event as it is, whether the workflow allows it or not.
func (o *office) add(t testing.TB, id incident.CaseID, e incident.Event, p incident.Public) {
	t.Helper()
	c := o.file(t, id)
	public, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	e.Public, e.Op = public, newOp()
	if e.State == "" {
		e.State = c.State
	}
	if e.Day == "" {
		e.Day = incident.DayOf(o.Now())
	}
	if err := o.db.Append(t.Context(), incident.Link(id, c.Rev, c.Head, e)); err != nil {
		t.Fatal(err)
	}
}

// put brings a case to a state on the clock's day.
func (o *office) put(t testing.TB, id incident.CaseID, state incident.State, p incident.Public) {
	t.Helper()
	o.add(t, id, incident.Event{Kind: incident.KindTransition, Actor: incident.ActorSystem, State: state}, p)
}

func (o *office) file(t testing.TB, id incident.CaseID) *incident.Case {
	t.Helper()
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := incident.Fold(id, events)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// do acts with the head that the case has now.
func (o *office) do(t testing.TB, m incident.Member, id incident.CaseID, a casework.Act) (casework.Done, error) {
	t.Helper()
	if a.Rev == 0 {
		a.Rev = o.file(t, id).Rev
	}
	if a.Op == (incident.Op{}) {
		a.Op = newOp()
	}
	return o.Do(t.Context(), m, id, a)
}

func (o *office) must(t testing.TB, m incident.Member, id incident.CaseID, a casework.Act) casework.Done {
	t.Helper()
	done, err := o.do(t, m, id, a)
	if err != nil {
		t.Fatalf("%s: %v", a.Kind, err)
	}
	return done
}

// sealedTo completes an act with a box for so many recipients.
func sealedTo(a casework.Act, recipients int) casework.Act {
	a.Box, a.Public.Epoch = box(recipients), 2
	return a
}

func answer() casework.Act { return sealedTo(casework.Act{Kind: incident.KindAnswer}, 2) }
func note() casework.Act   { return sealedTo(casework.Act{Kind: incident.KindNote}, 1) }
func access() casework.Act { return casework.Act{Kind: incident.KindAccess} }

func coding() casework.Act {
	return sealedTo(casework.Act{Kind: incident.KindCoding, Public: incident.Public{Year: 2026, Taxonomy: 1}}, 1)
}

func deadline() casework.Act {
	return sealedTo(casework.Act{Kind: incident.KindDeadline, Public: incident.Public{Due: "2026-12-03"}}, 2)
}

func consent(track incident.Track) casework.Act {
	return sealedTo(casework.Act{Kind: incident.KindConsent, Public: incident.Public{Rung: "answer_me", Text: "art9/1", Track: track}}, 2)
}

func card() casework.Act {
	return casework.Act{Kind: incident.KindCard, Box: random(casework.CardSize), Public: incident.Public{Epoch: 2}}
}

func assign(id incident.MemberID) casework.Act {
	return casework.Act{Kind: incident.KindAssignment, Public: incident.Public{Member: id}}
}

func ask(act incident.Act, code string) casework.Act {
	return casework.Act{Kind: incident.KindRequest, Public: incident.Public{Act: act, Code: code}}
}

func approve(of incident.Op) casework.Act {
	return casework.Act{Kind: incident.KindApproval, Public: incident.Public{Of: of.String()}}
}
