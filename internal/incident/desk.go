package incident

import "time"

// A Desk is the people who share one office key: the city's office, or an
// independent body.
type Desk struct {
	ID            string   // 1–32 of [a-z0-9-]
	Name          string   // as residents read it
	Operator      string   // who runs it
	PublicBody    bool     // bound to the duties of public bodies
	Languages     []string // in which it answers
	ConflictCodes []string // codes of respondents and areas that point at the desk's own house
}

// A PinnedKey is one line of the operator's key file: the public half of a
// desk's key for a time (protocol.md §2.2). The database is never trusted for it.
type PinnedKey struct {
	Desk      string `json:"desk"`
	Epoch     int    `json:"epoch"`     // counted from 1 per desk
	From      string `json:"from"`      // first month, "2026-01"
	Until     string `json:"until"`     // last month, or "" while it is open
	Recipient string `json:"recipient"` // age1pq1…
	// Closes is the moment from which nothing sealed to the key is taken; zero
	// means that From and Until alone decide.
	Closes time.Time `json:"-"`
}

// Grace is how long something sealed to an epoch is still taken after the epoch
// has ended: pages that stand open (protocol.md §2.1).
const Grace = 48 * time.Hour

// InUse says whether the key is to be sealed to at t.
func (k PinnedKey) InUse(t time.Time) bool {
	month := MonthOf(t)
	return k.From <= month && (k.Until == "" || month <= k.Until)
}

// Accepts says whether what is sealed to the key is taken at t.
func (k PinnedKey) Accepts(t time.Time) bool {
	if !k.Closes.IsZero() && !t.Before(k.Closes) {
		return false
	}
	return k.From <= MonthOf(t) && (k.Until == "" || MonthOf(t.Add(-Grace)) <= k.Until)
}
