package frontend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// source is the language in which texts are written first; the others follow it.
const source = "de"

// A Language is one line of the table of languages this service plans to speak.
type Language struct {
	Tag  string
	Name string // in its own script
	Dir  string
}

// languages is a table of ours, because x/text would answer "de" for "de-simple"
// and knows no directions. Order is the order on the page.
var languages = [...]Language{
	{"de", "Deutsch", "ltr"},
	{"de-simple", "Leichte Sprache", "ltr"},
	{"en", "English", "ltr"},
	{"tr", "Türkçe", "ltr"},
	{"ar", "العربية", "rtl"},
	{"uk", "Українська", "ltr"},
	{"ru", "Русский", "ltr"},
	{"it", "Italiano", "ltr"},
	{"hr", "Hrvatski", "ltr"},
	{"ro", "Română", "ltr"},
	{"el", "Ελληνικά", "ltr"},
	{"pl", "Polski", "ltr"},
	{"sq", "Shqip", "ltr"},
	{"fr", "Français", "ltr"},
}

// A Locale holds the texts of one language.
type Locale struct {
	Language
	Reviewed bool // two native speakers have read it, and its source has not changed since

	plural   language.Tag
	messages map[string]message
	fallback *Locale // nil in the source language
	log      *slog.Logger
	missing  sync.Map // keys that were reported already
}

// A message is one text, or one text for each plural category of its language.
type message struct {
	text  string
	forms map[plural.Form]string
}

var categories = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// UnmarshalJSON reads a plain string, or an object of plural categories in
// go-i18n's form.
func (m *message) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &m.text); err == nil {
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return err
	}
	m.forms = map[plural.Form]string{} //nolint:exhaustive // a language has the forms that it has
	for name, text := range forms {
		category, ok := categories[name]
		if !ok {
			return fmt.Errorf("no such plural category: %q", name)
		}
		m.forms[category] = text
	}
	if m.forms[plural.Other] == "" {
		return errors.New(`the category "other" is missing`)
	}
	return nil
}

func readLocales(files fs.FS, log *slog.Logger) (map[string]*Locale, []string, error) {
	locales := map[string]*Locale{}
	var tags []string
	for _, entry := range languages {
		raw, err := fs.ReadFile(files, "locales/"+entry.Tag+".json")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("reading locale %q: %w", entry.Tag, err)
		}
		l := &Locale{Language: entry, plural: language.Make(entry.Tag), log: log}
		if err := json.Unmarshal(raw, &l.messages); err != nil {
			return nil, nil, fmt.Errorf("reading locale %q: %w", entry.Tag, err)
		}
		locales[entry.Tag] = l
		tags = append(tags, entry.Tag)
	}
	if locales[source] == nil {
		return nil, nil, errors.New("reading locales: the source language is missing")
	}
	reviewed, err := readReviews(files, locales[source])
	if err != nil {
		return nil, nil, err
	}
	for tag, l := range locales {
		l.Reviewed = tag == source || reviewed[tag]
		if tag != source {
			l.fallback = locales[source]
		}
	}
	return locales, tags, nil
}

// offered are the tags that an office wants, each of which must have texts.
func offered(known, wanted []string) ([]string, error) {
	if len(wanted) == 0 {
		return known, nil
	}
	for _, tag := range wanted {
		if !slices.Contains(known, tag) {
			return nil, fmt.Errorf("reading locales: there are no texts in %q", tag)
		}
	}
	return slices.Clone(wanted), nil
}

// Has says whether this language itself has a text under key.
func (l *Locale) Has(key string) bool {
	_, ok := l.messages[key]
	return ok
}

// T returns the text under key. Args are pairs of a placeholder's name and its
// value; the value of "Count", an int, chooses the plural form. A key that the
// language lacks is taken from the source language and reported once; a key that
// no language has comes back as it is, which the tests do not let pass.
func (l *Locale) T(key string, args ...any) string {
	m, ok := l.messages[key]
	if !ok {
		if _, told := l.missing.LoadOrStore(key, true); !told && l.log != nil {
			l.log.Warn("text is missing", slog.String("language", l.Tag), slog.String("key", key))
		}
		if l.fallback == nil {
			return key
		}
		return l.fallback.T(key, args...)
	}
	text := m.text
	if m.forms != nil {
		text = m.form(l.plural, count(args))
	}
	return fill(text, args)
}

func (m message) form(tag language.Tag, n int) string {
	if n < 0 {
		n = -n
	}
	category := plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
	if text, ok := m.forms[category]; ok {
		return text
	}
	return m.forms[plural.Other]
}

func count(args []any) int {
	for i := 0; i+1 < len(args); i += 2 {
		if n, ok := args[i+1].(int); ok && args[i] == "Count" {
			return n
		}
	}
	return 0
}

// fill puts values in the place of {{.Name}}. Numbers are written with Latin
// digits in every language, so that server and browser agree.
func fill(text string, args []any) string {
	if len(args) < 2 || !strings.Contains(text, "{{") {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{{.%v}}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Day writes a civil day, given as 2026-11-22, in words of the language; what is
// no day comes back as it is.
func (l *Locale) Day(iso string) string {
	year, month, day, ok := civil(iso)
	if !ok {
		return iso
	}
	return l.T("date.long", "Day", day, "Month", l.T("date.month."+strconv.Itoa(month)), "Year", year)
}

// FullDay writes a civil day with its weekday.
func (l *Locale) FullDay(iso string) string {
	at, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	weekday := (int(at.Weekday())+6)%7 + 1
	return l.T("date.full", "Weekday", l.T("date.weekday."+strconv.Itoa(weekday)), "Date", l.Day(iso))
}

// Month writes a month, given as 2026-11, in words of the language; what is no
// month comes back as it is.
func (l *Locale) Month(iso string) string {
	year, month, _, ok := civil(iso + "-01")
	if !ok {
		return iso
	}
	return l.T("date.month.year", "Month", l.T("date.month.alone."+strconv.Itoa(month)), "Year", year)
}

// civil reads 2026-11-22. It works on numbers, never on instants: a day has no
// time zone.
func civil(iso string) (year, month, day int, ok bool) {
	if len(iso) != 10 || iso[4] != '-' || iso[7] != '-' {
		return 0, 0, 0, false
	}
	year, err1 := strconv.Atoi(iso[:4])
	month, err2 := strconv.Atoi(iso[5:7])
	day, err3 := strconv.Atoi(iso[8:])
	if err1 != nil || err2 != nil || err3 != nil || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, 0, 0, false
	}
	return year, month, day, true
}

// script returns the texts whose keys begin with prefix, for the data block that
// the page's script reads.
func (l *Locale) script(prefixes ...string) map[string]any {
	all := map[string]any{}
	for _, from := range []*Locale{l.fallback, l} {
		if from == nil {
			continue
		}
		for key, m := range from.messages {
			for _, prefix := range prefixes {
				if strings.HasPrefix(key, prefix) {
					all[key] = m.json()
				}
			}
		}
	}
	return all
}

func (m message) json() any {
	if m.forms == nil {
		return m.text
	}
	forms := map[string]string{}
	for name, category := range categories {
		if text, ok := m.forms[category]; ok {
			forms[name] = text
		}
	}
	return forms
}
