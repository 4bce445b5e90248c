package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctorReadsTheProxy: the samples are sound, and each line that would keep a
// log of visits or a text is found.
func TestDoctorReadsTheProxy(t *testing.T) {
	nginx, caddy := readTree(t, "deploy/nginx.conf"), readTree(t, "deploy/Caddyfile")
	for _, c := range []struct{ name, text, want, says string }{
		{"nginx", nginx, levelGood, "no log of visits"},
		{"Caddy", caddy, levelGood, "no log of visits"},
		{"nginx logs", strings.Replace(nginx, "access_log off;", "access_log /var/log/nginx/access.log;", 1), levelRed, "addresses"},
		{"a server of nginx logs", nginx + "\naccess_log /var/log/a;\n", levelRed, "addresses"},
		{"nginx logs errors", strings.Replace(nginx, "error_log /dev/null crit;", "", 1), levelRed, "error_log"},
		{"nginx keeps bodies", strings.Replace(nginx, "proxy_request_buffering   off;", "", 1), levelRed, "proxy_request_buffering"},
		{"a comment is no setting", strings.Replace(nginx, "access_log off;", "# access_log off;", 1), levelRed, "access_log off"},
		{"Caddy logs", strings.Replace(caddy, "	header -Server", "	log\n	header -Server", 1), levelRed, "log directive"},
		{"Caddy logs to a file", strings.Replace(caddy, "	header -Server", "	log {\n		output file /var/log/a\n	}", 1), levelRed, "log directive"},
		{"Caddy logs errors", strings.Replace(caddy, "exclude http", "", 1), levelRed, "exclude http"},
		{"another", "global\n  log /dev/log local0\n", levelWarn, "neither"},
	} {
		path := filepath.Join(t.TempDir(), "proxy.conf")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		d := &doctor{}
		d.proxy(path)
		if len(d.all) == 0 || d.all[0].Level != c.want || !strings.Contains(d.all[0].Found, c.says) {
			t.Errorf("%s: got %+v, want %s, %q", c.name, d.all, c.want, c.says)
		}
	}
}
