package statistics

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Everything that is hashed or signed is JSON of a small kind: objects, arrays, strings, booleans and whole
// numbers below 2^53. No fractions, no null, no member twice.

const (
	maxWhole = 1<<53 - 1
	maxDepth = 16
)

// parse reads one JSON value of that kind into maps, slices, strings, booleans and int.
func parse(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("text is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d, maxDepth)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return v, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, errors.New("not JSON") // the decoder's text would quote the input
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == 0 {
			return nil, errors.New("too many levels")
		}
		if t == '[' {
			return parseArray(d, depth-1)
		}
		return parseObject(d, depth-1)
	case json.Number:
		return parseWhole(string(t))
	case string:
		if strings.ContainsRune(t, utf8.RuneError) {
			return nil, errors.New("a text holds half a letter")
		}
		return t, nil
	case bool:
		return t, nil
	}
	return nil, errors.New("null is not used")
}

func parseWhole(s string) (int, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxWhole || n < -maxWhole || s == "-0" {
		return 0, errors.New("numbers are whole and below 2^53")
	}
	if n > math.MaxInt || n < math.MinInt {
		return 0, errors.New("number too large for this machine")
	}
	return int(n), nil
}

func parseArray(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parseValue(d, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("not JSON")
	}
	return list, nil
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		k, err := parseValue(d, depth)
		if err != nil {
			return nil, err
		}
		name, ok := k.(string)
		if _, twice := object[name]; twice || !ok {
			return nil, fmt.Errorf("member %q stands there twice", name)
		}
		if object[name], err = parseValue(d, depth); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("not JSON")
	}
	return object, nil
}

// decode reads text into v, which points to a struct with json tags, and takes no member that v does not
// name in these very letters. It returns the value as parsed.
func decode(text []byte, v any) (any, error) {
	tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	return tree, fill(reflect.ValueOf(v).Elem(), tree, "")
}

func fill(v reflect.Value, tree any, at string) error {
	wrong := func(want string) error { return fault(at, "want "+want) }
	switch v.Kind() { //nolint:exhaustive // the formats have no other kinds; the rest is an error
	case reflect.Interface:
		v.Set(reflect.ValueOf(tree))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), tree, at)
	case reflect.String:
		s, ok := tree.(string)
		if !ok {
			return wrong("a text")
		}
		v.SetString(s)
	case reflect.Int:
		n, ok := tree.(int)
		if !ok {
			return wrong("a whole number")
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return wrong("true or false")
		}
		v.SetBool(b)
	case reflect.Slice:
		list, ok := tree.([]any)
		if !ok {
			return wrong("a list")
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, e := range list {
			if err := fill(v.Index(i), e, at+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	case reflect.Map, reflect.Struct:
		object, ok := tree.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		if v.Kind() == reflect.Map {
			return fillMap(v, object, at)
		}
		return fillStruct(v, object, at)
	default:
		return wrong("nothing")
	}
	return nil
}

// fault says what is wrong, and where below the top.
func fault(at, what string) error {
	if at = strings.TrimPrefix(at, "."); at != "" {
		what = at + ": " + what
	}
	return errors.New(what)
}

func fillMap(v reflect.Value, object map[string]any, at string) error {
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		e := reflect.New(v.Type().Elem()).Elem()
		if err := fill(e, object[name], at+"."+name); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(name), e)
	}
	return nil
}

func fillStruct(v reflect.Value, object map[string]any, at string) error {
	fields := map[string]int{}
	for i := range v.NumField() {
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = i
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		i, ok := fields[name]
		if !ok {
			return fault(at, fmt.Sprintf("no member %q is known", name))
		}
		if err := fill(v.Field(i), object[name], at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// Canonical returns the bytes of v as RFC 8785 (JCS) writes them. What v holds becomes JSON by its tags; it
// must be of the small kind above.
func canonical(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	tree, err := parse(text.Bytes())
	if err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	return appendCanonical(nil, tree), nil
}

func appendCanonical(b []byte, tree any) []byte {
	switch v := tree.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.SortedFunc(maps.Keys(v), compareUTF16) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, name), ':')
			b = appendCanonical(b, v[name])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(b, e)
		}
		return append(b, ']')
	case string:
		return appendText(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case bool:
		return strconv.AppendBool(b, v)
	}
	return b
}

func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

func appendText(b []byte, s string) []byte {
	const short = "\b\t\n\f\r"
	b = append(b, '"')
	for _, c := range []byte(s) {
		switch i := strings.IndexByte(short, c); {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case i >= 0:
			b = append(b, '\\', "btnfr"[i])
		case c < 0x20:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
