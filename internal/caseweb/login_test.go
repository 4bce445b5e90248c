package caseweb

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

func TestLoginGivesACookieAndNothingElse(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	w := c.send(t, "POST", APIPrefix+"/login", map[string]any{"name": c.name, "auth": b64url(c.proof)})
	set := w.Header().Values("Set-Cookie")
	if len(set) != 1 {
		t.Fatalf("%d cookies, want 1", len(set))
	}
	attributes := strings.Split(set[0], "; ")[1:]
	if got, want := strings.Join(attributes, "; "), "Path=/; HttpOnly; Secure; SameSite=Strict"; got != want {
		t.Errorf("cookie has %q, want %q", got, want)
	}
	token := strings.TrimPrefix(strings.Split(set[0], "; ")[0], CookieName+"=")
	if bytes.Contains(w.Body.Bytes(), []byte(token)) || token == "" {
		t.Error("the body holds the token")
	}
	var answer sessionAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Member != c.member || answer.Role != incident.RoleCaseworker || len(answer.Lock) != 1736 || len(answer.Wraps) != 1 || len(answer.Wraps[0].Wrap) != 1736 {
		t.Errorf("session %+v", answer)
	}
	if got, want := answer.Until, o.now().Add(auth.SessionLife).Unix(); got != want {
		t.Errorf("until %d, want %d", got, want)
	}
}

func TestRegressionR13LoginRefusedAlike(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	left := o.hire(t, incident.RoleCaseworker, city)
	o.line(t, &incident.Line{Member: left.member, Role: incident.RoleCaseworker, Desks: []string{city}, Off: true})
	nobody := &client{o: o}
	var first []byte
	for name, in := range map[string]map[string]any{
		"wrong proof":  {"name": c.name, "auth": b64url(random(32))},
		"unknown name": {"name": hex.EncodeToString(random(32)), "auth": b64url(c.proof)},
		"who left":     {"name": left.name, "auth": b64url(left.proof)},
	} {
		w := nobody.send(t, "POST", APIPrefix+"/login", in)
		wants(t, name, w.Code, w.Body.Bytes(), http.StatusUnauthorized, "login")
		var all bytes.Buffer
		if err := w.Header().Write(&all); err != nil {
			t.Fatal(err)
		}
		all.Write(w.Body.Bytes())
		if first == nil {
			first = all.Bytes()
		}
		if !bytes.Equal(first, all.Bytes()) {
			t.Errorf("%s: the answer differs:\n%s\nwant\n%s", name, all.Bytes(), first)
		}
	}
	for name, in := range map[string]any{
		"short proof":   map[string]any{"name": c.name, "auth": b64url(random(31))},
		"broken line":   map[string]any{"name": c.name, "auth": b64url(c.proof)[:20] + "\n" + b64url(c.proof)[20:]},
		"padded proof":  map[string]any{"name": c.name, "auth": base64.URLEncoding.EncodeToString(random(32))},
		"name in clear": map[string]any{"name": "a.yilmaz", "auth": b64url(c.proof)},
		"more keys":     map[string]any{"name": c.name, "auth": b64url(c.proof), "words": "abandon ability"},
		"no JSON":       "name=x",
	} {
		status, answer, _ := nobody.call(t, "POST", "/login", in)
		wants(t, name, status, answer, http.StatusUnprocessableEntity, "form")
	}
	status, answer, _ := nobody.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": strings.Repeat("A", smallBody)})
	wants(t, "huge body", status, answer, http.StatusRequestEntityTooLarge, "too_large")
}

func TestLoginsAreSlowedNeverLocked(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	nobody := &client{o: o}
	for range 40 {
		status, answer, _ := nobody.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": b64url(random(32))})
		wants(t, "wrong proof", status, answer, http.StatusUnauthorized, "login")
	}
	c.login(t)
}

func TestLoginIsNotedByDay(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	c.login(t)
	lines, err := o.db.Lines(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range lines {
		if e.Kind == incident.KindLogin {
			n++
			if e.Actor != string(c.member) || e.Day != testDay || e.Public != "" {
				t.Errorf("login line %+v", e)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d login lines of one day, want 1", n)
	}
}

func TestCredentials(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	token := c.token
	bearer := func(values ...string) http.Header { return http.Header{"Authorization": values} }
	for name, tt := range map[string]struct {
		cookie string
		extra  http.Header
		status int
		key    string
	}{
		"cookie":           {token, nil, http.StatusOK, ""},
		"bearer":           {"", bearer("Bearer " + token), http.StatusOK, ""},
		"bearer, any case": {"", bearer("bearer " + token), http.StatusOK, ""},
		"none":             {"", nil, http.StatusUnauthorized, "session"},
		"empty bearer":     {"", bearer("Bearer "), http.StatusUnauthorized, "session"},
		"basic":            {"", bearer("Basic " + token), http.StatusUnauthorized, "session"},
		"both":             {token, bearer("Bearer " + token), http.StatusBadRequest, "both"},
		"two bearers":      {"", bearer("Bearer "+token, "Bearer "+token), http.StatusBadRequest, "both"},
		"two cookies":      {token, http.Header{"Cookie": {CookieName + "=" + token + "; " + CookieName + "=x"}}, http.StatusBadRequest, "both"},
		"another cookie":   {"", http.Header{"Cookie": {"beistand=" + token}}, http.StatusUnauthorized, "session"},
		"forged":           {token[:len(token)-4] + "AAAA", nil, http.StatusUnauthorized, "session"},
		"no token":         {"", bearer("Bearer x.y.z"), http.StatusUnauthorized, "session"},
	} {
		q := &client{o: o, token: tt.cookie, extra: tt.extra}
		status, answer, _ := q.call(t, "GET", "/session", nil)
		wants(t, name, status, answer, tt.status, tt.key)
	}
}

func TestForgedAndExpiredTokens(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	parts := strings.Split(c.token, ".")
	seed := random(ed25519.SeedSize)
	signed := parts[0] + "." + parts[1]
	foreign := ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(signed))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	admin := strings.Replace(decode(t, parts[1]), `"role":"caseworker"`, `"role":"admin"`, 1)
	for name, token := range map[string]string{
		"another key":    signed + "." + b64url(foreign),
		"alg none":       none,
		"another role":   parts[0] + "." + b64url([]byte(admin)) + "." + parts[2],
		"without a sign": signed + ".",
	} {
		q := &client{o: o, token: token}
		status, answer, _ := q.call(t, "GET", "/cases", nil)
		wants(t, name, status, answer, http.StatusUnauthorized, "session")
	}
	o.later(auth.TokenLife)
	status, answer, _ := c.call(t, "GET", "/cases", nil)
	wants(t, "expired", status, answer, http.StatusUnauthorized, "session")
}

func decode(t *testing.T, part string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRefresh(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	first := c.token
	o.later(auth.RefreshAge - time.Second)
	get[casesAnswer](t, c, "/cases")
	if c.token != first {
		t.Error("a young token was issued anew")
	}
	o.later(time.Second)
	c.extra = http.Header{BackgroundHeader: {"1"}}
	get[casesAnswer](t, c, "/cases")
	if c.token != first {
		t.Error("a background request kept the session alive")
	}
	c.extra = nil
	get[casesAnswer](t, c, "/cases")
	if c.token == first {
		t.Error("an old token was not issued anew")
	}
	ends := o.now().Add(auth.SessionLife - auth.RefreshAge)
	for o.now().Before(ends.Add(-auth.RefreshAge)) {
		o.later(auth.RefreshAge)
		get[casesAnswer](t, c, "/cases")
	}
	o.later(auth.RefreshAge)
	status, answer, _ := c.call(t, "GET", "/cases", nil)
	wants(t, "after the hard end", status, answer, http.StatusUnauthorized, "session")
}

func TestLogoutAndRights(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	second := &client{o: o, member: c.member, name: c.name, proof: c.proof}
	second.login(t)
	old := c.token
	status, _, header := c.call(t, "POST", "/logout", nil)
	if status != http.StatusNoContent || !strings.Contains(header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("logout: %d, cookie %q", status, header.Get("Set-Cookie"))
	}
	c.token = old
	status, answer, _ := c.call(t, "GET", "/session", nil)
	wants(t, "token of an ended session", status, answer, http.StatusUnauthorized, "session")
	get[sessionAnswer](t, second, "/session")

	o.line(t, &incident.Line{Member: c.member, Role: incident.RoleCaseworker, Desks: []string{body}})
	status, answer, _ = second.call(t, "GET", "/session", nil)
	wants(t, "after a desk was taken away", status, answer, http.StatusUnauthorized, "session")
	second.token = ""
	second.login(t)
	if got := get[sessionAnswer](t, second, "/session").Desks; len(got) != 1 || got[0] != body {
		t.Errorf("desks %v, want the new one", got)
	}
	o.line(t, &incident.Line{Member: c.member, Role: incident.RoleCoordinator, Desks: []string{body}, Off: true})
	status, answer, _ = second.call(t, "GET", "/session", nil)
	wants(t, "after leaving", status, answer, http.StatusUnauthorized, "session")
}

func TestRegressionR02RightsAreReadAnew(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, body, incident.TrackReport)
	status, answer, _ := c.call(t, "GET", "/cases/"+string(id), nil)
	wants(t, "before", status, answer, http.StatusNotFound, "not_found")
	o.line(t, &incident.Line{Member: c.member, Role: incident.RoleCaseworker, Desks: []string{city, body}})
	get[caseAnswer](t, c, "/cases/"+string(id))
	o.line(t, &incident.Line{Member: c.member, Role: incident.RoleAdmin, Desks: []string{city, body}})
	status, answer, _ = c.call(t, "GET", "/cases/"+string(id), nil)
	wants(t, "an old token after the role changed", status, answer, http.StatusUnauthorized, "session")
	c.token = ""
	c.login(t)
	status, answer, _ = c.call(t, "GET", "/cases/"+string(id), nil)
	wants(t, "a new token", status, answer, http.StatusForbidden, "forbidden")
}

func TestStolenKeySignsNothing(t *testing.T) {
	o, elsewhere := newOffice(t), newOffice(t)
	boss := o.hire(t, incident.RoleCoordinator, city)
	ring, err := auth.OpenKeys(o.keys)
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]*office{"a session of another store": elsewhere, "somebody else's session": o} {
		mole := from.hire(t, incident.RoleCaseworker, city)
		thief := *from.site.Auth
		thief.Keys = ring
		id, err := thief.Open(t.Context(), string(mole.member), "")
		if err != nil {
			t.Fatal(err)
		}
		id.Member, id.Role = string(boss.member), string(incident.RoleCoordinator)
		token, err := thief.Token(id)
		if err != nil {
			t.Fatal(err)
		}
		q := &client{o: o, token: token}
		status, answer, _ := q.call(t, "GET", "/cases", nil)
		wants(t, "well signed, with "+name, status, answer, http.StatusUnauthorized, "session")
	}
}

func TestStoreAwayLetsNobodyIn(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	if err := o.db.Close(); err != nil {
		t.Fatal(err)
	}
	status, answer, header := c.call(t, "GET", "/cases", nil)
	wants(t, "request", status, answer, http.StatusServiceUnavailable, "unavailable")
	if header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	status, answer, _ = c.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": b64url(c.proof)})
	wants(t, "login", status, answer, http.StatusServiceUnavailable, "unavailable")
}

func TestTokenKeysArePrivate(t *testing.T) {
	o := newOffice(t)
	info, err := os.Stat(o.keys + "/01")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}
