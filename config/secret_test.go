package config_test

import (
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
