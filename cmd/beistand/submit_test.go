package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/seal"
)

// plainForm is what the form without JavaScript sends, as little as it may.
func plainForm(receipt, text string) [][2]string {
	return [][2]string{{"receipt", receipt}, {"text", text}, {"rung", "read_it"}, {"desk", "city"}}
}

// unsealed makes a receipt for a report that the server seals.
func (o *office) unsealed(t testing.TB) submission {
	t.Helper()
	receipt, err := seal.NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.Keys(o.site)
	if err != nil {
		t.Fatal(err)
	}
	return submission{receipt: receipt, keys: keys}
}

// TestParallel64 is regression R5: 64 people at once, half of them without
// JavaScript, are 64 cases, and each receipt opens its own.
func TestParallel64(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	const people = 64
	work := make([]submission, people)
	for i := range work {
		if work[i] = o.unsealed(t); i%2 == 0 {
			work[i] = o.sealed(t, fmt.Sprintf("Meldung %d", i))
		}
	}
	var group sync.WaitGroup
	for i, s := range work {
		group.Go(func() {
			if s.body != nil {
				if status, answer, err := p.post("/api/v1/reports", s.body); err != nil || status != http.StatusCreated {
					t.Errorf("sealed report %d: status %d, %v: %s", i, status, err, answer)
				}
				return
			}
			status, answer, err := p.postForm("/de/report", plainForm(s.receipt.String(), fmt.Sprintf("Meldung %d", i)))
			if err != nil || status != http.StatusOK || !strings.Contains(answer, s.receipt.Shown()[:4]) {
				t.Errorf("plain report %d: status %d, %v", i, status, err)
			}
		})
	}
	group.Wait()
	for i, s := range work {
		m := p.mailbox(t, s.keys)
		if events, ok := m["events"].([]any); !ok || m["found"] != true || len(events) != 1 {
			t.Errorf("mailbox %d: found %v, %d events, want its own report", i, m["found"], len(events))
		}
	}
	p.stop(t)
	out, code := o.run(t, "", "verify", "-json")
	var v verdict
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || v.Cases != people {
		t.Errorf("verify: exit %d, %d cases, want %d: %s", code, v.Cases, people, out)
	}
}

// TestSentTwice: a lost answer or a double click is one case; another text under
// the same receipt is put behind the first, and nothing is dropped.
func TestSentTwice(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	s := o.sealed(t, "einmal")
	for range 2 {
		if status, answer, err := p.post("/api/v1/reports", s.body); err != nil || status != http.StatusCreated {
			t.Fatalf("status %d, %v: %s", status, err, answer)
		}
	}
	other := o.sealed(t, "anders")
	var body map[string]any
	if err := json.Unmarshal(other.body, &body); err != nil {
		t.Fatal(err)
	}
	var first map[string]any
	if err := json.Unmarshal(s.body, &first); err != nil {
		t.Fatal(err)
	}
	body["locator"] = first["locator"]
	swapped, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer, err := p.post("/api/v1/reports", swapped); err != nil || status != http.StatusConflict {
		t.Errorf("another report under one receipt: status %d, %v: %s, want 409", status, err, answer)
	}

	plain := o.unsealed(t)
	for _, text := range []string{"Erster Text", "Erster Text", "Zweiter Text"} {
		status, _, err := p.postForm("/de/report", plainForm(plain.receipt.String(), text))
		if err != nil || status != http.StatusOK {
			t.Fatalf("%s: status %d, %v", text, status, err)
		}
	}
	events, ok := p.mailbox(t, plain.keys)["events"].([]any)
	if !ok || len(events) != 2 {
		t.Errorf("%d events, want the report and one message", len(events))
	}
}

// TestBadInput: each kind of bad input gets its own clear answer.
func TestBadInput(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	good := o.sealed(t, "gut")
	alter := func(key string, value any) []byte {
		var body map[string]any
		if err := json.Unmarshal(good.body, &body); err != nil {
			t.Fatal(err)
		}
		body[key] = value
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name string
		body []byte
		want int
	}{
		{"no JSON", []byte("Hallo"), http.StatusUnprocessableEntity},
		{"unknown key", alter("name", "x"), http.StatusUnprocessableEntity},
		{"plain text for a box", alter("box", []byte("Klartext")), http.StatusUnprocessableEntity},
		{"other desk", alter("desk", "nowhere"), http.StatusConflict},
		{"other epoch", alter("epoch", 9), http.StatusConflict},
		{"no locator", alter("locator", ""), http.StatusUnprocessableEntity},
		{"unknown track", alter("track", "x"), http.StatusUnprocessableEntity},
		{"too large", alter("box", make([]byte, 2<<20)), http.StatusRequestEntityTooLarge},
	} {
		if status, answer, err := p.post("/api/v1/reports", c.body); err != nil || status != c.want {
			t.Errorf("%s: status %d, %v, want %d: %.120s", c.name, status, err, c.want, answer)
		}
	}
	long := strings.Repeat("ä", 12_001)
	status, page, err := p.postForm("/de/report", plainForm(o.unsealed(t).receipt.String(), long))
	if err != nil || status != http.StatusUnprocessableEntity {
		t.Errorf("over-long text: status %d, %v, want 422", status, err)
	}
	if !strings.Contains(page, long) {
		t.Error("over-long text: what was typed did not come back")
	}
}
