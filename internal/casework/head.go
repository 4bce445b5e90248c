package casework

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// Buckets is the number of digests that a list of cases is compared by: one for
// each first byte of a case id.
const Buckets = incident.Groups

// A Digest stands for the cases of one bucket: the first 8 bytes of SHA-256 over
// case (16 bytes) and rev (4 bytes, big endian) of each, in order of case id. It
// finds differences and proves nothing.
type Digest [8]byte

// A Bucket is all cases of a first byte of the case id.
type Bucket struct {
	First byte
	Cases []incident.Summary
}

// glanceKept is how long a digest is taken for right without reading its cases
// again: an instance that ends between a projection and its stamp leaves a change
// behind that no stamp tells.
const glanceKept = 15 * time.Minute

// A glance is the digest of a bucket, and the stamp that it was read under.
type glance struct {
	stamp  incident.Stamp
	digest Digest
	read   time.Time
}

func (g glance) holds(stamp incident.Stamp, now time.Time) bool {
	age := now.Sub(g.read)
	return !g.read.IsZero() && g.stamp == stamp && age >= 0 && age < glanceKept
}

// glances are those of each set of desks that a member has: 8 KiB each, no case
// and no summary. What is forgotten, or overwritten by an older one, is read again.
type glances struct {
	mu sync.Mutex
	of map[string][Buckets]glance
}

func (g *glances) get(desks string) [Buckets]glance {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of[desks]
}

func (g *glances) put(desks string, known [Buckets]glance) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of == nil {
		g.of = map[string][Buckets]glance{}
	}
	g.of[desks] = known
}

// Changes compares what a member's browser has with what is here, and gives the
// whole of every bucket that differs, in order. A case that is in none of its
// browser's bucket any more was erased. It reads the buckets that differ and
// those of which a case has changed since anybody asked; of the ones that turn
// out to be alike only one is in memory at a time.
func (s *Service) Changes(ctx context.Context, m incident.Member, theirs [Buckets]Digest) ([]Bucket, error) {
	if !m.Role.Reads() || m.Off {
		return nil, incident.ErrForbidden
	}
	// Before the cases: what changes meanwhile has another stamp next time.
	stamps, err := s.Store.Stamps(ctx)
	if err != nil {
		return nil, unavailable("comparing cases", err)
	}
	desks := strings.Join(slices.Sorted(slices.Values(m.Desks)), "\x00")
	now, known := s.Now(), s.glances.get(desks)
	needed := func(i int) bool {
		return i < Buckets && (!known[i].holds(stamps[i], now) || known[i].digest != theirs[i])
	}
	var changed []Bucket
	for first := 0; first < Buckets; first++ {
		if !needed(first) {
			continue
		}
		end := first + 1
		for needed(end) {
			end++
		}
		err := s.buckets(ctx, m, first, end, func(b Bucket, d Digest) bool {
			known[b.First] = glance{stamps[b.First], d, now}
			differs := d != theirs[b.First]
			if differs {
				changed = append(changed, b)
			}
			return differs
		})
		if err != nil {
			return nil, err
		}
		first = end
	}
	s.glances.put(desks, known)
	return changed, nil
}

// buckets reads the buckets from first up to end, in order, and hands each to
// emit, which says whether it keeps its cases.
func (s *Service) buckets(ctx context.Context, m incident.Member, first, end int, emit func(Bucket, Digest) (kept bool)) error {
	here, sum := Bucket{First: byte(first)}, sha256.New() //nolint:gosec // G115: below Buckets, which is 256
	// upTo closes the buckets before this one.
	upTo := func(next int) {
		for at := int(here.First); at < next; at++ {
			kept := emit(here, digestOf(sum))
			if kept {
				here.Cases = nil
			}
			clear(here.Cases)
			here.Cases = here.Cases[:0]
			here.First = byte(at + 1) //nolint:gosec // G115: 256 is the end, and never read
			sum.Reset()
		}
	}
	q := incident.Query{Limit: MaxPage}
	if first > 0 {
		q.After = incident.CaseID(fmt.Sprintf("%02x", first-1) + strings.Repeat("f", 30))
	}
	if end < Buckets {
		q.Before = incident.CaseID(fmt.Sprintf("%02x", end) + strings.Repeat("0", 30))
	}
	for {
		list, next, err := s.page(ctx, m, q)
		if err != nil {
			return err
		}
		for _, c := range list {
			pair, err := hex.DecodeString(string(c.Case))
			if err != nil || len(pair) == 0 {
				return fmt.Errorf("comparing cases: %w", incident.ErrChain)
			}
			upTo(int(pair[0]))
			sum.Write(binary.BigEndian.AppendUint32(pair, uint32(c.Rev))) //nolint:gosec // G115: at most 2,000
			here.Cases = append(here.Cases, c)
		}
		if next == "" {
			upTo(end)
			return nil
		}
		q.After = next
	}
}

func digestOf(sum hash.Hash) Digest { return Digest(sum.Sum(nil)[:len(Digest{})]) }
