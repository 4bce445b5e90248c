package caseweb

import (
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// released is an office whose year 2025 is out, and its two coordinators.
func released(t *testing.T) (o *office, first, second *client) {
	t.Helper()
	o = newOffice(t)
	o.lastYear(t, 131)
	first, second = o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
	first.call(t, "POST", "/statistics/2025/draft", o.counted(t, 131, nil))
	if status, answer, _ := second.call(t, "POST", "/statistics/2025/release", o.counted(t, 131, nil)); status != http.StatusCreated {
		t.Fatalf("release: %d %s", status, answer)
	}
	return o, first, second
}

func erratumWords() map[string]any {
	return map[string]any{"de": "Die Tabelle der Arten war falsch beschriftet.", "en": "The table of kinds had wrong labels.", "withdrawn": []string{"t2"}}
}

func TestErrata(t *testing.T) {
	o, first, second := released(t)
	for name, change := range map[string]any{"de": "Es waren 12.", "en": "", "withdrawn": []string{"t9"}} {
		in := erratumWords()
		in[name] = change
		status, answer, _ := first.call(t, "POST", "/statistics/2025/errata", in)
		wants(t, "an erratum with a bad "+name, status, answer, http.StatusUnprocessableEntity, "form")
	}
	status, answer, _ := first.call(t, "POST", "/statistics/2025/errata", erratumWords())
	if status != http.StatusCreated {
		t.Fatalf("erratum: %d %s", status, answer)
	}
	waiting := second.year(t).Released
	if len(waiting.Errata) != 0 || waiting.Proposal == nil || waiting.Proposal.Own || waiting.Proposal.De == "" {
		t.Fatalf("before the second person: %+v", waiting)
	}
	named := map[string]any{"id": waiting.Proposal.ID}
	status, answer, _ = first.call(t, "POST", "/statistics/2025/errata/release", named)
	wants(t, "one's own erratum", status, answer, http.StatusConflict, "second_person")
	status, answer, _ = second.call(t, "POST", "/statistics/2025/errata/release", map[string]any{"id": strings.Repeat("0", 64)})
	wants(t, "another erratum than the one that was read", status, answer, http.StatusConflict, "conflict")
	status, answer, _ = second.call(t, "POST", "/statistics/2025/errata/release", named)
	if status != http.StatusCreated {
		t.Fatalf("release of the erratum: %d %s", status, answer)
	}
	y := first.year(t).Released
	if len(y.Errata) != 1 || y.Errata[0].Withdrawn[0] != "t2" || y.Errata[0].Day != testDay || y.Proposal != nil {
		t.Errorf("errata: %+v", y)
	}
	status, answer, _ = second.call(t, "POST", "/statistics/2025/errata/release", named)
	wants(t, "the same again", status, answer, http.StatusConflict, "conflict")
	lines, err := o.db.Lines(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, e := range lines {
		if fields, err := e.PublicFields(); err == nil && e.Kind == incident.KindEdition && fields.Line.Reason == "erratum" {
			told++
			if e.Actor != string(second.member) || fields.Line.Edition != y.Edition {
				t.Errorf("ledger line %+v of %s", fields.Line, e.Actor)
			}
		}
	}
	if told != 1 {
		t.Errorf("the ledger tells of %d errata", told)
	}
}

func TestErratumIsDropped(t *testing.T) {
	_, first, second := released(t)
	first.call(t, "POST", "/statistics/2025/errata", erratumWords())
	old := first.year(t).Released.Proposal.ID
	in := erratumWords()
	in["withdrawn"] = []string{}
	second.call(t, "POST", "/statistics/2025/errata", in)
	now := first.year(t).Released.Proposal
	if now.ID == old || now.Own {
		t.Fatalf("written anew by another: %+v", now)
	}
	status, answer, _ := second.call(t, "POST", "/statistics/2025/errata/drop", map[string]any{"id": old})
	wants(t, "dropping what was replaced", status, answer, http.StatusConflict, "conflict")
	if status, answer, _ = second.call(t, "POST", "/statistics/2025/errata/drop", map[string]any{"id": now.ID}); status != http.StatusCreated {
		t.Fatalf("drop: %d %s", status, answer)
	}
	if p := first.year(t).Released.Proposal; p != nil {
		t.Errorf("still proposed: %+v", p)
	}
}

func TestErratumNeedsAnEdition(t *testing.T) {
	o := newOffice(t)
	c := o.hire(t, incident.RoleCoordinator, city, body)
	status, answer, _ := c.call(t, "POST", "/statistics/2025/errata", erratumWords())
	wants(t, "an erratum to nothing", status, answer, http.StatusConflict, "no_draft")
}
