package frontend

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// A set is all templates, which speak one language at a time. Parsing and
// escaping them takes more time and memory than anything else at start, so there
// are as many sets as pages can be rendered at once, and not one per language.
type set struct {
	locale *Locale // changed only by whoever has taken the set
	pages  map[string]page
}

// A page is a template, and the type of the data it was tried with.
type page struct {
	tree *template.Template
	data reflect.Type
}

// take gives a set that nobody else has until give, and waits where all are
// taken. One that was not needed so far is made of the files that the first one
// was made of.
func (r *Renderer) take() (*set, error) {
	select {
	case s := <-r.idle:
		return s, nil
	default:
	}
	if r.made.Add(1) > int32(cap(r.idle)) { //nolint:gosec // a number of processors
		r.made.Add(-1)
		return <-r.idle, nil
	}
	s, err := r.parse()
	if err != nil {
		r.made.Add(-1)
	}
	return s, err
}

func (r *Renderer) give(s *set) { r.idle <- s }

// prepare makes the first set, tries the samples in the source language, and
// makes what is rendered once per language. The texts of another language cannot
// break a template, so that they need no trial at each start; the tests make it.
func (r *Renderer) prepare(files fs.FS, samples map[string][]any) error {
	r.files, r.samples = files, samples
	r.idle = make(chan *set, runtime.GOMAXPROCS(0))
	s, err := r.take()
	if err != nil {
		return err
	}
	defer r.give(s)
	if err := r.makeLater(); err != nil {
		return err
	}
	for name := range s.pages {
		if err := r.try(s, name); err != nil {
			return err
		}
	}
	return nil
}

// parse reads the templates of both sites: those of the public one stand on
// layout.html and the parts, those of the office alone.
func (r *Renderer) parse() (*set, error) {
	s := &set{locale: r.locales[source], pages: map[string]page{}}
	shared, err := r.parts(s)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(r.files, "templates/*/*.html")
	if err != nil {
		return nil, fmt.Errorf("preparing pages: %w", err)
	}
	for _, file := range names {
		base := path.Base(file)
		if base == "layout.html" || strings.HasPrefix(base, "part-") {
			continue
		}
		tree := template.New(base).Funcs(r.functions(s))
		if path.Dir(file) == "templates/public" {
			tree = template.Must(shared.Clone())
		}
		if tree, err = tree.ParseFS(r.files, file); err != nil {
			return nil, fmt.Errorf("preparing pages: %w", err)
		}
		name := strings.TrimSuffix(base, ".html")
		s.pages[name] = page{tree: tree, data: reflect.TypeOf(first(r.samples[name]))}
	}
	return s, nil
}

// parts reads what the pages of the public site have in common.
func (r *Renderer) parts(s *set) (*template.Template, error) {
	shared, err := template.New("layout.html").Funcs(r.functions(s)).ParseFS(r.files, "templates/public/layout.html", "templates/public/part-*.html")
	if err != nil {
		return nil, fmt.Errorf("preparing pages: %w", err)
	}
	return shared, nil
}

// first is the first sample, nil where there is none: only a page that needs no
// data survives that.
func first(samples []any) any {
	if len(samples) == 0 {
		return nil
	}
	return samples[0]
}

// makeLater renders what the form's script shows after sending: the same for
// everybody, so it is made once per language and served like a file.
func (r *Renderer) makeLater() error {
	if !r.assets.built {
		return nil
	}
	s := &set{}
	shared, err := r.parts(s)
	if err != nil {
		return err
	}
	for tag, l := range r.locales {
		s.locale = l
		var html bytes.Buffer
		if err := shared.ExecuteTemplate(&html, "later", nil); err != nil {
			return fmt.Errorf("preparing pages in %q: %w", tag, err)
		}
		name, err := r.assets.add("later-"+tag, ".html", html.Bytes())
		if err != nil {
			return err
		}
		r.assets.later[tag] = "/assets/" + name
		r.assets.public[name] = true
	}
	return nil
}

// try renders the samples of a template in the source language.
func (r *Renderer) try(s *set, name string) error {
	p, samples := s.pages[name], r.samples[name]
	if len(samples) == 0 {
		samples = []any{nil}
	}
	for i, sample := range samples {
		if reflect.TypeOf(sample) != p.data {
			return fmt.Errorf("template %q: sample %d is a %T, the first one a %v", name, i, sample, p.data)
		}
		var html bytes.Buffer
		// Samples hold nobody's words, so the cause may be told.
		if err := p.tree.Execute(&html, s.view(name, sample)); err != nil {
			return fmt.Errorf("template %q, sample %d: %w", name, i, err)
		}
	}
	return nil
}
