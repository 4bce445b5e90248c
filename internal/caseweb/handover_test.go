package caseweb

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// advised makes a case whose resident wants more than to be read, and records
// that something may go to another desk; it gives the consent's op.
func (c *client) advised(t *testing.T, more map[string]any) (incident.CaseID, string) {
	t.Helper()
	id := c.o.report(t, city, incident.TrackCounselling)
	return id, c.consents(t, id, more)
}

func (c *client) consents(t *testing.T, id incident.CaseID, more map[string]any) string {
	t.Helper()
	fields := sealedFor(2, map[string]any{"op": newID(), "rung": "answer_me", "text": "passon/1", "track": "counselling"})
	for k, v := range more {
		fields[k] = v
	}
	if status, answer := c.act(t, id, "consents", fields); status != http.StatusCreated {
		t.Fatalf("consent: %d %s", status, answer)
	}
	return fields["op"].(string) //nolint:forcetypeassert // written above
}

// handing gives the fields of a hand-over to the other desk.
func handing(of string, more map[string]any) map[string]any {
	to := sealedFor(1, map[string]any{"desk": body, "case": newID(), "op": newID()})
	fields := sealedFor(2, map[string]any{"op": newID(), "of": of, "to": to})
	for k, v := range more {
		if part, ok := v.(map[string]any); ok {
			for name, value := range part {
				to[name] = value
			}
			continue
		}
		fields[k] = v
	}
	return fields
}

// arrived lists the cases that a member of the desk sees.
func arrived(t *testing.T, c *client) []incident.CaseID {
	t.Helper()
	var ids []incident.CaseID
	for _, s := range get[casesAnswer](t, c, "/cases").Cases {
		ids = append(ids, s.Case)
	}
	return ids
}

// TestHandOver: the summary stands at the other desk as a case of its own, told
// to the resident at the first; each desk sees its own, and nothing in the clear
// names the other case.
func TestHandOver(t *testing.T) {
	o := newOffice(t)
	here, there := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body)
	id, of := here.advised(t, nil)
	fields := handing(of, nil)
	status, answer := here.act(t, id, "handovers", fields)
	if status != http.StatusCreated {
		t.Fatalf("hand-over: %d %s", status, answer)
	}
	to := fields["to"].(map[string]any)           //nolint:forcetypeassert // written by handing
	other := incident.CaseID(to["case"].(string)) //nolint:forcetypeassert // the same
	if got := arrived(t, there); !slices.Equal(got, []incident.CaseID{other}) {
		t.Fatalf("the other desk sees %v, want %v", got, other)
	}
	first := get[caseAnswer](t, there, "/cases/"+string(other))
	e := first.Events[0]
	if want := `{"epoch":1,"desk":"verein","from":"stadt","track":"counselling"}`; e.Public != strings.NewReplacer("verein", body, "stadt", city).Replace(want) {
		t.Errorf("in the clear at the other desk: %s", e.Public)
	}
	if e.Kind != incident.KindReport || e.Actor != incident.ActorResident || e.Day != testMonth || first.Summary.State != incident.StateReceived {
		t.Errorf("the case at the other desk begins with %+v", e)
	}
	w := here.send(t, "GET", APIPrefix+"/cases/"+string(other), nil)
	wants(t, "the first desk on the new case", w.Code, w.Body.Bytes(), http.StatusNotFound, "not_found")
	w = there.send(t, "GET", APIPrefix+"/cases/"+string(id), nil)
	wants(t, "the other desk on the first case", w.Code, w.Body.Bytes(), http.StatusNotFound, "not_found")
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	told := events[len(events)-1]
	if told.Kind != incident.KindAnswer || !told.InMailbox() || told.Public != `{"epoch":1,"of":"`+of+`"}` {
		t.Errorf("the first case tells it as %s with %s", told.Kind, told.Public)
	}
	for _, shown := range []string{told.Public, told.Op.String()} {
		if strings.Contains(shown, string(other)) || strings.Contains(shown, e.Op) {
			t.Errorf("the first case names the other in the clear: %s", shown)
		}
	}
	o.handedOver(t, here, id, other, e.Op)
}

// handedOver: one line of the ledger says who passed something to which desk,
// and names neither case.
func (o *office) handedOver(t *testing.T, c *client, ids ...any) {
	t.Helper()
	lines, err := o.db.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range lines {
		if e.Kind != incident.KindExport {
			continue
		}
		found++
		if want := `{"line":{"desk":"` + body + `","reason":"desk"}}`; e.Public != want || e.Actor != string(c.member) || e.Day != testDay {
			t.Errorf("the ledger says %s by %s on %s, want %s", e.Public, e.Actor, e.Day, want)
		}
		for _, id := range ids {
			if text, ok := id.(string); ok && text == e.Op.String() {
				t.Error("the line has the op of an event")
			}
		}
	}
	if found != 1 {
		t.Errorf("%d lines about hand-overs, want 1", found)
	}
}

// TestHandOverNeedsConsent: what the resident did not allow, or no longer allows,
// reaches nobody, and the answer says why.
func TestHandOverNeedsConsent(t *testing.T) {
	o := newOffice(t)
	here, there := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, body)
	lower := func(rung string) func(*testing.T, incident.CaseID, string) {
		return func(t *testing.T, id incident.CaseID, _ string) {
			t.Helper()
			public := `{"epoch":1,"rung":"` + rung + `"}`
			o.link(t, id, incident.Event{Kind: incident.KindConsent, Actor: incident.ActorResident, Day: testMonth, Public: public, Box: box(1)})
		}
	}
	for name, tt := range map[string]struct {
		given  map[string]any
		then   func(*testing.T, incident.CaseID, string)
		fields map[string]any
		want   string
	}{
		"another text":     {given: map[string]any{"text": "art9/1"}, want: "consent_missing"},
		"none":             {fields: map[string]any{"of": newID()}, want: "consent_missing"},
		"only to be read":  {given: map[string]any{"rung": "read_it"}, want: "consent_wish"},
		"now only counted": {then: lower("count_it"), want: "consent_over"},
		"a lower wish":     {given: map[string]any{"rung": "pass_on"}, then: lower("answer_me"), want: "consent_over"},
		"taken back": {then: func(t *testing.T, id incident.CaseID, of string) {
			t.Helper()
			here.consents(t, id, map[string]any{"of": of})
		}, want: "consent_over"},
		"everything withdrawn": {then: func(t *testing.T, id incident.CaseID, _ string) {
			t.Helper()
			o.link(t, id, incident.Event{Kind: incident.KindWithdrawal, Actor: incident.ActorResident, Day: testMonth, Public: `{"epoch":1}`, Box: box(1)})
		}, want: "consent_over"},
		"used": {then: func(t *testing.T, id incident.CaseID, of string) {
			t.Helper()
			if status, answer := here.act(t, id, "handovers", handing(of, map[string]any{"to": map[string]any{"desk": body}})); status != http.StatusCreated {
				t.Fatalf("first: %d %s", status, answer)
			}
		}, want: "consent_used"},
	} {
		id, of := here.advised(t, tt.given)
		if tt.then != nil {
			tt.then(t, id, of)
		}
		before := arrived(t, there)
		status, answer := here.act(t, id, "handovers", handing(of, tt.fields))
		wants(t, name, status, answer, http.StatusConflict, tt.want)
		if got := arrived(t, there); !slices.Equal(got, before) {
			t.Errorf("%s: the other desk got a case", name)
		}
	}
	id := o.report(t, city, incident.TrackReport)
	of := here.consents(t, id, map[string]any{"track": "report"})
	status, answer := here.act(t, id, "handovers", handing(of, nil))
	wants(t, "a report that wants no advice", status, answer, http.StatusConflict, "consent_wish")
}

// TestHandOverAllowedAgain: a higher wish takes nothing back, and a new consent
// counts after an old one was taken back.
func TestHandOverAllowedAgain(t *testing.T) {
	o := newOffice(t)
	here := o.hire(t, incident.RoleCaseworker, city)
	id, of := here.advised(t, nil)
	here.consents(t, id, map[string]any{"of": of})
	again := here.consents(t, id, nil)
	o.link(t, id, incident.Event{
		Kind: incident.KindConsent, Actor: incident.ActorResident, Day: testMonth, Public: `{"epoch":1,"rung":"pass_on"}`, Box: box(1),
	})
	status, answer := here.act(t, id, "handovers", handing(of, nil))
	wants(t, "the old one", status, answer, http.StatusConflict, "consent_over")
	if status, answer = here.act(t, id, "handovers", handing(again, nil)); status != http.StatusCreated {
		t.Errorf("the new one: %d %s", status, answer)
	}
}

func TestHandOverFaults(t *testing.T) {
	o := newOffice(t)
	here, there := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, body)
	taken := o.report(t, body, incident.TrackReport)
	id, of := here.advised(t, nil)
	for name, tt := range map[string]struct {
		fields map[string]any
		status int
		key    string
	}{
		"to nobody":                {map[string]any{"to": map[string]any{"desk": "nowhere"}}, 422, "form"},
		"to oneself":               {map[string]any{"to": map[string]any{"desk": city}}, 422, "form"},
		"not sealed":               {map[string]any{"to": map[string]any{"box": []byte("plain words")}}, 422, "form"},
		"sealed to both desks":     {map[string]any{"to": map[string]any{"box": box(2)}}, 422, "form"},
		"an answer for the desk":   {map[string]any{"box": box(1)}, 422, "form"},
		"no op":                    {map[string]any{"to": map[string]any{"op": ""}}, 422, "form"},
		"no case":                  {map[string]any{"to": map[string]any{"case": "x"}}, 422, "form"},
		"the same case":            {map[string]any{"to": map[string]any{"case": string(id)}}, 422, "form"},
		"no consent named":         {map[string]any{"of": "x"}, 422, "form"},
		"words in the clear":       {map[string]any{"words": "in plain"}, 422, "form"},
		"a key that is not pinned": {map[string]any{"to": map[string]any{"epoch": 2}}, 409, "epoch"},
		"an old key of one's own":  {map[string]any{"epoch": 2}, 409, "epoch"},
		"a receipt that is taken":  {map[string]any{"to": map[string]any{"case": string(taken)}}, 409, "conflict"},
		"somebody was first":       {map[string]any{"rev": 1}, 409, "conflict"},
	} {
		before := arrived(t, there)
		status, answer := here.act(t, id, "handovers", handing(of, tt.fields))
		wants(t, name, status, answer, tt.status, tt.key)
		if got := arrived(t, there); !slices.Equal(got, before) {
			t.Errorf("%s: the other desk got a case", name)
		}
	}
	if n := o.revAfter(t, id); n != 2 {
		t.Errorf("%d events after faults only, want 2", n)
	}
}

// TestHandOverByAnAnswer: an answer cannot use up a consent, nor name itself a
// hand-over.
func TestHandOverByAnAnswer(t *testing.T) {
	o := newOffice(t)
	here := o.hire(t, incident.RoleCaseworker, city)
	id, of := here.advised(t, nil)
	status, answer := here.act(t, id, "answers", sealedFor(2, map[string]any{"of": of}))
	wants(t, "an answer with a consent", status, answer, http.StatusUnprocessableEntity, "form")
	status, answer = here.act(t, id, "consents", sealedFor(2, map[string]any{"rung": "answer_me", "text": "passon/1", "track": "counselling", "of": newID()}))
	wants(t, "a consent that takes back what is not there", status, answer, http.StatusUnprocessableEntity, "form")
}

// TestHandOverAgain: the same request again opens no second case and writes no
// second line, by whomever it is sent; who sends other boxes under its op is refused.
func TestHandOverAgain(t *testing.T) {
	o := newOffice(t)
	here, colleague, there := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, body)
	id, of := here.advised(t, nil)
	fields := handing(of, map[string]any{"rev": 2})
	for range 3 {
		if status, answer := here.act(t, id, "handovers", fields); status != http.StatusCreated {
			t.Fatalf("hand-over: %d %s", status, answer)
		}
	}
	if got := arrived(t, there); len(got) != 1 {
		t.Errorf("%d cases at the other desk, want 1", len(got))
	}
	o.handedOver(t, here)
	status, answer := colleague.act(t, id, "handovers", fields)
	wants(t, "a colleague with the same request", status, answer, http.StatusConflict, "conflict")
	other := handing(of, map[string]any{"rev": 2, "op": fields["op"], "of": newID()})
	status, answer = here.act(t, id, "handovers", other)
	wants(t, "another consent under the same op", status, answer, http.StatusConflict, "conflict")
}

// TestHandOverBrokenOff: where the program ended between the two cases, the same
// request ends what was begun.
func TestHandOverBrokenOff(t *testing.T) {
	o := newOffice(t)
	here, there := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, body)
	id, of := here.advised(t, nil)
	fields := handing(of, map[string]any{"rev": 2})
	op, err := incident.ParseOp(fields["op"].(string)) //nolint:forcetypeassert // written by handing
	if err != nil {
		t.Fatal(err)
	}
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	begun := incident.Event{
		Kind: incident.KindAnswer, Actor: string(here.member), Day: testDay, State: last.State, Op: op,
		Public: `{"epoch":1,"of":"` + of + `"}`, Box: fields["box"].([]byte), //nolint:forcetypeassert // written by handing
	}
	if err := o.db.Append(t.Context(), incident.Link(id, len(events), last.Hash, begun)); err != nil {
		t.Fatal(err)
	}
	if status, answer := here.act(t, id, "handovers", fields); status != http.StatusCreated {
		t.Fatalf("again: %d %s", status, answer)
	}
	if got := arrived(t, there); len(got) != 1 {
		t.Errorf("%d cases at the other desk, want 1", len(got))
	}
	if n := o.revAfter(t, id); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
	o.handedOver(t, here)
}

// TestHandOverTwoAtOnce: of two members who hand over by one consent, one wins,
// and one case stands at the other desk.
func TestHandOverTwoAtOnce(t *testing.T) {
	o := newOffice(t)
	there := o.hire(t, incident.RoleCaseworker, body)
	both := []*client{o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city)}
	for n := range 10 {
		id, of := both[0].advised(t, nil)
		codes, answers := make([]int, 2), make([][]byte, 2)
		var wg sync.WaitGroup
		for i, c := range both {
			in := handing(of, map[string]any{"rev": 2})
			wg.Go(func() {
				w := c.send(t, "POST", APIPrefix+"/cases/"+string(id)+"/handovers", in)
				codes[i], answers[i] = w.Code, w.Body.Bytes()
			})
		}
		wg.Wait()
		lost := slices.Index(codes, http.StatusConflict)
		if lost < 0 || codes[1-lost] != http.StatusCreated {
			t.Fatalf("got %v %s, want one 201 and one 409", codes, answers)
		}
		if got := arrived(t, there); len(got) != n+1 {
			t.Fatalf("%d cases at the other desk, want %d", len(got), n+1)
		}
	}
}
