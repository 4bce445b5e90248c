package caseweb

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/caseweb/apidoc"
	"github.com/beistand/beistand/internal/incident"
)

func TestRoutesAreTheOnesDescribed(t *testing.T) {
	o := newOffice(t)
	var laid, described []string
	for _, r := range o.engine.Routes() {
		if call := r.Method + " " + r.Path; !slices.Contains(outside, call) {
			laid = append(laid, parameter.ReplaceAllString(call, "{$1}"))
		}
	}
	for _, op := range o.doc.Operations() {
		if op.Tag != "office" {
			continue
		}
		described = append(described, op.Method+" "+op.Path)
		row, ok := o.policyOf(op.Method, strings.NewReplacer("{", ":", "}", "").Replace(op.Path))
		if ok && row.policy.open != op.Open {
			t.Errorf("%s %s: open %v in the table, %v in the file", op.Method, op.Path, row.policy.open, op.Open)
		}
	}
	slices.Sort(laid)
	slices.Sort(described)
	if !slices.Equal(laid, described) {
		t.Errorf("laid\n%s\ndescribed\n%s", strings.Join(laid, "\n"), strings.Join(described, "\n"))
	}
}

func TestDescriptionIsServed(t *testing.T) {
	o := newOffice(t)
	w := (&client{o: o}).send(t, "GET", APIPrefix+"/openapi.json", nil)
	if !bytes.Equal(w.Body.Bytes(), openAPI) {
		t.Error("what is served is not the file")
	}
}

func TestTypesAreCurrent(t *testing.T) {
	d, err := apidoc.Read(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../frontend/src/shared/api.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, d.TypeScript()) {
		t.Error("frontend/src/shared/api.ts is not made of this openapi.json: run go generate ./internal/caseweb")
	}
}

// TestWordsAreTheField holds the enumerations of the file to incident.
func TestWordsAreTheField(t *testing.T) {
	d, err := apidoc.Read(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	enum := func(name string) []string { return d.Components.Schemas.Values[name].Enum }
	var states []string
	for _, s := range incident.States {
		states = append(states, string(s))
	}
	if !slices.Equal(enum("State"), states) {
		t.Errorf("states %v, want %v", enum("State"), states)
	}
	if !slices.Equal(enum("Rung"), incident.Rungs) {
		t.Errorf("rungs %v, want %v", enum("Rung"), incident.Rungs)
	}
	for _, k := range enum("Kind") {
		if !incident.Kind(k).OfCase() {
			t.Errorf("kind %s is none of a case", k)
		}
	}
	for _, r := range enum("Role") {
		if !incident.Role(r).Valid() {
			t.Errorf("role %s is unknown", r)
		}
	}
	public := d.Components.Schemas.Values["Public"]
	full := fullPublic(t)
	if err := d.Check("Public", full); err != nil {
		t.Errorf("public fields: %v", err)
	}
	var fields map[string]any
	if err := json.Unmarshal(full, &fields); err != nil {
		t.Fatal(err)
	}
	if len(fields) != len(public.Properties.Keys) {
		t.Errorf("incident has %d public fields of a case, the file %d", len(fields), len(public.Properties.Keys))
	}
}

// fullPublic writes every public field that a case can have.
func fullPublic(t *testing.T) []byte {
	t.Helper()
	yes := true
	id := newID()
	text, err := incident.Public{
		Epoch: 1, Desk: city, From: body, Track: incident.TrackReport, Att: []incident.Attachment{{ID: id, Chunks: 1}}, Rung: "read_it",
		Text: "art9/1", Due: "2026-11-23", Hold: &yes, Year: 2026, Taxonomy: 1, Code: "spam", Resume: "2026-12-01",
		Checks: []string{"art9"}, Member: incident.MemberID(id), Role: incident.RoleCaseworker, Act: incident.ActErase, Of: id, Rev: 1,
	}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}
