package web

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// keys walks over JSON that has been decoded already, so that it is known to be
// well-formed: decoding it a second time for its keys would cost as much as the
// first time.
type keys struct {
	json []byte
	at   int
}

// exact reads the next value, which is known to fit t, and says whether its keys
// are written as t's are and none comes twice: encoding/json takes OP for op,
// and the last of two. A nil t has no keys to compare.
func (k *keys) exact(t reflect.Type) bool {
	t = pointed(t)
	switch k.next() {
	case '[':
		for k.at++; k.next() != ']'; {
			if !k.exact(elem(t)) {
				return false
			}
		}
		k.at++
	case '{':
		seen := map[string]bool{}
		for k.at++; k.next() != '}'; {
			name := k.text()
			inside, ok := member(t, name)
			if !ok || seen[name] || !k.exact(inside) {
				return false
			}
			seen[name] = true
		}
		k.at++
	case '"':
		k.skip()
	default:
		for k.at < len(k.json) && strings.IndexByte(",]} \t\r\n", k.json[k.at]) < 0 {
			k.at++
		}
	}
	return true
}

// next gives the first letter of what comes, behind white space, commas and colons.
func (k *keys) next() byte {
	for strings.IndexByte(" \t\r\n,:", k.json[k.at]) >= 0 {
		k.at++
	}
	return k.json[k.at]
}

// skip gives the text that begins here as it is written, with its quotes.
func (k *keys) skip() []byte {
	start := k.at
	for k.at++; ; k.at++ {
		k.at += bytes.IndexByte(k.json[k.at:], '"')
		escapes := k.at
		for k.json[escapes-1] == '\\' {
			escapes--
		}
		if (k.at-escapes)%2 == 0 {
			break
		}
	}
	k.at++
	return k.json[start:k.at]
}

// text reads the text that begins here.
func (k *keys) text() string {
	written := k.skip()
	if bytes.IndexByte(written, '\\') < 0 {
		return string(written[1 : len(written)-1])
	}
	var name string
	_ = json.Unmarshal(written, &name) // decoded once already
	return name
}

// elem gives the type of a list's or a map's values.
func elem(t reflect.Type) reflect.Type {
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map) {
		return t.Elem()
	}
	return nil
}

// member gives the type under a key of an object of type t.
func member(t reflect.Type, key string) (inside reflect.Type, ok bool) {
	if t == nil || t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return elem(t), true
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			if inside, ok = member(pointed(f.Type), key); ok {
				return inside, true
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		if f.IsExported() && name == key {
			return f.Type, true
		}
	}
	return nil, false
}

// pointed gives the type behind pointers.
func pointed(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
