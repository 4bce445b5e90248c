package caseweb

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
)

// asked gives the challenge in an answer.
func asked(t *testing.T, status int, answer []byte) stepAnswer {
	t.Helper()
	var step stepAnswer
	if err := json.Unmarshal(answer, &step); err != nil || status != http.StatusAccepted {
		t.Fatalf("no challenge: %d %s", status, answer)
	}
	return step
}

// begin asks for a challenge to make a passkey.
func (c *client) begin(t *testing.T) stepAnswer {
	t.Helper()
	status, answer, _ := c.call(t, "POST", "/passkeys/begin", c.proves(nil))
	return asked(t, status, answer)
}

// proves adds to fields what follows from name and passphrase.
func (c *client) proves(fields map[string]any) map[string]any {
	in := map[string]any{"login": c.name, "auth": b64url(c.proof)}
	maps.Copy(in, fields)
	return in
}

// prove sends name and proof, and gives the challenge to the passkey.
func (c *client) prove(t *testing.T) stepAnswer {
	t.Helper()
	status, answer, _ := c.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": b64url(c.proof)})
	return asked(t, status, answer)
}

// enrolled makes a passkey of the client's member.
func (c *client) enrolled(t *testing.T, lock []byte) *authenticator {
	t.Helper()
	a := newAuthenticator(t)
	in := a.enrol(t, c.begin(t))
	in["name"] = agefile(1800)
	if lock != nil {
		in["lock"] = lock
	}
	if status, answer, _ := c.call(t, "POST", "/passkeys", in); status != http.StatusNoContent {
		t.Fatalf("enrolling: %d %s", status, answer)
	}
	return a
}

// TestStolenSessionChangesNoPasskey: a cookie alone, or with another member's
// passphrase, gets no challenge and takes no passkey away; it stays what it was.
func TestStolenSessionChangesNoPasskey(t *testing.T) {
	o := newOffice(t)
	c, other := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city)
	a := c.enrolled(t, nil)
	thief := &client{o: o, token: c.token}
	wrong := b64url(random(auth.ProofSize))
	for name, tt := range map[string]struct {
		proof  map[string]any
		status int
		key    string
	}{
		"nothing":                     {map[string]any{}, http.StatusUnprocessableEntity, "form"},
		"an empty proof":              {map[string]any{"login": c.name, "auth": ""}, http.StatusUnprocessableEntity, "form"},
		"a wrong passphrase":          {map[string]any{"login": c.name, "auth": wrong}, http.StatusForbidden, "words"},
		"a name that is not there":    {map[string]any{"login": hex.EncodeToString(random(32)), "auth": wrong}, http.StatusForbidden, "words"},
		"another member's passphrase": {other.proves(nil), http.StatusForbidden, "words"},
	} {
		status, answer, _ := thief.call(t, "POST", "/passkeys/begin", tt.proof)
		wants(t, name+", one more", status, answer, tt.status, tt.key)
		drop := maps.Clone(tt.proof)
		drop["op"], drop["id"] = newID(), b64url(a.id)
		status, answer, _ = thief.call(t, "POST", "/passkeys/drop", drop)
		wants(t, name+", one less", status, answer, tt.status, tt.key)
	}
	if n := len(get[passkeysAnswer](t, c, "/passkeys").Passkeys); n != 1 {
		t.Errorf("%d passkeys are left, want 1", n)
	}
}

func TestPasskeyIsASecondFactor(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	one, two := c.enrolled(t, nil), c.enrolled(t, nil)
	list := get[passkeysAnswer](t, c, "/passkeys").Passkeys
	if len(list) != 2 || list[0].ID != b64url(one.id) || list[0].Day != testDay || list[0].Series || len(list[0].Name) != 1800 {
		t.Errorf("listed %+v", list)
	}
	c.token = ""
	step := c.prove(t)
	if c.token != "" {
		t.Error("the passphrase alone got a cookie")
	}
	if len(step.Keys) != 2 || step.Host != "buero.example" || step.Series {
		t.Errorf("challenge %+v", step)
	}
	status, answer, _ := c.call(t, "POST", "/login/passkey", two.sign(t, step))
	if status != http.StatusOK || c.token == "" {
		t.Fatalf("logging in: %d %s", status, answer)
	}
	if n := len(get[sessionAnswer](t, c, "/session").Lock); n != 1736 {
		t.Errorf("the lock has %d bytes", n)
	}
	// Revoked is revoked, at the next challenge.
	status, answer, _ = c.call(t, "POST", "/passkeys/drop", c.proves(map[string]any{"op": newID(), "id": b64url(two.id)}))
	if status != http.StatusNoContent {
		t.Fatalf("revoking: %d %s", status, answer)
	}
	status, answer, _ = c.call(t, "POST", "/login/passkey", two.sign(t, c.prove(t)))
	wants(t, "a revoked passkey", status, answer, http.StatusUnauthorized, "login")
	status, _, _ = c.call(t, "POST", "/login/passkey", one.sign(t, c.prove(t)))
	if status != http.StatusOK {
		t.Errorf("the other passkey: %d", status)
	}
}

// TestRegressionR13PasskeyReplay: a challenge is good once, for two minutes, for one member
// and one purpose, at one origin, with the user verified.
func TestRegressionR13PasskeyReplay(t *testing.T) {
	o := newOffice(t)
	c, other := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	enrolling := c.begin(t)
	a, foreign := c.enrolled(t, nil), other.enrolled(t, nil)
	steal := func(with func(*authenticator)) func() map[string]any {
		return func() map[string]any {
			b := *a
			with(&b)
			return b.sign(t, c.prove(t))
		}
	}
	spent := a.sign(t, c.prove(t))
	if status, answer, _ := c.call(t, "POST", "/login/passkey", spent); status != http.StatusOK {
		t.Fatalf("logging in: %d %s", status, answer)
	}
	for name, try := range map[string]func() map[string]any{
		"the same again":              func() map[string]any { return spent },
		"another member's passkey":    func() map[string]any { return foreign.sign(t, c.prove(t)) },
		"another member's challenge":  func() map[string]any { return a.sign(t, other.prove(t)) },
		"another origin":              steal(func(b *authenticator) { b.origin = "https://buero.example.evil.example" }),
		"the residents' origin":       steal(func(b *authenticator) { b.origin = "https://melden.example" }),
		"another host":                steal(func(b *authenticator) { b.host = "evil.example" }),
		"nobody verified":             steal(func(b *authenticator) { b.flags = present }),
		"nobody there":                steal(func(b *authenticator) { b.flags = verified }),
		"another ceremony":            steal(func(b *authenticator) { b.ceremony = "webauthn.create" }),
		"another key":                 steal(func(b *authenticator) { b.key = foreign.key }),
		"a challenge for enrolling":   func() map[string]any { return a.sign(t, enrolling) },
		"a session for a challenge":   func() map[string]any { s := c.prove(t); s.Step = c.token; return a.sign(t, s) },
		"a challenge of one's own":    func() map[string]any { s := c.prove(t); s.Challenge = b64url(random(32)); return a.sign(t, s) },
		"a signature of another step": func() map[string]any { in := a.sign(t, c.prove(t)); in["step"] = c.prove(t).Step; return in },
		"too late":                    func() map[string]any { in := a.sign(t, c.prove(t)); o.later(auth.StepLife + time.Second); return in },
	} {
		status, answer, _ := (&client{o: o}).call(t, "POST", "/login/passkey", try())
		wants(t, name, status, answer, http.StatusUnauthorized, "login")
	}
	// Many failures slow down and lock nobody out.
	for range 40 {
		_, _, _ = c.call(t, "POST", "/login/passkey", foreign.sign(t, c.prove(t)))
	}
	if status, _, _ := c.call(t, "POST", "/login/passkey", a.sign(t, c.prove(t))); status != http.StatusOK {
		t.Errorf("the right passkey after failures: %d", status)
	}
}

func TestPasskeyThatWasCopied(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	a := c.enrolled(t, nil)
	for _, try := range []struct {
		count  uint32
		status int
	}{{5, 200}, {5, 401}, {4, 401}, {0, 401}, {6, 200}, {1000, 200}, {999, 401}} {
		a.count = try.count
		if status, answer, _ := c.call(t, "POST", "/login/passkey", a.sign(t, c.prove(t))); status != try.status {
			t.Errorf("count %d: %d %s, want %d", try.count, status, answer, try.status)
		}
	}
}

func TestEnrolmentIsHeldAgainstItsChallenge(t *testing.T) {
	o := newOffice(t)
	c, other := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCaseworker, city)
	a := newAuthenticator(t)
	with := func(change func(*authenticator)) map[string]any {
		b := *a
		change(&b)
		return b.enrol(t, c.begin(t))
	}
	more := func(key string, v any) map[string]any {
		in := a.enrol(t, c.begin(t))
		in[key] = v
		return in
	}
	used := a.enrol(t, c.begin(t))
	if status, answer, _ := c.call(t, "POST", "/passkeys", maps.Clone(used)); status != http.StatusNoContent {
		t.Fatalf("enrolling: %d %s", status, answer)
	}
	a = newAuthenticator(t)
	for name, in := range map[string]map[string]any{
		"the same again":        used,
		"another's challenge":   a.enrol(t, other.begin(t)),
		"another origin":        with(func(b *authenticator) { b.origin = "https://evil.example" }),
		"nobody verified":       with(func(b *authenticator) { b.flags = present }),
		"another id":            more("id", b64url(random(24))),
		"no attestation":        more("attestation", ""),
		"broken attestation":    more("attestation", b64url(random(200))),
		"a name in clear":       more("name", []byte("Blauer Schlüssel")),
		"a lock in clear":       more("lock", random(3395)),
		"a lock by passphrase":  more("lock", agefile(1736)),
		"a huge name":           more("name", agefile(5000)),
		"without an op":         more("op", ""),
		"a login's challenge":   a.enrol(t, c.prove(t)),
		"a signature for a key": func() map[string]any { in := a.sign(t, c.begin(t)); delete(in, "authority"); return in }(),
	} {
		status, answer, _ := c.call(t, "POST", "/passkeys", in)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	if n := len(get[passkeysAnswer](t, c, "/passkeys").Passkeys); n != 1 {
		t.Errorf("%d passkeys, want 1", n)
	}
	for range 9 {
		c.enrolled(t, nil)
	}
	status, answer, _ := c.call(t, "POST", "/passkeys", newAuthenticator(t).enrol(t, c.begin(t)))
	wants(t, "the eleventh", status, answer, http.StatusConflict, "conflict")
}

// TestSeriesLeavesNoOtherLock: once a passkey locks the key, nothing is left that the
// passphrase alone opens, and nothing is taken away that alone opens it.
func TestSeriesLeavesNoOtherLock(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	plain := c.enrolled(t, nil)
	locks := [][]byte{agefile(3395), agefile(3395)}
	one, two := c.enrolled(t, locks[0]), c.enrolled(t, locks[1])
	step := c.prove(t)
	if len(step.Keys) != 2 || !step.Series {
		t.Errorf("challenge %+v, want the two that lock", step)
	}
	status, answer, _ := c.call(t, "POST", "/login/passkey", plain.sign(t, step))
	wants(t, "a passkey that is no lock", status, answer, http.StatusUnauthorized, "login")
	_, answer, _ = c.call(t, "POST", "/login/passkey", two.sign(t, c.prove(t)))
	var session sessionAnswer
	if err := json.Unmarshal(answer, &session); err != nil || string(session.Series) != string(locks[1]) || len(session.Lock) != 0 {
		t.Errorf("session %s, want the lock of the passkey that signed and no other", answer)
	}
	if keys, err := o.db.Keys(t.Context(), "lock:"+string(c.member)); err != nil || len(keys) != 0 {
		t.Errorf("%d locks by passphrase alone are left, %v", len(keys), err)
	}
	status, answer, _ = c.call(t, "POST", "/passkeys", newAuthenticator(t).enrol(t, c.begin(t)))
	wants(t, "one that is no lock", status, answer, http.StatusConflict, "series")
	drop := func(a *authenticator, lock []byte) (int, []byte) {
		status, answer, _ := c.call(t, "POST", "/passkeys/drop", c.proves(map[string]any{"op": newID(), "id": b64url(a.id), "lock": lock}))
		return status, answer
	}
	if status, answer := drop(one, nil); status != http.StatusNoContent {
		t.Errorf("revoking one of two: %d %s", status, answer)
	}
	status, answer = drop(two, nil)
	wants(t, "revoking the last lock", status, answer, http.StatusConflict, "series")
	back := agefile(1736)
	if status, answer := drop(two, back); status != http.StatusNoContent {
		t.Errorf("revoking with a lock in its place: %d %s", status, answer)
	}
	c.login(t)
	if got := get[sessionAnswer](t, c, "/session").Lock; string(got) != string(back) {
		t.Error("the passphrase's lock did not come back")
	}
}

func TestLostPasskeysAreAnotherMembersAct(t *testing.T) {
	o := newOffice(t)
	boss, c := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	elsewhere := o.hire(t, incident.RoleCoordinator, body)
	c.enrolled(t, nil)
	for _, m := range get[membersAnswer](t, boss, "/members").Members {
		if want := 0; m.Member == c.member && m.Passkeys != 1 || m.Member != c.member && m.Passkeys != want {
			t.Errorf("member %s has %d passkeys", m.Member, m.Passkeys)
		}
	}
	for _, m := range get[membersAnswer](t, c, "/members").Members {
		if m.Passkeys != 0 {
			t.Error("a caseworker is told of passkeys")
		}
	}
	reset := func(by *client, of incident.MemberID) (int, []byte) {
		status, answer, _ := by.call(t, "POST", "/members/"+string(of)+"/passkeys", map[string]any{"op": newID()})
		return status, answer
	}
	for name, by := range map[string]*client{"oneself": c, "a caseworker": o.hire(t, incident.RoleCaseworker, city), "another desk": elsewhere} {
		status, answer := reset(by, c.member)
		wants(t, name, status, answer, http.StatusForbidden, "forbidden")
	}
	status, answer := reset(boss, boss.member)
	wants(t, "a coordinator's own", status, answer, http.StatusForbidden, "forbidden")
	status, answer = reset(boss, incident.MemberID(newID()))
	wants(t, "nobody", status, answer, http.StatusNotFound, "not_found")
	if status, answer = reset(boss, c.member); status != http.StatusNoContent {
		t.Fatalf("resetting: %d %s", status, answer)
	}
	status, answer, _ = c.call(t, "GET", "/session", nil)
	wants(t, "the old session", status, answer, http.StatusUnauthorized, "session")
	c.login(t)
	lines, err := o.db.Lines(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range lines {
		if strings.Contains(e.Public, "passkey") {
			said = append(said, e.Actor+" "+e.Public)
		}
	}
	if len(said) != 2 || !strings.HasPrefix(said[1], string(boss.member)) || !strings.Contains(said[1], "passkeys_reset") || !strings.Contains(said[1], string(c.member)) {
		t.Errorf("the ledger says %q", said)
	}
	c.enrolled(t, agefile(3395))
	status, answer = reset(boss, c.member)
	wants(t, "passkeys that lock", status, answer, http.StatusConflict, "series")
}

func TestOfficeThatAsksEverybodyForAPasskey(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	o.site.Passkeys = true
	step := c.prove(t)
	if step.Purpose != string(auth.PurposeFirst) || len(step.Keys) != 0 {
		t.Errorf("challenge %+v", step)
	}
	late := c.prove(t)
	a, b := newAuthenticator(t), newAuthenticator(t)
	if status, answer, _ := c.call(t, "POST", "/login/enrol", a.enrol(t, step)); status != http.StatusOK {
		t.Fatalf("making the first one: %d %s", status, answer)
	}
	status, answer, _ := c.call(t, "POST", "/login/enrol", b.enrol(t, late))
	wants(t, "a second first one", status, answer, http.StatusUnauthorized, "login")
	if status, _, _ := c.call(t, "POST", "/login/passkey", a.sign(t, c.prove(t))); status != http.StatusOK {
		t.Errorf("logging in with it: %d", status)
	}
}

// TestWhoLeftHasNoPasskey: with the account go its passkeys, and a challenge that was
// given before opens nothing any more.
func TestWhoLeftHasNoPasskey(t *testing.T) {
	o := newOffice(t)
	boss, c := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	a := c.enrolled(t, agefile(3395))
	a.count = 3
	if status, _, _ := c.call(t, "POST", "/login/passkey", a.sign(t, c.prove(t))); status != http.StatusOK {
		t.Fatal("not logged in")
	}
	step := c.prove(t)
	if status, answer, _ := boss.call(t, "POST", "/members/"+string(c.member)+"/off", map[string]any{"op": newID()}); status != http.StatusNoContent {
		t.Fatalf("off: %d %s", status, answer)
	}
	a.count = 4
	status, answer, _ := c.call(t, "POST", "/login/passkey", a.sign(t, step))
	wants(t, "after leaving", status, answer, http.StatusUnauthorized, "login")
	for _, prefix := range []string{"passkey:", "count:", "lock:", "auth:"} {
		keys, err := o.db.Keys(t.Context(), prefix+string(c.member))
		if err != nil || len(keys) != 0 {
			t.Errorf("%d records of %s are left, %v", len(keys), prefix, err)
		}
	}
}
