package audit

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The auditor reads and writes JSON by itself: a mistake in the reader of the package that rounds must not be
// a mistake of the one that checks it.

var errJSON = errors.New("not JSON of whole numbers, texts, lists and objects")

const deepest = 16

type reader struct {
	text []byte
	at   int
}

// parse reads one value into map[string]any, []any, string, int64 and bool.
func parse(text []byte) (v any, err error) {
	r := &reader{text: text}
	if v, err = r.value(deepest); err != nil {
		return nil, fmt.Errorf("reading byte %d: %w", r.at, err)
	}
	if r.space(); r.at != len(text) {
		return nil, fmt.Errorf("reading byte %d: %w", r.at, errJSON)
	}
	return v, nil
}

func (r *reader) space() {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\n' || r.text[r.at] == '\r' || r.text[r.at] == '\t') {
		r.at++
	}
}

func (r *reader) take(word string) bool {
	if len(r.text)-r.at < len(word) || string(r.text[r.at:r.at+len(word)]) != word {
		return false
	}
	r.at += len(word)
	return true
}

func (r *reader) value(depth int) (any, error) {
	r.space()
	if depth == 0 || r.at == len(r.text) {
		return nil, errJSON
	}
	switch c := r.text[r.at]; {
	case c == '{':
		return r.object(depth - 1)
	case c == '[':
		return r.list(depth - 1)
	case c == '"':
		return r.str()
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	case r.take("true"):
		return true, nil
	case r.take("false"):
		return false, nil
	}
	return nil, errJSON
}

func (r *reader) number() (any, error) {
	start := r.at
	for r.at < len(r.text) && (r.text[r.at] == '-' || r.text[r.at] >= '0' && r.text[r.at] <= '9') {
		r.at++
	}
	word := string(r.text[start:r.at])
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != word || n >= 1<<53 || n <= -1<<53 {
		return nil, errJSON
	}
	if r.at < len(r.text) && (r.text[r.at] == '.' || r.text[r.at] == 'e' || r.text[r.at] == 'E') {
		return nil, errJSON
	}
	return n, nil
}

func (r *reader) list(depth int) (any, error) {
	list := []any{}
	r.at++
	if r.space(); r.take("]") {
		return list, nil
	}
	for {
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if r.space(); r.take("]") {
			return list, nil
		}
		if !r.take(",") {
			return nil, errJSON
		}
	}
}

func (r *reader) object(depth int) (any, error) {
	object := map[string]any{}
	r.at++
	if r.space(); r.take("}") {
		return object, nil
	}
	for {
		r.space()
		if r.at == len(r.text) || r.text[r.at] != '"' {
			return nil, errJSON
		}
		name, err := r.str()
		if err != nil {
			return nil, err
		}
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("member %q stands there twice", name)
		}
		if r.space(); !r.take(":") {
			return nil, errJSON
		}
		if object[name], err = r.value(depth); err != nil {
			return nil, err
		}
		if r.space(); r.take("}") {
			return object, nil
		}
		if !r.take(",") {
			return nil, errJSON
		}
	}
}

func (r *reader) str() (string, error) {
	var s []byte
	for r.at++; r.at < len(r.text); {
		c := r.text[r.at]
		switch {
		case c == '"':
			r.at++
			return string(s), nil
		case c < 0x20:
			return "", errJSON
		case c == '\\':
			letter, err := r.escape()
			if err != nil {
				return "", err
			}
			s = utf8.AppendRune(s, letter)
		default:
			letter, n := utf8.DecodeRune(r.text[r.at:])
			if letter == utf8.RuneError {
				return "", errJSON
			}
			s = append(s, r.text[r.at:r.at+n]...)
			r.at += n
		}
	}
	return "", errJSON
}

func (r *reader) escape() (rune, error) {
	const short, means = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if r.at++; r.at == len(r.text) {
		return 0, errJSON
	}
	for i := range len(short) {
		if r.text[r.at] == short[i] {
			r.at++
			return rune(means[i]), nil
		}
	}
	first, err := r.hex()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	if !r.take(`\`) {
		return 0, errJSON
	}
	second, err := r.hex()
	if letter := utf16.DecodeRune(first, second); err == nil && letter != utf8.RuneError {
		return letter, nil
	}
	return 0, errJSON
}

func (r *reader) hex() (rune, error) {
	if len(r.text)-r.at < 5 || r.text[r.at] != 'u' {
		return 0, errJSON
	}
	n, err := strconv.ParseUint(string(r.text[r.at+1:r.at+5]), 16, 16)
	if err != nil || n == utf8.RuneError {
		return 0, errJSON
	}
	r.at += 5
	return rune(n), nil
}

// write returns the RFC 8785 form.
func write(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return writeText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = write(b, e)
		}
		return append(b, ']')
	case map[string]any:
		names := slices.Collect(maps.Keys(v))
		slices.SortFunc(names, func(x, y string) int { return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y))) })
		b = append(b, '{')
		for i, name := range names {
			if i > 0 {
				b = append(b, ',')
			}
			b = write(append(writeText(b, name), ':'), v[name])
		}
		return append(b, '}')
	}
	return b
}

func writeText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(s) {
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\f':
			b = append(b, `\f`...)
		case '\r':
			b = append(b, `\r`...)
		default:
			if c < 0x20 {
				b = fmt.Appendf(b, `\u%04x`, c)
			} else {
				b = append(b, c)
			}
		}
	}
	return append(b, '"')
}
