package incident

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
}
