package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

const (
	caseA = incident.CaseID("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	caseB = incident.CaseID("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	caseC = incident.CaseID("cccccccccccccccccccccccccccccccc") // was erased as it should be
	boss  = incident.MemberID("0123456789abcdef0123456789abcdef")
)

// A scene is an office whose store somebody else can write to between two runs
// of verify. The checkpoint and its key lie outside the database.
type scene struct {
	config  config.Config
	edition statistics.Published
	step    []byte // of the edition, as the store keeps it
}

// with opens the store for what the office itself does.
func (s scene) with(t *testing.T, do func(store)) {
	t.Helper()
	db, err := openStore(t.Context(), s.config, true)
	if err != nil {
		t.Fatal(err)
	}
	do(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// verify runs it and gives its findings, one a line.
func (s scene) verify(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	s.with(t, func(db store) {
		v, err := verifyAll(t.Context(), s.config, db)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range v.Findings {
			all.WriteString(f.Where + ": " + f.What + "\n")
		}
	})
	return all.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lineOf appends a line to the ledger.
func lineOf(t testing.TB, db store, kind incident.Kind, actor string, op incident.Op, says *incident.Line) {
	t.Helper()
	lines, err := db.Lines(t.Context(), 0, 100)
	must(t, err)
	var head incident.Hash
	if n := len(lines); n > 0 {
		head = lines[n-1].Hash
	}
	day := "2026-11-22"
	if kind == incident.KindErasure {
		day = "2026-11"
	}
	e, err := incident.NewLine(len(lines), head, kind, actor, day, op, says)
	must(t, err)
	must(t, db.Record(t.Context(), e))
}

// goOn appends an event behind a case's newest.
func goOn(t *testing.T, db store, id incident.CaseID, e incident.Event) incident.Event {
	t.Helper()
	events, err := db.Raw(t.Context(), id)
	must(t, err)
	head := events[len(events)-1]
	if e.State == "" {
		e.State = head.State
	}
	e = incident.Link(id, head.Rev(), head.Hash, e)
	must(t, db.Append(t.Context(), e))
	return e
}

func answerBy(op byte, text string) incident.Event {
	return incident.Event{Kind: incident.KindAnswer, Actor: string(boss), Day: "2026-11-22", Op: incident.Op{op}, Public: `{"epoch":1}`, Box: []byte(text)}
}

func endOf(op byte) incident.Event {
	return incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased,
		Op: incident.Op{op}, Public: `{"code":"withdrawal"}`,
	}
}

// settle makes a small office: two cases that go on, one that was erased, a
// member, an edition; and lets verify write its checkpoint.
func (s scene) settle(t *testing.T) {
	t.Helper()
	s.with(t, func(db store) {
		lineOf(t, db, incident.KindSite, incident.ActorSystem, incident.Op{1}, &incident.Line{Site: s.config.Site.ID})
		lineOf(t, db, incident.KindMember, incident.ActorSystem, incident.Op{2}, &incident.Line{Member: boss, Role: incident.RoleCaseworker, Desks: []string{"city"}})
		lineOf(t, db, incident.KindLogin, string(boss), incident.Op{3}, nil)
		for i, id := range []incident.CaseID{caseA, caseB, caseC} {
			e, err := incident.NewCase(id, incident.Op{10, byte(i)}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed "+string(id)))
			must(t, err)
			must(t, db.Append(t.Context(), e))
			goOn(t, db, id, incident.Event{Kind: incident.KindAccess, Actor: string(boss), Day: "2026-11-22", Op: incident.Op{20, byte(i)}})
			goOn(t, db, id, answerBy(byte(30+i), "answer to "+string(id)))
		}
		final := goOn(t, db, caseC, endOf(40))
		must(t, db.Drop(t.Context(), final.ID))
		lineOf(t, db, incident.KindErasure, incident.ActorOffice, final.Op, &incident.Line{Month: "2026-11", Reason: "withdrawal"})
		must(t, db.PutStep(t.Context(), s.edition.Edition.Year, 1, incident.Op{50}, s.step))
		lineOf(t, db, incident.KindEdition, string(boss), incident.Op{51}, &incident.Line{
			Year: s.edition.Edition.Year, Edition: s.edition.Hash(), Signer: s.edition.Edition.PublicKey(),
		})
	})
	if found := s.verify(t); found != "" {
		t.Fatalf("before the attack: %s", found)
	}
}

// rewrite makes a case anew from other events, with a chain that holds: what an
// intruder does who can compute hashes, which hold no secret.
func (s scene) rewrite(t *testing.T, id incident.CaseID, change func([]incident.Event) []incident.Event) {
	t.Helper()
	in := newIntruder(t, s.config)
	var events []incident.Event
	s.with(t, func(db store) {
		var err error
		events, err = db.Raw(t.Context(), id)
		must(t, err)
	})
	for _, e := range events {
		in.remove(t, "events", string(e.ID))
	}
	in.remove(t, "cases", string(id))
	s.with(t, func(db store) {
		var head incident.Hash
		for i, e := range change(events) {
			e = incident.Link(id, i, head, e)
			head = e.Hash
			must(t, db.Append(t.Context(), e))
		}
	})
}

// attacks are what somebody can do who writes to the database, and the words in
// which verify tells the operator. SECURITY.md lists them, with what verify
// cannot see and who sees it instead.
func attacks() map[string]struct {
	do    func(*testing.T, scene)
	noted []string // one for each run of verify after the attack; "" for a clean one
} {
	type attack = struct {
		do    func(*testing.T, scene)
		noted []string
	}
	id := func(c incident.CaseID, rev int) string { return string(c.Event(rev)) }
	behind := func(do func(*testing.T, intruder)) func(*testing.T, scene) {
		return func(t *testing.T, s scene) { t.Helper(); do(t, newIntruder(t, s.config)) }
	}
	again := func(what string) []string { return []string{what, what} }
	all := map[string]attack{
		"an event is edited": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.edit(t, "events", id(caseA, 2), "day", "2026-11-22", "2026-11-21")
		}), again("checking event 2: chain is broken")},
		"a ciphertext is moved to another case": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.put(t, "events", id(caseB, 3), id(caseA, 3))
		}), again("case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: checking event 3: chain is broken")},
		"a ciphertext is changed": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.edit(t, "events", id(caseA, 3), "box", "answer", "ANSWER")
		}), again("checking event 3: chain is broken")},
		"an event in the middle is deleted": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.remove(t, "events", id(caseA, 2))
		}), again("checking event 2: chain is broken")},
		"the newest event is deleted": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.remove(t, "events", id(caseA, 3))
		}), again("ends at event 2, event 3 was there")},
		"a whole case is deleted": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			for rev := range 3 {
				in.remove(t, "events", id(caseA, rev+1))
			}
			in.remove(t, "cases", string(caseA))
		}), again("is gone without an erasure")},
	}
	maps.Copy(all, rewrites())
	maps.Copy(all, map[string]attack{
		"a line of the ledger is edited": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.edit(t, "ledger", "ledger:00000003", "day", "2026-11-22", "2026-11-21")
		}), again("ledger: reading ledger line 3: chain is broken")},
		"the ledger is cut off": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.remove(t, "ledger", "ledger:00000005")
		}), again("ledger: line 5 is not the one of")},
		"a member's role is raised": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.edit(t, "members", string(boss), "role", "caseworker", "coordinator"[:len("caseworker")])
		}), again("differ from the ledger")},
		"a published figure is changed": {func(t *testing.T, s scene) {
			t.Helper()
			at := regexp.MustCompile(`[0-9A-Za-z+/]{12}`).Find(s.step[len(s.step)/2:])
			changed := bytes.ToUpper(at)
			if bytes.Equal(at, changed) {
				changed = bytes.ToLower(at)
			}
			newIntruder(t, s.config).edit(t, "editions", fmt.Sprintf("%d:00000001", s.edition.Edition.Year), "step", string(at), string(changed))
		}, again("edition of 2027: ")},
		"a case is hidden from the list": {behind(func(t *testing.T, in intruder) {
			t.Helper()
			in.remove(t, "cases", string(caseA))
		}), again("projection is missing")},
	})
	return all
}

// rewrites are the attacks that leave a chain that holds.
func rewrites() map[string]struct {
	do    func(*testing.T, scene)
	noted []string
} {
	type attack = struct {
		do    func(*testing.T, scene)
		noted []string
	}
	again := func(what string) []string { return []string{what, what} }
	of := func(change func([]incident.Event) []incident.Event) func(*testing.T, scene) {
		return func(t *testing.T, s scene) { t.Helper(); s.rewrite(t, caseA, change) }
	}
	return map[string]attack{
		"events are reordered": {of(func(e []incident.Event) []incident.Event {
			return []incident.Event{e[0], e[2], e[1]}
		}), again("event 3 is not the one that was there")},
		"an event in the middle is deleted, chain made anew": {of(func(e []incident.Event) []incident.Event {
			return []incident.Event{e[0], e[2]}
		}), again("ends at event 2, event 3 was there")},
		"a ciphertext is exchanged, chain made anew": {of(func(e []incident.Event) []incident.Event {
			e[2].Box = []byte("answer of another case")
			return e
		}), again("event 3 is not the one that was there")},
		"an act is replayed": {of(func(e []incident.Event) []incident.Event {
			return append(e, e[2])
		}), again("event 4 repeats an act that stands before it")},
		"the ledger is forked": {func(t *testing.T, s scene) {
			t.Helper()
			in := newIntruder(t, s.config)
			for _, rev := range []string{"2", "3", "4", "5"} {
				in.remove(t, "ledger", "ledger:0000000"+rev)
			}
			in.remove(t, "members", string(boss))
			s.with(t, func(db store) {
				lineOf(t, db, incident.KindMember, incident.ActorSystem, incident.Op{2}, &incident.Line{Member: boss, Role: incident.RoleCoordinator, Desks: []string{"city"}})
				lineOf(t, db, incident.KindLogin, string(boss), incident.Op{3}, nil)
				lineOf(t, db, incident.KindErasure, incident.ActorOffice, incident.Op{40}, &incident.Line{Month: "2026-11", Reason: "withdrawal"})
				lineOf(t, db, incident.KindEdition, string(boss), incident.Op{51}, &incident.Line{
					Year: s.edition.Edition.Year, Edition: s.edition.Hash(), Signer: s.edition.Edition.PublicKey(),
				})
			})
		}, again("ledger: line 5 is not the one of")},
		"a line by somebody whom nobody admitted": {func(t *testing.T, s scene) {
			t.Helper()
			s.with(t, func(db store) {
				lineOf(t, db, incident.KindLogin, strings.Repeat("d", 32), incident.Op{60}, nil)
			})
		}, again("line 6 is by somebody whom no line admits")},
		"an end is forged, and later taken away": {func(t *testing.T, s scene) {
			t.Helper()
			s.with(t, func(db store) {
				must(t, db.Drop(t.Context(), goOn(t, db, caseA, endOf(70)).ID))
			})
			if found := s.verify(t); !strings.Contains(found, "the ledger has no line of its erasure") {
				t.Errorf("while the forged end stands: %q", found)
			}
			newIntruder(t, s.config).remove(t, "events", string(caseA.Event(4)))
		}, again("is gone without an erasure")},
		"an erased case is put back": {func(t *testing.T, s scene) {
			t.Helper()
			newIntruder(t, s.config).remove(t, "events", string(caseC.Event(4)))
			s.with(t, func(db store) {
				e, err := incident.NewCase(caseC, incident.Op{10, 2}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed "+string(caseC)))
				must(t, err)
				must(t, db.Append(t.Context(), e))
			})
		}, again("ends at event 1, event 4 was there")},
		// What verify cannot see. The browsers do: the box has no MAC of the case,
		// and opening.test.ts, mailbox_test.go and thread tests show it.
		"an answer is forged behind the newest": {func(t *testing.T, s scene) {
			t.Helper()
			s.with(t, func(db store) { goOn(t, db, caseA, answerBy(80, "forged")) })
		}, again("")},
		// Nobody sees it: the tail that came after the last checkpoint is cut off.
		"what came after the checkpoint is cut off": {func(t *testing.T, s scene) {
			t.Helper()
			s.with(t, func(db store) { goOn(t, db, caseA, answerBy(90, "later")) })
			s.rewrite(t, caseA, func(e []incident.Event) []incident.Event { return e[:3] })
		}, again("")},
		// Nobody but people sees it: an end with a line, as if the office had decided.
		"an end is forged together with its line": {func(t *testing.T, s scene) {
			t.Helper()
			s.with(t, func(db store) {
				final := goOn(t, db, caseA, endOf(71))
				must(t, db.Drop(t.Context(), final.ID))
				lineOf(t, db, incident.KindErasure, incident.ActorOffice, final.Op, &incident.Line{Month: "2026-11", Reason: "withdrawal"})
			})
		}, again("")},
	}
}

// TestDatabaseWriter plays every attack on its own store, in one file, and in a
// Mongo-wire engine.
func TestDatabaseWriter(t *testing.T) {
	all := attacks()
	names := slices.Sorted(maps.Keys(all))
	edition, step, _ := toyEdition(t)
	uri := ""
	if !testing.Short() {
		uri = ferret(t)
	}
	for i, name := range names {
		engines := map[string]string{"one file": ""}
		if uri != "" {
			engines["Mongo-wire"] = uri
		}
		for engine, at := range engines {
			t.Run(name+", "+engine, func(t *testing.T) {
				env := []string{"BEISTAND_DATA=" + t.TempDir(), "BEISTAND_SITE_ID=melden.example"}
				if at != "" {
					env = append(env, "BEISTAND_MONGODB_URI="+at, "BEISTAND_MONGODB_DATABASE=attack"+string(rune('a'+i)))
				}
				c, err := config.Load("", env)
				must(t, err)
				s := scene{config: c, edition: edition, step: step}
				s.settle(t)
				all[name].do(t, s)
				for run, want := range all[name].noted {
					found := s.verify(t)
					if want == "" && found != "" || !strings.Contains(found, want) {
						t.Errorf("run %d of verify finds %q, want %q", run+1, found, want)
					}
				}
			})
		}
	}
}

// TestDatabaseTurnedBack: an older copy of the whole database is put in place of
// the present one. Everything in it is whole; the checkpoint knows better.
func TestDatabaseTurnedBack(t *testing.T) {
	c, err := config.Load("", []string{"BEISTAND_DATA=" + t.TempDir(), "BEISTAND_SITE_ID=melden.example"})
	must(t, err)
	edition, step, _ := toyEdition(t)
	s := scene{config: c, edition: edition, step: step}
	s.settle(t)
	path := filepath.Join(c.Data, boltstore.FileName)
	old, err := os.ReadFile(path)
	must(t, err)
	s.with(t, func(db store) {
		goOn(t, db, caseA, answerBy(90, "later"))
		lineOf(t, db, incident.KindMember, string(boss), incident.Op{91}, &incident.Line{Member: boss, Role: incident.RoleCaseworker, Off: true})
	})
	if found := s.verify(t); found != "" {
		t.Fatalf("before it is turned back: %s", found)
	}
	must(t, os.WriteFile(path, old, 0o600))
	for range 2 {
		found := s.verify(t)
		for _, want := range []string{"ledger: line 6 is not the one of", "ends at event 3, event 4 was there"} {
			if !strings.Contains(found, want) {
				t.Errorf("verify finds %q, want %q", found, want)
			}
		}
	}
}
