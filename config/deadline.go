package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

const day = "2006-01-02"

// DeadlineRules is the file of deadline rules. A rule is data: no length, area or date of a law stands in
// code. Dates are civil days such as 2026-03-15; an empty one means that there is none.
type DeadlineRules struct {
	Schema              int                 `json:"schema"`
	Note                string              `json:"note"`
	WarnDaysBefore      json.RawMessage     `json:"warn_days_before"` // of older files, and of no effect
	StaleAfterDays      int                 `json:"stale_after_days"` // days after which verified_on is too old
	DefaultJurisdiction string              `json:"default_jurisdiction"`
	Calendars           map[string]Calendar `json:"calendars"`
	Facts               []Fact              `json:"facts"`
	Rules               []Rule              `json:"rules"`
	PostingFiction      []PostingFiction    `json:"posting_fiction"`
}

// A Calendar says which holidays count in a jurisdiction.
type Calendar struct {
	File string `json:"file"` // the holiday file that was meant
	Rows string `json:"rows"` // all or nationwide
}

// A Fact is something that a rule starts from, and the question for it.
type Fact struct {
	ID         string              `json:"id"`
	Type       string              `json:"type"`     // date or yes_no_unknown
	AskedIn    string              `json:"asked_in"` // form or console
	AskIf      map[string][]string `json:"ask_if"`   // group to codes; any of them opens the question
	QuestionDE string              `json:"question_de"`
}

// A Rule is one version of one deadline.
type Rule struct {
	ID             string  `json:"id"`
	Version        int     `json:"version"`
	Enabled        bool    `json:"enabled"`
	Order          int     `json:"order"` // 1 stands on top
	Jurisdiction   string  `json:"jurisdiction"`
	ValidFrom      string  `json:"valid_from"` // days of the incident, both inclusive
	ValidTo        string  `json:"valid_to"`
	VerifiedOn     string  `json:"verified_on"` // day of the text that was compared
	VerifiedSource string  `json:"verified_source"`
	SignedOffBy    string  `json:"signed_off_by"` // the lawyer who signed this version
	LabelDE        string  `json:"label_de"`
	LabelEN        string  `json:"label_en"`
	Length         Length  `json:"length"`
	Shift          string  `json:"shift"`    // the law that moves an end from a day off
	Calendar       string  `json:"calendar"` // a calendar, place_of_respondent or place_of_court
	Applies        Applies `json:"applies"`
	Start          []Start `json:"start"` // the first entry counts whose facts are all known
	ActDE          string  `json:"act_de"`
	LateDE         string  `json:"late_de"`
	NotStartedDE   string  `json:"not_started_de"`

	NeverReplaces                []string `json:"never_replaces"` // rules beside which this one stands
	CollectiveAgreementMayDiffer bool     `json:"collective_agreement_may_differ"`
	Note                         string   `json:"note"`
}

// Length is how long a deadline runs.
type Length struct {
	N    int    `json:"n"`
	Unit string `json:"unit"` // week, month or year
}

// Applies says when a rule is shown: for any of the codes, or for a fact.
type Applies struct {
	AnyOf map[string][]string `json:"any_of"` // group to codes
	Fact  map[string]string   `json:"fact"`   // fact to known, yes or no
}

// Start is the facts from which a deadline runs.
type Start struct {
	Needs    []string `json:"needs"`
	Take     string   `json:"take"`      // latest, or "" with one fact
	SafeFrom string   `json:"safe_from"` // earliest, or ""
	Plus     string   `json:"plus"`      // posting_fiction, or ""
}

// PostingFiction is the number of days after which a posted decision counts as announced.
type PostingFiction struct {
	Jurisdiction   string `json:"jurisdiction"`
	From           string `json:"from"` // days of posting, both inclusive
	To             string `json:"to"`
	Days           int    `json:"days"`
	VerifiedOn     string `json:"verified_on"`
	VerifiedSource string `json:"verified_source"`
	Note           string `json:"note"`
}

// ParseDeadlineRules reads a rules file and returns all faults that it can see without the taxonomy.
func ParseDeadlineRules(text []byte) (DeadlineRules, error) {
	var r DeadlineRules
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return DeadlineRules{}, fmt.Errorf("deadline rules: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return DeadlineRules{}, errors.New("deadline rules: something stands behind the rules")
	}
	var f faults
	f.want(r.Schema == 1, "deadline rules", "schema %d is not known, want 1", r.Schema)
	f.want(r.StaleAfterDays > 0, "deadline rules", "want stale_after_days")
	f.oneOf("default_jurisdiction", r.DefaultJurisdiction, slices.Collect(maps.Keys(r.Calendars))...)
	for id, c := range r.Calendars {
		f.oneOf("calendar "+id+": rows", c.Rows, "all", "nationwide")
	}
	seen := map[string]bool{}
	for _, fact := range r.Facts {
		at := "fact " + fact.ID
		f.want(codeID.MatchString(fact.ID) && !seen[fact.ID], at, "want an id of its own")
		seen[fact.ID] = true
		f.oneOf(at+": type", fact.Type, "date", "yes_no_unknown")
		f.oneOf(at+": asked_in", fact.AskedIn, "form", "console")
		f.want(fact.QuestionDE != "", at, "no question")
	}
	for i, rule := range r.Rules {
		r.checkRule(&f, rule, r.Rules[:i])
	}
	for i, p := range r.PostingFiction {
		at := fmt.Sprintf("posting_fiction[%d]", i)
		f.day(at+": from", p.From, true)
		f.day(at+": to", p.To, false)
		f.day(at+": verified_on", p.VerifiedOn, true)
		f.want(p.Days > 0 && p.VerifiedSource != "", at, "want days and a source")
	}
	return r, errors.Join(f...)
}

func (r DeadlineRules) checkRule(f *faults, rule Rule, before []Rule) {
	at := fmt.Sprintf("rule %s, version %d", rule.ID, rule.Version)
	f.want(codeID.MatchString(rule.ID) && rule.Version >= 1, at, "want an id and a version from 1")
	f.want(!rule.Enabled || rule.VerifiedOn != "", at, "enabled, but verified_on is missing: nobody has compared it with the law")
	f.day(at+": valid_from", rule.ValidFrom, true)
	f.day(at+": valid_to", rule.ValidTo, false)
	f.day(at+": verified_on", rule.VerifiedOn, false)
	f.want(rule.Length.N >= 1, at, "length: want n from 1")
	f.oneOf(at+": length.unit", rule.Length.Unit, "week", "month", "year")
	f.oneOf(at+": shift", rule.Shift, "bgb_193", "zpo_222", "vwvfg_31_3", "sgg_64_3", "stgb_77b_1")
	f.oneOf(at+": calendar", rule.Calendar, append(slices.Collect(maps.Keys(r.Calendars)), "place_of_respondent", "place_of_court")...)
	f.want(rule.LabelDE != "" && rule.LabelEN != "", at, "no label in German or English")
	f.want(len(rule.Start) > 0, at, "start: want at least one entry")
	for _, s := range rule.Start {
		f.want(len(s.Needs) > 0, at, "start: needs nothing")
		for _, id := range s.Needs {
			f.want(r.hasFact(id), at, "start: %q is no fact", id)
		}
		f.oneOf(at+": take", s.Take, "", "latest")
		f.oneOf(at+": safe_from", s.SafeFrom, "", "earliest")
		f.oneOf(at+": plus", s.Plus, "", "posting_fiction")
	}
	for id, value := range rule.Applies.Fact {
		f.want(r.hasFact(id), at, "applies: %q is no fact", id)
		f.oneOf(at+": applies", value, "known", "yes", "no")
	}
	f.want(len(rule.Applies.AnyOf)+len(rule.Applies.Fact) > 0, at, "applies to nothing")
	for _, id := range rule.NeverReplaces {
		f.want(slices.ContainsFunc(r.Rules, func(o Rule) bool { return o.ID == id }), at, "never_replaces: %q is no rule", id)
	}
	for _, other := range before {
		if other.ID == rule.ID {
			f.want(other.Version < rule.Version, at, "versions of one rule must rise")
			apart := other.ValidTo != "" && other.ValidTo < rule.ValidFrom || rule.ValidTo != "" && rule.ValidTo < other.ValidFrom
			f.want(apart, at, "valid on the same days as version %d", other.Version)
		}
	}
}

// checkCodes holds the rules' codes against the taxonomy.
func (r DeadlineRules) checkCodes(f *faults, t Taxonomy) {
	groups := map[string]string{"area": "life_area", "respondent": "respondent", "manifestation": "manifestation", "ground": "ground"}
	check := func(at string, codes map[string][]string) {
		for key, ids := range codes {
			for _, id := range ids {
				c, ok := t.Code(id)
				f.want(ok && groups[key] == c.Group, at, "%q is no code of %q", id, key)
			}
		}
	}
	for _, fact := range r.Facts {
		check("fact "+fact.ID, fact.AskIf)
	}
	for _, rule := range r.Rules {
		check(fmt.Sprintf("rule %s, version %d", rule.ID, rule.Version), rule.Applies.AnyOf)
	}
}

func (r DeadlineRules) hasFact(id string) bool {
	return slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.ID == id })
}

func (f *faults) oneOf(key, value string, known ...string) {
	slices.Sort(known)
	f.want(slices.Contains(known, value), key, "%q is none of %q", value, known)
}

func (f *faults) day(key, text string, needed bool) {
	if text == "" && !needed {
		return
	}
	_, err := time.Parse(day, text)
	f.want(err == nil, key, "want a day such as 2026-03-15, found %q", text)
}
