package apidoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"unicode/utf8"
)

// A Schema is the part of JSON Schema that the file uses.
type Schema struct {
	Ref                  string          `json:"$ref"`
	Type                 string          `json:"type"`
	Description          string          `json:"description"`
	Properties           Ordered[Schema] `json:"properties"`
	Required             []string        `json:"required"`
	AdditionalProperties *bool           `json:"additionalProperties"`
	Items                *Schema         `json:"items"`
	Enum                 []string        `json:"enum"`
	Pattern              string          `json:"pattern"`
	MinLength            *int            `json:"minLength"`
	MaxLength            *int            `json:"maxLength"`
	Minimum              *int64          `json:"minimum"`
	Maximum              *int64          `json:"maximum"`
	MinItems             *int            `json:"minItems"`
	MaxItems             *int            `json:"maxItems"`
}

// resolve checks that every reference below s leads to a schema and that every
// pattern compiles.
func (d *Document) resolve(s *Schema) error {
	if s.Ref != "" {
		if _, ok := d.Components.Schemas.Values[refName(s.Ref)]; !ok {
			return fmt.Errorf("reference %q leads nowhere", s.Ref)
		}
		return nil
	}
	if _, err := regexp.Compile(s.Pattern); err != nil {
		return err
	}
	for _, name := range s.Required {
		if _, ok := s.Properties.Values[name]; !ok {
			return fmt.Errorf("%q is required and not described", name)
		}
	}
	for _, name := range s.Properties.Keys {
		p := s.Properties.Values[name]
		if err := d.resolve(&p); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if s.Items != nil {
		return d.resolve(s.Items)
	}
	return nil
}

// Check holds one JSON value, and nothing behind it but white space, against a
// named schema.
func (d *Document) Check(name string, body []byte) error {
	return d.CheckSchema(&Schema{Ref: "#/components/schemas/" + name}, body)
}

// CheckSchema holds one JSON value against a schema.
func (d *Document) CheckSchema(s *Schema, body []byte) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("reading JSON: something follows")
	}
	return d.check(s, v, "$")
}

func (d *Document) check(s *Schema, v any, at string) error {
	if s.Ref != "" {
		named, ok := d.Components.Schemas.Values[refName(s.Ref)]
		if !ok {
			return fmt.Errorf("%s: reference %q leads nowhere", at, s.Ref)
		}
		return d.check(&named, v, at)
	}
	switch s.Type {
	case "object":
		return d.checkObject(s, v, at)
	case "array":
		return d.checkArray(s, v, at)
	case "string":
		return checkString(s, v, at)
	case "integer":
		return checkInteger(s, v, at)
	case "boolean":
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s: no boolean", at)
		}
		return nil
	}
	return fmt.Errorf("%s: type %q is not known here", at, s.Type)
}

func (d *Document) checkObject(s *Schema, v any, at string) error {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: no object", at)
	}
	for _, name := range s.Required {
		if _, ok := m[name]; !ok {
			return fmt.Errorf("%s.%s: missing", at, name)
		}
	}
	for name, value := range m {
		p, ok := s.Properties.Values[name]
		if !ok {
			if s.AdditionalProperties != nil && !*s.AdditionalProperties {
				return fmt.Errorf("%s.%s: not described", at, name)
			}
			continue
		}
		if err := d.check(&p, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) checkArray(s *Schema, v any, at string) error {
	a, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s: no array", at)
	}
	if s.MinItems != nil && len(a) < *s.MinItems || s.MaxItems != nil && len(a) > *s.MaxItems {
		return fmt.Errorf("%s: %d items", at, len(a))
	}
	if s.Items == nil {
		return nil
	}
	for i, item := range a {
		if err := d.check(s.Items, item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	return nil
}

func checkString(s *Schema, v any, at string) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%s: no string", at)
	}
	n := utf8.RuneCountInString(text)
	switch {
	case s.MinLength != nil && n < *s.MinLength, s.MaxLength != nil && n > *s.MaxLength:
		return fmt.Errorf("%s: %d letters", at, n)
	case s.Enum != nil && !slices.Contains(s.Enum, text):
		return fmt.Errorf("%s: %q is not listed", at, text)
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text):
		return fmt.Errorf("%s: %q does not match %s", at, text, s.Pattern)
	}
	return nil
}

func checkInteger(s *Schema, v any, at string) error {
	number, ok := v.(json.Number)
	if !ok {
		return fmt.Errorf("%s: no number", at)
	}
	n, err := number.Int64()
	if err != nil {
		return fmt.Errorf("%s: no integer", at)
	}
	if s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
		return fmt.Errorf("%s: %d is out of range", at, n)
	}
	return nil
}
