package frontend_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/beistand/beistand/frontend"
)

// A parsed is a page as a browser understands it.
type parsed struct {
	t    *testing.T
	name string
	root *html.Node
	ids  map[string]int
}

func parse(t *testing.T, name, text string) *parsed {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &parsed{t: t, name: name, root: root, ids: map[string]int{}}
	for _, n := range p.elements() {
		if id := attribute(n, "id"); id != "" {
			p.ids[id]++
		}
	}
	return p
}

func (p *parsed) errorf(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf(p.name+": "+format, args...)
}

// elements lists the elements of these names, or all. What stands in a template
// is not part of the page until the script takes it out.
func (p *parsed) elements(names ...string) []*html.Node {
	var all []*html.Node
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, n.Data)) {
			all = append(all, n)
		}
		for c := n.FirstChild; c != nil && n.Data != "template"; c = c.NextSibling {
			walk(c)
		}
	}
	walk(p.root)
	return all
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func words(n *html.Node) string {
	var all []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			all = append(all, strings.TrimSpace(d.Data))
		}
	}
	return strings.TrimSpace(strings.Join(all, " "))
}

// TestPages reads every sample of every template in every language like a
// browser and a screen reader would.
func TestPages(t *testing.T) {
	t.Run("without a bundle", func(t *testing.T) { testPages(t, renderer(t, frontend.Embedded)) })
	t.Run("with a bundle", func(t *testing.T) { testPages(t, renderer(t, bundled(t))) })
}

func testPages(t *testing.T, r *frontend.Renderer) {
	for _, lang := range r.Languages() {
		for name, pages := range samples() {
			for _, page := range pages {
				p := parse(t, lang+"/"+name, rendered(t, r, lang, name, page))
				p.head(lang, r.Dir(lang))
				p.headings()
				p.references()
				p.fields()
				p.harmless()
				p.links()
			}
		}
	}
}

func (p *parsed) head(lang, dir string) {
	root := p.elements("html")[0]
	if attribute(root, "lang") != lang || attribute(root, "dir") != dir {
		p.errorf("lang %q, dir %q; want %q, %q", attribute(root, "lang"), attribute(root, "dir"), lang, dir)
	}
	if title := words(p.elements("title")[0]); title == "" {
		p.errorf("no title")
	}
	for _, landmark := range []string{"main", "header", "footer"} {
		if n := len(p.elements(landmark)); n != 1 {
			p.errorf("%d %s elements", n, landmark)
		}
	}
	if first := p.focusable(); first == nil || attribute(first, "id") != "exit" {
		p.errorf("quick exit is not the first thing to reach")
	}
}

func (p *parsed) focusable() *html.Node {
	for _, n := range p.elements("a", "button", "input", "select", "textarea", "summary") {
		if !has(n, "disabled") && attribute(n, "type") != "hidden" {
			return n
		}
	}
	return nil
}

func (p *parsed) headings() {
	if n := len(p.elements("h1")); n != 1 {
		p.errorf("%d h1", n)
	}
	level := 0
	for _, h := range p.elements("h1", "h2", "h3", "h4") {
		at := int(h.Data[1] - '0')
		if at > level+1 && level > 0 {
			p.errorf("%s follows h%d: %q", h.Data, level, words(h))
		}
		if words(h) == "" {
			p.errorf("empty %s", h.Data)
		}
		level = at
	}
}

// references looks whether every id is there once, and everything that names one finds it.
func (p *parsed) references() {
	for id, n := range p.ids {
		if n > 1 {
			p.errorf("id %q stands %d times", id, n)
		}
	}
	for _, n := range p.elements() {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "form"} {
			for id := range strings.FieldsSeq(attribute(n, key)) {
				if p.ids[id] == 0 {
					p.errorf("<%s %s=%q> names nothing", n.Data, key, id)
				}
			}
		}
		if id, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && p.ids[id] == 0 {
			p.errorf("link to %q leads nowhere", id)
		}
	}
}

// quiet are the attributes that keep a browser from sending typed words elsewhere.
var quiet = map[string]string{"autocomplete": "off", "spellcheck": "false", "writingsuggestions": "false", "autocorrect": "off", "translate": "no"}

func (p *parsed) fields() {
	labels := map[string]string{}
	for _, l := range p.elements("label") {
		if id := attribute(l, "for"); id != "" {
			labels[id] = words(l)
		}
	}
	wrapped := map[*html.Node]bool{}
	for _, l := range p.elements("label") {
		for n := range l.Descendants() {
			wrapped[n] = words(l) != ""
		}
	}
	for _, n := range p.elements("input", "select", "textarea") {
		kind := attribute(n, "type")
		if kind == "hidden" {
			continue
		}
		if labels[attribute(n, "id")] == "" && !wrapped[n] {
			p.errorf("field %q has no label", attribute(n, "name"))
		}
		if attribute(n, "name") == "" {
			p.errorf("field %q has no name", attribute(n, "id"))
		}
		if kind == "password" || has(n, "maxlength") || has(n, "required") {
			p.errorf("field %q: type %q, maxlength or required", attribute(n, "name"), kind)
		}
		if n.Data == "textarea" || kind == "text" {
			for key, want := range quiet {
				if got := attribute(n, key); got != want {
					p.errorf("field %q: %s is %q, want %q", attribute(n, "name"), key, got, want)
				}
			}
			if attribute(n, "dir") == "" {
				p.errorf("field %q has no direction of its own", attribute(n, "name"))
			}
		}
	}
	p.forms()
}

// forms looks at what a form without script needs: Enter must not press the
// first language button, but must open a mailbox; everything goes as multipart
// in a POST.
func (p *parsed) forms() {
	for _, f := range p.elements("form") {
		if attribute(f, "method") == "dialog" {
			// Outside a dialog it leads nowhere: a form that must not send.
			if slices.ContainsFunc(p.elements("button"), func(b *html.Node) bool { return inside(b, f) || attribute(b, "form") == attribute(f, "id") }) {
				p.errorf("form %q must not send and has a button", attribute(f, "id"))
			}
			continue
		}
		if attribute(f, "method") != "post" || attribute(f, "enctype") != "multipart/form-data" {
			p.errorf("form %q is not sent as multipart", attribute(f, "id"))
		}
		if !slices.ContainsFunc(p.elements("input", "textarea"), func(n *html.Node) bool { return inside(n, f) && attribute(n, "type") != "hidden" }) {
			continue // nothing in which Enter could be pressed
		}
		for _, b := range p.elements("button") {
			if attribute(b, "form") != attribute(f, "id") && !inside(b, f) {
				continue
			}
			typed := attribute(f, "id") == "mailbox" && p.ids["receipt"] > 0
			if attribute(b, "name") != "" || has(b, "disabled") == typed {
				p.errorf("Enter would press %q, or opens no mailbox", words(b))
			}
			break
		}
	}
}

func inside(n, outer *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// harmless looks for what the content security policy forbids.
func (p *parsed) harmless() {
	for _, n := range p.elements() {
		if n.Data == "style" || n.Data == "iframe" || n.Data == "object" || n.Data == "base" {
			p.errorf("<%s> on a page", n.Data)
		}
		if n.Data == "script" && attribute(n, "src") == "" && attribute(n, "type") != "application/json" {
			p.errorf("inline script")
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") || strings.Contains(a.Val, "ZgotmplZ") {
				p.errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "img" && !has(n, "alt") {
			p.errorf("picture without a text")
		}
	}
}

// links looks at where a page leads: never to another site without hiding where
// somebody comes from, and nothing is loaded from elsewhere.
func (p *parsed) links() {
	for _, n := range p.elements("a", "link", "script", "img") {
		target := attribute(n, "href") + attribute(n, "src")
		if !strings.HasPrefix(target, "http") && !strings.HasPrefix(target, "//") {
			continue
		}
		if n.Data != "a" || attribute(n, "rel") != "noreferrer noopener" {
			p.errorf("<%s> leads to %q", n.Data, target)
		}
	}
}

// TestUnreviewed: a translation that nobody has checked says so, and says the
// dangerous sentences in German too.
func TestUnreviewed(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, lang := range r.Languages() {
		html := rendered(t, r, lang, "start", samples()["start"][0])
		for _, key := range []string{"unreviewed.text", "safety.danger", "safety.address", "deadline.notice"} {
			want := lang != "de" && (lang != "de-simple" || key != "unreviewed.text") // the note itself need not be said in German twice
			count := strings.Count(html, r.T("de", key))
			if lang == "de" && key != "unreviewed.text" {
				want = true // the page's own words
			}
			if got := count > 0; got != want {
				t.Errorf("%s: German %s shown: got %v, want %v", lang, key, got, want)
			}
		}
	}
}

// TestOneTextarea: scripts rely on "what happened" being the first of the form.
func TestOneTextarea(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, lang := range r.Languages() {
		p := parse(t, lang, rendered(t, r, lang, "report", samples()["report"][0]))
		if got := attribute(p.elements("textarea")[0], "name"); got != "text" {
			t.Errorf("%s: the first text field is %q", lang, got)
		}
	}
}
