package caseweb

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// TestTableColumns: a call on a case is one of its desk, a call on an account is
// one on somebody else's, and who may do the second half of four eyes is a
// coordinator. A new row that forgets this fails here.
func TestTableColumns(t *testing.T) {
	o := newOffice(t)
	for _, row := range o.site.table() {
		p := row.policy
		if onCase := strings.Contains(row.path, ":case"); p.desk != onCase {
			t.Errorf("%s: of the desk is %v, want %v", row.call(), p.desk, onCase)
		}
		if onAccount := strings.Contains(row.path, ":member"); p.others != onAccount {
			t.Errorf("%s: on others is %v, want %v", row.call(), p.others, onAccount)
		}
		if p.second && (len(p.roles) != 1 || p.roles[0] != incident.RoleCoordinator) {
			t.Errorf("%s: four eyes end with %v, want a coordinator", row.call(), p.roles)
		}
		if p.desk && slices.ContainsFunc(p.roles, func(r incident.Role) bool { return !r.Reads() }) {
			t.Errorf("%s: %v may call it, and not all of them read cases", row.call(), p.roles)
		}
		if _, tried := secondHalves[row.call()]; tried != p.second {
			t.Errorf("%s: four eyes is %v, and a test of it %v", row.call(), p.second, tried)
		}
	}
}

// tried sends a call on a case with the fields that the call wants.
func (c *client) tried(t *testing.T, row route, id incident.CaseID, rev int) *httptest.ResponseRecorder {
	t.Helper()
	path := APIPrefix + fill(row.path, "case", string(id), "att", strings.Repeat("0", 32))
	if row.method == http.MethodGet {
		return c.send(t, row.method, path, nil)
	}
	fields := map[string]any{"rev": rev, "op": newID()}
	if strings.HasSuffix(row.path, "/exports") {
		delete(fields, "rev") // it adds nothing to the case
	}
	for k, v := range fieldsOf(row.path[strings.LastIndexByte(row.path, '/')+1:], c.member) {
		fields[k] = v
	}
	return c.send(t, row.method, path, fields)
}

// TestRegressionR01ForeignIsUnknown: on every call on a case, that of another
// desk gets the very bytes that one gets which does not exist.
func TestRegressionR01ForeignIsUnknown(t *testing.T) {
	o := newOffice(t)
	for _, role := range []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator} {
		c := o.hire(t, role, city)
		foreign, erased := o.report(t, body, incident.TrackReport), o.ended(t)
		for _, row := range o.site.table() {
			if !row.policy.desk || !row.policy.admits(string(role)) {
				continue
			}
			unknown := c.tried(t, row, incident.CaseID(newID()), 1)
			wants(t, row.call(), unknown.Code, unknown.Body.Bytes(), http.StatusNotFound, "not_found")
			for what, id := range map[string]incident.CaseID{"of another desk": foreign, "that was erased": erased} {
				w := c.tried(t, row, id, 1)
				if w.Code != unknown.Code || !bytes.Equal(w.Body.Bytes(), unknown.Body.Bytes()) || !sameHeader(w.Header(), unknown.Header()) {
					t.Errorf("%s as %s on a case %s: %d %s %v, want what an unknown one gets: %d %s %v",
						row.call(), role, what, w.Code, w.Body, w.Header(), unknown.Code, unknown.Body, unknown.Header())
				}
			}
		}
	}
}

func sameHeader(a, b http.Header) bool {
	var x, y bytes.Buffer
	_, _ = a.Write(&x), b.Write(&y)
	return x.String() == y.String()
}

// ended makes a case of the own desk that has its final event.
func (o *office) ended(t *testing.T) incident.CaseID {
	t.Helper()
	id := o.report(t, city, incident.TrackReport)
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e := incident.Link(id, 1, events[0].Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: testDay, State: incident.StateErased, Op: incident.Op(random(16)),
	})
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestAssignmentGivesNoRight: whoever belongs to the desk may do the same,
// whether the case is assigned to them or to a colleague. One exception: a
// caseworker takes no case from a colleague, which is a coordinator's.
func TestAssignmentGivesNoRight(t *testing.T) {
	o := newOffice(t)
	boss, colleague := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	for _, role := range []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator} {
		c := o.hire(t, role, city)
		for _, row := range o.site.table() {
			if !row.policy.desk {
				continue
			}
			var got [2]int
			for i, to := range []incident.MemberID{c.member, colleague.member} {
				id := o.inState(t, city, incident.StateTriage)
				status, answer := boss.act(t, id, "assignments", map[string]any{"member": to})
				if status != http.StatusCreated {
					t.Fatalf("assigning: %d %s", status, answer)
				}
				got[i] = c.tried(t, row, id, 3).Code
			}
			if strings.HasSuffix(row.path, "/assignments") && role == incident.RoleCaseworker {
				if got != [2]int{http.StatusCreated, http.StatusForbidden} {
					t.Errorf("%s as %s: %v, want 201 and 403", row.call(), role, got)
				}
				continue
			}
			if got[0] != got[1] || got[0] == http.StatusUnauthorized || got[0] >= http.StatusInternalServerError {
				t.Errorf("%s as %s: %d on one's own case and %d on a colleague's", row.call(), role, got[0], got[1])
			}
		}
	}
}

// TestRegressionR02NotOnOneself: no role changes or ends its own account.
func TestRegressionR02NotOnOneself(t *testing.T) {
	o := newOffice(t)
	o.hire(t, incident.RoleCoordinator, city)
	o.hire(t, incident.RoleAdmin)
	for _, role := range []incident.Role{incident.RoleCoordinator, incident.RoleAdmin} {
		c := o.hire(t, role, city)
		for _, row := range o.site.table() {
			if !row.policy.others {
				continue
			}
			fields := map[string]any{"op": newID()}
			if row.path == "/members/:member" {
				fields = map[string]any{"op": newID(), "role": role, "desks": []string{}, "mpk": recipient('x'), "grants": []any{}}
				if role.Reads() {
					fields["desks"] = []string{city}
				}
			}
			status, answer, _ := c.call(t, row.method, fill(row.path, "member", string(c.member)), fields)
			wants(t, row.call()+" as "+string(role)+" on oneself", status, answer, http.StatusForbidden, "forbidden")
		}
	}
}

// secondHalves try each call of four eyes: once by who did the first half, which
// is refused, and then by another coordinator.
var secondHalves = map[string]func(*testing.T, *office, *client, *client) (alone, together int){
	"POST /api/v1/office/cases/{case}/approvals": func(t *testing.T, o *office, one, two *client) (int, int) {
		t.Helper()
		id := o.report(t, city, incident.TrackReport)
		if status, answer := one.act(t, id, "requests", map[string]any{"act": "discard", "code": "spam"}); status != http.StatusCreated {
			t.Fatalf("request: %d %s", status, answer)
		}
		of := get[caseAnswer](t, one, "/cases/"+string(id)).Waiting.Op
		alone, _ := one.act(t, id, "approvals", map[string]any{"of": of})
		together, _ := two.act(t, id, "approvals", map[string]any{"of": of})
		return alone, together
	},
	"POST /api/v1/office/statistics/{year}/release": func(t *testing.T, o *office, one, two *client) (int, int) {
		t.Helper()
		o.lastYear(t, 131)
		if status, answer, _ := one.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil)); status != http.StatusCreated {
			t.Fatalf("draft: %d %s", status, answer)
		}
		alone, _, _ := one.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
		together, _, _ := two.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
		return alone, together
	},
	"POST /api/v1/office/statistics/{year}/errata/release": func(t *testing.T, o *office, one, two *client) (int, int) {
		t.Helper()
		o.lastYear(t, 131)
		one.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil))
		two.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil))
		if status, answer, _ := one.call(t, "POST", "/statistics/2025/errata", erratumWords()); status != http.StatusCreated {
			t.Fatalf("erratum: %d %s", status, answer)
		}
		named := map[string]any{"id": two.year(t).Released.Proposal.ID}
		alone, _, _ := one.call(t, "POST", "/statistics/2025/errata/release", named)
		together, _, _ := two.call(t, "POST", "/statistics/2025/errata/release", named)
		return alone, together
	},
}

func TestRegressionR08SecondHalves(t *testing.T) {
	for call, try := range secondHalves {
		o := newOffice(t)
		one, two := o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
		alone, together := try(t, o, one, two)
		if alone != http.StatusForbidden && alone != http.StatusConflict || together >= http.StatusBadRequest {
			t.Errorf("%s: %d alone and %d together", call, alone, together)
		}
	}
}

// TestUnknownCalls: what has no row looks like nothing at all, with a session and
// without: no other status, no list of methods, no hint at what is near.
func TestUnknownCalls(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, city)
	var first *httptest.ResponseRecorder
	for _, call := range []string{
		"GET /api/v1/office/nothing", "GET /api/v1/office/", "GET /api/v1/office", "GET /api/v1/office/cases/", "GET /api/v1/office/Cases",
		"GET /api/v1/office/cases/" + newID() + "/nothing", "DELETE /api/v1/office/cases/" + newID(), "PUT /api/v1/office/login",
		"GET /api/v1/office/login", "OPTIONS /api/v1/office/cases", "HEAD /api/v1/office/cases", "TRACE /api/v1/office/cases",
		"GET /api/v1/office/../office/cases", "GET /api/v1/office//cases", "GET /api/v1/office/cases%2F", "POST /api/v1/office/session", "GET /api/v2/office/cases",
	} {
		method, path, _ := strings.Cut(call, " ")
		for _, who := range []*client{c, {o: o}} {
			w := who.send(t, method, path, nil)
			if first == nil {
				first = w
			}
			sameBody := method == http.MethodHead || bytes.Equal(w.Body.Bytes(), first.Body.Bytes())
			if w.Code != http.StatusNotFound || !sameBody || !sameHeader(w.Header(), first.Header()) {
				t.Errorf("%s: %d %s %v, want %d %s %v", call, w.Code, w.Body, w.Header(), first.Code, first.Body, first.Header())
			}
		}
	}
}
