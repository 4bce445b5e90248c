package intake_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

const (
	site   = "melden.example"
	city   = "city"
	body   = "body" // the independent one
	member = "0123456789abcdef0123456789abcdef"
)

// A desk key of the tests is the key of a receipt: so the tests open what is
// sealed to the office through the one call that opens, and need no other.
type deskKey struct {
	incident.PinnedKey
	keys seal.Keys
}

// An office is a Service on the real embedded store, with a clock of its own.
type office struct {
	*intake.Service
	db    *boltstore.DB
	dir   string
	desks []deskKey
	time  atomic.Pointer[time.Time]
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{dir: t.TempDir()}
	db, err := boltstore.Open(o.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, k := range []incident.PinnedKey{
		{Desk: city, Epoch: 1, From: "2026-01", Until: "2026-10"},
		{Desk: city, Epoch: 2, From: "2026-11"},
		{Desk: body, Epoch: 1, From: "2026-01"},
	} {
		_, keys := newReceipt(t)
		k.Recipient = keys.Recipient()
		o.desks = append(o.desks, deskKey{k, keys})
	}
	o.db = db
	ring := o.ring(t)
	o.Service = &intake.Service{
		Store: db, Keys: func() *intake.Keyring { return ring }, Check: checker(t), Site: site, Uploads: new(intake.Uploads),
		Now: func() time.Time { return *o.time.Load() }, Rand: rand.Reader,
	}
	o.at(t, "2026-11-22T12:00:00Z")
	return o
}

func (o *office) ring(t *testing.T) *intake.Keyring {
	t.Helper()
	var pinned []incident.PinnedKey
	for _, d := range o.desks {
		pinned = append(pinned, d.PinnedKey)
	}
	ring, err := intake.NewKeyring(pinned)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// at sets the office's clock.
func (o *office) at(t *testing.T, moment string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		t.Fatal(err)
	}
	o.time.Store(&at)
}

// checker knows the codes that the product ships.
var shipped = sync.OnceValues(func() (*incident.Checker, error) {
	data, err := config.ReadData(config.Files{})
	if err != nil {
		return nil, err
	}
	c := incident.Checker{Languages: []string{"de", "en", "ar"}, Districts: []string{"altstadt"}, Facts: []string{"incident_date"}}
	for _, code := range data.Taxonomy.Codes {
		c.Taxonomy.Codes = append(c.Taxonomy.Codes, incident.Code{
			Group: code.Group, Code: code.ID, Parent: code.Parent, AskedOf: code.AskedOf, Since: code.Since, Until: code.Until,
		})
	}
	return incident.NewChecker(c)
})

func checker(t *testing.T) *incident.Checker {
	t.Helper()
	c, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newReceipt gives a receipt and what follows from it.
func newReceipt(t *testing.T) (string, seal.Keys) {
	t.Helper()
	r, err := seal.NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r.String(), keysOf(t, r.String())
}

func keysOf(t *testing.T, receipt string) seal.Keys {
	t.Helper()
	r, err := seal.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(site)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// report is one that has no fault.
func report(text string) incident.Report {
	return incident.Report{Taxonomy: 1, Lang: "de", Role: "affected", Text: text}
}

// events gives a case's events, which must be a whole chain.
func (o *office) events(t *testing.T, resident seal.Keys) []incident.Event {
	t.Helper()
	events, err := o.db.File(t.Context(), incident.CaseID(resident.CaseID()))
	if err != nil {
		t.Fatalf("reading the case: %v", err)
	}
	return events
}

func (o *office) wantKinds(t *testing.T, resident seal.Keys, want ...incident.Kind) []incident.Event {
	t.Helper()
	events := o.events(t, resident)
	var got []incident.Kind
	for _, e := range events {
		got = append(got, e.Kind)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("events of the case: got %v, want %v", got, want)
	}
	return events
}

// open opens a box as the desk does.
func (o *office) open(t *testing.T, desk string, epoch int, resident seal.Keys, e incident.Event) seal.Envelope {
	t.Helper()
	for _, d := range o.desks {
		if d.Desk != desk || d.Epoch != epoch {
			continue
		}
		d.keys.MAC = resident.MAC
		env, err := d.keys.Open(e.Box, seal.Expect{Case: string(e.Case()), Kind: string(e.Kind), Op: e.Op.String()})
		if err != nil {
			t.Fatalf("opening the box of a %s: %v", e.Kind, err)
		}
		return env
	}
	t.Fatalf("no key of desk %q, epoch %d", desk, epoch)
	return seal.Envelope{}
}

// recipient gives a desk's public key.
func (o *office) recipient(t *testing.T, desk string, epoch int) seal.Recipient {
	t.Helper()
	for _, d := range o.desks {
		if d.Desk == desk && d.Epoch == epoch {
			return parseRecipient(t, d.Recipient)
		}
	}
	t.Fatalf("no key of desk %q, epoch %d", desk, epoch)
	return seal.Recipient{}
}

func parseRecipient(t *testing.T, s string) seal.Recipient {
	t.Helper()
	r, err := seal.ParseRecipient(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// act adds an act of a member, as casework does.
func (o *office) act(t *testing.T, resident seal.Keys, d incident.Draft) {
	t.Helper()
	id := incident.CaseID(resident.CaseID())
	c, err := incident.Fold(id, o.events(t, resident))
	if err != nil {
		t.Fatal(err)
	}
	d.Actor, d.Role = member, incident.RoleCaseworker
	if d.Day == "" {
		d.Day = "2026-11-22"
	}
	if d.Op == (incident.Op{}) {
		d.Op = newOp(t)
	}
	if d.Box != nil {
		d.Public.Epoch = 2
	}
	e, err := c.Next(d)
	if err != nil {
		t.Fatalf("adding a %s: %v", d.Kind, err)
	}
	if err := o.db.Append(t.Context(), e); err != nil {
		t.Fatalf("storing a %s: %v", d.Kind, err)
	}
}

func newOp(t *testing.T) incident.Op {
	t.Helper()
	var op incident.Op
	if _, err := rand.Read(op[:]); err != nil {
		t.Fatal(err)
	}
	return op
}

func TestReadReceipt(t *testing.T) {
	const digits = "58151125121711811900141244584569"
	grouped := strings.Join([]string{digits[:4], digits[4:8], digits[8:20], digits[20:]}, " - ")
	arabic := strings.Map(func(c rune) rune { return c - '0' + 0x0660 }, digits)
	for _, typed := range []string{digits, grouped, arabic, "\u200f" + digits + "\n"} {
		if got, err := intake.ReadReceipt(typed); err != nil || got != digits {
			t.Errorf("reading %q: got %q, %v, want the digits", typed, got, err)
		}
	}
	faults := []struct {
		typed string
		want  intake.TypingError
	}{
		{"5815 1125 O", intake.TypingError{Reason: "character", At: 10}},
		{"x", intake.TypingError{Reason: "character", At: 0}},
		{"٥٨١٥ ü", intake.TypingError{Reason: "character", At: 5}},
		{"", intake.TypingError{Reason: "length"}},
		{digits[:31], intake.TypingError{Reason: "length", At: 31}},
		{digits + "1", intake.TypingError{Reason: "length", At: 33}},
		{flip(digits, 0), intake.TypingError{Reason: "check"}},
		{flip(digits, 31), intake.TypingError{Reason: "check"}},
	}
	for _, f := range faults {
		got, err := intake.ReadReceipt(f.typed)
		var typo intake.TypingError
		if got != "" || !errors.As(err, &typo) || typo != f.want {
			t.Errorf("reading %q: got %q, %#v, want %#v", f.typed, got, err, f.want)
		}
		if err != nil && f.typed != "" && strings.Contains(err.Error(), f.typed) {
			t.Errorf("reading %q: the error repeats it", f.typed)
		}
	}
}

// flip changes one digit.
func flip(digits string, at int) string {
	b := []byte(digits)
	b[at] = '0' + (b[at]-'0'+1)%10
	return string(b)
}

func TestNewReceipt(t *testing.T) {
	o := newOffice(t)
	a, errA := o.NewReceipt()
	b, errB := o.NewReceipt()
	if errA != nil || errB != nil || a == b {
		t.Fatalf("got %q and %q, %v, %v: want two receipts", a, b, errA, errB)
	}
	if read, err := intake.ReadReceipt(a); err != nil || read != a {
		t.Errorf("reading a new receipt: got %q, %v", read, err)
	}
	o.Rand = strings.NewReader("too short")
	if r, err := o.NewReceipt(); err == nil || r != "" {
		t.Errorf("without randomness: got %q, %v, want an error", r, err)
	}
}

func TestKeyring(t *testing.T) {
	o := newOffice(t)
	ring := o.ring(t)
	tests := []struct {
		desk, day string
		want      int
	}{
		{city, "2025-12-31", 0},
		{city, "2026-01-01", 1},
		{city, "2026-10-31", 1},
		{city, "2026-11-01", 2},
		{city, "2030-01-01", 2},
		{body, "2026-11-22", 1},
		{"elsewhere", "2026-11-22", 0},
		{"", "2026-11-22", 0},
	}
	for _, tt := range tests {
		at, err := time.Parse(time.DateOnly, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		k, ok := ring.Current(tt.desk, at)
		if k.Epoch != tt.want || ok != (tt.want > 0) {
			t.Errorf("desk %q on %s: got epoch %d, %v, want %d", tt.desk, tt.day, k.Epoch, ok, tt.want)
		}
		digits := ring.Fingerprint(tt.desk, at)
		if ok && digits != parseRecipient(t, k.Recipient).Fingerprint() || !ok && digits != "" {
			t.Errorf("desk %q on %s: got fingerprint %q", tt.desk, tt.day, digits)
		}
	}
}

// R22, R23: a key that nobody can use, or of a weaker kind, is no key.
func TestKeyringRefuses(t *testing.T) {
	good := newOffice(t).desks[0].Recipient
	for _, bad := range []string{
		"", "age1", good[:len(good)-1], strings.ToUpper(good),
		"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", // classic
	} {
		ring, err := intake.NewKeyring([]incident.PinnedKey{{Desk: city, Epoch: 1, From: "2026-01", Recipient: bad}})
		if err == nil || ring != nil {
			t.Errorf("pinned key of %d letters: got no error", len(bad))
		}
		if err != nil && len(bad) > 10 && strings.Contains(err.Error(), bad) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}
