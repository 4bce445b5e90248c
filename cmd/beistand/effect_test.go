package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/caseweb"
	"github.com/beistand/beistand/internal/notify"
)

// A world is a running office, its first coordinator logged in.
type world struct {
	o    *office
	p    *process
	c    *coordinator
	base string // where it really listens, whatever the settings call it
	read map[string]string
	s    *server // the same settings, not listening
}

// An effect is a value of a setting and what can be seen of it in an office that
// has it, and not in one that has not.
type effect struct {
	value string // @name is a file of the test; "" for a field of a list
	seen  func(t *testing.T, w *world) bool
}

// get reads a page with its headers; nothing is followed to another host.
func (w *world) get(t *testing.T, path string) string {
	t.Helper()
	if text, ok := w.read[path]; ok {
		return text
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(w.base + path)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	w.read[path] = fmt.Sprint(answer.Status, answer.Header, string(body))
	return w.read[path]
}

// office reads what the console is told, as JSON.
func (w *world) office(t *testing.T, path string) string {
	t.Helper()
	if _, ok := w.read["office "+path]; !ok {
		text, err := json.Marshal(w.c.call(t, "GET", "/api/v1/office/"+path, nil, http.StatusOK))
		must(t, err)
		w.read["office "+path] = string(text)
	}
	return w.read["office "+path]
}

// onPage and inOffice look for a text in a public page and in what the console is told.
func onPage(path, want string) func(*testing.T, *world) bool {
	return func(t *testing.T, w *world) bool { return strings.Contains(w.get(t, path), want) }
}

func inOffice(path, want string) func(*testing.T, *world) bool {
	return func(t *testing.T, w *world) bool { return strings.Contains(w.office(t, path), want) }
}

// stands looks for a file in the office's folder.
func stands(name string) func(*testing.T, *world) bool {
	return func(_ *testing.T, w *world) bool {
		found, err := filepath.Glob(filepath.Join(w.o.dir, name))
		return err == nil && len(found) > 0
	}
}

// told looks for a text in what a command says.
func told(want string, args ...string) func(*testing.T, *world) bool {
	return func(t *testing.T, w *world) bool {
		key := strings.Join(args, " ")
		if _, ok := w.read[key]; !ok {
			w.read[key], _ = w.o.run(t, "", args...)
		}
		return strings.Contains(w.read[key], want)
	}
}

// inAsset looks into the files of a kind that a page names.
func inAsset(page, kind, want string) func(*testing.T, *world) bool {
	named := regexp.MustCompile(`/assets/[^"' ]+\.` + kind)
	return func(t *testing.T, w *world) bool {
		return slices.ContainsFunc(named.FindAllString(w.get(t, page), -1), func(path string) bool {
			return strings.Contains(w.get(t, path), want)
		})
	}
}

// figures is what an edition of this office would be made of.
func (w *world) figures(t *testing.T) *caseweb.Statistics {
	t.Helper()
	f, err := w.s.figures()
	must(t, err)
	return f
}

// effects has every setting, and every field of those that are lists, by its key.
func effects(listen, operator string) map[string]effect {
	_, port, _ := strings.Cut(listen, ":")
	local, number := "http://localhost:"+port, "http://"+listen
	all := map[string]effect{
		"listen":                   {value: listen, seen: func(_ *testing.T, w *world) bool { return w.base == "http://"+listen }},
		"operator.listen":          {value: operator, seen: func(_ *testing.T, w *world) bool { return w.p.operator == "http://"+operator }},
		"data":                     {value: "@elsewhere", seen: stands("elsewhere/beistand.db")},
		"site.id":                  {value: "anders.example", seen: inOffice("office", `"site":"anders.example"`)},
		"site.origin":              {value: local, seen: onPage("/.well-known/security.txt", "Canonical: "+local+"/")},
		"site.onion":               {value: "http://probe.onion", seen: onPage("/de/", "http://probe.onion")},
		"site.exit":                {value: "https://wetter.example/", seen: onPage("/exit", "https://wetter.example/")},
		"office.name":              {value: "Probeamt", seen: onPage("/de/", "Probeamt")},
		"office.origin":            {value: number, seen: func(_ *testing.T, w *world) bool { return w.p.office == number+"/office/" }},
		"office.keys_file":         {value: "@other-keys.txt", seen: stands("other-keys.txt")},
		"office.edition_key":       {value: "@edition", seen: stands("edition")},
		"office.ags":               {value: "08111000", seen: func(t *testing.T, w *world) bool { return w.figures(t).Meta.Office.AGS == "08111000" }},
		"office.first_answer_days": {value: "17", seen: inOffice("office", `"answerDays":17`)},
		"auth.token_keys":          {value: "@tokens", seen: stands("tokens/*")},
		"time_zone":                {value: "Pacific/Kiritimati", seen: func(_ *testing.T, w *world) bool { return w.s.now().Location().String() == "Pacific/Kiritimati" }},
		"languages":                {value: "de, en", seen: onPage("/tr/", "404 Not Found")},
		"veil":                     {value: "probewort", seen: inOffice("office", "probewort")},
		"texts.imprint":            {value: "Probeimpressum", seen: onPage("/de/imprint", "Probeimpressum")},
		"texts.privacy":            {value: "Probeschutz", seen: onPage("/de/privacy", "Probeschutz")},
		"texts.accessibility":      {value: "Probehürde", seen: onPage("/de/accessibility", "Probehürde")},
		"security.contact":         {value: "mailto:a@probe.example", seen: onPage("/.well-known/security.txt", "mailto:a@probe.example")},
		"backup.recipient":         {value: "age1pq1", seen: told("ledger lines", "backup")},
		"backup.folder":            {value: "@copies", seen: stands("copies/beistand-*.age")},
		"backup.checkpoint_key":    {value: "@signs", seen: stands("signs")},
	}
	maps.Copy(all, listEffects())
	maps.Copy(all, fileEffects())
	maps.Copy(all, mailEffects())
	return all
}

// listEffects are the settings with fields of their own: one value for the whole list.
func listEffects() map[string]effect {
	return map[string]effect{
		"office.desks":                {value: "[{id: city, name: Probestelle, operator: Probehaus, public_body: false, languages: [de, pl], conflict_codes: [school]}]", seen: inOffice("office", "Probestelle")},
		"office.desks.name":           {seen: onPage("/de/report", "Probestelle")},
		"office.desks.operator":       {seen: onPage("/de/report", "Probehaus")},
		"office.desks.public_body":    {seen: inOffice("office", `"publicBody":false`)},
		"office.desks.languages":      {seen: inOffice("office", `"languages":["de","pl"]`)},
		"office.desks.conflict_codes": {seen: inOffice("office", `"conflictCodes":["school"]`)},
		"help":                        {value: `[{name: Probehilfe, number: "0800 17", note: Probezeit}]`, seen: onPage("/de/", "Probehilfe")},
		"help.name":                   {seen: onPage("/en/", "Probehilfe")},
		"help.number":                 {seen: onPage("/de/", "0800 17")},
		"help.note":                   {seen: onPage("/de/", "Probezeit")},
		"districts":                   {value: "[{id: probemitte, name: Probebezirk, inner: true}]", seen: inOffice("office", "Probebezirk")},
		"districts.id":                {seen: onPage("/de/report", "probemitte")},
		"districts.name":              {seen: onPage("/de/report", "Probebezirk")},
		"districts.inner":             {seen: func(t *testing.T, w *world) bool { return slices.Contains(w.figures(t).Inner, "probemitte") }},
		"theme":                       {value: `{action-default: {light: "#010203", dark: "#fcfdfe"}}`, seen: inAsset("/de/", "css", "#010203")},
		"theme.light":                 {seen: inAsset("/de/", "css", "#010203")},
		"theme.dark":                  {seen: inAsset("/de/", "css", "#fcfdfe")},
	}
}

// fileEffects are the office's own data files, each with one word changed.
func fileEffects() map[string]effect {
	return map[string]effect{
		"files.taxonomy": {value: "@taxonomy.csv", seen: inOffice("office", "Probemerkmal")},
		"files.eu_map": {value: "@taxonomy_eu_map.csv", seen: func(_ *testing.T, w *world) bool {
			return slices.ContainsFunc(w.s.data.EU, func(e config.EUCode) bool { return e.Note == "Probe" })
		}},
		"files.deadline_rules":   {value: "@deadline_rules.json", seen: inAsset("/de/report", "json", "Probeklage")},
		"files.holidays":         {value: "@holidays_bw_2024_2032.csv", seen: told("the list ends on 2031", "doctor")},
		"files.answer_templates": {value: "@answer_templates.json", seen: inOffice("office", "Probeantwort")},
		"files.referrals":        {value: "@referrals.json", seen: inOffice("office", "Probebund")},
		"files.statistics_plan":  {value: "@statistics_plan.json", seen: inOffice("statistics/2026", "Probestatistik")},
		"files.statistics_labels": {value: "@statistics_labels.json", seen: func(t *testing.T, w *world) bool {
			return w.figures(t).Meta.Labels["de"]["area:school"] == "Probeschule"
		}},
		"files.statistics_known": {value: "@known.json", seen: func(t *testing.T, w *world) bool { return len(w.figures(t).Known) > 0 }},
		"files.veiled_words":     {value: "@veiled_words.json", seen: inOffice("office", "probeschimpf*")},
	}
}

// mailEffects are what the daily mail is sent with.
func mailEffects() map[string]effect {
	digest := func(is func(notify.Digest, notify.SMTP) bool) func(*testing.T, *world) bool {
		return func(t *testing.T, w *world) bool {
			d, err := w.s.digest()
			must(t, err)
			if d == nil {
				return false
			}
			smtp, ok := d.Mailer.(notify.SMTP)
			return ok && is(*d, smtp)
		}
	}
	return map[string]effect{
		"digest.server":        {value: "127.0.0.1:1", seen: digest(func(_ notify.Digest, m notify.SMTP) bool { return m.Server == "127.0.0.1:1" })},
		"digest.from":          {value: "a@probe.example", seen: digest(func(_ notify.Digest, m notify.SMTP) bool { return m.From == "a@probe.example" })},
		"digest.to":            {value: "b@probe.example, c@probe.example", seen: digest(func(d notify.Digest, _ notify.SMTP) bool { return len(d.To) == 2 })},
		"digest.hour":          {value: "3", seen: digest(func(d notify.Digest, _ notify.SMTP) bool { return d.Hour == 3 })},
		"digest.constant":      {value: "true", seen: digest(func(d notify.Digest, _ notify.SMTP) bool { return d.Constant })},
		"digest.user":          {value: "probe", seen: digest(func(_ notify.Digest, m notify.SMTP) bool { return m.User == "probe" })},
		"digest.password_file": {value: "@password", seen: digest(func(_ notify.Digest, m notify.SMTP) bool { return m.Password == "geheim" })},
	}
}

// dataFiles writes the files of fileEffects into a folder.
func dataFiles(t *testing.T, dir string) {
	t.Helper()
	for name, change := range map[string][2]string{
		"taxonomy.csv": {"Antisemitismus;", "Probemerkmal;"}, "taxonomy_eu_map.csv": {"t5_age;;", "t5_age;;Probe"},
		"deadline_rules.json": {"Klage gegen die Kündigung", "Probeklage"}, "answer_templates.json": {"Eingang bestätigen", "Probeantwort"},
		"referrals.json":       {"Antidiskriminierungsstelle des Bundes", "Probebund"},
		"statistics_plan.json": {"Jahresstatistik", "Probestatistik"}, "statistics_labels.json": {`"area:school": "Schule"`, `"area:school": "Probeschule"`},
		"veiled_words.json": {"bimbo*", "probeschimpf*"}, "holidays_bw_2024_2032.csv": {"", ""},
	} {
		text := readTree(t, "config/data/"+name)
		changed := strings.Replace(text, change[0], change[1], 1)
		if change[0] == "" {
			changed = text[:strings.Index(text, "2032-")]
		}
		if changed == text {
			t.Fatalf("%s holds no %q", name, change[0])
		}
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(changed), 0o600))
	}
	must(t, os.WriteFile(filepath.Join(dir, "known.json"), []byte("{}"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "password"), []byte("geheim\n"), 0o600))
}

// settle makes an office with these settings and looks at nothing yet.
func settle(t *testing.T, all map[string]effect) *world {
	t.Helper()
	w := &world{o: newOffice(t), read: map[string]string{}}
	dataFiles(t, w.o.dir)
	for _, s := range config.Settings() {
		value := all[s.Key].value
		switch {
		case s.Key == "backup.recipient" && value != "":
			w.o.backupKey(t)
		case value != "":
			if name, ok := strings.CutPrefix(value, "@"); ok {
				value = filepath.Join(w.o.dir, name)
			}
			w.o.with(s.Env, value)
		}
	}
	w.o.site = w.o.settings(t).Site.ID
	w.c, w.p = w.o.newMember(t, "serve")
	c := w.o.settings(t)
	w.base = "http://" + c.Listen
	if strings.HasSuffix(c.Listen, ":0") {
		w.base = w.p.public
	}
	s, err := newServer(c, nil, io.Discard, false)
	must(t, err)
	w.s = s
	return w
}

// A setting that changes nothing is a promise that nobody keeps: each is set in
// one office and not in another, and what it does is seen in the first alone.
func TestEverySettingHasAnEffect(t *testing.T) {
	all := effects(freePort(t), freePort(t))
	set, plain := settle(t, all), settle(t, nil)
	for _, w := range []*world{set, plain} {
		told("", "backup")(t, w)
		told("", "verify")(t, w)
	}
	for key, e := range all {
		if e.seen(t, plain) {
			t.Errorf("%s: what is looked for is there without it", key)
		}
		if !e.seen(t, set) {
			t.Errorf("%s has no effect", key)
		}
	}
	set.p.stop(t)
	plain.p.stop(t)
	for key, prove := range apart() {
		t.Run(key, func(t *testing.T) { prove(t, plain) })
	}
	for _, key := range settingKeys(reflect.TypeFor[config.Config](), "") {
		_, seen := all[key]
		_, proved := apart()[key]
		if seen == proved {
			t.Errorf("%s: want one proof that it has an effect", key)
		}
	}
}

// settingKeys lists every setting and, behind those that hold lists, their fields.
func settingKeys(of reflect.Type, prefix string) []string {
	var keys []string
	for i := range of.NumField() {
		field, kind := of.Field(i), of.Field(i).Type
		name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "-" {
			continue
		}
		if kind.Kind() != reflect.Struct {
			keys = append(keys, prefix+name)
		}
		for kind.Kind() == reflect.Slice || kind.Kind() == reflect.Map {
			kind = kind.Elem()
		}
		if kind.Kind() == reflect.Struct {
			keys = append(keys, settingKeys(kind, prefix+name+".")...)
		}
	}
	return keys
}
