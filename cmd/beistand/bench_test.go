package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A rate is what one load came to.
type rate struct {
	PerSecond float64 `json:"per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Lost      int     `json:"lost"`
}

// figures is the last line of "make bench". Rows are added, none is renamed.
type figures struct {
	EngineInserts float64           `json:"engine_inserts_per_s"`
	Sealed        map[string]rate   `json:"sealed"`
	Plain         map[string]rate   `json:"plain"`
	Ratio         float64           `json:"ratio_sealed_32"`
	IdleRSS       float64           `json:"idle_rss_mb"`
	Ready         float64           `json:"ready_s"`
	Growth        map[string]growth `json:"growth"` // sealed, 32 clients, by cases in the store
	// Edition is seconds of rounding and audit, by reports in the year.
	Edition map[string]float64 `json:"edition_s"`
}

// boxOfReport is the size of a sealed report of the smallest bucket.
const boxOfReport = 18_043

var loads = []struct{ clients, requests int }{{1, 1500}, {8, 4000}, {32, 6000}}

// TestBench measures; it fails only if something was lost. "make bench" names
// the file that the figures go to.
func TestBench(t *testing.T) {
	to := os.Getenv("BEISTAND_TEST_BENCH")
	if to == "" {
		return
	}
	f := figures{Sealed: map[string]rate{}, Plain: map[string]rate{}}
	f.Ready, f.IdleRSS = measureIdle(t)
	f.Growth = benchGrowth(t, sizes)
	f.Edition = map[string]float64{"300": benchEdition(t, 300), "100000": benchEdition(t, 100_000)}
	for _, l := range loads {
		f.Sealed[strconv.Itoa(l.clients)] = benchSealed(t, l.clients, l.requests)
		f.Plain[strconv.Itoa(l.clients)] = benchPlain(t, l.clients, l.requests/2)
	}
	// The engine's own rate before and after the load that it is compared with,
	// since the disk is shared.
	before := newYardstick(t).rate(t, 32, 3000)
	sealed := benchSealed(t, 32, 6000)
	after := newYardstick(t).rate(t, 32, 3000)
	f.Sealed["32"] = sealed
	f.EngineInserts = math.Round((before + after) / 2)
	f.Ratio = math.Round(100*sealed.PerSecond/f.EngineInserts) / 100
	for name, loads := range map[string]map[string]rate{"sealed": f.Sealed, "plain": f.Plain} {
		for clients, r := range loads {
			t.Logf("%s, %s clients: %.0f/s, p50 %.1f ms, p99 %.1f ms, %d lost", name, clients, r.PerSecond, r.P50, r.P99, r.Lost)
			if r.Lost > 0 {
				t.Errorf("%s, %s clients: %d acknowledged reports are missing", name, clients, r.Lost)
			}
		}
	}
	line, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, append(line, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// measureIdle gives the seconds from start to ready and the resident memory
// after that, in megabytes; the median of five starts.
func measureIdle(t *testing.T) (ready, rss float64) {
	t.Helper()
	var starts, sizes []float64
	for range 5 {
		o := newOffice(t)
		p := o.start(t, "serve")
		starts = append(starts, p.took.Seconds())
		if status, _ := p.get(t, "/de/report"); status != http.StatusOK {
			t.Fatalf("form: status %d", status)
		}
		sizes = append(sizes, residentMB(t, p.cmd.Process.Pid))
		p.stop(t)
	}
	slices.Sort(starts)
	slices.Sort(sizes)
	return math.Round(starts[2]*1000) / 1000, math.Round(sizes[2]*10) / 10
}

func residentMB(t *testing.T, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Fatal("no resident memory in the process's status")
	return 0
}

// load runs n requests from so many clients and measures each.
func load(t *testing.T, clients, n int, request func(i int) bool) (rate, []bool) {
	t.Helper()
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	took := make([]float64, n)
	ok := make([]bool, n)
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			for i := range next {
				start := time.Now()
				ok[i] = request(i)
				took[i] = time.Since(start).Seconds() * 1000
			}
		})
	}
	group.Wait()
	elapsed := time.Since(began).Seconds()
	slices.Sort(took)
	round := func(v float64) float64 { return math.Round(v*10) / 10 }
	return rate{PerSecond: math.Round(float64(n) / elapsed), P50: round(took[n/2]), P99: round(took[n*99/100])}, ok
}

func benchSealed(t *testing.T, clients, n int) rate {
	t.Helper()
	o := newOffice(t)
	work := make([]submission, n)
	var group sync.WaitGroup
	for part := range 2 {
		group.Go(func() {
			for i := part; i < n; i += 2 {
				work[i] = o.sealed(t, "Ich wurde an der Tür abgewiesen.")
			}
		})
	}
	group.Wait()
	p := o.start(t, "serve")
	r, ok := load(t, clients, n, func(i int) bool {
		status, _, err := p.post("/api/v1/reports", work[i].body)
		return err == nil && status == http.StatusCreated
	})
	p.stop(t)
	r.Lost = o.missing(t, n, ok)
	return r
}

func benchPlain(t *testing.T, clients, n int) rate {
	t.Helper()
	o := newOffice(t)
	work := make([]submission, n)
	for i := range work {
		work[i] = o.unsealed(t)
	}
	p := o.start(t, "serve")
	r, ok := load(t, clients, n, func(i int) bool {
		status, _, err := p.postForm("/de/report", plainForm(work[i].receipt.String(), "Ich wurde an der Tür abgewiesen."))
		return err == nil && status == http.StatusOK
	})
	p.stop(t)
	r.Lost = o.missing(t, n, ok)
	return r
}

// missing counts what was acknowledged and is not there, and what was refused:
// in a bench without faults neither may happen.
func (o *office) missing(t *testing.T, n int, ok []bool) int {
	t.Helper()
	out, code := o.run(t, "", "verify", "-json")
	var v verdict
	if err := json.Unmarshal([]byte(out), &v); code != 0 || err != nil {
		t.Fatalf("verify: exit %d, %v: %s", code, err, out)
	}
	accepted := 0
	for _, yes := range ok {
		if yes {
			accepted++
		}
	}
	if refused := n - accepted; refused > 0 {
		t.Errorf("%d of %d were refused", refused, n)
	}
	return max(accepted-v.Cases, 0)
}

// A yardstick is a bare bbolt file with boxes of a report's size.
type yardstick struct {
	db  *bbolt.DB
	box []byte
}

func newYardstick(t *testing.T) yardstick {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "yardstick.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err }); err != nil {
		t.Fatal(err)
	}
	return yardstick{db, random(boxOfReport)}
}

func (y yardstick) insert(n int) error {
	return y.db.Update(func(tx *bbolt.Tx) error {
		for range n {
			if err := tx.Bucket([]byte("b")).Put(random(16), y.box); err != nil {
				return err
			}
		}
		return nil
	})
}

// fill puts so many more records in.
func (y yardstick) fill(t *testing.T, n int) {
	t.Helper()
	for ; n > 0; n -= 256 {
		if err := y.insert(min(n, 256)); err != nil {
			t.Fatal(err)
		}
	}
}

// rate is the engine's own rate of durable inserts: one put, one fsync, from so
// many clients at once.
func (y yardstick) rate(t *testing.T, clients, n int) float64 {
	t.Helper()
	r, _ := load(t, clients, n, func(int) bool { return y.insert(1) == nil })
	return r.PerSecond
}
