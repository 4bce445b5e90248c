package caseweb

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

func TestActFaults(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	for _, tt := range []struct {
		path   string
		change map[string]any // nil takes a field away
		field  string
	}{
		{"notes", map[string]any{"op": "x"}, "op"},
		{"notes", map[string]any{"op": strings.ToUpper(newID()) + "A"}, "op"},
		{"notes", map[string]any{"op": nil}, "op"},
		{"notes", map[string]any{"rev": 0}, "rev"},
		{"notes", map[string]any{"rev": nil}, "rev"},
		{"notes", map[string]any{"rev": "1"}, "body"},
		{"notes", map[string]any{"box": nil}, "box"},
		{"notes", map[string]any{"box": []byte("in plain words")}, "box"},
		{"notes", map[string]any{"box": "no base64!"}, "body"},
		{"notes", map[string]any{"epoch": nil}, "epoch"},
		{"notes", map[string]any{"text": "in plain words"}, "body"},
		{"answers", map[string]any{"box": box(1)}, "box"},
		{"codings", map[string]any{"year": nil}, "year"},
		{"codings", map[string]any{"taxonomy": 0}, "taxonomy"},
		{"codings", map[string]any{"grounds": []string{"religion_belief"}}, "body"},
		{"cards", map[string]any{"box": random(1051)}, "box"},
		{"transitions", map[string]any{"to": nil}, "to"},
		{"transitions", map[string]any{"to": "heaven"}, "to"},
		{"transitions", map[string]any{"code": "because she said so"}, "code"},
		{"transitions", map[string]any{"resume": "tomorrow"}, "resume"},
		{"transitions", map[string]any{"checks": []string{"in my own words"}}, "checks"},
		{"assignments", map[string]any{"member": nil}, "member"},
		{"assignments", map[string]any{"member": "x"}, "member"},
		{"deadlines", map[string]any{"due": "2026-02-30"}, "due"},
		{"consents", map[string]any{"rung": "all_of_it"}, "rung"},
		{"consents", map[string]any{"rung": nil}, "rung"},
		{"consents", map[string]any{"text": "Ja, ich will"}, "text"},
		{"consents", map[string]any{"text": nil}, "text"},
		{"consents", map[string]any{"track": "fast"}, "track"},
		{"requests", map[string]any{"act": "forget"}, "act"},
		{"requests", map[string]any{"act": nil}, "act"},
		{"approvals", map[string]any{"of": "x"}, "of"},
		{"approvals", map[string]any{"of": nil}, "of"},
		{"access", map[string]any{"box": box(1)}, "body"},
	} {
		in := map[string]any{"rev": 1, "op": newID()}
		for k, v := range fieldsOf(tt.path, c.member) {
			in[k] = v
		}
		for k, v := range tt.change {
			in[k] = v
			if v == nil {
				delete(in, k)
			}
		}
		what := fmt.Sprintf("%s with %v", tt.path, tt.change)
		status, answer, _ := c.call(t, "POST", "/cases/"+string(id)+"/"+tt.path, in)
		wants(t, what, status, answer, http.StatusUnprocessableEntity, "form")
		var f struct{ Fields incident.Faults }
		if err := json.Unmarshal(answer, &f); err != nil || len(f.Fields) == 0 || f.Fields[0].Field != tt.field {
			t.Errorf("%s: faults %v, want one of %s", what, f.Fields, tt.field)
		}
		if strings.Contains(string(answer), "words") || strings.Contains(string(answer), "said") {
			t.Errorf("%s: the answer quotes what was typed: %s", what, answer)
		}
	}
	if events, _ := o.db.File(t.Context(), id); len(events) != 1 {
		t.Errorf("%d events after faults only, want 1", len(events))
	}
}

func TestStrictReading(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	path := "/cases/" + string(id) + "/access"
	good := `{"rev":1,"op":"` + newID() + `"}`
	for name, in := range map[string]string{
		"empty": " ", "array": "[]", "cut": good[:20], "two values": good + good, "trailing": good + "x", "a number": "1",
	} {
		status, answer, _ := c.call(t, "POST", path, in)
		wants(t, name, status, answer, http.StatusUnprocessableEntity, "form")
	}
	q := &client{o: o, token: c.token, extra: http.Header{"Content-Type": {"text/plain"}}}
	status, answer, _ := q.call(t, "POST", path, good)
	wants(t, "text/plain", status, answer, http.StatusUnsupportedMediaType, "media_type")
	status, answer, _ = c.call(t, "POST", path, good[:len(good)-1]+strings.Repeat(" ", boxBody)+"}")
	wants(t, "too large", status, answer, http.StatusRequestEntityTooLarge, "too_large")
	if status, answer, _ = c.call(t, "POST", path, good+"\n  "); status != http.StatusCreated {
		t.Errorf("white space behind: %d %s, want 201", status, answer)
	}
}

func TestForeignPages(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	for name, header := range map[string]http.Header{
		"cross-site": {"Sec-Fetch-Site": {"cross-site"}}, "sibling": {"Sec-Fetch-Site": {"same-site"}}, "origin": {"Origin": {"https://evil.example"}},
	} {
		c.extra = header
		w := c.send(t, "POST", APIPrefix+"/cases/"+string(id)+"/access", map[string]any{"rev": 1, "op": newID()})
		if w.Code != http.StatusForbidden {
			t.Errorf("%s: %d, want 403", name, w.Code)
		}
	}
}
