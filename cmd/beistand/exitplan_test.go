package main

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/scrypt"

	"github.com/beistand/beistand/internal/seal"
)

// What a member saves from the console, docs/exit-plan.md §1.
type savedSession struct {
	Lock  []byte `json:"lock"`
	Wraps []struct {
		Desk  string `json:"desk"`
		Epoch int    `json:"epoch"`
		Wrap  []byte `json:"wrap"`
	} `json:"wraps"`
}

type savedCase struct {
	Summary struct {
		Desk string `json:"desk"`
	} `json:"summary"`
	Events []struct {
		Kind   string `json:"kind"`
		Op     string `json:"op"`
		Public string `json:"public"`
		Box    []byte `json:"box"`
	} `json:"events"`
}

// TestExitPlan opens a case as docs/exit-plan.md says, with the age library and Go's own only: none of the code
// below belongs to Beistand, apart from the login that saves the two files.
func TestExitPlan(t *testing.T) {
	p, login := demoLogin(t)
	var session savedSession
	p.get(t, "session", &session)
	var office struct {
		Site string `json:"site"`
	}
	p.get(t, "office", &office)
	var list struct {
		Cases []struct {
			Case string `json:"case"`
		} `json:"cases"`
	}
	p.get(t, "cases?limit=20", &list)
	member := openMember(t, office.Site, login.Name, login.Passphrase, session.Lock)
	kinds := map[string]int{}
	for _, c := range list.Cases {
		var saved savedCase
		p.get(t, "cases/"+c.Case, &saved)
		openCase(t, session, saved, member, kinds)
	}
	if kinds["report"] != len(list.Cases) || len(list.Cases) == 0 || kinds["answer"] == 0 {
		t.Errorf("opened %v in %d cases, want each report and some answers", kinds, len(list.Cases))
	}
}

// openCase opens every box of a case and counts the kinds that were opened unchanged.
func openCase(t *testing.T, session savedSession, saved savedCase, member age.Identity, kinds map[string]int) {
	t.Helper()
	keys := map[int]string{}
	for _, w := range session.Wraps {
		if w.Desk == saved.Summary.Desk {
			keys[w.Epoch] = string(ageOpen(t, member, w.Wrap))
		}
	}
	var shared []byte
	for _, e := range saved.Events {
		if len(e.Box) == 0 || e.Kind == "card" {
			continue
		}
		var public struct {
			Epoch int `json:"epoch"`
		}
		if err := json.Unmarshal([]byte(e.Public), &public); err != nil {
			t.Fatal(err)
		}
		desk, err := age.ParseHybridIdentity(keys[public.Epoch])
		if err != nil {
			t.Fatal(err)
		}
		frame := ageOpen(t, desk, e.Box)
		size := int(binary.BigEndian.Uint32(frame))
		text, tag := frame[4:4+size], frame[4+size:36+size]
		var envelope struct {
			Kind, Op string
			Body     struct {
				Mailbox struct{ Mac string }
			}
		}
		if err := json.Unmarshal(text, &envelope); err != nil {
			t.Fatal(err)
		}
		if e.Kind == "report" {
			if shared, err = base64.RawURLEncoding.DecodeString(envelope.Body.Mailbox.Mac); err != nil {
				t.Fatal(err)
			}
		}
		office := expandKey(t, []byte(keys[public.Epoch]), "office-mac/v1")
		if !hmac.Equal(tag, sumOf(shared, text)) && !hmac.Equal(tag, sumOf(office, text)) {
			t.Errorf("%s: neither key made the check", e.Kind)
		}
		if envelope.Kind != e.Kind || envelope.Op != e.Op {
			t.Errorf("got kind %s, act %s, want %s, %s", envelope.Kind, envelope.Op, e.Kind, e.Op)
		}
		kinds[e.Kind]++
	}
}

// openMember goes from the seven words to the member's key.
func openMember(t *testing.T, site, name, words string, lock []byte) age.Identity {
	t.Helper()
	salt := sha256.Sum256([]byte("member-login/v1:" + site + "\n" + name))
	root, err := scrypt.Key([]byte(words), salt[:], 1<<17, 8, 1, 64)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := age.ParseHybridIdentity(bech32Upper("age-secret-key-pq-", expandKey(t, root, "unlock")))
	if err != nil {
		t.Fatal(err)
	}
	member, err := age.ParseHybridIdentity(string(ageOpen(t, unlock, lock)))
	if err != nil {
		t.Fatal(err)
	}
	return member
}

func ageOpen(t *testing.T, key age.Identity, sealed []byte) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), key)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func expandKey(t *testing.T, secret []byte, label string) []byte {
	t.Helper()
	key, err := hkdf.Key(sha256.New, secret, nil, label, 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sumOf(key, text []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(text)
	return m.Sum(nil)
}

// bech32Upper is BIP 173 in capitals, without its limit of 90 letters.
func bech32Upper(prefix string, data []byte) string {
	const letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	var words []byte
	bits, held := 0, 0
	for _, b := range data {
		held, bits = held<<8|int(b), bits+8
		for ; bits >= 5; bits -= 5 {
			words = append(words, byte(held>>(bits-5)&31))
		}
	}
	if bits > 0 {
		words = append(words, byte(held<<(5-bits)&31))
	}
	var all []byte
	for _, c := range []byte(prefix) {
		all = append(all, c>>5)
	}
	all = append(all, 0)
	for _, c := range []byte(prefix) {
		all = append(all, c&31)
	}
	check := uint32(1)
	for _, v := range append(append(all, words...), make([]byte, 6)...) {
		top := check >> 25
		check = check&0x1ffffff<<5 ^ uint32(v)
		for i, generator := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				check ^= generator
			}
		}
	}
	check ^= 1
	text := prefix + "1"
	for _, w := range words {
		text += letters[w : w+1]
	}
	for i := range 6 {
		w := check >> (5 * (5 - i)) & 31
		text += letters[w : w+1]
	}
	return strings.ToUpper(text)
}

// A console is the demo's office with a member logged in.
type console struct {
	base, token string
}

type demoMember struct {
	Name       string `json:"name"`
	Role       string `json:"role"`
	Passphrase string `json:"passphrase"`
}

// demoLogin starts the demo and logs its first caseworker in.
func demoLogin(t *testing.T) (console, demoMember) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, builtProgram(t), "demo", "-listen", "127.0.0.1:0", "-data", filepath.Join(t.TempDir(), "demo"), "-reports", "12", "-past", "0", "-json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	var ready struct {
		Public string       `json:"public"`
		Logins []demoMember `json:"logins"`
	}
	if err := json.NewDecoder(out).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	c := console{base: ready.Public + "/api/v1/office/"}
	for _, m := range ready.Logins {
		if m.Role == "caseworker" {
			c.login(t, m)
			return c, m
		}
	}
	t.Fatalf("no caseworker in %v", ready.Logins)
	return c, demoMember{}
}

func (c *console) login(t *testing.T, m demoMember) {
	t.Helper()
	var start struct {
		Site string `json:"site"`
	}
	c.get(t, "start", &start)
	keys, err := seal.Login(start.Site, m.Name, m.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"name":%q,"auth":%q}`, hex.EncodeToString(keys.Salt[:]), base64.RawURLEncoding.EncodeToString(keys.Auth[:]))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+"login", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, cookie := range resp.Cookies() {
		c.token = cookie.Value
	}
	if resp.StatusCode != http.StatusOK || c.token == "" {
		t.Fatalf("logging in: got %s", resp.Status)
	}
}

// get saves a page of the API, as a member's browser would.
func (c *console) get(t *testing.T, path string, into any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %s", path, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}
