package config

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

// A Secret is a value that must not be printed. Every usual way to print it gives "(secret)"; Reveal gives
// the value to the one place that needs it.
type Secret string

const hidden = "(secret)"

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

// String returns "(secret)", or "" for the empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString returns what String returns.
func (s Secret) GoString() string { return s.String() }

// LogValue returns what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns what String returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ReadSecret returns the content of a file without the line end after it. It refuses a file that others
// than its owner may touch, one that is empty, and one of more than 64 KiB.
func ReadSecret(path string) (Secret, error) {
	text, err := readPrivate(path)
	if err != nil {
		return "", err
	}
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		return "", fmt.Errorf("reading %s: the file is empty", path)
	}
	return Secret(text), nil
}

func readPrivate(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("reading %s: not a file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("reading %s: others than its owner may touch it (mode %04o), want 0600", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, 64<<10+1))
	if err != nil {
		return "", err
	}
	if len(text) > 64<<10 {
		return "", fmt.Errorf("reading %s: larger than 64 KiB", path)
	}
	return string(text), nil
}
