package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// The members stand in the ledger, and each has what a browser needs to log in.
func testOffice(t *testing.T, c City, logins []Login) {
	t.Helper()
	lines, err := c.Store.Lines(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	members, err := incident.Members(lines)
	if err != nil || len(members) != len(staff) || len(logins) != len(staff) {
		t.Fatalf("members: got %d, logins %d, %v, want %d", len(members), len(logins), err, len(staff))
	}
	roles := map[incident.Role]int{}
	for _, m := range members {
		roles[m.Role]++
		if m.Off || !m.In(Desk) {
			t.Errorf("a %s is off (%v) or not of the desk", m.Role, m.Off)
		}
		vouch, err := c.Store.Keys(t.Context(), fmt.Sprintf("vouch:%s.1.%s:", Desk, m.ID))
		if err != nil || len(vouch) != 1 {
			t.Errorf("vouches: got %d, %v, want one", len(vouch), err)
		}
		for prefix, size := range map[string]int{"auth": 32, "lock": 1736, "mpk": 1959} {
			keys, err := c.Store.Keys(t.Context(), fmt.Sprintf("%s:%s:", prefix, m.ID))
			if err != nil || len(keys) != 1 || len(keys[0].Bytes) != size {
				t.Errorf("%s: got %d records, %v, want one of %d bytes", prefix, len(keys), err, size)
			}
		}
		wrap, err := c.Store.Keys(t.Context(), fmt.Sprintf("wrap:%s.1.%s:", Desk, m.ID))
		if err != nil || len(wrap) != 1 || len(wrap[0].Bytes) != 1736 {
			t.Errorf("wraps: got %d, %v, want one of 1,736 bytes", len(wrap), err)
		}
	}
	// Four eyes need two coordinators.
	if roles[incident.RoleCoordinator] != 2 || roles[incident.RoleCaseworker] != 1 {
		t.Errorf("roles: got %v, want two coordinators and a caseworker", roles)
	}
	p, err := lines[0].PublicFields()
	if err != nil || lines[0].Kind != incident.KindKey || p.Line == nil || p.Line.Recipient != Recipient() {
		t.Errorf("the first line is a %s, %v, want the office key", lines[0].Kind, err)
	}
	seen := map[string]bool{}
	for _, l := range logins {
		drawn := strings.Split(l.Passphrase, " ")
		if len(drawn) != 7 || seen[l.Passphrase] || slices.ContainsFunc(drawn, func(w string) bool { return !slices.Contains(words, w) }) {
			t.Errorf("passphrase of %s: got %d words, want seven of the list, different for each", l.Name, len(drawn))
		}
		seen[l.Passphrase] = true
	}
}

// What is printed logs in: name and passphrase lead to the stored proof.
func testLogin(t *testing.T, c City, l Login) {
	t.Helper()
	keys, err := seal.Login(Site, l.Name, l.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.Store.Keys(t.Context(), "name:"+hex.EncodeToString(keys.Salt[:])+":")
	if err != nil || len(name) != 1 {
		t.Fatalf("names: got %d, %v, want one", len(name), err)
	}
	proof := sha256.Sum256(keys.Auth[:])
	auth, err := c.Store.Keys(t.Context(), "auth:"+string(name[0].Bytes)+":")
	if err != nil || len(auth) != 1 || !bytes.Equal(auth[0].Bytes, proof[:]) {
		t.Errorf("the stored proof is not that of the printed passphrase (%v)", err)
	}
}
