package statistics

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"testing"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	long   = flag.Bool("long", false, "run the tests of many plans and years, which take minutes")
)

// drawn returns counts of n legal records, drawn with whole numbers only: the same on every machine.
func drawn(t *testing.T, p Plan, n int) Counts {
	t.Helper()
	l := p.layout
	w := newWorld(l, make([]int, len(l.ids)))
	s := stream{rand.NewChaCha8(seedOf(7))}
	var records []record
	for range n {
		r, err := w.uniform(s)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, append(record{}, r...))
	}
	cells := map[string]int{}
	for c, n := range l.tab(records) {
		cells[l.ids[c]] = n
	}
	return countsOf(p, cells)
}

// I4: the same plan, counts and key give the same bytes on every machine. The file was written on amd64; 386
// and arm64 must agree.
func TestGoldenWorlds(t *testing.T) {
	got := map[string]string{}
	for name, p := range map[string]Plan{"toy 3": mustPlan(t, toyPlan), "default 3": defaultPlan(t, 3), "default 5": defaultPlan(t, 5)} {
		c := drawn(t, p, 400)
		if name == "toy 3" {
			c = countsOf(p, toyCounts())
		}
		counts, err := c.hash()
		if err != nil {
			t.Fatal(err)
		}
		world, err := WriteWorld(p, mustRound(t, p, c, 1))
		if err != nil {
			t.Fatal(err)
		}
		got[name+" plan"], got[name+" counts"], got[name+" world"] = p.Hash(), counts, hashText(world)
	}
	const file = "testdata/worlds.json"
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for name, hash := range got {
		if want[name] != hash {
			t.Errorf("%s: got %s, want %s", name, hash, want[name])
		}
	}
}
