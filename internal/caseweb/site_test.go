package caseweb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/caseweb/apidoc"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

const (
	testDay   = "2026-11-22"
	testMonth = "2026-11"
	city      = "city"
	body      = "body" // the independent one
)

// An office is the real site on the real embedded store, behind the engine that
// also runs in the product, with a clock of its own.
type office struct {
	site    *Site
	db      *boltstore.DB
	engine  *web.Engine
	handler http.Handler
	doc     *apidoc.Document
	clock   atomic.Int64
	keys    string
}

func (o *office) now() time.Time                   { return time.Unix(o.clock.Load(), 0).UTC() }
func (o *office) later(d time.Duration)            { o.clock.Add(int64(d / time.Second)) }
func noPause(context.Context, time.Duration) error { return nil }

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{keys: t.TempDir() + "/keys"}
	o.clock.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Unix())
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := auth.CreateKey(o.keys, "01", rand.Reader); err != nil {
		t.Fatal(err)
	}
	ring, err := auth.OpenKeys(o.keys)
	if err != nil {
		t.Fatal(err)
	}
	o.db = db
	o.site = &Site{
		Auth: &auth.Service{
			Store: db, Keys: ring, Site: "melden.example", Origin: "https://buero.example", Now: o.now, Rand: rand.Reader,
			Pace: &auth.Pace{Clock: o.now, Sleep: noPause},
		},
		Casework: o.casework(db),
		Taxonomy: incident.Taxonomy{Codes: []incident.Code{
			{Group: incident.GroupGround, Code: "religion_belief", AskedOf: incident.AskedReporter, LabelDE: "Religion", LabelEN: "Religion", AGG: "yes", Since: 1},
		}},
		Page:  func(c *gin.Context, status int, lang, name string, _ any) { c.String(status, lang+" "+name) },
		Built: true,
	}
	o.site.Districts = []District{{ID: "mitte", LabelDE: "Mitte", LabelEN: "Centre"}}
	o.site.Veil, o.site.AnswerDays = []string{"wort*"}, 3
	o.site.Statistics = testStatistics(t, o, db)
	o.engine = web.New(func(c *gin.Context) { web.Fail(c, incident.ErrNotFound) })
	o.site.Routes(o.engine.Group("", web.SetHeaders(web.OfficeHeaders(web.Headers{}))))
	o.handler = o.engine.Handler()
	if o.doc, err = apidoc.Read(openAPI); err != nil {
		t.Fatal(err)
	}
	return o
}

// A room that is never full; casework has a test of a full one.
type room struct{}

func (room) Take() bool { return true }

func (room) Give(int) {}

func (o *office) casework(db *boltstore.DB) *casework.Service {
	return &casework.Service{
		Store: db, Files: db, Room: room{}, Ledger: db, Keeper: db, Site: "melden.example", Now: o.now, Rand: rand.Reader, CheckBox: checkTestBox,
		Desks: func() []incident.Desk {
			return []incident.Desk{{ID: city, Name: "Stadt", Operator: "Stadt", PublicBody: true, Languages: []string{"de"}}, {ID: body, Name: "Verein"}}
		},
		Keys: func() []incident.PinnedKey {
			return []incident.PinnedKey{
				{Desk: city, Epoch: 1, From: "2026-01", Until: "2026-12", Recipient: recipient('q')},
				{Desk: body, Epoch: 1, From: "2026-01", Recipient: recipient('p')},
			}
		},
	}
}

func recipient(c rune) string { return "age1pq1" + strings.Repeat(string(c), 1952) }

// box makes bytes that checkTestBox takes. The wall between the office's side
// and sealing holds in tests too; the real check is seal's and has its own.
func box(recipients int) []byte {
	return append([]byte("box for "+strings.Repeat("i", recipients)+"\n"), random(40)...)
}

func checkTestBox(_ string, b []byte, recipients int) error {
	if !bytes.HasPrefix(b, []byte("box for "+strings.Repeat("i", recipients)+"\n")) {
		return errors.New("no box")
	}
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func newID() string          { return hex.EncodeToString(random(16)) }
func b64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
func agefile(n int) []byte   { return append([]byte("age-encryption.org/v1\n"), random(n)...)[:n] }

// A client calls the site as one member's browser does.
type client struct {
	o      *office
	member incident.MemberID
	name   string
	proof  []byte
	token  string      // in the cookie
	extra  http.Header // of the next requests
}

// hire adds a member with a login and logs in.
func (o *office) hire(t *testing.T, role incident.Role, desks ...string) *client {
	t.Helper()
	c := &client{o: o, member: incident.MemberID(newID()), name: hex.EncodeToString(random(32)), proof: random(32)}
	o.line(t, &incident.Line{Member: c.member, Role: role, Desks: desks})
	records := map[string][]byte{
		"name:" + c.name: []byte(c.member), "auth:" + string(c.member): auth.ProofRecord(c.proof),
		"lock:" + string(c.member): agefile(1736), "mpk:" + string(c.member): []byte(recipient('x')),
		"profile:" + string(c.member): agefile(3300),
	}
	for _, d := range desks {
		records["wrap:"+d+".1."+string(c.member)] = agefile(1736)
		records["vouch:"+d+".1."+string(c.member)] = random(32)
	}
	for id, b := range records {
		if err := o.db.PutKey(t.Context(), id+":0001", b); err != nil {
			t.Fatal(err)
		}
	}
	c.login(t)
	return c
}

func (c *client) login(t *testing.T) {
	t.Helper()
	status, answer, _ := c.call(t, "POST", "/login", map[string]any{"name": c.name, "auth": b64url(c.proof)})
	if status != http.StatusOK {
		t.Fatalf("login: %d %s", status, answer)
	}
}

// line writes a member line behind the newest one.
func (o *office) line(t *testing.T, says *incident.Line) {
	t.Helper()
	lines, err := o.db.Lines(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var rev int
	var head incident.Hash
	if n := len(lines); n > 0 {
		rev, head = n, lines[n-1].Hash
	}
	e, err := incident.NewLine(rev, head, incident.KindMember, incident.ActorSystem, testDay, incident.Op(random(16)), says)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// report stores the first event of a case.
func (o *office) report(t *testing.T, desk string, track incident.Track) incident.CaseID {
	t.Helper()
	id := incident.CaseID(newID())
	e, err := incident.NewCase(id, incident.Op(random(16)), testMonth, desk, 1, track, nil, box(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return id
}

// call sends one request and holds the answer against the OpenAPI file: the
// status must be described for this call, and the body must fit its schema.
func (c *client) call(t *testing.T, method, path string, in any) (int, []byte, http.Header) {
	t.Helper()
	w := c.send(t, method, APIPrefix+path, in)
	c.o.described(t, method, APIPrefix+path, w)
	for _, set := range w.Result().Cookies() {
		if set.Name == CookieName {
			c.token = set.Value
		}
	}
	return w.Code, w.Body.Bytes(), w.Header()
}

func (c *client) send(t *testing.T, method, path string, in any) *httptest.ResponseRecorder {
	t.Helper()
	var r io.Reader
	if text, ok := in.(string); ok {
		r = strings.NewReader(text)
	} else if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	q := httptest.NewRequestWithContext(t.Context(), method, path, r)
	if in != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		q.AddCookie(&http.Cookie{Name: CookieName, Value: c.token})
	}
	for name, values := range c.extra {
		q.Header[name] = values
	}
	w := httptest.NewRecorder()
	c.o.handler.ServeHTTP(w, q)
	return w
}

// described holds an answer against the OpenAPI file.
func (o *office) described(t *testing.T, method, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	for _, op := range o.doc.Operations() {
		if op.Method != method || !samePath(op.Path, path) {
			continue
		}
		answer, ok := op.Answers[strconv.Itoa(w.Code)]
		if !ok {
			answer, ok = op.Answers["default"]
			ok = ok && w.Code >= 400
		}
		switch {
		case !ok:
			t.Errorf("%s %s: status %d is not described", method, op.Path, w.Code)
		case answer.Schema == nil && !answer.Raw && w.Body.Len() > 0:
			t.Errorf("%s %s: %d has a body, want none", method, op.Path, w.Code)
		case answer.Schema != nil:
			if err := o.doc.CheckSchema(answer.Schema, w.Body.Bytes()); err != nil {
				t.Errorf("%s %s: answer %d: %v", method, op.Path, w.Code, err)
			}
		}
		return
	}
}

// samePath says whether path fits a pattern with {names}.
func samePath(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}

// get decodes the answer of a GET that must succeed.
func get[T any](t *testing.T, c *client, path string) T {
	t.Helper()
	var v T
	status, answer, _ := c.call(t, "GET", path, nil)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, answer)
	}
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// act posts an act on the head that the case has now, with a new op.
func (c *client) act(t *testing.T, id incident.CaseID, path string, fields map[string]any) (int, []byte) {
	t.Helper()
	events, err := c.o.db.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"rev": len(events), "op": newID()}
	for k, v := range fields {
		in[k] = v
	}
	status, answer, _ := c.call(t, "POST", "/cases/"+string(id)+"/"+path, in)
	return status, answer
}

func sealedFor(recipients int, more map[string]any) map[string]any {
	in := map[string]any{"epoch": 1, "box": box(recipients)}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// wants fails unless the answer has the status and the error key.
func wants(t *testing.T, what string, status int, answer []byte, wantStatus int, key string) {
	t.Helper()
	var f struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(answer, &f)
	if status != wantStatus || f.Error != key {
		t.Errorf("%s: %d %q, want %d %q", what, status, f.Error, wantStatus, key)
	}
}
