package intake

import (
	"fmt"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A Keyring holds the operator's pinned keys, parsed. It is never changed; a new
// key file makes a new Keyring.
type Keyring struct {
	keys []pinned
}

type pinned struct {
	incident.PinnedKey
	recipient seal.Recipient
}

// NewKeyring parses the pinned keys. One that is not a hybrid recipient is an
// error: a report that nobody can open is worse than none.
func NewKeyring(keys []incident.PinnedKey) (*Keyring, error) {
	ring := &Keyring{}
	for _, k := range keys {
		r, err := seal.ParseRecipient(k.Recipient)
		if err != nil {
			return nil, fmt.Errorf("reading pinned key of desk %q, epoch %d: %w", k.Desk, k.Epoch, err)
		}
		ring.keys = append(ring.keys, pinned{k, r})
	}
	return ring, nil
}

// Current gives the desk's newest key that is in use at t, and whether there is one.
func (r *Keyring) Current(desk string, t time.Time) (incident.PinnedKey, bool) {
	k, ok := r.current(desk, t)
	return k.PinnedKey, ok
}

// Fingerprint gives the 24 digits of the desk's current key, or "".
func (r *Keyring) Fingerprint(desk string, t time.Time) string {
	k, ok := r.current(desk, t)
	if !ok {
		return ""
	}
	return k.recipient.Fingerprint()
}

func (r *Keyring) current(desk string, t time.Time) (pinned, bool) {
	var best pinned
	for _, k := range r.keys {
		if k.Desk == desk && k.Epoch > best.Epoch && k.InUse(t) {
			best = k
		}
	}
	return best, best.Epoch > 0
}

// accepts says whether something sealed to the desk's epoch is taken at t.
func (r *Keyring) accepts(desk string, epoch int, t time.Time) bool {
	for _, k := range r.keys {
		if k.Desk == desk && k.Epoch == epoch {
			return k.Accepts(t)
		}
	}
	return false
}
