package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/beistand/beistand/internal/seal"
)

// ordinary prepares a command as a user to whom the modes of files mean something.
func (o *office) ordinary(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(builtProgram(t), args...)
	cmd.Env = o.env
	if os.Geteuid() == 0 {
		for path := o.dir; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
			must(t, os.Chmod(path, 0o755))
		}
		must(t, os.Chmod(filepath.Dir(builtProgram(t)), 0o755))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

// TestSettingsFile: a settings file that nobody may write is enough for every day;
// one that cannot be read is no start, and doctor and serve name the file.
func TestSettingsFile(t *testing.T) {
	o := newOffice(t)
	path := filepath.Join(o.dir, "beistand.yaml")
	must(t, os.WriteFile(path, []byte("office: {name: {de: Stelle}}\n"), 0o444))
	p := o.start(t, "serve", "-config", path)
	p.allOpen(t, o.send(t, p, 2))
	p.stop(t)
	for name, spoil := range map[string]func(){
		"unreadable": func() { must(t, os.Chmod(path, 0)) },
		"a folder":   func() { must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o755)) },
		"missing":    func() { must(t, os.RemoveAll(path)) },
	} {
		must(t, os.RemoveAll(path))
		must(t, os.WriteFile(path, []byte("office: {name: {de: Stelle}}\n"), 0o444))
		spoil()
		for _, command := range []string{"serve", "doctor"} {
			out, err := o.ordinary(t, command, "-config", path).CombinedOutput()
			if err == nil || !strings.HasPrefix(string(out), "beistand: reading settings: ") || !strings.Contains(string(out), path) {
				t.Errorf("%s, %s: %v: %s", name, command, err, out)
			}
		}
	}
}

// TestKeysFileOfAnotherUser: pinned keys that cannot be read are no start, since
// nobody would know what reports are sealed to; a pin that cannot be written says
// so and changes nothing.
func TestKeysFileOfAnotherUser(t *testing.T) {
	o := newOffice(t)
	o.makeKey(t)
	db := o.behind(t)
	key, err := newestKey(t.Context(), db, "city")
	must(t, err)
	must(t, db.Close())
	recipient, err := seal.ParseRecipient(key.Recipient)
	must(t, err)
	path := filepath.Join(o.dir, "office-keys.txt")
	before, err := os.ReadFile(path)
	must(t, err)
	data := filepath.Join(o.dir, "data")
	o.with("BEISTAND_DATA", filepath.Join(o.dir, "tmp", "data"))
	must(t, os.Rename(data, filepath.Join(o.dir, "tmp", "data")))
	if os.Geteuid() == 0 {
		for _, own := range []string{"tmp", "tmp/data", "tmp/data/beistand.db"} {
			must(t, os.Chown(filepath.Join(o.dir, own), 65534, 65534))
		}
	}
	must(t, os.Chmod(path, 0))
	out, err := o.ordinary(t, "serve").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "reading pinned keys: ") || !strings.Contains(string(out), "permission denied") {
		t.Errorf("unreadable: %v: %s", err, out)
	}
	must(t, os.Chmod(path, 0o444))
	t.Cleanup(func() { must(t, os.Chmod(o.dir, 0o755)) })
	cmd := o.ordinary(t, "office", "pin", "-fingerprint", recipient.Fingerprint(), "city")
	must(t, os.Chmod(o.dir, 0o555))
	out, err = cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "pinning the key: ") || !strings.Contains(string(out), "permission denied") {
		t.Errorf("pinning into a folder that takes nothing: %s", out)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the pinned keys changed: %v", err)
	}
}
