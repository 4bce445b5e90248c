package frontend_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/publicweb"
)

// TestPacked: the stream of a fresh form is the form, with the receipt of who asks
// and of nobody before.
func TestPacked(t *testing.T) {
	r := renderer(t, bundled(t))
	page, ok := samples()["report"][0].(publicweb.ReportPage)
	if !ok {
		t.Fatal("the first sample of the form is none")
	}
	for _, lang := range []string{"de", "ar", "el"} {
		for _, receipt := range []string{"58150347219086342751908634275199", "00000000000000000000000000000000", "91827364554637281909182736455463"} {
			page.Receipt = receipt
			html := rendered(t, r, lang, "report", page)
			stream, ok := r.Packed(lang, []byte(html), receipt, grouped(receipt))
			if !ok {
				t.Fatalf("%s: not packed", lang)
			}
			got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(stream)))
			if err != nil || string(got) != html {
				t.Errorf("%s, %s: another page comes out, or %v", lang, receipt, err)
			}
		}
	}
}

// TestPackedRefuses: a page that changed is packed anew, and words that do not
// stand on it once are no holes.
func TestPackedRefuses(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, html := range []string{"<p>1234 and ä</p>", "<p>1234 or ö</p>", "<p>1234</p>"} {
		stream, ok := r.Packed("page", []byte(html), "1234")
		got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(stream)))
		if !ok || err != nil || string(got) != html {
			t.Errorf("%q: got %q, %v, %v", html, got, ok, err)
		}
	}
	for _, own := range [][]string{{"12345"}, {""}, {"1"}} {
		if _, ok := r.Packed("page", []byte("1234 1"), own...); ok {
			t.Errorf("%q: packed", own)
		}
	}
}

func grouped(receipt string) string {
	var groups []string
	for at := 0; at < len(receipt); at += 4 {
		groups = append(groups, receipt[at:at+4])
	}
	return strings.Join(groups, "</span> <span>")
}
