// Package statistics turns the counts of a year into an edition that may be published: it holds them against
// the declared plan, rounds all of them together, lets the auditor attack the result, signs it and writes the
// open-data files. It sees numbers of cells and never a report, a case or a person; it keeps no count, and what
// it publishes is made from the rounded world alone.
package statistics

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	maxReports    = 1_000_000
	maxFaults     = 200
	maxCountsText = 1 << 20
	dropBelow     = 50 // a table on fewer published reports says nothing
)

// Errors of this package. A FaultErrors and a *FitError say more.
var (
	ErrSignature = errors.New("signature does not fit")
	ErrRefused   = errors.New("the audit does not call it safe")
	ErrSecond    = errors.New("a second person must count and release")
	ErrDiffer    = errors.New("the two counts differ")
)

// A Fault is one reason why counts cannot be those of a year. It holds numbers of the counts: it may go back
// to the member who sent them and nowhere else.
type Fault struct {
	Kind  string   `json:"kind"`            // plan, year, frozen, cells, sum, mention, level, count, rule, server
	Table string   `json:"table,omitempty"` // table that shows it, if one does
	Cells []string `json:"cells"`           // cells of the left side, then of the right
	Have  int      `json:"have"`
	Want  int      `json:"want"`
}

// FaultErrors are all faults of one check, at most 200.
type FaultErrors []Fault

// Error names kinds and cells; numbers stay out, because error texts reach logs.
func (f FaultErrors) Error() string {
	if len(f) == 0 {
		return "no fault"
	}
	return fmt.Sprintf("counts break %d rules, the first one %q at %s", len(f), f[0].Kind, strings.Join(f[0].Cells[:min(3, len(f[0].Cells))], ", "))
}

// A FitError says that no attempt found a world near enough to the counts. The remedy is coarser codes or
// fewer tables, never a larger tolerance.
type FitError struct {
	Cells []string // ids of the cells most often missed; no numbers
}

func (e *FitError) Error() string {
	return "rounding does not fit, most often at " + strings.Join(e.Cells, ", ")
}

// Counts are the numbers of reports in each declared cell of a year. They live in memory for one call: no
// format verb and no encoder shows them.
type Counts struct {
	Year  int
	Plan  string // hash of the plan, hex
	cells map[string]int
}

// NewCounts returns counts of the given cells; the map is not copied.
func NewCounts(year int, plan string, cells map[string]int) Counts {
	return Counts{Year: year, Plan: plan, cells: cells}
}

// ParseCounts reads {"v":1,"year":2027,"plan":"…","cells":{"*":61,…}}, at most 1 MiB. Errors name no number.
func ParseCounts(text []byte) (Counts, error) {
	var f struct {
		V     int            `json:"v"`
		Year  int            `json:"year"`
		Plan  string         `json:"plan"`
		Cells map[string]int `json:"cells"`
	}
	if len(text) > maxCountsText {
		return Counts{}, errors.New("reading counts: longer than 1 MiB")
	}
	if _, err := decode(text, &f); err != nil {
		return Counts{}, fmt.Errorf("reading counts: %w", err)
	}
	if f.V != 1 || f.Cells == nil {
		return Counts{}, errors.New("reading counts: want format 1 and cells")
	}
	return Counts{Year: f.Year, Plan: f.Plan, cells: f.Cells}, nil
}

// Format writes the same word for every verb.
func (Counts) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, "counts") }

// MarshalJSON refuses: counts are not written anywhere.
func (Counts) MarshalJSON() ([]byte, error) { return nil, errors.New("counts are not written") }

// hash is SHA-256 over the canonical cells. It must never be published: who knows all reports but one could
// test guesses against it.
func (c Counts) hash() (string, error) {
	text, err := canonical(c.cells)
	if err != nil {
		return "", err
	}
	return hashText(text), nil
}

func hashText(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
