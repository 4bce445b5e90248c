package statistics

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/beistand/beistand/internal/statistics/audit"
)

func TestReleaseNeedsASecondCount(t *testing.T) {
	p := defaultPlan(t, 3)
	c := simulated(p, 150, rand.New(rand.NewPCG(31, 1)))
	s := Secrets{Seed: seedOf(3), EditionKey: testKey}
	d, r, err := Prepare(p, c, s, testMeta, "member-anna")
	if err != nil || r.Verdict != audit.Safe {
		t.Fatal(err, r.Verdict)
	}
	if _, err := d.Release(p, c, s, "member-anna", "2026-11-22"); !errors.Is(err, ErrSecond) {
		t.Errorf("the same member: got %v", err)
	}
	other := maps.Clone(c.cells)
	one, two := p.Cells()[0], ""
	for _, id := range p.Cells() {
		if id == "month:m01" || id == "month:m02" {
			one, two = two, id
		}
	}
	other[one]++
	other[two]--
	if other[two] < 0 {
		other[one], other[two] = other[one]-2, other[two]+2
	}
	if _, err := d.Release(p, countsOf(p, other), s, "member-ben", "2026-11-22"); !errors.Is(err, ErrDiffer) {
		t.Errorf("another count: got %v", err)
	}
	other[one]++
	var faults FaultErrors
	if _, err := d.Release(p, countsOf(p, other), s, "member-ben", "2026-11-22"); !errors.As(err, &faults) {
		t.Errorf("a count that does not add up: got %v", err)
	}
	touched := d
	touched.Bundle = bytes.Replace(d.Bundle, []byte(`"verdict":"safe"`), []byte(`"verdict":"good"`), 1)
	bundle, err := touched.Release(p, c, s, "member-ben", "2026-11-22")
	if err == nil && bytes.Contains(bundle, []byte(`"good"`)) {
		t.Error("a stored audit was believed")
	}
	bundle, err = d.Release(p, c, s, "member-ben", "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Verify(bundle, ""); err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", d, s, &s); bytes.Contains([]byte(text), []byte("[")) {
		t.Errorf("a draft shows itself: %s", text)
	}
	for _, never := range [][]byte{d.Seed[:], d.Tag[:], []byte("member-anna"), []byte("member-ben")} {
		if bytes.Contains(bundle, never) || bytes.Contains(bundle, fmt.Appendf(nil, "%x", never)) {
			t.Errorf("the edition holds %x", never)
		}
	}
}

// What is not safe is not signed, whoever asks: here the total and a cell are known elsewhere.
func TestUnsafeIsNotReleased(t *testing.T) {
	p := mustPlan(t, toyPlan)
	known := []byte(`[{"year":2027,"cell":"ground:disability","lo":10,"hi":10,"source":"press"},{"year":2027,"cell":"ground:disability|area:work","lo":9,"hi":9,"source":"press"}]`)
	s := Secrets{Seed: seedOf(3), EditionKey: testKey, Known: known}
	if _, _, err := Prepare(p, countsOf(p, toyCounts()), s, testMeta, "member-anna"); !errors.Is(err, ErrRefused) {
		t.Errorf("preparing: got %v", err)
	}
	e := Publish(p, toyWorld(t, p), testMeta)
	if _, err := Sign(mustBytes(t, e), testKey, known, "2026-11-22"); !errors.Is(err, ErrRefused) {
		t.Errorf("signing: got %v", err)
	}
}

// What a thief of the database knows, the exact total and all months, makes no cell bad.
func TestKnownMonths(t *testing.T) {
	p, c, e := smallYear(t, 300)
	known := []byte(`[{"year":2026,"cell":"*","lo":300,"hi":300,"source":"server"}`)
	for m := 1; m <= 12; m++ {
		id := fmt.Sprintf("month:m%02d", m)
		known = fmt.Appendf(known, `,{"year":2026,"cell":%q,"lo":%d,"hi":%d,"source":"server"}`, id, c.cells[id], c.cells[id])
	}
	start := cpuTime(t)
	r, err := audit.Bundle(mustBytes(t, e), append(known, ']'))
	if err != nil {
		t.Fatal(err)
	}
	narrowed, unproven := 0, 0
	for i, f := range r.Findings {
		n := e.Cells[f.Cell]
		if f.Lo > max(0, n-2) || f.Hi < n+2 {
			narrowed++
		}
		if f.Verdict == audit.Unproven {
			unproven++
		}
		if truth := c.cells[p.Cells()[i]]; truth < f.Lo || truth > f.Hi {
			t.Errorf("cell %s: the truth %d is not in %d…%d", f.Cell, truth, f.Lo, f.Hi)
		}
	}
	t.Logf("total and months known: %s; of %d cells %d narrowed, %d unproven, %d disclosed, %v", r.Verdict, len(r.Findings), narrowed, unproven, len(disclosed(r)), cpuTime(t)-start)
	if len(disclosed(r)) > 0 || r.Verdict == audit.Inconsistent {
		t.Errorf("%s: %v", r.Verdict, disclosed(r))
	}
}
