package caseweb

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestStoryOfACase(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackCounselling)
	list := get[casesAnswer](t, c, "/cases")
	if len(list.Cases) != 1 || list.Cases[0].Case != id || !list.Cases[0].Unread || list.Next != "" {
		t.Fatalf("list %+v", list)
	}
	steps := []struct {
		path   string
		fields map[string]any
	}{
		{"access", nil},
		{"cards", map[string]any{"epoch": 1, "box": random(casework.CardSize)}},
		{"deadlines", sealedFor(2, map[string]any{"due": "2026-12-03"})},
		{"consents", sealedFor(2, map[string]any{"rung": "answer_me", "text": "art9/1", "track": "counselling"})},
		{"assignments", map[string]any{"member": c.member}},
		{"transitions", map[string]any{"to": "triage"}},
		{"codings", sealedFor(1, map[string]any{"year": 2026, "taxonomy": 1})},
		{"notes", sealedFor(1, nil)},
		{"answers", sealedFor(2, nil)},
		{"transitions", sealedFor(1, map[string]any{"to": "counselling", "checks": []string{"art9", "questions"}})},
	}
	for i, step := range steps {
		status, answer := c.act(t, id, step.path, step.fields)
		var done doneAnswer
		if err := json.Unmarshal(answer, &done); err != nil || status != http.StatusCreated || done.Rev != i+2 {
			t.Fatalf("%s: %d %s, want 201 with rev %d", step.path, status, answer, i+2)
		}
	}
	file := get[caseAnswer](t, c, "/cases/"+string(id))
	if file.Summary.State != incident.StateCounselling || file.Summary.Unread || file.Summary.Due != "2026-11-30" || len(file.Events) != len(steps)+1 {
		t.Errorf("summary %+v with %d events", file.Summary, len(file.Events))
	}
	checkAsChain(t, id, file)
}

// checkAsChain does what a reader does: it rebuilds the events from the answer
// and checks the chain over the very bytes that came.
func checkAsChain(t *testing.T, id incident.CaseID, file caseAnswer) {
	t.Helper()
	events := make([]incident.Event, len(file.Events))
	for i, e := range file.Events {
		op, err := incident.ParseOp(e.Op)
		if err != nil {
			t.Fatal(err)
		}
		events[i] = incident.Event{ID: id.Event(e.Rev), Kind: e.Kind, Actor: e.Actor, Day: e.Day, State: e.State, Op: op, Public: e.Public, Box: e.Box}
		for text, to := range map[string][]byte{e.Prev: events[i].Prev[:], e.Hash: events[i].Hash[:]} {
			if _, err := hex.Decode(to, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := incident.CheckChain(id, events); err != nil {
		t.Errorf("the chain does not hold over what was served: %v", err)
	}
}

func TestRegressionR01AnotherDeskLooksUnknown(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, body)
	id := o.report(t, city, incident.TrackReport)
	paths := []string{"/cases/" + string(id), "/cases/" + newID(), "/cases/UPPER", "/cases/" + string(id)[:31]}
	var first []byte
	for _, path := range paths {
		w := c.send(t, "GET", APIPrefix+path, nil)
		var all bytes.Buffer
		if err := w.Header().Write(&all); err != nil {
			t.Fatal(err)
		}
		all.Write(w.Body.Bytes())
		if first == nil {
			first = all.Bytes()
		}
		if w.Code != http.StatusNotFound || !bytes.Equal(first, all.Bytes()) {
			t.Errorf("%s: %d\n%s\nwant the same 404 as for the first", path, w.Code, all.Bytes())
		}
	}
	for _, path := range actPaths() {
		in := map[string]any{"rev": 1, "op": newID()}
		for k, v := range fieldsOf(path, c.member) {
			in[k] = v
		}
		foreign := c.send(t, "POST", APIPrefix+"/cases/"+string(id)+"/"+path, in)
		unknown := c.send(t, "POST", APIPrefix+"/cases/"+newID()+"/"+path, in)
		if foreign.Code != http.StatusNotFound || !bytes.Equal(foreign.Body.Bytes(), unknown.Body.Bytes()) || unknown.Code != foreign.Code {
			t.Errorf("%s: foreign %d %s, unknown %d %s; want the same 404", path, foreign.Code, foreign.Body, unknown.Code, unknown.Body)
		}
	}
	if list := get[casesAnswer](t, c, "/cases"); len(list.Cases) != 0 {
		t.Errorf("%d foreign cases in the list", len(list.Cases))
	}
	w := c.send(t, "GET", APIPrefix+"/cards", nil)
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("cards: %d with %d bytes, want none", w.Code, w.Body.Len())
	}
}

// actPaths are the acts of the table.
func actPaths() []string {
	return []string{"answers", "notes", "codings", "cards", "transitions", "assignments", "deadlines", "consents", "requests", "approvals", "access"}
}

// fieldsOf gives the fields with which the act would be right.
func fieldsOf(path string, member incident.MemberID) map[string]any {
	switch path {
	case "answers":
		return sealedFor(2, nil)
	case "notes":
		return sealedFor(1, nil)
	case "codings":
		return sealedFor(1, map[string]any{"year": 2026, "taxonomy": 1})
	case "cards":
		return map[string]any{"epoch": 1, "box": random(casework.CardSize)}
	case "transitions":
		return map[string]any{"to": "triage"}
	case "assignments":
		return map[string]any{"member": member}
	case "deadlines":
		return sealedFor(2, nil)
	case "consents":
		return sealedFor(2, map[string]any{"rung": "read_it", "text": "art9/1", "track": "report"})
	case "handovers":
		to := sealedFor(1, map[string]any{"desk": body, "case": newID(), "op": newID()})
		return sealedFor(2, map[string]any{"of": newID(), "to": to})
	case "requests":
		return map[string]any{"act": "discard", "code": "spam"}
	case "approvals":
		return map[string]any{"of": newID()}
	case "off", "passkeys":
		return map[string]any{"op": newID()}
	case "invites":
		return map[string]any{"member": ""}
	case "exports":
		return map[string]any{"form": "print"}
	case "alarms":
		return map[string]any{"op": newID(), "reason": "form"}
	case "drills":
		return map[string]any{"op": newID(), "reason": "paper"}
	case "heads":
		return map[string]any{"digests": strings.Repeat("0", 4096)}
	}
	return nil
}

func TestTwoMembersAtOnce(t *testing.T) {
	o := newOffice(t)
	both := []*client{o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)}
	for range 20 {
		id := o.report(t, city, incident.TrackReport)
		codes, bodies := make([]int, 2), make([][]byte, 2)
		var wg sync.WaitGroup
		for i, c := range both {
			in := sealedFor(1, map[string]any{"rev": 1, "op": newID()})
			wg.Go(func() {
				w := c.send(t, "POST", APIPrefix+"/cases/"+string(id)+"/notes", in)
				codes[i], bodies[i] = w.Code, w.Body.Bytes()
			})
		}
		wg.Wait()
		lost := slices.Index(codes, http.StatusConflict)
		if lost < 0 || codes[1-lost] != http.StatusCreated {
			t.Fatalf("got %v, want one 201 and one 409", codes)
		}
		wants(t, "the loser", codes[lost], bodies[lost], http.StatusConflict, "conflict")
	}
}

func TestStaleRevAndSameOp(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	in := sealedFor(1, map[string]any{"rev": 1, "op": newID()})
	path := "/cases/" + string(id) + "/notes"
	status, first, _ := c.call(t, "POST", path, in)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, first)
	}
	status, again, _ := c.call(t, "POST", path, in)
	if status != http.StatusCreated || !bytes.Equal(first, again) {
		t.Errorf("the same again: %d %s, want the answer of the first", status, again)
	}
	in["op"] = newID()
	status, answer, _ := c.call(t, "POST", path, in)
	wants(t, "stale rev", status, answer, http.StatusConflict, "conflict")
	if events, _ := o.db.File(t.Context(), id); len(events) != 2 {
		t.Errorf("%d events, want 2", len(events))
	}
}

func TestMoveTellsWhatIsAllowed(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	status, answer := c.act(t, id, "transitions", map[string]any{"to": "closed"})
	wants(t, "received to closed", status, answer, http.StatusConflict, "transition")
	var f struct {
		Allowed []incident.Offer `json:"allowed"`
	}
	if err := json.Unmarshal(answer, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Allowed) != 1 || f.Allowed[0].To != incident.StateTriage || !slices.Equal(f.Allowed[0].Missing, []incident.Guard{incident.GuardAssignment}) {
		t.Errorf("allowed %+v, want triage, once it is assigned", f.Allowed)
	}
}

func TestRegressionR08NobodyApprovesOneself(t *testing.T) {
	o := newOffice(t)
	one, two := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	if status, answer := one.act(t, id, "requests", map[string]any{"act": "discard", "code": "spam"}); status != http.StatusCreated {
		t.Fatalf("request: %d %s", status, answer)
	}
	waiting := get[caseAnswer](t, two, "/cases/"+string(id)).Waiting
	if waiting == nil || waiting.Act != incident.ActDiscard || waiting.By != string(one.member) || waiting.Rev != 2 {
		t.Fatalf("waiting %+v", waiting)
	}
	status, answer := one.act(t, id, "approvals", map[string]any{"of": waiting.Op})
	wants(t, "self-approval", status, answer, http.StatusForbidden, "forbidden")
	status, answer = two.act(t, id, "approvals", map[string]any{"of": waiting.Op})
	var done doneAnswer
	if err := json.Unmarshal(answer, &done); err != nil || status != http.StatusCreated || done.State != incident.StateDiscarded {
		t.Errorf("approval by another: %d %s, want discarded", status, answer)
	}
}

func TestRegressionR27AssignedToOneWhoLeft(t *testing.T) {
	o := newOffice(t)
	boss, left := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	o.line(t, &incident.Line{Member: left.member, Role: incident.RoleCaseworker, Desks: []string{city}, Off: true})
	status, answer := boss.act(t, id, "assignments", map[string]any{"member": left.member})
	wants(t, "assigned to one who left", status, answer, http.StatusConflict, "member")
}

func TestListPages(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	for range 7 {
		o.report(t, city, incident.TrackReport)
	}
	var seen []incident.CaseID
	path := "/cases?limit=3"
	for {
		list := get[casesAnswer](t, c, path)
		for _, s := range list.Cases {
			seen = append(seen, s.Case)
		}
		if list.Next == "" {
			break
		}
		path = "/cases?limit=3&after=" + string(list.Next)
	}
	if len(seen) != 7 || !slices.IsSorted(seen) {
		t.Errorf("%d cases, sorted %v; want 7 in order", len(seen), slices.IsSorted(seen))
	}
	for _, query := range []string{"limit=0", "limit=501", "limit=x", "after=x", "after=" + newID() + "0"} {
		status, answer, _ := c.call(t, "GET", "/cases?"+query, nil)
		wants(t, query, status, answer, http.StatusUnprocessableEntity, "form")
	}
}

func TestHeads(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	o.report(t, body, incident.TrackReport)
	record := random(casework.CardSize)
	c.act(t, id, "cards", map[string]any{"epoch": 1, "box": record})
	empty := sha256.Sum256(nil)
	none := strings.Repeat(hex.EncodeToString(empty[:8]), casework.Buckets)
	status, answer, _ := c.call(t, "POST", "/heads", map[string]any{"digests": none})
	var changes headsAnswer
	if err := json.Unmarshal(answer, &changes); err != nil || status != http.StatusOK {
		t.Fatalf("heads: %d %s", status, answer)
	}
	if len(changes.Buckets) != 1 || changes.Buckets[0].First != string(id)[:2] || len(changes.Buckets[0].Cases) != 1 {
		t.Fatalf("changes %+v, want the one case", changes)
	}
	got := changes.Buckets[0].Cases[0]
	if got.Summary.Case != id || got.Summary.Rev != 2 || !bytes.Equal(got.Card.Box, record) {
		t.Errorf("case %s at %d", got.Summary.Case, got.Summary.Rev)
	}
	for _, bad := range []string{"", "x", none[:4094], none + "00", strings.Repeat("g", 4096)} {
		status, answer, _ := c.call(t, "POST", "/heads", map[string]any{"digests": bad})
		wants(t, "digests of another shape", status, answer, http.StatusUnprocessableEntity, "form")
	}
}

func TestCardsStream(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	boxes := map[string][]byte{}
	for range 3 {
		id := o.report(t, city, incident.TrackReport)
		boxes[string(id)] = random(casework.CardSize)
		if status, answer := c.act(t, id, "cards", map[string]any{"epoch": 1, "box": boxes[string(id)]}); status != http.StatusCreated {
			t.Fatalf("%d %s", status, answer)
		}
	}
	w := c.send(t, "GET", APIPrefix+"/cards", nil)
	if w.Header().Get("Content-Type") != "application/octet-stream" || w.Body.Len() != 3*casework.CardRecordSize {
		t.Fatalf("%s with %d bytes", w.Header().Get("Content-Type"), w.Body.Len())
	}
	for record := range slices.Chunk(w.Body.Bytes(), casework.CardRecordSize) {
		if id := hex.EncodeToString(record[:16]); !bytes.Equal(record[36:], boxes[id]) {
			t.Errorf("record of case %s holds another box", id)
		}
	}
}
