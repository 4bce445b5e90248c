// Package audit attacks published statistics as somebody would who has nothing but the published files and a
// few numbers known elsewhere. It calls an edition safe only when it can show, for every cell, worlds of
// reports that fit everything published and differ in that cell. It cannot see what was rounded, it never
// imports the package that rounds, and it has no switch that overrules it.
package audit

import (
	"errors"
	"fmt"
	"slices"
)

// A Verdict is what the auditor can say of a cell, an edition or all editions.
type Verdict string

// Only Safe may be released.
const (
	Safe         Verdict = "safe"         // worlds were built that show it
	Disclosed    Verdict = "disclosed"    // bounds prove that too little is left open
	Unproven     Verdict = "unproven"     // neither could be shown
	Inconsistent Verdict = "inconsistent" // hash, signature, base, sums or world are wrong, or no year fits
)

// A Fault is something wrong with a bundle, or a year published twice.
type Fault struct {
	Year  int      `json:"year"`
	Kind  string   `json:"kind"` // member name, canonical, planHash, plan, signature, cells, base, world, tolerance, sum, mention, level, count, rule, empty, republished, known
	Cells []string `json:"cells"`
}

// A Finding is what is known of one cell: every number in Lo…Hi is possible when the verdict is safe, and no
// number outside it is, whatever the verdict.
type Finding struct {
	Year    int        `json:"year"`
	Cell    string     `json:"cell"`
	Lo      int        `json:"lo"`
	Hi      int        `json:"hi"`
	Verdict Verdict    `json:"verdict"`
	Up      []int      `json:"up,omitempty"`      // record whose copies show the upper end
	Down    *int       `json:"down,omitempty"`    // index of the record in the world whose copies are taken away
	Blocked [][]string `json:"blocked,omitempty"` // cells of the constraints that narrowed a disclosed cell
}

// A Report is the auditor's answer. It is plain data of texts and whole numbers.
type Report struct {
	Verdict  Verdict   `json:"verdict"`
	Software string    `json:"software"`
	Subjects []string  `json:"subjects"` // SHA-256 of each bundle without audit, signature and day of freezing
	Known    string    `json:"known"`    // SHA-256 of the file of known numbers
	K        int       `json:"k"`        // fewest numbers that must stay possible
	Small    int       `json:"small"`    // cells above 0 and at most the base, per thousand of those above 0
	Faults   []Fault   `json:"faults"`
	Findings []Finding `json:"cells"`
}

const software = "beistand audit 1"

// Bundle audits one bundle. Known is the file of numbers that are public elsewhere, or nil.
func Bundle(bundle, known []byte) (Report, error) { return Bundles([][]byte{bundle}, known) }

// Bundles audits the bundles of all years together. A bundle that is wrong in itself, or cannot be read, gets
// the verdict inconsistent. An error means that there was no bundle, or that known cannot be read.
func Bundles(texts [][]byte, known []byte) (Report, error) {
	r := Report{Verdict: Safe, Software: software, Subjects: []string{}, Known: digest(known), Faults: []Fault{}, Findings: []Finding{}}
	if len(texts) == 0 {
		return Report{}, errors.New("no bundle to audit")
	}
	facts, err := readKnown(known)
	if err != nil {
		return Report{}, fmt.Errorf("reading known numbers: %w", err)
	}
	years := map[int][]*bundle{}
	for i, text := range texts {
		if slices.ContainsFunc(texts[:i], func(t []byte) bool { return string(t) == string(text) }) {
			continue // the same file twice
		}
		b, err := readBundle(text)
		if err != nil {
			r.Verdict = Inconsistent
			r.Faults = append(r.Faults, Fault{0, fmt.Sprintf("bundle %d: %v", i+1, err), []string{}})
			continue
		}
		years[b.year] = append(years[b.year], b)
		r.Subjects = append(r.Subjects, b.subject)
	}
	above, small := 0, 0
	work := mostWork
	for _, year := range sortedYears(years) {
		y := &attack{year: year, bundles: years[year], facts: facts, work: &work}
		y.run()
		r.Faults = append(r.Faults, y.faults...)
		r.Findings = append(r.Findings, y.findings...)
		r.K = max(r.K, y.k)
		r.Verdict = worse(r.Verdict, y.verdict)
		for _, n := range years[year][0].printed {
			if n > 0 {
				above++
			}
			if n > 0 && n <= years[year][0].base {
				small++
			}
		}
	}
	r.Small = small * 1000 / max(1, above)
	return r, nil
}

func sortedYears(years map[int][]*bundle) []int {
	var list []int
	for y := range years {
		list = append(list, y)
	}
	slices.Sort(list)
	return list
}

func worse(a, b Verdict) Verdict {
	order := []Verdict{Safe, Unproven, Disclosed, Inconsistent}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// A fact is a number that is public elsewhere.
type fact struct {
	year   int
	cell   string
	lo, hi int
}

// readKnown reads [{"year":…,"cell":"…","lo":…,"hi":…,"source":"…"}].
func readKnown(text []byte) ([]fact, error) {
	if len(text) == 0 {
		return nil, nil
	}
	v, err := parse(text)
	if err != nil {
		return nil, err
	}
	var t tree
	var facts []fact
	for _, e := range t.list(v, "known") {
		o := t.object(e, "known")
		for name := range o {
			if !slices.Contains([]string{"year", "cell", "lo", "hi", "source"}, name) {
				t.fail("member " + name)
			}
		}
		f := fact{t.whole(o["year"], "year", 1, 9999), t.text(o["cell"], "cell"), t.whole(o["lo"], "lo", 0, mostReports), t.whole(o["hi"], "hi", 0, mostReports)}
		if t.text(o["source"], "source"); f.hi < f.lo {
			t.fail("lo and hi")
		}
		facts = append(facts, f)
	}
	return facts, t.err
}
