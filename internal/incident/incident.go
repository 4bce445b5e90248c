// Package incident holds the words of the field: Report, Case, Event, State,
// Transition, Coding, Ground, LifeArea, Desk, Member and Role, and the rules
// that need nothing but these words.
//
// It folds a case's events into a Case, says which transitions are allowed and
// builds the next event; it links events into a hash chain and checks one; it
// validates a report and names every fault by a key.
//
// It cannot store, send, seal or open anything, knows no key, reads no clock,
// and imports nothing of ours.
package incident

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A CaseID names a case: the first 16 bytes of SHA-256(locator) in 32
// lower-case hexadecimal digits (protocol.md §4).
type CaseID string

// An EventID names an event: "<case>:<rev, 8 digits>", or "ledger:<rev>".
type EventID string

// An UploadID names an attachment of a case: "<case>:<attachment, 32 hex>".
type UploadID string

// A ChunkID names a piece of an attachment: "<upload>:<n, 6 digits>".
type ChunkID string

// A MemberID names a member by 32 random hexadecimal digits.
type MemberID string

// LedgerID stands in place of a case id in the chain of office-level acts.
const LedgerID CaseID = "ledger"

// MaxRev is the highest number of events that a case may have.
const MaxRev = 2000

// MaxResidentEvents is how many of a case's events the resident may write.
const MaxResidentEvents = 200

// An Op is chosen once for one intended act and kept over retries, so that an
// act which is sent twice happens once.
type Op [16]byte

// String gives the op as 32 lower-case hexadecimal digits.
func (o Op) String() string { return hex.EncodeToString(o[:]) }

// ParseOp reads 32 lower-case hexadecimal digits.
func ParseOp(s string) (Op, error) {
	var op Op
	if err := parseHex(op[:], s); err != nil {
		return Op{}, fmt.Errorf("reading op: %w", err)
	}
	return op, nil
}

// ParseCaseID reads a case id.
func ParseCaseID(s string) (CaseID, error) {
	var b [16]byte
	if err := parseHex(b[:], s); err != nil {
		return "", fmt.Errorf("reading case id: %w", err)
	}
	return CaseID(s), nil
}

// ParseMemberID reads a member id.
func ParseMemberID(s string) (MemberID, error) {
	var b [16]byte
	if err := parseHex(b[:], s); err != nil {
		return "", fmt.Errorf("reading member id: %w", err)
	}
	return MemberID(s), nil
}

// Event gives the id of the case's event with this number, counted from 1.
func (c CaseID) Event(rev int) EventID { return EventID(fmt.Sprintf("%s:%08d", c, rev)) }

// Upload gives the id of the case's attachment.
func (c CaseID) Upload(attachment string) UploadID { return UploadID(string(c) + ":" + attachment) }

// Chunk gives the id of the upload's piece n, counted from 0.
func (u UploadID) Chunk(n int) ChunkID { return ChunkID(fmt.Sprintf("%s:%06d", u, n)) }

// Case gives the case part of an upload's id.
func (u UploadID) Case() CaseID {
	id, _, _ := strings.Cut(string(u), ":")
	return CaseID(id)
}

// Upload gives the attachment that a piece belongs to.
func (c ChunkID) Upload() UploadID {
	i := strings.LastIndexByte(string(c), ':')
	return UploadID(c[:max(i, 0)])
}

// Split gives the case and the number of an event. It fails for anything that
// Event did not make.
func (e EventID) Split() (CaseID, int, error) {
	id, digits, ok := strings.Cut(string(e), ":")
	rev, err := strconv.Atoi(digits)
	if !ok || err != nil || rev < 1 || CaseID(id).Event(rev) != e {
		return "", 0, fmt.Errorf("reading event id: %w", errShape)
	}
	if CaseID(id) != LedgerID {
		if _, err := ParseCaseID(id); err != nil {
			return "", 0, fmt.Errorf("reading event id: %w", errShape)
		}
	}
	return CaseID(id), rev, nil
}

func parseHex(to []byte, s string) error {
	if len(s) != 2*len(to) || strings.ToLower(s) != s {
		return errShape
	}
	if _, err := hex.Decode(to, []byte(s)); err != nil {
		return errShape
	}
	return nil
}
