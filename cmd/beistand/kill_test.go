package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/storetest"
)

// killRounds is how often the program is killed: a few times in every run, more
// in "make soak".
func killRounds(t *testing.T, usual int) int {
	t.Helper()
	s := os.Getenv("BEISTAND_TEST_KILLS")
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// unpin takes the test's own key away, before an office makes its first one.
func (o *office) unpin(t *testing.T) {
	t.Helper()
	if err := os.Remove(filepath.Join(o.dir, "office-keys.txt")); err != nil {
		t.Fatal(err)
	}
}

// wire lets the office use the test engine of the MongoDB wire.
func (o *office) wire(t *testing.T) *storetest.Ferret {
	t.Helper()
	f := storetest.StartFerret(t, t.TempDir(), 0)
	o.env = append(o.env, "BEISTAND_MONGODB_URI="+f.URI)
	return f
}

// TestKill9 kills the program at a random moment under mixed load, again and
// again: sealed and plain reports with files, messages, a member's notes. No act
// that was acknowledged may be missing or double, and no case may be half there.
func TestKill9(t *testing.T) {
	o := newOffice(t)
	o.killed(t, killRounds(t, 12), 24)
}

// TestKill9Wire does the same with the store on the MongoDB wire, whose server
// goes on. The test engine reads every document to find one, so it gets a new
// office after some rounds.
func TestKill9Wire(t *testing.T) {
	const ofOneOffice = 20
	acts, rounds := 0, killRounds(t, 3)
	for left := rounds; left > 0; left -= ofOneOffice {
		o := newOffice(t)
		engine := o.wire(t)
		acts += o.killed(t, min(left, ofOneOffice), 12)
		engine.Kill(t)
	}
	t.Logf("%d kills in all, %d acts acknowledged, 0 lost unless said above", rounds, acts)
}

// killed kills the program so many times, each time after at most so many acts,
// and gives how many acts were acknowledged.
func (o *office) killed(t *testing.T, rounds, busy int) int {
	t.Helper()
	const people = 4
	member, p := o.newMember(t, "serve", "-allow-test-engine")
	kept := &promises{}
	for round := range rounds {
		before := kept.count()
		var group sync.WaitGroup
		for range people {
			group.Go(func() {
				h := person{o: o, member: member, kept: kept, ask: func() *process { return p }}
				for h.live(t) {
				}
			})
		}
		over := make(chan struct{})
		go func() { group.Wait(); close(over) }()
		for enough := before + 1 + rand.IntN(busy); kept.count() < enough; {
			select {
			case <-over:
				t.Fatalf("after %d kills and %d acts the program takes no more, and was not killed", round, kept.count())
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		p.kill()
		<-over
		p = o.start(t, "serve", "-allow-test-engine")
		member.p = p
		member.login(t)
	}
	said := o.whole(t)
	p.stop(t)
	o.check(t, kept)
	t.Logf("%d kills, %s, 0 lost unless said above; %s", rounds, kept, said)
	return kept.count()
}
