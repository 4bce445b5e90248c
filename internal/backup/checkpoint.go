package backup

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

const (
	checkpointHead = "beistand-checkpoint/v1"
	checkpointStep = 1 << 16 // bytes; the padding hides growth
)

// ErrCheckpoint says that a text is no checkpoint, or not signed by this key.
var ErrCheckpoint = errors.New("not a checkpoint of this office")

// A Checkpoint is what is remembered of a store outside its database: how far
// each chain had come on a day (store.md §6). It tells no more than the database.
type Checkpoint struct {
	Office   string
	Day      string
	Schema   int
	Ledger   incident.Head
	Editions []string // "<year>:<rev> <hash>", sorted
	Cases    []incident.Head
}

// Take reads the store's chains as they stand.
func Take(ctx context.Context, src Source, office, day string, schema int) (Checkpoint, error) {
	c := Checkpoint{Office: office, Day: day, Schema: schema}
	err := everyLine(ctx, src, func(e incident.Event) error {
		c.Ledger = incident.Head{Case: incident.LedgerID, Rev: e.Rev(), Hash: e.Hash}
		return nil
	})
	if err == nil {
		err = everyHead(ctx, src, func(h incident.Head) error {
			c.Cases = append(c.Cases, h)
			return nil
		})
	}
	if err == nil {
		err = everyStep(ctx, src, func(s incident.EditionStep) error {
			c.Editions = append(c.Editions, stepLine(s))
			return nil
		})
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("taking a checkpoint: %w", err)
	}
	return c, nil
}

// Sign writes the checkpoint, padded and signed.
func (c Checkpoint) Sign(key ed25519.PrivateKey) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\noffice %s  day %s  schema %d\n", checkpointHead, c.Office, c.Day, c.Schema)
	fmt.Fprintf(&b, "ledger %d %s\n", c.Ledger.Rev, c.Ledger.Hash)
	for _, e := range c.Editions {
		fmt.Fprintf(&b, "edition %s\n", e)
	}
	for _, h := range c.Cases {
		fmt.Fprintf(&b, "case %s %d %s %s\n", h.Case, h.Rev, h.Hash, h.State)
	}
	b.WriteString("pad ")
	signature := "sig " + base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize)) + "\n"
	for (b.Len()+1+len(signature))%checkpointStep != 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('\n')
	fmt.Fprintf(&b, "sig %s\n", base64.StdEncoding.EncodeToString(ed25519.Sign(key, b.Bytes())))
	return b.Bytes()
}

// Signed says whether the text of a checkpoint was signed by the key.
func Signed(text []byte, key ed25519.PublicKey) bool {
	i := bytes.LastIndex(text, []byte("\nsig "))
	if i < 0 {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text[i+len("\nsig "):])))
	return err == nil && ed25519.Verify(key, text[:i+1], signature)
}

// ParseCheckpoint reads what Sign wrote, without looking at the signature.
func ParseCheckpoint(text []byte) (Checkpoint, error) {
	var c Checkpoint
	lines := strings.Split(string(text), "\n")
	if len(lines) < 5 || lines[0] != checkpointHead || len(text)%checkpointStep != 0 {
		return c, fmt.Errorf("reading a checkpoint: %w", ErrCheckpoint)
	}
	if _, err := fmt.Sscanf(lines[1], "office %s day %s schema %d", &c.Office, &c.Day, &c.Schema); err != nil {
		return c, fmt.Errorf("reading a checkpoint: %w", ErrCheckpoint)
	}
	for _, l := range lines[2:] {
		kind, rest, _ := strings.Cut(l, " ")
		var err error
		switch kind {
		case "ledger":
			c.Ledger.Case = incident.LedgerID
			err = scanHead("0 "+rest+" x", &c.Ledger)
			c.Ledger.Case, c.Ledger.State = incident.LedgerID, ""
		case "edition":
			c.Editions = append(c.Editions, rest)
		case "case":
			var h incident.Head
			if err = scanHead(rest, &h); err == nil {
				_, err = incident.ParseCaseID(string(h.Case))
			}
			c.Cases = append(c.Cases, h)
		case "pad", "sig", "":
		default:
			err = ErrCheckpoint
		}
		if err != nil {
			return c, fmt.Errorf("reading a checkpoint: %w", ErrCheckpoint)
		}
	}
	if c.Ledger.Rev == 0 {
		c.Ledger = incident.Head{}
	}
	return c, nil
}

// scanHead reads "<case> <rev> <hash> <state>".
func scanHead(text string, h *incident.Head) error {
	var digits string
	if _, err := fmt.Sscanf(text, "%s %d %s %s", &h.Case, &h.Rev, &digits, &h.State); err != nil {
		return err
	}
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(h.Hash) {
		return ErrCheckpoint
	}
	copy(h.Hash[:], b)
	return nil
}

// A Break is one thing that an older checkpoint knows and the store does not.
type Break struct{ Where, What string }

// Compare holds the store against an older checkpoint of it: each chain goes on
// from where it was, or its case was erased; every erasure of then has its line;
// ledger and editions only grew. The breaks come in a fixed order, the ledger's
// first. It does not see a consistent rewrite of what came after.
func (c Checkpoint) Compare(ctx context.Context, src Source, now Checkpoint) ([]Break, error) {
	var breaks []Break
	erased := map[incident.Op]bool{}
	atOld := incident.Hash{}
	err := everyLine(ctx, src, func(e incident.Event) error {
		if e.Rev() == c.Ledger.Rev {
			atOld = e.Hash
		}
		if e.Kind == incident.KindErasure {
			erased[e.Op] = true
		}
		return nil
	})
	if err != nil && !errors.Is(err, incident.ErrChain) {
		return nil, fmt.Errorf("comparing with a checkpoint: %w", err)
	}
	if c.Office != now.Office {
		breaks = append(breaks, Break{"checkpoint", "is that of another site"})
	}
	if c.Ledger.Rev > 0 && atOld != c.Ledger.Hash {
		breaks = append(breaks, Break{"ledger", fmt.Sprintf("line %d is not the one of %s, or is gone", c.Ledger.Rev, c.Day)})
	}
	for _, e := range c.Editions {
		if !slices.Contains(now.Editions, e) {
			breaks = append(breaks, Break{"edition " + e, "is gone or was changed"})
		}
	}
	heads := make(map[incident.CaseID]incident.Head, len(now.Cases))
	for _, h := range now.Cases {
		heads[h.Case] = h
	}
	for _, old := range c.Cases {
		what, err := goesOn(ctx, src, old, heads[old.Case], erased)
		if err != nil {
			return nil, fmt.Errorf("comparing with a checkpoint: %w", err)
		}
		if what != "" {
			breaks = append(breaks, Break{"case " + string(old.Case), what + " (checkpoint of " + c.Day + ")"})
		}
	}
	return breaks, nil
}

// Unlined gives the erased cases of which the ledger has no line: their erasure
// goes on at this moment, or nobody decided it.
func (c Checkpoint) Unlined(ctx context.Context, src Source) ([]incident.CaseID, error) {
	lines := map[incident.Op]bool{}
	err := everyLine(ctx, src, func(e incident.Event) error {
		lines[e.Op] = lines[e.Op] || e.Kind == incident.KindErasure
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for lines of erasures: %w", err)
	}
	var unlined []incident.CaseID
	for _, h := range c.Cases {
		if !h.State.Final() {
			continue
		}
		events, err := src.Raw(ctx, h.Case)
		if err != nil {
			return nil, fmt.Errorf("reading a final event: %w", err)
		}
		if len(events) > 0 && !lines[events[len(events)-1].Op] {
			unlined = append(unlined, h.Case)
		}
	}
	return unlined, nil
}

// Hold keeps what an older checkpoint knew of these cases, so that the next run
// judges them by that: an erasure is believed once it has its line.
func (c *Checkpoint) Hold(old Checkpoint, cases []incident.CaseID) {
	held := func(h incident.Head) bool { return slices.Contains(cases, h.Case) }
	c.Cases = slices.DeleteFunc(c.Cases, held)
	for _, h := range old.Cases {
		if held(h) {
			c.Cases = append(c.Cases, h)
		}
	}
	slices.SortFunc(c.Cases, func(a, b incident.Head) int { return strings.Compare(string(a.Case), string(b.Case)) })
}

// goesOn says what is wrong with a case that was at old and is at now, or "".
func goesOn(ctx context.Context, src Source, old, now incident.Head, erased map[incident.Op]bool) (string, error) {
	switch {
	case now.Case == "" && old.State.Final():
		return "", nil
	case now.Case == "":
		return "is gone without an erasure", nil
	case now.State.Final() && !old.State.Final():
		return "", nil
	case now.Rev < old.Rev:
		return fmt.Sprintf("ends at event %d, event %d was there", now.Rev, old.Rev), nil
	case now.Rev == old.Rev && now.Hash != old.Hash:
		return fmt.Sprintf("event %d is not the one that was there", old.Rev), nil
	case now.Rev == old.Rev && !now.State.Final():
		return "", nil
	}
	events, err := src.Raw(ctx, old.Case)
	if err != nil && !errors.Is(err, incident.ErrChain) {
		return "", err
	}
	for _, e := range events {
		if e.Rev() != old.Rev {
			continue
		}
		if e.Hash != old.Hash {
			return fmt.Sprintf("event %d is not the one that was there", old.Rev), nil
		}
		if old.State.Final() && !erased[e.Op] {
			return "was erased, and the ledger has no line of it", nil
		}
		return "", nil
	}
	return fmt.Sprintf("event %d is gone", old.Rev), nil
}
