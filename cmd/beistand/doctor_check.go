package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/publicweb"
)

// What is still taken for fresh.
const (
	epochMonths   = 7 // a desk's key is for half a year
	backupDays    = 2
	backupLate    = 7
	rehearsalDays = 366
	verifyDays    = 2
	diskRed       = 1 << 30  // bytes free
	diskLook      = 10 << 30 // the same
)

// keys looks at the operator's file: each desk has a key for this month, and it
// is not too old.
func (d *doctor) keys() {
	pinned, err := config.ReadKeys(d.config.Office.KeysFile)
	if err != nil {
		d.red("keys", "serve would not start; restore the file from a copy", "%v", err)
		return
	}
	office := &server{config: d.config, zone: d.now.Location(), fictional: true} // whose key it is, serve looks at
	keys, err := office.pinnedKeys(pinned)
	if err != nil {
		d.red("keys", "serve would not start; restore the file from a copy", "%v", err)
		return
	}
	ring, err := intake.NewKeyring(keys)
	if err != nil {
		d.red("keys", "serve would not start; restore the file from a copy", "%v", err)
		return
	}
	for _, desk := range d.config.Office.Desks {
		key, ok := ring.Current(desk.ID, d.now)
		if !ok {
			d.red("keys", "have the coordinator make one, then: beistand office pin "+desk.ID, "desk %s: no key is pinned for this month, so the form takes nothing for it", desk.ID)
			continue
		}
		from, err := time.Parse("2006-01", key.From)
		months := 0
		if err == nil {
			months = (d.now.Year()-from.Year())*12 + int(d.now.Month()-from.Month())
		}
		if months >= epochMonths {
			d.look("keys", "have a coordinator make the key of the new half-year, and pin it", "desk %s: key %d has been in use for %d months", desk.ID, key.Epoch, months)
		} else {
			d.good("keys", "desk %s: key %d since %s", desk.ID, key.Epoch, key.From)
		}
	}
}

// newKeys looks for a key that a desk has made and nobody has pinned. Until then
// residents go on sealing to the old one, which somebody who left may have kept.
func (d *doctor) newKeys(p program) {
	pinned, err := config.ReadKeys(d.config.Office.KeysFile)
	if err != nil {
		return // keys says so
	}
	if _, err := os.Stat(filepath.Join(d.config.Data, boltstore.FileName)); err != nil && d.config.MongoDB.URI == "" {
		return // no store, no key
	}
	for _, desk := range d.config.Office.Desks {
		key, err := p.uploaded(d.config, desk.ID, d.testEngine)
		if err != nil || slices.ContainsFunc(pinned.Lines(), func(k config.Key) bool { return k.Recipient == key.Recipient }) {
			continue
		}
		d.red("new key", "have the 24 digits read out by whoever made it, then: beistand office pin "+desk.ID+"; if the digits are gone, the coordinator makes another",
			"desk %s: key %d was made and is not pinned, so reports still go to the one before", desk.ID, key.Epoch)
	}
}

// passkeys tells whether the seven words alone let somebody in. An office begins
// without the demand, so that nobody is shut out on the first day.
func (d *doctor) passkeys() {
	if d.config.Auth.RequirePasskey {
		d.good("passkeys", "every member needs one")
		return
	}
	d.look("passkeys", "when the members have tried theirs, set auth.require_passkey: true; who has none makes it at the next login", "asked of those only who have made one: seven words alone let the others in")
}

// database asks the store, through the running server if there is one.
func (d *doctor) database(ctx context.Context) {
	var alive alive
	served, err := askServer(ctx, d.config, "GET /alive", &alive)
	if served && err == nil {
		d.memory(alive)
		d.erased(alive.Erased, true)
	}
	switch {
	case served && err == nil:
		d.good("database", "%s answers, and takes writes (asked through the running server)", alive.Engine)
		return
	case err != nil:
		d.red("database", "look at the server's log and at the disk", "%v", err)
		return
	}
	if _, err := os.Stat(filepath.Join(d.config.Data, boltstore.FileName)); err != nil && d.config.MongoDB.URI == "" {
		d.look("database", "start serve once", "no store yet in %s", d.config.Data)
		return
	}
	db, err := openStore(ctx, d.config, d.testEngine)
	if err == nil {
		engine := db.Engine()
		if err = takesWrites(ctx, db); err == nil {
			d.good("database", "%s answers, and takes writes; no server is running on this machine", engine)
			d.erased(erasedIn(ctx, db), false)
		}
		if e := db.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		d.red("database", "reports are refused until the store answers; the form says so to everybody", "%v", err)
	}
}

// memory looks whether the running program overwrites what it frees.
func (d *doctor) memory(a alive) {
	if a.Overwriting {
		d.good("memory", "what the program frees is overwritten")
		return
	}
	d.look("memory", "start serve with GODEBUG="+overwriting+", as deploy/beistand.service does", "texts sent without JavaScript may stay in memory until it is used again")
}

// clock looks for a clock that went back: the notes of operations and the store
// cannot be of tomorrow.
func (d *doctor) clock() {
	const advice = "set the clock and keep it right with a time service: days, deadlines and logins hang on it"
	if d.now.Year() < 2026 {
		d.red("clock", advice, "the clock says %s", d.now.Format(time.DateOnly))
		return
	}
	for _, name := range []string{boltstore.FileName, operationsFile, checkpointFile} {
		info, err := os.Stat(filepath.Join(d.config.Data, name))
		if err == nil && info.ModTime().After(d.now.Add(time.Hour)) {
			d.red("clock", advice, "%s is of %s, which is still to come", name, info.ModTime().Format(time.DateOnly))
			return
		}
	}
	d.good("clock", "%s, zone %s", d.now.Format(time.DateOnly), d.config.TimeZone)
}

func (d *doctor) disk() {
	for name, dir := range map[string]string{"data": d.config.Data, "backups": d.config.Backup.Folder} {
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err != nil {
			continue // modes tells about a folder that is missing
		}
		free := s.Bavail * uint64(s.Bsize) //nolint:gosec // G115: a block size is positive
		const advice = "make room or take a larger disk; at 0 the form refuses reports"
		switch {
		case free < diskRed:
			d.red("disk", advice, "%s: %d MB left", name, free>>20)
		case free < diskLook:
			d.look("disk", advice, "%s: %d MB left", name, free>>20)
		default:
			d.good("disk", "%s: %d GB left", name, free>>30)
		}
	}
}

// modes looks whether anybody but the owner can touch what is private.
func (d *doctor) modes() {
	wide := 0
	look := func(path string) {
		info, err := os.Lstat(path)
		if err != nil || info.Mode().Type() == fs.ModeSymlink || info.Mode().Perm()&0o077 == 0 {
			return
		}
		wide++
		d.red("permissions", fmt.Sprintf("chmod go= %s", path), "%s: mode %04o, others may touch it", filepath.Base(path), info.Mode().Perm())
	}
	c := d.config
	for _, path := range []string{c.Data, c.Auth.TokenKeys, c.Office.EditionKey, c.Backup.Folder, c.Backup.CheckpointKey, c.MongoDB.URIFile, c.Digest.PasswordFile} {
		if path != "" {
			look(path)
		}
	}
	for _, pattern := range []string{
		filepath.Join(c.Data, boltstore.FileName), filepath.Join(c.Data, checkpointFile), filepath.Join(c.Data, operationsFile), filepath.Join(c.Auth.TokenKeys, "*"),
		filepath.Join(c.Backup.Folder, "*"+sealedEnd),
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		for _, path := range paths {
			look(path)
		}
	}
	if wide == 0 {
		d.good("permissions", "only the owner can touch data, keys and backups")
	}
}

// copies looks at backups and at whether anybody has tried one.
func (d *doctor) copies() {
	notes, err := readOperations(d.config.Data)
	if err != nil {
		d.red("backup", "delete "+operationsFile+" and make a backup", "%v", err)
		return
	}
	const nightly = "run beistand backup every night, from a timer"
	switch n := notes.Backup; {
	case d.config.Backup.Recipient == "":
		d.red("backup", "make a key on another machine: beistand backup key FILE; put the public half into backup.recipient", "there is nobody to seal backups to")
	case n == nil:
		d.red("backup", nightly, "there was none yet")
	case n.Damaged > 0:
		d.red("backup", "run beistand verify store; look into older backups for these cases", "the last one, of %s, met %d damaged cases", n.Day, n.Damaged)
	case n.Key != "" && n.Key != keyDigits(d.config.Backup.Recipient):
		d.red("backup", "run beistand backup now; keep the older key as long as backups of it", "the last one, of %s, is sealed to another key than the settings name", n.Day)
	case daysBetween(n.Day, d.now) > backupLate:
		d.red("backup", nightly, "the last one is of %s", n.Day)
	case daysBetween(n.Day, d.now) > backupDays:
		d.look("backup", nightly, "the last one is of %s", n.Day)
	default:
		d.good("backup", "the last one is of %s: %s", n.Day, n.File)
	}
	const try = "beistand restore -identity FILE -rehearse -paper FILE BACKUP, with the key and the recovery sheet from the safe"
	switch n := notes.Rehearsal; {
	case n == nil:
		d.look("rehearsal", try, "nobody has tried to restore yet")
	case daysBetween(n.Day, d.now) > rehearsalDays:
		d.red("rehearsal", try, "the last one was on %s", n.Day)
	case n.Key != "" && d.config.Backup.Recipient != "" && n.Key != keyDigits(d.config.Backup.Recipient):
		d.look("rehearsal", try, "the last one, on %s, opened a backup of another key than the settings name: nobody has shown that this one is still there", n.Day)
	case !n.Paper:
		d.look("rehearsal", try, "the last one, on %s, did not try the recovery sheet", n.Day)
	default:
		d.good("rehearsal", "on %s, with the recovery sheet", n.Day)
	}
}

func (d *doctor) verified() {
	notes, err := readOperations(d.config.Data)
	const daily = "run beistand verify store every day, from a timer"
	switch n := notes.Verify; {
	case err != nil || n == nil:
		d.look("verify", daily, "the store was never verified from this machine")
	case n.Grave > 0:
		d.red("verify", "run beistand verify store and read what it names; stop nothing before you have a backup", "on %s it found %d broken chains", n.Day, n.Grave)
	case n.Found > 0:
		d.look("verify", "run beistand verify store", "on %s it found %d faults", n.Day, n.Found)
	case daysBetween(n.Day, d.now) > verifyDays:
		d.look("verify", daily, "the last time was %s", n.Day)
	default:
		d.good("verify", "sound on %s", n.Day)
	}
}

// pages looks at what residents read: translations and the office's own texts.
func (d *doctor) pages() {
	renderer, err := frontend.New(frontend.Options{
		Languages: d.config.Languages, Theme: frontend.Theme{}, Samples: publicweb.Samples(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.red("languages", "serve would not start", "%v", err)
		return
	}
	var unread []string
	for _, tag := range d.config.Languages {
		if l := renderer.Locale(tag); l != nil && l.Tag == tag && !l.Reviewed {
			unread = append(unread, tag)
		}
	}
	if len(unread) > 0 {
		d.look("languages", "have two native speakers read them; until then each page says that it was not checked", "not reviewed: %s", strings.Join(unread, ", "))
	} else {
		d.good("languages", "%s", strings.Join(d.config.Languages, ", "))
	}
	var empty []string
	for name, text := range map[string]config.Text{"imprint": d.config.Texts.Imprint, "privacy": d.config.Texts.Privacy, "accessibility": d.config.Texts.Accessibility} {
		if len(text) == 0 {
			empty = append(empty, name)
		}
	}
	switch {
	case len(empty) == 0:
		d.good("texts", "imprint, privacy and accessibility are written")
	case strings.HasPrefix(d.config.Site.Origin, "https://"):
		d.red("texts", "write them in the settings under texts: the law asks for them", "%d of imprint, privacy and accessibility are empty", len(empty))
	default:
		d.look("texts", "write them in the settings under texts before going live", "%d of imprint, privacy and accessibility are empty", len(empty))
	}
}
