package caseweb

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// The workflow as a member meets it: through the API alone. What the server
// offers must be what it does, for every state, move, role and guard.

const (
	longAgo  = "2026-06"
	old      = "2026-07-01" // more than 90 days before testDay
	resumeOn = "2027-06-01"
)

// caseAt makes a case that came to the state on the day.
func (o *office) caseAt(t *testing.T, state incident.State, track incident.Track, day string) incident.CaseID {
	t.Helper()
	id := incident.CaseID(newID())
	e, err := incident.NewCase(id, incident.Op(random(16)), longAgo, city, 1, track, nil, box(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if state != incident.StateReceived {
		o.link(t, id, incident.Event{Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: day, State: state})
	}
	return id
}

// link adds an event that no member writes.
func (o *office) link(t *testing.T, id incident.CaseID, e incident.Event) {
	t.Helper()
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e.Op = incident.Op(random(16))
	last := events[len(events)-1]
	if e.State == "" {
		e.State = last.State
	}
	if err := o.db.Append(t.Context(), incident.Link(id, len(events), last.Hash, e)); err != nil {
		t.Fatal(err)
	}
}

// readyFor makes a case in which everything holds that the row's guards ask for.
func (o *office) readyFor(t *testing.T, row incident.Transition, track incident.Track, boss *client) incident.CaseID {
	t.Helper()
	day := testDay
	if slices.Contains(row.Guards, incident.GuardSilent90) {
		day = old
	}
	id := o.caseAt(t, row.From, track, day)
	do := func(path string, fields map[string]any) {
		t.Helper()
		if status, answer := boss.act(t, id, path, fields); status != http.StatusCreated {
			t.Fatalf("%s for %s to %s: %d %s", path, row.From, row.To, status, answer)
		}
	}
	for _, g := range row.Guards {
		switch g {
		case incident.GuardAssignment:
			do("assignments", fieldsOf("assignments", boss.member))
		case incident.GuardCoding:
			do("codings", fieldsOf("codings", ""))
		case incident.GuardAnswer, incident.GuardAnswerNewer:
			do("answers", fieldsOf("answers", ""))
		case incident.GuardConsent:
			do("consents", sealedFor(2, map[string]any{"rung": "act_for_me", "text": "art9/1", "track": track}))
		case incident.GuardDeadline:
			do("deadlines", fieldsOf("deadlines", ""))
		case incident.GuardWroteAgain:
			public, err := incident.Public{Epoch: 1}.Encode()
			if err != nil {
				t.Fatal(err)
			}
			o.link(t, id, incident.Event{Kind: incident.KindMessage, Actor: incident.ActorResident, Day: testMonth, Box: box(1), Public: public})
		case incident.GuardSilent30, incident.GuardSilent90, incident.GuardResumeDay, incident.GuardResumeCome, incident.GuardReason,
			incident.GuardWithin30, incident.GuardWithin12, incident.GuardApproved, incident.GuardNoHold, incident.GuardRetention,
			incident.GuardEdition:
			// The clock's, the move's or a timer's.
		}
	}
	return id
}

// moveOf is the move that the row wants, with all that it must name.
func moveOf(row incident.Transition) map[string]any {
	in := map[string]any{"to": row.To, "checks": append([]incident.Check{}, row.Checks...)}
	if len(row.Codes) > 0 {
		in["code"] = row.Codes[0]
	}
	if slices.Contains(row.Guards, incident.GuardResumeDay) {
		in["resume"] = resumeOn
	}
	return in
}

// rowOf finds the row of a move, or an empty one.
func rowOf(from, to incident.State, track incident.Track) (incident.Transition, bool) {
	i := slices.IndexFunc(incident.Transitions, func(r incident.Transition) bool {
		return r.From == from && r.To == to && slices.Contains(r.Tracks, track) && byMove(r)
	})
	if i < 0 {
		return incident.Transition{To: to}, false
	}
	return incident.Transitions[i], true
}

// byMove says whether a member makes the row's move by a plain transition.
func byMove(row incident.Transition) bool {
	return !row.FourEyes && slices.Contains(row.Kinds, incident.KindTransition)
}

// offered gives what the server offers the member, and nothing to who may not read.
func (c *client) offered(t *testing.T, id incident.CaseID) []incident.Offer {
	t.Helper()
	status, answer, _ := c.call(t, "GET", "/cases/"+string(id), nil)
	if status == http.StatusForbidden {
		return nil
	}
	var file caseAnswer
	if err := json.Unmarshal(answer, &file); err != nil || status != http.StatusOK {
		t.Fatalf("reading a case: %d %v", status, err)
	}
	return file.Allowed
}

func isOpen(offers []incident.Offer, kind incident.Kind, to incident.State) bool {
	return slices.ContainsFunc(offers, func(f incident.Offer) bool { return f.Kind == kind && f.To == to && len(f.Missing) == 0 })
}

// refusedMove wants a refusal that wrote nothing and says what would be allowed.
func (o *office) refusedMove(t *testing.T, what string, c *client, id incident.CaseID, in map[string]any) {
	t.Helper()
	before := o.revAfter(t, id)
	status, answer := c.act(t, id, "transitions", in)
	var f struct {
		Error   string           `json:"error"`
		Allowed []incident.Offer `json:"allowed"`
	}
	if err := json.Unmarshal(answer, &f); err != nil {
		t.Fatal(err)
	}
	forbidden := status == http.StatusForbidden && f.Error == "forbidden"
	transition := status == http.StatusConflict && f.Error == "transition" && f.Allowed != nil
	if !forbidden && !transition {
		t.Errorf("%s: %d %s, want it refused", what, status, answer)
	}
	if o.revAfter(t, id) != before {
		t.Errorf("%s: refused, and yet an event was written", what)
	}
}

func (o *office) people(t *testing.T) map[incident.Role]*client {
	t.Helper()
	people := map[incident.Role]*client{}
	for _, role := range []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator, incident.RoleAdmin} {
		people[role] = o.hire(t, role, city)
	}
	return people
}

// TestEveryMoveOverHTTP tries every pair of states as every role on a case in
// which nothing was done: a move succeeds exactly if it was offered.
func TestEveryMoveOverHTTP(t *testing.T) {
	o := newOffice(t)
	people := o.people(t)
	tried := 0
	for _, track := range []incident.Track{incident.TrackReport, incident.TrackCounselling} {
		for _, from := range incident.States {
			if from.Final() {
				continue
			}
			for role, c := range people {
				id := o.caseAt(t, from, track, testDay)
				for _, to := range incident.States {
					what := fmt.Sprintf("%s to %s, %s, %s", from, to, track, role)
					row, ok := rowOf(from, to, track)
					open := isOpen(c.offered(t, id), incident.KindTransition, to)
					if open && (!ok || !row.By(role.Mover())) {
						t.Errorf("%s: offered against the table", what)
					}
					tried++
					if !open {
						o.refusedMove(t, what, c, id, moveOf(row))
						continue
					}
					if status, answer := c.act(t, id, "transitions", moveOf(row)); status != http.StatusCreated {
						t.Errorf("%s: offered, and yet %d %s", what, status, answer)
					}
					id = o.caseAt(t, from, track, testDay)
				}
			}
		}
	}
	t.Logf("%d moves tried", tried)
}

// TestEveryGuardOverHTTP makes every move of the table when all its guards
// hold, and is refused whenever one check, reason or day is left out.
func TestEveryGuardOverHTTP(t *testing.T) {
	o := newOffice(t)
	people := o.people(t)
	for _, row := range incident.Transitions {
		if !byMove(row) {
			continue
		}
		for _, track := range row.Tracks {
			for role, c := range people {
				what := fmt.Sprintf("%s to %s, %s, %s", row.From, row.To, track, role)
				id := o.readyFor(t, row, track, people[incident.RoleCoordinator])
				may := row.By(role.Mover())
				if isOpen(c.offered(t, id), incident.KindTransition, row.To) != may {
					t.Errorf("%s: offered is %v, want %v", what, !may, may)
				}
				if !may {
					o.refusedMove(t, what, c, id, moveOf(row))
					continue
				}
				for i, check := range row.Checks {
					in := moveOf(row)
					in["checks"] = slices.Delete(slices.Clone(row.Checks), i, i+1)
					o.refusedMove(t, what+" without the check "+string(check), c, id, in)
				}
				for _, field := range []string{"code", "resume"} {
					in := moveOf(row)
					if _, named := in[field]; named {
						delete(in, field)
						o.refusedMove(t, what+" without "+field, c, id, in)
					}
				}
				status, answer := c.act(t, id, "transitions", moveOf(row))
				var done doneAnswer
				if err := json.Unmarshal(answer, &done); err != nil || status != http.StatusCreated || done.State != row.To {
					t.Errorf("%s: %d %s, want it done", what, status, answer)
				}
			}
		}
	}
}

// TestEveryRequestOverHTTP asks for what needs four eyes in every state as every
// role: it is taken exactly if it was offered.
func TestEveryRequestOverHTTP(t *testing.T) {
	o := newOffice(t)
	people := o.people(t)
	for _, from := range incident.States {
		if from.Final() {
			continue
		}
		for role, c := range people {
			for act, to := range map[incident.Act]incident.State{incident.ActDiscard: incident.StateDiscarded, incident.ActErase: incident.StateErased} {
				id := o.caseAt(t, from, incident.TrackReport, testDay)
				what := fmt.Sprintf("asking to %s what is %s, as %s", act, from, role)
				open := isOpen(c.offered(t, id), incident.KindRequest, to)
				in := map[string]any{"act": act}
				if act == incident.ActDiscard {
					in["code"] = "spam"
				}
				if status, answer := c.act(t, id, "requests", in); (status == http.StatusCreated) != open {
					t.Errorf("%s: offered is %v, and yet %d %s", what, open, status, answer)
				}
			}
		}
	}
}
