package incident

import (
	"errors"
	"strings"
	"testing"
)

func TestIDs(t *testing.T) {
	if got, want := testCase.Event(7), EventID("000102030405060708090a0b0c0d0e0f:00000007"); got != want {
		t.Errorf("Event = %q, want %q", got, want)
	}
	if got, want := LedgerID.Event(12345678), EventID("ledger:12345678"); got != want {
		t.Errorf("Event = %q, want %q", got, want)
	}
	upload := testCase.Upload(anna)
	if want := UploadID(string(testCase) + ":" + anna); upload != want {
		t.Errorf("Upload = %q, want %q", upload, want)
	}
	if got := upload.Case(); got != testCase {
		t.Errorf("Case of upload = %q, want %q", got, testCase)
	}
	chunk := upload.Chunk(40)
	if want := ChunkID(string(upload) + ":000040"); chunk != want {
		t.Errorf("Chunk = %q, want %q", chunk, want)
	}
	if got := chunk.Upload(); got != upload {
		t.Errorf("Upload of chunk = %q, want %q", got, upload)
	}
	if got := ChunkID("none").Upload(); got != "" {
		t.Errorf("Upload of a malformed chunk = %q, want nothing", got)
	}
}

func TestEventSplit(t *testing.T) {
	hex32 := string(testCase)
	tests := []struct {
		id   string
		want int // 0: refused
	}{
		{hex32 + ":00000001", 1},
		{hex32 + ":99999999", 99999999},
		{"ledger:00000042", 42},
		{"", 0},
		{hex32, 0},
		{hex32 + ":", 0},
		{hex32 + ":00000000", 0},
		{hex32 + ":-0000001", 0},
		{hex32 + ":+0000001", 0},
		{hex32 + ":1", 0},
		{hex32 + ":0000000a", 0},
		{hex32 + ":00000001:00000001", 0},
		{hex32[:30] + ":00000001", 0},
		{strings.ToUpper(hex32) + ":00000001", 0},
		{strings.Repeat("g", 32) + ":00000001", 0},
		{"office:00000001", 0},
		{":00000001", 0},
	}
	for _, tt := range tests {
		id, rev, err := EventID(tt.id).Split()
		if rev != tt.want || (err == nil) != (tt.want > 0) || (id == "") != (tt.want == 0) {
			t.Errorf("Split(%q) = %q, %d, %v, want number %d", tt.id, id, rev, err, tt.want)
		}
		e := Event{ID: EventID(tt.id)}
		if e.Rev() != tt.want || e.Case() != id {
			t.Errorf("Rev, Case of %q = %d, %q, want %d, %q", tt.id, e.Rev(), e.Case(), tt.want, id)
		}
	}
}

func TestParseHexIDs(t *testing.T) {
	tests := []struct {
		in string
		ok bool
	}{
		{string(testCase), true},
		{strings.Repeat("0", 32), true},
		{strings.Repeat("A", 32), false},
		{strings.Repeat("g", 32), false},
		{strings.Repeat("0", 31), false},
		{strings.Repeat("0", 33), false},
		{strings.Repeat("0", 30) + "ä", false},
		{" " + strings.Repeat("0", 31), false},
		{"", false},
	}
	for _, tt := range tests {
		op, err := ParseOp(tt.in)
		if (err == nil) != tt.ok || tt.ok && op.String() != tt.in || !tt.ok && op != (Op{}) {
			t.Errorf("ParseOp(%q) = %s, %v", tt.in, op, err)
		}
		c, err := ParseCaseID(tt.in)
		if (err == nil) != tt.ok || tt.ok && string(c) != tt.in || !tt.ok && c != "" {
			t.Errorf("ParseCaseID(%q) = %q, %v", tt.in, c, err)
		}
		m, err := ParseMemberID(tt.in)
		if (err == nil) != tt.ok || tt.ok && string(m) != tt.in || !tt.ok && m != "" {
			t.Errorf("ParseMemberID(%q) = %q, %v", tt.in, m, err)
		}
	}
}

// An id is secret enough not to stand in an error (CONTRIBUTING.md, Errors).
func TestErrorsDoNotRepeatTheID(t *testing.T) {
	const wrong = "0123456789abcdef0123456789abcdeX"
	_, err1 := ParseCaseID(wrong)
	_, err2 := ParseOp(wrong)
	_, _, err3 := EventID(wrong + ":00000001").Split()
	if text := errors.Join(err1, err2, err3).Error(); strings.Contains(text, "0123") {
		t.Errorf("error repeats the id: %s", text)
	}
}
