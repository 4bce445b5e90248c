package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// apart are the settings that would keep the office of all others from working.
// They end what runs there.
func apart() map[string]func(t *testing.T, w *world) {
	nowhere := func(t *testing.T, w *world, name, value string) {
		t.Helper()
		before := w.o.env
		w.o.with(name, value)
		if out, code := w.o.run(t, "", "verify"); code != exitFailed || !strings.Contains(out, "opening MongoDB") {
			t.Errorf("exit %d: %s", code, out)
		}
		w.o.env = before
	}
	const uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
	return map[string]func(t *testing.T, w *world){
		"mongodb.uri": func(t *testing.T, w *world) { nowhere(t, w, "BEISTAND_MONGODB_URI", uri) },
		"mongodb.uri_file": func(t *testing.T, w *world) {
			path := filepath.Join(w.o.dir, "uri")
			must(t, os.WriteFile(path, []byte(uri+"\n"), 0o600))
			nowhere(t, w, "BEISTAND_MONGODB_URI_FILE", path)
		},
		"mongodb.database":    otherDatabase,
		"site.network_header": func(t *testing.T, _ *world) { mentions(t, "flood_test.go", "BEISTAND_SITE_NETWORK_HEADER") },
		"office.desks.id": func(t *testing.T, w *world) {
			if out, code := w.o.run(t, "", "office", "pin", "nowhere"); code == exitDone || !strings.Contains(out, "nowhere") {
				t.Errorf("a desk that the settings do not name: exit %d: %s", code, out)
			}
		},
		"backup.keep_days":     keepDays,
		"auth.require_passkey": requirePasskey,
	}
}

// mentions holds that another test of this package, which is too long for this one, sets the variable.
func mentions(t *testing.T, file, variable string) {
	t.Helper()
	if !strings.Contains(readTree(t, "cmd/beistand/"+file), `"`+variable) {
		t.Errorf("%s does not set %s any more", file, variable)
	}
}

// otherDatabase: what one database of a server holds, another does not.
func otherDatabase(t *testing.T, w *world) {
	if testing.Short() {
		return
	}
	c := w.o.settings(t)
	c.MongoDB.URI = config.Secret(ferret(t))
	for _, name := range []string{"eins", "zwei"} {
		c.MongoDB.Database = name
		db, err := openStore(t.Context(), c, true)
		must(t, err)
		if _, err := db.Meta(t.Context(), "office"); !errors.Is(err, incident.ErrNotFound) {
			t.Errorf("%s: %v, want nothing", name, err)
		}
		must(t, errors.Join(db.PutMeta(t.Context(), "office", []byte(name)), db.Close()))
	}
}

// keepDays: a backup of three weeks ago stays for 35 days and not for ten.
func keepDays(t *testing.T, w *world) {
	w.o.backupKey(t)
	old := filepath.Join(w.o.dir, "data", "backups", "beistand-"+incident.AddDays(time.Now().Format(time.DateOnly), -21)+".age")
	must(t, os.MkdirAll(filepath.Dir(old), 0o700))
	must(t, os.WriteFile(old, nil, 0o600))
	for days, kept := range map[string]bool{"35": true, "10": false} {
		must(t, os.WriteFile(old, nil, 0o600))
		w.o.with("BEISTAND_BACKUP_KEEP_DAYS", days)
		w.o.backUp(t)
		if _, err := os.Stat(old); (err == nil) != kept {
			t.Errorf("kept for %s days: a backup of 21 days ago: %v", days, err)
		}
	}
}

// requirePasskey: passphrase and name alone are no login any more.
func requirePasskey(t *testing.T, w *world) {
	body, err := json.Marshal(map[string]string{"name": hex.EncodeToString(w.c.keys.Salt[:]), "auth": seal.EncodeKey(w.c.keys.Auth)})
	must(t, err)
	for _, required := range []string{"false", "true"} {
		w.p.stop(t)
		w.o.with("BEISTAND_AUTH_REQUIRE_PASSKEY", required)
		w.p = w.o.start(t, "serve")
		_, answer, err := w.p.post("/api/v1/office/login", body)
		if err != nil || bytes.Contains(answer, []byte(`"challenge"`)) != (required == "true") {
			t.Errorf("required %s: %v: %s", required, err, answer)
		}
	}
}
