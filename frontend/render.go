package frontend

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"reflect"
	"strings"
)

// A page is a template of one language, and the type of the data it was tried with.
type page struct {
	tree *template.Template
	data reflect.Type
}

// A view is what a template sees beside its functions.
type view struct {
	Lang     string
	Dir      string
	Name     string // the template's own name, which the header needs to mark where one is
	Reviewed bool
	Page     any
}

// Render writes a page in a language. It writes all of the page or nothing: a
// fault on the way leaves w untouched. The data must be of the type of the
// sample that was rendered at start.
func (r *Renderer) Render(w io.Writer, lang, name string, data any) error {
	l := r.Locale(lang)
	p, ok := r.templates[l.Tag][name]
	if !ok {
		return fmt.Errorf("rendering a page: no template %q", name)
	}
	if reflect.TypeOf(data) != p.data {
		return fmt.Errorf("rendering a page: template %q wants a %v, not a %T", name, p.data, data)
	}
	var buffer bytes.Buffer
	// A form that comes back holds what somebody typed.
	defer func() { clear(buffer.Bytes()[:cap(buffer.Bytes())]) }()
	if err := p.execute(&buffer, l, name, data); err != nil {
		return err
	}
	_, err := w.Write(buffer.Bytes())
	return err
}

func (p page) execute(w io.Writer, l *Locale, name string, data any) error {
	v := view{Lang: l.Tag, Dir: l.Dir, Name: name, Reviewed: l.Reviewed, Page: data}
	if err := p.tree.Execute(w, v); err != nil {
		// The text of a template error can quote the data, which may be a resident's words.
		return fmt.Errorf("rendering page %q: %w", name, errTemplate)
	}
	return nil
}

var errTemplate = errors.New("the template failed")

// parse reads the templates of both sites: those of the public one stand on
// layout.html and the parts, those of the office alone.
func (r *Renderer) parse(files fs.FS, samples map[string][]any) error {
	r.templates = map[string]map[string]page{}
	for tag := range r.locales {
		r.templates[tag] = map[string]page{}
		if err := r.parseLanguage(files, tag, samples); err != nil {
			return fmt.Errorf("preparing pages in %q: %w", tag, err)
		}
	}
	return nil
}

func (r *Renderer) parseLanguage(files fs.FS, tag string, samples map[string][]any) error {
	funcs := r.functions(r.locales[tag])
	shared := template.New("layout.html").Funcs(funcs)
	shared, err := shared.ParseFS(files, "templates/public/layout.html", "templates/public/part-*.html")
	if err != nil {
		return err
	}
	if err := r.makeLater(tag, shared); err != nil {
		return err
	}
	names, err := fs.Glob(files, "templates/*/*.html")
	if err != nil {
		return err
	}
	for _, file := range names {
		base := path.Base(file)
		if base == "layout.html" || strings.HasPrefix(base, "part-") {
			continue
		}
		tree := template.New(base).Funcs(funcs)
		if path.Dir(file) == "templates/public" {
			tree = template.Must(shared.Clone())
		}
		if tree, err = tree.ParseFS(files, file); err != nil {
			return err
		}
		name := strings.TrimSuffix(base, ".html")
		if err := r.try(tag, name, tree, samples[name]); err != nil {
			return err
		}
	}
	return nil
}

// makeLater renders what the form's script shows after sending: the same for
// everybody, so it is made once and served like a file.
func (r *Renderer) makeLater(tag string, shared *template.Template) error {
	if !r.assets.built {
		return nil
	}
	tree, err := shared.Clone()
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := tree.ExecuteTemplate(&html, "later", nil); err != nil {
		return err
	}
	name, err := r.assets.add("later-"+tag, ".html", html.Bytes())
	r.assets.later[tag] = "/assets/" + name
	r.assets.public[name] = true
	return err
}

// try renders the samples of a template. One without samples is tried without
// data, which only a page that needs none survives.
func (r *Renderer) try(tag, name string, tree *template.Template, samples []any) error {
	if len(samples) == 0 {
		samples = []any{nil}
	}
	p := page{tree: tree, data: reflect.TypeOf(samples[0])}
	for i, sample := range samples {
		if reflect.TypeOf(sample) != p.data {
			return fmt.Errorf("template %q: sample %d is a %T, the first one a %v", name, i, sample, p.data)
		}
		l := r.locales[tag]
		v := view{Lang: l.Tag, Dir: l.Dir, Name: name, Reviewed: l.Reviewed, Page: sample}
		// Samples hold nobody's words, so the cause may be told.
		if err := tree.Execute(io.Discard, v); err != nil {
			return fmt.Errorf("template %q, sample %d: %w", name, i, err)
		}
	}
	r.templates[tag][name] = p
	return nil
}

// functions are what templates may call, bound to one language.
func (r *Renderer) functions(l *Locale) template.FuncMap {
	german := r.locales[source]
	return template.FuncMap{
		"t":       l.T,
		"de":      german.T,
		"has":     l.Has,
		"day":     l.Day,
		"month":   l.Month,
		"label":   l.label,
		"script":  func(prefixes ...string) map[string]any { return l.script(prefixes...) },
		"groups":  groups,
		"qr":      func(text string) (template.URL, error) { return qrURL(text) },
		"office":  func() Office { return r.office },
		"others":  func() []Language { return r.others(l.Tag) },
		"say":     func(text map[string]string) Said { return r.say(l, text) },
		"lang":    func() string { return l.Tag },
		"dir":     func() string { return l.Dir },
		"later":   func() string { return r.assets.later[l.Tag] },
		"line":    l.line,
		"path":    sitePath,
		"places":  func() []string { return places[:] },
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
