package publicweb_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/statistics"
)

const figurePlan = `{"v":1,"id":"test","year":2025,"taxonomy":"1","base":3,"title":{"de":"Jahresstatistik","en":"Annual statistics"},
"dims":[{"id":"month","codes":["01","02","03"],"min":1,"max":1,"title":{"de":"Monat","en":"Month"}},
{"id":"ground","codes":["age","disability"],"min":1,"max":1,"title":{"de":"Grund","en":"Ground"}},
{"id":"area","codes":["housing","education"],"min":1,"max":1,"title":{"de":"Bereich","en":"Area"}}],
"rules":[],"tables":[{"id":"t1","dims":["month"],"title":{"de":"Monate","en":"Months"}},
{"id":"t2","dims":["ground","area"],"title":{"de":"Gründe und Bereiche","en":"Grounds and areas"}}]}`

// publish releases an edition of n invented reports, through the two counts.
func publish(t *testing.T, tn *town, year, n int) []byte {
	t.Helper()
	plan, err := statistics.ParsePlan([]byte(figurePlan))
	if err != nil {
		t.Fatal(err)
	}
	if plan, err = plan.With(year, 0); err != nil {
		t.Fatal(err)
	}
	cells := map[string]int{}
	for _, id := range plan.Cells() {
		cells[id] = 0
	}
	for i := range n {
		month, ground, area := fmt.Sprintf("month:%02d", i%3+1), "ground:"+[]string{"age", "disability"}[i%7/4], "area:"+[]string{"housing", "education"}[i%5/3]
		for _, id := range []string{"*", month, ground, area, ground + "|" + area} {
			cells[id]++
		}
	}
	labels := map[string]map[string]string{"de": {"ground:age": "Alter", "area:housing": "Wohnen"}, "en": {"ground:age": "Age", "area:housing": "=1+1"}}
	return release(t, tn, plan, statistics.NewCounts(year, plan.Hash(), cells), labels)
}

// release publishes the counts of a year with an office's labels.
func release(t *testing.T, tn *town, plan statistics.Plan, counts statistics.Counts, labels map[string]map[string]string) []byte {
	t.Helper()
	year := plan.Year
	secrets := statistics.Secrets{Seed: [32]byte{1}, EditionKey: bytes.Repeat([]byte{7}, 32)}
	meta := statistics.Meta{
		Office: statistics.Office{Name: "Musterstadt"}, CountedOn: fmt.Sprintf("%d-03-31", year+1), Software: statistics.Software{Version: "test"},
		Labels: labels,
	}
	d, _, err := statistics.Prepare(plan, counts, secrets, meta, "a")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := d.Release(plan, counts, secrets, "b", fmt.Sprintf("%d-04-14", year+1))
	if err != nil {
		t.Fatal(err)
	}
	put(t, tn, year, 1, statistics.NewStep(statistics.StepReleased, "b", bundle))
	return bundle
}

func put(t *testing.T, tn *town, year, rev int, step statistics.Step) {
	t.Helper()
	text, op, err := step.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := tn.store.PutStep(t.Context(), year, rev, op, text); err != nil {
		t.Fatal(err)
	}
}

func figureTown(t *testing.T) *town {
	t.Helper()
	tn := newTown(t)
	key, err := statistics.PublicKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	tn.site.Figures = &publicweb.Figures{Store: tn.store, Key: key, Licence: "dl-de/by-2-0"}
	return tn
}

func TestFiguresPage(t *testing.T) {
	tn := figureTown(t)
	if w := tn.get("/de/statistics"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Noch gibt es keine Statistik") {
		t.Errorf("without an edition: %d", w.Code)
	}
	if w := tn.get("/de/statistics/2025"); w.Code != http.StatusNotFound {
		t.Errorf("a year without an edition: %d", w.Code)
	}
	publish(t, tn, 2024, 90)
	publish(t, tn, 2025, 131)
	for _, lang := range tn.site.Pages.Languages() {
		w := tn.get("/" + lang + "/statistics/2025")
		html := w.Body.String()
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", lang, w.Code)
		}
		if strings.Contains(html, "style=") || strings.Contains(html, "<style") {
			t.Errorf("%s: inline style", lang)
		}
		if tables, drawings := strings.Count(html, "<table>"), strings.Count(html, "<svg "); tables != 2 || drawings != 2 {
			t.Errorf("%s: %d tables, %d drawings", lang, tables, drawings)
		}
		if strings.Index(html, "<table>") > strings.Index(html, "<svg ") {
			t.Errorf("%s: a drawing stands before its table", lang)
		}
		if !strings.Contains(html, "/"+lang+"/statistics/2024") {
			t.Errorf("%s: no other year", lang)
		}
	}
	html := tn.get("/de/statistics/2025").Body.String()
	for _, want := range []string{"Alle Zahlen sind gemeinsam auf Vielfache von 3 gerundet", "Wohnen", "Januar 2025", "Alter", "14. April 2026"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestFigureFiles(t *testing.T) {
	tn := figureTown(t)
	bundle := publish(t, tn, 2025, 131)
	w := tn.get("/en/statistics/2025.csv")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 1+4+9 || w.Header().Get("Link") == "" {
		t.Errorf("CSV: %d rows, %v, link %q", len(rows), err, w.Header().Get("Link"))
	}
	if text := fmt.Sprint(rows); !strings.Contains(text, "'=1+1") {
		t.Error("a label could be taken for a formula")
	}
	var stat struct {
		Version, Class string
	}
	if err := json.Unmarshal(tn.get("/de/statistics/2025.json").Body.Bytes(), &stat); err != nil || stat.Version != "2.0" || stat.Class != "collection" {
		t.Errorf("JSON-stat: %+v, %v", stat, err)
	}
	ods := tn.get("/de/statistics/2025.ods").Body.Bytes()
	if r, err := zip.NewReader(bytes.NewReader(ods), int64(len(ods))); err != nil || r.File[0].Name != "mimetype" {
		t.Errorf("ODS: %v", err)
	}
	if !bytes.Equal(tn.get("/de/statistics/2025.edition.json").Body.Bytes(), bundle) {
		t.Error("the bundle is not served as it was signed")
	}
	for _, name := range []string{"2025.csv-metadata.json", "catalog.jsonld"} {
		if w := tn.get("/de/statistics/" + name); w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for _, name := range []string{"2024.csv", "2025.xml", "25.csv", "02025", "2025.", "x"} {
		if w := tn.get("/de/statistics/" + name); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func TestErratumIsShown(t *testing.T) {
	tn := figureTown(t)
	bundle := publish(t, tn, 2025, 131)
	signed, err := statistics.Correct(bundle, bytes.Repeat([]byte{7}, 32), "2026-05-02",
		map[string]string{"de": "Die Monate waren falsch beschriftet.", "en": "The months had wrong labels."}, []string{"t1"})
	if err != nil {
		t.Fatal(err)
	}
	tn.get("/de/statistics/2025") // what is kept of it must not hide the erratum
	put(t, tn, 2025, 2, statistics.NewStep(statistics.StepErratum, "a", signed))
	html := tn.get("/de/statistics/2025").Body.String()
	if !strings.Contains(html, "Die Monate waren falsch beschriftet.") || strings.Count(html, "<table>") != 1 {
		t.Error("the erratum, or the table that it withdraws")
	}
	for name, wants := range map[string][2]string{ // what must stand in the file, and what must not
		"2025.csv":          {"t2,ground", "t1,month"},
		"2025.json":         {`"table":"t2"`, `"table":"t1"`},
		"2025.errata.json":  {"Die Monate waren falsch beschriftet.", ""},
		"2025.council.html": {"Die Monate waren falsch beschriftet.", "Januar"},
		"2025.edition.json": {`"id":"t1"`, ""},
	} {
		text := tn.get("/de/statistics/" + name).Body.String()
		if !strings.Contains(text, wants[0]) || wants[1] != "" && strings.Contains(text, wants[1]) {
			t.Errorf("%s: want %q and not %q", name, wants[0], wants[1])
		}
	}
	if !strings.Contains(html, "2025.errata.json") || strings.Contains(html, "council") {
		t.Error("the page lists the errata's file, and not the summary for the council")
	}
}

// TestForgedEditionIsNotServed changes one number, and signs with another key.
func TestForgedEditionIsNotServed(t *testing.T) {
	bundle := publish(t, figureTown(t), 2025, 131)
	var e statistics.Edition
	if err := json.Unmarshal(bundle, &e); err != nil {
		t.Fatal(err)
	}
	e.Cells["month:01"]++
	forged, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	tn := figureTown(t)
	put(t, tn, 2025, 1, statistics.NewStep(statistics.StepReleased, "b", forged))
	foreign := figureTown(t)
	foreign.site.Figures.Key = strings.Repeat("0", 64)
	put(t, foreign, 2025, 1, statistics.NewStep(statistics.StepReleased, "b", bundle))
	for name, tn := range map[string]*town{"a changed number": tn, "another key": foreign} {
		for _, path := range []string{"2025", "2025.csv", "catalog.jsonld"} {
			if w := tn.get("/de/statistics/" + path); w.Code != http.StatusInternalServerError {
				t.Errorf("%s, %s: %d", name, path, w.Code)
			}
		}
	}
}

func TestFewReportsGiveNoNumbers(t *testing.T) {
	tn := figureTown(t)
	publish(t, tn, 2025, 20)
	html := tn.get("/de/statistics/2025").Body.String()
	if strings.Contains(html, "<table>") || !strings.Contains(html, "dass keine Zahlen veröffentlicht werden") {
		t.Error("a year of few reports shows tables, or does not say why it shows none")
	}
}

// Every language of the site says the method in its own words; German and English
// say what was signed.
func TestMethodInEveryLanguage(t *testing.T) {
	tn := figureTown(t)
	publish(t, tn, 2025, 131)
	files, err := filepath.Glob("../../frontend/locales/*.json")
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		if lang == "status" {
			continue
		}
		rounded, _ := words(t, lang)["stat.note.rounded"].(string)
		want := html.EscapeString(strings.NewReplacer("{{.Base}}", "3", "{{.Off}}", "2").Replace(rounded))
		page := tn.get("/" + lang + "/statistics/2025").Body.String()
		if rounded == "" || !strings.Contains(page, want) {
			t.Errorf("%s: the page does not say %q", lang, want)
		}
		said++
	}
	if said != 14 {
		t.Errorf("%d languages, want 14", said)
	}
}
