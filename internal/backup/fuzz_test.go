package backup

import (
	"bufio"
	"bytes"
	"testing"
)

// FuzzLines: whatever stands in the lines, the reader ends with an error. Nobody
// who does not know SHA-256 backwards writes a last line that fits.
func FuzzLines(f *testing.F) {
	const first = `{"format":"beistand-backup","v":1,"office":"a","schema":1,"day":"2026-11-22"}` + "\n"
	for _, rest := range []string{
		"", "{}\n", `{"c":"events","d":{"_id":"00000000000000000000000000000001:00000001","op":"00"}}` + "\n",
		`{"c":"chunks","d":{"_id":"a:b:000000","b":"AA=="}}` + "\n", `{"c":"keys","d":{"_id":"wrap:a:0001","b":""}}` + "\n",
		`{"c":"drop","d":"00000000000000000000000000000001"}` + "\n", `{"c":"damaged","d":5}` + "\n",
		`{"c":"end","counts":{},"sha256":"","checkpoint":""}` + "\n", `{"c":"ledger","d":{"_id":"ledger:00000001"}}` + "\n",
	} {
		f.Add([]byte(first + rest))
	}
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if newReader(visitor{}).lines(t.Context(), bufio.NewReader(bytes.NewReader(text))) == nil {
			t.Error("taken for a backup")
		}
		if _, err := Check(t.Context(), bytes.NewReader(text)); err == nil {
			t.Error("taken for a packed backup")
		}
		_, _ = ParseCheckpoint(text)
	})
}
