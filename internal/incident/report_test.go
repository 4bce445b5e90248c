package incident

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// codes is a small taxonomy with everything that a rule asks for: two versions,
// a retired code, one that only caseworkers use.
var codes = Taxonomy{Codes: []Code{
	{Group: GroupGround, Code: "religion", AskedOf: AskedReporter, Since: 1},
	{Group: GroupGround, Code: "unsure_ground", AskedOf: AskedReporter, Since: 1},
	{Group: GroupSubtype, Code: "antiblack", Parent: "racism", AskedOf: AskedReporter, Since: 1},
	{Group: GroupSubtype, Code: "xenophobia", Parent: "racism", AskedOf: AskedCaseworker, Since: 1},
	{Group: GroupLifeArea, Code: "work", AskedOf: AskedReporter, Since: 1},
	{Group: GroupLifeArea, Code: "post", AskedOf: AskedReporter, Since: 1, Until: 1},
	{Group: GroupLifeArea, Code: "school", AskedOf: AskedReporter, Since: 2},
	{Group: GroupManifestation, Code: "insult", AskedOf: AskedReporter, Since: 1},
	{Group: GroupManifestation, Code: "threat", AskedOf: AskedReporter, Since: 1},
	{Group: GroupManifestation, Code: "structure", AskedOf: AskedCaseworker, Since: 1},
	{Group: GroupReporterRole, Code: "affected", AskedOf: AskedReporter, Since: 1},
	{Group: GroupRespondent, Code: "police", AskedOf: AskedReporter, Since: 1},
	{Group: GroupMultiplicity, Code: "single", AskedOf: AskedDerived, Since: 1},
	{Group: GroupRung, Code: RungCount, AskedOf: AskedReporter, Since: 1},
	{Group: GroupRung, Code: RungRead, AskedOf: AskedReporter, Since: 1},
	{Group: GroupRung, Code: RungAnswer, AskedOf: AskedReporter, Since: 1},
	{Group: GroupRung, Code: RungAct, AskedOf: AskedReporter, Since: 1},
	{Group: GroupRung, Code: RungPassOn, AskedOf: AskedReporter, Since: 1},
}}

// told is a short report without a fault.
func told() Report {
	return Report{V: 1, Taxonomy: 2, Lang: "de", Rung: RungRead, Text: "Es ist im Bus passiert."}
}

func TestTaxonomy(t *testing.T) {
	if got := codes.Version(); got != 2 {
		t.Errorf("Version = %d, want 2", got)
	}
	if got := (Taxonomy{}).Version(); got != 0 {
		t.Errorf("Version of nothing = %d, want 0", got)
	}
	// A code that only ended makes a version too: the one without it.
	ended := Taxonomy{Codes: []Code{{Code: "a", Since: 1}, {Code: "b", Since: 1, Until: 3}}}
	if got := ended.Version(); got != 4 {
		t.Errorf("Version after a code ended with 3 = %d, want 4", got)
	}
	for _, tt := range []struct {
		group, code string
		version     int
		asked       bool
	}{
		{GroupLifeArea, "work", 1, true},
		{GroupLifeArea, "work", 2, true},
		{GroupLifeArea, "work", 0, false},
		{GroupLifeArea, "post", 1, true},
		{GroupLifeArea, "post", 2, false},
		{GroupLifeArea, "school", 1, false},
		{GroupLifeArea, "school", 2, true},
		{GroupLifeArea, "religion", 2, false},
		{GroupManifestation, "structure", 2, false},
		{GroupMultiplicity, "single", 2, false},
		{"weather", "rain", 2, false},
	} {
		if got := codes.Asked(tt.group, tt.code, tt.version); got != tt.asked {
			t.Errorf("Asked(%s, %s, %d) = %t", tt.group, tt.code, tt.version, got)
		}
	}
	if c, ok := codes.Find(GroupLifeArea, "post", 2); ok || c.Until != 1 {
		t.Errorf("Find of a retired code = %+v, %t, want it and false", c, ok)
	}
	var areas []string
	for _, c := range codes.Group(GroupLifeArea) {
		areas = append(areas, c.Code)
	}
	if want := []string{"work", "school"}; !reflect.DeepEqual(areas, want) {
		t.Errorf("Group = %v, want %v: the codes in use, in order", areas, want)
	}
	if got := codes.Group("weather"); got != nil {
		t.Errorf("Group of nothing = %v", got)
	}
}

func TestTrackFollowsTheWish(t *testing.T) {
	want := map[string]Track{
		"": TrackReport, RungCount: TrackReport, RungRead: TrackReport, "other": TrackReport,
		RungAnswer: TrackCounselling, RungAct: TrackCounselling, RungPassOn: TrackCounselling,
	}
	for rung, track := range want {
		if got := (Report{Rung: rung}).Track(); got != track {
			t.Errorf("rung %q: track %s, want %s", rung, got, track)
		}
	}
	for i, rung := range Rungs {
		if (want[rung] == TrackCounselling) != (i >= 2) {
			t.Errorf("Rungs lists %q as number %d", rung, i)
		}
	}
	if len(Rungs) != 5 {
		t.Errorf("%d rungs, want 5", len(Rungs))
	}
}

// TestEncodeTrap: json.Marshal would make 72,002 bytes of it (domain.md §3).
func TestEncodeTrap(t *testing.T) {
	r := told()
	r.Text = strings.Repeat("<", MaxText)
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r.Text = ""
	empty, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(b)-len(empty), len(`,"text":""`)+MaxText; got != want {
		t.Errorf("12,000 '<' take %d bytes, want %d", got, want)
	}
	if b[len(b)-1] != '}' || !json.Valid(b) {
		t.Errorf("ends with %q", b[len(b)-1])
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	for _, r := range []Report{told(), largest(codes, nil, nil)} {
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		var back Report
		if err := dec.Decode(&back); err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("%s reads as %+v, %v", b, back, err)
		}
	}
	if b, err := told().Encode(); err != nil || string(b) != `{"v":1,"taxonomy":2,"lang":"de","rung":"read_it","text":"Es ist im Bus passiert."}` {
		t.Errorf("a short report is %s, %v", b, err)
	}
}

func TestSettle(t *testing.T) {
	agreed := []string{"contact/1", "art9/2"}
	mail := Contact{Way: "email", Value: "a@b.example", SafeTimes: "abends", LeaveMessage: true, Interpreter: "tr"}
	with := func(change func(*Report)) Report {
		r := told()
		change(&r)
		return r
	}
	for _, tt := range []struct {
		name     string
		in, want Report
	}{
		{"nothing to settle", told(), told()},
		{"version", with(func(r *Report) { r.V = 0 }), told()},
		{"no wish", with(func(r *Report) { r.Rung = "" }), told()},
		{"counted only", with(func(r *Report) { r.Rung = RungCount }), with(func(r *Report) { r.Rung = RungCount })},
		{"a wish that is none stays for the check", with(func(r *Report) { r.Rung = "all" }), with(func(r *Report) { r.Rung = "all" })},
		{
			"counselling with consent",
			with(func(r *Report) { r.Rung, r.Consents = RungAnswer, agreed }),
			with(func(r *Report) { r.Rung, r.Consents = RungAnswer, agreed }),
		},
		{
			"counselling without consent",
			with(func(r *Report) { r.Rung, r.Consents = RungAct, []string{"contact/1"} }),
			with(func(r *Report) { r.Rung, r.MayAsk, r.Consents = RungRead, true, []string{"contact/1"} }),
		},
		{
			"another text is no consent",
			with(func(r *Report) { r.Rung, r.Consents = RungAnswer, []string{"art9", "art90/1", "xart9/1"} }),
			with(func(r *Report) { r.Rung, r.MayAsk, r.Consents = RungRead, true, []string{"art9", "art90/1", "xart9/1"} }),
		},
		{
			"leave to ask is kept",
			with(func(r *Report) { r.MayAsk = true }),
			with(func(r *Report) { r.MayAsk = true }),
		},
		{
			"act for me keeps contact and organisation",
			with(func(r *Report) {
				r.Rung, r.Consents, r.Contact, r.RespondentOrg, r.PassOn = RungAct, agreed, &mail, "Amt", []PassOn{{To: "x"}}
			}),
			with(func(r *Report) { r.Rung, r.Consents, r.Contact, r.RespondentOrg = RungAct, agreed, &mail, "Amt" }),
		},
		{
			"pass on keeps all",
			with(func(r *Report) {
				r.Rung, r.Consents, r.Contact, r.RespondentOrg, r.PassOn = RungPassOn, agreed, &mail, "Amt", []PassOn{{To: "x"}}
			}),
			with(func(r *Report) {
				r.Rung, r.Consents, r.Contact, r.RespondentOrg, r.PassOn = RungPassOn, agreed, &mail, "Amt", []PassOn{{To: "x"}}
			}),
		},
		{
			"an answer needs no organisation",
			with(func(r *Report) { r.Rung, r.Consents, r.RespondentOrg = RungAnswer, agreed, "Amt" }),
			with(func(r *Report) { r.Rung, r.Consents = RungAnswer, agreed }),
		},
		{
			"unknown time has no days",
			with(func(r *Report) { r.When = &When{Precision: "unknown", From: "2026-11-01", To: "x", Ongoing: true} }),
			with(func(r *Report) { r.When = &When{Precision: "unknown", Ongoing: true} }),
		},
		{
			"one day has no second",
			with(func(r *Report) { r.When = &When{Precision: "day", From: "2026-11-01", To: "2026-10-01"} }),
			with(func(r *Report) { r.When = &When{Precision: "day", From: "2026-11-01"} }),
		},
		{
			"known time keeps its days",
			with(func(r *Report) { r.When = &When{Precision: "range", From: "2026-11-01", To: "2026-11-02"} }),
			with(func(r *Report) { r.When = &When{Precision: "range", From: "2026-11-01", To: "2026-11-02"} }),
		},
	} {
		before, err := tt.in.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got := tt.in.Settle()
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		if again := got.Settle(); !reflect.DeepEqual(again, got) {
			t.Errorf("%s: settled twice %+v", tt.name, again)
		}
		if after, _ := tt.in.Encode(); !bytes.Equal(before, after) {
			t.Errorf("%s: what was typed changed from %s to %s", tt.name, before, after)
		}
	}
}

// TestRegressionR26HiddenFieldsAreDropped: an address that was typed before
// another choice hid its field is not sent, and is still there when the page
// comes back.
func TestRegressionR26HiddenFieldsAreDropped(t *testing.T) {
	r := told()
	r.Rung, r.Consents = RungPassOn, []string{"art9/1"}
	r.Contact = &Contact{Way: "phone", Value: "0711 000", SafeTimes: "abends", LeaveMessage: true, Interpreter: "ar"}
	r.RespondentOrg, r.PassOn = "Amt", []PassOn{{To: "Kammer", What: "alles"}}
	holds := func(r Report) string {
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		found := []string{}
		for _, s := range []string{"0711 000", "abends", "leave_message", "Amt", "Kammer"} {
			if bytes.Contains(b, []byte(s)) {
				found = append(found, s)
			}
		}
		return strings.Join(found, ", ")
	}
	for rung, want := range map[string]string{
		"": "", RungCount: "", RungRead: "",
		RungAnswer: "0711 000, abends, leave_message",
		RungAct:    "0711 000, abends, leave_message, Amt",
		RungPassOn: "0711 000, abends, leave_message, Amt, Kammer",
	} {
		r.Rung = rung
		if got := holds(r.Settle()); got != want {
			t.Errorf("rung %q sends %q, want %q", rung, got, want)
		}
	}
	r.Rung = RungPassOn
	r.Contact.Way = "mailbox"
	settled := r.Settle()
	if got, want := holds(settled), "Amt, Kammer"; got != want {
		t.Errorf("the mailbox as way sends %q, want %q", got, want)
	}
	if settled.Contact == nil || settled.Contact.Interpreter != "ar" {
		t.Errorf("the mailbox as way drops the interpreter: %+v", settled.Contact)
	}
	if r.Contact.Value != "0711 000" || r.Contact.SafeTimes != "abends" || !r.Contact.LeaveMessage {
		t.Errorf("what was typed is gone from the form: %+v", r.Contact)
	}
}
