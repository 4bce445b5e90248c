package casework_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

func TestRegressionR08FourEyes(t *testing.T) {
	o := newOffice(t)
	first, second := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	worker, stranger := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, body)
	for _, tt := range []struct {
		act   incident.Act
		code  string
		after incident.State
	}{
		{incident.ActDiscard, "spam", incident.StateDiscarded},
		{incident.ActErase, "", incident.StateErased},
		{incident.ActExport, "", incident.StateTriage},
	} {
		id := o.bare(t, incident.Transition{From: incident.StateTriage}, incident.TrackReport)
		a := ask(tt.act, tt.code)
		a.Op = newOp()
		o.must(t, first, id, a)
		for name, try := range map[string]struct {
			m    incident.Member
			of   incident.Op
			want error
		}{
			"oneself":         {first, a.Op, incident.ErrForbidden},
			"a caseworker":    {worker, a.Op, incident.ErrForbidden},
			"another desk":    {stranger, a.Op, incident.ErrNotFound},
			"another request": {second, newOp(), incident.ErrTransition},
		} {
			if _, err := o.do(t, try.m, id, approve(try.of)); !errors.Is(err, try.want) {
				t.Errorf("%s approved by %s: %v, want %v", tt.act, name, err, try.want)
			}
		}
		if _, err := o.do(t, second, id, ask(tt.act, tt.code)); !errors.Is(err, incident.ErrTransition) {
			t.Errorf("%s asked for twice: %v, want ErrTransition", tt.act, err)
		}
		done := o.must(t, second, id, approve(a.Op))
		if done.State != tt.after {
			t.Errorf("%s approved: %s, want %s", tt.act, done.State, tt.after)
		}
		want := incident.ErrTransition
		if tt.act == incident.ActErase {
			want = incident.ErrNotFound // it is done
		}
		again := approve(a.Op)
		again.Rev = done.Rev
		if _, err := o.Do(t.Context(), second, id, again); !errors.Is(err, want) {
			t.Errorf("%s approved twice: %v, want %v", tt.act, err, want)
		}
	}
}

func TestRegressionR07ApprovalIsOfWhatWasRead(t *testing.T) {
	o := newOffice(t)
	first, second := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	a := ask(incident.ActErase, "")
	a.Op = newOp()
	seen := o.must(t, first, id, a).Rev
	o.must(t, first, id, note())
	late := approve(a.Op)
	late.Rev = seen
	if _, err := o.do(t, second, id, late); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("approval of a case that went on: %v, want ErrConflict", err)
	}
}

// TestRegressionR07TwoApproveAtOnce: one approval counts, and one event is made.
func TestRegressionR07TwoApproveAtOnce(t *testing.T) {
	o := newOffice(t)
	asking := o.hire(t, incident.RoleCoordinator, city)
	both := []incident.Member{o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCoordinator, city)}
	for range 10 {
		id := o.bare(t, incident.Transition{From: incident.StateTriage}, incident.TrackReport)
		a := ask(incident.ActDiscard, "spam")
		a.Op = newOp()
		rev := o.must(t, asking, id, a).Rev
		errs := make([]error, len(both))
		var wg sync.WaitGroup
		for i := range both {
			wg.Go(func() {
				yes := approve(a.Op)
				yes.Rev, yes.Op = rev, newOp()
				_, errs[i] = o.Do(t.Context(), both[i], id, yes)
			})
		}
		wg.Wait()
		approvals := 0
		for _, e := range o.file(t, id).Events {
			if e.Kind == incident.KindApproval {
				approvals++
			}
		}
		if (errs[0] == nil) == (errs[1] == nil) || approvals != 1 {
			t.Fatalf("errors %v and %d approvals, want one of each", errs, approvals)
		}
	}
}

// TestRegressionR07RolesChangeInBetween: who asked cannot become the one who
// agrees by a new role; who lost the role, the desk or the account in between
// agrees to nothing; and what was asked for rightly stays asked for.
func TestRegressionR07RolesChangeInBetween(t *testing.T) {
	o := newOffice(t)
	worker, second := o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city)
	id := o.bare(t, incident.Transition{From: incident.StateTriage}, incident.TrackReport)
	a := ask(incident.ActExport, "")
	a.Op = newOp()
	o.must(t, worker, id, a)
	promoted, lowered, moved := worker, second, second
	promoted.Role, lowered.Role, moved.Desks = incident.RoleCoordinator, incident.RoleCaseworker, []string{body}
	off := second
	off.Off = true
	for name, try := range map[string]struct {
		m    incident.Member
		want error
	}{
		"who asked, coordinator since": {promoted, incident.ErrForbidden},
		"who is coordinator no longer": {lowered, incident.ErrForbidden},
		"who went to another desk":     {moved, incident.ErrNotFound},
		"who left":                     {off, incident.ErrNotFound},
	} {
		if _, err := o.do(t, try.m, id, approve(a.Op)); !errors.Is(err, try.want) && !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("approved by %s: %v, want %v", name, err, try.want)
		}
	}
	o.must(t, second, id, approve(a.Op))
}

func TestWithdrawalIsTheRequest(t *testing.T) {
	o := newOffice(t)
	one := o.hire(t, incident.RoleCoordinator, city)
	id := o.report(t, city, incident.TrackReport)
	o.add(t, id, incident.Event{Kind: incident.KindWithdrawal, Actor: incident.ActorResident, Day: month, Box: box(1)}, incident.Public{Epoch: 2})
	_, e, ok := o.file(t, id).Waiting()
	if !ok {
		t.Fatal("the withdrawal does not wait")
	}
	o.must(t, one, id, approve(e.Op))
}

func TestWhatMayNotBeAsked(t *testing.T) {
	o := newOffice(t)
	boss, worker := o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleCaseworker, city)
	id := o.report(t, city, incident.TrackReport)
	for name, try := range map[string]struct {
		m    incident.Member
		a    casework.Act
		want error
	}{
		"discard by a caseworker":   {worker, ask(incident.ActDiscard, "spam"), incident.ErrForbidden},
		"erase by a caseworker":     {worker, ask(incident.ActErase, ""), incident.ErrForbidden},
		"discard without a reason":  {boss, ask(incident.ActDiscard, ""), incident.ErrTransition},
		"discard for another cause": {boss, ask(incident.ActDiscard, "dislike"), incident.ErrTransition},
		"approval of nothing":       {boss, approve(newOp()), incident.ErrTransition},
	} {
		if _, err := o.do(t, try.m, id, try.a); !errors.Is(err, try.want) {
			t.Errorf("%s: %v, want %v", name, err, try.want)
		}
	}
	for _, to := range []incident.State{incident.StateDiscarded, incident.StateErased} {
		a := casework.Act{Kind: incident.KindTransition, To: to, Public: incident.Public{Code: "spam"}}
		if _, err := o.do(t, boss, id, a); !errors.Is(err, incident.ErrTransition) && !errors.Is(err, incident.ErrForbidden) {
			t.Errorf("%s by a plain move: %v, want it refused", to, err)
		}
	}
	hold, yes := note(), true
	hold.Public.Hold = &yes
	if _, err := o.do(t, worker, id, hold); !errors.Is(err, incident.ErrForbidden) {
		t.Errorf("hold by a caseworker: %v, want ErrForbidden", err)
	}
	o.must(t, boss, id, hold)
	if _, err := o.do(t, boss, id, ask(incident.ActErase, "")); !errors.Is(err, incident.ErrTransition) {
		t.Errorf("erase under a hold: %v, want ErrTransition", err)
	}
}
