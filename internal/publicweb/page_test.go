package publicweb_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/publicweb"
)

// TestEveryPage: each address answers in each language, with the headers of the
// public site, no cookie, and nothing to remember it by.
func TestEveryPage(t *testing.T) {
	tn := newTown(t)
	for _, lang := range tn.site.Pages.Languages() {
		for _, name := range []string{"", "report", "mailbox", "rights", "privacy", "accessibility", "imprint", "safety"} {
			w := tn.get("/" + lang + "/" + name)
			wants(t, w, http.StatusOK, `<html lang="`+lang+`"`)
			h := w.Header()
			if h.Get("Set-Cookie") != "" || h.Get("ETag") != "" || h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("/%s/%s: headers %v", lang, name, h)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	tn := newTown(t)
	tests := []struct {
		path, accept string
		status       int
		location     string
	}{
		{"/", "", http.StatusSeeOther, "/de/"},
		{"/", "ar,en;q=0.5", http.StatusSeeOther, "/ar/"},
		{"/", "tlh;q=1.0, en-GB;q=0.8, de;q=0.2", http.StatusSeeOther, "/en/"},
		{"/", "uk-UA,uk;q=0.9,ru;q=0.8", http.StatusSeeOther, "/uk/"},
		{"/", "de-simple, de-CH;q=0.1", http.StatusSeeOther, "/de/"},
		{"/", "tlh, es", http.StatusSeeOther, "/de/"},
		{"/", "en;q=x, ar;q=0.1", http.StatusSeeOther, "/ar/"},
		{"/", "en;q=0", http.StatusSeeOther, "/de/"},
		{"/de", "", http.StatusSeeOther, "/de/"},
		{"/exit", "", http.StatusSeeOther, "https://www.dwd.de/"},
		{"/xx/", "", http.StatusNotFound, ""},
		{"/xx", "", http.StatusNotFound, ""},
		{"/de/nothing", "", http.StatusNotFound, ""},
		{"/de/report/1", "", http.StatusNotFound, ""},
		{"/assets/../go.mod", "", http.StatusNotFound, ""},
		{"/assets/none.js", "", http.StatusNotFound, ""},
		{"/.well-known/security.txt", "", http.StatusNotFound, ""},
		{"/robots.txt", "", http.StatusOK, ""},
	}
	for _, test := range tests {
		r := httptest.NewRequest(http.MethodGet, test.path, nil)
		r.Header.Set("Accept-Language", test.accept)
		w := tn.do(r)
		if w.Code != test.status || w.Header().Get("Location") != test.location {
			t.Errorf("%s (%s): got %d %q, want %d %q", test.path, test.accept, w.Code, w.Header().Get("Location"), test.status, test.location)
		}
	}
}

// TestErrorPage: a page that does not exist is told in the language of the address.
func TestErrorPage(t *testing.T) {
	tn := newTown(t)
	wants(t, tn.get("/ar/nothing"), http.StatusNotFound, `<html lang="ar" dir="rtl">`, "هذه الصفحة غير موجودة", "0800 546 546 5")
	r := httptest.NewRequest(http.MethodDelete, "/de/report", nil)
	wants(t, tn.do(r), http.StatusNotFound, "Diese Seite gibt es nicht")
}

func TestExit(t *testing.T) {
	if got := newTown(t).get("/exit").Header().Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: got %q", got)
	}
}

func TestSecurityText(t *testing.T) {
	tn := newTown(t)
	tn.site.Security = publicweb.Security{Contact: "mailto:sicherheit@example.org", Days: 365}
	tn.site.Origin = "https://melden.example"
	wants(t, tn.get("/.well-known/security.txt"), http.StatusOK,
		"Contact: mailto:sicherheit@example.org\n", "Expires: 2027-11-22T00:00:00Z\n", "Canonical: https://melden.example/.well-known/security.txt\n")
}

var sheet = regexp.MustCompile(`href="(/assets/[^"]+\.css)"`)

// TestAssets: the public sheet stays on no computer, and comes compressed.
func TestAssets(t *testing.T) {
	tn := newTown(t)
	m := sheet.FindStringSubmatch(tn.get("/de/").Body.String())
	if m == nil {
		t.Fatal("the page has no style sheet")
	}
	for accept, encoding := range map[string]string{"": "", "br, gzip": "br", "gzip": "gzip"} {
		r := httptest.NewRequest(http.MethodGet, m[1], nil)
		r.Header.Set("Accept-Encoding", accept)
		w := tn.do(r)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Encoding") != encoding || h.Get("Cache-Control") != "no-store" || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: got %d, %v", accept, w.Code, h)
		}
	}
}

// TestReceipts: every form carries another one, and pages carry none of anybody else.
func TestReceipts(t *testing.T) {
	tn := newTown(t)
	if a, b := tn.receipt(t), tn.receipt(t); a == b {
		t.Error("two forms carry one receipt")
	}
}
