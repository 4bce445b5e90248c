package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// bent writes a sample of deploy/ into a folder of the test, with other paths.
func bent(t *testing.T, name string, instead ...string) string {
	t.Helper()
	text := readTree(t, "deploy/"+name)
	for i := 0; i < len(instead); i += 2 {
		if !strings.Contains(text, instead[i]) {
			t.Fatalf("%s: %q is not in it", name, instead[i])
		}
	}
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(strings.NewReplacer(instead...).Replace(text)), 0o600))
	return path
}

// installed says whether the machine has the program, and tells if not.
func installed(t *testing.T, name string) bool {
	t.Helper()
	_, err := exec.LookPath(name)
	if err != nil {
		t.Logf("not run: %s is not installed", name)
	}
	return err == nil
}

// TestOnionSample has Tor read the sample of its settings.
func TestOnionSample(t *testing.T) {
	if !installed(t, "tor") {
		return
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	path := bent(t, "torrc", "/var/lib/tor/beistand", filepath.Join(dir, "service"))
	out, err := exec.Command("tor", "--verify-config", "-f", path, "--DataDirectory", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Configuration was valid") {
		t.Errorf("tor: %v: %s", err, out)
	}
}

const analysis = "systemd-analyze" //nolint:misspell // the program's name

// TestUnitSamples has systemd read the units, without a complaint, and judge how
// much each would leave open: at most 2 of 10.
func TestUnitSamples(t *testing.T) {
	if !installed(t, analysis) {
		return
	}
	program := builtProgram(t)
	for _, name := range []string{"beistand.service", "beistand-daily.service"} {
		path := bent(t, name, "/usr/local/bin/beistand", program)
		if out, err := exec.Command(analysis, "verify", path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		if out, err := exec.Command(analysis, "security", "--offline=true", "--threshold=20", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
	if out, err := exec.Command(analysis, "calendar", "*-*-* 02:30").CombinedOutput(); err != nil || !strings.Contains(readTree(t, "deploy/beistand-daily.timer"), "OnCalendar=*-*-* 02:30\n") {
		t.Errorf("the timer: %v: %s", err, out)
	}
}
