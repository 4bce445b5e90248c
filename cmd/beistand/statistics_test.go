package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

const toyPlanFile = `{"base":3,"dims":[{"codes":["racism","disability","gender"],"id":"ground","max":2,"min":1},{"codes":["work","housing"],"id":"area","max":1,"min":1}],"id":"toy","tables":[{"dims":["ground","area"],"id":"t1"}],"taxonomy":"2026-11","v":1,"year":2027}`

// The counts of an invented year. 4,217 and 3,911 are easy to find again.
const toyCountsFile = `{"v":1,"year":2027,"plan":"c7220fb01bd42d75a249221a09c1910a6a66c8027b5e3e33f61e8bc4a4e90ab9","cells":{"*":4217,"area:work":3911,"area:housing":306,"ground:racism":3001,"ground:disability":999,"ground:gender":1301,"ground:racism|area:work":2807,"ground:disability|area:work":998,"ground:gender|area:work":1103,"ground:racism|area:housing":194,"ground:disability|area:housing":1,"ground:gender|area:housing":198}}`

// statisticsDir is a folder with the files of the toy.
func statisticsDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"plan": toyPlanFile, "seed": strings.Repeat("0f", 32), "key": strings.Repeat("k", 40)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// stat runs a step in a folder; words that are files of it stand with a leading @.
func stat(t *testing.T, dir, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	words := []string{"statistics"}
	for _, a := range args {
		if name, ok := strings.CutPrefix(a, "@"); ok {
			a = filepath.Join(dir, name)
		}
		words = append(words, a)
	}
	var out, errs bytes.Buffer
	code = run(words, nil, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestStatisticsFromCountsToEdition(t *testing.T) {
	dir := statisticsDir(t)
	for _, step := range []struct {
		args []string
		want int
	}{
		{[]string{"check", "-plan", "@plan", "-counts", "-"}, exitDone},
		{[]string{"build", "-plan", "@plan", "-counts", "-", "-base", "3", "-out", "@e1", "-seed-file", "@seed"}, exitDone},
		{[]string{"build", "-plan", "@plan", "-counts", "-", "-base", "3", "-out", "@e2", "-seed-file", "@seed"}, exitDone},
		{[]string{"build", "-plan", "@plan", "-counts", "-", "-base", "5", "-out", "@e5", "-seed-file", "@seed"}, exitDone},
		{[]string{"audit", "@e1"}, exitDone},
		{[]string{"audit", "@e1", "@e5"}, exitFailed},
		{[]string{"verify", "@e1"}, exitFailed},
		{[]string{"sign", "@e1", "-key-file", "@key", "-out", "@signed", "-on", "2026-11-22"}, exitDone},
		{[]string{"verify", "@signed"}, exitDone},
		{[]string{"verify", "@signed", "-key", strings.Repeat("ab", 32)}, exitFailed},
		{[]string{"sign", "@signed", "-key-file", "@key", "-out", "@again"}, exitFailed},
		{[]string{"export", "@signed", "-format", "csv"}, exitDone},
		{[]string{"export", "@signed", "-format", "pdf"}, exitFailed},
		{[]string{"audit"}, exitUsage},
		{[]string{"build", "-plan", "@plan", "-counts", "-"}, exitUsage},
		{[]string{"sing"}, exitUsage},
	} {
		if code, out, errs := stat(t, dir, toyCountsFile, step.args...); code != step.want {
			t.Errorf("%v: exit %d, want %d\n%s%s", step.args, code, step.want, out, errs)
		}
	}
	one, err1 := os.ReadFile(filepath.Join(dir, "e1"))
	two, err2 := os.ReadFile(filepath.Join(dir, "e2"))
	if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Errorf("the same seed gave other bytes (%v, %v)", err1, err2)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "signed"))
	if err != nil {
		t.Fatal(err)
	}
	planted := bytes.Replace(signed, []byte(`"area:housing":30`), []byte(`"area:housing":31`), 1)
	if err := os.WriteFile(filepath.Join(dir, "planted"), planted, 0o600); err != nil || bytes.Equal(planted, signed) {
		t.Fatal("nothing was planted", err)
	}
	code, out, _ := stat(t, dir, "", "audit", "@planted")
	if code != exitFailed || !strings.Contains(out, `"inconsistent"`) || !strings.Contains(out, "area:housing") {
		t.Errorf("a planted edition: exit %d\n%s", code, out)
	}
	if code, _, _ := stat(t, dir, "", "verify", "@planted"); code != exitFailed {
		t.Errorf("a planted edition was verified: exit %d", code)
	}
}

func TestStatisticsFaultsAreTold(t *testing.T) {
	dir := statisticsDir(t)
	bad := strings.Replace(toyCountsFile, `"area:work":3911`, `"area:work":3912`, 1)
	code, out, errs := stat(t, dir, bad, "check", "-plan", "@plan", "-counts", "-")
	var faults []struct{ Kind string }
	if err := json.Unmarshal([]byte(out), &faults); code != exitFailed || err != nil || len(faults) == 0 || faults[0].Kind != "sum" {
		t.Errorf("exit %d, %s (%v)", code, out, err)
	}
	if strings.Contains(errs, "391") {
		t.Errorf("standard error, which reaches logs, holds a count: %s", errs)
	}
	code, out, errs = stat(t, dir, bad, "build", "-plan", "@plan", "-counts", "-", "-out", "@e")
	if _, err := os.Stat(filepath.Join(dir, "e")); code != exitFailed || err == nil || strings.Contains(errs, "391") {
		t.Errorf("exit %d, %s%s (%v)", code, out, errs, err)
	}
}

func TestStatisticsPlanIsTheOffices(t *testing.T) {
	code, out, errs := stat(t, t.TempDir(), "", "plan", "-year", "2027", "-base", "5")
	var plan struct {
		Year, Base int
		Tables     []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(out), &plan); code != exitDone || err != nil || plan.Year != 2027 || plan.Base != 5 || len(plan.Tables) != 19 {
		t.Errorf("exit %d, %v, year %d, base %d, %d tables", code, err, plan.Year, plan.Base, len(plan.Tables))
	}
	if !strings.Contains(errs, "167 cells") {
		t.Errorf("told %q", errs)
	}
}

func TestStatisticsBounds(t *testing.T) {
	dir := t.TempDir()
	problem := `{"lo":[0,0],"hi":[10,10],"constraints":[{"index":[0,1],"coefficient":[2,1],"op":"<=","rhs":5}],"ask":[0,1]}`
	if err := os.WriteFile(filepath.Join(dir, "p"), []byte(problem), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := stat(t, dir, "", "bounds", "@p"); code != exitDone || strings.TrimSpace(out) != `{"lo":[0,0],"hi":[2.5,5]}` {
		t.Errorf("exit %d, %s", code, out)
	}
}

// Counts given on standard input reach no file, neither beside the edition nor among temporary ones, and no line
// of standard error. As a control, a file that does hold them is found.
func TestRawCountsStayInMemory(t *testing.T) {
	dir := statisticsDir(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Chdir(dir)
	var told string
	for _, args := range [][]string{
		{"check", "-plan", "@plan", "-counts", "-"},
		{"build", "-plan", "@plan", "-counts", "-", "-out", "@e", "-key-file", "@key"},
		{"round", "-plan", "@plan", "-counts", "-", "-out", "@r"},
		{"audit", "@e"},
		{"verify", "@e"},
		{"export", "@e", "-out", "@c"},
	} {
		code, _, errs := stat(t, dir, toyCountsFile, args...)
		if code != exitDone {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		told += errs
	}
	// No multiple of 3, so none may be printed for its cell. Alone the numbers may: as the end of an interval.
	secret := []string{`"*":4217`, `area:work":3911`, `ground:racism|area:work":2807`, `ground:gender|area:work":1103`, `ground:disability|area:housing":1,`}
	found := func() (names []string) {
		for _, root := range []string{dir, temporary} {
			err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := os.ReadFile(name)
				for _, s := range secret {
					if bytes.Contains(text, []byte(s)) {
						names = append(names, filepath.Base(name))
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return names
	}
	if names := found(); len(names) > 0 {
		t.Errorf("raw counts stand in %v", slices.Compact(names))
	}
	for _, s := range []string{"4217", "3911", "2807", "1103"} {
		if strings.Contains(told, s) {
			t.Errorf("standard error says %s", s)
		}
	}
	if err := os.WriteFile(filepath.Join(temporary, "planted"), []byte(toyCountsFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(found()) == 0 {
		t.Error("the search finds nothing, not even what was planted")
	}
}

// An edition names the office of the settings, in whatever shape its name is given, and the auditor knows what is
// public elsewhere.
func TestStatisticsTakeTheSettings(t *testing.T) {
	dir := statisticsDir(t)
	for name, text := range map[string]string{
		"settings": "office: {name: Amt für Beistand, ags: '08111000'}\n",
		"broken":   "files: {statistics_known: " + filepath.Join(dir, "plan") + "}\n",
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	code, _, errs := stat(t, dir, toyCountsFile, "build", "-plan", "@plan", "-counts", "-", "-out", "@e", "-config", "@settings")
	edition, err := os.ReadFile(filepath.Join(dir, "e"))
	if code != exitDone || err != nil || !bytes.Contains(edition, []byte(`"office":{"ags":"08111000","name":"Amt für Beistand"}`)) {
		t.Errorf("exit %d, %v: %s", code, err, errs)
	}
	for _, step := range [][]string{
		{"build", "-plan", "@plan", "-counts", "-", "-out", "@e3"}, {"audit", "@e"}, {"sign", "@e", "-key-file", "@key", "-out", "@e4"},
	} {
		if code, _, _ := stat(t, dir, toyCountsFile, append(step, "-config", "@broken")...); code != exitFailed {
			t.Errorf("%s: exit %d with known numbers of the settings that are none", step[0], code)
		}
	}
	c := config.Default()
	c.Office.Name, c.Office.EditionKey = config.Text{"": "Amt"}, filepath.Join(dir, "edition-key")
	data, err := config.ReadData(c.Files)
	must(t, err)
	f, err := (&server{config: c, data: data}).figures()
	if err != nil || f.Meta.Office.Name != "Amt" {
		t.Errorf("an edition of the site: %v, office %+v", err, f)
	}
	data.EU[0].T5Grounds = []string{"t5_age"}
	if _, err := (&server{config: c, data: data}).figures(); err == nil || !strings.Contains(err.Error(), data.EU[0].Code) {
		t.Errorf("a plan against the EU map: %v", err)
	}
}
