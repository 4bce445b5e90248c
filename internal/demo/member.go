package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A Login is what a visitor types to work in the fictional city.
type Login struct {
	Name       string        `json:"name"`
	Role       incident.Role `json:"role"`
	Passphrase string        `json:"passphrase"`
}

// A member of the fictional city, with its key.
type member struct {
	Login
	id  incident.MemberID
	key key
}

// staff are the members: two coordinators, so that four eyes can be tried.
var staff = []Login{
	{Name: "koordination", Role: incident.RoleCoordinator},
	{Name: "vertretung", Role: incident.RoleCoordinator},
	{Name: "beratung", Role: incident.RoleCaseworker},
}

// words are some of the list that passphrases are drawn from. Real passphrases
// are drawn from all of it, by the browser.
var words = strings.Fields(`river garden window bridge lemon planet music orange paper rabbit silver summer table tiger ticket
	umbrella village winter wood yellow zebra apple banana camera coconut cloud dolphin eagle forest guitar hammer island
	jungle kitchen ladder mango ocean panda quick radio salad tomato velvet water young basket candy circle coffee dance
	earth family flower glass honey magnet nature olive piano rocket season travel wagon`)

const passphraseWords = 7

// members draws the staff's passphrases and keys.
func (c City) members() ([]member, error) {
	all := make([]member, len(staff))
	for i, login := range staff {
		random := c.bytes("member", i)
		drawn := make([]string, passphraseWords)
		for j := range drawn {
			drawn[j] = words[int(random.Uint64()%uint64(len(words)))] //nolint:gosec // G115: below the number of words
		}
		login.Passphrase = strings.Join(drawn, " ")
		k, err := keyOf(fmt.Sprintf("beistand demo: member %s of Musterstadt %d", login.Name, c.Seed))
		if err != nil {
			return nil, err
		}
		var id [16]byte
		if _, err := io.ReadFull(random, id[:]); err != nil {
			return nil, fmt.Errorf("drawing a member: %w", err)
		}
		all[i] = member{Login: login, id: incident.MemberID(hex.EncodeToString(id[:])), key: k}
	}
	return all, nil
}

// found writes the office's keys, its members and what each of them needs to log
// in, in the same records that the browsers of a real office make.
func (c City) found(ctx context.Context, office key, members []member) error {
	lines, err := c.Store.Lines(ctx, 0, maxLines)
	if err != nil {
		return err
	}
	stands, err := incident.Members(lines)
	if err != nil {
		return err
	}
	for id := range stands {
		if !slices.ContainsFunc(members, func(m member) bool { return m.id == id }) {
			return errors.New("this store holds other members; use an empty folder")
		}
	}
	if len(stands) == 0 {
		line := &incident.Line{Desk: Desk, Epoch: 1, Recipient: office.recipient.String()}
		if err := c.line(ctx, incident.KindKey, members[0].id, line); err != nil {
			return err
		}
	}
	for _, m := range members {
		if _, there := stands[m.id]; there {
			continue
		}
		if err := c.join(ctx, office, m); err != nil {
			return err
		}
	}
	return nil
}

const maxLines = 10_000

// join writes one member's records, and the ledger line that lets it in.
func (c City) join(ctx context.Context, office key, m member) error {
	login, err := seal.Login(Site, m.Name, m.Passphrase)
	if err != nil {
		return err
	}
	unlock, err := keyFrom(login.Unlock)
	if err != nil {
		return err
	}
	lock, err := seal.SealText(unlock.recipient, []byte(m.key.identity))
	if err != nil {
		return err
	}
	wrap, err := seal.SealText(m.key.recipient, []byte(office.identity))
	if err != nil {
		return err
	}
	profile, err := seal.SealText(office.recipient, []byte(m.Name))
	if err != nil {
		return err
	}
	vouch := seal.Vouch(office.identity, string(m.id), m.key.recipient.String(), m.Name)
	proof := sha256.Sum256(login.Auth[:])
	own := fmt.Sprintf("%s.1.%s", Desk, m.id)
	records := []incident.Key{
		{ID: "name:" + hex.EncodeToString(login.Salt[:]) + ":0001", Bytes: []byte(m.id)},
		{ID: "auth:" + string(m.id) + ":0001", Bytes: proof[:]},
		{ID: "lock:" + string(m.id) + ":0001", Bytes: lock},
		{ID: "mpk:" + string(m.id) + ":0001", Bytes: []byte(m.key.recipient.String())},
		{ID: "profile:" + string(m.id) + ":0001", Bytes: profile},
		{ID: "wrap:" + own + ":0001", Bytes: wrap},
		{ID: "vouch:" + own + ":0001", Bytes: vouch[:]},
	}
	for _, r := range records {
		if err := c.Store.PutKey(ctx, r.ID, r.Bytes); err != nil && !errors.Is(err, incident.ErrConflict) {
			return err
		}
	}
	return c.line(ctx, incident.KindMember, m.id, &incident.Line{Member: m.id, Role: m.Role, Desks: []string{Desk}})
}

// line adds a line to the ledger, which nobody else writes while the city is built.
func (c City) line(ctx context.Context, kind incident.Kind, actor incident.MemberID, l *incident.Line) error {
	lines, err := c.Store.Lines(ctx, 0, maxLines)
	if err != nil {
		return err
	}
	rev, head := len(lines), incident.Hash{}
	if rev > 0 {
		head = lines[rev-1].Hash
	}
	var op incident.Op
	if _, err := io.ReadFull(c.bytes("line", rev), op[:]); err != nil {
		return err
	}
	e, err := incident.NewLine(rev, head, kind, string(actor), incident.DayOf(c.Today), op, l)
	if err != nil {
		return err
	}
	return c.Store.Record(ctx, e)
}
