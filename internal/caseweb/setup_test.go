package caseweb

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

// invite makes a code as serve does on an empty store.
func (o *office) invite(t *testing.T) string {
	t.Helper()
	code, record, err := auth.NewCode(rand.Reader, o.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.site.Casework.Invite(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	return code
}

func setUpFor(code string, c *client) map[string]any {
	return map[string]any{
		"code": code, "op": newID(), "name": c.name, "auth": b64url(c.proof), "lock": agefile(1736), "mpk": recipient('x'),
		"profile": agefile(3300), "desks": []any{map[string]any{
			"desk": city, "opk": recipient('q'), "wrap": agefile(1736), "vouch": b64url(random(32)),
			"paper": map[string]any{"ppk": recipient('w'), "wrap": agefile(1736), "vouch": b64url(random(32))},
		}},
	}
}

func TestFirstUse(t *testing.T) {
	o := newOffice(t)
	c := &client{o: o, name: hex.EncodeToString(random(32)), proof: random(32)}
	if s := get[startAnswer](t, c, "/start"); !s.SetUp || s.Site != "melden.example" || len(s.Desks) != 2 {
		t.Errorf("start of an empty office %+v", s)
	}
	in := setUpFor(o.invite(t), c)
	status, answer, _ := c.call(t, "POST", "/setup", in)
	var founded foundedAnswer
	if err := json.Unmarshal(answer, &founded); err != nil || status != http.StatusCreated {
		t.Fatalf("setup: %d %s", status, answer)
	}
	raw, err := base64.RawURLEncoding.DecodeString(in["code"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(raw); string(founded.Member) != hex.EncodeToString(sum[:16]) {
		t.Errorf("member %s, want the half of the code's hash that the browser vouched for", founded.Member)
	}
	if s := get[startAnswer](t, c, "/start"); s.SetUp {
		t.Error("the office still says that nobody is there")
	}
	c.login(t)
	session := get[sessionAnswer](t, c, "/session")
	if session.Member != founded.Member || session.Role != incident.RoleCoordinator || !bytes.Equal(session.Lock, in["lock"].([]byte)) {
		t.Errorf("session %s, %s", session.Member, session.Role)
	}
	members := get[membersAnswer](t, c, "/members").Members
	if len(members) != 1 || members[0].Member != founded.Member || len(members[0].Vouches) != 1 || !bytes.Equal(members[0].Profile, in["profile"].([]byte)) {
		t.Errorf("members %+v", members)
	}
	// The same browser, whose answer got lost, is told the same; nobody else is.
	status, again, _ := c.call(t, "POST", "/setup", in)
	if err := json.Unmarshal(again, &founded); err != nil || status != http.StatusCreated || !bytes.Equal(answer, again) {
		t.Errorf("the same again: %d %s, want %s", status, again, answer)
	}
	in["auth"] = b64url(random(32))
	status, answer, _ = c.call(t, "POST", "/setup", in)
	wants(t, "the code with another proof", status, answer, http.StatusNotFound, "not_found")
	if got := len(get[membersAnswer](t, c, "/members").Members); got != 1 {
		t.Errorf("%d members, want 1", got)
	}
}

func TestSetUpRefused(t *testing.T) {
	o := newOffice(t)
	c := &client{o: o, name: hex.EncodeToString(random(32)), proof: random(32)}
	code := o.invite(t)
	status, answer, _ := c.call(t, "POST", "/setup", setUpFor(b64url(random(16)), c))
	wants(t, "another code", status, answer, http.StatusNotFound, "not_found")
	for field, bad := range map[string]any{
		"op": "x", "name": "a.yilmaz", "auth": "x", "lock": []byte("x"), "mpk": "age1qqq", "profile": []byte("A. Yilmaz"), "desks": []any{},
	} {
		in := setUpFor(code, c)
		in[field] = bad
		status, answer, _ := c.call(t, "POST", "/setup", in)
		wants(t, field, status, answer, http.StatusUnprocessableEntity, "form")
	}
	o.later(48 * time.Hour)
	status, answer, _ = c.call(t, "POST", "/setup", setUpFor(code, c))
	wants(t, "after two days", status, answer, http.StatusNotFound, "not_found")
	if s := get[startAnswer](t, c, "/start"); !s.SetUp {
		t.Error("a refused set-up left a member")
	}
}

func TestOfficeTellsTheRules(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleAdmin)
	office := get[officeAnswer](t, c, "/office")
	if len(office.Districts) != 1 || office.Districts[0].LabelEN != "Centre" || len(office.Veil) != 1 || office.AnswerDays != 3 {
		t.Errorf("office %+v, want its districts, veiled words and promise", office)
	}
	if office.Site != "melden.example" || office.Day != testDay || len(office.Taxonomy) != 1 || len(office.Workflow) != len(incident.Transitions) {
		t.Errorf("office of %s on %s: %d codes, %d rows", office.Site, office.Day, len(office.Taxonomy), len(office.Workflow))
	}
	if len(office.Desks) != 2 || len(office.Desks[0].Keys) != 1 || office.Desks[0].Keys[0].Recipient != recipient('q') {
		t.Errorf("desks %+v", office.Desks)
	}
	if want := len(o.site.table()) - 9; len(office.Policies) != want {
		t.Errorf("%d policies, want %d: all calls but the open ones", len(office.Policies), want)
	}
}

func TestShell(t *testing.T) {
	o := newOffice(t)
	c := &client{o: o}
	if w := c.send(t, "GET", "/office/", nil); w.Code != http.StatusOK || w.Body.String() != "de shell" {
		t.Errorf("shell: %d %s", w.Code, w.Body)
	}
	if w := c.send(t, "GET", "/office", nil); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/office/" {
		t.Errorf("without the slash: %d to %q", w.Code, w.Header().Get("Location"))
	}
	o.site.Built = false
	if w := c.send(t, "GET", "/office/", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("console not built: %d, want 503", w.Code)
	}
}
