package storetest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func walkTests() []test {
	return []test{{"Walk", "EveryFieldIsInTheTable", everyFieldIsInTheTable}}
}

// A check says what is wrong with a stored value, or "".
type check func(v any) string

// collection is a row of the table of store.md §2, with the shape of its ids.
type collection struct {
	id     string
	fields map[string]check
	may    []string // fields that may be absent
}

const (
	hex32 = `[0-9a-f]{32}`
	dayRE = `\d{4}-\d{2}-\d{2}`
	idRE  = hex32 + `|resident|system|office`
)

// table is store.md §2 and §3. A field that is not here, or that is finer than
// it says here, fails the walk.
func table() map[string]collection {
	event := map[string]check{
		"kind": text(`[a-z]+`), "actor": text(idRE), "day": text(`\d{4}-\d{2}(-\d{2})?`), "state": text(`[a-z_]*`),
		"op": bytesOf(16, 16), "public": text(`(?s)(\{.*\})?`), "box": bytesOf(1, incident.MaxBox),
		"prev": bytesOf(32, 32), "hash": bytesOf(32, 32), "v": number(1000),
	}
	index := map[string]check{}
	return map[string]collection{
		"events":  {hex32 + `:\d{8}`, event, []string{"box", "v"}},
		"ledger":  {`ledger:\d{8}`, event, []string{"box", "v"}},
		"chunks":  {hex32 + `:` + hex32 + `:\d{6}`, map[string]check{"b": bytesOf(1, incident.ChunkSize)}, nil},
		"uploads": {hex32 + `:` + hex32, map[string]check{"hour": number(2_000_000)}, nil},
		"cases": {hex32, map[string]check{
			"v": number(1000), "rev": number(incident.MaxRev), "epoch": number(1000), "head": bytesOf(32, 32),
			"desk": text(`[a-z0-9-]{1,32}`), "month": text(`\d{4}-\d{2}`), "state": text(`[a-z_]+`),
			"track": text(`[a-z]+`), "assignee": text(`(` + hex32 + `)?`), "open": boolean, "unread": boolean, "hold": boolean,
			"deadline": text(`(` + dayRE + `)?`), "resume": text(`(` + dayRE + `)?`),
			"due": text(`(` + dayRE + `)?`), "purge": text(`(\d{4}-\d{2})?`), "card": bytesOf(1, 1052), "cardOp": bytesOf(16, 16),
			"cardEpoch": number(1000), "codingRev": number(incident.MaxRev),
			"asked": text(`discard|erase|export`), "askedBy": text(`resident|` + hex32),
		}, []string{"card", "asked", "askedBy"}},
		"members": {hex32, map[string]check{
			"v": number(1000), "rev": number(1 << 30), "gen": number(1 << 20), "role": text(`[a-z]+`), "desks": texts, "off": boolean,
		}, nil},
		// bbolt keeps op and step in one value.
		"editions": {`\d{4}:\d{8}`, map[string]check{
			"op": bytesOf(16, 16), "step": bytesOf(1, 1<<20), "b": bytesOf(17, 1<<20),
		}, []string{"op", "step", "b"}},
		// The number of a passkey's count is its counter.
		"keys":     {`[a-z]+:[a-z0-9.-]+:(\d{4}|\d{10})`, map[string]check{"b": bytesOf(0, 1<<16)}, nil},
		"sessions": {`[0-9a-f]{64}`, map[string]check{"member": text(hex32), "gen": number(1 << 20), "until": number(1 << 40), "device": text(`(phone|computer)?`)}, []string{"device"}},
		"once":     {`[a-z]+:[0-9A-Za-z:-]+`, map[string]check{"until": number(1 << 40)}, nil},
		"stamps":   {`[0-9a-f]{2}`, map[string]check{"b": bytesOf(16, 16)}, nil}, // bbolt keeps them in memory
		"meta":     {`office|schema:\d+|erased`, map[string]check{"b": bytesOf(0, 1<<16)}, nil},
		// The index of bbolt; those of a server are not documents.
		"cases.open": {`[a-z0-9-]{1,32}\x00(open|done)\x00` + hex32, index, nil},
	}
}

// publicFields are those of store.md §3, kind by kind.
var publicFields = map[string][]string{
	"report": {"epoch", "desk", "from", "track", "att"}, "message": {"epoch", "att"}, "answer": {"epoch", "att", "of"},
	"attachment": {"epoch", "att"}, "consent": {"epoch", "rung", "text", "track", "of"}, "deadline": {"epoch", "due"},
	"note": {"epoch", "hold"}, "coding": {"epoch", "year", "taxonomy"}, "transition": {"epoch", "code", "resume", "checks"},
	"assignment": {"epoch", "member"}, "request": {"epoch", "act", "of", "rev", "code"},
	"approval": {"epoch", "act", "of", "rev", "code"}, "card": {"epoch"}, "access": {"role"}, "withdrawal": {"epoch"},
}

// everyFieldIsInTheTable fills every collection and holds each stored field
// against the table: no other field, no ObjectID, no date, nothing finer.
func everyFieldIsInTheTable(t *testing.T, e Engine) {
	s, address := open(t, e)
	fillStore(t, s)
	docs := e.Behind(t, address, s).Walk(t)
	rows, seen := table(), map[string]bool{}
	for _, d := range docs {
		row, ok := rows[d.Collection]
		if !ok {
			t.Errorf("collection %q is not in the table", d.Collection)
			continue
		}
		seen[d.Collection] = true
		if wrong := text(row.id)(d.ID); wrong != "" {
			t.Errorf("%s: id %q %s", d.Collection, d.ID, wrong)
		}
		for field, v := range d.Fields {
			known, ok := row.fields[field]
			if !ok {
				t.Errorf("%s: field %q is not in the table", d.Collection, field)
			} else if wrong := known(v); wrong != "" {
				t.Errorf("%s: field %q %s", d.Collection, field, wrong)
			}
		}
		for field := range row.fields {
			if _, ok := d.Fields[field]; !ok && !slices.Contains(row.may, field) {
				t.Errorf("%s: field %q is missing", d.Collection, field)
			}
		}
		if d.Collection == "events" {
			checkPublic(t, d)
		}
	}
	for _, name := range []string{"events", "ledger", "chunks", "uploads", "cases", "members", "editions", "keys", "sessions", "once", "meta"} {
		if !seen[name] {
			t.Errorf("the walk met nothing in %q", name)
		}
	}
}

// fillStore puts something into every collection.
func fillStore(t *testing.T, s Store) {
	t.Helper()
	events := fileOfAllKinds(t, newCaseID())
	appendAll(t, s, events...)
	appendAll(t, s, report(t, newCaseID(), "city", random(64)))
	upload(t, s, newCaseID(), hour, random(10))
	all := record(t, s, nil, incident.KindSite, &incident.Line{Site: "melden.example"})
	member, _ := joined(t, s, all, "city")
	for what, err := range map[string]error{
		"key":     s.PutKey(t.Context(), "wrap:city.1."+member+":0001", random(1736)),
		"count":   s.PutKey(t.Context(), "count:"+member+".0123456789abcdef:0000000007", random(4)),
		"step":    s.PutStep(t.Context(), 2023, 1, [16]byte(random(16)), random(900)),
		"slot":    s.Once(t.Context(), "digest:"+day+"T07:1", 1_795_000_000),
		"session": s.PutSession(t.Context(), hex.EncodeToString(random(32)), member, "computer", 1_795_000_000),
		"meta":    s.PutMeta(t.Context(), "office", []byte("melden.example")),
	} {
		wantErr(t, "storing a "+what, err, nil)
	}
}

func checkPublic(t *testing.T, d Document) {
	t.Helper()
	public, _ := d.Fields["public"].(string)
	kind, _ := d.Fields["kind"].(string)
	if public == "" {
		return
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(public), &fields); err != nil {
		t.Errorf("public of %s is not JSON: %v", kind, err)
	}
	for field := range fields {
		if !slices.Contains(publicFields[kind], field) {
			t.Errorf("public of %s has the field %q, which is not in the table", kind, field)
		}
	}
}

func text(pattern string) check {
	re := regexp.MustCompile(`^(` + pattern + `)$`)
	return func(v any) string {
		s, ok := v.(string)
		if !ok {
			return fmt.Sprintf("is a %T, want text", v)
		}
		if !re.MatchString(s) {
			return "is not of the form " + pattern
		}
		return ""
	}
}

func texts(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprintf("is a %T, want a list", v)
	}
	for _, s := range list {
		if wrong := text(`[a-z0-9-]+`)(s); wrong != "" {
			return wrong
		}
	}
	return ""
}

// bytesOf takes bytes, or where the engine writes JSON their hexadecimal digits.
func bytesOf(least, most int) check {
	return func(v any) string {
		b, ok := v.([]byte)
		if s, is := v.(string); is {
			var err error
			b, err = hex.DecodeString(s)
			ok = err == nil
		}
		if !ok {
			return fmt.Sprintf("is a %T, want bytes", v)
		}
		if len(b) < least || len(b) > most {
			return fmt.Sprintf("has %d bytes, want %d to %d", len(b), least, most)
		}
		return ""
	}
}

func number(most int64) check {
	return func(v any) string {
		var n int64
		switch v := v.(type) {
		case int32:
			n = int64(v)
		case int64:
			n = v
		case float64: // of JSON
			if n = int64(v); float64(n) != v {
				return "is no whole number"
			}
		default:
			return fmt.Sprintf("is a %T, want a number", v)
		}
		if n < 0 || n > most {
			return fmt.Sprintf("is %d, want 0 to %d", n, most)
		}
		return ""
	}
}

func boolean(v any) string {
	if _, ok := v.(bool); !ok {
		return fmt.Sprintf("is a %T, want a bool", v)
	}
	return ""
}
