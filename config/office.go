package config

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed data/taxonomy.csv data/taxonomy_eu_map.csv data/deadline_rules.json data/holidays_bw_2024_2032.csv data/statistics_plan.json data/statistics_labels.json data/veiled_words.json data/answer_templates.json data/referrals.json
var embedded embed.FS

// Data is what the office's data files say, checked against each other.
type Data struct {
	Taxonomy Taxonomy
	EU       []EUCode
	Rules    DeadlineRules
	Holidays []Holiday // in the order of their dates
	Answers  []AnswerTemplate
	Bodies   []Body // to whom people are referred
}

// ReadData reads the office's data files, each the embedded one unless a path is set, and checks every
// reference between them. It returns all faults of the first step that finds any.
func ReadData(f Files) (Data, error) {
	var d Data
	taxonomy, taxonomyErr := f.text(f.Taxonomy, "taxonomy.csv")
	eu, euErr := f.text(f.EUMap, "taxonomy_eu_map.csv")
	rules, rulesErr := f.text(f.DeadlineRules, "deadline_rules.json")
	holidays, holidaysErr := f.text(f.Holidays, "holidays_bw_2024_2032.csv")
	if err := errors.Join(taxonomyErr, euErr, rulesErr, holidaysErr); err != nil {
		return Data{}, fmt.Errorf("reading the office's data: %w", err)
	}
	d.Taxonomy, taxonomyErr = ParseTaxonomy(taxonomy)
	d.EU, euErr = ParseEUMap(eu)
	d.Rules, rulesErr = ParseDeadlineRules(rules)
	d.Holidays, holidaysErr = ParseHolidays(holidays)
	if err := errors.Join(taxonomyErr, euErr, rulesErr, holidaysErr); err != nil {
		return Data{}, fmt.Errorf("reading the office's data:\n%w", err)
	}
	if err := d.readLetters(f); err != nil {
		return Data{}, fmt.Errorf("reading the office's data:\n%w", err)
	}
	if err := d.check(); err != nil {
		return Data{}, fmt.Errorf("reading the office's data:\n%w", err)
	}
	return d, nil
}

// readLetters reads what members answer with, and to whom they refer.
func (d *Data) readLetters(f Files) error {
	answers, answersErr := f.text(f.AnswerTemplates, "answer_templates.json")
	bodies, bodiesErr := f.text(f.Referrals, "referrals.json")
	if err := errors.Join(answersErr, bodiesErr); err != nil {
		return err
	}
	d.Answers, answersErr = ParseAnswerTemplates(answers)
	d.Bodies, bodiesErr = ParseReferrals(bodies)
	return errors.Join(answersErr, bodiesErr)
}

func (f Files) text(path, name string) ([]byte, error) {
	if path == "" {
		return embedded.ReadFile("data/" + name)
	}
	return readFile(path)
}

// check holds the files against each other.
func (d Data) check() error {
	var f faults
	for _, e := range d.EU {
		_, ok := d.Taxonomy.Code(e.Code)
		f.want(ok, "EU map", "code %q is not in the taxonomy", e.Code)
	}
	for _, c := range d.Taxonomy.Codes {
		if c.Group == "ground" || c.Group == "racism_subtype" || c.Group == "life_area" {
			_, ok := d.EUOf(c.ID)
			f.want(ok, "EU map", "%q has no row, and neither has its parent", c.ID)
		}
	}
	d.Rules.checkCodes(&f, d.Taxonomy)
	return errors.Join(f...)
}

// EUOf returns the EU row of a code; a code without one inherits that of its parent.
func (d Data) EUOf(code string) (EUCode, bool) {
	for code != "" {
		if i := slices.IndexFunc(d.EU, func(e EUCode) bool { return e.Code == code }); i >= 0 {
			return d.EU[i], true
		}
		c, _ := d.Taxonomy.Code(code)
		code = c.Parent
	}
	return EUCode{}, false
}

// CheckDesks returns a fault for each conflict code of a desk that the taxonomy does not know.
func (d Data) CheckDesks(desks []Desk) error {
	var f faults
	for i, desk := range desks {
		for _, code := range desk.ConflictCodes {
			_, ok := d.Taxonomy.Code(code)
			f.want(ok, fmt.Sprintf("office.desks[%d].conflict_codes", i), "%q is not in the taxonomy", code)
		}
	}
	return errors.Join(f...)
}

// table reads one of our CSV files: semicolons, no quotes, the header exactly as given.
func table(text []byte, header string, row func(line int, field []string)) error {
	if strings.Contains(string(text), "\r") {
		return errors.New("line ends must be LF alone")
	}
	r := csv.NewReader(strings.NewReader(string(text)))
	r.Comma = ';'
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil {
		return err
	}
	if got := strings.Join(first, ";"); got != header {
		return fmt.Errorf("line 1: want the header %q", header)
	}
	for {
		field, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		row(line, field)
	}
}

// list splits a field that holds several values.
func list(field string) []string {
	if field == "" {
		return nil
	}
	return strings.Split(field, "|")
}
