package intake_test

import (
	"bytes"
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// Whatever is sent, ReadForm gives a form within the limits that can be written
// and read again, or one of its errors and what came before.
func FuzzReadForm(f *testing.F) {
	f.Add(multi, []byte(part("text", "Zeile\r\nzwei")+part("lang", "de")+end))
	f.Add(multi, []byte(part("text", "")+"--"+boundary))
	f.Add(multi, []byte("--"+boundary+"\nContent-Disposition: form-data; name=text\n\nx\n--"+boundary+"--"))
	f.Add(multi, []byte("Vorwort\r\n"+part("text", "--"+boundary+"x")+end+"Nachwort"))
	f.Add(multi, []byte(strings.Replace(part("text", "a=3Db=\r\nc"), "\r\n\r\n", "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", 1)+end))
	f.Add(encoded, []byte("text=a%2Bb+c&lang=de&text="))
	f.Add(encoded, []byte("text=%FF%00&lang"))
	f.Add("multipart/form-data; boundary=\"a b\"", []byte("--a b\r\nContent-Disposition: form-data; name*=utf-8''text\r\n\r\nx\r\n--a b--"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		form, err := readBytes(t, kind, body)
		if err != nil {
			var faults incident.Faults
			var tooLarge *http.MaxBytesError
			if !errors.As(err, &faults) && !errors.As(err, &tooLarge) {
				t.Fatalf("got %v, want one of the two errors", err)
			}
			if faults.Has("body", "shape") && form != nil {
				t.Errorf("took %d fields of a form that is not ours", len(form))
			}
		}
		count := 0
		for name, values := range form {
			if !known(name) {
				t.Errorf("took the unknown field %q", name)
			}
			count += len(values)
		}
		if size := size(form); size > maxText || count > 400 {
			t.Errorf("took %d bytes in %d parts", size, count)
		}
		if err != nil {
			return
		}
		again(t, form)
	})
}

func readBytes(t *testing.T, kind string, body []byte) (intake.Form, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
	r.Header["Content-Type"] = []string{kind}
	return intake.ReadForm(r, known, nil)
}

// again writes the form both ways and reads it back.
func again(t *testing.T, form intake.Form) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := readBytes(t, w.FormDataContentType(), b.Bytes())
	if err != nil || !maps.EqualFunc(got, form, slices.Equal) {
		t.Errorf("multipart again: got %q, %v, want %q", got, err, form)
	}
	got, err = readBytes(t, encoded, []byte(url.Values(form).Encode()))
	if err != nil || !maps.EqualFunc(got, form, slices.Equal) {
		t.Errorf("urlencoded again: got %q, %v, want %q", got, err, form)
	}
}

// Whatever is typed: 32 digits that are read back as themselves, or a
// TypingError whose place lies within what was typed.
func FuzzReadReceipt(f *testing.F) {
	for _, typed := range []string{
		"5815 1125 1217 1181 1900 1412 4458 4569", "58151125121711811900141244584569", "٥٨١٥-1125", "5815O", "", "\xff",
		"\u200f５８１５", strings.Repeat("0", 32), strings.Repeat("9", 33), "5815\u00a01125\u20101217", "१२३४", "5815,1125",
	} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := intake.ReadReceipt(typed)
		var typo intake.TypingError
		if err == nil {
			again, err := intake.ReadReceipt(got)
			if len(got) != 32 || strings.Trim(got, "0123456789") != "" || again != got || err != nil {
				t.Fatalf("reading %q: got %q, and again %q, %v", typed, got, again, err)
			}
			return
		}
		if got != "" || !errors.As(err, &typo) {
			t.Fatalf("reading %q: got %q, %v, want a TypingError alone", typed, got, err)
		}
		letters := utf8.RuneCountInString(typed)
		switch typo.Reason {
		case "character":
			if typo.At < 0 || typo.At >= letters {
				t.Errorf("reading %q: place %d of %d", typed, typo.At, letters)
			}
		case "length":
			if typo.At == 32 || typo.At > letters {
				t.Errorf("reading %q: %d digits of %d letters", typed, typo.At, letters)
			}
		case "check":
			if typo.At != 0 {
				t.Errorf("reading %q: a place %d of wrong check digits", typed, typo.At)
			}
		default:
			t.Errorf("reading %q: reason %q", typed, typo.Reason)
		}
	})
}
