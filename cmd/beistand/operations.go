package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
)

// operationsFile is where the operator's own acts are noted for doctor: days and
// results, nothing of a case. It lies in the data folder of the machine.
const operationsFile = "operations.json"

// operations are the newest acts of each kind.
type operations struct {
	Backup    *backupNote    `json:"backup,omitempty"`
	Rehearsal *rehearsalNote `json:"rehearsal,omitempty"`
	Verify    *verifyNote    `json:"verify,omitempty"`
	Compact   *compactNote   `json:"compact,omitempty"`
}

type backupNote struct {
	Day     string `json:"day"`
	File    string `json:"file"`
	SHA256  string `json:"sha256"` // of the lines
	Damaged int    `json:"damaged"`
	Key     string `json:"key,omitempty"` // to which it is sealed, 24 digits
}

type rehearsalNote struct {
	Day   string `json:"day"`
	Paper bool   `json:"paper"`         // whether the recovery sheet opened a case
	Key   string `json:"key,omitempty"` // that opened the backup, 24 digits
}

type verifyNote struct {
	Day   string `json:"day"`
	Found int    `json:"found"`
	Grave int    `json:"grave"` // chains that broke, or that end before the checkpoint
}

type compactNote struct {
	Day    string `json:"day"`
	Failed string `json:"failed,omitempty"` // why; empty if erased bytes left the file
}

func readOperations(dir string) (operations, error) {
	var o operations
	text, err := os.ReadFile(filepath.Join(dir, operationsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return o, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &o)
	}
	if err != nil {
		return o, fmt.Errorf("reading the notes of operations: %w", err)
	}
	return o, nil
}

// note changes the notes; what could not be read is begun anew.
func note(dir string, change func(*operations)) error {
	o, err := readOperations(dir)
	if err != nil {
		o = operations{}
	}
	change(&o)
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Errorf("noting an operation: %w", err)
	}
	if err := private(dir); err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, operationsFile), append(text, '\n'))
}

// replaceFile puts a private file in the place of an older one, at once.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// officeDay is the day in the office's zone.
func officeDay(c config.Config) (string, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return "", fmt.Errorf("reading settings: time_zone: %w", err)
	}
	return incident.DayOf(time.Now().In(zone)), nil
}
