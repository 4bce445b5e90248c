// Package frontend holds everything a browser gets: page templates, locales,
// built scripts and style sheets, all embedded in the program, and renders typed
// pages to HTML. It knows no request, no report and no store: it is given a
// language, the name of a page and that page's data, and writes bytes. It
// cannot fetch, decide or remember anything.
//
// Without a built bundle (no dist/.vite/manifest.json) the public pages are
// whole: they carry static/base.css and no script tag. Built says which case it
// is, so that the office's side can answer why there is no console.
package frontend

import (
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// The prefix all: takes dist/.keep along, so that a tree in which nobody has run
// the frontend build still compiles.
//
//go:embed all:dist templates static locales
var embedded embed.FS

// Options are what a Renderer is made of. Log may be nil: then a key that a
// language lacks is not reported.
type Options struct {
	Office    Office
	Theme     Theme
	Languages []string         // tags in the order in which pages offer them; nil: all that have texts
	Samples   map[string][]any // per template: pages that are rendered once at start
	Rules     []byte           // deadline rules and holidays as JSON, served to the scripts under a name of their own
	Log       *slog.Logger
}

// A Text is a text of the office by language; the empty tag stands for every language.
type Text map[string]string

// An Office is what the operator's settings say about the people who answer.
// Its texts are shown as the office wrote them; where one lacks a language, the
// German one stands there and is marked as German.
type Office struct {
	Name            Text   // shown in the header
	Headline        Text   // KERN's line at the top; empty: none. Only a real city may call itself official
	Fictional       bool   // the demo's Musterstadt: a banner on every page says so
	FirstAnswerDays int    // working days until a first answer
	Help            []Help // numbers on the start page and wherever something fails
	Imprint         Text   // paragraphs are parted by an empty line, here and below
	Privacy         Text
	Accessibility   Text
	Keys            []PinnedKey
}

// Help is a telephone number that a person can call instead of writing.
type Help struct {
	Name   Text
	Number string
	Note   Text // when, and in which languages; may be empty
}

// A PinnedKey names a desk's public key as people compare it: by its
// fingerprint of 24 digits.
type PinnedKey struct {
	Desk        Text
	Fingerprint string
}

// A Renderer renders pages. It is safe for use by many goroutines at once.
type Renderer struct {
	locales map[string]*Locale
	tags    []string
	assets  *assets
	office  Office
	files   fs.FS            // of which sets are made
	samples map[string][]any // by template; their types are those of the data
	idle    chan *set        // as many as pages can be rendered at once
	made    atomic.Int32     // sets that there are
	figures atomic.Bool      // whether every footer leads to the statistics
	packs   sync.Map         // of *packed, by key
	packing sync.Mutex       // one page is packed at a time
}

// New parses every template and renders each sample once, in the source
// language, so that a fault of a template stops the start and meets nobody. It fails for a
// template without a sample, for a theme with an unknown token, and for a
// language that has no texts.
func New(o Options) (*Renderer, error) { return build(embedded, o) }

func build(files fs.FS, o Options) (*Renderer, error) {
	locales, tags, err := readLocales(files, o.Log)
	if err != nil {
		return nil, err
	}
	if tags, err = offered(tags, o.Languages); err != nil {
		return nil, err
	}
	// The source language stays, since other texts fall back on it and the console's shell is in it.
	maps.DeleteFunc(locales, func(tag string, _ *Locale) bool { return tag != source && !slices.Contains(tags, tag) })
	css, err := o.Theme.css()
	if err != nil {
		return nil, err
	}
	assets, err := readAssets(files, css)
	if err != nil {
		return nil, fmt.Errorf("reading assets: %w", err)
	}
	if err := assets.addRules(o.Rules); err != nil {
		return nil, err
	}
	r := &Renderer{locales: locales, tags: tags, assets: assets, office: o.Office}
	if err := r.prepare(files, o.Samples); err != nil {
		return nil, err
	}
	return r, nil
}

// ShowFigures says whether every footer leads to the statistics. There is no
// such place before the first edition.
func (r *Renderer) ShowFigures(there bool) { r.figures.Store(there) }

// Languages returns the tags of all languages of the pages, in the order in which
// they are offered.
func (r *Renderer) Languages() []string { return append([]string(nil), r.tags...) }

// Locale returns the texts of a language, and those of the source language for
// a tag that has none.
func (r *Renderer) Locale(lang string) *Locale {
	if l, ok := r.locales[lang]; ok {
		return l
	}
	return r.locales[source]
}

// Built says whether the scripts and style sheets of both sites are embedded.
func (r *Renderer) Built() bool { return r.assets.built }
