package intake_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// A faulty store is the real one with trouble on its line.
type faulty struct {
	intake.Store
	read   error                                           // of every File
	append func(e incident.Event) (stored bool, err error) // nil: no trouble
}

func (f *faulty) File(ctx context.Context, id incident.CaseID) ([]incident.Event, error) {
	if f.read != nil {
		return nil, f.read
	}
	return f.Store.File(ctx, id)
}

func (f *faulty) Append(ctx context.Context, e incident.Event) error {
	if f.append == nil {
		return f.Store.Append(ctx, e)
	}
	store, err := f.append(e)
	if store {
		err = errors.Join(err, f.Store.Append(ctx, e))
	}
	return err
}

// everyWay tries all that writes and gives the errors by name.
func (o *office) everyWay(t *testing.T) map[string]error {
	t.Helper()
	receipt, resident := newReceipt(t)
	_, sent := o.SubmitPlain(t.Context(), receipt, city, report("Text"), nil)
	return map[string]error{
		"plain report":   sent,
		"sealed report":  o.Submit(t.Context(), o.sealed(t, resident, city, 2)),
		"plain message":  o.MessagePlain(t.Context(), receipt, "Text", "", nil),
		"sealed message": o.Message(t.Context(), o.sealedMessage(t, resident, 2)),
	}
}

func TestStoreAwayBeforeWriting(t *testing.T) {
	o := newOffice(t)
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	o.Store = db
	for name, err := range o.everyWay(t) {
		if !errors.Is(err, incident.ErrUnavailable) || errors.Is(err, incident.ErrUnclear) {
			t.Errorf("%s: got %v, want ErrUnavailable", name, err)
		}
	}
	_, resident := newReceipt(t)
	if m, err := o.Mailbox(t.Context(), resident.Locator); !errors.Is(err, incident.ErrUnavailable) || m.Found {
		t.Errorf("mailbox: got %+v, %v, want ErrUnavailable and no mailbox", m, err)
	}
}

// A reader that fails has written nothing, whatever it says.
func TestReadFails(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	o.Store = &faulty{Store: o.db, read: errors.New("socket closed")}
	for name, err := range map[string]error{
		"plain message":  o.MessagePlain(t.Context(), receipt, "Text", "", nil),
		"sealed message": o.Message(t.Context(), o.sealedMessage(t, resident, 2)),
	} {
		if !errors.Is(err, incident.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", name, err)
		}
	}
	o.Store = &faulty{Store: o.db, read: incident.ErrChain}
	if _, err := o.OpenMailbox(t.Context(), receipt); !errors.Is(err, incident.ErrChain) || errors.Is(err, incident.ErrUnavailable) {
		t.Errorf("broken chain: got %v, want ErrChain", err)
	}
}

func TestContextThatEnded(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.SubmitPlain(ctx, receipt, city, report("Text"), nil); !errors.Is(err, incident.ErrUnavailable) {
		t.Errorf("report: got %v, want ErrUnavailable", err)
	}
	if _, err := o.db.File(t.Context(), incident.CaseID(resident.CaseID())); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("the report was stored all the same: %v", err)
	}
}

// Whether the first try was stored or not: it is told as unclear, and sending
// again makes one case and one message.
func TestUnclearAndAgain(t *testing.T) {
	for _, stored := range []bool{true, false} {
		o := newOffice(t)
		receipt, resident := newReceipt(t)
		tries := 0
		o.Store = &faulty{Store: o.db, append: func(incident.Event) (bool, error) {
			if tries++; tries%2 == 1 {
				return stored, incident.ErrUnclear
			}
			return true, nil
		}}
		_, sealedKeys := newReceipt(t)
		r, m := o.sealed(t, sealedKeys, city, 2), o.sealedMessage(t, resident, 2)
		steps := []struct {
			name string
			do   func() error
		}{
			{"plain report", func() error {
				_, err := o.SubmitPlain(t.Context(), receipt, city, report("Text"), nil)
				return err
			}},
			{"plain message", func() error { return o.MessagePlain(t.Context(), receipt, "Wort", "", nil) }},
			{"sealed message", func() error { return o.Message(t.Context(), m) }},
			{"sealed report", func() error { return o.Submit(t.Context(), r) }},
		}
		for _, s := range steps {
			tries = 0
			if err := s.do(); !errors.Is(err, incident.ErrUnclear) {
				t.Errorf("%s, stored %v: got %v, want ErrUnclear", s.name, stored, err)
			}
			for range 2 {
				if err := s.do(); err != nil {
					if errors.Is(err, incident.ErrUnclear) {
						continue // the line is bad at every other try
					}
					t.Errorf("%s, stored %v: again: %v", s.name, stored, err)
				}
			}
		}
		o.wantKinds(t, resident, incident.KindReport, incident.KindMessage, incident.KindMessage)
		o.wantKinds(t, sealedKeys, incident.KindReport)
	}
}

// An edited report whose message cannot be stored is told as such, not as taken.
func TestEditedReportUnclear(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Zuerst."), intake.OutcomeReport)
	o.Store = &faulty{Store: o.db, append: func(e incident.Event) (bool, error) {
		if e.Kind == incident.KindMessage {
			return false, incident.ErrUnclear
		}
		return true, nil
	}}
	if _, err := o.SubmitPlain(t.Context(), receipt, city, report("Danach."), nil); !errors.Is(err, incident.ErrUnclear) {
		t.Errorf("got %v, want ErrUnclear", err)
	}
	o.Store = o.db
	o.plain(t, receipt, report("Danach."), intake.OutcomeMessage)
	o.wantKinds(t, resident, incident.KindReport, incident.KindMessage)
}

// Somebody who is always first cannot keep a message waiting without end, and
// what comes of it is told as unclear, never as taken.
func TestAlwaysSecond(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	o.Store = &faulty{Store: o.db, append: func(incident.Event) (bool, error) { return false, incident.ErrConflict }}
	done := make(chan error, 1)
	go func() { done <- o.MessagePlain(t.Context(), receipt, "Text", "", nil) }()
	select {
	case err := <-done:
		if !errors.Is(err, incident.ErrUnclear) {
			t.Errorf("got %v, want ErrUnclear", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it tries without end")
	}
	o.wantKinds(t, resident, incident.KindReport)
}
