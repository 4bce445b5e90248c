package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

// The embedded start set covers the moments of a case, in German and English at least, and claims no review.
func TestEmbeddedAnswerTemplates(t *testing.T) {
	d, err := config.ReadData(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, a := range d.Answers {
		ids = append(ids, a.ID)
		for _, lang := range []string{"de", "en"} {
			if a.Texts[lang].Text == "" {
				t.Errorf("template %s: want a text in %s", a.ID, lang)
			}
		}
		for lang, text := range a.Texts {
			if text.ReviewedBy != "" {
				t.Errorf("template %s, %s: reviewed by %q, want nobody: the file ships unreviewed", a.ID, lang, text.ReviewedBy)
			}
			speaksOfDeadline := slices.Contains(a.Fields(), "SafeDay") || slices.Contains(a.Fields(), "Questions")
			if speaksOfDeadline && lang != "de" && lang != "en" {
				t.Errorf("template %s: a deadline sentence in %s", a.ID, lang)
			}
		}
	}
	if want := []string{"received", "questions", "deadline", "referral", "not_ours", "closing"}; !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}
	if len(d.Bodies) == 0 || !slices.ContainsFunc(d.Bodies, func(b config.Body) bool { return b.Consent }) {
		t.Error("want bodies in the directory, one of which is handed something")
	}
}

func TestAnswerTemplateFaults(t *testing.T) {
	const good = `{"schema":1,"note":"","templates":[{"id":"a","version":1,"title_de":"T","title_en":"T","states":["triage"],"texts":{"de":{"text":"Hallo {{.Desk}}","reviewed_by":"","reviewed_on":""},"en":{"text":"Hello {{.Desk}}","reviewed_by":"","reviewed_on":""}}}]}`
	if templates, err := config.ParseAnswerTemplates([]byte(good)); err != nil || len(templates) != 1 {
		t.Fatalf("got %d, %v; want one template", len(templates), err)
	}
	for _, tt := range []struct{ old, fresh, want string }{
		{`"schema":1`, `"schema":2`, "schema 2"},
		{`"schema":1`, `"shema":1`, `unknown field "shema"`},
		{`]}`, `]} {}`, "behind the data"},
		{`"id":"a"`, `"id":"A"`, "an id of its own"},
		{`"version":1`, `"version":0`, "a version from 1"},
		{`"title_de":"T"`, `"title_de":" "`, "title_de: want a text"},
		{`"title_en":"T"`, `"title_en":"a\nb"`, "line breaks"},
		{`"states":["triage"]`, `"states":["Triage"]`, `"Triage" is no state`},
		{`"de":`, `"fr":`, "the German text is missing"},
		{`"en":`, `"e n":`, "no language tag"},
		{`Hello {{.Desk}}`, `Hello`, `en: asks for [], the German text for ["Desk"]`},
		{`Hello {{.Desk}}`, `Hello {{.Desk}} {{.Act}}`, "en: asks for"},
		{`Hello {{.Desk}}`, `Hello {{Desk}}`, "a placeholder is written {{.Name}}"},
		{`Hello {{.Desk}}`, `Hello {{ .Desk }}`, "a placeholder is written {{.Name}}"},
		{`Hello {{.Desk}}`, `Hello {{.Desk}} `, "space around it"},
		{`Hello {{.Desk}}`, `Hello {{.Desk}}\u0007`, "control characters"},
		{`Hello {{.Desk}}`, strings.Repeat("x", 4_001) + `{{.Desk}}`, "longer than 4000"},
		{`"reviewed_by":""`, `"reviewed_by":"Lektorat"`, "both reviewed_by and reviewed_on"},
		{`"reviewed_on":""`, `"reviewed_on":"2026-13-01"`, "want a day"},
	} {
		text := strings.Replace(good, tt.old, tt.fresh, 1)
		if _, err := config.ParseAnswerTemplates([]byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q → %q: got %v, want %q", tt.old, tt.fresh, err, tt.want)
		}
	}
	unknown := strings.ReplaceAll(good, "{{.Desk}}", "{{.Name}}")
	if _, err := config.ParseAnswerTemplates([]byte(unknown)); err == nil || !strings.Contains(err.Error(), `"Name" is no field`) {
		t.Errorf("a field that nobody fills in: got %v", err)
	}
}

func TestReferralFaults(t *testing.T) {
	const good = `{"schema":1,"note":"","bodies":[{"id":"a","name":"N","for_de":"F","for_en":"F","languages":["de"],"contact":"1","consent":true,"checked_on":"2026-11-01"}]}`
	if bodies, err := config.ParseReferrals([]byte(good)); err != nil || len(bodies) != 1 || !bodies[0].Consent {
		t.Fatalf("got %v, %v; want one body", bodies, err)
	}
	for _, tt := range []struct{ old, fresh, want string }{
		{`"schema":1`, `"schema":0`, "schema 0"},
		{`"consent":true`, `"consent":true,"person":"x"`, `unknown field "person"`},
		{`"id":"a"`, `"id":""`, "an id of its own"},
		{`"name":"N"`, `"name":""`, "name: want a text"},
		{`"for_en":"F"`, `"for_en":"\t"`, "for_en: want a text"},
		{`"contact":"1"`, `"contact":""`, "contact: want a text"},
		{`"languages":["de"]`, `"languages":["Deutsch!"]`, "no language tag"},
		{`"checked_on":"2026-11-01"`, `"checked_on":"gestern"`, "want a day"},
	} {
		text := strings.Replace(good, tt.old, tt.fresh, 1)
		if _, err := config.ParseReferrals([]byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q → %q: got %v, want %q", tt.old, tt.fresh, err, tt.want)
		}
	}
}

// An office's own file replaces the embedded one as a whole, and a missing file is an error.
func TestOwnAnswerTemplates(t *testing.T) {
	path := changed(t, "answer_templates.json", "Fall abschließen", "Abschied")
	d, err := config.ReadData(config.Files{AnswerTemplates: path})
	if err != nil || d.Answers[len(d.Answers)-1].TitleDE != "Abschied" {
		t.Errorf("got %v, want the office's own title", err)
	}
	for _, f := range []config.Files{{AnswerTemplates: "missing"}, {Referrals: "missing"}} {
		if _, err := config.ReadData(f); err == nil {
			t.Errorf("%+v: got no error", f)
		}
	}
}
