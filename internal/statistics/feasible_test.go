package statistics

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/statistics/audit"
)

// attemptsOf rounds as Round does and says which attempt fitted, or 0.
func attemptsOf(t *testing.T, p Plan, c Counts, k Key) int {
	t.Helper()
	l := p.layout
	hash, err := c.hash()
	if err != nil {
		t.Fatal(err)
	}
	truth := make([]int, len(l.ids))
	for i, id := range l.ids {
		truth[i] = c.cells[id]
	}
	for attempt := range attempts {
		w := newWorld(l, targets(truth, p.Base, stream{rand.NewChaCha8(k.seed(p.Year, p.streamHash(), hash, attempt, "targets"))}))
		s := stream{rand.NewChaCha8(k.seed(p.Year, p.streamHash(), hash, attempt, "moves"))}
		if err := w.start(s); err != nil {
			t.Fatal(err)
		}
		w.look(truth)
		w.anneal(s, budget(attempt, moves))
		w.finish(s)
		if len(w.far()) == 0 {
			return attempt + 1
		}
	}
	return 0
}

// Simulated years of the default plan must fit: base 3 always, base 5 in 39 of 40, restarts included.
func TestFeasibility(t *testing.T) {
	sizes := []int{100, 150, 200, 300, 500, 700, 1000, 1300, 1600, 2000}
	each := 4
	if !*long {
		sizes, each = []int{100, 300, 1000}, 2
	}
	for _, base := range []int{3, 5} {
		p := defaultPlan(t, base)
		rng := rand.New(rand.NewPCG(uint64(base), 11))
		fit, first, runs := 0, 0, 0
		var longest, sum time.Duration
		for _, n := range sizes {
			for range each {
				c := simulated(p, n, rng)
				if faults := Check(p, c); len(faults) > 0 {
					t.Fatal(faults)
				}
				start := cpuTime(t)
				switch attemptsOf(t, p, c, mustKey(t, byte(runs))) {
				case 0:
				case 1:
					first++
					fallthrough
				default:
					fit++
				}
				took := cpuTime(t) - start
				runs, longest, sum = runs+1, max(longest, took), sum+took
			}
		}
		t.Logf("base %d: %d of %d fit, %d at the first attempt; mean %v, longest %v", base, fit, runs, first, (sum / time.Duration(runs)).Round(time.Millisecond), longest.Round(time.Millisecond))
		if base == 3 && fit < runs || base == 5 && fit < runs-1 {
			t.Errorf("base %d: only %d of %d fit", base, fit, runs)
		}
	}
}

// A hundred thousand reports take no longer than a few hundred: rounding works on cells.
func TestLargeYear(t *testing.T) {
	n, years := 100_000, 8
	if !*long {
		n, years = 20_000, 1
	}
	for _, base := range []int{3, 5} {
		p := defaultPlan(t, base)
		rng := rand.New(rand.NewPCG(uint64(base), 9))
		var longest time.Duration
		for i := range years {
			c := simulated(p, n, rng)
			start := cpuTime(t)
			w := mustRound(t, p, c, byte(i))
			r, err := audit.Bundle(mustBytes(t, Publish(p, w, testMeta)), nil)
			longest = max(longest, cpuTime(t)-start)
			if err != nil || r.Verdict != audit.Safe {
				t.Errorf("base %d: %s %v", base, r.Verdict, err)
			}
		}
		t.Logf("base %d, %d years of %d reports: rounding and audit at most %v", base, years, n, longest.Round(time.Millisecond))
		// The time is a target of the long run on a quiet machine, not of every run.
		if *long && longest > 3*time.Second {
			t.Errorf("base %d: took %v", base, longest)
		}
	}
}

// cpuTime is the processor time that the tests have used: other work on the machine does not count.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
