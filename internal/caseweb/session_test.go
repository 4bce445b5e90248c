package caseweb

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

// elsewhere logs the client's member in from another browser.
func (c *client) elsewhere(t *testing.T, device string) *client {
	t.Helper()
	other := &client{o: c.o, member: c.member, name: c.name, proof: c.proof}
	status, answer, _ := other.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": b64url(c.proof), "device": device})
	if status != http.StatusOK {
		t.Fatalf("login: %d %s", status, answer)
	}
	return other
}

func TestSessionsAreTheMembersOwn(t *testing.T) {
	o := newOffice(t)
	c, stranger := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	o.later(time.Minute)
	phone := c.elsewhere(t, "phone")
	c.elsewhere(t, "Mozilla/5.0 (X11; Linux x86_64)")
	list := get[sessionsAnswer](t, phone, "/sessions").Sessions
	if len(list) != 3 {
		t.Fatalf("%d sessions, want 3", len(list))
	}
	devices := map[string]int{}
	var own, old oneSession
	for _, s := range list {
		devices[s.Device]++
		if s.Own {
			own = s
		}
		if s.Day != testDay {
			t.Errorf("session of %s", s.Day)
		}
	}
	old = list[2] // the oldest one
	if devices["phone"] != 1 || devices[""] != 2 || own.Device != "phone" || old.Own {
		t.Errorf("sessions %+v: a browser's name is kept, or the own one is not known", list)
	}
	status, answer, _ := stranger.call(t, "POST", "/sessions/end", map[string]any{"id": old.ID})
	wants(t, "ending another member's", status, answer, http.StatusNotFound, "not_found")
	if status, answer, _ = phone.call(t, "POST", "/sessions/end", map[string]any{"id": old.ID}); status != http.StatusNoContent {
		t.Fatalf("ending: %d %s", status, answer)
	}
	status, answer, _ = c.call(t, "GET", "/session", nil)
	wants(t, "the ended one", status, answer, http.StatusUnauthorized, "session")
	status, answer, _ = phone.call(t, "POST", "/sessions/end", map[string]any{"id": old.ID})
	wants(t, "ending it again", status, answer, http.StatusNotFound, "not_found")
	if n := len(get[sessionsAnswer](t, phone, "/sessions").Sessions); n != 2 {
		t.Errorf("%d sessions are left, want 2", n)
	}
	// What is listed is no way in.
	thief := &client{o: o, token: own.ID}
	status, answer, _ = thief.call(t, "GET", "/session", nil)
	wants(t, "the id of a session for a token", status, answer, http.StatusUnauthorized, "session")
}

// TestLoginLeavesNoSessionBehind: a browser that logs in anew, also hours later with a
// token that has run out, is one place and not two.
func TestLoginLeavesNoSessionBehind(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	for range 3 {
		o.later(auth.TokenLife + time.Minute)
		c.login(t)
		if n := len(get[sessionsAnswer](t, c, "/sessions").Sessions); n != 1 {
			t.Errorf("%d sessions of one browser", n)
		}
	}
	other := o.hire(t, incident.RoleCaseworker, city)
	forged := *c
	forged.token = other.token[:len(other.token)-4] + "AAAA"
	forged.login(t)
	if n := len(get[sessionsAnswer](t, other, "/sessions").Sessions); n != 1 {
		t.Errorf("a forged token ended a session: %d are left", n)
	}
}

// TestClockJumpsWhileLoggedIn: a clock that jumps ahead ends sessions, and one that
// was opened under it is of no use once the clock is right. Whoever logs in again
// goes on working each time.
func TestClockJumpsWhileLoggedIn(t *testing.T) {
	const year = 365 * 24 * time.Hour
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	c.login(t)
	o.later(year)
	status, answer, _ := c.call(t, "GET", "/session", nil)
	wants(t, "a year ahead", status, answer, http.StatusUnauthorized, "session")
	c.login(t)
	get[sessionAnswer](t, c, "/session")
	mistaken := *c
	o.later(-year)
	status, answer, _ = mistaken.call(t, "GET", "/session", nil)
	wants(t, "a token of next year", status, answer, http.StatusUnauthorized, "session")
	c.login(t)
	get[sessionAnswer](t, c, "/session")
	o.later(-time.Hour)
	status, answer, _ = c.call(t, "GET", "/session", nil)
	wants(t, "an hour back", status, answer, http.StatusUnauthorized, "session")
	c.login(t)
	get[sessionAnswer](t, c, "/session")
}

// TestLogoutWhileRequestsRun: what begins after the member has logged out everywhere
// is refused on every call, also with a token that a request was given meanwhile.
func TestLogoutWhileRequestsRun(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	old := c.token
	o.later(auth.RefreshAge) // each answer carries a fresh token now
	var wg sync.WaitGroup
	var mu sync.Mutex
	tokens := map[string]bool{old: true}
	start := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			<-start
			for range 20 {
				w := (&client{o: o, token: old}).send(t, "GET", APIPrefix+"/cases", nil)
				for _, set := range w.Result().Cookies() {
					mu.Lock()
					tokens[set.Value] = true
					mu.Unlock()
				}
				if w.Code == http.StatusUnauthorized {
					return
				}
			}
		})
	}
	close(start)
	w := c.send(t, "POST", APIPrefix+"/logout/everywhere", map[string]any{"op": newID()})
	if w.Code >= http.StatusBadRequest {
		t.Fatalf("log-out: %d %s", w.Code, w.Body)
	}
	after := (&client{o: o, token: old}).send(t, "GET", APIPrefix+"/cases", nil)
	wants(t, "the first request after it", after.Code, after.Body.Bytes(), http.StatusUnauthorized, "session")
	wg.Wait()
	for token := range tokens {
		w := (&client{o: o, token: token}).send(t, "GET", APIPrefix+"/cases", nil)
		wants(t, "a token of before", w.Code, w.Body.Bytes(), http.StatusUnauthorized, "session")
	}
}
