package publicweb_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// TestBudgetOfForm holds the form to its size (docs/form-speed.md): 9 KB and 1.4 KB
// for each desk's key, compressed as it is sent, in every language.
func TestBudgetOfForm(t *testing.T) {
	for _, desks := range []int{1, 2} {
		tn := newTown(t)
		if desks == 2 {
			tn.second()
		}
		limit := 9_000 + 1_400*desks
		for _, lang := range tn.site.Pages.Languages() {
			html := tn.get("/" + lang + "/report").Body.String()
			r := httptest.NewRequest(http.MethodGet, "/"+lang+"/report", nil)
			r.Header.Set("Accept-Encoding", "br")
			got := tn.do(r).Body.Len()
			if !strings.Contains(html, `id="data"`) {
				// No bundle is built: the data block of the script is missing, and is counted all the same.
				got += squeezed(t, html+dataBlock(t, tn, lang)) - squeezed(t, html)
			}
			if got > limit {
				t.Errorf("%s, %d desks: got %d bytes, want at most %d", lang, desks, got, limit)
			} else {
				t.Logf("%s, %d desks: %d bytes of %d", lang, desks, got, limit)
			}
		}
	}
}

func squeezed(t *testing.T, html string) int {
	t.Helper()
	var small bytes.Buffer
	w := brotli.NewWriterOptions(&small, brotli.WriterOptions{Quality: 10, LGWin: 16})
	if _, err := w.Write([]byte(html)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return small.Len()
}

// dataBlock is what the page would carry for the script.
func dataBlock(t *testing.T, tn *town, lang string) string {
	t.Helper()
	ring := tn.site.Intake.Keys()
	keys := []string{}
	for _, d := range tn.site.Desks {
		key, _ := ring.Current(d.ID, tn.site.Now())
		keys = append(keys, key.Recipient)
	}
	file, err := os.ReadFile("../../frontend/locales/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]any
	if err := json.Unmarshal(file, &texts); err != nil {
		t.Fatal(err)
	}
	for key := range texts {
		if !strings.HasPrefix(key, "js.") {
			delete(texts, key)
		}
	}
	raw, err := json.Marshal(map[string]any{"texts": texts, "desks": keys})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
