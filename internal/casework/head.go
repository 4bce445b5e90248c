package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// Buckets is the number of digests that a list of cases is compared by: one for
// each first byte of a case id.
const Buckets = 256

// A Digest stands for the cases of one bucket: the first 8 bytes of SHA-256 over
// case (16 bytes) and rev (4 bytes, big endian) of each, in order of case id. It
// finds differences and proves nothing.
type Digest [8]byte

// A Bucket is all cases of a first byte of the case id.
type Bucket struct {
	First byte
	Cases []incident.Summary
}

// Changes compares what a member's browser has with what is here, and gives the
// whole of every bucket that differs, in order. A case that is in none of its
// browser's bucket any more was erased. Of the buckets that are alike only one is
// in memory at a time.
func (s *Service) Changes(ctx context.Context, m incident.Member, theirs [Buckets]Digest) ([]Bucket, error) {
	var changed []Bucket
	here := Bucket{} // what was read of the bucket at hand
	sum := sha256.New()
	// upTo closes the buckets before this one.
	upTo := func(first int) {
		for int(here.First) < first {
			if !bytes.HasPrefix(sum.Sum(nil), theirs[here.First][:]) {
				changed = append(changed, here)
				here.Cases = nil
			}
			clear(here.Cases)
			here.Cases = here.Cases[:0]
			sum.Reset()
			if here.First == Buckets-1 {
				return
			}
			here.First++
		}
	}
	for after := incident.CaseID(""); ; {
		list, next, err := s.Cases(ctx, m, after, MaxPage)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			pair, err := hex.DecodeString(string(c.Case))
			if err != nil || len(pair) == 0 {
				return nil, fmt.Errorf("comparing cases: %w", incident.ErrChain)
			}
			upTo(int(pair[0]))
			sum.Write(binary.BigEndian.AppendUint32(pair, uint32(c.Rev))) //nolint:gosec // G115: at most 2,000
			here.Cases = append(here.Cases, c)
		}
		if next == "" {
			break
		}
		after = next
	}
	upTo(Buckets)
	return changed, nil
}
