package statistics

import "math/bits"

const (
	steps     = 64
	overshoot = 40 // weight of what lies beyond the tolerance
)

// heat holds ⌊2^64·exp(−1/temp)⌋ for the temperatures 30·0.02^(l/63). No float is used anywhere in rounding:
// machines differ in how they fuse multiplication and addition.
var heat = [steps]uint64{
	0xf79b796fbc201ff3, 0xf71441be1b60cd0d, 0xf684b1831fc9baa0, 0xf5ec4a622fb66be8,
	0xf54a873f6c13030d, 0xf49edbfc8055ceb2, 0xf3e8b5367577306b, 0xf327780536a3c858,
	0xf25a81bd9242d863, 0xf18127b6a0f81160, 0xf09ab7139ec223c3, 0xefa67493687ac28f,
	0xeea39c66fa024cbe, 0xed916210777c72a7, 0xec6ef04c7e5ecf9a, 0xeb3b6907b1cd5ddb,
	0xe9f5e562b0e92dbc, 0xe89d75c6e5445cf2, 0xe731220edb7f4bae, 0xe5afe9c51fdf2d2e,
	0xe418c47ce40189df, 0xe26aa248010091e0, 0xe0a46c4e397c1724, 0xdec50589efcd7477,
	0xdccb4baed494fd5f, 0xdab6183f5ec0ffa2, 0xd88441d62599380c, 0xd6349da874175a0c,
	0xd3c601479f1376fe, 0xd13744a6c8f5ab94, 0xce87446ac84aa425, 0xcbb4e489d470aeb8,
	0xc8bf13406545fcb8, 0xc5a4cc604ff5a1af, 0xc2651cfe9253104e, 0xbeff278365390b7d,
	0xbb72281f09be7034, 0xb7bd79a448a6231d, 0xb3e09ac7ba8e7ef4, 0xafdb33c09d40c253,
	0xabad1c452aac3d1c, 0xa75661d90d3b4d82, 0xa2d74e60a1f15aaf, 0x9e306ee734eec714,
	0x99629a8146eeb93d, 0x946ef92e36ab882d, 0x8f570a966c9a10eb, 0x8a1cac7c79444ae9,
	0x84c220b09aa679c6, 0x7f4a124f067e022b, 0x79b79a0a6b4f1785, 0x740e413db0b5fbb6,
	0x6e52037a877fd1c7, 0x68874e465742a721, 0x62b2feb52365756c, 0x5cda5c92c93bfde3,
	0x570312cf3640f26b, 0x513324eaa85b77f1, 0x4b70e12c6bff9839, 0x45c2cf818035afeb,
	0x402f9cf9883a3100, 0x3abe03f7b41a4f00, 0x3574b152a66503fe, 0x305a26c93319d4ae,
}

// A world is the records under way, their cells, and how far these are from where they should be.
type world struct {
	l       *layout
	weights [][]uint64
	records []record
	cells   []int // base × number of records, cell by cell
	target  []int
	truth   []int // nil while dealing and in the strict mode, which must not look at it
	cost    int64
	changed []int // records changed since the best one was kept
	best    []record
	least   int64
	spare   record
}

func newWorld(l *layout, target []int) *world {
	w := &world{l: l, target: target, cells: make([]int, len(target)), spare: make(record, len(l.dims))}
	w.records = make([]record, target[l.index["*"]]/l.base)
	for i := range w.records {
		w.records[i] = make(record, len(l.dims))
	}
	for _, d := range l.dims {
		w.weights = append(w.weights, sizes(len(d.codes), d.min, d.max))
	}
	all := l.base * len(w.records)
	w.cells[l.index["*"]] = all
	for _, b := range l.blocks { // no code at all is a number of codes too
		as, bs := w.codes(&l.axes[b.a], 0), uint64(1)
		if b.b >= 0 {
			bs = w.codes(&l.axes[b.b], 0)
		}
		if as&bs == 1 && b.cells[0] >= 0 {
			w.cells[b.cells[0]] = all
		}
	}
	w.look(nil)
	return w
}

// look sets what the tolerance is measured from and reckons the cost anew.
func (w *world) look(truth []int) {
	w.truth, w.cost = truth, 0
	for c := range w.cells {
		w.cost += w.price(c, w.cells[c])
	}
}

// price is what a cell costs with the value p.
func (w *world) price(c, p int) int64 {
	off := int64(p - w.target[c])
	price := off * off
	if w.truth != nil {
		far := int64(max(p-w.truth[c], w.truth[c]-p) - (w.l.base - 1))
		if far > 0 {
			price += overshoot * far * far
		}
	}
	return price
}

// change gives record i another set of leaves in dimension d; cells and cost follow. An empty set belongs to no
// cell, unless none is one of the legal numbers of codes.
func (w *world) change(i, d int, set uint64) {
	old := w.records[i][d]
	w.records[i][d] = set
	for _, n := range w.l.byDim[d] {
		b, self, across, row, column := w.seen(i, d, n)
		had, has := w.codes(self, old), w.codes(self, set)
		if had == has {
			continue
		}
		for ; across != 0; across &= across - 1 {
			at := bits.TrailingZeros64(across) * column
			w.move(b, had&^has, row, at, -w.l.base)
			w.move(b, has&^had, row, at, w.l.base)
		}
	}
}

// seen says how a block looks from dimension d of record i: its own axis, the codes across it, and the steps
// from cell to cell along and across.
func (w *world) seen(i, d, n int) (b *block, self *axis, across uint64, row, column int) {
	b = &w.l.blocks[n]
	self = &w.l.axes[b.a]
	if b.b < 0 {
		return b, self, 1, 1, 1
	}
	other := &w.l.axes[b.b]
	row, column = b.wide, 1
	if self.dim != d {
		self, other = other, self
		row, column = 1, b.wide
	}
	return b, self, w.codes(other, w.records[i][other.dim]), row, column
}

func (w *world) codes(a *axis, set uint64) uint64 {
	if set == 0 && (w.l.dims[a.dim].min > 0) {
		return 0 // not dealt yet
	}
	return w.l.codesOf(a, set)
}

func (w *world) move(b *block, codes uint64, row, at, by int) {
	for ; codes != 0; codes &= codes - 1 {
		c := b.cells[bits.TrailingZeros64(codes)*row+at]
		if c >= 0 {
			w.cost += w.price(c, w.cells[c]+by) - w.price(c, w.cells[c])
			w.cells[c] += by
		}
	}
}

// anneal tries so many moves, in 64 steps of falling temperature, and ends with the first best world.
func (w *world) anneal(s stream, moves int) {
	w.best = make([]record, len(w.records))
	for i, r := range w.records {
		w.best[i] = append(record{}, r...)
	}
	w.least, w.changed = w.cost, w.changed[:0]
	for _, q := range heat {
		chance := []uint64{^uint64(0)}
		for p := chance[0]; p != 0; chance = append(chance, p) {
			p, _ = bits.Mul64(p, q)
		}
		for range moves / steps {
			if w.least == 0 || len(w.records) == 0 {
				break // nothing is better
			}
			w.try(s, chance)
		}
	}
	w.records = w.best
	w.cells = w.l.tab(w.best)
	for c := range w.cells {
		w.cells[c] *= w.l.base
	}
	w.look(w.truth)
}

// try makes one move and keeps it or takes it back.
func (w *world) try(s stream, chance []uint64) {
	before := w.cost
	var undo [2]undone
	var n int
	switch {
	case s.draw(5) < 2:
		n = w.swap(s, &undo)
	case s.draw(16) == 0:
		w.redraw(s, chance)
	default:
		n = w.tweak(s, &undo)
	}
	if n == 0 {
		return
	}
	if w.accepts(w.cost-before, s, chance) {
		for _, u := range undo[:n] {
			w.kept(u.record)
		}
		w.keepBest()
		return
	}
	for _, u := range undo[:n] {
		w.change(u.record, u.dim, u.set)
	}
}

// An undone move is what a record was before.
type undone struct {
	record, dim int
	set         uint64
}

func (w *world) accepts(delta int64, s stream, chance []uint64) bool {
	return delta <= 0 || delta < int64(len(chance)) && s.source.Uint64() < chance[delta]
}

func (w *world) kept(i int) { w.changed = append(w.changed, i) }

func (w *world) keepBest() {
	if w.cost >= w.least {
		return
	}
	w.least = w.cost
	for _, i := range w.changed {
		copy(w.best[i], w.records[i])
	}
	w.changed = w.changed[:0]
}

// legalWith says whether record i obeys the rules with another set in dimension d.
func (w *world) legalWith(i, d int, set uint64) bool {
	if len(w.l.rules) == 0 {
		return true
	}
	old := w.records[i][d]
	w.records[i][d] = set
	ok := w.l.legal(w.records[i])
	w.records[i][d] = old
	return ok
}

// swap exchanges one property of two records; of one with several codes the whole set or one code.
func (w *world) swap(s stream, undo *[2]undone) int {
	i, j, d := s.draw(len(w.records)), s.draw(len(w.records)), s.draw(len(w.l.dims))
	one, two := w.records[i][d], w.records[j][d]
	a, b := two, one
	if w.l.dims[d].multi && s.draw(2) == 0 {
		if one == 0 || two == 0 {
			return 0
		}
		x, y := s.leaf(one), s.leaf(two)
		if x == y || one&y != 0 || two&x != 0 {
			return 0
		}
		a, b = one&^x|y, two&^y|x
	}
	if a == one || i == j || !w.legalWith(i, d, a) || !w.legalWith(j, d, b) {
		return 0
	}
	w.change(i, d, a)
	w.change(j, d, b)
	undo[0], undo[1] = undone{i, d, one}, undone{j, d, two}
	return 2
}

// tweak draws one property of a record again; of one with several codes it adds, drops or replaces one.
func (w *world) tweak(s stream, undo *[2]undone) int {
	i, d := s.draw(len(w.records)), s.draw(len(w.l.dims))
	dim, old := w.l.dims[d], w.records[i][d]
	set := old
	if !dim.multi {
		set = s.leaf(dim.all)
	} else {
		how, n := s.draw(3), bits.OnesCount64(old)
		drop, add := how != 0, how != 1
		if drop && n == 0 || add && n == len(dim.codes) {
			return 0
		}
		if add {
			set |= s.leaf(dim.all &^ old)
		}
		if drop {
			set &^= s.leaf(old)
		}
		if n = bits.OnesCount64(set); n < dim.min || n > dim.max {
			return 0
		}
	}
	if set == old || !w.legalWith(i, d, set) {
		return 0
	}
	w.change(i, d, set)
	undo[0] = undone{i, d, old}
	return 1
}

// redraw draws a whole record again.
func (w *world) redraw(s stream, chance []uint64) {
	i := s.draw(len(w.records))
	fresh := w.spare
	for d, dim := range w.l.dims {
		fresh[d] = s.set(dim, w.weights[d])
	}
	if !w.l.legal(fresh) {
		return
	}
	before := w.cost
	old := append(record{}, w.records[i]...)
	w.put(i, fresh)
	if w.accepts(w.cost-before, s, chance) {
		w.kept(i)
		w.keepBest()
		return
	}
	w.put(i, old)
}
