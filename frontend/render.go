package frontend

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"unicode"
)

// A view is what a template sees beside its functions.
type view struct {
	Lang     string
	Dir      string
	Name     string // the template's own name, which the header needs to mark where one is
	Reviewed bool
	Page     any
}

func (s *set) view(name string, data any) view {
	l := s.locale
	return view{Lang: l.Tag, Dir: l.Dir, Name: name, Reviewed: l.Reviewed, Page: data}
}

// Render writes a page in a language. It writes all of the page or nothing: a
// fault on the way leaves w untouched. The data must be of the type of the
// sample that was rendered at start.
func (r *Renderer) Render(w io.Writer, lang, name string, data any) error {
	var buffer bytes.Buffer
	// A form that comes back holds what somebody typed.
	defer func() { clear(buffer.Bytes()[:cap(buffer.Bytes())]) }()
	if err := r.execute(&buffer, lang, name, data); err != nil {
		return err
	}
	_, err := w.Write(buffer.Bytes())
	return err
}

func (r *Renderer) execute(w io.Writer, lang, name string, data any) error {
	s, err := r.take()
	if err != nil {
		return err
	}
	defer r.give(s)
	s.locale = r.Locale(lang)
	p, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("rendering a page: no template %q", name)
	}
	if reflect.TypeOf(data) != p.data {
		return fmt.Errorf("rendering a page: template %q wants a %v, not a %T", name, p.data, data)
	}
	if err := p.tree.Execute(w, s.view(name, data)); err != nil {
		// The text of a template error can quote the data, which may be a resident's words.
		return fmt.Errorf("rendering page %q: %w", name, errTemplate)
	}
	return nil
}

var errTemplate = errors.New("the template failed")

// functions are what templates may call, bound to the language that the set speaks.
func (r *Renderer) functions(s *set) template.FuncMap {
	german := r.locales[source]
	return template.FuncMap{
		"t":       func(key string, args ...any) string { return s.locale.T(key, args...) },
		"de":      german.T,
		"has":     func(key string) bool { return s.locale.Has(key) },
		"day":     func(iso string) string { return s.locale.Day(iso) },
		"month":   func(iso string) string { return s.locale.Month(iso) },
		"full":    func(iso string) string { return s.locale.FullDay(iso) },
		"rules":   func() string { return r.assets.rules },
		"label":   func(group, code, own string) string { return s.locale.label(group, code, own) },
		"script":  func(prefixes ...string) map[string]any { return s.locale.script(prefixes...) },
		"groups":  groups,
		"typed":   typedGroups,
		"qr":      func(text string) (template.URL, error) { return qrURL(text) },
		"office":  func() Office { return r.office },
		"others":  func() []Language { return r.others(s.locale.Tag) },
		"say":     func(text map[string]string) Said { return r.say(s.locale, text) },
		"lang":    func() string { return s.locale.Tag },
		"dir":     func() string { return s.locale.Dir },
		"later":   func() string { return r.assets.later[s.locale.Tag] },
		"line":    func(group, code string) string { return s.locale.line(group, code) },
		"path":    sitePath,
		"places":  func() []string { return places[:] },
		"figures": r.figures.Load,
		"tel":     tel,
		"sheet":   r.assets.sheet,
		"entry":   r.assets.entry,
		"tongues": func() []Language { return languages[:] },
	}
}

// others lists the languages that a page offers, except its own.
func (r *Renderer) others(tag string) []Language {
	var all []Language
	for _, other := range r.tags {
		if other != tag {
			all = append(all, r.locales[other].Language)
		}
	}
	return all
}

// label is the plain word for a code of the taxonomy. An office may add codes of
// its own, for which no locale has a word; they are shown as the office wrote them.
func (l *Locale) label(group, code, own string) string {
	key := group + "." + code
	if own != "" && !l.Has(key) && (l.fallback == nil || !l.fallback.Has(key)) {
		return own
	}
	return l.T(key)
}

// line is the short definition under an option, for those that have one.
func (l *Locale) line(group, code string) string {
	key := group + "." + code + ".line"
	if !l.Has(key) {
		return ""
	}
	return l.T(key)
}

// groups cuts a receipt of 32 digits into eight groups of four.
func groups(digits string) []string {
	var parts []string
	for ; len(digits) > 4; digits = digits[4:] {
		parts = append(parts, digits[:4])
	}
	return append(parts, digits)
}

// typedGroups gives the digits of what was typed as a receipt, in groups of
// four as they stand on paper. Of what is no receipt at all it gives the beginning.
func typedGroups(typed string) []string {
	var digits []rune
	for _, c := range typed {
		if unicode.IsDigit(c) && len(digits) < 48 {
			digits = append(digits, c)
		}
	}
	var all []string
	for group := range slices.Chunk(digits, 4) {
		all = append(all, string(group))
	}
	return all
}
