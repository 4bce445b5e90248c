package frontend

import "io/fs"

// Embedded is what the program carries, for tests that take parts of it away.
var Embedded fs.FS = embedded

// Build is New on other files.
var Build = build

// Fingerprint is what a review keeps of a German text.
var Fingerprint = fingerprint

// T returns one text of a language.
func (r *Renderer) T(lang, key string, args ...any) string { return r.Locale(lang).T(key, args...) }

// Dir returns the writing direction of a language.
func (r *Renderer) Dir(lang string) string { return r.Locale(lang).Dir }

// Keys lists the keys of a locale and whether each has plural forms.
func Keys(l *Locale) map[string]bool {
	keys := map[string]bool{}
	for key, m := range l.messages {
		keys[key] = m.forms != nil
	}
	return keys
}

// Forms gives a text by plural category, or under "" if it has none.
func Forms(l *Locale, key string) map[string]string {
	m := l.messages[key]
	if m.forms == nil {
		return map[string]string{"": m.text}
	}
	forms := map[string]string{}
	for name, category := range categories {
		if text, ok := m.forms[category]; ok {
			forms[name] = text
		}
	}
	return forms
}
