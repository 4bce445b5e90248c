package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/seal"
)

// killRounds is how often the program is killed: 20 times in every run, more in
// "make soak".
func killRounds(t *testing.T) int {
	t.Helper()
	rounds := 20
	if s := os.Getenv("BEISTAND_TEST_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		rounds = n
	}
	return rounds
}

// TestKill9 kills the program at a random moment under load, again and again. No
// report that was acknowledged may be missing, and no case may be half there.
func TestKill9(t *testing.T) {
	o := newOffice(t)
	var acknowledged []seal.Keys
	for round := range killRounds(t) {
		acknowledged = append(acknowledged, o.killUnderLoad(t, round)...)
	}
	p := o.start(t, "serve")
	for _, keys := range acknowledged {
		if found := p.mailbox(t, keys)["found"]; found != true {
			t.Errorf("an acknowledged report is missing: found = %v", found)
		}
	}
	p.stop(t)
	out, code := o.run(t, "", "verify")
	if code != 0 || !strings.Contains(out, ", 0 faults") {
		t.Errorf("verify: exit %d: %s", code, out)
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged: the test proved nothing")
	}
	t.Logf("%d rounds, %d acknowledged, 0 lost; %s", killRounds(t), len(acknowledged), strings.TrimSpace(out))
}

// killUnderLoad sends reports from four clients and kills the program after a
// random time. It gives the keys of all that were acknowledged.
func (o *office) killUnderLoad(t *testing.T, round int) []seal.Keys {
	t.Helper()
	const clients, each = 4, 40
	work := make([][]submission, clients)
	for c := range work {
		for range each {
			work[c] = append(work[c], o.sealed(t, fmt.Sprintf("Runde %d", round)))
		}
	}
	p := o.start(t, "serve")
	var mu sync.Mutex
	var got []seal.Keys
	var group sync.WaitGroup
	for _, list := range work {
		group.Go(func() {
			for _, s := range list {
				status, _, err := p.post("/api/v1/reports", s.body)
				if err != nil {
					return
				}
				if status == http.StatusCreated {
					mu.Lock()
					got = append(got, s.keys)
					mu.Unlock()
				}
			}
		})
	}
	time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
	p.kill()
	group.Wait()
	return got
}
