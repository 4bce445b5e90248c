package incident

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// checker makes a checker for German and Leichte Sprache.
func checker(t *testing.T, tax Taxonomy, districts, facts []string) *Checker {
	t.Helper()
	c, err := NewChecker(Checker{Taxonomy: tax, Languages: []string{"de", "de-simple"}, Districts: districts, Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wantFaults checks the faults of a form, as "field key", in order.
func wantFaults(t *testing.T, err error, want ...string) {
	t.Helper()
	var faults Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("%v, want faults", err)
	}
	got := []string{}
	for _, f := range faults {
		got = append(got, f.Field+" "+f.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults %q, want %q", got, want)
	}
}

// TestReportFaults: one change to a good report, and the faults it makes.
func TestReportFaults(t *testing.T) {
	check := checker(t, codes, []string{"mitte"}, []string{"noticed_on", "ended_on"})
	letters := func(n int) string { return strings.Repeat("ß", n) }
	when := func(precision, from, to string) func(*Report) {
		return func(r *Report) { r.When = &When{Precision: precision, From: from, To: to} }
	}
	for _, tt := range []struct {
		name   string
		change func(*Report)
		want   []string
	}{
		{"good", func(*Report) {}, nil},
		{"version", func(r *Report) { r.V = 2 }, []string{"v unknown"}},
		{"no taxonomy", func(r *Report) { r.Taxonomy = 0 }, []string{"taxonomy unknown", "rung unknown"}},
		{"taxonomy to come", func(r *Report) { r.Taxonomy = 3 }, []string{"taxonomy unknown"}},
		{"old taxonomy", func(r *Report) { r.Taxonomy, r.Areas = 1, []string{"post"} }, nil},
		{"code of a later one", func(r *Report) { r.Taxonomy, r.Areas = 1, []string{"school"} }, []string{"areas unknown"}},
		{"retired code", func(r *Report) { r.Areas = []string{"post"} }, []string{"areas unknown"}},

		{"Leichte Sprache", func(r *Report) { r.Lang = "de-simple" }, nil},
		{"no language", func(r *Report) { r.Lang = "" }, []string{"lang unknown"}},
		{"another language", func(r *Report) { r.Lang = "en" }, []string{"lang unknown"}},
		{"no tag", func(r *Report) { r.Lang = "Deutsch!" }, []string{"lang unknown"}},

		{"neither text nor tick", func(r *Report) { r.Text = "" }, []string{"text required"}},
		{"blanks", func(r *Report) { r.Text = " \n\t\u00a0\u2003" }, []string{"text required"}},
		{"a tick instead", func(r *Report) { r.Text, r.Manifestations = "", []string{"insult"} }, nil},
		{"text at its limit", func(r *Report) { r.Text = letters(MaxText) }, nil},
		{"text over it", func(r *Report) { r.Text = letters(MaxText + 1) }, []string{"text too_long"}},
		{"wide letters", func(r *Report) { r.Text = strings.Repeat(widest, MaxText) }, nil},
		{"blanks over all limits", func(r *Report) { r.Text = strings.Repeat("\u2003", 30000) }, []string{"text required", "text too_long"}},

		{"role", func(r *Report) { r.Role = "affected" }, nil},
		{"unknown role", func(r *Report) { r.Role = "king" }, []string{"role unknown"}},
		{"known codes", func(r *Report) {
			r.Manifestations, r.Areas, r.Respondents = []string{"threat", "insult"}, []string{"work", "school"}, []string{"police"}
			r.Grounds = []string{"religion", "antiblack", "unsure_ground"}
		}, nil},
		{"unknown codes", func(r *Report) {
			r.Manifestations, r.Areas, r.Grounds, r.Respondents = []string{"x"}, []string{"x", "y"}, []string{"x"}, []string{"x"}
		}, []string{"manifestations unknown", "areas unknown", "grounds unknown", "respondents unknown"}},
		{"empty code", func(r *Report) { r.Areas = []string{""} }, []string{"areas unknown"}},
		{"twice", func(r *Report) { r.Areas = []string{"work", "work"} }, []string{"areas unknown"}},
		{"for caseworkers", func(r *Report) { r.Manifestations = []string{"structure"} }, []string{"manifestations unknown"}},
		{"subtype for caseworkers", func(r *Report) { r.Grounds = []string{"xenophobia"} }, []string{"grounds unknown"}},
		{"of another group", func(r *Report) { r.Areas = []string{"police"} }, []string{"areas unknown"}},
		{"no wish", func(r *Report) { r.Rung = "" }, []string{"rung unknown"}},
		{"unknown wish", func(r *Report) { r.Rung = "sue" }, []string{"rung unknown"}},

		{"lines at their limit", func(r *Report) {
			r.GroundOther, r.RespondentOrg, r.Place = letters(200), letters(200), &Place{Note: letters(200)}
		}, nil},
		{"lines over it", func(r *Report) {
			r.GroundOther, r.RespondentOrg, r.Place = letters(201), letters(201), &Place{Note: letters(201)}
		}, []string{"place.note too_long", "ground_other too_long", "respondent_org too_long"}},

		{"district", func(r *Report) { r.Place = &Place{District: "mitte"} }, nil},
		{"outside", func(r *Report) { r.Place = &Place{District: "outside"} }, nil},
		{"unknown to the reporter", func(r *Report) { r.Place = &Place{District: "unknown"} }, nil},
		{"unknown district", func(r *Report) { r.Place = &Place{District: "Mitte"} }, []string{"place.district unknown"}},

		{"day", when("day", "2026-11-22", ""), nil},
		{"tomorrow, in another zone", when("day", "2026-11-23", ""), nil},
		{"the day after", when("day", "2026-11-24", ""), []string{"when.from future"}},
		{"no such day", when("day", "2026-02-30", ""), []string{"when.from date"}},
		{"month as a day", when("day", "2026-11", ""), []string{"when.from date"}},
		{"no date", when("day", "", ""), nil},
		{"month", when("month", "2026-11", ""), nil},
		{"day as a month", when("month", "2026-11-22", ""), []string{"when.from date"}},
		{"next month", when("month", "2026-12", ""), []string{"when.from future"}},
		{"range", when("range", "2026-10-01", "2026-11-22"), nil},
		{"one day as range", when("range", "2026-11-22", "2026-11-22"), nil},
		{"range of months", when("month", "2026-02", "2026-11"), nil},
		{"open range", when("range", "", "2026-11-22"), nil},
		{"backwards", when("range", "2026-11-22", "2026-11-21"), []string{"when.to order"}},
		{"to in the future", when("range", "2026-11-22", "2026-12-24"), []string{"when.to future"}},
		{"to is no day", when("range", "2026-11-22", "gestern"), []string{"when.to date"}},
		{"both are none", when("range", "x", "y"), []string{"when.from date", "when.to date"}},
		{"one none, one to come", when("range", "x", "2027-01-01"), []string{"when.from date", "when.to future"}},
		{"unknown precision", when("hour", "", ""), []string{"when.precision unknown"}},
		{"no precision", when("", "", ""), []string{"when.precision unknown"}},
		{"unknown", when("unknown", "", ""), nil},
		{"days of an unknown time", when("unknown", "2026-11-01", ""), []string{"when.from unknown"}},
		{"end of an unknown time", when("unknown", "", "words"), []string{"when.to unknown"}},

		{"fact", func(r *Report) { r.Facts = map[string]string{"noticed_on": "2026-11-01"} }, nil},
		{"no such facts", func(r *Report) { r.Facts = map[string]string{"a": today, "b": "c"} }, []string{"facts unknown"}},
		{"facts that are no days", func(r *Report) {
			r.Facts = map[string]string{"noticed_on": "2026-11", "ended_on": "", "x": ""}
		}, []string{"facts unknown", "facts.ended_on date", "facts.noticed_on date"}},

		{"mailbox", func(r *Report) { r.Contact = &Contact{Way: "mailbox"} }, nil},
		{"mail", func(r *Report) { r.Contact = &Contact{Way: "email", Value: "a@b.example"} }, nil},
		{"no address", func(r *Report) { r.Contact = &Contact{Way: "phone", Value: " "} }, []string{"contact.value required"}},
		{"another way", func(r *Report) { r.Contact = &Contact{Way: "pigeon", Value: "x"} }, []string{"contact.way unknown"}},
		{"contact over its limits", func(r *Report) {
			r.Contact = &Contact{Way: "email", Value: letters(201), SafeTimes: letters(201), Interpreter: "türkisch"}
		}, []string{"contact.interpreter unknown", "contact.safe_times too_long", "contact.value too_long"}},
		{"interpreter", func(r *Report) { r.Contact = &Contact{Way: "mailbox", Interpreter: "sr-Latn"} }, nil},
		{"endless tag", func(r *Report) {
			r.Contact = &Contact{Way: "mailbox", Interpreter: "de" + strings.Repeat("-latin", 9)}
		}, []string{"contact.interpreter unknown"}},

		{"six consents", func(r *Report) { r.Consents = []string{"art9/1", "contact/2", "a1/3", "a2/4", "a3/5", "a4/6666"} }, nil},
		{"seven consents", func(r *Report) { r.Consents = slices.Repeat([]string{"art9/1"}, 7) }, []string{"consents too_many"}},
		{"no consent text", func(r *Report) { r.Consents = []string{"art9/1", "yes", "art9/", "Art9/1", "art9/12345"} }, []string{
			"consents[1] unknown", "consents[2] unknown", "consents[3] unknown", "consents[4] unknown",
		}},
		{"three bodies", func(r *Report) { r.PassOn = slices.Repeat([]PassOn{{letters(200), letters(200)}}, 3) }, nil},
		{"four bodies", func(r *Report) { r.PassOn = slices.Repeat([]PassOn{{"a", "b"}}, 4) }, []string{"pass_on too_many"}},
		{"bodies over their limits", func(r *Report) { r.PassOn = []PassOn{{"a", ""}, {letters(201), letters(201)}} }, []string{
			"pass_on[1].to too_long", "pass_on[1].what too_long",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := told()
			tt.change(&r)
			wantFaults(t, check.Report(r, today), tt.want...)
		})
	}
}

// TestAllFaultsInFormOrder: a form that is wrong everywhere says all of it at
// once, from top to bottom, and repeats nothing that was typed.
func TestAllFaultsInFormOrder(t *testing.T) {
	check := checker(t, codes, nil, nil)
	r := Report{
		V: 9, Taxonomy: 9, Lang: "xx", Role: "geheim", Areas: []string{"geheim"}, Place: &Place{District: "geheim", Note: strings.Repeat("x", 201)},
		When: &When{Precision: "range", From: "geheim"}, Grounds: []string{"geheim"}, GroundOther: strings.Repeat("x", 201),
		Respondents: []string{"geheim"}, RespondentOrg: strings.Repeat("x", 201), Facts: map[string]string{"geheim": "geheim"},
		Rung: "geheim", PassOn: []PassOn{{To: strings.Repeat("x", 201)}}, Contact: &Contact{Way: "phone", Interpreter: "1"},
		Consents: []string{"geheim"},
	}
	err := check.Report(r, today)
	wantFaults(
		t, err, "v unknown", "taxonomy unknown", "lang unknown", "role unknown", "text required", "areas unknown",
		"place.district unknown", "place.note too_long", "when.from date", "grounds unknown", "ground_other too_long",
		"respondents unknown", "respondent_org too_long", "facts unknown", "rung unknown", "pass_on[0].to too_long",
		"contact.interpreter unknown", "contact.value required", "consents[0] unknown",
	)
	if err != nil && strings.Contains(err.Error(), "geheim") {
		t.Errorf("the error repeats what was typed: %v", err)
	}
	for range 20 { // facts are a map: the order must not come from it
		if again := check.Report(r, today); !reflect.DeepEqual(again, err) {
			t.Fatalf("another order: %v", again)
		}
	}
}

// TestFormOrderIsComplete: every field of a report has its place, or its faults
// would stand before all others.
func TestFormOrderIsComplete(t *testing.T) {
	fields := jsonFields(Report{})
	for name := range fields {
		if !slices.Contains(formOrder, name) {
			t.Errorf("%q has no place in formOrder", name)
		}
	}
	if len(fields) != len(formOrder) {
		t.Errorf("formOrder has %d fields, the report %d", len(formOrder), len(fields))
	}
}

func TestMessage(t *testing.T) {
	check := checker(t, codes, nil, nil)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"Danke.", nil},
		{strings.Repeat(widest, MaxText), nil},
		{strings.Repeat(widest, MaxText+1), []string{"text too_long"}},
		{"", []string{"text required"}},
		{" \n\t ", []string{"text required"}},
	} {
		wantFaults(t, check.Message(tt.text), tt.want...)
	}
}

// TestLimitsCountCleanText: a browser sends CRLF for every line break and its
// maxlength counts one; so does the server, after cleaning.
func TestLimitsCountCleanText(t *testing.T) {
	check := checker(t, codes, nil, nil)
	typed := strings.Repeat("a\r\n", MaxText/2)
	if n := letters(typed); n != MaxText/2*3 {
		t.Fatalf("the typed text has %d letters", n)
	}
	clean := CleanText(typed)
	if n := letters(clean); n != MaxText {
		t.Errorf("cleaned, it has %d letters, want %d", n, MaxText)
	}
	wantFaults(t, check.Message(clean))
	wantFaults(t, check.Message(CleanText(typed+"\r\n")), "text too_long")
	r := told()
	r.Text = clean
	wantFaults(t, check.Report(r, today))
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"a\r\nb\rc\nd":               "a\nb\nc\nd",
		"\r\n\r\n":                   "\n\n",
		"\n\r":                       "\n\n",
		"a\u2028b\u2029c":            "a\nb\nc",
		"tab\tstays":                 "tab\tstays",
		"\x00\x07\x1b[31m\x7f":       "[31m",
		"\u0085\u009f":               "",
		"\xff\xfea":                  "\uFFFDa",
		"\xed\xa0\x80":               "\uFFFD",
		"\uFFFD":                     "\uFFFD",
		"مرحبا\u200f \u202eيا":       "مرحبا\u200f \u202eيا",
		"e\u0301 ist kein é":         "e\u0301 ist kein é",
		"<b>&amp;</b> \"'\\ 😶\u00a0": "<b>&amp;</b> \"'\\ 😶\u00a0",
	} {
		if got := CleanText(in); got != want {
			t.Errorf("CleanText(%q) = %q, want %q", in, got, want)
		}
	}
}
