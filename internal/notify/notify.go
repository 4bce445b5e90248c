// Package notify sends the office's members one mail a working day, at a fixed
// hour, also on quiet days: that work waits, or that it does not. Both texts have
// the same length, and nothing in the mail tells a number, a name or a case.
//
// It cannot prove a new report to anybody: "something waits" is also said of
// work that is due. It connects to nothing but the server that the operator
// named, and a server that does not answer holds nothing up.
package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

const (
	tries      = 3                // slots of one day
	tick       = 10 * time.Minute // between looks at the clock, and between tries
	slotKept   = 72 * time.Hour
	casesAtOne = 500
	lateHours  = 3 // after the hour no digest is sent any more: it would tell when the server started
)

// A Store is what the digest needs of a store of cases.
type Store interface {
	// Once takes a slot that may be taken a single time, else incident.ErrConflict.
	Once(ctx context.Context, id string, until int64) error
	Cases(ctx context.Context, q incident.Query) ([]incident.Summary, error)
}

// A Mailer sends one mail. Its error must hold neither address nor password.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// A Mail is one message, ready to be sent. Subject and text are plain ASCII.
type Mail struct {
	ID      string // random, of fixed length
	At      time.Time
	To      string
	Subject string
	Text    string
}

// A Digest is the daily mail of one office. Any number of instances may run on
// one store: the slot in the store decides which of them sends.
type Digest struct {
	Store    Store
	Mailer   Mailer
	To       []string
	Hour     int  // of Now's zone
	Constant bool // the same text every day
	Holiday  func(day string) bool
	Now      func() time.Time // in the office's zone
	Rand     io.Reader
	Log      *slog.Logger

	day  string   // that was dealt with, or is being tried
	ran  string   // the day to which the clock had run ahead, whose slots are taken
	try  int      // the next one; 0 when the day is done
	left []string // recipients that the tries so far did not reach
}

// Run looks at the clock until ctx ends.
func (d *Digest) Run(ctx context.Context) {
	for {
		if err := d.Tick(ctx); err != nil && ctx.Err() == nil {
			d.Log.LogAttrs(ctx, slog.LevelError, "digest failed", slog.String("cause", err.Error()))
		}
		timer := time.NewTimer(tick)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// Tick sends the digest if its hour has come and nobody has sent it. A try that
// failed is repeated by a later Tick of the same Digest, at most twice a day.
func (d *Digest) Tick(ctx context.Context) error {
	now := d.Now()
	day := incident.DayOf(now)
	if now.Hour() < d.Hour || now.Hour() >= d.Hour+lateHours || !d.working(now) {
		return nil
	}
	if d.day != day {
		if day < d.day { // the clock has been put back
			d.ran = d.day
		}
		d.day, d.try, d.left = day, 1, d.To
	}
	if d.try == 0 {
		return nil
	}
	slot := fmt.Sprintf("digest:%sT%02d:%d", day, d.Hour, d.try)
	if day == d.ran {
		slot += ":again"
	}
	err := d.Store.Once(ctx, slot, now.Add(slotKept).Unix())
	if errors.Is(err, incident.ErrConflict) { // another instance looks after this day
		d.try = 0
		return nil
	}
	if err != nil {
		return fmt.Errorf("taking the digest's slot: %w", err)
	}
	if d.try++; d.try > tries {
		d.try = 0
	}
	waits, err := d.waits(ctx, day)
	if err != nil {
		return fmt.Errorf("looking for what waits: %w", err)
	}
	return d.send(ctx, waits, now)
}

func (d *Digest) working(now time.Time) bool {
	weekend := now.Weekday() == time.Saturday || now.Weekday() == time.Sunday
	return !weekend && !d.Holiday(incident.DayOf(now))
}

// waits says whether any open case is unread or due.
func (d *Digest) waits(ctx context.Context, day string) (bool, error) {
	for after := incident.CaseID(""); ; {
		list, err := d.Store.Cases(ctx, incident.Query{After: after, Limit: casesAtOne, Open: true})
		if err != nil {
			return false, err
		}
		for _, c := range list {
			if c.Unread || c.Due != "" && c.Due <= day {
				return true, nil
			}
			after = c.Case
		}
		if len(list) < casesAtOne {
			return false, nil
		}
	}
}

// send sends one mail to each recipient that has none yet; all of them are tried.
func (d *Digest) send(ctx context.Context, waits bool, now time.Time) error {
	text := textNothing
	if waits {
		text = textWaits
	}
	if d.Constant {
		text = textConstant
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), d.Hour, 0, 0, 0, now.Location())
	var failed []string
	var errs []error
	for _, to := range d.left {
		id, err := newID(d.Rand)
		if err == nil {
			err = d.Mailer.Send(ctx, Mail{ID: id, At: at, To: to, Subject: subject, Text: text})
		}
		if err != nil {
			failed, errs = append(failed, to), append(errs, err)
		}
	}
	if d.left = failed; len(failed) == 0 {
		d.try = 0
	}
	return errors.Join(errs...)
}

func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("drawing a mail's id: %w", err)
	}
	return fmt.Sprintf("%x", b), nil
}

// NewDigest fills in what an ordinary digest needs and a test may replace.
func NewDigest(d Digest) *Digest {
	if d.Rand == nil {
		d.Rand = rand.Reader
	}
	if d.Holiday == nil {
		d.Holiday = func(string) bool { return false }
	}
	return &d
}
