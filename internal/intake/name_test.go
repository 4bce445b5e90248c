package intake

import (
	"regexp"
	"strings"
	"testing"
)

// names of files as people have them, in the languages of the form.
var names = []string{
	"Zeugnis für Amt.pdf", "letter (2).docx", "Brief in Leichter Sprache.txt", "şikâyet İstanbul.jpg", "صورة الرسالة.jpg", "лист від уряду.png",
	"фото 1.png", "perché così.pdf", "žalba čđš.odt", "răspuns și țară.webp", "φωτογραφία.webp", "zażółć gęślą.pdf", "ankesë ë ç.jpg", "résumé où.txt",
	"写真😔.jpg", "👩🏽‍⚖️.png",
}

// TestRegressionR17NamesStay: names in any script stay whole, what would mislead
// goes. The browser's half is in frontend/src/shared/attach.test.ts.
func TestRegressionR17NamesStay(t *testing.T) {
	for _, name := range names {
		want := strings.ReplaceAll(name, "\u200d", "") // a joiner has no place in a name
		if got := fileName(name); got != want {
			t.Errorf("%q became %q", name, got)
		}
	}
	for name, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\fakepath\a.jpg`: "a.jpg", "photo\u202egnp.exe": "photognp.exe",
		"a\r\nSet-Cookie: x.png": "aSet-Cookie: x.png", "\x00": "-", "a\u2028b.txt": "ab.txt", "": "-", " . ": ".", "a\xffb.jpg": "ab.jpg",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
	for _, long := range []string{strings.Repeat("ä", 500) + ".jpg", strings.Repeat("😔", 300) + ".jpg", strings.Repeat("x", 500) + ".jpg"} {
		if got := fileName(long); len(got) > maxName || !strings.HasSuffix(got, ".jpg") || strings.ToValidUTF8(got, "?") != got {
			t.Errorf("%d bytes of a long name are left: %q", len(got), got)
		}
	}
}

// TestRegressionR17Header: what a browser is told to call a file has no letter that
// a header could trip over, whatever the file was called.
func TestRegressionR17Header(t *testing.T) {
	plain := regexp.MustCompile(`^datei-[0-9]+(\.[a-z0-9]{2,4})?$`)
	hostile := []string{"a\r\nSet-Cookie: x=1.pdf", `x".exe`, "a.pdf\r\n", "a.svg", "a.html", "b.PDF", "c.tar.gz", ".", "", "a.\u202efdp"}
	for i, name := range append(hostile, names...) {
		if got := plainName(i+1, name); !plain.MatchString(got) || strings.HasSuffix(got, ".exe") || strings.HasSuffix(got, ".svg") || strings.HasSuffix(got, ".html") {
			t.Errorf("%q is saved as %q", name, got)
		}
	}
	if got := plainName(3, "Klage gegen Vermieter.PDF"); got != "datei-3.pdf" {
		t.Errorf("saved as %q", got)
	}
}
