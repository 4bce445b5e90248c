package incident

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// publicFields is the table of store.md §3: which fields stand open beside the
// box. A new field or a new kind fails the tests below until it stands here.
var publicFields = map[Kind][]string{
	KindReport:     {"epoch", "desk", "from", "track", "att"},
	KindMessage:    {"epoch", "att"},
	KindAnswer:     {"epoch", "att", "of"},
	KindAttachment: {"epoch", "att"},
	KindConsent:    {"epoch", "rung", "text", "track", "of"},
	KindDeadline:   {"epoch", "due"},
	KindNote:       {"epoch", "hold"},
	KindCoding:     {"epoch", "year", "taxonomy"},
	KindTransition: {"epoch", "code", "resume", "checks"},
	KindAssignment: {"epoch", "member"},
	KindRequest:    {"epoch", "act", "of", "rev", "code"},
	KindApproval:   {"epoch", "act", "of", "rev", "code"},
	KindCard:       {"epoch"}, // "epoch wherever there is a box"
	KindWithdrawal: {"epoch"},
	KindAccess:     {"role"},
}

var ledgerKinds = []Kind{
	KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
	KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint,
}

func TestKindsBelongToOnePlace(t *testing.T) {
	for k := range publicFields {
		if !k.OfCase() || k.OfLedger() {
			t.Errorf("%s: of a case %t, of the ledger %t", k, k.OfCase(), k.OfLedger())
		}
		if _, ok := rule(k); !ok {
			t.Errorf("%s has no rule", k)
		}
	}
	for _, k := range ledgerKinds {
		if k.OfCase() || !k.OfLedger() {
			t.Errorf("%s: of a case %t, of the ledger %t", k, k.OfCase(), k.OfLedger())
		}
		if _, ok := rule(k); ok {
			t.Errorf("%s of the ledger has a rule for cases", k)
		}
	}
	if k := Kind("letter"); k.OfCase() || k.OfLedger() {
		t.Error("an unknown kind belongs somewhere")
	}
}

// jsonFields gives the fields of a struct type by name in JSON.
func jsonFields(v any) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		fields[jsonName(f)] = f
	}
	return fields
}

// TestPublicFieldsAreTheTable: the struct has no field that no kind may have.
func TestPublicFieldsAreTheTable(t *testing.T) {
	known := map[string]bool{"line": true} // of the ledger
	for _, names := range publicFields {
		for _, name := range names {
			known[name] = true
		}
	}
	fields := jsonFields(Public{})
	for name, f := range fields {
		if !known[name] {
			t.Errorf("field %q stands in Public and in no row of the table", name)
		}
		if !strings.HasSuffix(f.Tag.Get("json"), ",omitempty") {
			t.Errorf("field %q is written when it is empty", name)
		}
	}
	if len(fields) != len(known) {
		t.Errorf("Public has %d fields, the table %d", len(fields), len(known))
	}
}

// samples has a good value for every public field.
var samples = Public{
	Epoch: 1, Desk: "city", From: "verein", Track: TrackCounselling, Att: []Attachment{{ID: anna, Chunks: 1}}, Rung: RungAnswer,
	Text: "art9/1", Due: "2026-11-23", Hold: ptr(false), Year: 2026, Taxonomy: 1, Code: "spam", Resume: "2026-12-01",
	Checks: []string{"coded"}, Member: anna, Role: RoleCaseworker, Act: ActErase, Of: anna, Rev: 1, Line: &Line{Site: "s"},
}

// TestKindsTakeTheirFieldsOnly sets each field in a draft of each kind.
func TestKindsTakeTheirFieldsOnly(t *testing.T) {
	sample := reflect.ValueOf(samples)
	for kind, allowed := range publicFields {
		for name, f := range jsonFields(Public{}) {
			if sample.FieldByIndex(f.Index).IsZero() {
				t.Fatalf("no sample for %q", name)
			}
			var p Public
			reflect.ValueOf(&p).Elem().FieldByIndex(f.Index).Set(sample.FieldByIndex(f.Index))
			r, _ := rule(kind)
			refused := slices.Contains(p.extra(r.fields), FieldError{"public", f.Name})
			if refused == slices.Contains(allowed, name) {
				t.Errorf("%s with %q: refused %t", kind, name, refused)
			}
		}
	}
}

func TestEncodePublic(t *testing.T) {
	tests := []struct {
		p    Public
		want string
	}{
		{Public{}, ""},
		{Public{Desk: "city", Epoch: 1}, `{"epoch":1,"desk":"city"}`},
		{Public{Hold: ptr(false)}, `{"hold":false}`},
		{Public{Desk: "<&>"}, `{"desk":"<&>"}`},
		{Public{Line: &Line{}}, `{"line":{}}`},
	}
	for _, tt := range tests {
		got, err := tt.p.Encode()
		if err != nil || got != tt.want {
			t.Errorf("Encode(%+v) = %q, %v, want %q", tt.p, got, err, tt.want)
		}
		back, err := Event{Public: got}.PublicFields()
		if err != nil || !reflect.DeepEqual(back, tt.p) {
			t.Errorf("PublicFields(%q) = %+v, %v, want %+v", got, back, err, tt.p)
		}
	}
	all, err := samples.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := (Event{Public: all}).PublicFields(); err != nil || !reflect.DeepEqual(back, samples) {
		t.Errorf("PublicFields(%q) = %+v, %v", all, back, err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(all), &keys); err != nil || len(keys) != len(jsonFields(Public{})) {
		t.Errorf("%d keys in %s, %v", len(keys), all, err)
	}
}

func TestPublicFieldsAreStrict(t *testing.T) {
	for _, s := range []string{`{"epoch":1,"colour":2}`, `{"epoch":"1"}`, `{`, `[]`, `{"epoch":1}x`, `{"epoch":1}{}`, " "} {
		p, err := Event{Public: s}.PublicFields()
		if !errors.Is(err, ErrUnknownKind) || !reflect.ValueOf(p).IsZero() {
			t.Errorf("PublicFields(%q) = %+v, %v, want %v", s, p, err, ErrUnknownKind)
		}
	}
}

func TestMaxPublic(t *testing.T) {
	const frame = len(`{"desk":""}`)
	for _, n := range []int{MaxPublic, MaxPublic + 1} {
		s, err := Public{Desk: strings.Repeat("x", n-frame)}.Encode()
		if ok := n <= MaxPublic; (err == nil) != ok || ok && len(s) != n || !ok && s != "" {
			t.Errorf("Encode to %d bytes = %d bytes, %v", n, len(s), err)
		}
	}
}

func TestInMailbox(t *testing.T) {
	open := []Kind{KindReport, KindMessage, KindAnswer, KindAttachment, KindConsent, KindWithdrawal, KindDeadline}
	for k := range publicFields {
		if got, want := (Event{Kind: k}).InMailbox(), slices.Contains(open, k); got != want {
			t.Errorf("%s in the mailbox: %t, want %t", k, got, want)
		}
	}
}

// TestLineNamesNoResident: what a ledger line can say, complete.
func TestLineNamesNoResident(t *testing.T) {
	want := []string{
		"site", "member", "role", "desks", "off", "logout", "desk", "epoch", "recipient", "month", "reason", "year", "edition", "signer",
		"plan", "cause",
	}
	fields := jsonFields(Line{})
	for _, name := range want {
		if _, ok := fields[name]; !ok {
			t.Errorf("Line has no %q", name)
		}
		delete(fields, name)
	}
	for name := range fields {
		t.Errorf("Line has %q, which is not in the list", name)
	}
}
