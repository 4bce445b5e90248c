package statistics

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// A plan is refused with the words that say why.
func TestPlanFaults(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`"v":1`, `"v":2`, "v: want 1"},
		{`"year":2027`, `"year":27`, "year"},
		{`"base":3`, `"base":4`, "base"},
		{`"base":3`, `"base":3.5`, "whole"},
		{`"base":3`, `"Base":3`, `no member "Base"`},
		{`"base":3`, `"base":3,"base":3`, "twice"},
		{`"base":3`, `"base":null`, "null"},
		{`"id":"toy"`, `"id":"Toy"`, "id"},
		{`"id":"toy"`, `"id":"toy","mode":"dp"`, "epsilon"},
		{`"id":"toy"`, `"id":"toy","epsilon":{"p":4,"q":1}`, "epsilon"},
		{`"racism","disability"`, `"racism","racism"`, "codes"},
		{`"id":"area"`, `"id":"ground"`, "twice"},
		{`"max":2,"min":1`, `"max":0,"min":1`, "max"},
		{`"max":2,"min":1`, `"max":2,"min":2`, "min"},
		{`["ground","area"]`, `["ground","place"]`, `no axis "place"`},
		{`["ground","area"]`, `["ground","ground.count"]`, "same dimension"},
		{`["ground","area"]`, `[]`, "1 or 2"},
		{`["ground","area"]`, `["ground","area"],"of":"area:work"`, "of"},
		{`"codes":["work"`, `"levels":{"l":[{"code":"a","of":["work"]},{"code":"b","of":["work"]}]},"codes":["work"`, "two groups"},
		{`"codes":["work"`, `"levels":{"l":[{"code":"a","of":["moon"]}]},"codes":["work"`, "want leaves"},
		{`"codes":["work"`, `"from":{"work":["x","x"]},"codes":["work"`, "two leaves"},
		{`"codes":["work"`, `"from":{"moon":["x"]},"codes":["work"`, "no leaf"},
		{`"codes":["work"`, `"title":{"de":"Bereich"},"codes":["work"`, "title"},
		{`"id":"toy"`, `"id":"toy","rules":[{"if":{"dim":"area","codes":["moon"]},"then":{"dim":"ground","codes":["racism"]}}]`, "rules[0]"},
		{`"id":"toy"`, `"id":"toy","rules":[{"if":{"dim":"ground","codes":["gender"]},"then":{"dim":"area","codes":["work"]}}]`, `cell "ground:gender|area:housing" cannot occur`},
		{`"id":"toy"`, `"id":"toy","rules":[{"if":{"dim":"ground","codes":["gender"]},"then":{"dim":"area","codes":["work"]}},{"if":{"dim":"area","codes":["work"]},"then":{"dim":"ground","codes":["racism"]}},{"if":{"dim":"ground","codes":["racism"]},"then":{"dim":"area","codes":["housing"]}}]`, `code "work" of "area" cannot occur`},
	} {
		text := strings.Replace(toyPlan, c.from, c.to, 1)
		if text == toyPlan {
			t.Fatalf("%s changes nothing", c.from)
		}
		if _, err := ParsePlan([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.to, err, c.want)
		}
	}
	if _, err := mustPlan(t, toyPlan).With(0, 4); err == nil {
		t.Error("base 4 was taken")
	}
	both := strings.Replace(toyPlan, `"id":"area","max":1`, `"id":"area","max":2`, 1)
	if _, err := ParsePlan([]byte(both)); err == nil || !strings.Contains(err.Error(), "several codes") {
		t.Errorf("two dimensions of several codes crossed: %v", err)
	}
}

// What the server knows by itself must agree.
func TestCheckServer(t *testing.T) {
	p := defaultPlan(t, 3)
	c := simulated(p, 60, rand.New(rand.NewPCG(1, 9)))
	months := map[string]int{}
	for _, id := range p.Cells() {
		if m, ok := strings.CutPrefix(id, "month:m"); ok {
			months[m] = c.cells[id]
		}
	}
	if faults := CheckServer(p, c, months, false); len(faults) != 0 {
		t.Errorf("got %v", faults)
	}
	if faults := CheckServer(p, c, months, true); len(faults) != 1 || faults[0].Kind != "frozen" {
		t.Errorf("a frozen year: got %v", faults)
	}
	months["03"]++
	if faults := CheckServer(p, c, months, false); len(faults) != 2 || faults[0].Kind != "server" || faults[1].Cells[0] != "month:m03" {
		t.Errorf("another March: got %v", faults)
	}
}

// The uniform start, which the proof needs and which comes once in 65,536 times, gives legal records of every
// kind.
func TestUniformRecords(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 15))
	for range 200 {
		p, err := ParsePlan([]byte(randomPlan(rng)))
		if err != nil {
			continue
		}
		w := newWorld(p.layout, make([]int, len(p.layout.ids)))
		s := stream{rand.NewChaCha8(seedOf(3))}
		var records []record
		for range 400 {
			r, err := w.uniform(s)
			if err != nil {
				t.Fatal(err)
			}
			if !p.layout.legal(r) || !p.layout.sized(r) {
				t.Fatalf("record %v is not legal", r)
			}
			records = append(records, append(record{}, r...))
		}
		for i, n := range p.layout.tab(records) {
			if n == 0 && len(p.layout.dims) < 3 {
				t.Errorf("cell %s never occurs in 400 records of %s", p.layout.ids[i], p.Canonical())
			}
		}
	}
	d := dimension{codes: make([]string, 64), min: 0, max: 64, multi: true, all: ^uint64(0)}
	s := stream{rand.NewChaCha8(seedOf(4))}
	weights := sizes(64, 0, 64)
	for range 100 {
		s.set(d, weights)
	}
}

// Counts that do not fit: some have no world within the tolerance, and the error names cells and no number.
func TestNoWorldFits(t *testing.T) {
	// Three codes of one dimension, each with a remainder, in two crossings that contradict each other.
	p := mustPlan(t, `{"v":1,"id":"p","year":2026,"taxonomy":"1","base":3,"dims":[{"id":"a","codes":["x","y"]},{"id":"b","codes":["x","y"]},{"id":"c","codes":["x","y"]}],
"tables":[{"id":"t1","dims":["a","b"]},{"id":"t2","dims":["b","c"]},{"id":"t3","dims":["a","c"]}]}`)
	cells := map[string]int{"*": 30, "a:x": 15, "a:y": 15, "b:x": 15, "b:y": 15, "c:x": 15, "c:y": 15}
	for _, pair := range []string{"a b", "b c"} { // always alike
		one, two := pair[:1], pair[2:]
		cells[one+":x|"+two+":x"], cells[one+":y|"+two+":y"], cells[one+":x|"+two+":y"], cells[one+":y|"+two+":x"] = 15, 15, 0, 0
	}
	cells["a:x|c:x"], cells["a:y|c:y"], cells["a:x|c:y"], cells["a:y|c:x"] = 0, 0, 15, 15 // and never
	c := countsOf(p, cells)
	if faults := Check(p, c); len(faults) > 0 {
		t.Fatalf("pairwise it adds up: %v", faults)
	}
	_, err := roundWith(p, c, mustKey(t, 1), 5_000)
	var fit *FitError
	if !errors.As(err, &fit) || len(fit.Cells) == 0 || strings.Contains(err.Error(), "15") {
		t.Errorf("got %v", err)
	}
}
