package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	_ "time/tzdata" // the test must pass where the system has no zones

	"github.com/goccy/go-yaml"

	"github.com/beistand/beistand/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "beistand.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, environ ...string) (config.Config, error) {
	t.Helper()
	return config.Load(write(t, text), environ)
}

func TestDefaultsCanBeUsed(t *testing.T) {
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := config.ReadData(c.Files)
	if err != nil {
		t.Fatal(err)
	}
	if err := data.CheckDesks(c.Office.Desks); err != nil {
		t.Error(err)
	}
	if got, want := c.Office.KeysFile, filepath.Join("data", "office-keys.txt"); got != want {
		t.Errorf("keys file: got %q, want %q", got, want)
	}
	if got, want := c.Auth.TokenKeys, filepath.Join("data", "token-keys"); got != want {
		t.Errorf("token keys: got %q, want %q", got, want)
	}
	for _, text := range []string{"", "# nothing\n", "---\n"} {
		if got, err := load(t, text); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("a file without a setting, %q: got %+v, %v", text, got, err)
		}
	}
}

// The example shows every setting with its default: so it cannot fall behind the struct.
func TestExampleHoldsEverySetting(t *testing.T) {
	text, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.Load("example.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	// an empty list is written as such, and is the same as none
	if got.Districts == nil || len(got.Districts) > 0 || len(got.Theme) > 0 {
		t.Errorf("districts and theme: got %v, %v", got.Districts, got.Theme)
	}
	got.Districts, got.Veil, got.Theme, got.Digest.To = nil, nil, nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		at := any(tree)
		for part := range strings.SplitSeq(s.Key, ".") {
			group, _ := at.(map[string]any)
			value, ok := group[part]
			if !ok {
				t.Errorf("%s is not in example.yaml", s.Key)
				break
			}
			at = value
		}
	}
}

func TestSettingsHaveVariablesOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for _, s := range config.Settings() {
		if other, ok := seen[s.Env]; ok {
			t.Errorf("%s: both %s and %s", s.Env, other, s.Key)
		}
		seen[s.Env] = s.Key
	}
	for env, key := range map[string]string{
		"BEISTAND_LISTEN":      "listen",
		"BEISTAND_DATA":        "data",
		"BEISTAND_MONGODB_URI": "mongodb.uri",
		"BEISTAND_SITE_ID":     "site.id",
	} {
		if seen[env] != key {
			t.Errorf("%s: got %q, want %q", env, seen[env], key)
		}
	}
}

// Every setting can be given as a variable and gets the value.
func TestVariables(t *testing.T) {
	value := map[string]string{
		"listen": "127.0.0.1:9000", "operator.listen": "[::1]:9001", "data": "d", "mongodb.uri": "mongodb://db/",
		"mongodb.database": "b", "site.id": "melden.example", "site.origin": "https://melden.example",
		"site.onion": "http://abc.onion", "site.exit": "https://weather.example/", "office.name": "{de: Amt}",
		"office.origin": "https://office.example", "office.keys_file": "k", "office.edition_key": "e", "office.ags": "08111000", "office.first_answer_days": "5",
		"office.desks":    "[{id: a, name: A, operator: B, languages: [de]}]",
		"auth.token_keys": "t", "auth.require_passkey": "true", "time_zone": "UTC", "languages": "de, tr", "help": "[{name: P, number: '110'}]",
		"districts": "[{id: mitte, name: Mitte, inner: true}]", "theme": "{a-x: {light: '#000000', dark: '#ffffff'}}",
		"texts.imprint": "I", "texts.privacy": "{de: P, en: Q}", "texts.accessibility": "A",
		"site.network_header": "X-Network", "security.contact": "mailto:a@b.example", "files.taxonomy": "f1", "files.eu_map": "f2",
		"files.deadline_rules": "f3", "files.holidays": "f4",
		"files.statistics_plan": "f5", "files.statistics_labels": "f6", "files.statistics_known": "f7",
		"files.veiled_words": "f8", "veil": "eins, zwei*",
		"files.answer_templates": "f9", "files.referrals": "f10",
		"backup.recipient": "age1pq1" + strings.Repeat("q", 1952), "backup.folder": "b", "backup.keep_days": "30",
		"backup.checkpoint_key": "c", "digest.server": "mail.example:465", "digest.from": "a@b.example",
		"digest.to": "c@d.example", "digest.hour": "8", "digest.constant": "true", "digest.user": "u",
	}
	plain, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		if s.Key == "mongodb.uri_file" || s.Key == "digest.password_file" { // have tests of their own: they are read
			continue
		}
		t.Run(s.Key, func(t *testing.T) {
			v, ok := value[s.Key]
			if !ok {
				t.Fatal("add a value to this test")
			}
			got, err := config.Load("", []string{"PATH=/bin", s.Env + "=" + v})
			if err != nil {
				t.Fatal(err)
			}
			if reflect.DeepEqual(got, plain) {
				t.Errorf("%s=%s changed nothing", s.Env, v)
			}
		})
	}
	got, err := load(t, "site: {id: from-file}\nlanguages: [de]\n", "BEISTAND_SITE_ID=from-env", "BEISTAND_LANGUAGES=", "BEISTAND_TEST_MONGODB_URI=x")
	if err != nil {
		t.Fatal(err)
	}
	if got.Site.ID != "from-env" || !reflect.DeepEqual(got.Languages, []string{"de"}) {
		t.Errorf("got %q, %q: want the variable to win, and an empty one to count as not set", got.Site.ID, got.Languages)
	}
}

func TestOperationsAreChecked(t *testing.T) {
	for _, wrong := range []string{
		"backup: {recipient: age1x}", "backup: {keep_days: 0}", "backup: {keep_days: 36}", "digest: {hour: 24}", "digest: {server: mail.example}",
		"digest: {from: nobody}", "digest: {to: [a@b.example, 'a@b.example, c@d.example']}", "digest: {password: x}",
	} {
		if _, err := load(t, wrong); err == nil {
			t.Errorf("%s: taken", wrong)
		}
	}
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, "digest: {password_file: "+path+"}")
	if err != nil || c.Digest.Password.Reveal() != "geheim" {
		t.Errorf("password: got %q, %v", c.Digest.Password.Reveal(), err)
	}
}

func TestFileReplacesListsAndKeepsTheRest(t *testing.T) {
	got, err := load(t, `
help:
  - {name: Beratung, number: 0711 123}
office:
  desks:
    - {id: verein, name: Verein, operator: Verein, languages: [tr]}
theme:
  action-default: {light: "#101010", dark: "#eeeeee"}
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Help) != 1 || got.Help[0].Number != "0711 123" {
		t.Errorf("help: got %+v", got.Help)
	}
	if len(got.Office.Desks) != 1 || got.Office.Desks[0].PublicBody || got.Office.Desks[0].ConflictCodes != nil {
		t.Errorf("desks: got %+v: the default desk shines through", got.Office.Desks)
	}
	if got.Office.FirstAnswerDays != 3 || got.Site.ID != "localhost" {
		t.Errorf("got %d, %q: want the defaults", got.Office.FirstAnswerDays, got.Site.ID)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ file, env, want string }{
		{"sites: {id: x}", "", `line 1: unknown setting "sites", the nearest known one is "site"`},
		{"site:\n  idd: x", "", `line 2: unknown setting "site.idd", the nearest known one is "site.id"`},
		{"keys_file: x", "", `unknown setting "keys_file", the nearest known one is "office.keys_file"`},
		{"office: {desks: [{id: a, nam: b}]}", "", `"office.desks[0].nam", the nearest known one is "office.desks[0].name"`},
		{"theme: {ax: {lihgt: a}}", "", `"theme.ax.lihgt", the nearest known one is "theme.ax.light"`},
		{"Listen: 127.0.0.1:1", "", `unknown setting "Listen", the nearest known one is "listen"`},
		{"", "BEISTAND_MONGO_URI=x", `unknown setting "BEISTAND_MONGO_URI", the nearest known one is "BEISTAND_MONGODB_URI"`},
		{"", "BEISTAND_OFFICE_DESKS=[{idd: a}]", `"office.desks[0].idd"`},
		{"", "BEISTAND_OFFICE_DESKS=a: b: c", "BEISTAND_OFFICE_DESKS: "},
		{"", "BEISTAND_OFFICE_FIRST_ANSWER_DAYS=soon", "BEISTAND_OFFICE_FIRST_ANSWER_DAYS: "},
		{"listen: [a]", "", "line 1"},
		{"listen: a\nlisten: b", "", "line 2"},
		{"a: b: c", "", "line 1"},
		{"listen: 127.0.0.1:1\n---\ndata: x", "", "two"},
		{"- a", "", "reading settings"},
		{"listen: nowhere", "", "listen: want host:port"},
		{"listen: 127.0.0.1:70000", "", "listen: want host:port"},
		{"operator: {listen: '0.0.0.0:8081'}", "", "operator.listen: want a loopback address"},
		{"operator: {listen: '127.0.0.1:8080'}", "", "operator.listen: the same as listen"},
		{"data: ''", "", "data: want a folder"},
		{"mongodb: {database: a.b}", "", "mongodb.database"},
		{"mongodb: {uri: 'postgres://x'}", "", "mongodb.uri: want mongodb://"},
		{"mongodb: {uri: 'mongodb://x', uri_file: f}", "", "both set"},
		{"mongodb: {uri_file: missing}", "", "mongodb.uri_file: "},
		{"site: {id: Stadt}", "", "site.id: want"},
		{"site: {id: ''}", "", "site.id: want"},
		{"site: {origin: 'http://melden.example'}", "", "site.origin: want https"},
		{"site: {origin: 'https://melden.example/'}", "", "site.origin: want https://host"},
		{"site: {onion: 'https://a.onion'}", "", "site.onion"},
		{"site: {exit: 'javascript:alert(1)'}", "", "site.exit"},
		{"office: {origin: 'ftp://x'}", "", "office.origin"},
		{"office: {name: ''}", "", "office.name: want a text"},
		{"office: {name: {de: ' '}}", "", `office.name: the text for "de" is empty`},
		{"office: {name: {Deutsch: x}}", "", `"Deutsch" is not a language tag`},
		{"office: {first_answer_days: 0}", "", "office.first_answer_days"},
		{"office: {desks: []}", "", "at least one desk"},
		{"office: {desks: [{id: a, name: A, operator: A, languages: [de]}, {id: a, name: B, operator: B, languages: [de]}]}", "", "desks[1].id"},
		{"time_zone: Berlin", "", "time_zone"},
		{"time_zone: Local", "", "time_zone"},
		{"languages: [en]", "", "German (de) is missing"},
		{"languages: [de, de]", "", "twice"},
		{"help: []", "", "help: want at least one"},
		{"help: [{name: x, number: call us}]", "", "help[0].number"},
		{"districts: [{id: outside, name: x}]", "", `districts[0].id: "outside" is taken`},
		{"theme: {x: {light: red, dark: '#FFFFFF'}}", "", "theme.x.light: want #rrggbb"},
		{"theme: {--x: {light: '#ffffff', dark: '#ffffff'}}", "", "theme.--x: want the name"},
		{"security: {contact: me}", "", "security.contact"},
	} {
		var environ []string
		if tt.env != "" {
			environ = []string{tt.env}
		}
		_, err := load(t, tt.file, environ...)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q %q: got %v, want %q", tt.file, tt.env, err, tt.want)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := load(t, "listen: x\ndata: ''\nsite: {id: A}\n")
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"listen:", "data:", "site.id:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not in %q", want, err)
		}
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, 4<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing"), dir, large} {
		if _, err := config.Load(path, nil); err == nil {
			t.Errorf("%s: got no error", path)
		}
	}
}

// No fault repeats a secret, and no usual way to print the settings does.
func TestSecretStaysSecret(t *testing.T) {
	const marker = "correct-horse"
	for _, text := range []string{
		"mongodb: {uri: 'mongodb://u:" + marker + "@db', uri_file: x}",
		"mongodb: {uri: 'postgres://u:" + marker + "@db'}",
		"mongodb: {uri: [mongodb, " + marker + "]}",
		"mongodb: {urii: 'mongodb://u:" + marker + "@db'}",
		"mongodb:\n  uri: 'mongodb://u:" + marker + "@db\n",
		"mongodb:\n  uri: mongodb://u:" + marker + "@db\n bad\n",
	} {
		_, err := load(t, text)
		if err == nil || strings.Contains(err.Error(), marker) {
			t.Errorf("%q: got %v", text, err)
		}
	}
	c, err := load(t, "mongodb: {uri: 'mongodb://u:"+marker+"@db'}")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q", c, c, c, c.MongoDB.URI, c.MongoDB.URI)
	slog.New(slog.NewJSONHandler(&out, nil)).InfoContext(t.Context(), "settings",
		slog.Any("uri", c.MongoDB.URI), slog.Any("all", c))
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	y, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	out.Write(y)
	if strings.Contains(out.String(), marker) {
		t.Errorf("printed: %s", out.String())
	}
	if !strings.HasSuffix(c.MongoDB.URI.Reveal(), marker+"@db") {
		t.Error("Reveal does not give the value")
	}
}

func TestTextIn(t *testing.T) {
	for _, tt := range []struct {
		text                config.Text
		lang, want, wantTag string
	}{
		{config.Text{"de": "Amt", "en": "Office"}, "en", "Office", "en"},
		{config.Text{"de": "Amt", "en": "Office"}, "ar", "Amt", "de"},
		{config.Text{"": "Amt"}, "ar", "Amt", ""},
		{config.Text{"tr": "Büro", "pl": "Biuro"}, "ar", "Biuro", "pl"},
		{nil, "de", "", ""},
	} {
		got, tag := tt.text.In(tt.lang)
		if got != tt.want || tag != tt.wantTag {
			t.Errorf("%v in %s: got %q, %q, want %q, %q", tt.text, tt.lang, got, tag, tt.want, tt.wantTag)
		}
	}
}

// What Load takes can be written and read again.
func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile("example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	f.Add("site: {id: a}")
	f.Add("office: &a {name: b}\nhelp: *a")
	f.Add("office: {name: {de: a}, desks: [{id: a}]}")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, nil)
		if err != nil {
			if !reflect.DeepEqual(c, config.Config{}) {
				t.Error("an error and settings")
			}
			return
		}
		if err := c.Check(); err != nil {
			t.Errorf("taken, but not right: %v", err)
		}
	})
}

// TestRegressionR28NoDefaultRelay: without a setting nothing is sent anywhere.
func TestRegressionR28NoDefaultRelay(t *testing.T) {
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Digest.Server != "" || c.MongoDB.URI != "" || len(c.Digest.To) != 0 {
		t.Errorf("digest %q to %v, database %q: want none", c.Digest.Server, c.Digest.To, c.MongoDB.URI)
	}
}
