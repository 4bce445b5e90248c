package publicweb_test

import (
	"encoding/json"
	"html"
	"os"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/statistics"
)

// ourYear counts invented reports of a year by the plan that stands in the
// program, enough for each of its tables.
func ourYear(t *testing.T, year int) (statistics.Plan, statistics.Counts, map[string]map[string]string) {
	t.Helper()
	data, err := config.ReadStatistics(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := statistics.ParsePlan(data.Plan)
	if err != nil {
		t.Fatal(err)
	}
	if plan, err = plan.With(year, 0); err != nil {
		t.Fatal(err)
	}
	var reports []map[string][]string
	for i := range 260 {
		marks := map[string][]string{}
		for j, d := range plan.Dims {
			marks[d.ID] = []string{d.Codes[(i*(j+1)+i/7)%len(d.Codes)]}
		}
		marks["source"] = []string{"office"} // what was done, and how it ended, is nobody else's word
		if i%3 == 0 {
			delete(marks, "subtype")
		} else {
			marks["ground"] = []string{"racism_ethnic_origin"}
		}
		reports = append(reports, marks)
	}
	counts, err := statistics.Count(plan, reports)
	if err != nil {
		t.Fatal(err)
	}
	return plan, counts, data.Labels
}

// figuresOf gives the tables of the page of a year.
func figuresOf(t *testing.T, tn *town, address string) string {
	t.Helper()
	page := html.UnescapeString(tn.get(address).Body.String())
	from, to := strings.Index(page, "<figure "), strings.LastIndex(page, "</figure>")
	if from < 0 || to < from {
		t.Fatalf("%s: no tables", address)
	}
	return page[from:to]
}

// words are the texts of a locale.
func words(t *testing.T, lang string) map[string]any {
	t.Helper()
	text, err := os.ReadFile("../../frontend/locales/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// In every language of the site each table and each of its rows is named in that
// language; what an office named otherwise, and the
// form does not ask, is said in the words that were signed.
func TestOurPlanInEveryLanguage(t *testing.T) {
	tn := figureTown(t)
	plan, counts, labels := ourYear(t, 2025)
	release(t, tn, plan, counts, labels)
	plan, counts, labels = ourYear(t, 2024)
	labels["de"]["place:inner"], labels["en"]["place:inner"] = "Im Tal", "In the valley"
	release(t, tn, plan, counts, labels)
	for _, lang := range tn.site.Pages.Languages() {
		page := figuresOf(t, tn, "/"+lang+"/statistics/2025")
		if n := strings.Count(page, "<figure "); n != len(plan.Tables) {
			t.Errorf("%s: %d tables, want %d", lang, n, len(plan.Tables))
		}
		if i := strings.Index(page, "<span lang="); i >= 0 {
			t.Errorf("%s: words of another language: %.90s", lang, page[i:])
		}
		changed := figuresOf(t, tn, "/"+lang+"/statistics/2024")
		want, n := `<span lang="en" dir="ltr">In the valley</span>`, 1
		switch lang {
		case "de", "de-simple":
			want, n = "<span>Im Tal</span>", 0
		case "en":
			want, n = "<span>In the valley</span>", 0
		}
		if got := strings.Count(changed, "<span lang="); !strings.Contains(changed, want) || got != n {
			t.Errorf("%s: a changed label: want %q, and %d labels of another language, got %d", lang, want, n, got)
		}
		for key := range words(t, lang) {
			word := "<span>" + tn.site.Pages.Locale(lang).T(key) + "</span>"
			if strings.HasPrefix(key, "stat.code.") && !strings.Contains(page, word) {
				t.Errorf("%s: no row is named %q", lang, word)
			}
			if key == "stat.code.place.inner" && strings.Contains(changed, word) {
				t.Errorf("%s: the page says %q where the office says something else", lang, word)
			}
		}
	}
}

// The locales name the codes that the form has no words for, German and English
// exactly as the office's labels do: else their translations would never be said.
func TestCodesAreNamedAsSigned(t *testing.T) {
	data, err := config.ReadStatistics(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	form := map[string]string{"ground": "ground.", "area": "life_area.", "subtype": "racism_subtype.", "role": "reporter_role."}
	for _, lang := range []string{"de", "en"} {
		said := words(t, lang)
		signed := map[string]bool{}
		for id, label := range data.Labels[lang] {
			axis, code, _ := strings.Cut(id, ":")
			dim, _, _ := strings.Cut(axis, "@")
			if _, asked := said[form[dim]+code]; dim == "month" || form[dim] != "" && asked {
				continue
			}
			key := "stat.code." + dim + "." + code
			signed[key] = true
			if said[key] != label {
				t.Errorf("%s, %s: got %v, want %q", lang, key, said[key], label)
			}
		}
		for key := range said {
			if strings.HasPrefix(key, "stat.code.") && !signed[key] {
				t.Errorf("%s, %s: no code of the plan has this name", lang, key)
			}
		}
		if len(signed) == 0 {
			t.Errorf("%s: no codes", lang)
		}
	}
}
