package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/caseweb"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/statistics"
)

const editionKeySize = 32

// openEditionKey reads the secret behind rounding and signing; the first start makes it.
func openEditionKey(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		key := make([]byte, editionKeySize)
		_, _ = rand.Read(key) // crypto/rand never fails (Go 1.24)
		_, err = f.Write(key)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return nil, fmt.Errorf("making the edition key: %w", err)
		}
		return key, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("making the edition key: %w", err)
	}
	return readEditionKey(path)
}

func readEditionKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the edition key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading the edition key: %w", err)
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("reading the edition key: %s: want a file of mode 0600", path)
	}
	key, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return nil, fmt.Errorf("reading the edition key: %w", err)
	}
	if len(key) < editionKeySize {
		return nil, fmt.Errorf("reading the edition key: %s: want at least %d random bytes", path, editionKeySize)
	}
	return key, nil
}

// figures are the plan, the labels and the key of the yearly statistics, read once at start.
func (s *server) figures() (*caseweb.Statistics, error) {
	data, err := config.ReadStatistics(s.config.Files)
	if err != nil {
		return nil, err
	}
	plan, err := statistics.ParsePlan(data.Plan)
	if err != nil {
		return nil, fmt.Errorf("reading the plan of the statistics: %w", err)
	}
	if err := s.data.CheckPlan(data.Plan); err != nil {
		return nil, err
	}
	key, err := openEditionKey(s.config.Office.EditionKey)
	if err != nil {
		return nil, err
	}
	name, _ := s.config.Office.Name.In("de")
	meta := statistics.Meta{
		Office: statistics.Office{Name: name, AGS: s.config.Office.AGS}, Labels: data.Labels,
		Software: statistics.Software{Version: version, Commit: commit()},
	}
	var inner, outer []string
	for _, d := range s.config.Districts {
		if d.Inner {
			inner = append(inner, d.ID)
		} else {
			outer = append(outer, d.ID)
		}
	}
	return &caseweb.Statistics{
		Inner: inner, Outer: outer, Store: s.db, Plan: plan, Meta: meta, EditionKey: key, Known: data.Known, Rand: rand.Reader, Now: s.now,
	}, nil
}

// publicFigures are the frozen editions for the residents' site, of this office's key only.
func publicFigures(f *caseweb.Statistics) (*publicweb.Figures, error) {
	key, err := statistics.PublicKey(f.EditionKey)
	if err != nil {
		return nil, err
	}
	return &publicweb.Figures{Store: f.Store, Key: key, Licence: licence, Office: f.Meta.Office.Name}, nil
}

// licence of the open data: free use with the office's name.
const licence = "dl-de/by-2-0"

// commit is what the program was built from, or "".
func commit() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, set := range info.Settings {
			if set.Key == "vcs.revision" {
				return set.Value
			}
		}
	}
	return ""
}
