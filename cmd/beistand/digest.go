package main

import (
	"errors"
	"slices"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/notify"
)

// digest gives the daily mail of the settings, or nil if none is wanted.
func (s *server) digest() (*notify.Digest, error) {
	d := s.config.Digest
	if err := checkDigest(d); err != nil || d.Server == "" {
		return nil, err
	}
	return notify.NewDigest(notify.Digest{
		Store:  s.db,
		Mailer: notify.SMTP{Server: d.Server, From: d.From, User: d.User, Password: d.Password.Reveal()},
		To:     d.To, Hour: d.Hour, Constant: d.Constant, Now: s.now, Log: s.log,
		Holiday: func(day string) bool {
			return slices.ContainsFunc(s.data.Holidays, func(h config.Holiday) bool { return h.Day == day })
		},
	}), nil
}

func checkDigest(d config.Digest) error {
	none := d.Server == "" && d.From == "" && len(d.To) == 0
	if !none && (d.Server == "" || d.From == "" || len(d.To) == 0) {
		return errors.New("reading settings: digest: server, from and to belong together; there is no default server")
	}
	if (d.User == "") != (d.PasswordFile == "") {
		return errors.New("reading settings: digest: user and password_file belong together")
	}
	return nil
}
