package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// levels runs doctor and gives the worst level of each check.
func (o *office) levels(t *testing.T) (levels map[string]string, all []diagnosis, code int) {
	t.Helper()
	out, code := o.run(t, "", "doctor", "-json")
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("doctor: exit %d, %v: %s", code, err, out)
	}
	rank := []string{levelGood, levelWarn, levelRed}
	levels = map[string]string{}
	for _, d := range all {
		if slices.Index(rank, d.Level) > slices.Index(rank, levels[d.Check]) {
			levels[d.Check] = d.Level
		}
		if d.Level != levelGood && d.Advice == "" {
			t.Errorf("%s: %s, and no advice", d.Check, d.Found)
		}
	}
	return levels, all, code
}

// An office that does what the guide says is told that all is well, with and
// without a running server.
func TestDoctorOfASoundOffice(t *testing.T) {
	o := newOffice(t)
	key := o.backupKey(t)
	o.renewKey(t)
	o.with("BEISTAND_TEXTS_IMPRINT", "I")
	o.with("BEISTAND_TEXTS_PRIVACY", "P")
	o.with("BEISTAND_TEXTS_ACCESSIBILITY", "A")
	p := o.start(t, "serve")
	o.send(t, p, 2)
	b := o.backUp(t)
	o.sound(t, 2)
	if out, code := o.run(t, "", "restore", "-identity", key, "-rehearse", b.File); code != 0 {
		t.Fatalf("rehearsal: exit %d: %s", code, out)
	}
	for _, served := range []bool{true, false} {
		levels, all, code := o.levels(t)
		for _, check := range []string{"keys", "database", "clock", "permissions", "backup", "verify", "retention", "texts", "digest", "holidays"} {
			if levels[check] != levelGood {
				t.Errorf("served %t: %s is %q, want ok: %+v", served, check, levels[check], all)
			}
		}
		if levels["rehearsal"] != levelWarn || levels["languages"] != levelWarn { // without the sheet; nobody has read the translations
			t.Errorf("served %t: rehearsal %q, languages %q, want look", served, levels["rehearsal"], levels["languages"])
		}
		if code != 0 {
			t.Errorf("served %t: exit %d, want 0", served, code)
		}
		if served {
			p.stop(t)
		}
	}
}

// renewKey pins a key of this half-year, as an office does.
func (o *office) renewKey(t *testing.T) {
	t.Helper()
	fresh := newOffice(t)
	pin := config.Key{Desk: "city", Epoch: 2, From: time.Now().Format("2006-01"), Recipient: fresh.recipient.String()}
	if err := config.Pin(filepath.Join(o.dir, "office-keys.txt"), pin); err != nil {
		t.Fatal(err)
	}
	o.identity, o.recipient, o.epoch = fresh.identity, fresh.recipient, 2
}

// Each thing that an operator can forget is named, and what is dangerous fails.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	notes := func(o *office, n operations) {
		if err := note(filepath.Join(o.dir, "data"), func(to *operations) { *to = n }); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		spoil func(o *office)
		check string
		level string
	}{
		"no key":           {func(o *office) { _ = os.Remove(filepath.Join(o.dir, "office-keys.txt")) }, "keys", levelRed},
		"damaged keys":     {func(o *office) { _ = os.WriteFile(filepath.Join(o.dir, "office-keys.txt"), []byte("x"), 0o600) }, "keys", levelRed},
		"a key that waits": {func(o *office) { o.makeKey(t) }, "new key", levelRed},
		"an old key":       {func(*office) {}, "keys", levelWarn},
		"no backup key":    {func(*office) {}, "backup", levelRed},
		"no backup":        {func(o *office) { o.backupKey(t) }, "backup", levelRed},
		"an old backup":    {func(o *office) { o.backupKey(t); notes(o, operations{Backup: &backupNote{Day: "2026-01-01"}}) }, "backup", levelRed},
		"no rehearsal":     {func(*office) {}, "rehearsal", levelWarn},
		"an old rehearsal": {func(o *office) { notes(o, operations{Rehearsal: &rehearsalNote{Day: "2020-01-01", Paper: true}}) }, "rehearsal", levelRed},
		"broken chains":    {func(o *office) { notes(o, operations{Verify: &verifyNote{Day: "2026-11-22", Found: 1, Grave: 1}}) }, "verify", levelRed},
		"a wide folder": {func(o *office) {
			_ = os.MkdirAll(filepath.Join(o.dir, "data"), 0o700)
			_ = os.Chmod(filepath.Join(o.dir, "data"), 0o755)
		}, "permissions", levelRed},
		"a wide key of the statistics": {func(o *office) {
			must(t, os.MkdirAll(filepath.Join(o.dir, "data"), 0o700))
			must(t, os.WriteFile(filepath.Join(o.dir, "data", "edition-key"), make([]byte, 32), 0o640))
		}, "permissions", levelRed},
		"a damaged store": {func(o *office) {
			_ = os.MkdirAll(filepath.Join(o.dir, "data"), 0o700)
			_ = os.WriteFile(filepath.Join(o.dir, "data", "beistand.db"), make([]byte, 9000), 0o600)
		}, "database", levelRed},
		"no database": {func(o *office) {
			o.with("BEISTAND_MONGODB_URI", "mongodb://"+freePort(t)+"/?serverSelectionTimeoutMS=300")
		}, "database", levelRed},
		"half a digest":     {func(o *office) { o.with("BEISTAND_DIGEST_SERVER", "mail.example:465") }, "digest", levelRed},
		"empty texts, live": {func(o *office) { o.with("BEISTAND_SITE_ORIGIN", "https://melden.example") }, "texts", levelRed},
		"rules unsigned":    {func(*office) {}, "signatures", levelWarn},
		"few holidays":      {func(o *office) { o.holidays(t, "2027-12-25;Sa;Weihnachten;yes\n") }, "holidays", levelWarn},
		"no holidays left":  {func(o *office) { o.holidays(t, "2026-12-25;Fr;Weihnachten;yes\n") }, "holidays", levelRed},
		"a clock gone back": {func(o *office) {
			notes(o, operations{})
			later := time.Now().AddDate(0, 0, 2)
			_ = os.Chtimes(filepath.Join(o.dir, "data", operationsFile), later, later)
		}, "clock", levelRed},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			c.spoil(o)
			levels, all, code := o.levels(t)
			if levels[c.check] != c.level {
				t.Errorf("%s is %q, want %q: %+v", c.check, levels[c.check], c.level, all)
			}
			if code != exitFailed { // each of these has no backup at least
				t.Errorf("exit %d, want 1", code)
			}
		})
	}
}

// TestLostBackupKey: with another key in the settings doctor says that the last
// backup and the last rehearsal were of the older one; that one's backups do not
// open with the new, and say what to do if theirs is lost.
func TestLostBackupKey(t *testing.T) {
	o := newOffice(t)
	lost := o.backupKey(t)
	p := o.start(t, "serve")
	o.send(t, p, 2)
	p.stop(t)
	first := o.backUp(t)
	rehearsed := func(key string, b backedUp) (string, int) {
		return o.run(t, "", "restore", "-identity", key, "-rehearse", b.File)
	}
	found := func(check string) string {
		_, all, _ := o.levels(t)
		for _, d := range all {
			if d.Check == check {
				return d.Level + " " + d.Found
			}
		}
		return ""
	}
	if out, code := rehearsed(lost, first); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	if got := found("rehearsal"); !strings.Contains(got, "did not try the recovery sheet") {
		t.Errorf("rehearsal: %q", got)
	}
	must(t, os.Remove(lost))
	if out, code := rehearsed(lost, first); code == 0 || !strings.Contains(out, "reading the backup's key: ") {
		t.Errorf("without the key: exit %d: %s", code, out)
	}
	fresh := o.backupKey(t)
	if got := found("backup"); !strings.HasPrefix(got, levelRed) || !strings.Contains(got, "another key") {
		t.Errorf("backup: %q", got)
	}
	if got := found("rehearsal"); !strings.HasPrefix(got, levelWarn) || !strings.Contains(got, "another key") {
		t.Errorf("rehearsal: %q", got)
	}
	if out, code := rehearsed(fresh, first); code == 0 || !strings.Contains(out, "the backup does not open") || !strings.Contains(out, "make another key") {
		t.Errorf("with another key: exit %d: %s", code, out)
	}
	second := o.backUp(t)
	if out, code := rehearsed(fresh, second); code != 0 {
		t.Errorf("the new one: exit %d: %s", code, out)
	}
	if got := found("backup"); !strings.HasPrefix(got, levelGood) {
		t.Errorf("backup: %q", got)
	}
	if got := found("rehearsal"); strings.Contains(got, "another key") {
		t.Errorf("rehearsal: %q", got)
	}
}

// makeKey puts the next key of the desk into the ledger, as a rotation does, and
// nobody pins it.
func (o *office) makeKey(t *testing.T) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(o.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	says := &incident.Line{Desk: "city", Epoch: 2, Recipient: newOffice(t).recipient.String()}
	e, err := incident.NewLine(0, incident.Hash{}, incident.KindKey, incident.ActorSystem, "2026-11-22", incident.Op{1}, says)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Record(t.Context(), e), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func (o *office) holidays(t *testing.T, rows string) {
	t.Helper()
	path := filepath.Join(o.dir, "holidays.csv")
	if err := os.WriteFile(path, []byte("date;weekday;name_de;nationwide\n"+rows), 0o600); err != nil {
		t.Fatal(err)
	}
	o.with("BEISTAND_FILES_HOLIDAYS", path)
}

// What /metrics says does not change when somebody sends a report, and no line
// of it holds more than is on this list.
func TestMetricsTellNothingOfAPerson(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	ask := func() string {
		t.Helper()
		resp, err := p.client.Get(p.operator + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("metrics: status %d, %v", resp.StatusCode, err)
		}
		return string(text)
	}
	before := ask()
	o.send(t, p, 4)
	if status, _, err := p.post("/api/v1/reports", []byte("{}")); err != nil || status < 400 {
		t.Errorf("a refusal: status %d, %v", status, err)
	}
	if after := ask(); after != before {
		t.Errorf("metrics changed with reports:\n%s\n%s", before, after)
	}
	allowed := regexp.MustCompile(`^(# (HELP|TYPE) beistand_[a-z_]+ .*|` +
		`beistand_build_info\{version="[^"]*",engine="[A-Za-z0-9 ]+"\} 1|` +
		`beistand_(store_up|verify_sound) [01]|beistand_desk_open\{desk="[a-z0-9-]+"\} [01]|` +
		`beistand_(backup|rehearsal|verify)_age_days \d+|beistand_public_refusals_yesterday\{status="[45]\d\d"\} \d+)$`)
	for line := range strings.Lines(before) {
		if !allowed.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("not on the list: %q", line)
		}
	}
	if !strings.Contains(before, `beistand_desk_open{desk="city"} 1`) || !strings.Contains(before, "beistand_store_up 1") {
		t.Errorf("got %s", before)
	}
	if status, _ := p.get(t, "/metrics"); status == http.StatusOK {
		t.Error("the public listener answers /metrics")
	}
	p.stop(t)
}

// Half of a digest's settings is no start: a mail that nobody sends is a promise.
func TestHalfADigestIsNoStart(t *testing.T) {
	o := newOffice(t)
	o.with("BEISTAND_DIGEST_TO", "a@office.example")
	if out, code := o.run(t, "", "serve"); code != exitFailed || !strings.Contains(out, "there is no default server") {
		t.Errorf("exit %d: %s", code, out)
	}
}
