package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/beistand/beistand/internal/caseweb/apidoc"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A coordinator does in Go what the console does in a browser, with real keys.
type coordinator struct {
	p        *process
	doc      *apidoc.Document
	keys     seal.LoginKeys      // of name and passphrase; slow to make, so made once
	identity *age.HybridIdentity // of the member
	office   *age.HybridIdentity // of the desk
	token    string
}

func newCoordinator(t *testing.T, p *process, site string) *coordinator {
	t.Helper()
	keys, err := seal.Login(site, "a.yilmaz", "abandon ability able about above absent absorb")
	if err != nil {
		t.Fatal(err)
	}
	c := &coordinator{p: p, keys: keys}
	for _, id := range []**age.HybridIdentity{&c.identity, &c.office} {
		made, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		*id = made
	}
	_, text := p.get(t, "/api/v1/office/openapi.json")
	doc, err := apidoc.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c.doc = doc
	return c
}

// call sends one request and holds the answer against the description that the
// program itself serves.
func (c *coordinator) call(t *testing.T, method, path string, in any, want int) map[string]any {
	t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	q, err := http.NewRequestWithContext(t.Context(), method, c.p.public+path, body)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	if c.token != "" && strings.HasPrefix(path, "/api/v1/office/") {
		q.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.p.client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %d %s, want %d", method, path, resp.StatusCode, answer, want)
	}
	if err := c.described(method, path, resp.StatusCode, answer); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	for _, cookie := range resp.Cookies() {
		if cookie.Name == "__Host-beistand" {
			c.token = cookie.Value
		}
	}
	var m map[string]any
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &m); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// described holds an answer against the schema of its call and status.
func (c *coordinator) described(method, path string, status int, answer []byte) error {
	for _, op := range c.doc.Operations() {
		pattern, in := strings.Split(op.Path, "/"), strings.Split(path, "/")
		same := op.Method == method && len(pattern) == len(in)
		for i := 0; same && i < len(in); i++ {
			same = pattern[i] == in[i] || strings.HasPrefix(pattern[i], "{")
		}
		if !same {
			continue
		}
		described, ok := op.Answers[strconv.Itoa(status)]
		if !ok {
			described, ok = op.Answers["default"]
			ok = ok && status >= http.StatusBadRequest
		}
		switch {
		case !ok:
			return fmt.Errorf("status %d is not described", status)
		case described.Schema == nil:
			return nil
		}
		return c.doc.CheckSchema(described.Schema, answer)
	}
	return fmt.Errorf("the call is not described")
}

func sealFor(t *testing.T, to *age.HybridIdentity, text string) []byte {
	t.Helper()
	recipient, err := seal.ParseRecipient(to.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal.SealText(recipient, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// openAs opens an age file as the console would. Tests may hold keys.
func openAs(t *testing.T, id age.Identity, box string) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(unbase64(t, box)), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	var b []byte
	if err := json.Unmarshal([]byte(`"`+text+`"`), &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// setUp makes the keys of the office and stores their sealed and public halves.
func (c *coordinator) setUp(t *testing.T) {
	t.Helper()
	_, code, _ := strings.Cut(c.p.setupLink(t), "#setup=")
	raw := unbase64(t, strings.NewReplacer("-", "+", "_", "/").Replace(code)+"==")
	half := sha256.Sum256(raw)
	member := hex.EncodeToString(half[:16])
	unlock, err := age.ParseHybridIdentity(seal.IdentityString(c.keys.Unlock))
	if err != nil {
		t.Fatal(err)
	}
	paper, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	vouch := seal.Vouch(c.office.String(), member, c.identity.Recipient().String(), "A. Yilmaz")
	sheet := seal.Vouch(c.office.String(), "paper", paper.Recipient().String(), "paper")
	founded := c.call(t, "POST", "/api/v1/office/setup", map[string]any{
		"code": code, "op": hex.EncodeToString(random(16)), "name": hex.EncodeToString(c.keys.Salt[:]), "auth": seal.EncodeKey(c.keys.Auth),
		"lock": sealFor(t, unlock, c.identity.String()), "mpk": c.identity.Recipient().String(), "profile": sealFor(t, c.office, "A. Yilmaz"),
		"desks": []any{map[string]any{
			"desk": "city", "opk": c.office.Recipient().String(), "wrap": sealFor(t, c.identity, c.office.String()), "vouch": seal.EncodeKey(vouch),
			"paper": map[string]any{"ppk": paper.Recipient().String(), "wrap": sealFor(t, paper, c.office.String()), "vouch": seal.EncodeKey(sheet)},
		}},
	}, http.StatusCreated)
	if founded["member"] != member {
		t.Fatalf("member %v, want the one vouched for, %s", founded["member"], member)
	}
}

// login proves the passphrase and opens what only it opens.
func (c *coordinator) login(t *testing.T) {
	t.Helper()
	session := c.call(t, "POST", "/api/v1/office/login", map[string]any{
		"name": hex.EncodeToString(c.keys.Salt[:]), "auth": seal.EncodeKey(c.keys.Auth),
	}, http.StatusOK)
	unlock, err := age.ParseHybridIdentity(seal.IdentityString(c.keys.Unlock))
	if err != nil {
		t.Fatal(err)
	}
	mid, err := age.ParseHybridIdentity(string(openAs(t, unlock, session["lock"].(string))))
	if err != nil || mid.Recipient().String() != session["mpk"] {
		t.Fatalf("the locked key is not the member's: %v", err)
	}
	wrap := session["wraps"].([]any)[0].(map[string]any)
	if got := string(openAs(t, mid, wrap["wrap"].(string))); got != c.office.String() {
		t.Fatal("the wrap does not hold the desk's key")
	}
}

// TestFirstUse carries the main story through the running program with real
// keys: an empty office, its first coordinator, a pinned key, a report that only
// the office opens, an answer that only the receipt opens.
func TestFirstUse(t *testing.T) {
	o := newOffice(t)
	if err := os.Remove(o.dir + "/office-keys.txt"); err != nil {
		t.Fatal(err)
	}
	p := o.start(t, "serve")
	c := newCoordinator(t, p, o.site)
	c.setUp(t)
	recipient, err := seal.ParseRecipient(c.office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, strings.Repeat("0", 24)+"\n", "office", "pin", "city"); code == 0 {
		t.Errorf("wrong digits pinned a key: %s", out)
	}
	if out, code := o.run(t, recipient.Fingerprint()+"\n", "office", "pin", "city"); code != 0 {
		t.Fatalf("pin: exit %d: %s", code, out)
	}
	o.recipient, o.identity = recipient, c.office
	c.login(t)

	told := o.sealed(t, "Am Amt nicht bedient worden.")
	var report map[string]any
	if err := json.Unmarshal(told.body, &report); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the reply got lost once
		c.call(t, "POST", "/api/v1/reports", report, http.StatusCreated)
	}
	list := c.call(t, "GET", "/api/v1/office/cases", nil, http.StatusOK)["cases"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["case"] != told.keys.CaseID() {
		t.Fatalf("list %v, want the one case", list)
	}
	c.answerIt(t, told)
	c.readIt(t, told)
	p.stop(t)
	if out, code := o.run(t, "", "verify"); code != 0 {
		t.Errorf("verify: exit %d: %s", code, out)
	}
}

const kindly = "Danke. Wir rufen dort an."

// answerIt opens the report and answers to resident and office.
func (c *coordinator) answerIt(t *testing.T, told submission) {
	t.Helper()
	path := "/api/v1/office/cases/" + told.keys.CaseID()
	file := c.call(t, "GET", path, nil, http.StatusOK)
	first := file["events"].([]any)[0].(map[string]any)
	if frame := openAs(t, c.office, first["box"].(string)); !bytes.Contains(frame, []byte("nicht bedient")) {
		t.Error("the report does not hold what was told")
	}
	op := incident.Op(random(16))
	resident, err := seal.ParseRecipient(told.keys.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	desk, err := seal.ParseRecipient(c.office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"text": kindly})
	if err != nil {
		t.Fatal(err)
	}
	envelope := seal.Envelope{
		Case: told.keys.CaseID(), Kind: "answer", Op: op.String(), Seen: told.op.String(), By: "office", At: "2026-11-22", Body: body,
	}
	alone, err := seal.Seal(envelope, told.keys.MAC, desk)
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.Seal(envelope, told.keys.MAC, resident, desk)
	if err != nil {
		t.Fatal(err)
	}
	act := map[string]any{"rev": 1, "op": op.String(), "epoch": 1, "box": alone}
	c.call(t, "POST", path+"/answers", act, http.StatusUnprocessableEntity)
	act["box"] = box
	c.call(t, "POST", path+"/answers", act, http.StatusCreated)
	act["op"] = hex.EncodeToString(random(16))
	c.call(t, "POST", path+"/answers", act, http.StatusConflict)
}

// readIt opens the mailbox with the receipt, then leaves by every wrong door.
func (c *coordinator) readIt(t *testing.T, told submission) {
	t.Helper()
	locator := seal.EncodeKey(told.keys.Locator)
	mailbox := c.call(t, "POST", "/api/v1/mailbox", map[string]any{"locator": locator}, http.StatusOK)
	var read string
	for _, e := range mailbox["events"].([]any) {
		event := e.(map[string]any)
		if event["kind"] != "answer" {
			continue
		}
		opened, err := told.keys.Open(unbase64(t, event["box"].(string)), seal.Expect{Case: told.keys.CaseID(), Kind: "answer", Op: event["op"].(string)})
		if err != nil {
			t.Fatal(err)
		}
		read = string(opened.Body)
	}
	if !strings.Contains(read, kindly) {
		t.Errorf("the receipt reads %q, want the answer", read)
	}
	c.call(t, "POST", "/api/v1/mailbox", map[string]any{"locator": seal.EncodeKey([32]byte(random(32)))}, http.StatusOK)
	c.call(t, "POST", "/api/v1/mailbox", map[string]any{"locator": locator, "more": 1}, http.StatusUnprocessableEntity)
	c.call(t, "POST", "/api/v1/messages", map[string]any{"locator": locator, "op": "x", "epoch": 1, "box": "AAAA"}, http.StatusUnprocessableEntity)
	c.call(t, "POST", "/api/v1/reports", map[string]any{}, http.StatusUnprocessableEntity)
}
