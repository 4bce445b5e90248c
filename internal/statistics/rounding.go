package statistics

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

const (
	attempts = 12
	moves    = 600_000
)

// A World is the artificial records that an edition stands for, each in place of Base reports. Nothing of it
// can be followed back to a report, and it may be published.
type World struct {
	Records [][]int // sorted; each the sorted numbers of its codes, counted through all dimensions of the plan
	Cells   []int   // multiples of the base, in the order of Plan.Cells
}

// Round returns a world whose cells all lie within the tolerance of the counts, and which adds up everywhere.
// The same plan, counts and key give the same world on every machine. It returns FaultErrors if the counts do not
// pass Check, and a *FitError if twelve attempts found no world.
func Round(p Plan, c Counts, k Key) (World, error) { return roundWith(p, c, k, moves) }

func roundWith(p Plan, c Counts, k Key, moves int) (World, error) {
	if p.Mode != ModeJoint {
		return World{}, fmt.Errorf("rounding: the plan says mode %q", p.Mode)
	}
	if faults := Check(p, c); len(faults) > 0 {
		return World{}, faults
	}
	hash, err := c.hash()
	if err != nil {
		return World{}, fmt.Errorf("rounding: %w", err)
	}
	l := p.layout
	truth := make([]int, len(l.ids))
	for i, id := range l.ids {
		truth[i] = c.cells[id]
	}
	missed := make([]int, len(l.ids))
	plan := p.streamHash()
	for attempt := range attempts {
		streamOf := func(stage string) stream {
			return stream{rand.NewChaCha8(k.seed(p.Year, plan, hash, attempt, stage))}
		}
		w := newWorld(l, targets(truth, p.Base, streamOf("targets")))
		s := streamOf("moves")
		if err := w.start(s); err != nil {
			return World{}, fmt.Errorf("rounding: %w", err)
		}
		w.look(truth)
		w.anneal(s, budget(attempt, moves))
		w.finish(s)
		far := w.far()
		if len(far) == 0 {
			return w.publish(), nil
		}
		for _, cell := range far {
			missed[cell]++
		}
	}
	return World{}, &FitError{l.mostMissed(missed)}
}

func budget(attempt, first int) int {
	switch {
	case attempt < 4:
		return first
	case attempt < 8:
		return 2_000_000
	}
	return 4_000_000
}

// targets rounds each cell by itself: up with the chance that its remainder asks for.
func targets(truth []int, base int, s stream) []int {
	t := make([]int, len(truth))
	for c, n := range truth {
		rest := n % base
		t[c] = n - rest
		if rest != 0 && s.draw(base) < rest {
			t[c] += base
		}
	}
	return t
}

// far lists the cells beyond the tolerance.
func (w *world) far() []int {
	var far []int
	for c, p := range w.cells {
		if max(p-w.truth[c], w.truth[c]-p) >= w.l.base {
			far = append(far, c)
		}
	}
	return far
}

// mostMissed names the ten cells most often missed, most often first, then by id.
func (l *layout) mostMissed(missed []int) []string {
	var cells []int
	for c, n := range missed {
		if n > 0 {
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(a, b int) int { return missed[b] - missed[a] })
	var ids []string
	for _, c := range cells[:min(10, len(cells))] {
		ids = append(ids, l.ids[c])
	}
	return ids
}

func (w *world) publish() World {
	out := World{Cells: w.cells, Records: [][]int{}}
	for _, r := range w.records {
		out.Records = append(out.Records, w.l.write(r))
	}
	slices.SortFunc(out.Records, slices.Compare)
	return out
}

// write turns a record into the sorted numbers of its codes.
func (l *layout) write(r record) []int {
	list := []int{}
	first := 0
	for d, dim := range l.dims {
		for i := range dim.codes {
			if r[d]>>i&1 == 1 {
				list = append(list, first+i)
			}
		}
		first += len(dim.codes)
	}
	return list
}

// read turns the sorted numbers of codes back into a record and says whether it is legal.
func (l *layout) read(list []int) (record, bool) {
	r := make(record, len(l.dims))
	last := -1
	for _, n := range list {
		if n <= last {
			return nil, false
		}
		last = n
		d := 0
		for d < len(l.dims) && n >= len(l.dims[d].codes) {
			n -= len(l.dims[d].codes)
			d++
		}
		if d == len(l.dims) {
			return nil, false
		}
		r[d] |= 1 << n
	}
	return r, l.sized(r) && l.legal(r)
}
