package config

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
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

// tokenKeyEnd is the end of the names of files that hold a token key.
const tokenKeyEnd = ".key"

// ReadTokenKeys returns the seeds of the keys that sign sessions (auth.token_keys), each 32 bytes, the
// newest first: that one signs, all verify. The folder holds one seed a file, 64 hexadecimal digits, mode
// 0600, and the file names sort by age, as those that NewTokenKey makes do. An unreadable, short or open
// file is an error. A folder that does not exist or holds none gives none.
func ReadTokenKeys(dir string) ([][]byte, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading token keys: %w", err)
	}
	var seeds [][]byte
	for _, entry := range slices.Backward(entries) { // ReadDir sorts by name
		if !strings.HasSuffix(entry.Name(), tokenKeyEnd) {
			continue
		}
		text, err := readPrivate(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading token keys: %w", err)
		}
		seed, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("reading token keys: %s: want 64 hexadecimal digits", entry.Name())
		}
		seeds = append(seeds, seed)
	}
	return seeds, nil
}

// NewTokenKey writes a new seed into the folder, which it makes if needed, under the given name (a day such
// as 2026-11-22 sorts well) and returns it. A name that is taken is an error that is fs.ErrExist.
func NewTokenKey(dir, name string, random io.Reader) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a token key: %w", err)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("making a token key: %w", err)
	}
	path := filepath.Join(dir, name+tokenKeyEnd)
	if err := writeNew(path, []byte(hex.EncodeToString(seed)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("making a token key: %w", err)
	}
	return seed, nil
}

// writeNew writes a file that must not exist and returns when it is on the disk.
func writeNew(path string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
