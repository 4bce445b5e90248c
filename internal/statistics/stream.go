package statistics

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// A Key is what rounding draws from: neither the seed in the database nor the office's key file alone gives it.
type Key struct{ k [32]byte }

// NewKey joins the year's seed with the office's edition key file, which may be empty where no office has one
// (a rehearsal on another machine).
func NewKey(seed [32]byte, editionKey []byte) (Key, error) {
	pepper, err := hkdf.Key(sha256.New, editionKey, nil, "beistand/rounding/v1", 32)
	if err != nil {
		return Key{}, fmt.Errorf("deriving the pepper: %w", err)
	}
	return keyOf(seed, pepper), nil
}

func keyOf(seed [32]byte, pepper []byte) Key {
	var key Key
	copy(key.k[:], mac(pepper, seed[:]))
	return key
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

// Format writes the same word for every verb.
func (Key) Format(w fmt.State, _ rune) { _, _ = w.Write([]byte("key")) }

// Tag says whether two people counted the same, to those who hold the key and to nobody else.
func (k Key) Tag(c Counts) ([32]byte, error) {
	var tag [32]byte
	hash, err := c.hash()
	if err != nil {
		return tag, errors.New("tagging counts")
	}
	copy(tag[:], mac(k.k[:], []byte("beistand/rounding-tag/v1\n"+c.Plan+"\n"+hash)))
	return tag, nil
}

// A stream is random numbers for one stage of one attempt. The count of the cells is in its label, so that a
// stolen seed does not open the cells one by one.
type stream struct{ source *rand.ChaCha8 }

func (k Key) seed(year int, planHash, countsHash string, attempt int, stage string) [32]byte {
	label := fmt.Sprintf("beistand/rounding/v1\n%d\n%s\n%s\n%d\n%s", year, planHash, countsHash, attempt, stage)
	return [32]byte(mac(k.k[:], []byte(label)))
}

// draw returns a number in 0…n−1, each equally likely. Only Go's own tests pin its bounded draws, so this one
// is ours.
func (s stream) draw(n int) int {
	size := uint64(n) //nolint:gosec // n is a length
	for {
		high, low := bits.Mul64(s.source.Uint64(), size)
		if low >= -size%size {
			return int(high) //nolint:gosec // below n
		}
	}
}

// shuffle returns 0…n−1 in random order.
func (s stream) shuffle(n int) []int {
	order := make([]int, n)
	for i := range order {
		j := s.draw(i + 1)
		order[i] = order[j]
		order[j] = i
	}
	return order
}

// leaf draws one of the leaves of a set.
func (s stream) leaf(set uint64) uint64 {
	for skip := s.draw(bits.OnesCount64(set)); skip > 0; skip-- {
		set &= set - 1
	}
	return set & -set
}

// sizes are the weights of set sizes low…high out of n: how many sets there are of each.
func sizes(n, low, high int) []uint64 {
	weights := make([]uint64, high-low+1)
	for i := range weights {
		weights[i] = choose(n, low+i)
	}
	return weights
}

// choose returns n over k for n up to 64, which fits.
func choose(n, k int) uint64 {
	k = min(k, n-k)
	row := make([]uint64, k+1)
	row[0] = 1
	for i := 1; i <= n; i++ {
		for j := min(i, k); j > 0; j-- {
			row[j] += row[j-1]
		}
	}
	return row[k]
}

// set draws each set of leaves of a legal size with the same probability.
func (s stream) set(d dimension, weights []uint64) uint64 {
	if !d.multi {
		return s.leaf(d.all)
	}
	for {
		// a number below 2^64 against the running sum; what lies beyond the last weight is drawn again
		u := s.source.Uint64()
		var total, sum, carry uint64
		for _, w := range weights {
			if total, carry = bits.Add64(total, w, 0); carry != 0 {
				break // all 2^64 sets of 64 leaves: every number is one
			}
		}
		if carry != 0 {
			if n := bits.OnesCount64(u); n >= d.min && n <= d.max {
				return u
			}
			continue
		}
		high, low := bits.Mul64(u, total)
		if low < -total%total {
			continue
		}
		for i, w := range weights {
			if sum += w; high < sum {
				return s.subset(d.all, d.min+i)
			}
		}
	}
}

// subset draws n different leaves.
func (s stream) subset(from uint64, n int) uint64 {
	var set uint64
	for range n {
		set |= s.leaf(from &^ set)
	}
	return set
}
