package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An AnswerTemplate is a text that the office sends often, in several languages. Members read and change it
// before it goes: a template is a beginning, never an answer.
type AnswerTemplate struct {
	ID      string                `json:"id"`
	Version int                   `json:"version"`
	TitleDE string                `json:"title_de"` // as members find it
	TitleEN string                `json:"title_en"`
	States  []string              `json:"states"` // of a case in which it is offered first
	Texts   map[string]AnswerText `json:"texts"`  // by language; German is the source
}

// An AnswerText is a template in one language. Nobody's name under it means that it has not been reviewed:
// the console says so to who uses it.
type AnswerText struct {
	Text       string `json:"text"`
	ReviewedBy string `json:"reviewed_by"`
	ReviewedOn string `json:"reviewed_on"` // a day, or ""
}

// Limits of a template: in its mailbox an answer has at most 12,000 letters, as a message has.
const (
	templateTitle = 80
	templateText  = 4_000
)

// answerFields lists what the console knows to fill in, or asks the member for.
func answerFields() []string {
	return []string{"Desk", "AnswerDay", "Questions", "SafeDay", "Act", "Body", "Contact", "Content"}
}

var placeholder = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)

// Fields lists the placeholders of the template's German text, each once, in the order of their first use.
func (t AnswerTemplate) Fields() []string { return fieldsOf(t.Texts["de"].Text) }

func fieldsOf(text string) []string {
	fields := []string{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(fields, found[1]) {
			fields = append(fields, found[1])
		}
	}
	return fields
}

// ParseAnswerTemplates reads a file of templates and returns all its faults.
func ParseAnswerTemplates(text []byte) ([]AnswerTemplate, error) {
	var file struct {
		Schema    int              `json:"schema"`
		Note      string           `json:"note"`
		Templates []AnswerTemplate `json:"templates"`
	}
	if err := decodeWhole(text, &file); err != nil {
		return nil, fmt.Errorf("answer templates: %w", err)
	}
	var f faults
	f.want(file.Schema == 1, "answer templates", "schema %d is not known, want 1", file.Schema)
	seen := map[string]bool{}
	for i, t := range file.Templates {
		at := fmt.Sprintf("answer template %d %q", i+1, t.ID)
		f.want(codeID.MatchString(t.ID) && !seen[t.ID], at, "want an id of its own")
		seen[t.ID] = true
		f.want(t.Version >= 1, at, "want a version from 1")
		f.line(at+": title_de", t.TitleDE, templateTitle)
		f.line(at+": title_en", t.TitleEN, templateTitle)
		for _, state := range t.States {
			f.want(codeID.MatchString(state), at, "states: %q is no state", state)
		}
		t.checkTexts(&f, at)
	}
	return file.Templates, errors.Join(f...)
}

// checkTexts looks at a template's languages: each must ask for the same fields as the German text.
func (t AnswerTemplate) checkTexts(f *faults, at string) {
	_, german := t.Texts["de"]
	f.want(german, at, "the German text is missing: it is the source")
	want := slices.Sorted(slices.Values(t.Fields()))
	for _, lang := range slices.Sorted(maps.Keys(t.Texts)) {
		key, one := at+": "+lang, t.Texts[lang]
		f.want(language.MatchString(lang), key, "is no language tag")
		f.block(key, one.Text, templateText)
		left := placeholder.ReplaceAllString(one.Text, "")
		f.want(!strings.ContainsAny(left, "{}"), key, "a placeholder is written {{.Name}}")
		fields := slices.Sorted(slices.Values(fieldsOf(one.Text)))
		f.want(slices.Equal(fields, want), key, "asks for %q, the German text for %q", fields, want)
		for _, name := range fields {
			f.want(slices.Contains(answerFields(), name), key, "%q is no field, want one of %s", name, strings.Join(answerFields(), ", "))
		}
		f.day(key+": reviewed_on", one.ReviewedOn, false)
		f.want((one.ReviewedBy == "") == (one.ReviewedOn == ""), key, "want both reviewed_by and reviewed_on, or neither")
	}
}

// decodeWhole reads one JSON value, no unknown key, nothing behind it.
func decodeWhole(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the data")
	}
	return nil
}

// line wants one line of text that says something.
func (f *faults) line(key, text string, most int) {
	f.want(strings.TrimSpace(text) != "", key, "want a text")
	f.want(utf8.RuneCountInString(text) <= most, key, "longer than %d letters", most)
	f.want(!strings.ContainsFunc(text, unicode.IsControl), key, "holds control characters or line breaks")
}

// block wants lines of text that say something.
func (f *faults) block(key, text string, most int) {
	f.want(text != "" && text == strings.TrimSpace(text), key, "want a text without space around it")
	f.want(utf8.RuneCountInString(text) <= most, key, "longer than %d letters", most)
	f.want(!strings.ContainsFunc(text, isControl), key, "holds control characters")
}

func isControl(r rune) bool { return r != '\n' && unicode.IsControl(r) }
