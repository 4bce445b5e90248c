package caseweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// outside are the routes of the site that are no calls: anybody gets the shell,
// which holds nothing.
var outside = []string{"GET /office", "GET /office/"}

// policyOf finds the row of a laid route.
func (o *office) policyOf(method, path string) (route, bool) {
	for _, r := range o.site.table() {
		if r.method == method && APIPrefix+r.path == path {
			return r, true
		}
	}
	return route{}, false
}

func TestEveryRouteHasAPolicy(t *testing.T) {
	o := newOffice(t)
	laid := 0
	for _, r := range o.engine.Routes() {
		if slices.Contains(outside, r.Method+" "+r.Path) {
			continue
		}
		laid++
		row, ok := o.policyOf(r.Method, r.Path)
		if !ok {
			t.Errorf("%s %s has no policy", r.Method, r.Path)
			continue
		}
		if row.policy.open == (len(row.policy.roles) > 0) {
			t.Errorf("%s %s: neither open nor for roles, or both", r.Method, r.Path)
		}
	}
	if want := len(o.site.table()); laid != want {
		t.Errorf("%d calls laid, want the %d of the table", laid, want)
	}
}

// wanted says by hand what docs/architecture.md says under "Who may do what":
// who gets past the policy.
func wanted(path string, role incident.Role) bool {
	switch {
	case strings.HasSuffix(path, "/approvals"), strings.HasPrefix(path, "/statistics"), path == "/epochs", path == "/desks", path == "/sheets", path == "/drills":
		return role == incident.RoleCoordinator
	case path == "/invites", path == "/ledger", strings.HasPrefix(path, "/members/"):
		return role == incident.RoleCoordinator || role == incident.RoleAdmin
	case strings.HasPrefix(path, "/cases"), path == "/cards", path == "/heads":
		return role.Reads()
	}
	return role.Valid()
}

// TestRegressionR01RoutesRolesStates calls every route as every role on a case in every
// state, on one's own desk and on another's.
func TestRegressionR01RoutesRolesStates(t *testing.T) {
	o := newOffice(t)
	roles := []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator, incident.RoleAdmin}
	people := make([]*client, len(roles))
	for i, r := range roles {
		people[i] = o.hire(t, r, city)
	}
	fresh := map[string]incident.CaseID{} // cases in a state to which nothing was done yet
	for _, row := range o.site.table() {
		if row.policy.open || strings.HasPrefix(row.path, "/logout") {
			continue
		}
		for i, role := range roles {
			for _, state := range incident.States {
				if state.Final() {
					continue
				}
				for _, desk := range []string{city, body} {
					o.tryRoute(t, row, people[i], role, state, desk, fresh)
				}
				if !strings.Contains(row.path, ":case") {
					break // no state in it
				}
			}
		}
		nobody := &client{o: o}
		w := nobody.send(t, row.method, APIPrefix+strings.NewReplacer(":case", newID(), ":member", newID(), ":year", "2025").Replace(row.path), nil)
		wants(t, "nobody: "+row.call(), w.Code, w.Body.Bytes(), http.StatusUnauthorized, "session")
	}
}

func (o *office) tryRoute(t *testing.T, row route, c *client, role incident.Role, state incident.State, desk string, fresh map[string]incident.CaseID) {
	t.Helper()
	key := desk + " " + string(state)
	id, ok := fresh[key]
	if !ok {
		id = o.inState(t, desk, state)
		fresh[key] = id
	}
	path := strings.NewReplacer(":case", string(id), ":att", newID(), ":n", "0", ":year", "2025").Replace(row.path)
	if strings.Contains(path, ":member") {
		path = strings.ReplaceAll(path, ":member", string(o.hire(t, incident.RoleCaseworker, city).member))
	}
	var in any
	if row.method == http.MethodPost {
		fields := map[string]any{}
		if strings.Contains(row.path, ":case") {
			fields = map[string]any{"rev": o.revOf(state), "op": newID()}
		}
		if strings.HasSuffix(row.path, "/exports") {
			delete(fields, "rev") // no event of the case
		}
		for k, v := range fieldsOf(row.path[strings.LastIndexByte(row.path, '/')+1:], c.member) {
			fields[k] = v
		}
		in = fields
	}
	if strings.Contains(row.path, ":att") && row.method == http.MethodPost {
		in, c.extra = "a piece", http.Header{"Content-Type": {"application/octet-stream"}}
		defer func() { c.extra = nil }()
	}
	status, answer, _ := c.call(t, row.method, path, in)
	what := fmt.Sprintf("%s as %s, %s, %s", row.call(), role, state, desk)
	foreign := desk != city && strings.Contains(row.path, ":case")
	switch {
	case !wanted(row.path, role):
		wants(t, what, status, answer, http.StatusForbidden, "forbidden")
	case foreign:
		wants(t, what, status, answer, http.StatusNotFound, "not_found")
	case strings.Contains(row.path, ":att") && row.method == http.MethodGet:
		// A file that no event names; TestChunk reads one.
		wants(t, what, status, answer, http.StatusNotFound, "not_found")
	case status == http.StatusUnauthorized, status == http.StatusNotFound, status >= http.StatusInternalServerError:
		t.Errorf("%s: %d %s", what, status, answer)
	}
	wrote := o.revAfter(t, id) > o.revOf(state)
	if wrote {
		delete(fresh, key)
	}
	if wrote && (status != http.StatusCreated || foreign || !wanted(row.path, role)) {
		t.Errorf("%s: %d, and yet an event was written", what, status)
	}
}

// inState makes a case that is in the state.
func (o *office) inState(t *testing.T, desk string, state incident.State) incident.CaseID {
	t.Helper()
	id := o.report(t, desk, incident.TrackReport)
	if state == incident.StateReceived {
		return id
	}
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e := incident.Event{Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: testDay, State: state, Op: incident.Op(random(16))}
	if err := o.db.Append(t.Context(), incident.Link(id, 1, events[0].Hash, e)); err != nil {
		t.Fatal(err)
	}
	return id
}

func (o *office) revOf(state incident.State) int {
	if state == incident.StateReceived {
		return 1
	}
	return 2
}

func (o *office) revAfter(t *testing.T, id incident.CaseID) int {
	t.Helper()
	events, err := o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return len(events)
}
