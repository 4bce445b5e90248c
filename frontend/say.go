package frontend

import (
	"html/template"
	"maps"
	"slices"
	"strings"
)

// Said is a text of the office in the language of a page, or in another one if
// the office did not write it in that. Lang and Dir are then the attributes that
// say so; they are empty where the text is in the page's own language.
type Said struct {
	Text string
	Lang string
	Dir  string
}

// Paragraphs cuts the text at its empty lines.
func (s Said) Paragraphs() []string {
	var all []string
	for _, p := range strings.Split(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// say picks the text for a language: its own, the one for every language, the
// German one, or else the one whose tag sorts first.
func (r *Renderer) say(l *Locale, text map[string]string) Said {
	for _, tag := range append([]string{l.Tag, "", source}, slices.Sorted(maps.Keys(text))...) {
		s, ok := text[tag]
		switch {
		case !ok:
		case tag == l.Tag || tag == "":
			return Said{Text: s}
		default:
			return Said{Text: s, Lang: tag, Dir: direction(tag)}
		}
	}
	return Said{}
}

func direction(tag string) string {
	for _, l := range languages {
		if l.Tag == tag {
			return l.Dir
		}
	}
	return "ltr"
}

// places are the pages that every footer leads to, in its order.
var places = [...]string{"report", "mailbox", "rights", "privacy", "accessibility", "imprint", "safety"}

// sitePath is the path of a template's page below its language.
func sitePath(name string) string {
	switch {
	case name == "receipt":
		return "report"
	case name == "statistics", slices.Contains(places[:], name):
		return name
	}
	return ""
}

// tel makes a link of a number. Whatever is no digit, plus sign or space stays out.
func tel(number string) template.URL {
	digits := strings.Map(func(c rune) rune {
		if c == '+' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, number)
	return template.URL("tel:" + digits) //nolint:gosec // only digits and + are left
}
