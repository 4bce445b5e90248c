package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/statistics/audit"
)

// benchEdition gives the seconds that rounding and audit of a year of the office's own plan take, the longest of
// five invented years.
func benchEdition(t *testing.T, reports int) float64 {
	t.Helper()
	settings, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := config.ReadStatistics(settings.Files)
	if err != nil {
		t.Fatal(err)
	}
	p, err := statistics.ParsePlan(s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	longest := 0.0
	for year := range 5 {
		counts := inventedYear(t, p, reports, rand.New(rand.NewPCG(uint64(year), uint64(reports))))
		key, err := statistics.NewKey([32]byte{byte(year)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		w, err := statistics.Round(p, counts, key)
		if err != nil {
			t.Fatal(err)
		}
		_, r, err := statistics.Audited(statistics.Publish(p, w, statistics.Meta{CountedOn: "2027-03-31", Labels: s.Labels}), nil, nil)
		if err != nil || r.Verdict != audit.Safe {
			t.Fatalf("%d reports: %s, %v", reports, r.Verdict, err)
		}
		longest = max(longest, time.Since(start).Seconds())
	}
	t.Logf("edition of %d reports: rounding and audit at most %.2f s", reports, longest)
	return math.Round(longest*100) / 100
}

// inventedYear counts reports of a thousand kinds, whose codes are drawn, the first ones of each dimension more
// often.
func inventedYear(t *testing.T, p statistics.Plan, n int, rng *rand.Rand) statistics.Counts {
	t.Helper()
	var kinds []map[string][]string
	for len(kinds) < 1000 {
		marks := map[string][]string{}
		for _, d := range p.Dims {
			size := d.Min
			for size < min(d.Max, len(d.Codes)) && rng.IntN(3) == 0 {
				size++
			}
			for len(marks[d.ID]) < size {
				at := int(rng.ExpFloat64() * float64(len(d.Codes)) / 3)
				if code := d.Codes[at%len(d.Codes)]; !slices.Contains(marks[d.ID], code) {
					marks[d.ID] = append(marks[d.ID], code)
				}
			}
		}
		if _, err := statistics.Count(p, []map[string][]string{marks}); err == nil { // else a rule of the plan is broken
			kinds = append(kinds, marks)
		}
	}
	reports := make([]map[string][]string, 0, n)
	for range n {
		reports = append(reports, kinds[rng.IntN(len(kinds))])
	}
	counts, err := statistics.Count(p, reports)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}
