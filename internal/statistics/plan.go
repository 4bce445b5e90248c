package statistics

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// A Plan is what a year's statistics will show, declared before any coding is counted. Its hash stands in the
// ledger; a changed plan is another plan. Plans come from ParsePlan only.
type Plan struct {
	V        int               `json:"v"`
	ID       string            `json:"id"`
	Year     int               `json:"year"`     // year in which the reports were received
	Taxonomy string            `json:"taxonomy"` // version of the codes
	Base     int               `json:"base"`     // 3 or 5: every published number is a multiple of it
	Mode     string            `json:"mode"`     // "" or joint: rounding; dp: noise with a guarantee
	Epsilon  *Epsilon          `json:"epsilon"`  // dp only
	Dims     []Dim             `json:"dims"`
	Rules    []Rule            `json:"rules"`
	Tables   []Table           `json:"tables"`
	Title    map[string]string `json:"title"`

	tree   map[string]any // as parsed: what is hashed
	layout *layout
}

// Epsilon is the privacy loss P/Q of the strict mode, for all base tables of the year together.
type Epsilon struct {
	P int `json:"p"`
	Q int `json:"q"`
}

// A Dim is one property of a report. Min 1 and Max 1: it has exactly one of the codes.
type Dim struct {
	ID     string              `json:"id"`
	Codes  []string            `json:"codes"`
	Min    int                 `json:"min"` // 0 or 1
	Max    int                 `json:"max"`
	Levels map[string][]Group  `json:"levels"`
	From   map[string][]string `json:"from"` // leaf: codes of the taxonomy that feed it
	Title  map[string]string   `json:"title"`
}

// A Group is a coarser code: a report that has any of its leaves counts once. Groups of a single-valued
// dimension share no leaf; those of a multi-valued one may (antisemitism counts in two EU grounds). A level
// need not take in every leaf.
type Group struct {
	Code string   `json:"code"`
	Of   []string `json:"of"`
}

// A Rule is a structural fact that anybody can know: who has one of If has one of Then.
type Rule struct {
	If   Codes `json:"if"`
	Then Codes `json:"then"`
}

// Codes are leaves of one dimension.
type Codes struct {
	Dim   string   `json:"dim"`
	Codes []string `json:"codes"`
}

// A Table is shown with all its margins. Dims name axes: ground, ground@eu, ground.count.
type Table struct {
	ID    string            `json:"id"`
	Dims  []string          `json:"dims"`
	Of    string            `json:"of"`   // one group's cell whose leaves are shown, or ""
	Base  bool              `json:"base"` // dp: noise is added here
	Title map[string]string `json:"title"`
}

var planID = regexp.MustCompile(`^[a-z0-9_]+$`)

const (
	maxPlanText = 1 << 20
	maxCodes    = 64
	maxCells    = 2000
)

// ParsePlan reads a plan and returns all faults that it finds, joined. The bytes may be in any layout; the
// hash is that of their canonical form.
func ParsePlan(text []byte) (Plan, error) {
	var p Plan
	if len(text) > maxPlanText {
		return Plan{}, errors.New("reading the plan: longer than 1 MiB")
	}
	tree, err := decode(text, &p)
	if err != nil {
		return Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	p.tree = tree.(map[string]any)
	p.fillDefaults()
	if err := p.check(); err != nil {
		return Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	l, err := newLayout(p)
	if err != nil {
		return Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	p.layout = l
	if p.Mode == ModeDP && !p.hasBaseTotal() {
		return Plan{}, errors.New("reading the plan: mode dp wants a base table of one code a report, for the total")
	}
	return p, nil
}

// hasBaseTotal says whether a base table's cells add up to all reports.
func (p Plan) hasBaseTotal() bool {
	for i, t := range p.Tables {
		a := p.layout.axes[p.layout.tables[i].axes[0]]
		if d := p.layout.dims[a.dim]; t.Base && (a.count || !d.multi && len(a.sets) > 0 && union(a.sets) == d.all) {
			return true
		}
	}
	return false
}

func union(sets []uint64) uint64 {
	var all uint64
	for _, s := range sets {
		all |= s
	}
	return all
}

func (p *Plan) fillDefaults() {
	if _, told := p.tree["base"]; !told {
		p.Base = 3
	}
	if p.Mode == "" {
		p.Mode = ModeJoint
	}
	dims, _ := p.tree["dims"].([]any)
	for i := range p.Dims {
		d, _ := dims[i].(map[string]any)
		_, low := d["min"]
		_, high := d["max"]
		if !low && !high {
			p.Dims[i].Min, p.Dims[i].Max = 1, 1
		}
	}
}

// Modes of an edition.
const (
	ModeJoint = "joint" // joint controlled random rounding
	ModeDP    = "dp"    // discrete noise with an ε guarantee
)

// With returns the plan for another year and base; 0 keeps what the plan says.
func (p Plan) With(year, base int) (Plan, error) {
	tree := map[string]any{}
	for k, v := range p.tree {
		tree[k] = v
	}
	if year != 0 {
		tree["year"] = year
	}
	if base != 0 && base != p.Base {
		tree["base"] = base
	}
	return ParsePlan(appendCanonical(nil, tree))
}

// Canonical returns the plan's bytes as they are hashed (RFC 8785).
func (p Plan) Canonical() []byte { return appendCanonical(nil, p.tree) }

// Hash returns the SHA-256 of the canonical bytes, hex.
func (p Plan) Hash() string { return hashText(p.Canonical()) }

// streamHash is the hash that the streams are drawn from: that of the plan with its tables sorted by id, so
// that their order changes no value.
func (p Plan) streamHash() string {
	tree := map[string]any{}
	for k, v := range p.tree {
		tree[k] = v
	}
	tables := slices.Clone(tree["tables"].([]any))
	slices.SortFunc(tables, func(a, b any) int {
		return compareUTF16(a.(map[string]any)["id"].(string), b.(map[string]any)["id"].(string))
	})
	tree["tables"] = tables
	return hashText(appendCanonical(nil, tree))
}

// Tolerance returns the largest distance between a published number and the true one.
func (p Plan) Tolerance() int { return p.Base - 1 }

// Cells returns the ids of all declared cells in byte order. The first is "*", all reports.
func (p Plan) Cells() []string { return slices.Clone(p.layout.ids) }

// check looks at everything that needs no layout.
func (p *Plan) check() error {
	var faults []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	want(p.V == 1, "v: want 1")
	want(planID.MatchString(p.ID), "id: want small letters, digits and _")
	want(p.Year >= 2000 && p.Year <= 2200, "year: want the year of receipt")
	want(p.Taxonomy != "", "taxonomy: want a version")
	want(p.Base == 3 || p.Base == 5, "base: want 3 or 5")
	want(p.Mode == ModeJoint || p.Mode == ModeDP, "mode: want joint or dp")
	want((p.Mode == ModeDP) == (p.Epsilon != nil), "epsilon: belongs to mode dp, and to no other")
	if p.Epsilon != nil {
		e := *p.Epsilon
		want(e.P >= 1 && e.Q >= 1 && e.P <= 1000 && e.Q <= 1000, "epsilon: want p and q in 1…1000")
	}
	want(titled(p.Title), "title: want de and en")
	want(len(p.Dims) >= 1 && len(p.Dims) <= 64, "dims: want 1 to 64")
	want(len(p.Tables) >= 1, "tables: want at least one")
	seen := map[string]bool{}
	for i := range p.Dims {
		d := &p.Dims[i]
		want(!seen[d.ID], "dims: %q stands there twice", d.ID)
		seen[d.ID] = true
		for _, err := range d.check() {
			faults = append(faults, fmt.Errorf("dim %q: %w", d.ID, err))
		}
	}
	for i, r := range p.Rules {
		want(p.has(r.If) && p.has(r.Then) && r.If.Dim != r.Then.Dim, "rules[%d]: want codes of two dimensions", i)
	}
	seen = map[string]bool{}
	for _, t := range p.Tables {
		want(planID.MatchString(t.ID) && !seen[t.ID], "tables: id %q is no id or stands there twice", t.ID)
		want(titled(t.Title), "table %q: title: want de and en", t.ID)
		want(len(t.Dims) == 1 || len(t.Dims) == 2, "table %q: want 1 or 2 dims", t.ID)
		want(!t.Base || p.Mode == ModeDP && len(t.Dims) == 1 && t.Of == "", "table %q: base marks one-way tables of mode dp", t.ID)
		seen[t.ID] = true
	}
	based := slices.ContainsFunc(p.Tables, func(t Table) bool { return t.Base })
	want(p.Mode != ModeDP || based, "tables: mode dp wants at least one with base")
	return errors.Join(faults...)
}

func titled(title map[string]string) bool {
	return len(title) == 0 || len(title) == 2 && title["de"] != "" && title["en"] != ""
}

func (p *Plan) has(c Codes) bool {
	i := slices.IndexFunc(p.Dims, func(d Dim) bool { return d.ID == c.Dim })
	return i >= 0 && len(c.Codes) > 0 && p.Dims[i].all(c.Codes)
}

// all says whether every code is a leaf, each at most once.
func (d *Dim) all(codes []string) bool {
	seen := map[string]bool{}
	for _, c := range codes {
		if seen[c] || !slices.Contains(d.Codes, c) {
			return false
		}
		seen[c] = true
	}
	return true
}

func (d *Dim) multi() bool { return d.Min != 1 || d.Max != 1 }

func (d *Dim) check() []error {
	var faults []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	ids := func(codes []string) bool {
		sorted := slices.Sorted(slices.Values(codes))
		bad := slices.ContainsFunc(codes, func(c string) bool { return !planID.MatchString(c) })
		return !bad && len(slices.Compact(sorted)) == len(codes) && len(codes) >= 1 && len(codes) <= maxCodes
	}
	want(planID.MatchString(d.ID), "id: want small letters, digits and _")
	want(ids(d.Codes), "codes: want 1 to %d different ones of small letters, digits and _", maxCodes)
	want(d.Min == 0 || d.Min == 1, "min: want 0 or 1")
	want(d.Max >= 1 && d.Max <= maxCodes && d.Max >= d.Min, "max: want 1 to %d", maxCodes)
	want(titled(d.Title), "title: want de and en")
	for name, groups := range d.Levels {
		var codes, leaves []string
		for _, g := range groups {
			codes = append(codes, g.Code)
			leaves = append(leaves, g.Of...)
			want(len(g.Of) > 0 && d.all(g.Of), "level %q: %q: want leaves, each once", name, g.Code)
		}
		want(planID.MatchString(name) && ids(codes), "level %q: name or codes", name)
		want(d.multi() || d.all(leaves), "level %q: a leaf stands in two groups", name)
	}
	fed := map[string]bool{}
	for leaf, codes := range d.From {
		want(slices.Contains(d.Codes, leaf), "from: %q is no leaf", leaf)
		for _, c := range codes {
			want(!fed[c], "from: %q feeds two leaves", c)
			fed[c] = true
		}
	}
	return faults
}
