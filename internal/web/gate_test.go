package web_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/web"
)

// A gated is a site behind a small gate, whose requests take as long as the test says.
type gated struct {
	*site
	gate   *web.Gate
	takes  time.Duration
	inside atomic.Int64
	most   atomic.Int64
}

func newGated(places, reserved, waiting int) *gated {
	g := &gated{site: newSite(), takes: 100 * time.Millisecond}
	g.gate = &web.Gate{
		Networks: &web.Networks{Header: "X-Network", Now: time.Now, Rand: rand.Reader},
		Places:   places, Reserved: reserved, Waiting: waiting, Patience: 20 * time.Second, Cost: 1,
	}
	g.public.Group("/gate", g.gate.Admit).POST("", func(c *gin.Context) {
		now := g.inside.Add(1)
		defer g.inside.Add(-1)
		for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
		}
		time.Sleep(g.takes) // of a bubble: it takes no time
		c.Status(http.StatusCreated)
	})
	return g
}

// from sends a request as of a network and gives the status and how long it took.
func (g *gated) from(ctx context.Context, network string) (int, time.Duration) {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/gate", strings.NewReader("x"))
	r.Header.Set("X-Network", network)
	w := httptest.NewRecorder()
	began := time.Now()
	g.Handler().ServeHTTP(w, r)
	return w.Code, time.Since(began)
}

// TestRegressionR15 floods the site from one network: 200 people of 200 networks
// are all admitted, and none of them waits for the flood.
func TestRegressionR15(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGated(32, 8, 256)
		ctx, end := context.WithCancel(t.Context())
		var flood, people sync.WaitGroup
		var refused, floods atomic.Int64
		for range 150 { // more than can wait
			flood.Go(func() {
				for ctx.Err() == nil {
					status, _ := g.from(ctx, "198.51.100.7")
					floods.Add(1)
					if status == http.StatusTooManyRequests {
						refused.Add(1)
						time.Sleep(time.Second)
					}
				}
			})
		}
		time.Sleep(10 * time.Second)
		var longest atomic.Int64
		for i := range 200 {
			people.Go(func() {
				time.Sleep(time.Duration(i) * 50 * time.Millisecond)
				status, took := g.from(t.Context(), fmt.Sprintf("203.0.%d.9", i))
				if status != http.StatusCreated {
					t.Errorf("somebody of network %d: status %d", i, status)
				}
				for most := longest.Load(); int64(took) > most && !longest.CompareAndSwap(most, int64(took)); most = longest.Load() {
				}
			})
		}
		people.Wait()
		end()
		flood.Wait()
		if most := time.Duration(longest.Load()); most > 200*time.Millisecond {
			t.Errorf("somebody waited %v behind the flood", most)
		}
		if refused.Load() == 0 || g.most.Load() > 32 {
			t.Errorf("%d of the flood refused, %d at a time: the flood was none", refused.Load(), g.most.Load())
		}
		t.Logf("flood of %d requests, %d refused; 200 of 200 people admitted, the slowest in %v", floods.Load(), refused.Load(), time.Duration(longest.Load()))
	})
}

// TestCityBehindOneAddress: when the whole city comes from one network and nobody
// else is there, all are admitted, although they ask for more than a network's share.
func TestCityBehindOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGated(32, 8, 4096)
		var people sync.WaitGroup
		for range 1000 {
			people.Go(func() {
				if status, took := g.from(t.Context(), ""); status != http.StatusCreated {
					t.Errorf("status %d after %v", status, took)
				}
			})
		}
		people.Wait()
		if g.most.Load() > 32 {
			t.Errorf("%d at a time, want 32 at most", g.most.Load())
		}
	})
}

// TestNetworksTakeTurns: of two networks above their share, the one with few
// waiting does not wait until the other's line is empty.
func TestNetworksTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGated(4, 1, 4000)
		var flood sync.WaitGroup
		for range 900 {
			flood.Go(func() { g.from(t.Context(), "198.51.100.7") })
		}
		synctest.Wait()
		var city sync.WaitGroup
		for range 100 { // 60 at once are within its share
			city.Go(func() {
				if status, took := g.from(t.Context(), "203.0.113.5"); status != http.StatusCreated || took > 12*time.Second {
					t.Errorf("status %d after %v", status, took)
				}
			})
		}
		city.Wait()
		flood.Wait()
	})
}

// TestGateRefuses: who finds no place gets an answer that says so, and one who
// gives up leaves the line.
func TestGateRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGated(2, 1, 4)
		g.takes = time.Hour
		ctx, end := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range 2 {
			group.Go(func() { g.from(ctx, fmt.Sprintf("10.0.%d.1", i)) })
		}
		synctest.Wait()
		if status, took := g.from(t.Context(), "10.1.0.1"); status != http.StatusServiceUnavailable || took != 20*time.Second {
			t.Errorf("no place: status %d after %v, want 503 after 20s", status, took)
		}
		gone, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if status, took := g.from(gone, "10.1.0.1"); status != http.StatusServiceUnavailable || took != time.Second {
			t.Errorf("gone: status %d after %v", status, took)
		}
		for range 4 {
			group.Go(func() { g.from(t.Context(), "10.1.0.1") })
		}
		synctest.Wait()
		if status, took := g.from(t.Context(), "10.1.0.2"); status != http.StatusServiceUnavailable || took != 0 {
			t.Errorf("the line is full: status %d after %v, want 503 at once", status, took)
		}
		end()
		group.Wait()
	})
}

// TestNetworksAreForgotten: one network above its share is not above it in the
// next hour, and addresses of one network are one.
func TestNetworksAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			name   string
			same   [2]string
			shared bool
		}{
			{"IPv4", [2]string{"192.0.2.1", "192.0.2.254"}, true},
			{"two of IPv4", [2]string{"192.0.2.1", "192.0.3.1"}, false},
			{"IPv6", [2]string{"2001:db8:1:2::1", "2001:db8:1:ffff::9"}, true},
			{"two of IPv6", [2]string{"2001:db8:1::1", "2001:db8:2::1"}, false},
			{"IPv4 in IPv6", [2]string{"::ffff:192.0.2.1", "192.0.2.9"}, true},
			{"cut by the proxy", [2]string{"192.0.2.0/24", "192.0.2.0/24"}, true},
			{"in the proxy's own way", [2]string{"192.0.2", "192.0.2"}, true},
			{"loopback", [2]string{"127.0.0.1", "::1"}, true},
			{"a zone", [2]string{"fe80::1%eth0", "fe80::2%eth1"}, true},
			{"an hour later", [2]string{"192.0.2.1", ""}, false},
		} {
			g := newGated(1, 1, 1) // no place for who is above the share
			g.gate.Patience, g.takes = 0, 0
			for range 60 {
				if status, _ := g.from(t.Context(), c.same[0]); status != http.StatusCreated {
					t.Fatalf("%s: within the share: status %d", c.name, status)
				}
			}
			if c.same[1] == "" {
				time.Sleep(time.Hour)
				c.same[1] = c.same[0]
			}
			want := http.StatusCreated
			if c.shared {
				want = http.StatusTooManyRequests
			}
			if status, _ := g.from(t.Context(), c.same[1]); status != want {
				t.Errorf("%s: status %d, want %d", c.name, status, want)
			}
		}
	})
}

// TestTooManyNetworks: an attacker with many networks does not fill the memory.
func TestTooManyNetworks(t *testing.T) {
	g := newGated(1, 0, 1)
	g.takes = 0
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/gate", http.NoBody)
	for i := range 51_000 {
		r.Header.Set("X-Network", fmt.Sprintf("%d.%d.%d.1", i>>16, i>>8&255, i&255))
		g.gate.Networks.Visit(r)
	}
	if n := g.gate.Networks.Known(); n != 1000 {
		t.Errorf("%d networks known, want those since all were forgotten", n)
	}
}

// TestTrickle: a body of which a byte comes now and then is not waited for.
func TestTrickle(t *testing.T) {
	s := newSite()
	now := time.Now().Add(-10 * time.Minute) // what was read first was read so long ago
	s.public.Group("/slow", web.Patient(time.Minute, func() time.Time { return now })).POST("", func(c *gin.Context) {
		_, err := io.ReadAll(c.Request.Body)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("reading: got error %v, want %v", err, os.ErrDeadlineExceeded)
		}
		web.Fail(c, err)
	})
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len("HTTP/1.1 408"))
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "HTTP/1.1 408" {
		t.Errorf("answer %q, %v, want 408", answer, err)
	}
}
