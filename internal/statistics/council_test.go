package statistics

import (
	"strings"
	"testing"
)

// The summary holds every published number and sentence, nothing that was
// withdrawn, and no label can become markup.
func TestCouncil(t *testing.T) {
	p := mustPlan(t, toyPlan)
	meta := testMeta
	meta.Labels = map[string]map[string]string{"de": {"area:work": "<b>Arbeit</b>"}, "en": {"area:work": "Work"}}
	e := Publish(p, toyWorld(t, p), meta)
	bundle, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	pub := Published{Bundle: bundle, Edition: e, Errata: []Erratum{{Day: "2028-05-02", Text: map[string]string{"de": "Ein Wort war falsch.", "en": "A word was wrong."}}}}
	for lang, wants := range map[string][]string{
		"de": {`<html lang="de">`, "Ein Wort war falsch.", "&lt;b&gt;Arbeit&lt;/b&gt;", "[Worte der Stelle]", `<table class="wide">`, pub.Hash()},
		"en": {`<html lang="en">`, "A word was wrong.", "[Words of the office]", "Work"},
		"fr": {`<html lang="de">`},
	} {
		text, err := Council(pub, lang)
		if err != nil {
			t.Fatal(err)
		}
		page := string(text)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", lang, want)
			}
		}
		if strings.Contains(page, "<b>") || strings.Contains(page, "<script") {
			t.Errorf("%s: a label became markup", lang)
		}
		source := "de"
		if lang == "en" {
			source = "en"
		}
		for _, line := range e.Note[source] {
			if !strings.Contains(strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(page), line) {
				t.Errorf("%s: without %q", lang, line)
			}
		}
		if strings.Count(page, "<td>") != len(e.Cells) {
			t.Errorf("%s: %d of %d numbers", lang, strings.Count(page, "<td>"), len(e.Cells))
		}
	}
	pub.Errata[0].Withdrawn = []string{"t1"}
	text, err := Council(pub, "de")
	if err != nil || strings.Contains(string(text), "<table>") {
		t.Errorf("a withdrawn table is shown, %v", err)
	}
}
