package caseweb

import (
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
)

// A policy says who may make a call. The guard asks for session and role. Desk
// and second are asked by those who know them, casework and statistics, for
// every call that a row marks so; a test tries each row with all of it.
type policy struct {
	open   bool // needs no session
	roles  []incident.Role
	desk   bool // on a case of one's own desks; others look like none
	second bool // not by who did the first half: four eyes
	others bool // not on one's own account
}

var (
	anybody     = policy{open: true}
	members     = policy{roles: []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator, incident.RoleAdmin}}
	readers     = policy{roles: []incident.Role{incident.RoleCaseworker, incident.RoleCoordinator}}
	coordinator = policy{roles: []incident.Role{incident.RoleCoordinator}}
	keepers     = policy{roles: []incident.Role{incident.RoleCoordinator, incident.RoleAdmin}}

	ofTheDesk = policy{roles: readers.roles, desk: true}
	approver  = policy{roles: coordinator.roles, desk: true, second: true}
	releaser  = policy{roles: coordinator.roles, second: true}
	overseer  = policy{roles: keepers.roles, others: true}
)

// admits says whether the role may make the call.
func (p policy) admits(role string) bool {
	return slices.Contains(p.roles, incident.Role(role))
}

// A route is one call: where it is, who may make it, how much it may bring.
type route struct {
	method, path string
	policy       policy
	body         int64
	time         time.Duration
	answer       gin.HandlerFunc
}

// table is every call of the office, in one place: what has no row here does
// not exist. What state a case must be in is the workflow's, in incident.
func (s *Site) table() []route {
	const get, post = http.MethodGet, http.MethodPost
	routes := []route{
		{get, "/openapi.json", anybody, smallBody, patience, s.describe},
		{get, "/start", anybody, smallBody, patience, s.start},
		{post, "/setup", anybody, setUpBody, patience, s.setUp},
		{get, "/office", members, smallBody, patience, s.office},
		{get, "/members", members, smallBody, patience, s.members},
		{post, "/invites", keepers, smallBody, patience, s.invite},
		{post, "/joins", anybody, smallBody, patience, s.join},
		{post, "/members/:member", overseer, setUpBody, patience, s.change},
		{post, "/members/:member/off", overseer, smallBody, patience, s.switchOff},
		{post, "/members/:member/passkeys", overseer, smallBody, patience, s.resetPasskeys},
		{post, "/desks", coordinator, epochBody, patience, s.firstKey},
		{post, "/epochs", coordinator, epochBody, patience, s.rotate},
		{get, "/sheets", coordinator, smallBody, patience, s.sheets},
		{get, "/ledger", keepers, smallBody, patience, s.ledger},
		{post, "/sheets", coordinator, epochBody, patience, s.replaceSheets},
		{post, "/recovery/sheets", anybody, smallBody, patience, s.recoverySheets},
		{post, "/recovery", anybody, epochBody, patience, s.recover},
		{post, "/alarms", members, smallBody, patience, s.note(incident.KindAlarm)},
		{post, "/drills", coordinator, smallBody, patience, s.note(incident.KindDrill)},
		{get, "/cases", readers, smallBody, patience, s.cases},
		{get, "/cards", readers, smallBody, withPauses, s.cards},
		{post, "/heads", readers, smallBody, withPauses, s.heads},
		{get, "/cases/:case", ofTheDesk, smallBody, patience, s.open},
		{get, "/cases/:case/chunks/:att/:n", ofTheDesk, smallBody, withPauses, s.chunk},
		{post, "/cases/:case/exports", ofTheDesk, smallBody, patience, s.export},
		{post, "/cases/:case/handovers", ofTheDesk, boxBody, patience, s.handOver},
		{post, "/cases/:case/chunks/:att/:n", ofTheDesk, chunkBody, longer, s.putChunk},
	}
	routes = append(routes, s.ownAccess()...)
	routes = append(routes, s.yearTable()...)
	acts := []struct {
		path   string
		policy policy
		answer gin.HandlerFunc
	}{
		{"answers", ofTheDesk, act[answerAct](s)},
		{"notes", ofTheDesk, act[noteAct](s)},
		{"codings", ofTheDesk, act[codingAct](s)},
		{"cards", ofTheDesk, act[cardAct](s)},
		{"transitions", ofTheDesk, act[transitionAct](s)},
		{"assignments", ofTheDesk, act[assignmentAct](s)},
		{"deadlines", ofTheDesk, act[deadlineAct](s)},
		{"consents", ofTheDesk, act[consentAct](s)},
		{"requests", ofTheDesk, act[requestAct](s)},
		{"approvals", approver, act[approvalAct](s)},
		{"access", ofTheDesk, act[accessAct](s)},
	}
	for _, a := range acts {
		routes = append(routes, route{post, "/cases/:case/" + a.path, a.policy, boxBody, patience, a.answer})
	}
	return routes
}

// ownAccess is every call about the caller's own access: login, passkeys, sessions.
func (s *Site) ownAccess() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{post, "/login", anybody, smallBody, withPauses, s.login},
		{post, "/logout", members, smallBody, patience, s.logout},
		{get, "/session", members, smallBody, patience, s.session},
		{post, "/logout/everywhere", members, smallBody, patience, s.logoutEverywhere},
		{post, "/login/passkey", anybody, keyBody, withPauses, s.loginPasskey},
		{post, "/login/enrol", anybody, keyBody, withPauses, s.loginEnrol},
		{get, "/passkeys", members, smallBody, patience, s.passkeys},
		{post, "/passkeys", members, keyBody, patience, s.addPasskey},
		{post, "/passkeys/begin", members, smallBody, withPauses, s.beginPasskey},
		{post, "/passkeys/drop", members, keyBody, withPauses, s.dropPasskey},
		{get, "/sessions", members, smallBody, patience, s.sessions},
		{post, "/sessions/end", members, smallBody, patience, s.endSession},
	}
}

// yearTable is every call about a year's statistics.
func (s *Site) yearTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/statistics/:year", coordinator, smallBody, patience, s.year},
		{post, "/statistics/:year/draft", coordinator, countsBody, withPauses, s.draftEdition},
		{post, "/statistics/:year/release", releaser, countsBody, withPauses, s.release},
		{post, "/statistics/:year/plan", coordinator, smallBody, patience, s.declarePlan},
		{post, "/statistics/:year/waiver", coordinator, smallBody, patience, s.waiveYear},
		{post, "/statistics/:year/errata", coordinator, smallBody, patience, s.erratum},
		{post, "/statistics/:year/errata/release", releaser, smallBody, patience, s.releaseErratum},
		{post, "/statistics/:year/errata/drop", coordinator, smallBody, patience, s.dropErratum},
	}
}

// call gives the route as the OpenAPI file writes it.
func (r route) call() string {
	return r.method + " " + APIPrefix + parameter.ReplaceAllString(r.path, "{$1}")
}

var parameter = regexp.MustCompile(`:(\w+)`)
