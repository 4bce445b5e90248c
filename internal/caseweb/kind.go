package caseweb

import (
	"slices"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
)

type answerAct struct {
	stamp
	sealed
	Att []incident.Attachment `json:"att"`
}

type noteAct struct {
	stamp
	sealed
	Hold *bool `json:"hold"`
}

type codingAct struct {
	stamp
	sealed
	Year     int `json:"year"`
	Taxonomy int `json:"taxonomy"`
}

type cardAct struct {
	stamp
	sealed
}

type transitionAct struct {
	stamp
	sealed
	To     incident.State `json:"to"`
	Code   string         `json:"code"`
	Resume string         `json:"resume"`
	Checks []string       `json:"checks"`
}

type assignmentAct struct {
	stamp
	sealed
	Member *incident.MemberID `json:"member"`
}

type deadlineAct struct {
	stamp
	sealed
	Due string `json:"due"`
}

type consentAct struct {
	stamp
	sealed
	Rung  string         `json:"rung"`
	Text  string         `json:"text"`
	Track incident.Track `json:"track"`
	Of    string         `json:"of"` // op of the consent that it takes back, or ""
}

type requestAct struct {
	stamp
	sealed
	Act  incident.Act `json:"act"`
	Code string       `json:"code"`
}

type approvalAct struct {
	stamp
	sealed
	Of string `json:"of"`
}

type accessAct struct {
	stamp
}

func (in answerAct) fill(a *casework.Act) {
	a.Kind, a.Public.Att = incident.KindAnswer, in.Att
	in.put(a)
}

func (in noteAct) fill(a *casework.Act) {
	a.Kind, a.Public.Hold = incident.KindNote, in.Hold
	in.put(a)
}

func (in codingAct) fill(a *casework.Act) {
	a.Kind, a.Public.Year, a.Public.Taxonomy = incident.KindCoding, in.Year, in.Taxonomy
	in.put(a)
}

func (in cardAct) fill(a *casework.Act) {
	a.Kind = incident.KindCard
	in.put(a)
}

func (in transitionAct) fill(a *casework.Act) {
	a.Kind, a.To = incident.KindTransition, in.To
	a.Public.Code, a.Public.Resume, a.Public.Checks = in.Code, in.Resume, in.Checks
	in.put(a)
}

func (in transitionAct) faults() incident.Faults {
	var faults incident.Faults
	if !in.To.Valid() {
		faults = append(faults, incident.FieldError{Field: "to", Key: "to"})
	}
	if len(in.Checks) > maxChecks {
		faults = append(faults, incident.FieldError{Field: "checks", Key: "checks"})
	}
	return faults
}

func (in assignmentAct) fill(a *casework.Act) {
	a.Kind = incident.KindAssignment
	if in.Member != nil {
		a.Public.Member = *in.Member
	}
	in.put(a)
}

// faults: leaving the member out is not the same as giving the case back.
func (in assignmentAct) faults() incident.Faults {
	if in.Member == nil {
		return incident.Faults{{Field: "member", Key: "member"}}
	}
	return nil
}

func (in deadlineAct) fill(a *casework.Act) {
	a.Kind, a.Public.Due = incident.KindDeadline, in.Due
	in.put(a)
}

func (in consentAct) fill(a *casework.Act) {
	a.Kind = incident.KindConsent
	a.Public.Rung, a.Public.Text, a.Public.Track, a.Public.Of = in.Rung, in.Text, in.Track, in.Of
	in.put(a)
}

func (in consentAct) faults() incident.Faults {
	var faults incident.Faults
	if !slices.Contains(incident.Rungs, in.Rung) {
		faults = append(faults, incident.FieldError{Field: "rung", Key: "rung"})
	}
	if in.Text == "" {
		faults = append(faults, incident.FieldError{Field: "text", Key: "text"})
	}
	if !in.Track.Valid() {
		faults = append(faults, incident.FieldError{Field: "track", Key: "track"})
	}
	return faults
}

func (in requestAct) fill(a *casework.Act) {
	a.Kind, a.Public.Act, a.Public.Code = incident.KindRequest, in.Act, in.Code
	in.put(a)
}

func (in approvalAct) fill(a *casework.Act) {
	a.Kind, a.Public.Of = incident.KindApproval, in.Of
	in.put(a)
}

func (in approvalAct) faults() incident.Faults {
	if _, err := incident.ParseOp(in.Of); err != nil {
		return incident.Faults{{Field: "of", Key: "of"}}
	}
	return nil
}

func (in accessAct) fill(a *casework.Act) {
	a.Kind = incident.KindAccess
}

// maxChecks is more than any move names.
const maxChecks = 16
