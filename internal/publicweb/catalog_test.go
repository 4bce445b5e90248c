package publicweb_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/statistics"
)

// addresses lists every address of the record that is no word of a vocabulary,
// with the checksum that stands beside it.
func addresses(v any, found map[string]string) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			addresses(one, found)
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok {
			sum, _ := v["spdx:checksum"].(map[string]any)
			value, _ := sum["spdx:checksumValue"].(map[string]any)
			text, _ := value["@value"].(string)
			if found[id] == "" {
				found[id] = text
			}
		}
		for key, one := range v {
			if key != "@context" {
				addresses(one, found)
			}
		}
	}
}

// TestCatalogLeadsSomewhere follows the open-data record as a portal does: every
// address is whole, is the office's own whatever the request says of its host,
// and leads to what it promises, byte for byte.
func TestCatalogLeadsSomewhere(t *testing.T) {
	tn := figureTown(t)
	tn.site.Origin, tn.site.Figures.Office = "https://melden.example", "Stelle"
	if none := tn.get("/de/statistics/catalog.jsonld").Body.String(); !strings.Contains(none, `"foaf:name":"Stelle"`) {
		t.Errorf("before the first edition nobody publishes: %s", none)
	}
	publish(t, tn, 2024, 90)
	bundle := publish(t, tn, 2025, 131)
	signed, err := statistics.Correct(bundle, bytes.Repeat([]byte{7}, 32), "2026-05-02", map[string]string{"de": "Falsch.", "en": "Wrong."}, []string{"t1"})
	if err != nil {
		t.Fatal(err)
	}
	put(t, tn, 2025, 2, statistics.NewStep(statistics.StepErratum, "a", signed))
	var names []string
	for _, lang := range []string{"de", "en", "tr"} {
		r := httptest.NewRequest(http.MethodGet, "/"+lang+"/statistics/catalog.jsonld", nil)
		r.Host = "evil.example"
		r.Header.Set("X-Forwarded-Host", "evil.example")
		r.Header.Set("Forwarded", "host=evil.example;proto=http")
		body := tn.do(r).Body.Bytes()
		if bytes.Contains(body, []byte("evil")) {
			t.Fatalf("%s: the request's host stands in the record", lang)
		}
		var record map[string]any
		if err := json.Unmarshal(body, &record); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(body, []byte(`"dct:modified":{"@type":"xsd:date","@value":"2026-05-02"}`)) {
			t.Errorf("%s: the day of the erratum is missing", lang)
		}
		names = append(names, record["@id"].(string))
		found := map[string]string{}
		addresses(record, found)
		own, sums := 0, 0
		for address, sum := range found {
			path, ours := strings.CutPrefix(address, tn.site.Origin)
			if !ours {
				if !strings.HasPrefix(address, "http") || strings.Contains(address, "statistics") {
					t.Errorf("%s: %q is not whole", lang, address)
				}
				continue
			}
			own++
			w := tn.get(path)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %s: %d", lang, address, w.Code)
			}
			if sum != "" {
				sums++
				if got := sha256.Sum256(w.Body.Bytes()); hex.EncodeToString(got[:]) != sum {
					t.Errorf("%s: %s is not what the record's checksum says", lang, address)
				}
			}
		}
		if own != 1+2+8 || sums != 8 {
			t.Errorf("%s: %d addresses, %d checksums; want the record, two years and eight files", lang, own, sums)
		}
	}
	if names[0] != names[1] || names[1] != names[2] {
		t.Errorf("one record has several names: %v", names)
	}
}
