package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/casework"
)

// What the samples of deploy/ must say and must not say. They are copied without
// being read, so a line that is missing here is a log of visits there.
func TestSamplesKeepNoLog(t *testing.T) {
	for name, c := range map[string]struct{ must, never []string }{
		"deploy/nginx.conf": {
			[]string{"access_log off;", "error_log /dev/null crit;", "proxy_request_buffering   off;", "proxy_max_temp_file_size  0;", "proxy_cache               off;", "proxy_next_upstream off;", "$host;", "map $remote_addr $network {", "X-Network       $network;"},
			[]string{"$remote_addr;", "$proxy_add_x_forwarded_for", "log_format"},
		},
		"deploy/Caddyfile": {
			[]string{"header_up -X-Forwarded-For", "header_up -X-Real-IP", "admin off", "level ERROR", "exclude http", "map {remote_host} {network} {", "header_up X-Network {network}"},
			[]string{"{remote_host}\n", "access.log", "output file"},
		},
		"deploy/torrc":                  {[]string{"HiddenServicePoWDefensesEnabled 1", "HiddenServiceVersion 3", "SafeLogging 1"}, []string{"8081", "Log notice", "Log info"}},
		"deploy/Containerfile":          {[]string{"FROM scratch", "USER 65532", "COPY --chown=65532:65532 --chmod=0700 data /data", "ENV GODEBUG=clobberfree=1 GOTRACEBACK=none"}, []string{"latest", "RUN "}},
		"deploy/beistand.service":       {[]string{"Environment=GODEBUG=clobberfree=1 GOTRACEBACK=none", "LimitCORE=0", "MemorySwapMax=0", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "SystemCallFilter=@system-service", "IPAddressDeny=any"}, []string{"User=root"}},
		"deploy/compose.yaml":           {[]string{"logging: {driver: none}", "read_only: true", "core: 0", `--profile, "0"`, "cap_drop: [ALL]"}, []string{":latest", "privileged"}},
		"deploy/beistand-daily.service": {[]string{"verify store", "beistand backup", "StandardOutput=null", "LimitCORE=0", "MemorySwapMax=0", "SystemCallFilter=@system-service", "IPAddressDeny=any"}, nil},
	} {
		text := strings.Join(uncommentedLines(readTree(t, name)), "\n")
		for _, line := range c.must {
			if !strings.Contains(text, line) {
				t.Errorf("%s: %q is missing", name, line)
			}
		}
		for _, word := range c.never {
			if strings.Contains(text, word) {
				t.Errorf("%s: holds %q", name, word)
			}
		}
	}
}

func uncommentedLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); !strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// The compose file is YAML, has three members, two instances and a proxy, and
// names only settings that exist.
func TestComposeFile(t *testing.T) {
	var file struct {
		Services map[string]struct {
			Environment map[string]string `yaml:"environment"`
			Image       string            `yaml:"image"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(readTree(t, "deploy/compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range config.Settings() {
		known[s.Env] = true
	}
	count := map[string]int{}
	for name, s := range file.Services {
		count[strings.TrimRight(name, "123")]++
		for env := range s.Environment {
			if !known[env] {
				t.Errorf("%s: %s is no setting", name, env)
			}
		}
	}
	if count["mongo"] != 3 || count["beistand"] != 2 || count["proxy"] != 1 {
		t.Errorf("got %v, want three members, two instances, one proxy", count)
	}
}

// Commands, settings and numbers that the operator's documents name exist and
// are those of the program.
func TestDocumentsNameWhatThereIs(t *testing.T) {
	command := regexp.MustCompile("beistand ([a-z]+)( [a-z]+)?")
	quoted := regexp.MustCompile("`[^`\n]*`")
	settings := map[string]bool{}
	for _, s := range config.Settings() {
		settings[s.Key] = true
	}
	setting := regexp.MustCompile("`((?:backup|digest|site|mongodb|operator|files|office|auth)\\.[a-z_]+)")
	found := 0
	for _, name := range treeFiles(t) {
		if !strings.HasPrefix(name, "docs/") || !strings.HasSuffix(name, ".md") || strings.HasPrefix(name, "docs/adr/") {
			continue
		}
		text := readTree(t, name)
		for _, quote := range quoted.FindAllString(text, -1) {
			for _, m := range command.FindAllStringSubmatch(quote, -1) {
				if found++; m[1] == "beistand" { // the user of that name
					continue
				}
				if !strings.Contains(usage, "\n  "+m[1]+" ") {
					t.Errorf("%s: there is no command %q", name, m[0])
				}
			}
		}
		for _, m := range setting.FindAllStringSubmatch(text, -1) {
			if !settings[m[1]] {
				t.Errorf("%s: there is no setting %q", name, m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("found %d commands in the documents", found)
	}
	if !strings.Contains(readTree(t, "docs/betrieb.md"), "ohne Änderung 35.") || config.Default().Backup.KeepDays != 35 || config.MaxKeepDays != casework.BackupDays {
		t.Error("docs/betrieb.md names another keeping time than the settings, or those another than the sweeper keeps final events")
	}
}
