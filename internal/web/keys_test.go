package web

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

type inner struct {
	ID string `json:"id"`
}

type outer struct {
	inner

	Op   string           `json:"op"`
	List []inner          `json:"list"`
	Next *outer           `json:"next"`
	Map  map[string]inner `json:"map"`
	Any  any              `json:"any"`
}

// tokens says what keys.exact must say, by reading the text a second time with
// the library's own reader.
func tokens(dec *json.Decoder, t reflect.Type) bool {
	t = pointed(t)
	token, err := dec.Token()
	if err != nil {
		return false
	}
	switch token {
	case json.Delim('['):
		for dec.More() {
			if !tokens(dec, elem(t)) {
				return false
			}
		}
	case json.Delim('{'):
		seen := map[string]bool{}
		for dec.More() {
			key, err := dec.Token()
			name, _ := key.(string)
			inside, ok := member(t, name)
			if err != nil || !ok || seen[name] || !tokens(dec, inside) {
				return false
			}
			seen[name] = true
		}
	default:
		return true
	}
	_, err = dec.Token()
	return err == nil
}

func FuzzKeys(f *testing.F) {
	for _, seed := range []string{
		`{"op":"x","id":"1","list":[{"id":"a"},{"ID":"b"}]}`, ` { "op" : "\\" , "any" : {"a\"":[1,-2.5e3,true,null],"a\"":0} } `,
		`{"o\u0070":"x"}`, `{"op":"x","o\u0070":"y"}`, `{"next":{"next":{"Op":"x"}}}`, `{"map":{"}":{"id":"]"},"\\\"":{}}}`, `{}`, `[]`, `"{"`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var v outer
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		if dec.Decode(&v) != nil {
			return
		}
		want := tokens(json.NewDecoder(bytes.NewReader(body)), reflect.TypeFor[outer]())
		walk := keys{json: body}
		if got := walk.exact(reflect.TypeFor[outer]()); got != want {
			t.Errorf("%q: %v, want %v", body, got, want)
		}
	})
}

func BenchmarkKeys(b *testing.B) {
	body, err := json.Marshal(outer{Op: string(bytes.Repeat([]byte("box"), 5_000))})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		walk := keys{json: body}
		walk.exact(reflect.TypeFor[outer]())
	}
}
