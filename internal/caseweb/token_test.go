package caseweb

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

// tokenVectors are auth's own, which its tests write and run at the parser.
type tokenVectors struct {
	Groups []struct {
		Private struct {
			D string `json:"d"`
		} `json:"private"`
		Tests []struct {
			Comment string `json:"comment"`
			JWS     string `json:"jws"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

func readTokenVectors(t *testing.T) tokenVectors {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "auth", "testdata", "token_vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v tokenVectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// trustVectors makes the office sign with the key of the vectors, and opens the
// session that their tokens name.
func (o *office) trustVectors(t *testing.T, seed, token string) {
	t.Helper()
	key, err := base64.RawURLEncoding.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.keys, "02"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.site.Auth.Keys.Reload(); err != nil {
		t.Fatal(err)
	}
	var says struct{ Sub, Sid string }
	if err := json.Unmarshal([]byte(decode(t, strings.Split(token, ".")[1])), &says); err != nil {
		t.Fatal(err)
	}
	o.line(t, &incident.Line{Member: incident.MemberID(says.Sub), Role: incident.RoleCaseworker, Desks: []string{city}})
	hash := sha256.Sum256([]byte(says.Sid))
	if err := o.db.PutSession(t.Context(), hex.EncodeToString(hash[:]), says.Sub, "", o.now().Add(auth.SessionLife).Unix()); err != nil {
		t.Fatal(err)
	}
}

// TestTokenVectorsThroughTheRouter shows every forged token in the cookie and as
// Bearer: always 401, always the same bytes, and nothing is written. The session
// that the forgeries name lives, so only the token can be what is refused.
func TestTokenVectorsThroughTheRouter(t *testing.T) {
	o := newOffice(t)
	group := readTokenVectors(t).Groups[0]
	o.trustVectors(t, group.Private.D, group.Tests[0].JWS)
	id := o.report(t, city, incident.TrackReport)
	var refusal []byte
	valid, forged := 0, 0
	for _, v := range group.Tests {
		if strings.TrimSpace(v.JWS) != v.JWS {
			continue // HTTP itself drops white space at the ends of a header
		}
		for place, header := range map[string]http.Header{
			"cookie": {"Cookie": {CookieName + "=" + v.JWS}},
			"bearer": {"Authorization": {"Bearer " + v.JWS}},
		} {
			c := &client{o: o, extra: header}
			w := c.send(t, "GET", APIPrefix+"/cases", nil)
			if v.Result == "valid" {
				valid++
				wants(t, v.Comment+" as "+place, w.Code, w.Body.Bytes(), http.StatusOK, "")
				continue
			}
			forged++
			wants(t, v.Comment+" as "+place, w.Code, w.Body.Bytes(), http.StatusUnauthorized, "session")
			if refusal == nil {
				refusal = w.Body.Bytes()
			}
			if !bytes.Equal(w.Body.Bytes(), refusal) || len(w.Header().Values("Set-Cookie")) > 0 {
				t.Errorf("%s as %s: the refusal tells more than others do: %s", v.Comment, place, w.Body.Bytes())
			}
			w = c.send(t, "POST", APIPrefix+"/cases/"+string(id)+"/notes", sealedFor(1, map[string]any{"rev": 1, "op": newID()}))
			wants(t, v.Comment+" as "+place+", writing", w.Code, w.Body.Bytes(), http.StatusUnauthorized, "session")
		}
	}
	if n := o.revAfter(t, id); n != 1 {
		t.Errorf("%d events after the forgeries, want the report alone", n)
	}
	if valid != 8 || forged < 300 {
		t.Errorf("%d valid and %d forged tokens shown", valid, forged)
	}
}

// TestTokensThatEnded: a token that was good is refused at once when what stands
// behind it ends, on every call.
func TestTokensThatEnded(t *testing.T) {
	for what, end := range map[string]func(*testing.T, *office, *client){
		"after log-out": func(t *testing.T, _ *office, c *client) {
			t.Helper()
			c.call(t, "POST", "/logout", nil)
		},
		"after log-out everywhere, elsewhere": func(t *testing.T, o *office, c *client) {
			t.Helper()
			second := &client{o: o, member: c.member, name: c.name, proof: c.proof}
			second.login(t)
			second.call(t, "POST", "/logout/everywhere", map[string]any{"op": newID()})
		},
		"after leaving": func(t *testing.T, o *office, c *client) {
			t.Helper()
			boss := o.hire(t, incident.RoleCoordinator, city)
			status, answer, _ := boss.call(t, "POST", "/members/"+string(c.member)+"/off", map[string]any{"op": newID()})
			wants(t, "to switch off", status, answer, http.StatusNoContent, "")
		},
		"with a lower role": func(t *testing.T, o *office, c *client) {
			t.Helper()
			o.line(t, &incident.Line{Member: c.member, Role: incident.RoleAdmin, Desks: []string{city}})
		},
		"after its minutes":           func(_ *testing.T, o *office, _ *client) { o.later(auth.TokenLife) },
		"after the session's end":     func(_ *testing.T, o *office, _ *client) { o.later(auth.SessionLife) },
		"after its key was taken out": func(t *testing.T, o *office, _ *client) { t.Helper(); o.rotateKey(t, true) },
	} {
		o := newOffice(t)
		c := o.hire(t, incident.RoleCaseworker, city)
		old := c.token
		get[casesAnswer](t, c, "/cases")
		end(t, o, c)
		for _, row := range o.site.table() {
			if row.policy.open {
				continue
			}
			thief := &client{o: o, token: old}
			w := thief.send(t, row.method, APIPrefix+fill(row.path, "case", newID()), nil)
			wants(t, what+": "+row.call(), w.Code, w.Body.Bytes(), http.StatusUnauthorized, "session")
		}
	}
}

// TestTokenOutlivesANewKey: while both keys lie there, nobody is thrown out.
func TestTokenOutlivesANewKey(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	old := c.token
	o.rotateKey(t, false)
	get[casesAnswer](t, c, "/cases")
	if c.token != old {
		t.Error("a young token was issued anew")
	}
	o.later(auth.RefreshAge)
	get[casesAnswer](t, c, "/cases")
	if c.token == old {
		t.Fatal("the token was not issued anew")
	}
	if err := os.Remove(filepath.Join(o.keys, "01")); err != nil {
		t.Fatal(err)
	}
	if err := o.site.Auth.Keys.Reload(); err != nil {
		t.Fatal(err)
	}
	get[casesAnswer](t, c, "/cases")
	thief := &client{o: o, token: old}
	status, answer, _ := thief.call(t, "GET", "/cases", nil)
	wants(t, "the token of the key that is gone", status, answer, http.StatusUnauthorized, "session")
}

// rotateKey adds a key that signs from now on, and takes out the old one.
func (o *office) rotateKey(t *testing.T, takeOut bool) {
	t.Helper()
	if err := auth.CreateKey(o.keys, "02", bytes.NewReader(random(32))); err != nil {
		t.Fatal(err)
	}
	if takeOut {
		if err := os.Remove(filepath.Join(o.keys, "01")); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.site.Auth.Keys.Reload(); err != nil {
		t.Fatal(err)
	}
}

// fill puts ids into a route's path.
func fill(path string, more ...string) string {
	ids := map[string]string{":case": newID(), ":member": newID(), ":att": newID(), ":n": "0", ":year": "2025"}
	for i := 0; i+1 < len(more); i += 2 {
		ids[":"+more[i]] = more[i+1]
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if id, ok := ids[p]; ok {
			parts[i] = id
		}
	}
	return strings.Join(parts, "/")
}
