package frontend

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Theme gives an office its colours: KERN's semantic tokens, without the
// prefix --kern-color-, each with a colour for light and for dark screens. It is
// data, not CSS; it cannot change a size, a font or a layout.
type Theme map[string]Shade

// A Shade is one token's colours as #rrggbb.
type Shade struct {
	Light string
	Dark  string
}

// tokens are the colours that KERN itself sets anew in the dark; nothing else
// can be themed.
var tokens = [...]string{
	"action-default", "action-focus-default", "action-on-default", "action-visited",
	"decorative-border-default", "decorative-border-level-1", "decorative-border-level-2", "decorative-brand-default",
	"feedback-danger", "feedback-danger-background", "feedback-default", "feedback-default-background",
	"feedback-info", "feedback-info-background", "feedback-success", "feedback-success-background",
	"feedback-warning", "feedback-warning-background", "form-input-background", "form-input-border",
	"layout-background-default", "layout-background-default-surface", "layout-background-hued",
	"layout-background-inverted", "layout-background-level-1", "layout-background-level-1-surface",
	"layout-background-level-2", "layout-background-level-2-surface", "layout-border", "layout-border-level-1",
	"layout-border-level-2", "layout-text-default", "layout-text-inverse", "layout-text-muted",
}

var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// css writes both colour schemes. An empty theme is no CSS at all.
func (t Theme) css() (string, error) {
	if len(t) == 0 {
		return "", nil
	}
	names := make([]string, 0, len(t))
	for name, shade := range t {
		if !slices.Contains(tokens[:], name) {
			return "", fmt.Errorf("reading the theme: no such token: %q", name)
		}
		if !colour.MatchString(shade.Light) || !colour.MatchString(shade.Dark) {
			return "", fmt.Errorf("reading the theme: token %q wants two colours like #1a3da5", name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	var css strings.Builder
	for _, scheme := range [...]string{"light", "dark"} {
		fmt.Fprintf(&css, "@media (prefers-color-scheme:%s){:root{", scheme)
		for _, name := range names {
			shade := t[name].Light
			if scheme == "dark" {
				shade = t[name].Dark
			}
			fmt.Fprintf(&css, "--kern-color-%s:%s;", name, strings.ToLower(shade))
		}
		css.WriteString("}}")
	}
	return css.String(), nil
}
