package statistics

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomPlan makes a small plan with several-valued dimensions, levels, rules and crossed tables.
func randomPlan(rng *rand.Rand) string {
	type object = map[string]any
	dims, tables, rules := []any{}, []any{}, []any{}
	axes := [][]string{} // of each dimension
	many := []bool{}
	leaves := [][]string{}
	for d := range 2 + rng.IntN(4) {
		id := fmt.Sprintf("d%d", d)
		codes := []string{}
		for i := range 2 + rng.IntN(5) {
			codes = append(codes, fmt.Sprintf("c%d", i))
		}
		dim := object{"id": id, "codes": codes, "min": 1, "max": 1}
		own := []string{id}
		multi := rng.IntN(3) == 0
		if multi {
			dim["min"], dim["max"] = rng.IntN(2), 1+rng.IntN(3)
			multi = dim["min"] != 1 || dim["max"] != 1
		}
		if multi {
			own = append(own, id+".count")
		}
		if rng.IntN(2) == 0 {
			cut := 1 + rng.IntN(len(codes)-1)
			groups := []any{object{"code": "g0", "of": codes[:cut]}, object{"code": "g1", "of": codes[cut:]}}
			if multi && rng.IntN(2) == 0 {
				groups[1] = object{"code": "g1", "of": codes[cut-1:]} // groups that share a leaf
			}
			if rng.IntN(3) == 0 {
				groups = groups[:1] // a level that leaves some out
			}
			dim["levels"] = object{"l": groups}
			own = append(own, id+"@l")
		}
		dims, axes, many, leaves = append(dims, dim), append(axes, own), append(many, multi), append(leaves, codes)
	}
	if rng.IntN(2) == 0 {
		rules = append(rules, object{"if": object{"dim": "d0", "codes": leaves[0][:1]}, "then": object{"dim": "d1", "codes": leaves[1][:1+rng.IntN(len(leaves[1]))]}})
	}
	for i := range 1 + rng.IntN(5) {
		a := rng.IntN(len(axes))
		t := []string{axes[a][rng.IntN(len(axes[a]))]}
		if b := rng.IntN(len(axes)); b != a && (!many[a] || !many[b]) {
			t = append(t, axes[b][rng.IntN(len(axes[b]))])
		}
		table := object{"id": fmt.Sprintf("t%d", i), "dims": t}
		if level := axes[a][0] + "@l"; rng.IntN(4) == 0 && slices.Contains(axes[a], level) {
			table["dims"], table["of"] = axes[a][:1], level+":g0"
		}
		tables = append(tables, table)
	}
	base := 3 + 2*rng.IntN(2)
	text, _ := json.Marshal(object{"v": 1, "id": "p", "year": 2026, "taxonomy": "1", "base": base, "dims": dims, "rules": rules, "tables": tables})
	return string(text)
}

// randomYear returns a plan and counts that fit it; sparse ones, with many zeros, among them.
func randomYear(rng *rand.Rand) (Plan, Counts, bool) {
	p, err := ParsePlan([]byte(randomPlan(rng)))
	if err != nil {
		return Plan{}, Counts{}, false // a rule that leaves a crossed cell impossible
	}
	return p, simulated(p, []int{0, 1, 5, 20, 80, 300}[rng.IntN(6)], rng), true
}

// The invariants I1, I2, I3, I5 and I7 over random plans and counts.
func TestInvariants(t *testing.T) {
	years, moves := 250, 20_000
	if *long {
		years, moves = 4000, 60_000
	}
	rng := rand.New(rand.NewPCG(2026, 11))
	done, failed := 0, 0
	for done < years {
		p, c, ok := randomYear(rng)
		if !ok {
			continue
		}
		done++
		if faults := Check(p, c); len(faults) > 0 {
			t.Fatalf("counts of simulated reports do not pass: %v\n%s", faults, p.Canonical())
		}
		w, err := roundWith(p, c, mustKey(t, byte(done)), moves)
		var fit *FitError
		if errors.As(err, &fit) {
			failed++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		checkInvariants(t, p, c, w, rng)
	}
	t.Logf("%d plans and years, of which %d did not fit in 12 attempts", done, failed)
	if failed > done/50 {
		t.Errorf("%d of %d did not fit", failed, done)
	}
}

func checkInvariants(t *testing.T, p Plan, c Counts, w World, rng *rand.Rand) {
	t.Helper()
	l := p.layout
	for i, n := range w.Cells {
		truth := c.cells[l.ids[i]]
		if n < 0 || n%p.Base != 0 {
			t.Fatalf("I1: cell %s is %d", l.ids[i], n)
		}
		if max(n-truth, truth-n) > p.Tolerance() {
			t.Fatalf("I3: cell %s is %d for %d", l.ids[i], n, truth)
		}
		if truth%p.Base == 0 && n != truth {
			t.Fatalf("I7: cell %s is %d for %d", l.ids[i], n, truth)
		}
	}
	if faults := l.broken(w.Cells); len(faults) > 0 {
		t.Fatalf("I2: %v\n%s", faults, p.Canonical())
	}
	for range 50 {
		sum := 0
		for _, n := range w.Cells {
			sum += (rng.IntN(7) - 3) * n
		}
		if sum != 0 && max(sum, -sum) < p.Base {
			t.Fatalf("I5: a combination gives %d", sum)
		}
	}
	var records []record
	for _, list := range w.Records {
		r, legal := l.read(list)
		if !legal {
			t.Fatalf("record %v is not legal", list)
		}
		records = append(records, r)
	}
	for i, n := range l.tab(records) {
		if n*p.Base != w.Cells[i] {
			t.Fatalf("cell %s is %d and the records say %d", l.ids[i], w.Cells[i], n*p.Base)
		}
	}
}

// I4 within one machine, and I6: neither the order of tables nor that of members and cells changes a value.
func TestOrderChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for range 30 {
		p, c, ok := randomYear(rng)
		if !ok || len(p.Tables) < 2 {
			continue
		}
		tree := maps.Clone(p.tree)
		tables := slices.Clone(tree["tables"].([]any))
		slices.Reverse(tables)
		tree["tables"] = tables
		text, _ := json.MarshalIndent(tree, " ", "\t")
		other := mustPlan(t, string(text))
		one, err1 := roundWith(p, c, mustKey(t, 1), 20_000)
		two, err2 := roundWith(other, countsOf(other, maps.Clone(c.cells)), mustKey(t, 1), 20_000)
		again, err3 := roundWith(p, c, mustKey(t, 1), 20_000)
		if err1 != nil || err2 != nil || err3 != nil {
			continue
		}
		if !slices.Equal(one.Cells, two.Cells) || !slices.EqualFunc(one.Records, two.Records, slices.Equal) {
			t.Fatal("the order of tables changed a value")
		}
		if !slices.EqualFunc(one.Records, again.Records, slices.Equal) {
			t.Fatal("the same key gave another world")
		}
	}
}

// The toy has exactly 22 editions that its conditions and tolerances allow; rounding reaches all of them and
// nothing else.
func TestToyReachesAllEditions(t *testing.T) {
	p := mustPlan(t, toyPlan)
	c := countsOf(p, toyCounts())
	seen := map[string]int{}
	for i := range 1500 { // the rarest of the editions comes once in some 150 keys
		w, err := roundWith(p, c, Key{k: [32]byte{byte(i), byte(i >> 8)}}, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprint(w.Cells)]++
	}
	allowed := toyEditions(p)
	if len(allowed) != 22 {
		t.Errorf("enumeration found %d editions, the page says 22", len(allowed))
	}
	for e := range seen {
		if !allowed[e] {
			t.Errorf("rounding gave %s, which breaks a rule", e)
		}
	}
	if len(seen) != len(allowed) {
		t.Errorf("rounding reached %d of %d editions", len(seen), len(allowed))
	}
}

func toyEditions(p Plan) map[string]bool {
	l := p.layout
	cells := make([]int, len(l.ids))
	found := map[string]bool{}
	var walk func(i int)
	walk = func(i int) {
		if i == len(cells) {
			if len(l.broken(cells)) == 0 {
				found[fmt.Sprint(cells)] = true
			}
			return
		}
		truth := toyCounts()[l.ids[i]]
		low := truth - truth%3
		for _, n := range []int{low, low + 3} {
			if n-truth < 3 && (n == low || truth%3 != 0) {
				cells[i] = n
				walk(i + 1)
			}
		}
	}
	walk(0)
	return found
}

// FaultErrors of counts that the page names.
func TestCheckToy(t *testing.T) {
	p := mustPlan(t, toyPlan)
	for _, c := range []struct {
		name   string
		change map[string]int
		kinds  []string
	}{
		{"right", nil, nil},
		{"work 41", map[string]int{"area:work": 41}, []string{"sum"}},
		{"racism at work 41", map[string]int{"ground:racism|area:work": 41}, []string{"sum", "mention"}},
		{"housing 23", map[string]int{"area:housing": 23, "*": 63}, []string{"mention"}},
		{"below nothing", map[string]int{"area:housing": -1}, []string{"cells"}},
		{"unknown", map[string]int{"area:moon": 1}, []string{"cells"}},
	} {
		cells := toyCounts()
		maps.Copy(cells, c.change)
		faults := Check(p, countsOf(p, cells))
		kinds := map[string]bool{}
		for _, f := range faults {
			kinds[f.Kind] = true
		}
		if len(kinds) < len(c.kinds) || len(c.kinds) == 0 && len(kinds) > 0 {
			t.Errorf("%s: got kinds %v, want %v", c.name, kinds, c.kinds)
		}
		for _, k := range c.kinds {
			if !kinds[k] {
				t.Errorf("%s: got kinds %v, want %v", c.name, kinds, c.kinds)
			}
		}
	}
	wrong := NewCounts(2028, "00", toyCounts())
	if faults := Check(p, wrong); len(faults) != 2 || faults[0].Kind != "plan" || faults[1].Kind != "year" {
		t.Errorf("another plan and year: got %v", faults)
	}
}

// I8: over seeds the published number is the true one on average.
func TestBias(t *testing.T) {
	p, seeds := defaultPlan(t, 3), 8
	if *long {
		seeds = 100
	}
	c := simulated(p, 300, rand.New(rand.NewPCG(8, 8)))
	sums := make([]int, len(p.layout.ids))
	for i := range seeds {
		w, err := Round(p, c, mustKey(t, byte(i)))
		if err != nil {
			t.Fatal(err)
		}
		for j, n := range w.Cells {
			sums[j] += n - c.cells[p.layout.ids[j]]
		}
	}
	total, worst := 0.0, 0.0
	for _, s := range sums {
		total += float64(s) / float64(seeds)
		worst = max(worst, max(float64(s), -float64(s))/float64(seeds))
	}
	mean := total / float64(len(sums))
	t.Logf("mean over %d cells and %d seeds %+.3f, worst cell %.2f", len(sums), seeds, mean, worst)
	if max(mean, -mean) > 0.1 || *long && worst > 1.5 {
		t.Error("rounding leans to one side")
	}
}

// No text form of counts or keys shows what is in them.
func TestCountsAreSilent(t *testing.T) {
	p := mustPlan(t, toyPlan)
	c := countsOf(p, toyCounts())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		for _, v := range []any{c, &c, mustKey(t, 1)} {
			if text := fmt.Sprintf(verb, v); text != "counts" && text != "key" && text != "&counts" {
				t.Errorf("%s shows %q", verb, text)
			}
		}
	}
	if _, err := json.Marshal(c); err == nil {
		t.Error("counts were written as JSON")
	}
	cells := toyCounts()
	cells["area:work"] = 48271
	text, _ := json.Marshal(map[string]any{"v": 1, "year": 2027, "plan": p.Hash(), "cells": cells, "x": 1})
	if _, err := ParseCounts(text); err == nil || bytes.Contains([]byte(err.Error()), []byte("48271")) {
		t.Errorf("error text %v", err)
	}
	if _, err := Round(p, countsOf(p, cells), mustKey(t, 1)); err == nil || bytes.Contains([]byte(err.Error()), []byte("48271")) {
		t.Errorf("error text %v", err)
	}
}
