package apidoc

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
)

const small = `{
  "openapi": "3.1.0", "info": {}, "paths": {
    "/things/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "post": {"operationId": "change", "tags": ["x"], "summary": "Changes */ a thing.",
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}}, "default": {"$ref": "#/components/responses/None"}}}
    },
    "/raw": {"get": {"operationId": "raw", "tags": ["x"], "security": [], "parameters": [{"$ref": "#/components/parameters/after"}],
      "responses": {"200": {"description": "", "content": {"application/octet-stream": {}}}}}}
  },
  "components": {
    "parameters": {"after": {"name": "after", "in": "query", "schema": {"type": "string"}}},
    "responses": {"None": {"description": "nothing"}},
    "schemas": {
      "Thing": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 4}, "colour": {"type": "string", "enum": ["red", "blue"]},
        "size": {"type": "integer", "minimum": 1, "maximum": 9}, "old": {"type": "boolean", "description": "Made before."},
        "code": {"type": "string", "pattern": "^[a-z]+$"}, "parts": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/components/schemas/Thing"}},
        "moods": {"type": "array", "items": {"type": "string", "enum": ["up", "down"]}}}},
      "Things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
      "Free": {"type": "object"}
    }
  }
}`

func TestCheck(t *testing.T) {
	d, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		json string
		want string // part of the error; "" for none
	}{
		{`{"name":"abc"}`, ""},
		{`{"name":"äöü!"}`, ""},
		{`{"name":"abc","colour":"red","size":9,"old":true,"code":"x","parts":[{"name":"xy"}],"moods":[]}` + " \n", ""},
		{`{}`, "name: missing"},
		{`{"name":"abc","weight":1}`, "weight: not described"},
		{`{"name":null}`, "no string"},
		{`{"name":"a"}`, "1 letters"},
		{`{"name":"abcde"}`, "5 letters"},
		{`{"name":"abc","colour":"green"}`, "not listed"},
		{`{"name":"abc","size":0}`, "out of range"},
		{`{"name":"abc","size":10}`, "out of range"},
		{`{"name":"abc","size":1.5}`, "no integer"},
		{`{"name":"abc","size":"1"}`, "no number"},
		{`{"name":"abc","old":0}`, "no boolean"},
		{`{"name":"abc","code":"X"}`, "does not match"},
		{`{"name":"abc","parts":[]}`, "0 items"},
		{`{"name":"abc","parts":{}}`, "no array"},
		{`{"name":"abc","parts":[{"name":"x"}]}`, "$.parts[0].name: 1 letters"},
		{`[]`, "no object"},
		{`{"name":"abc"}{}`, "something follows"},
		{`{"name":`, "reading JSON"},
	} {
		err := d.Check("Thing", []byte(tt.json))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.json, err, tt.want)
		}
	}
	if err := d.Check("Free", []byte(`{"a":1}`)); err != nil {
		t.Errorf("an object without rules: %v", err)
	}
	if err := d.Check("Missing", []byte(`{}`)); err == nil {
		t.Error("a schema that is not there was fulfilled")
	}
}

func TestReadRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"unknown keyword":     {`"minLength": 2`, `"format": "email"`},
		"unknown type":        {`"operationId": "raw"`, `"operationID": "raw", "x": 1`},
		"lost reference":      {`"$ref": "#/components/schemas/Thing"}}}`, `"$ref": "#/components/schemas/Lost"}}}`},
		"lost parameter":      {`parameters/after"}`, `parameters/before"}`},
		"lost response":       {`responses/None"}`, `responses/Some"}`},
		"broken pattern":      {`^[a-z]+$`, `^[a-z+$`},
		"required, not there": {`["name"]`, `["name", "weight"]`},
		"same id twice":       {`"operationId": "raw"`, `"operationId": "change"`},
		"no tag":              {`"operationId": "raw", "tags": ["x"]`, `"operationId": "raw", "tags": []`},
		"unknown method":      {`"/raw": {"get"`, `"/raw": {"patch"`},
		"a schema twice":      {`"Free": {`, `"Things": {`},
		"odd status":          {`{"200": {"description": "", "content": {"application/octet`, `{"OK": {"description": "", "content": {"application/octet`},
	} {
		if !strings.Contains(small, change[0]) {
			t.Fatalf("%s: nothing to change", name)
		}
		if d, err := Read([]byte(strings.Replace(small, change[0], change[1], 1))); err == nil || d != nil {
			t.Errorf("%s: was read", name)
		}
	}
}

func TestOperations(t *testing.T) {
	d, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	ops := d.Operations()
	if len(ops) != 2 {
		t.Fatalf("%d calls, want 2", len(ops))
	}
	change, raw := ops[0], ops[1]
	if change.ID != "change" || change.Method != http.MethodPost || change.Request != "Thing" || change.Open {
		t.Errorf("first call %+v", change)
	}
	if !raw.Open || len(raw.Queries) != 1 || raw.Queries[0] != "after" || !raw.Answers["200"].Raw {
		t.Errorf("second call %+v", raw)
	}
}

func TestTypeScript(t *testing.T) {
	d, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	got := d.TypeScript()
	const want = tsHead + `
export interface Thing {
  name: string;
  colour?: 'red' | 'blue';
  size?: number;
  /** Made before. */
  old?: boolean;
  code?: string;
  parts?: Thing[];
  moods?: ('up' | 'down')[];
}

export type Things = Thing[];

export type Free = Record<string, unknown>;

/** All calls by their name: what is sent, and what comes back if all went well. */
export interface Calls {
  /** Changes * / a thing. */
  change: { method: 'POST'; path: '/things/{id}'; request: Thing; answer: Things };
  raw: { method: 'GET'; path: '/raw'; request: undefined; answer: ArrayBuffer };
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOursIsReadTheSameEachTime(t *testing.T) {
	b, err := os.ReadFile("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var first []byte
	for range 5 {
		d, err := Read(b)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = d.TypeScript()
		}
		if !bytes.Equal(first, d.TypeScript()) {
			t.Fatal("the same file gave other types")
		}
	}
}
