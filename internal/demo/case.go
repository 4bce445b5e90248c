package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// A writer writes one case after another, each through the same services that
// residents and members use.
type writer struct {
	city    City
	office  key
	ring    *intake.Keyring
	members []member
	pinned  []incident.PinnedKey
}

// A desk is what members do to one case: its clock goes from act to act.
type desk struct {
	writer
	ctx     context.Context //nolint:containedctx // lives for the writing of one case
	index   int
	receipt string
	keys    seal.Keys
	case_   *incident.Case
	clock   time.Time
	acts    int
	ops     int
}

// write sends the report and walks the case to the state it was drawn for.
func (w writer) write(ctx context.Context, i int, t telling) error {
	r, err := seal.NewReceipt(w.city.bytes("receipt", i))
	if err != nil {
		return err
	}
	keys, err := r.Keys(Site)
	if err != nil {
		return err
	}
	d := &desk{writer: w, ctx: ctx, index: i, receipt: r.String(), keys: keys, clock: t.sent(w.city.Today)}
	first := []incident.EventID{incident.CaseID(keys.CaseID()).Event(1)}
	if there, err := w.city.Store.Events(ctx, first); err != nil || len(there) > 0 {
		return err // it stands already
	}
	switch _, err := d.intake().SubmitPlain(ctx, d.receipt, Desk, t.report, nil); {
	case errors.Is(err, incident.ErrErased):
		return nil // it stood, its time was over, and retention ended it
	case err != nil:
		return err
	}
	if err := d.reload(); err != nil {
		return err
	}
	return d.walk(t)
}

func (d *desk) intake() *intake.Service {
	return &intake.Service{
		Store: d.city.Store, Keys: func() *intake.Keyring { return d.ring }, Check: d.city.Check, Site: Site, Uploads: new(intake.Uploads),
		Now: func() time.Time { return d.clock }, Rand: d.city.bytes("intake", d.index),
	}
}

func (d *desk) reload() error {
	id := incident.CaseID(d.keys.CaseID())
	events, err := d.city.Store.File(d.ctx, id)
	if err != nil {
		return err
	}
	d.case_, err = incident.Fold(id, events)
	return err
}

// do lets a member add an act to the case, a little later than the last one but
// never after today.
func (d *desk) do(m member, a casework.Act) error {
	if later := d.clock.AddDate(0, 0, 1); !later.After(d.city.Today) && d.acts%3 == 2 {
		d.clock = later
	}
	d.acts++
	a.Rev = d.case_.Rev
	if a.Op == (incident.Op{}) {
		a.Op = d.op()
	}
	service := &casework.Service{
		Store: d.city.Store, Files: d.city.Store, Room: new(intake.Uploads), Ledger: d.city.Store, Keeper: d.city.Store, Site: Site,
		Keys:     func() []incident.PinnedKey { return d.pinned },
		Desks:    func() []incident.Desk { return d.city.Desks },
		CheckBox: d.city.CheckBox, Now: func() time.Time { return d.clock }, Rand: d.city.bytes("casework", d.index),
	}
	who := incident.Member{ID: m.id, Rev: 1, Role: m.Role, Desks: []string{Desk}}
	if _, err := service.Do(d.ctx, who, d.case_.Case, a); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	return d.reload()
}

func (d *desk) op() incident.Op {
	var op incident.Op
	d.ops++
	_, _ = io.ReadFull(d.city.bytes(fmt.Sprint("op", d.ops), d.index), op[:]) // a stream cipher never ends
	return op
}

// sealed makes an act with a box that only the office reads.
func (d *desk) sealed(m member, kind incident.Kind, body any) (casework.Act, error) {
	op := d.op()
	box, err := d.box(kind, op, "", string(m.id), body, seal.OfficeMAC(d.office.identity), d.office.recipient)
	return casework.Act{Op: op, Kind: kind, Public: incident.Public{Epoch: 1}, Box: box}, err
}

// told makes an act whose box the resident reads too.
func (d *desk) told(m member, kind incident.Kind, body any) (casework.Act, error) {
	resident, err := seal.ParseRecipient(d.keys.Recipient())
	if err != nil {
		return casework.Act{}, err
	}
	by := string(m.id)
	if kind == incident.KindAnswer {
		by = incident.ActorOffice
	}
	op := d.op()
	box, err := d.box(kind, op, d.seen(), by, body, d.keys.MAC, resident, d.office.recipient)
	return casework.Act{Op: op, Kind: kind, Public: incident.Public{Epoch: 1}, Box: box}, err
}

// seen is the newest event of the mailbox that a member has before them.
func (d *desk) seen() string {
	op := ""
	for _, e := range d.case_.Events {
		if e.InMailbox() {
			op = e.Op.String()
		}
	}
	return op
}

func (d *desk) box(kind incident.Kind, op incident.Op, seen, by string, body any, mac [32]byte, to ...seal.Recipient) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, err
	}
	return seal.Seal(seal.Envelope{
		Case: d.keys.CaseID(), Kind: string(kind), Op: op.String(), Seen: seen, By: by,
		At: incident.DayOf(d.clock), Body: bytes.TrimSpace(b.Bytes()),
	}, mac, to...)
}
