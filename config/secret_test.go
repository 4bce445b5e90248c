package config_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if got, err := config.ReadSecret(file("good", "mongodb://a b\r\n\n", 0o400)); err != nil || got.Reveal() != "mongodb://a b" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	for name, path := range map[string]string{
		"group may read":   file("group", "x", 0o640),
		"others may write": file("others", "x", 0o602),
		"empty":            file("empty", "\n", 0o600),
		"large":            file("large", strings.Repeat("x", 64<<10+1), 0o600),
		"missing":          filepath.Join(dir, "missing"),
		"folder":           dir,
	} {
		if got, err := config.ReadSecret(path); err == nil || got != "" {
			t.Errorf("%s: got %q, %v", name, got.Reveal(), err)
		}
	}
	c, err := config.Load("", []string{"BEISTAND_MONGODB_URI_FILE=" + file("uri", "mongodb://a/\n", 0o600)})
	if err != nil || c.MongoDB.URI.Reveal() != "mongodb://a/" {
		t.Errorf("uri_file: got %q, %v", c.MongoDB.URI.Reveal(), err)
	}
}

func TestTokenKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "token-keys")
	if got, err := config.ReadTokenKeys(dir); err != nil || got != nil {
		t.Fatalf("no folder: got %v, %v", got, err)
	}
	old, err := config.NewTokenKey(dir, "2026-05-01", strings.NewReader(strings.Repeat("a", 32)))
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := config.NewTokenKey(dir, "2026-11-22", strings.NewReader(strings.Repeat("b", 32)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "README"), []byte("no key"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := config.ReadTokenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !bytes.Equal(got[0], fresh) || !bytes.Equal(got[1], old) || string(fresh) != strings.Repeat("b", 32) {
		t.Errorf("got %x, want the newest first", got)
	}
	for _, path := range []string{dir, filepath.Join(dir, "2026-11-22.key")} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v, %v: others may touch it", path, info.Mode(), err)
		}
	}
	if _, err := config.NewTokenKey(dir, "2026-11-22", strings.NewReader(strings.Repeat("c", 32))); !errors.Is(err, fs.ErrExist) {
		t.Errorf("taken name: got %v", err)
	}
	if _, err := config.NewTokenKey(dir, "2026-11-23", strings.NewReader("short")); err == nil {
		t.Error("a source that ends: got no error")
	}
	for name, text := range map[string]string{"short": "ab", "long": strings.Repeat("ab", 33), "letters": strings.Repeat("zz", 32)} {
		bad := t.TempDir()
		if err := os.WriteFile(filepath.Join(bad, "x.key"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := config.ReadTokenKeys(bad); err == nil || got != nil {
			t.Errorf("%s: got %x, %v", name, got, err)
		} else if strings.Contains(err.Error(), text) {
			t.Errorf("%s: the error repeats the key", name)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "2026-05-01.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.ReadTokenKeys(dir); err == nil {
		t.Error("a key that others may read: got no error")
	}
}
