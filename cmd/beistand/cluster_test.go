package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
)

// another gives the same office on another machine: a data folder of its own, the
// operator's files and the database shared.
func (o *office) another(t *testing.T) *office {
	t.Helper()
	second := *o
	second.dir = t.TempDir()
	second.env = append(append([]string{}, o.env...), "BEISTAND_DATA="+filepath.Join(second.dir, "data"), "TMPDIR="+second.dir)
	return &second
}

// TestSeveralInstances runs two programs on one database over the MongoDB wire
// and kills one of them under mixed load. Who got no answer sends the same again
// to the other one. Each act that was acknowledged stands there once, a session
// of one holds on the other, and a key that is pinned on one is used by both.
func TestSeveralInstances(t *testing.T) {
	o := newOffice(t)
	o.wire(t)
	o.env = append(o.env, "BEISTAND_AUTH_TOKEN_KEYS="+filepath.Join(o.dir, "token-keys"), "BEISTAND_OFFICE_EDITION_KEY="+filepath.Join(o.dir, "edition-key"))
	member, first := o.newMember(t, "serve", "-allow-test-engine")
	there := o.another(t)
	second := there.start(t, "serve", "-allow-test-engine")

	people, lives := 4, 1
	if killRounds(t, 0) > 0 { // "make soak"
		people, lives = 8, 4
	}
	kept := &promises{}
	var group sync.WaitGroup
	for n := range people {
		group.Go(func() {
			h := person{o: o, member: member, kept: kept, ask: func() *process { return first }, beside: func() *process { return second }}
			if n%2 == 1 {
				h.ask, h.beside = h.beside, nil
			}
			for range lives {
				if !h.live(t) {
					t.Error("an act was acknowledged by neither")
					return
				}
			}
		})
	}
	for kept.count() < people*2 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	first.kill()
	group.Wait()
	if got, want := kept.count(), people*lives*5; got != want {
		t.Errorf("%d acts acknowledged, want %d", got, want)
	}

	first = o.start(t, "serve", "-allow-test-engine")
	o.newKey(t, member, second, first)
	member.p = first
	member.call(t, "POST", "/api/v1/office/logout", nil, http.StatusNoContent)
	member.p = second
	member.call(t, "GET", "/api/v1/office/cases", nil, http.StatusUnauthorized)
	said := there.whole(t)
	first.stop(t)
	second.stop(t)
	o.check(t, kept)
	t.Logf("two instances, one killed, %s; %s", kept, said)
}

// newKey pins the key of a new epoch in the operator's file, as "office pin" does
// on one machine, and waits until both programs take reports sealed to it.
func (o *office) newKey(t *testing.T, member *coordinator, both ...*process) {
	t.Helper()
	next := newOffice(t)
	pin := config.Key{Desk: "city", Epoch: 2, From: incident.MonthOf(time.Now()), Recipient: next.recipient.String()}
	if err := config.Pin(filepath.Join(o.dir, "office-keys.txt"), pin); err != nil {
		t.Fatal(err)
	}
	o.recipient, o.epoch = next.recipient, 2
	for _, p := range both {
		s := o.sealed(t, "Zum neuen Schlüssel")
		status := 0
		for range 100 {
			if status, _, _ = p.post("/api/v1/reports", s.body); status == http.StatusCreated {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if status != http.StatusCreated {
			t.Errorf("a report to the new key: status %d", status)
		}
		if _, page := p.get(t, "/de/privacy"); !strings.Contains(page, o.recipient.Fingerprint()) {
			t.Error("the new key's digits are not on the page")
		}
	}
}
