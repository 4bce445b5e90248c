package frontend_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/beistand/beistand/frontend"
)

// pluralForms are the categories that each language distinguishes in whole numbers.
var pluralForms = map[string][]string{
	"de":        {"one", "other"},
	"en":        {"one", "other"},
	"ar":        {"few", "many", "one", "other", "two", "zero"},
	"de-simple": {"one", "other"},
	"tr":        {"one", "other"},
	"uk":        {"few", "many", "one", "other"},
	"ru":        {"few", "many", "one", "other"},
	"it":        {"one", "other"},
	"hr":        {"few", "one", "other"},
	"ro":        {"few", "one", "other"},
	"el":        {"one", "other"},
	"pl":        {"few", "many", "one", "other"},
	"sq":        {"one", "other"},
	"fr":        {"one", "other"},
}

// wave are the languages of the first wave, in the order of the page.
var wave = []string{"de", "de-simple", "en", "tr", "ar", "uk", "ru", "it", "hr", "ro", "el", "pl", "sq", "fr"}

var placeholder = regexp.MustCompile(`\{\{\.\w+\}\}`)

// TestParity holds every language to the German one: the same keys, the same
// placeholders, every plural category, no HTML.
func TestParity(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	german := r.Locale("de")
	for _, tag := range r.Languages() {
		l := r.Locale(tag)
		if got, want := slices.Sorted(maps.Keys(frontend.Keys(l))), slices.Sorted(maps.Keys(frontend.Keys(german))); !slices.Equal(got, want) {
			t.Errorf("%s: keys differ from German: %v", tag, difference(got, want))
		}
		for key, plural := range frontend.Keys(german) {
			forms := frontend.Forms(l, key)
			if plural {
				if got := slices.Sorted(maps.Keys(forms)); !slices.Equal(got, pluralForms[tag]) {
					t.Errorf("%s, %s: got plural forms %v, want %v", tag, key, got, pluralForms[tag])
				}
			}
			want := placeholders(frontend.Forms(german, key)["other"] + frontend.Forms(german, key)[""])
			for form, text := range forms {
				if got := placeholders(text); !slices.Equal(got, want) && !mayDropCount(plural, form, got, want) {
					t.Errorf("%s, %s %s: got placeholders %v, want %v", tag, key, form, got, want)
				}
				if text == "" || strings.ContainsAny(text, "<>") {
					t.Errorf("%s, %s: empty, or holds HTML", tag, key)
				}
			}
		}
	}
}

// mayDropCount allows "one day" and "two days" without the figure.
func mayDropCount(plural bool, form string, got, want []string) bool {
	exact := form == "zero" || form == "one" || form == "two"
	return plural && exact && len(got) == 0 && slices.Equal(want, []string{"{{.Count}}"})
}

func placeholders(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func difference(a, b []string) []string {
	var all []string
	for _, x := range append(slices.Clone(a), b...) {
		if slices.Contains(a, x) != slices.Contains(b, x) {
			all = append(all, x)
		}
	}
	return all
}

// TestButtonsStayShort keeps the words on buttons within 1.6 times the German ones.
func TestButtonsStayShort(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, key := range []string{"exit.button", "start.go", "start.mailbox", "send.button", "mailbox.open", "mailbox.send", "mailbox.again", "js.next", "js.back"} {
		german := len([]rune(r.T("de", key)))
		for _, tag := range r.Languages() {
			if n := len([]rune(r.T(tag, key))); float64(n) > 1.6*float64(german) {
				t.Errorf("%s, %s: %d letters, German has %d", tag, key, n, german)
			}
		}
	}
}

// Words that a stressed or doubted person must not meet (domain.md §14).
var never = []string{
	"angeblich", "vermeintlich", "Opfer", "Täter", "Beschuldigte", "Rasse ", "Ungültig", "ungültig", "absolut", "garantiert",
	"100 % sicher", "Token", "Verschlüsselungs", "abgelaufen",
}

func TestWordsNeverWritten(t *testing.T) {
	german := renderer(t, frontend.Embedded).Locale("de")
	for key := range frontend.Keys(german) {
		for _, text := range frontend.Forms(german, key) {
			for _, word := range never {
				if strings.Contains(text, word) {
					t.Errorf("%s says %q", key, word)
				}
			}
		}
	}
}

// familiar are words by which one speaks to a child or a friend. Everybody here is
// spoken to politely, in Arabic in the plural.
var familiar = map[string]string{
	"de": "du dich dir dein deine deinen deiner", "de-simple": "du dich dir dein deine deinen deiner",
	"fr": "tu toi ton tes", "it": "tu tuo tua tuoi tue puoi vuoi", "hr": "ti tvoj tvoja tvoje možeš želiš", "ro": "tu tău ta poți vrei",
	"pl": "ty twój twoja twoje możesz chcesz", "tr": "sen senin sana seni", "uk": "ти твій твоя твоє тебе можеш хочеш",
	"ru": "ты твой твоя твоё тебя можешь хочешь", "el": "εσύ σου μπορείς θέλεις", "sq": "ti yt jote mundesh",
	"ar": "نصك بريدك رمزك بلاغك متصفحك موافقتك رغبتك إشعارك رسالتك جهازك اسمك انظر اكتب انسخ تريد سحبت ترغب ترغبين تحتاج املأ أغلقت",
}

func TestEverybodyIsSpokenToPolitely(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	for _, tag := range r.Languages() {
		l := r.Locale(tag)
		for key := range frontend.Keys(l) {
			for _, text := range frontend.Forms(l, key) {
				for _, word := range strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) }) {
					if slices.Contains(strings.Fields(familiar[l.Tag]), word) {
						t.Errorf("%s, %s: %q is familiar", l.Tag, key, word)
					}
				}
			}
		}
	}
}

func TestText(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	tests := []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"de", "date.long", []any{"Day", 5, "Month", "Mai", "Year", 2026}, "5. Mai 2026"},
		{"de", "receipt.answer", []any{"Count", 1}, "Wir antworten in der Regel innerhalb von 1 Arbeitstag, im Postfach."},
		{"de", "receipt.answer", []any{"Count", 3}, "Wir antworten in der Regel innerhalb von 3 Arbeitstagen, im Postfach."},
		{"ar", "receipt.answer", []any{"Count", 2}, "نجيب عادةً خلال يومي عمل في الصندوق."},
		{"ar", "receipt.answer", []any{"Count", 11}, "نجيب عادةً خلال 11 يوم عمل في الصندوق."},
		{"tlh", "nav.mailbox", nil, "Postfach"},
	}
	for _, test := range tests {
		if got := r.T(test.lang, test.key, test.args...); got != test.want {
			t.Errorf("%s %s %v: got %q, want %q", test.lang, test.key, test.args, got, test.want)
		}
	}
}

func TestDays(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	tests := []struct{ lang, day, want, month, wantMonth string }{
		{"de", "2026-11-22", "22. November 2026", "2026-03", "März 2026"},
		{"en", "2026-11-02", "2 November 2026", "2026-12", "December 2026"},
		{"ar", "2026-11-22", "22 نوفمبر 2026", "2026-01", "يناير 2026"},
		{"de", "yesterday", "yesterday", "2026-13", "2026-13"},
		{"de", "", "", "", ""},
	}
	for _, test := range tests {
		l := r.Locale(test.lang)
		if got := l.Day(test.day); got != test.want {
			t.Errorf("%s: day %q: got %q, want %q", test.lang, test.day, got, test.want)
		}
		if got := l.Month(test.month); got != test.wantMonth {
			t.Errorf("%s: month %q: got %q, want %q", test.lang, test.month, got, test.wantMonth)
		}
	}
}

// TestNoSentenceEndsTwice: in Croatian a date ends with a full stop itself. An apostrophe is the printed one everywhere.
func TestNoSentenceEndsTwice(t *testing.T) {
	r := renderer(t, frontend.Embedded)
	ends := map[string]string{"date.long": "{{.Day}}.", "date.month.year": "{{.Month}}."}
	straight := regexp.MustCompile(`\pL'\pL`)
	for _, tag := range wave {
		l := r.Locale(tag)
		for key := range frontend.Keys(l) {
			for _, text := range frontend.Forms(l, key) {
				if straight.MatchString(text) {
					t.Errorf("%s, %s: a straight apostrophe: %q", tag, key, text)
				}
				for date, twice := range ends {
					if !strings.HasPrefix(key, "date.") && strings.HasSuffix(r.T(tag, date), ".") && strings.Contains(text, twice) {
						t.Errorf("%s, %s: two full stops: %q", tag, key, text)
					}
				}
			}
		}
	}
}

// TestExactTag: a matcher of x/text would answer German for Easy Language, and
// nobody would notice.
func TestExactTag(t *testing.T) {
	files := copied(t, frontend.Embedded)
	files["locales/de-simple.json"] = &fstest.MapFile{Data: []byte(`{"nav.mailbox":"Ihre Briefe"}`)}
	var log bytes.Buffer
	r, err := frontend.Build(files, frontend.Options{Samples: samples(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.T("de-simple", "nav.mailbox"); got != "Ihre Briefe" {
		t.Errorf("got %q, want the text of the tag itself", got)
	}
	if got := r.T("de-simple", "nav.rights"); got != r.T("de", "nav.rights") {
		t.Errorf("a missing text: got %q, want the German one", got)
	}
	if !strings.Contains(log.String(), "key=nav.rights") {
		t.Error("a missing text is not reported by its key")
	}
	if got := r.Languages(); !slices.Equal(got, wave) {
		t.Errorf("languages: got %v", got)
	}
}

// TestLanguages: an office offers the languages it wants, in its order, and none
// that has no texts.
func TestLanguages(t *testing.T) {
	r, err := frontend.Build(copied(t, frontend.Embedded), frontend.Options{Samples: samples(), Languages: []string{"ar", "de"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Languages(); !slices.Equal(got, []string{"ar", "de"}) {
		t.Errorf("languages: got %v", got)
	}
	if html := rendered(t, r, "de", "start", samples()["start"][0]); !strings.Contains(html, `href="/ar/"`) || strings.Contains(html, `href="/en/"`) {
		t.Error("the page offers other languages than the office does")
	}
	if r, err = frontend.Build(copied(t, frontend.Embedded), frontend.Options{Samples: samples(), Languages: []string{"en"}}); err != nil {
		t.Fatal(err)
	}
	if html := rendered(t, r, "de", "shell", nil); !strings.Contains(html, `lang="de"`) {
		t.Error("the console's shell needs the source language to be offered")
	}
	if html := rendered(t, r, "ar", "start", samples()["start"][0]); !strings.Contains(html, `lang="de"`) {
		t.Error("a page in a language that is not offered is not in the source language")
	}
	if _, err := frontend.Build(copied(t, frontend.Embedded), frontend.Options{Samples: samples(), Languages: []string{"de", "tlh"}}); err == nil {
		t.Error("started with a language that has no texts")
	}
}

// TestReviews: a translation counts as read after two people read it, and no
// longer once a German sentence about danger or deadlines has changed.
func TestReviews(t *testing.T) {
	german := renderer(t, frontend.Embedded).Locale("de")
	var sources []string
	for _, key := range slices.Sorted(maps.Keys(frontend.Keys(german))) {
		if strings.HasPrefix(key, "safety.") || strings.HasPrefix(key, "deadline.") {
			sources = append(sources, `"`+key+`":"`+frontend.Fingerprint(german.T(key))+`"`)
		}
	}
	tests := []struct {
		note, status string
		want         bool
	}{
		{"nobody", `{}`, false},
		{"one reader", `{"en":{"reviewers":["a"],"day":"2026-11-22","sources":{` + strings.Join(sources, ",") + `}}}`, false},
		{"two readers", `{"en":{"reviewers":["a","b"],"day":"2026-11-22","sources":{` + strings.Join(sources, ",") + `}}}`, true},
		{"a sentence changed", `{"en":{"reviewers":["a","b"],"day":"2026-11-22","sources":{` + strings.Join(sources[1:], ",") + `}}}`, false},
	}
	for _, test := range tests {
		files := copied(t, frontend.Embedded)
		files["locales/status.json"] = &fstest.MapFile{Data: []byte(test.status)}
		if got := renderer(t, files).Locale("en").Reviewed; got != test.want {
			t.Errorf("%s: got %v, want %v", test.note, got, test.want)
		}
	}
}

func TestBrokenLocales(t *testing.T) {
	for note, text := range map[string]string{
		"no JSON":        `{`,
		"unknown plural": `{"a":{"dual":"x","other":"y"}}`,
		"no other":       `{"a":{"one":"x"}}`,
	} {
		files := copied(t, frontend.Embedded)
		files["locales/de.json"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := frontend.Build(files, frontend.Options{Samples: samples()}); err == nil {
			t.Errorf("%s: started", note)
		}
	}
	files := copied(t, frontend.Embedded)
	delete(files, "locales/de.json")
	if _, err := frontend.Build(files, frontend.Options{Samples: samples()}); err == nil {
		t.Error("without German: started")
	}
}

// copied takes the embedded files without the bundle, so that a test does not
// depend on whether somebody has built it.
func copied(t *testing.T, from fs.FS) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(name, "dist/") {
			return err
		}
		raw, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
