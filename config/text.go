package config

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/goccy/go-yaml"
)

// A Text is a text of the office in several languages: language tag to text. In the file it is either such
// a map or one plain text, which then stands for every language under the empty tag. Nil is the empty text.
type Text map[string]string

// In returns the text in the language, else the one for every language, else the German one, else the one
// whose tag sorts first, and which language it is in; "" if that is unknown or there is no text.
func (t Text) In(lang string) (text, in string) {
	for _, tag := range []string{lang, "", "de"} {
		if s, ok := t[tag]; ok {
			return s, tag
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		return t[tag], tag
	}
	return "", ""
}

var errText = errors.New("want a text, or a map of language to text")

// UnmarshalYAML reads a plain text or a map of language to text.
func (t *Text) UnmarshalYAML(_ context.Context, read func(any) error) error {
	var one string
	if err := read(&one); err == nil {
		*t = nil
		if one != "" {
			*t = Text{"": one}
		}
		return nil
	}
	var many map[string]string
	if err := read(&many); err != nil {
		return errText
	}
	*t = many
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (t Text) MarshalYAML() (any, error) {
	if len(t) == 0 {
		return "", nil
	}
	if one, ok := t[""]; ok && len(t) == 1 {
		return one, nil
	}
	return map[string]string(t), nil
}

var (
	_ yaml.InterfaceUnmarshalerContext = (*Text)(nil)
	_ yaml.InterfaceMarshaler          = Text(nil)
)
