package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// flood opens so many connections as of one network, each with half of a form,
// and holds them until the test ends or the function it gives is called.
func (p *process) flood(t *testing.T, network string, n int) (end func()) {
	t.Helper()
	target, err := url.Parse(p.public)
	if err != nil {
		t.Fatal(err)
	}
	half := "POST /de/report HTTP/1.1\r\nHost: " + target.Host + "\r\nX-Network: " + network +
		"\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n"
	held := make([]net.Conn, n)
	end = func() {
		for _, conn := range held {
			if conn != nil {
				_ = conn.Close()
			}
		}
	}
	t.Cleanup(end)
	for i := range held {
		if held[i], err = net.DialTimeout("tcp", target.Host, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(held[i], half); err != nil {
			t.Fatal(err)
		}
	}
	return end
}

// A networked client says that it comes from a network, as a proxy would.
type networked struct {
	network string
	http.RoundTripper
}

func (n networked) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Network", n.network)
	return n.RoundTripper.RoundTrip(r)
}

// TestFloodFromOneNetwork holds the real program under a flood of half forms from
// one network: people of another network send at once, in both ways. The flooded
// network is told so on a page of its language that says what to do; once the
// flood ends, the same form goes through.
func TestFloodFromOneNetwork(t *testing.T) {
	o := newOffice(t)
	o.env = append(o.env, "BEISTAND_SITE_NETWORK_HEADER=X-Network")
	p := o.start(t, "serve")
	end := p.flood(t, "198.51.100.0", 600)
	from := func(network string) {
		p.client.Transport = networked{network, &http.Transport{DisableKeepAlives: true}}
	}

	from("203.0.113.0")
	began := time.Now()
	sealed, plain := o.sealed(t, "Meldung"), o.unsealed(t)
	if status, answer, err := p.post("/api/v1/reports", sealed.body); err != nil || status != http.StatusCreated {
		t.Errorf("sealed, from elsewhere: status %d, %v: %s", status, err, answer)
	}
	if status, _, err := p.postForm("/de/report", plainForm(plain.receipt.String(), "Meldung")); err != nil || status != http.StatusOK {
		t.Errorf("plain, from elsewhere: status %d, %v", status, err)
	}
	took := time.Since(began)

	from("198.51.100.0")
	mine := o.unsealed(t)
	form := plainForm(mine.receipt.String(), "Meldung aus dem vollen Netz")
	for _, lang := range []string{"de", "de-simple", "en", "tr", "ar", "uk", "ru", "it", "hr", "ro", "el", "pl", "sq", "fr"} {
		var texts map[string]any
		if err := json.Unmarshal([]byte(readTree(t, "frontend/locales/"+lang+".json")), &texts); err != nil {
			t.Fatal(err)
		}
		status, page, err := p.postForm("/"+lang+"/report", form)
		if err != nil || status != http.StatusTooManyRequests || !strings.Contains(page, fmt.Sprint(texts["problem.busy.text"])) {
			t.Errorf("%s: status %d, %v, want 429 and what to do", lang, status, err)
		}
	}
	end()
	status := 0
	for range 50 { // the program sees closed connections one by one
		var err error
		if status, _, err = p.postForm("/de/report", form); err != nil {
			t.Fatal(err)
		}
		if status == http.StatusOK {
			break
		}
	}
	if found := p.mailbox(t, mine.keys)["found"]; status != http.StatusOK || found != true {
		t.Errorf("after the flood: status %d, found %v", status, found)
	}
	p.stop(t)
	if s := p.stdout.String() + p.stderr.String(); strings.Contains(s, "198.51") || strings.Contains(s, "203.0") {
		t.Error("the log names a network")
	}
	out, code := o.run(t, "", "verify", "-json")
	var v verdict
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || v.Cases != 3 {
		t.Errorf("verify: exit %d, %d cases, want 3: %s", code, v.Cases, out)
	}
	t.Logf("flood of 600 half forms: both ways of another network in %v", took.Round(time.Millisecond))
}
