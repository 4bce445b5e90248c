package statistics

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

func exported(t *testing.T, bundle []byte, format string) []byte {
	t.Helper()
	out, err := Export(bundle, format, Site{URL: "https://statistik.example", Licence: "dl-de/by-2-0"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Export(bundle, format, Site{URL: "https://statistik.example", Licence: "dl-de/by-2-0"})
	if err != nil || !bytes.Equal(out, again) {
		t.Fatalf("%s: other bytes the second time (%v)", format, err)
	}
	return out
}

// trickyBundle has a label that a spreadsheet would take for a formula.
func trickyBundle(t *testing.T) []byte {
	t.Helper()
	p := defaultPlan(t, 3)
	c := simulated(p, 300, rand.New(rand.NewPCG(77, 1)))
	m := testMeta
	m.Office.AGS = "08111000"
	m.Labels = map[string]map[string]string{"de": {"lang:tr": "=1+1", "lang:ar": "a<b & \"c\""}, "en": {}}
	return mustBytes(t, Publish(p, mustRound(t, p, c, 9), m))
}

func TestCSV(t *testing.T) {
	bundle := trickyBundle(t)
	text := exported(t, bundle, "csv")
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) || !bytes.HasSuffix(text, []byte("\r\n")) || bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
		t.Error("want UTF-8 without mark and line ends CRLF")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := ReadEdition(bundle)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]bool{}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[7])
		if err != nil {
			t.Fatal(err)
		}
		id := "*"
		var parts []string
		for i := 1; i <= 4; i += 3 {
			if r[i] != "" && r[i+1] != Total {
				parts = append(parts, r[i]+":"+r[i+1])
			}
		}
		if len(parts) > 0 {
			id = strings.Join(parts, "|")
		}
		if e.Cells[id] != n || r[8] != strconv.Itoa(max(0, n-2)) || r[9] != strconv.Itoa(n+2) {
			t.Errorf("cell %s: got %v, want %d", id, r[7:], e.Cells[id])
		}
		cells[id] = true
		for _, field := range r {
			if strings.HasPrefix(field, "=") {
				t.Errorf("a spreadsheet would reckon %q", field)
			}
		}
	}
	if len(cells) != len(e.Cells) {
		t.Errorf("%d of %d cells are in the file", len(cells), len(e.Cells))
	}
	if !bytes.Contains(text, []byte(",'=1+1,")) {
		t.Error("the label =1+1 is not made harmless")
	}
}

func TestJSONStat(t *testing.T) {
	var c struct {
		Version, Class string
		Link           struct {
			Item []struct {
				Class     string
				Version   string
				ID        []string
				Size      []int
				Value     []int
				Dimension map[string]struct {
					Label    string
					Category struct {
						Index []string
						Label map[string]string
					}
				}
				Note []string
			}
		}
	}
	if err := json.Unmarshal(exported(t, trickyBundle(t), "jsonstat"), &c); err != nil {
		t.Fatal(err)
	}
	if c.Version != "2.0" || c.Class != "collection" || len(c.Link.Item) != 19 {
		t.Errorf("got %q %q and %d datasets", c.Version, c.Class, len(c.Link.Item))
	}
	for _, d := range c.Link.Item {
		size := 1
		for i, id := range d.ID {
			size *= d.Size[i]
			index := d.Dimension[id].Category.Index
			if len(index) != d.Size[i] || index[0] != Total || len(d.Dimension[id].Category.Label) != d.Size[i] {
				t.Errorf("dimension %s does not fit its size", id)
			}
		}
		if d.Class != "dataset" || d.Version != "" || size != len(d.Value) || len(d.Note) < 10 {
			t.Errorf("dataset %v: %d values for a size of %d", d.ID, len(d.Value), size)
		}
	}
}

func TestODS(t *testing.T) {
	text := exported(t, trickyBundle(t), "ods")
	if !bytes.HasPrefix(text[30:], []byte("mimetype"+odsType)) {
		t.Error("the plain type does not stand first")
	}
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	numbers, strs := 0, 0
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r) // checks the sum as well
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "mimetype" {
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(content))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range start.Attr {
				switch {
				case a.Name.Local == "formula":
					t.Error("there is a formula")
				case a.Name.Local == "value-type" && a.Value == "float":
					numbers++
				case a.Name.Local == "value-type" && a.Value == "string":
					strs++
				}
			}
		}
	}
	if numbers < 3*167 || strs < 167 {
		t.Errorf("%d numbers and %d texts", numbers, strs)
	}
}

func TestCatalogAndMetadata(t *testing.T) {
	bundle := trickyBundle(t)
	catalog := string(exported(t, bundle, "dcat"))
	for _, want := range []string{"municipalityKey/08111000", "dl-by-de/2.0", hashText(bundle), hashText(exported(t, bundle, "csv")), "data-theme/SOCI", "dcat:keyword", "/de/statistics/2026\"", "Alle Tabellen als CSV"} {
		if !strings.Contains(catalog, want) {
			t.Errorf("the catalogue does not say %s", want)
		}
	}
	if _, err := Export(bundle, "dcat", Site{Licence: "mine"}); err == nil {
		t.Error("an unknown licence was taken")
	}
	if _, err := Export(bundle, "pdf", Site{}); err == nil {
		t.Error("an unknown format was taken")
	}
	meta := string(exported(t, bundle, "csvw"))
	for _, want := range []string{`"url":"2026.csv"`, `"tolerance":2`, "Hellfeld", `"minimum":0`} {
		if !strings.Contains(meta, want) {
			t.Errorf("the metadata do not say %s", want)
		}
	}
}

// The sentences name the numbers of their base.
func TestSentences(t *testing.T) {
	for base, want := range map[int][2]string{3: {"0, 1 oder 2 Meldungen", "0, 1 or 2 reports"}, 5: {"0, 1, 2, 3 oder 4 Meldungen", "0, 1, 2, 3 or 4 reports"}} {
		p := defaultPlan(t, base)
		e := Publish(p, mustRound(t, p, drawn(t, p, 200), 1), testMeta)
		if !strings.Contains(strings.Join(e.Note["de"], " "), want[0]) || !strings.Contains(strings.Join(e.Note["en"], " "), want[1]) {
			t.Errorf("base %d: %v", base, e.Note)
		}
	}
}

// All derived files of an edition take a moment only.
func TestExportTime(t *testing.T) {
	bundle := trickyBundle(t)
	start := cpuTime(t)
	for _, format := range []string{"csv", "csvw", "jsonstat", "ods"} {
		exported(t, bundle, format)
	}
	took := (cpuTime(t) - start) / 2
	t.Logf("csv, csvw, jsonstat, ods: %v", took.Round(time.Millisecond))
	if took > 500*time.Millisecond {
		t.Errorf("took %v", took)
	}
}
