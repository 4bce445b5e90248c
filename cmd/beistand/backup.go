package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/backup"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/seal"
)

// Names of sealed files: beistand-2026-11-22.age.
const (
	backupBegin = "beistand-"
	sealedEnd   = ".age"
)

const backupUsage = `usage: beistand backup [-config FILE] [-json]     seal a copy of the store
       beistand backup key FILE                   make the key that opens backups; keep FILE in a safe
`

// backup seals a copy of the store. If the office is being served, the running
// server reads it: the embedded store belongs to one process.
func (p program) backup(args []string) error {
	if len(args) > 0 && args[0] == "key" {
		if len(args) != 2 {
			fmt.Fprint(p.stderr, backupUsage)
			return errUsage
		}
		return p.newBackupKey(args[1])
	}
	flags := flag.NewFlagSet("backup", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	asJSON := flags.Bool("json", false, "print what the backup holds as JSON")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		fmt.Fprint(p.stderr, backupUsage)
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	if c.Backup.Recipient == "" {
		return hinted{errors.New("backup.recipient is not set"), "make the key on a machine that is not this one: beistand backup key FILE"}
	}
	day, err := officeDay(c)
	if err != nil {
		return err
	}
	path, m, err := p.backUp(c, day, *testEngine)
	if err != nil {
		return err
	}
	n := backupNote{Day: day, File: filepath.Base(path), SHA256: m.SHA256, Damaged: len(m.Damaged), Key: keyDigits(c.Backup.Recipient)}
	if err := errors.Join(note(c.Data, func(o *operations) { o.Backup = &n }), prune(c, day)); err != nil {
		return err
	}
	return p.tellBackup(path, m, *asJSON)
}

func (p program) tellBackup(path string, m backup.Manifest, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(p.stdout).Encode(struct {
			File string `json:"file"`
			backup.Manifest
		}{path, m}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(p.stdout, "%s\n%d cases, %d events, %d pieces of files, %d ledger lines, %d steps of editions\nsha256 of the lines %s\n",
			path, m.Cases, m.Counts["events"], m.Counts["chunks"], m.Counts["ledger"], m.Counts["editions"], m.SHA256)
	}
	for _, id := range m.Damaged {
		fmt.Fprintf(p.stderr, "case %s is not whole in the store: older backups may have it\n", id)
	}
	if len(m.Damaged) > 0 {
		return errFound
	}
	return nil
}

// backUp writes the file, which has its name only when it is whole and on the disk.
func (p program) backUp(c config.Config, day string, testEngine bool) (path string, m backup.Manifest, err error) {
	if err := private(c.Backup.Folder); err != nil {
		return "", m, err
	}
	f, err := os.CreateTemp(c.Backup.Folder, ".part-*") // 0600
	if err != nil {
		return "", m, fmt.Errorf("writing a backup: %w", err)
	}
	m, err = p.fetchBackup(c, f, testEngine)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", m, errors.Join(err, os.Remove(f.Name()))
	}
	for n := 1; ; n++ {
		path = filepath.Join(c.Backup.Folder, backupBegin+day+sealedEnd)
		if n > 1 {
			path = filepath.Join(c.Backup.Folder, fmt.Sprintf("%s%s-%d%s", backupBegin, day, n, sealedEnd))
		}
		err := os.Link(f.Name(), path) // unlike a rename it replaces nothing
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err := errors.Join(err, os.Remove(f.Name())); err != nil {
			return "", m, fmt.Errorf("writing a backup: %w", err)
		}
		return path, m, nil
	}
}

func (p program) fetchBackup(c config.Config, to io.Writer, testEngine bool) (m backup.Manifest, err error) {
	served, err := streamFromServer(p.ctx, c, "POST /backup", to, &m)
	if served || err != nil {
		return m, err
	}
	db, err := openStore(p.ctx, c, testEngine)
	if err != nil {
		return m, err
	}
	defer closing(db, &err)
	return sealBackup(p.ctx, c, db, to)
}

// sealBackup writes the store's backup, sealed to the recipient of the settings.
func sealBackup(ctx context.Context, c config.Config, db store, to io.Writer) (m backup.Manifest, err error) {
	recipient, err := age.ParseHybridRecipient(c.Backup.Recipient)
	if err != nil {
		return m, errors.New("backup.recipient is malformed")
	}
	key, err := checkpointKey(c.Backup.CheckpointKey)
	if err != nil {
		return m, err
	}
	day, err := officeDay(c)
	if err != nil {
		return m, err
	}
	sealed, err := age.Encrypt(to, recipient)
	if err != nil {
		return m, fmt.Errorf("sealing a backup: %w", err)
	}
	write := func(src backup.Source) error {
		m, err = backup.Write(ctx, sealed, src, backup.Options{Office: c.Site.ID, Day: day, Schema: boltstore.Schema, Key: key, Rand: rand.Reader})
		return err
	}
	if embedded, ok := db.(*boltstore.DB); ok {
		err = embedded.Snapshot(ctx, func(s boltstore.Snapshot) error { return write(s) })
	} else {
		err = write(db)
	}
	if err != nil {
		return m, err
	}
	return m, sealed.Close()
}

// keyDigits gives the 24 digits by which a backup key is told from another.
func keyDigits(recipient string) string {
	key, err := seal.ParseRecipient(recipient)
	if err != nil {
		return ""
	}
	return key.Fingerprint()
}

// sealBytes seals a small file to the backup recipient.
func sealBytes(to string, text []byte) ([]byte, error) {
	recipient, err := age.ParseHybridRecipient(to)
	if err != nil {
		return nil, errors.New("backup.recipient is malformed")
	}
	var b bytes.Buffer
	w, err := age.Encrypt(&b, recipient)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return b.Bytes(), w.Close()
}

// What follows a streamed answer.
const (
	trailerDone  = "Beistand-Done"
	trailerFault = "Beistand-Fault"
)

// patience is how long the running server waits for the command to take a piece
// of the backup: reading it holds the store's old pages.
const patience = time.Minute

// streamBackup answers the backup command.
func (s *server) streamBackup(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", trailerDone+", "+trailerFault)
	m, err := sealBackup(r.Context(), s.config, s.db, hurried{w, http.NewResponseController(w)})
	if err != nil {
		w.Header().Set(trailerFault, err.Error())
		return
	}
	text, err := json.Marshal(m)
	if err != nil {
		w.Header().Set(trailerFault, err.Error())
		return
	}
	w.Header().Set(trailerDone, string(text))
}

// hurried gives up when nobody takes what is written.
type hurried struct {
	to      io.Writer
	control *http.ResponseController
}

func (h hurried) Write(b []byte) (int, error) {
	if err := h.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return h.to.Write(b)
}

// streamFromServer copies what the running server answers and reads what follows
// it. It says false if none runs.
func streamFromServer(ctx context.Context, c config.Config, request string, to io.Writer, into any) (served bool, err error) {
	resp, err := control(ctx, c, request, 0)
	if resp == nil || err != nil {
		return false, err
	}
	defer closing(resp.Body, &err)
	if resp.StatusCode != http.StatusOK {
		return true, fmt.Errorf("the running server says: %s", resp.Status)
	}
	if _, err := io.Copy(to, resp.Body); err != nil {
		return true, fmt.Errorf("asking the running server: %w", err)
	}
	if fault := resp.Trailer.Get(trailerFault); fault != "" {
		return true, fmt.Errorf("the running server says: %s", fault)
	}
	if err := json.Unmarshal([]byte(resp.Trailer.Get(trailerDone)), into); err != nil {
		return true, errors.New("asking the running server: its answer broke off")
	}
	return true, nil
}
