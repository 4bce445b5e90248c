package casework_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// benchCases is the size of the list that docs/console-speed.md has targets for.
const benchCases = 10_016 // 32 times 313

// filled makes an office with many cases, each with a card.
func filled(b *testing.B) (*office, incident.Member) {
	b.Helper()
	o := newOffice(b)
	m := o.hire(b, incident.RoleCaseworker, city)
	errs := make(chan error, benchCases)
	for range 32 {
		go func() {
			for range benchCases / 32 {
				errs <- o.withCard(b.Context(), m)
			}
		}()
	}
	for range benchCases / 32 * 32 {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
	return o, m
}

// withCard stores a report and its card.
func (o *office) withCard(ctx context.Context, m incident.Member) error {
	id := incident.CaseID(newID())
	e, err := incident.NewCase(id, newOp(), month, city, 1, incident.TrackReport, nil, box(1))
	if err != nil {
		return err
	}
	if err := o.db.Append(ctx, e); err != nil {
		return err
	}
	a := card()
	a.Rev, a.Op = 1, newOp()
	_, err = o.Do(ctx, m, id, a)
	return err
}

func BenchmarkList(b *testing.B) {
	o, m := filled(b)
	b.Run("cases", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for after := incident.CaseID(""); ; {
				list, next, err := o.Cases(b.Context(), m, after, casework.MaxPage)
				if err != nil {
					b.Fatal(err)
				}
				n += len(list)
				if after = next; after == "" {
					break
				}
			}
			if n != benchCases {
				b.Fatalf("%d cases, want %d", n, benchCases)
			}
		}
	})
	b.Run("cards", func(b *testing.B) {
		for b.Loop() {
			n := 0
			if err := o.Cards(b.Context(), m, "", func(p []byte) error { n += len(p); return nil }); err != nil {
				b.Fatal(err)
			}
			if n != benchCases*casework.CardRecordSize {
				b.Fatalf("%d bytes", n)
			}
		}
	})
	b.Run("changes", func(b *testing.B) {
		var none [casework.Buckets]casework.Digest
		for b.Loop() {
			if _, err := o.Changes(b.Context(), m, none); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		var none, here [casework.Buckets]casework.Digest
		all, err := o.Changes(b.Context(), m, none)
		if err != nil {
			b.Fatal(err)
		}
		for _, bucket := range all {
			sum := sha256.New()
			for _, c := range bucket.Cases {
				id, err := hex.DecodeString(string(c.Case))
				if err != nil {
					b.Fatal(err)
				}
				sum.Write(binary.BigEndian.AppendUint32(id, uint32(c.Rev)))
			}
			copy(here[bucket.First][:], sum.Sum(nil))
		}
		for b.Loop() {
			if changed, err := o.Changes(b.Context(), m, here); err != nil || len(changed) > 0 {
				b.Fatal(len(changed), err)
			}
		}
	})
}
