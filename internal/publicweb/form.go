package publicweb

import (
	"regexp"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// fields are the names that the form may send. They are the report's own names.
var fields = []string{
	"receipt", "lang", "desk", "role", "under18", "text", "manifestations", "areas", "place.district", "place.note",
	"when.precision", "when.from", "when.to", "when.ongoing", "grounds", "ground_other", "respondents", "rung", "may_ask",
	"contact.way", "contact.value", "contact.safe_times", "contact.leave_message", "contact.interpreter", "consents",
	"respondent_org", "pass_on.to", "pass_on.what", "pass_on.to.2", "pass_on.what.2", "pass_on.to.3", "pass_on.what.3",
	acceptField, originalField, intake.FilesField,
}

func knownField(name string) bool {
	return slices.Contains(fields, name) || strings.HasPrefix(name, facts)
}

// reportOf makes a report of what the form sent. It judges nothing: faults are
// found by the one place that knows the rules.
func reportOf(f intake.Form, lang string, taxonomy int) incident.Report {
	r := incident.Report{
		V: incident.ReportVersion, Taxonomy: taxonomy, Lang: lang,
		Rung: f.Get("rung"), MayAsk: f.Get("may_ask") != "", Role: f.Get("role"),
		Text: f.Get("text"), Manifestations: f["manifestations"], Areas: f["areas"],
		Grounds: f["grounds"], Respondents: f["respondents"],
		GroundOther: f.Get("ground_other"), RespondentOrg: f.Get("respondent_org"),
		When: whenOf(f), Facts: factsOf(f), Contact: contactOf(f), Consents: f["consents"],
	}
	if f.Get("under18") != "" {
		yes := true
		r.Under18 = &yes
	}
	if place := (incident.Place{District: f.Get("place.district"), Note: f.Get("place.note")}); place != (incident.Place{}) {
		r.Place = &place
	}
	for _, row := range passRows {
		if to, what := f.Get(row.to), f.Get(row.what); to != "" || what != "" {
			r.PassOn = append(r.PassOn, incident.PassOn{To: to, What: what})
		}
	}
	return r
}

// passRows are the names of the bodies that the report may go to: a field for
// each, so that a change of language knows them apart.
var passRows = [...]struct{ to, what string }{
	{"pass_on.to", "pass_on.what"}, {"pass_on.to.2", "pass_on.what.2"}, {"pass_on.to.3", "pass_on.what.3"},
}

// whenOf reads the date fields, which say one thing with a tick and another with
// dates. Where they disagree, a date says more than no tick, and "I do not know"
// more than a date.
func whenOf(f intake.Form) *incident.When {
	w := incident.When{
		Precision: f.Get("when.precision"), From: isoDay(f.Get("when.from")), To: isoDay(f.Get("when.to")),
		Ongoing: f.Get("when.ongoing") != "",
	}
	switch {
	case w == incident.When{}:
		return nil
	case w.Precision == "" && w.To != "":
		w.Precision = "range"
	case w.Precision == "" && w.From != "":
		w.Precision = "day"
	case w.Precision == "":
		w.Precision = "unknown"
	}
	switch w.Precision {
	case "unknown":
		w.From, w.To = "", ""
	case "day":
		w.To = ""
	case "month":
		w.From, w.To = month(w.From), month(w.To)
	}
	return &w
}

func month(day string) string {
	if incident.ValidDay(day) {
		return day[:len("2026-11")]
	}
	return day
}

var germanDay = regexp.MustCompile(`^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$`)

// isoDay reads what a date field sends, and what people type where the browser
// knows no date field: 22.11.2026.
func isoDay(typed string) string {
	typed = strings.TrimSpace(typed)
	m := germanDay.FindStringSubmatch(typed)
	if m == nil {
		return typed
	}
	pad := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	return m[3] + "-" + pad(m[2]) + "-" + pad(m[1])
}

func contactOf(f intake.Form) *incident.Contact {
	c := incident.Contact{
		Way: f.Get("contact.way"), Value: f.Get("contact.value"), SafeTimes: f.Get("contact.safe_times"),
		LeaveMessage: f.Get("contact.leave_message") != "", Interpreter: f.Get("contact.interpreter"),
	}
	if c == (incident.Contact{}) {
		return nil
	}
	if c.Way == "" {
		c.Way = "mailbox"
	}
	return &c
}
