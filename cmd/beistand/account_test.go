package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/auth"
)

// TestRotateTokens: a token of the old key is good while the old key stands, and
// refused once it is gone; the session itself goes on with the new key.
func TestRotateTokens(t *testing.T) {
	o := newOffice(t)
	if err := os.Remove(o.dir + "/office-keys.txt"); err != nil {
		t.Fatal(err)
	}
	p := o.start(t, "serve")
	c := newCoordinator(t, p, o.site)
	c.setUp(t)
	c.login(t)
	old := c.token
	conf, err := config.Load("", o.env)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	command := program{ctx: t.Context(), env: o.env, stdin: strings.NewReader(""), stdout: &out, stderr: &out}
	waited := time.Duration(0)
	err = command.rotate(conf, func(_ context.Context, d time.Duration) error {
		waited = d
		c.call(t, "GET", "/api/v1/office/session", nil, http.StatusOK)
		c.login(t)
		return nil
	})
	if err != nil || waited != auth.TokenLife {
		t.Fatalf("rotating waited %s, %v; want the life of a token", waited, err)
	}
	if kid := strings.Split(c.token, ".")[0]; kid == strings.Split(old, ".")[0] {
		t.Error("the new token is signed with the old key")
	}
	c.call(t, "GET", "/api/v1/office/session", nil, http.StatusOK)
	c.token = old
	c.call(t, "GET", "/api/v1/office/session", nil, http.StatusUnauthorized)
	files, err := filepath.Glob(filepath.Join(conf.Auth.TokenKeys, "*"))
	if err != nil || !slices.Equal(files, []string{filepath.Join(conf.Auth.TokenKeys, "0002")}) {
		t.Errorf("key files %v, %v", files, err)
	}
}

// TestAccountAdd: before there is a member the link founds the office, afterwards
// it lets somebody join; without a server there is none.
func TestAccountAdd(t *testing.T) {
	o := newOffice(t)
	if err := os.Remove(o.dir + "/office-keys.txt"); err != nil {
		t.Fatal(err)
	}
	if out, code := o.run(t, "", "account", "add"); code == 0 || !strings.Contains(out, "serve") {
		t.Errorf("without a server: exit %d: %s", code, out)
	}
	p := o.start(t, "serve")
	c := newCoordinator(t, p, o.site)
	c.setUp(t)
	out, code := o.run(t, "", "account", "add")
	if code != 0 || !strings.Contains(out, "/office/#join=") {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, code := o.run(t, "", "account", "recover"); code != 0 || !strings.Contains(out, "/office/#recover=") {
		t.Errorf("recover: exit %d: %s", code, out)
	}
	if out, code := o.run(t, "", "account", "remove"); code != exitUsage {
		t.Errorf("unknown act: exit %d: %s", code, out)
	}
}
