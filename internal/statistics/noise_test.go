package statistics

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/statistics/audit"
)

const noisyPlan = `{"v":1,"id":"strict","year":2026,"taxonomy":"1","mode":"dp","epsilon":{"p":4,"q":1},"dims":[
{"id":"ground","codes":["a","b","c","d"],"min":1,"max":3},{"id":"area","codes":["w","x","y"],"min":1,"max":1},{"id":"month","codes":["01","02"],"min":1,"max":1}],
"tables":[{"id":"t1","dims":["ground"],"base":true},{"id":"t2","dims":["area"],"base":true},{"id":"t3","dims":["month"],"base":true}]}`

// The sampler has the variance and the chance of 0 that theory gives for the scale 9/4.
func TestLaplace(t *testing.T) {
	s := stream{rand.NewChaCha8(seedOf(1))}
	const draws = 400_000
	sum, squares, zeros := 0, 0, 0
	for range draws {
		n := s.laplace(9, 4)
		sum, squares = sum+n, squares+n*n
		if n == 0 {
			zeros++
		}
	}
	mean, variance, zero := float64(sum)/draws, float64(squares)/draws, float64(zeros)/draws
	t.Logf("%d draws: mean %.3f, variance %.3f, P(0) %.4f", draws, mean, variance, zero)
	if math.Abs(mean) > 0.03 || math.Abs(variance-9.960) > 0.15 || math.Abs(zero-.2186) > 0.004 {
		t.Errorf("theory: mean 0, variance 9.960, P(0) .2186")
	}
}

func TestStrictMode(t *testing.T) {
	p := mustPlan(t, noisyPlan)
	if got := p.Sensitivity(); got != 5 {
		t.Errorf("sensitivity %d, want 3 + 1 + 1", got)
	}
	q := math.Exp(-4.0 / 5)
	if want := 2 * q / (1 - q*q); math.Abs(float64(p.ExpectedError())/10-want) > 0.06 {
		t.Errorf("expected error %d tenths, want %.2f", p.ExpectedError(), want)
	}
	c := simulated(p, 400, rand.New(rand.NewPCG(2, 2)))
	total, cells := 0, 0
	for n := range byte(20) {
		w, err := Noisy(p, c, mustKey(t, n))
		if err != nil {
			t.Fatal(err)
		}
		if faults := p.layout.broken(w.Cells); len(faults) > 0 {
			t.Fatalf("noisy numbers do not add up: %v", faults)
		}
		for i, id := range p.layout.ids {
			total += max(w.Cells[i]-c.cells[id], c.cells[id]-w.Cells[i])
			cells++
		}
		text, r, err := Audited(Publish(p, w, testMeta), nil, nil)
		if err != nil || r.Verdict != audit.Safe {
			t.Fatal(err, r)
		}
		if _, _, err := ReadEdition(text); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "ε = 4") {
			t.Error("the note does not name ε")
		}
	}
	t.Logf("mean error %.2f, expected of the noise alone %.1f", float64(total)/float64(cells), float64(p.ExpectedError())/10)
	if float64(total)/float64(cells) > float64(p.ExpectedError())/10*2 {
		t.Error("much further off than the noise is")
	}
	if _, err := Round(p, c, mustKey(t, 1)); err == nil {
		t.Error("a plan of the strict mode was rounded")
	}
}

// Rounding's expected error, over all remainders.
func TestExpectedErrorOfRounding(t *testing.T) {
	for base, want := range map[int]int{3: 9, 5: 16} {
		if got := defaultPlan(t, base).ExpectedError(); got != want {
			t.Errorf("base %d: %d tenths, want %d", base, got, want)
		}
	}
}

// Two people's worlds: any year that is within the tolerance can have led to the edition. For the toy's
// witnesses some key shows it.
func TestWitnessesLeadToTheEdition(t *testing.T) {
	p := mustPlan(t, toyPlan)
	l := p.layout
	w := toyWorld(t, p)
	var world []record
	for _, list := range w.Records {
		r, _ := l.read(list)
		for range p.Base {
			world = append(world, r)
		}
	}
	tried := 0
	for _, one := range []record{world[0], world[len(world)-1], world[len(world)/2]} {
		for _, k := range []int{-2, -1, 1, 2} {
			year := append([]record{}, world...)
			for n := 0; n < k; n++ {
				year = append(year, one)
			}
			for i := len(year) - 1; i >= 0 && len(year) > len(world)+k; i-- {
				if fmt.Sprint(year[i]) == fmt.Sprint(one) {
					year = append(year[:i], year[i+1:]...)
				}
			}
			cells := map[string]int{}
			for i, n := range l.tab(year) {
				cells[l.ids[i]] = n
			}
			if !reaches(t, p, countsOf(p, cells), w) {
				t.Errorf("no key led from %d copies of %v to the edition", k, one)
			}
			tried++
		}
	}
	t.Logf("%d witnesses lead to the edition", tried)
}

func reaches(t *testing.T, p Plan, c Counts, w World) bool {
	t.Helper()
	for i := range 3000 {
		got, err := roundWith(p, c, Key{k: [32]byte{byte(i), byte(i >> 8), 3}}, 3_000)
		var fit *FitError
		if errors.As(err, &fit) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Cells) == fmt.Sprint(w.Cells) {
			return true
		}
	}
	return false
}
