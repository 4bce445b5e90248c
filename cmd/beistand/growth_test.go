package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// sizes are how many cases stand in the store when submissions are measured.
var sizes = []int{1_000, 10_000, 30_000, 100_000}

const (
	growthPage    = "docs/growth.md"
	growthPicture = "docs/growth.svg"
)

// A growth is what one load came to at one number of cases.
type growth struct {
	rate
	Engine float64 `json:"engine_per_s"` // the bare engine's own durable inserts with as many records in its file
	CPU    float64 `json:"cpu_ms"`       // of the program, for one report
}

// benchGrowth fills one store of the embedded engine and a bare one beside it. It
// measures, at each size, sealed reports of 32 clients through the running
// program, the better of two loads, and the bare engine's own rate.
func benchGrowth(t *testing.T, sizes []int) map[string]growth {
	t.Helper()
	const clients, requests = 32, 3000
	o, bare := newOffice(t), newYardstick(t)
	rates, have, records := map[string]growth{}, 0, 0
	for _, size := range sizes {
		o.fill(t, size-have)
		bare.fill(t, size-records)
		p := o.start(t, "serve")
		var best growth
		for range 2 {
			work := make([]submission, requests)
			for i := range work {
				work[i] = o.sealed(t, "Ich wurde an der Tür abgewiesen.")
			}
			before := p.cpuSeconds(t)
			r, ok := load(t, clients, requests, func(i int) bool {
				status, _, err := p.post("/api/v1/reports", work[i].body)
				return err == nil && status == http.StatusCreated
			})
			now := growth{rate: r, CPU: math.Round((p.cpuSeconds(t)-before)/requests*1e5) / 100}
			for i, yes := range ok {
				if !yes || i%100 == 0 && p.mailbox(t, work[i].keys)["found"] != true {
					now.Lost++
				}
			}
			lost := best.Lost + now.Lost
			if now.PerSecond > best.PerSecond {
				best = now
			}
			best.Lost = lost
		}
		p.stop(t)
		best.Engine = bare.rate(t, clients, requests)
		have, records = size+2*requests, size+requests
		rates[strconv.Itoa(size)] = best
		t.Logf("%d cases: %.0f/s, p50 %.1f ms, p99 %.1f ms, %.2f ms of CPU each, %d lost; the bare engine %.0f/s, ratio %.2f",
			size, best.PerSecond, best.P50, best.P99, best.CPU, best.Lost, best.Engine, best.PerSecond/best.Engine)
	}
	return rates
}

// cpuSeconds is the processor time that the program has used.
func (p *process) cpuSeconds(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	ticks := 0.0
	for _, field := range fields[11:13] { // user and system, in hundredths of a second
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return ticks / 100
}

// fill puts cases into the office's store, which nobody serves. Their boxes are
// random bytes of a report's size: the engine sees no difference.
func (o *office) fill(t *testing.T, n int) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	const writers = 64
	for w := range writers {
		group.Go(func() {
			box := random(boxOfReport)
			for i := w; i < n; i += writers {
				id := incident.CaseID(fmt.Sprintf("%x", random(16)))
				e, err := incident.NewCase(id, incident.Op(random(16)), "2026-11", "city", 1, incident.TrackReport, nil, box)
				if err == nil {
					err = db.Append(t.Context(), e)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestGrowthPicture holds the picture to the table beside it, from which it is
// drawn: BEISTAND_TEST_GROWTH=1 measures and writes both, =draw only draws anew.
func TestGrowthPicture(t *testing.T) {
	how := os.Getenv("BEISTAND_TEST_GROWTH")
	if how == "1" {
		writeTree(t, growthPage, growthTable(benchGrowth(t, sizes)))
	}
	if how != "" {
		writeTree(t, growthPicture, growthSVG(growthRows(t)))
	}
	if rows := growthRows(t); readTree(t, growthPicture) != growthSVG(rows) || len(rows) != len(sizes) {
		t.Errorf("%s is not drawn from the %d rows of %s", growthPicture, len(rows), growthPage)
	}
}

func writeTree(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("..", "..", name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join("..", "..", name), 0o644); err != nil {
		t.Fatal(err)
	}
}

// growthTable is the page of the numbers.
func growthTable(rates map[string]growth) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Submissions and the number of cases

Sealed reports, 32 clients, embedded engine, 3,000 reports at each size (the better of two loads), through the running
program. Beside it the bare engine in the same run: one insert of the same size each, 32 clients, as many records in
its file. One machine with %d cores, %s: compare within a row, not with a target.
Drawn and written by `+"`BEISTAND_TEST_GROWTH=1 go test -run GrowthPicture -timeout 30m ./cmd/beistand`"+`; `+"`make bench`"+` measures
it too (row `+"`growth`"+`). What a report writes does not grow: [ADR 0021](adr/0021-large-records-have-pages-of-their-own.md).

![reports a second by number of cases](growth.svg)

| cases | reports a second | bare engine, inserts a second | ratio | p50, ms | p99, ms | CPU, ms | lost |
|---|---|---|---|---|---|---|---|
`, runtime.NumCPU(), time.Now().Format("January 2006"))
	for _, size := range sizes {
		r := rates[strconv.Itoa(size)]
		fmt.Fprintf(&b, "| %d | %.0f | %.0f | %.2f | %.1f | %.1f | %.2f | %d |\n", size, r.PerSecond, r.Engine, r.PerSecond/r.Engine, r.P50, r.P99, r.CPU, r.Lost)
	}
	return b.String()
}

// A growthRow is one line of the table.
type growthRow struct {
	cases     int
	perSecond float64
	engine    float64
}

func growthRows(t *testing.T) (rows []growthRow) {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(readTree(t, growthPage)))
	for lines.Scan() {
		fields := strings.Split(strings.ReplaceAll(lines.Text(), " ", ""), "|")
		if len(fields) != 10 {
			continue
		}
		cases, err1 := strconv.Atoi(fields[1])
		rate, err2 := strconv.ParseFloat(fields[2], 64)
		engine, err3 := strconv.ParseFloat(fields[3], 64)
		if errors.Join(err1, err2, err3) == nil {
			rows = append(rows, growthRow{cases, rate, engine})
		}
	}
	return rows
}

// growthSVG draws reports a second over the number of cases, which grows to the
// right by powers of ten.
func growthSVG(rows []growthRow) string {
	const left, top, width, height = 64, 24, 520, 240
	most := 500.0
	for _, r := range rows {
		most = max(most, math.Ceil(max(r.perSecond, r.engine)/500)*500)
	}
	x := func(cases int) float64 { return left + 30 + (width-60)*(math.Log10(float64(cases))-3)/2 }
	y := func(rate float64) float64 { return top + height*(1-rate/most) }
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" role="img" aria-label="Reports accepted a second, by number of cases in the store" font-family="sans-serif" font-size="12">
<rect width="640" height="320" fill="#fff"/>
`)
	for step := 0.0; step <= most; step += most / 4 {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ccc"/><text x="%d" y="%.1f" text-anchor="end">%.0f</text>`+"\n", left, y(step), left+width, left-8, y(step)+4, step)
	}
	var points, bare []string
	for _, r := range rows {
		points = append(points, fmt.Sprintf("%.1f,%.1f", x(r.cases), y(r.perSecond)))
		bare = append(bare, fmt.Sprintf("%.1f,%.1f", x(r.cases), y(r.engine)))
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4" fill="#1f4f8b"/><text x="%.1f" y="%.1f" text-anchor="middle">%.0f</text><text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n",
			x(r.cases), y(r.perSecond), x(r.cases), y(r.perSecond)-10, r.perSecond, x(r.cases), top+height+18, r.cases)
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#767676" stroke-width="2" stroke-dasharray="6 4"/>`+"\n", strings.Join(bare, " "))
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#1f4f8b" stroke-width="2"/>`+"\n", strings.Join(points, " "))
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">cases in the store</text><text x="%d" y="14">sealed reports accepted a second, 32 clients, embedded engine; dashed: the bare engine</text>`+"\n</svg>\n", left+width/2, top+height+40, left)
	return b.String()
}
