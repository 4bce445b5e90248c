package main

import (
	"os"
	"strings"
)

// proxy reads the settings of a proxy, nginx or Caddy, as far as plain lines tell,
// for logs of visits and for bodies that would lie on its disk. What is included
// from other files it does not see.
func (d *doctor) proxy(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		d.red("proxy", "name the file of its settings with -proxy", "%v", err)
		return
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	before := len(d.all)
	switch settings := strings.Join(lines, "\n"); {
	case strings.Contains(settings, "proxy_pass"):
		d.nginx(lines)
	case strings.Contains(settings, "reverse_proxy"):
		d.caddy(lines)
	default:
		d.look("proxy", "look yourself: no log with addresses, no body on the disk", "%s is neither nginx nor Caddy", path)
		return
	}
	if len(d.all) == before {
		d.good("proxy", "%s keeps no log of visits and no body", path)
	}
}

func (d *doctor) nginx(lines []string) {
	const advice = "compare with deploy/nginx.conf: one line with an address and a time is somebody's visit"
	found := map[string]bool{}
	for _, line := range lines {
		words := strings.Fields(strings.TrimRight(line, "; "))
		if len(words) < 2 {
			continue
		}
		setting := strings.Join(words[:2], " ")
		found[setting] = true
		switch {
		case words[0] == "access_log" && words[1] != "off", words[0] == "error_log" && words[1] != "/dev/null":
			d.red("proxy", advice, "%s: it logs addresses", setting)
		case setting == "proxy_request_buffering on":
			d.red("proxy", advice, "%s: it writes texts to its disk", setting)
		}
	}
	for _, setting := range []string{"access_log off", "error_log /dev/null", "proxy_request_buffering off", "proxy_max_temp_file_size 0"} {
		if !found[setting] {
			d.red("proxy", advice, "%q is missing, and the default keeps what must not be kept", setting)
		}
	}
}

// caddy looks for log directives: within a site any is a log of visits. In the
// first block, which is global, Caddy's own log must leave requests out: by
// itself it names address and page of each that failed.
func (d *doctor) caddy(lines []string) {
	const advice = "compare with deploy/Caddyfile: one line with an address and a time is somebody's visit"
	depth, global, silent := 0, lines[0] == "{", false
	for _, line := range lines {
		word, _, _ := strings.Cut(line, " ")
		silent = silent || global && (line == "exclude http" || line == "output discard")
		if word == "log" && depth > 0 && !global {
			d.red("proxy", advice, "a site has a log directive")
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
		if depth == 0 {
			global = false
		}
	}
	if !silent {
		d.red("proxy", advice, "%q is missing in the global log, and by itself Caddy names address and page of each request that fails", "exclude http")
	}
}
