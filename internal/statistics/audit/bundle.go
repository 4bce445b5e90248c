package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
)

// A bundle is one published edition as the auditor reads it.
type bundle struct {
	year, base, tolerance, threshold int
	mode                             string
	plan                             *plan
	planHash                         string
	printed                          map[int]int // by cell
	dropped                          []string
	world                            [][]uint64
	values                           []int // what anybody can know of each cell, −1 for nothing
	subject                          string
	faults                           []Fault
}

// members of a bundle; anything else is a fault.
var members = []string{
	"audit", "base", "cells", "countedOn", "dropped", "epsilon", "frozenOn", "kind", "labels", "mode", "note", "office",
	"plan", "planHash", "signature", "software", "taxonomy", "threshold", "tolerance", "v", "withdrawn", "world", "year",
}

func (b *bundle) fault(kind string, cells ...string) {
	if cells == nil {
		cells = []string{}
	}
	b.faults = append(b.faults, Fault{b.year, kind, cells})
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// readBundle reads what it can and notes as faults what is wrong with it. An error means that there is no
// model to attack.
func readBundle(text []byte) (*bundle, error) {
	v, err := parse(text)
	if err != nil {
		return nil, err
	}
	var t tree
	o := t.object(v, "bundle")
	if t.err != nil {
		return nil, t.err
	}
	b := &bundle{printed: map[int]int{}}
	b.year = t.whole(o["year"], "year", 1, 9999)
	b.mode = t.text(o["mode"], "mode")
	b.base = t.whole(o["base"], "base", 1, 1000)
	b.tolerance = t.whole(o["tolerance"], "tolerance", 0, 1000)
	b.planHash = t.text(o["planHash"], "planHash")
	if o["threshold"] != nil {
		b.threshold = t.whole(o["threshold"], "threshold", 1, 1000)
	}
	if o["dropped"] != nil {
		b.dropped = t.texts(o["dropped"], "dropped")
	}
	if t.err != nil {
		return nil, t.err
	}
	if b.plan, err = readPlan(o["plan"]); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(o) {
		if !slices.Contains(members, name) {
			b.fault("member " + name)
		}
	}
	if !bytes.Equal(write(nil, v), text) {
		b.fault("canonical")
	}
	if digest(write(nil, o["plan"])) != b.planHash {
		b.fault("planHash")
	}
	if b.plan.year != b.year || b.mode == modeJoint && b.plan.base != b.base {
		b.fault("plan")
	}
	planned, _ := o["plan"].(map[string]any)
	if b.mode == modeDP && (o["epsilon"] == nil || string(write(nil, o["epsilon"])) != string(write(nil, planned["epsilon"]))) {
		b.fault("epsilon") // more or less was spent than was declared
	}
	b.checkSignature(o)
	b.subject = digest(subject(o))
	b.readCells(&t, o)
	b.readWorld(&t, o)
	if t.err != nil {
		return nil, t.err
	}
	b.checkValues()
	return b, nil
}

// subject is the bundle without what is added after the audit.
func subject(o map[string]any) []byte {
	rest := map[string]any{}
	for name, v := range o {
		if name != "audit" && name != "signature" && name != "frozenOn" {
			rest[name] = v
		}
	}
	return write(nil, rest)
}

func (b *bundle) checkSignature(o map[string]any) {
	v, signed := o["signature"]
	if !signed {
		return
	}
	var t tree
	s := t.object(v, "signature")
	key, err1 := base64.StdEncoding.DecodeString(t.text(s["key"], "key"))
	value, err2 := base64.StdEncoding.DecodeString(t.text(s["value"], "value"))
	if t.text(s["alg"], "alg") != "Ed25519" || t.err != nil || err1 != nil || err2 != nil || len(key) != ed25519.PublicKeySize {
		b.fault("signature")
		return
	}
	rest := map[string]any{}
	for name, v := range o {
		if name != "signature" {
			rest[name] = v
		}
	}
	if !ed25519.Verify(key, append([]byte("beistand/edition/v1\n"), write(nil, rest)...), value) {
		b.fault("signature")
	}
}

func (b *bundle) readCells(t *tree, o map[string]any) {
	cells := t.object(o["cells"], "cells")
	for _, name := range sortedKeys(cells) {
		i, ok := b.plan.index[name]
		if !ok {
			b.fault("cells", name)
			continue
		}
		b.printed[i] = t.whole(cells[name], "cell "+name, -1<<30, 1<<30)
	}
}

func (b *bundle) readWorld(t *tree, o map[string]any) {
	v, told := o["world"]
	if !told {
		return
	}
	w := t.object(v, "world")
	if t.err != nil {
		return
	}
	if weight := t.whole(w["weight"], "world.weight", 1, 1000); weight != b.base {
		b.fault("world")
	}
	for i, list := range t.list(w["records"], "world.records") {
		r := make([]uint64, len(b.plan.dims))
		for _, code := range t.list(list, "world.records") {
			b.setCode(r, t.whole(code, "world.records", 0, 64*64))
		}
		if !b.plan.legal(r) {
			b.fault(fmt.Sprintf("world.records[%d]", i))
		}
		b.world = append(b.world, r)
	}
}

func (b *bundle) setCode(r []uint64, n int) {
	for d := range b.plan.dims {
		if n < len(b.plan.dims[d].codes) {
			if r[d]>>n&1 == 1 {
				b.fault("world")
			}
			r[d] |= 1 << n
			return
		}
		n -= len(b.plan.dims[d].codes)
	}
	b.fault("world")
}

// checkValues works out what is known of each cell and holds it against base, world and dropped tables.
func (b *bundle) checkValues() {
	p := b.plan
	b.values = make([]int, len(p.cells))
	gone := make([]bool, len(p.cells)) // shown by dropped tables only
	for _, t := range p.tables {
		for _, i := range t.cells {
			gone[i] = gone[i] || slices.Contains(b.dropped, t.id)
		}
	}
	for _, t := range p.tables {
		if !slices.Contains(b.dropped, t.id) {
			for _, i := range t.cells {
				gone[i] = false
			}
		}
	}
	counted := make([]int, len(p.cells))
	for _, r := range b.world {
		for i := range p.cells {
			if p.cells[i].holds(r) {
				counted[i]++
			}
		}
	}
	for i, c := range p.cells {
		n, printed := b.printed[i]
		b.values[i] = -1
		switch {
		case printed:
			b.values[i] = n
		case b.mode == modeJoint && gone[i] && b.world != nil:
			b.values[i] = counted[i] * b.base
		case b.mode != modeSuppressed && !gone[i]:
			b.fault("cells", c.id)
		}
		if printed && (n < 0 || n%b.base != 0) {
			b.fault("base", c.id)
		}
		if b.world != nil && printed && n != counted[i]*b.base {
			b.fault("world", c.id)
		}
	}
	if b.mode == modeJoint && b.tolerance != b.base-1 {
		b.fault("tolerance")
	}
	if b.mode == modeJoint && b.base != 3 && b.base != 5 {
		b.fault("base")
	}
	if b.mode == modeJoint && b.world == nil && len(b.printed) > 0 {
		b.fault("world")
	}
	if len(b.world) > 0 && len(b.printed) == 0 {
		b.fault("world") // a text without numbers holds no world either
	}
}

// Modes whose editions the auditor can attack. Only joint and dp are ours.
const (
	modeJoint      = "joint"      // at most tolerance away, adds up
	modeDP         = "dp"         // noise without bound
	modeFixed      = "fixed"      // each number rounded to the nearest multiple of base
	modePerturbed  = "perturbed"  // at most tolerance away, need not add up: random rounding, cell keys
	modeSuppressed = "suppressed" // exact; a missing cell is 1 to threshold − 1
)

// box is the interval that publication alone leaves for a cell.
func (b *bundle) box(i int) (lo, hi int) {
	n := b.values[i]
	if b.mode == modeSuppressed && n < 0 {
		if b.threshold > 1 {
			return 1, b.threshold - 1
		}
		return 0, mostReports
	}
	if n < 0 || b.mode == modeDP {
		return 0, mostReports
	}
	switch b.mode {
	case modeSuppressed:
		return n, n
	case modeFixed:
		return max(0, n-b.base/2), n + (b.base-1)/2
	}
	return max(0, n-b.tolerance), n + b.tolerance
}

const mostReports = 1_000_000
