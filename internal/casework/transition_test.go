package casework_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

// ready brings a fresh case to the row's state with everything that its guards
// ask for, so that only the one who moves it counts.
func (o *office) ready(t *testing.T, row incident.Transition, track incident.Track, m incident.Member) (incident.CaseID, casework.Act) {
	t.Helper()
	o.at(t, "2026-11-01")
	id := o.bare(t, row, track)
	a := move(row)
	for _, g := range row.Guards {
		switch g {
		case incident.GuardAssignment:
			o.must(t, m, id, assign(m.ID))
		case incident.GuardCoding:
			o.must(t, m, id, coding())
		case incident.GuardAnswer, incident.GuardAnswerNewer:
			o.must(t, m, id, answer())
		case incident.GuardConsent:
			o.must(t, m, id, consent(track))
		case incident.GuardDeadline:
			o.must(t, m, id, deadline())
		case incident.GuardWroteAgain:
			o.add(t, id, incident.Event{Kind: incident.KindMessage, Actor: incident.ActorResident, Day: month, Box: box(1)}, incident.Public{Epoch: 2})
		case incident.GuardSilent90:
			o.at(t, "2027-03-02")
		}
	}
	return id, a
}

// bare brings a fresh case to the row's state and does nothing else.
func (o *office) bare(t *testing.T, row incident.Transition, track incident.Track) incident.CaseID {
	t.Helper()
	id := o.report(t, city, track)
	if row.From != incident.StateReceived {
		o.put(t, id, row.From, incident.Public{})
	}
	return id
}

// move is the act that the row wants, with everything that it must name.
func move(row incident.Transition) casework.Act {
	a := casework.Act{Kind: incident.KindTransition, To: row.To}
	for _, check := range row.Checks {
		a.Public.Checks = append(a.Public.Checks, string(check))
	}
	if len(row.Codes) > 0 {
		a.Public.Code = row.Codes[0]
	}
	if slices.Contains(row.Guards, incident.GuardResumeDay) {
		a.Public.Resume = "2027-06-01"
	}
	return a
}

// byTransition says whether a member makes the row's move by a plain transition.
func byTransition(row incident.Transition) bool {
	return !row.FourEyes && slices.Contains(row.Kinds, incident.KindTransition)
}

func TestEveryRowOfTheWorkflow(t *testing.T) {
	o := newOffice(t)
	members := []incident.Member{
		o.hire(t, incident.RoleCaseworker, city), o.hire(t, incident.RoleCoordinator, city), o.hire(t, incident.RoleAdmin, city),
	}
	for _, row := range incident.Transitions {
		for _, track := range row.Tracks {
			for _, m := range members {
				name := fmt.Sprintf("%s to %s, %s, %s", row.From, row.To, track, m.Role)
				id, a := o.ready(t, row, track, members[1])
				before := o.file(t, id).Rev
				done, err := o.do(t, m, id, a)
				allowed := byTransition(row) && row.By(m.Role.Mover())
				switch {
				case allowed && (err != nil || done.State != row.To):
					t.Errorf("%s: state %s, %v; want %s", name, done.State, err, row.To)
				case !allowed && !errors.Is(err, incident.ErrForbidden) && !errors.Is(err, incident.ErrTransition):
					t.Errorf("%s: %v, want ErrForbidden or ErrTransition", name, err)
				case !allowed && o.file(t, id).Rev != before:
					t.Errorf("%s: a refused move left an event", name)
				}
			}
		}
	}
}

func TestEveryGuardIsAsked(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	for _, row := range incident.Transitions {
		if !byTransition(row) || !row.By(incident.WhoCoordinator) {
			continue
		}
		name := fmt.Sprintf("%s to %s", row.From, row.To)
		for _, check := range row.Checks {
			id, a := o.ready(t, row, row.Tracks[0], m)
			a.Public.Checks = slices.DeleteFunc(a.Public.Checks, func(c string) bool { return c == string(check) })
			refused(t, o, m, id, a, name+" without the check "+string(check))
		}
		for _, g := range row.Guards {
			id, a := o.ready(t, row, row.Tracks[0], m)
			switch g {
			case incident.GuardReason:
				a.Public.Code = ""
			case incident.GuardResumeDay:
				a.Public.Resume = ""
			case incident.GuardWithin30:
				o.at(t, "2026-12-02")
			case incident.GuardWithin12:
				o.at(t, "2027-11-02")
			default:
				id = o.bare(t, row, row.Tracks[0])
			}
			refused(t, o, m, id, a, name+" without "+string(g))
		}
	}
}

// refused wants a MoveError that offers the way on with what is missing.
func refused(t *testing.T, o *office, m incident.Member, id incident.CaseID, a casework.Act, name string) {
	t.Helper()
	before := o.file(t, id).Rev
	_, err := o.do(t, m, id, a)
	var move *casework.MoveError
	if !errors.Is(err, incident.ErrTransition) || !errors.As(err, &move) {
		t.Errorf("%s: %v, want a MoveError", name, err)
		return
	}
	if !slices.ContainsFunc(move.Allowed, func(f incident.Offer) bool { return f.To == a.To }) {
		t.Errorf("%s: the way to %s is not offered in %v", name, a.To, move.Allowed)
	}
	if o.file(t, id).Rev != before {
		t.Errorf("%s: a refused move left an event", name)
	}
}

func TestPairsWithoutARow(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCoordinator, city)
	for _, track := range []incident.Track{incident.TrackReport, incident.TrackCounselling} {
		for _, from := range incident.States {
			if from.Final() {
				continue
			}
			id := o.bare(t, incident.Transition{From: from}, track)
			for _, to := range incident.States {
				has := slices.ContainsFunc(incident.Transitions, func(r incident.Transition) bool {
					return r.From == from && r.To == to && slices.Contains(r.Tracks, track) && byTransition(r) && r.By(incident.WhoCoordinator)
				})
				if has {
					continue
				}
				a := casework.Act{Kind: incident.KindTransition, To: to, Public: incident.Public{Code: "mistake", Resume: "2027-06-01"}}
				_, err := o.do(t, m, id, a)
				if !errors.Is(err, incident.ErrTransition) && !errors.Is(err, incident.ErrForbidden) {
					t.Errorf("%s to %s, %s: %v, want it refused", from, to, track, err)
				}
			}
		}
	}
}

func TestOffersAreTrue(t *testing.T) {
	o := newOffice(t)
	m := o.hire(t, incident.RoleCaseworker, city)
	for _, row := range incident.Transitions {
		if !byTransition(row) || !row.By(incident.WhoCaseworker) {
			continue
		}
		id, a := o.ready(t, row, row.Tracks[0], m)
		file, err := o.Open(t.Context(), m, id)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(file.Allowed, func(f incident.Offer) bool { return f.To == row.To && f.Kind == incident.KindTransition })
		if i < 0 || len(file.Allowed[i].Missing) > 0 {
			t.Errorf("%s to %s: offered as %+v, want it with nothing missing", row.From, row.To, file.Allowed)
			continue
		}
		o.must(t, m, id, a)
	}
}
