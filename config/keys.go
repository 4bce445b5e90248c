package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The pinned keys file, protocol.md §2.2: a first line that names the format, then one line an epoch.
const (
	keysHead   = "# beistand office keys v1:"
	keysHeader = keysHead + "  desk  epoch  from  until  recipient\n"
	open       = "-"
	month      = "2006-01"

	// graceOfClosed is how long a report sealed to an epoch that has just ended is still taken: a form page
	// may have been open since before.
	graceOfClosed = 48 * time.Hour
)

// recipient is the shape of a hybrid age recipient: 1,216 bytes in bech32 make 1,959 letters. Whether it is
// a point that can be sealed to, seal finds out.
var recipient = regexp.MustCompile(`^age1pq1[023456789acdefghjklmnpqrstuvwxyz]+$`)

const recipientLetters = 1959

// A Key is one pinned line: the public key of a desk's epoch.
type Key struct {
	Desk      string
	Epoch     int    // from 1, without gaps
	From      string // first month, 2026-07
	Until     string // last month, or "" while it is open
	Recipient string // age1pq1…, shape checked only
}

// Keys is what the pinned keys file says. The database is never asked for it.
type Keys struct {
	lines   []Key
	changed time.Time
}

// ErrEpoch means that a key was to be pinned whose epoch does not follow the desk's last one.
var ErrEpoch = errors.New("the epoch does not follow the last one")

// ReadKeys reads the pinned keys file. A file that does not exist gives no keys and no error: then no desk
// takes reports. Any line that is not exactly as the format says is an error with its number.
func ReadKeys(path string) (Keys, error) {
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Keys{}, nil
	}
	if err != nil {
		return Keys{}, fmt.Errorf("reading pinned keys: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return Keys{}, fmt.Errorf("reading pinned keys: %w", err)
	}
	lines, err := parseKeys(string(text))
	if err != nil {
		return Keys{}, fmt.Errorf("reading pinned keys: %s: %w", path, err)
	}
	return Keys{lines: lines, changed: info.ModTime()}, nil
}

func parseKeys(text string) ([]Key, error) {
	if !strings.HasPrefix(text, keysHead) {
		return nil, fmt.Errorf("line 1: want it to begin with %q", keysHead)
	}
	var keys []Key
	last := map[string]Key{}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := parseKey(line)
		if err == nil {
			err = key.follows(last[key.Desk])
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		last[key.Desk] = key
		keys = append(keys, key)
	}
	return keys, nil
}

func parseKey(line string) (Key, error) {
	part := strings.Fields(line)
	if len(part) != 5 {
		return Key{}, fmt.Errorf("want desk, epoch, from, until and recipient, found %d parts", len(part))
	}
	key := Key{Desk: part[0], From: part[2], Until: part[3], Recipient: part[4]}
	if !shortID.MatchString(key.Desk) {
		return Key{}, fmt.Errorf("desk %q: want 1 to 32 of a–z, 0–9 and -", key.Desk)
	}
	epoch, err := strconv.Atoi(part[1])
	if err != nil || epoch < 1 || strconv.Itoa(epoch) != part[1] {
		return Key{}, fmt.Errorf("epoch %q: want a number from 1", part[1])
	}
	key.Epoch = epoch
	if _, err := time.Parse(month, key.From); err != nil {
		return Key{}, fmt.Errorf("from %q: want a month such as 2026-07", key.From)
	}
	if key.Until == open {
		key.Until = ""
	} else if _, err := time.Parse(month, key.Until); err != nil || key.Until < key.From {
		return Key{}, fmt.Errorf("until %q: want a month from %s on, or %s", key.Until, key.From, open)
	}
	if len(key.Recipient) != recipientLetters || !recipient.MatchString(key.Recipient) {
		return Key{}, errors.New("recipient: want age1pq1 and 1,952 letters (a post-quantum age key)")
	}
	return key, nil
}

// follows says whether a line may stand behind the desk's line before (the zero Key if there is none).
func (k Key) follows(before Key) error {
	switch {
	case k.Epoch != before.Epoch+1:
		return fmt.Errorf("%w: epoch %d of %s behind epoch %d", ErrEpoch, k.Epoch, k.Desk, before.Epoch)
	case k.From < before.From:
		return fmt.Errorf("epoch %d of %s begins before the one before it", k.Epoch, k.Desk)
	case before.Epoch > 0 && k.Recipient == before.Recipient:
		return fmt.Errorf("epoch %d of %s has the key of the one before it", k.Epoch, k.Desk)
	}
	return nil
}

func (k Key) line() string {
	until := k.Until
	if until == "" {
		until = open
	}
	return fmt.Sprintf("%s  %d  %s  %s  %s\n", k.Desk, k.Epoch, k.From, until, k.Recipient)
}

// Lines returns every pinned key of every desk, in the order of the file.
func (k Keys) Lines() []Key { return slices.Clone(k.lines) }

// All returns every pinned key of the desk, epoch 1 first.
func (k Keys) All(desk string) []Key {
	var all []Key
	for _, key := range k.lines {
		if key.Desk == desk {
			all = append(all, key)
		}
	}
	return all
}

// Closes returns the moment from which nothing sealed to the key is taken any more, in the office's zone: 48
// hours after the desk's next epoch became current, or after its last month if there is no next. An epoch
// closes at once when the second one after it begins. The file has months only, so the hour of the change is
// the later of two: the start of the next epoch's first month, and the file's last change. The zero time
// means that the key is open.
func (k Keys) Closes(key Key, zone *time.Location) time.Time {
	var later []Key
	for _, other := range k.All(key.Desk) {
		if other.Epoch > key.Epoch {
			later = append(later, other)
		}
	}
	switch {
	case len(later) > 1:
		return begins(later[1].From, zone)
	case len(later) == 1:
		began := begins(later[0].From, zone)
		if k.changed.After(began) {
			began = k.changed
		}
		return began.Add(graceOfClosed)
	case key.Until != "":
		return begins(key.Until, zone).AddDate(0, 1, 0).Add(graceOfClosed)
	}
	return time.Time{}
}

// begins returns the first moment of a month that the file's check has let pass.
func begins(text string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(month, text, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Pin appends a key to the file and returns when it is on the disk; the file is made if it does not exist.
// The epoch must follow the desk's last one, else ErrEpoch. A line of the desk that is still open is closed
// in the month in which the new one begins; every other byte stays. The new file takes the old one's place
// at once, so a reader sees the one or the other. A second Pin at the same time, or after one that was cut
// off, is an error that is fs.ErrExist and names the file that stands in the way.
func Pin(path string, key Key) error {
	fresh := path + ".new"                                                 // its name is the lock
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // public keys, and serve is often another user than who pins
	if err != nil {
		return fmt.Errorf("pinning a key: %w", err)
	}
	text, err := withKey(path, key)
	if err == nil {
		_, err = f.WriteString(text)
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return fmt.Errorf("pinning a key: %w", errors.Join(err, os.Remove(fresh)))
	}
	return syncDir(filepath.Dir(path))
}

// withKey returns the text of the file with the key behind it.
func withKey(path string, key Key) (string, error) {
	old, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(keysHeader), nil
	}
	if err != nil {
		return "", err
	}
	if _, err := parseKeys(string(old)); err != nil {
		return "", err
	}
	text := closeLast(string(old), key)
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	text += key.line()
	_, err = parseKeys(text)
	return text, err
}

// closeLast writes the month into the desk's last line if that is still open.
func closeLast(text string, next Key) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range slices.Backward(lines) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		key, err := parseKey(strings.TrimSpace(line))
		if err != nil || key.Desk != next.Desk {
			continue
		}
		if key.Until == "" {
			key.Until = next.From
			lines[i] = key.line()
		}
		break
	}
	return strings.Join(lines, "")
}

// syncDir makes a rename in the folder last.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("pinning a key: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("pinning a key: %w", err)
	}
	return nil
}
