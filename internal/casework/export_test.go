package casework_test

import (
	"errors"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestExportIsNoted(t *testing.T) {
	o := newOffice(t)
	worker, stranger := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, body)
	admin := o.hire(t, incident.RoleAdmin, city)
	id := o.report(t, city, incident.TrackReport)
	op := newOp()
	for _, form := range []string{casework.ExportPrint, casework.ExportRedacted, casework.ExportSealed} {
		if err := o.Export(t.Context(), worker, id, newOp(), form); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
	for range 2 {
		if err := o.Export(t.Context(), worker, id, op, casework.ExportPrint); err != nil {
			t.Error(err)
		}
	}
	if n := o.count(t, incident.KindExport); n != 4 {
		t.Errorf("%d lines for four exports, one of them sent twice", n)
	}
	for name, try := range map[string]struct {
		m    incident.Member
		form string
		want error
	}{
		"another desk": {stranger, casework.ExportPrint, incident.ErrNotFound},
		"an admin":     {admin, casework.ExportPrint, incident.ErrForbidden},
		"raw, alone":   {worker, casework.ExportRaw, incident.ErrTransition},
	} {
		if err := o.Export(t.Context(), try.m, id, newOp(), try.form); !errors.Is(err, try.want) {
			t.Errorf("%s: %v, want %v", name, err, try.want)
		}
	}
	var faults incident.Faults
	if err := o.Export(t.Context(), worker, id, newOp(), "post"); !errors.As(err, &faults) {
		t.Errorf("an unknown form: %v, want faults", err)
	}
	if n := o.count(t, incident.KindExport); n != 4 {
		t.Errorf("refused exports left %d lines", n-4)
	}
}

func TestRegressionR08RawExportNeedsTwo(t *testing.T) {
	o := newOffice(t)
	worker, boss := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city)
	other := o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	raw := func(m incident.Member) error { return o.Export(t.Context(), m, id, newOp(), casework.ExportRaw) }

	a := ask(incident.ActExport, "")
	a.Op = newOp()
	o.must(t, worker, id, a)
	if err := raw(worker); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("before the yes: %v", err)
	}
	o.must(t, boss, id, approve(a.Op))
	if err := raw(worker); err != nil {
		t.Errorf("after the yes: %v", err)
	}
	for name, m := range map[string]incident.Member{"who agreed": boss, "a colleague": other} {
		if err := raw(m); !errors.Is(err, incident.ErrTransition) {
			t.Errorf("%s used the yes for somebody else: %v", name, err)
		}
	}
	o.at(t, "2026-11-29")
	if err := raw(worker); err != nil {
		t.Errorf("on the seventh day: %v", err)
	}
	o.at(t, "2026-11-30")
	if err := raw(worker); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("on the eighth day: %v", err)
	}
}

func TestYesToAnErasureIsNoExport(t *testing.T) {
	o := newOffice(t)
	worker, boss := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	id := o.bare(t, incident.Transition{From: incident.StateTriage}, incident.TrackReport)
	a := ask(incident.ActDiscard, "spam")
	a.Op = newOp()
	o.must(t, worker, id, a)
	o.must(t, boss, id, approve(a.Op))
	if err := o.Export(t.Context(), worker, id, newOp(), casework.ExportRaw); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("%v, want ErrTransition", err)
	}
}
