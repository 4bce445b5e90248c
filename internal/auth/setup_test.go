package auth

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestCode(t *testing.T) {
	code, record, err := NewCode(bytes.NewReader(seed(7)), noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(code) != 22 {
		t.Errorf("code of %d letters, want 22", len(code))
	}
	if bytes.Contains(record, seed(7)[:codeSize]) {
		t.Error("the record holds the code itself")
	}
	other, _, err := NewCode(bytes.NewReader(seed(8)), noon)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		code   string
		record []byte
		at     time.Time
		want   bool
	}{
		{"right", code, record, noon, true},
		{"a second before its end", code, record, noon.Add(CodeLife - time.Second), true},
		{"at its end", code, record, noon.Add(CodeLife), false},
		{"another code", other, record, noon, false},
		{"empty", "", record, noon, false},
		{"cut", code[:21], record, noon, false},
		{"longer", code + "A", record, noon, false},
		{"other letters", strings.Repeat("!", 22), record, noon, false},
		{"no record", code, nil, noon, false},
		{"cut record", code, record[:39], noon, false},
	}
	for _, tt := range tests {
		if got := CheckCode(tt.code, tt.record, tt.at); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if _, _, err := NewCode(bytes.NewReader(nil), noon); err == nil {
		t.Error("a code without randomness was made")
	}
}
