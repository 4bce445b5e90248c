package statistics

import (
	"encoding/hex"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// The example of the method's design page, invented and enumerated by hand.
const toyPlan = `{"base":3,"dims":[{"codes":["racism","disability","gender"],"id":"ground","max":2,"min":1},{"codes":["work","housing"],"id":"area","max":1,"min":1}],"id":"toy","tables":[{"dims":["ground","area"],"id":"t1"}],"taxonomy":"2026-11","v":1,"year":2027}`

func toyCounts() map[string]int {
	return map[string]int{
		"*": 61, "area:work": 40, "area:housing": 21, "ground:racism": 39, "ground:disability": 10, "ground:gender": 19,
		"ground:racism|area:work": 26, "ground:disability|area:work": 9, "ground:gender|area:work": 11,
		"ground:racism|area:housing": 13, "ground:disability|area:housing": 1, "ground:gender|area:housing": 8,
	}
}

func mustPlan(t testing.TB, text string) Plan {
	t.Helper()
	p, err := ParsePlan([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func countsOf(p Plan, cells map[string]int) Counts { return NewCounts(p.Year, p.Hash(), cells) }

func seedOf(n byte) (seed [32]byte) {
	for i := range seed {
		seed[i] = byte(i) + n
	}
	return seed
}

func defaultPlan(t testing.TB, base int) Plan {
	t.Helper()
	text, err := os.ReadFile("../../config/data/statistics_plan.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := mustPlan(t, string(text)).With(2026, base)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestToyHashesAndStreams(t *testing.T) {
	p := mustPlan(t, toyPlan)
	if got, want := p.Hash(), "c7220fb01bd42d75a249221a09c1910a6a66c8027b5e3e33f61e8bc4a4e90ab9"; got != want {
		t.Errorf("plan hash: got %s, want %s", got, want)
	}
	text, err := canonical(toyCounts())
	if err != nil || len(text) != 290 {
		t.Errorf("cells: got %d bytes (%v), want 290", len(text), err)
	}
	hash, _ := countsOf(p, toyCounts()).hash()
	if want := "52f2f46bf6a4402f9303fca690dff4ee58a5df4f2f358e172bcaa764513acc49"; hash != want {
		t.Errorf("counts hash: got %s, want %s", hash, want)
	}
	pepper := make([]byte, 32)
	for i := range pepper {
		pepper[i] = byte(255 - i)
	}
	k := keyOf(seedOf(0), pepper)
	if got, want := hex.EncodeToString(k.k[:]), "d0ecd56f1f2f55e3d7b7b11bad5e158dfdff21e13bcf5f88355ed2097b9ce958"; got != want {
		t.Errorf("key: got %s, want %s", got, want)
	}
	seed := k.seed(2027, p.Hash(), hash, 0, "targets")
	if got, want := hex.EncodeToString(seed[:]), "e892b799d5b18d7d6f10d42eca8b4409ce31fb8ce20eda18f24a04ccc9ebe9b3"; got != want {
		t.Errorf("stream: got %s, want %s", got, want)
	}
	truth := make([]int, len(p.layout.ids))
	for i, id := range p.layout.ids {
		truth[i] = toyCounts()[id]
	}
	got := targets(truth, 3, stream{rand.NewChaCha8(seed)})
	if want := []int{60, 21, 39, 12, 3, 9, 18, 9, 9, 39, 12, 27}; !slices.Equal(got, want) {
		t.Errorf("targets: got %v, want %v", got, want)
	}
	if heat[0] != 0xf79b796fbc201ff3 || heat[63] != 0x305a26c93319d4ae {
		t.Error("temperatures differ from the page")
	}
}

func TestDefaultPlan(t *testing.T) {
	p := defaultPlan(t, 3)
	if n := len(p.Cells()); n != 167 {
		t.Errorf("default plan has %d cells, want 165 and two that say where the codes come from", n)
	}
}
