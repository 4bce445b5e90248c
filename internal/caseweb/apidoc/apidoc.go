// Package apidoc reads the OpenAPI file of the calls, writes TypeScript types
// from it, and holds JSON against its schemas.
//
// It knows the part of OpenAPI 3.1 and JSON Schema that our file uses and
// refuses every other keyword, so that nothing is silently not checked. It is
// for the generator and for tests; no running site uses it.
package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Document is an OpenAPI file.
type Document struct {
	OpenAPI    string                           `json:"openapi"`
	Info       map[string]any                   `json:"info"`
	Servers    []map[string]string              `json:"servers"`
	Tags       []map[string]string              `json:"tags"`
	Security   []map[string][]string            `json:"security"`
	Paths      Ordered[map[string]rawOperation] `json:"-"`
	RawPaths   json.RawMessage                  `json:"paths"`
	Components Components                       `json:"components"`
}

// Components are the named parts of a Document.
type Components struct {
	SecuritySchemes map[string]any       `json:"securitySchemes"`
	Parameters      map[string]Parameter `json:"parameters"`
	Responses       map[string]Response  `json:"responses"`
	Schemas         Ordered[Schema]      `json:"schemas"`
}

// A Parameter stands in a path or a query.
type Parameter struct {
	Ref         string `json:"$ref"`
	Name        string `json:"name"`
	In          string `json:"in"`
	Required    bool   `json:"required"`
	Description string `json:"description"`
	Schema      Schema `json:"schema"`
}

// A Response is one answer of a call.
type Response struct {
	Ref         string             `json:"$ref"`
	Description string             `json:"description"`
	Content     map[string]Content `json:"content"`
}

// Content is a body in one media type; Schema is nil for raw bytes.
type Content struct {
	Schema *Schema `json:"schema"`
}

type rawOperation struct {
	OperationID string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Security    []map[string][]string `json:"security"`
	Summary     string                `json:"summary"`
	Parameters  []Parameter           `json:"parameters"`
	Body        struct {
		Required bool               `json:"required"`
		Content  map[string]Content `json:"content"`
	} `json:"requestBody"`
	Responses map[string]Response `json:"responses"`
}

// An Operation is one call.
type Operation struct {
	ID      string
	Tag     string
	Summary string
	Method  string // upper case
	Path    string // with {name}
	Open    bool   // needs no session
	Request string // name of the body's schema, "" if there is none
	Answers map[string]Body
	Queries []string // names of query parameters
}

// A Body is what an answer carries.
type Body struct {
	Schema *Schema // nil: nothing, or raw bytes
	Raw    bool    // bytes that are no JSON
}

// Ordered is a JSON object that keeps the order of its keys.
type Ordered[T any] struct {
	Keys   []string
	Values map[string]T
}

// UnmarshalJSON reads an object; a key that stands twice is an error.
func (o *Ordered[T]) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("reading an object: unexpected %v", t)
	}
	o.Values = map[string]T{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		key := t.(string)
		var v T
		if err := strict(raw, &v); err != nil {
			return fmt.Errorf("reading %q: %w", key, err)
		}
		if _, twice := o.Values[key]; twice {
			return fmt.Errorf("reading %q: it stands twice", key)
		}
		o.Keys = append(o.Keys, key)
		o.Values[key] = v
	}
	return nil
}

func strict(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// Read reads an OpenAPI file and checks that every reference leads somewhere.
func Read(b []byte) (*Document, error) {
	var d Document
	if err := strict(b, &d); err != nil {
		return nil, fmt.Errorf("reading OpenAPI file: %w", err)
	}
	paths, err := readPaths(d.RawPaths)
	if err != nil {
		return nil, fmt.Errorf("reading OpenAPI paths: %w", err)
	}
	d.Paths = paths
	for _, name := range d.Components.Schemas.Keys {
		s := d.Components.Schemas.Values[name]
		if err := d.resolve(&s); err != nil {
			return nil, fmt.Errorf("reading schema %s: %w", name, err)
		}
	}
	if _, err := d.operations(); err != nil {
		return nil, err
	}
	return &d, nil
}

// readPaths sets aside the parameters that a path shares among its methods.
func readPaths(raw []byte) (Ordered[map[string]rawOperation], error) {
	var loose Ordered[map[string]json.RawMessage]
	out := Ordered[map[string]rawOperation]{Values: map[string]map[string]rawOperation{}}
	if err := json.Unmarshal(raw, &loose); err != nil {
		return out, err
	}
	for _, path := range loose.Keys {
		ops := map[string]rawOperation{}
		var shared []Parameter
		if p, ok := loose.Values[path]["parameters"]; ok {
			if err := strict(p, &shared); err != nil {
				return out, fmt.Errorf("%s: %w", path, err)
			}
		}
		for method, body := range loose.Values[path] {
			if method == "parameters" {
				continue
			}
			var op rawOperation
			if err := strict(body, &op); err != nil {
				return out, fmt.Errorf("%s %s: %w", method, path, err)
			}
			op.Parameters = append(slices.Clone(shared), op.Parameters...)
			ops[method] = op
		}
		out.Keys = append(out.Keys, path)
		out.Values[path] = ops
	}
	return out, nil
}

// Operations lists the calls in the order of the file.
func (d *Document) Operations() []Operation {
	ops, err := d.operations()
	if err != nil {
		return nil // Read has refused such a file
	}
	return ops
}

var methods = []string{"get", "post", "put", "delete"}

func (d *Document) operations() ([]Operation, error) {
	var all []Operation
	seen := map[string]bool{}
	for _, path := range d.Paths.Keys {
		for method := range d.Paths.Values[path] {
			if !slices.Contains(methods, method) {
				return nil, fmt.Errorf("reading %s: unknown method %q", path, method)
			}
		}
		for _, method := range methods {
			raw, ok := d.Paths.Values[path][method]
			if !ok {
				continue
			}
			op, err := d.operation(path, method, raw)
			if err != nil {
				return nil, fmt.Errorf("reading %s %s: %w", method, path, err)
			}
			if seen[op.ID] || op.ID == "" || op.Tag == "" {
				return nil, fmt.Errorf("reading %s %s: operationId and one tag are needed, once", method, path)
			}
			seen[op.ID] = true
			all = append(all, op)
		}
	}
	return all, nil
}

func (d *Document) operation(path, method string, raw rawOperation) (Operation, error) {
	op := Operation{
		ID: raw.OperationID, Summary: raw.Summary, Method: strings.ToUpper(method), Path: path,
		Open: raw.Security != nil && len(raw.Security) == 0, Answers: map[string]Body{},
	}
	if len(raw.Tags) == 1 {
		op.Tag = raw.Tags[0]
	}
	if c, ok := raw.Body.Content["application/json"]; ok && c.Schema != nil {
		op.Request = refName(c.Schema.Ref)
		if _, ok := d.Components.Schemas.Values[op.Request]; !ok {
			return op, fmt.Errorf("request body %q is not there", op.Request)
		}
	}
	for _, p := range raw.Parameters {
		if p.Ref != "" {
			named, ok := d.Components.Parameters[refName(p.Ref)]
			if !ok {
				return op, fmt.Errorf("parameter %q is not there", p.Ref)
			}
			p = named
		}
		if p.In == "query" {
			op.Queries = append(op.Queries, p.Name)
		}
	}
	for status, r := range raw.Responses {
		if _, err := strconv.Atoi(status); err != nil && status != "default" {
			return op, fmt.Errorf("status %q", status)
		}
		if r.Ref != "" {
			named, ok := d.Components.Responses[refName(r.Ref)]
			if !ok {
				return op, fmt.Errorf("response %q is not there", r.Ref)
			}
			r = named
		}
		body := Body{}
		for kind, c := range r.Content {
			body.Schema, body.Raw = c.Schema, kind != "application/json"
		}
		if body.Schema != nil {
			if err := d.resolve(body.Schema); err != nil {
				return op, err
			}
		}
		op.Answers[status] = body
	}
	return op, nil
}

// refName gives the last part of a reference.
func refName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
