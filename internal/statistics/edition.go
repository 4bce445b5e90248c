package statistics

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Kind is what an edition's bundle calls itself.
const Kind = "beistand-edition"

// An Edition is the published numbers of a year and everything needed to check them. It is made of the rounded
// world; the counts are not within its reach.
type Edition struct {
	V         int                          `json:"v"`
	Kind      string                       `json:"kind"`
	Year      int                          `json:"year"`
	Office    Office                       `json:"office"`
	Mode      string                       `json:"mode"`
	Base      int                          `json:"base"`
	Tolerance int                          `json:"tolerance"`
	Epsilon   *Epsilon                     `json:"epsilon,omitempty"`
	Plan      any                          `json:"plan"`
	PlanHash  string                       `json:"planHash"`
	Taxonomy  string                       `json:"taxonomy"`
	Cells     map[string]int               `json:"cells"`
	Dropped   []string                     `json:"dropped"`
	CountedOn string                       `json:"countedOn"`          // day, YYYY-MM-DD
	FrozenOn  string                       `json:"frozenOn,omitempty"` // day of release; none before
	Software  Software                     `json:"software"`
	Labels    map[string]map[string]string `json:"labels"` // by language: axis:code, its text
	Note      map[string][]string          `json:"note"`   // by language
	World     *Weighted                    `json:"world,omitempty"`
	Audit     any                          `json:"audit,omitempty"`
	Signature *Signature                   `json:"signature,omitempty"`
}

// An Office is who publishes.
type Office struct {
	Name string `json:"name"`
	AGS  string `json:"ags"` // Amtlicher Gemeindeschlüssel, 8 digits, or ""
}

// Software is what made the bundle.
type Software struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
}

// Weighted is the world: artificial records, each in place of Weight reports.
type Weighted struct {
	Weight  int     `json:"weight"`
	Records [][]int `json:"records"`
}

// A Signature is over "beistand/edition/v1\n" and the canonical bundle without it; base64.
type Signature struct {
	Alg   string `json:"alg"`
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Meta is what an edition says beside its numbers.
type Meta struct {
	Office    Office
	CountedOn string
	Software  Software
	Labels    map[string]map[string]string // de and en; a code without a label shows itself
}

var day = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// Publish makes the edition of a world. Tables whose published base is below 50 are dropped; below 50 reports
// in all, no number is published.
func Publish(p Plan, w World, m Meta) Edition {
	l := p.layout
	e := Edition{
		V: 1, Kind: Kind, Year: p.Year, Office: m.Office, Mode: p.Mode, Base: p.Base, Tolerance: p.Tolerance(),
		Epsilon: p.Epsilon, Plan: p.tree, PlanHash: p.Hash(), Taxonomy: p.Taxonomy, Cells: map[string]int{}, Dropped: []string{},
		CountedOn: m.CountedOn, Software: m.Software, Labels: labels(l, m.Labels), World: &Weighted{weight(p), w.Records},
	}
	if p.Mode == ModeDP {
		e.Base, e.Tolerance = 1, 0
	}
	total := w.Cells[l.index["*"]]
	for _, t := range l.tables {
		if total < dropBelow || w.Cells[t.of] < dropBelow {
			e.Dropped = append(e.Dropped, t.id)
			continue
		}
		for _, c := range l.shown(t) {
			e.Cells[l.ids[c]] = w.Cells[c]
		}
	}
	if total < dropBelow {
		e.World = nil
	} else {
		e.Cells["*"] = total
	}
	e.Note = map[string][]string{"de": sentences(p, e, "de"), "en": sentences(p, e, "en")}
	return e
}

func weight(p Plan) int {
	if p.Mode == ModeDP {
		return 1
	}
	return p.Base
}

// shown lists the cells of a table with its margins.
func (l *layout) shown(t tableView) []int {
	cells := []int{l.index["*"]}
	if t.of != 0 {
		cells = append(cells, t.of)
	}
	for _, a := range t.axes {
		for i := range l.axes[a].codes {
			if c, ok := l.index[l.id(a, i)]; ok && (len(t.axes) == 2 || t.only>>i&1 == 1) {
				cells = append(cells, c)
			}
		}
	}
	if len(t.axes) == 2 {
		for i := range l.axes[t.axes[0]].codes {
			for j := range l.axes[t.axes[1]].codes {
				cells = append(cells, l.index[l.id(t.axes[0], i)+"|"+l.id(t.axes[1], j)])
			}
		}
	}
	return cells
}

// labels keeps those that the declared axes need.
func labels(l *layout, all map[string]map[string]string) map[string]map[string]string {
	out := map[string]map[string]string{"de": {}, "en": {}}
	for _, b := range l.blocks {
		for i, code := range l.axes[b.a].codes {
			id := l.id(b.a, i)
			for lang, texts := range out {
				texts[id] = code
				if text := all[lang][id]; text != "" {
					texts[id] = text
				}
			}
		}
	}
	return out
}

// Bytes returns the bundle as it is published and signed.
func (e Edition) Bytes() ([]byte, error) {
	text, err := canonical(e)
	if err != nil {
		return nil, fmt.Errorf("writing the edition: %w", err)
	}
	return text, nil
}

// ReadEdition reads a bundle strictly and holds its parts against each other: canonical bytes, plan and hash,
// base, sums and the world. It checks neither signature nor audit; Verify does.
func ReadEdition(text []byte) (Edition, Plan, error) {
	var e Edition
	tree, err := decode(text, &e)
	if err != nil {
		return Edition{}, Plan{}, fmt.Errorf("reading the edition: %w", err)
	}
	if string(appendCanonical(nil, tree)) != string(text) {
		return Edition{}, Plan{}, errors.New("reading the edition: bytes are not in canonical form")
	}
	if _, ok := e.Plan.(map[string]any); !ok || e.V != 1 || e.Kind != Kind {
		return Edition{}, Plan{}, errors.New("reading the edition: not an edition")
	}
	p, err := ParsePlan(appendCanonical(nil, e.Plan))
	if err != nil {
		return Edition{}, Plan{}, fmt.Errorf("reading the edition: %w", err)
	}
	return e, p, e.check(p)
}

func (e Edition) check(p Plan) error {
	want := func(ok bool, what string) error {
		if ok {
			return nil
		}
		return fmt.Errorf("reading the edition: %s does not fit", what)
	}
	base, tolerance := p.Base, p.Tolerance()
	if p.Mode == ModeDP {
		base, tolerance = 1, 0
	}
	days := day.MatchString(e.CountedOn) && (e.FrozenOn == "" || day.MatchString(e.FrozenOn))
	err := errors.Join(
		want(e.PlanHash == p.Hash() && e.Year == p.Year && e.Taxonomy == p.Taxonomy && e.Mode == p.Mode, "plan"),
		want(e.Base == base && e.Tolerance == tolerance, "base"),
		want(days, "day"),
		want(e.sameEpsilon(p), "epsilon"),
		want(len(e.Note["de"]) > 0 && len(e.Note["en"]) > 0, "note"))
	if err != nil {
		return err
	}
	w, err := e.world(p)
	if err != nil {
		return err
	}
	again := Publish(p, w, Meta{})
	if e.World == nil {
		again.Cells, again.Dropped = map[string]int{}, e.Dropped
		if len(e.Dropped) != len(p.Tables) {
			return want(false, "dropped tables")
		}
	}
	if !slices.Equal(again.Dropped, e.Dropped) || len(again.Cells) != len(e.Cells) {
		return want(false, "dropped tables")
	}
	for id, n := range e.Cells {
		if again.Cells[id] != n {
			return fmt.Errorf("reading the edition: cell %q is not what its world says", id)
		}
	}
	return nil
}

func (e Edition) sameEpsilon(p Plan) bool {
	if e.Epsilon == nil || p.Epsilon == nil {
		return e.Epsilon == p.Epsilon
	}
	return *e.Epsilon == *p.Epsilon
}

// world counts the records of the bundle again.
func (e Edition) world(p Plan) (World, error) {
	w := World{Records: [][]int{}, Cells: make([]int, len(p.layout.ids))}
	if e.World == nil {
		return w, nil
	}
	if e.World.Weight != e.Base || !slices.IsSortedFunc(e.World.Records, slices.Compare) {
		return World{}, errors.New("reading the edition: world does not fit")
	}
	var records []record
	for i, list := range e.World.Records {
		r, legal := p.layout.read(list)
		if !legal {
			return World{}, fmt.Errorf("reading the edition: record %d is not one of the plan", i)
		}
		records = append(records, r)
	}
	w.Records, w.Cells = e.World.Records, p.layout.tab(records)
	for i := range w.Cells {
		w.Cells[i] *= e.World.Weight
	}
	return w, nil
}

// attach turns a report of the auditor into plain JSON within the bundle.
func (e *Edition) attach(report any) error {
	text, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("writing the audit: %w", err)
	}
	e.Audit, err = parse(text)
	return err
}
