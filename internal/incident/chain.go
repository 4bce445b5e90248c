package incident

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// A Hash is a SHA-256 digest in the chain of a case or of the ledger.
type Hash [32]byte

// String gives the hash in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// chainLabel separates this use of SHA-256 from every other.
const chainLabel = "beistand/event/v1\n"

// Sum computes the event's hash (store.md §3). The box enters by its own hash,
// so that a case's headers can be checked without its boxes. The hash holds no
// secret: it proves order to whoever trusts the newest hash, and no more.
func (e Event) Sum() Hash {
	h := sha256.New()
	h.Write([]byte(chainLabel))
	field(h, []byte(e.ID))
	field(h, []byte(e.Kind))
	field(h, []byte(e.Actor))
	field(h, []byte(e.Day))
	field(h, []byte(e.State))
	field(h, e.Op[:])
	field(h, []byte(e.Public))
	if e.Box == nil {
		field(h, nil)
	} else {
		box := sha256.Sum256(e.Box)
		field(h, box[:])
	}
	h.Write(e.Prev[:])
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

func field(h hash.Hash, b []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(b))) //nolint:gosec // G115: ids, public fields and hashes are far below 4 GiB
	h.Write(n[:])
	h.Write(b)
}

// CheckChain verifies that events are the whole file of one case or of the
// ledger: rev 1 first, no gap, every link and hash right. It returns an error
// that is ErrChain and names the first broken number, or ErrNotFound if there
// is no event at all. It cannot tell whether the newest events were cut off.
func CheckChain(id CaseID, events []Event) error {
	if len(events) == 0 {
		return ErrNotFound
	}
	var prev Hash
	for i, e := range events {
		if e.ID != id.Event(i+1) || e.Prev != prev || e.Hash != e.Sum() {
			return fmt.Errorf("checking event %d: %w", i+1, ErrChain)
		}
		prev = e.Hash
	}
	return nil
}

// Link makes e the next event after the chain's head: it sets ID, Prev and
// Hash. rev is the head's number, 0 for an empty chain.
func Link(id CaseID, rev int, head Hash, e Event) Event {
	e.ID = id.Event(rev + 1)
	e.Prev = head
	e.Hash = e.Sum()
	return e
}
