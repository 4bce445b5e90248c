package caseweb

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/web"
)

type yearAnswer struct {
	Year     int             `json:"year"`
	Plan     json.RawMessage `json:"plan"` // canonical
	Hash     string          `json:"hash"`
	Cells    []string        `json:"cells"`
	From     string          `json:"from"`  // first day on which the year may be counted
	Ready    bool            `json:"ready"` // that day has come
	Missing  []string        `json:"missing"`
	Expected int             `json:"expected"` // expected error of a number, in tenths
	Inner    []string        `json:"inner"`    // districts counted as inner ones
	Outer    []string        `json:"outer"`    // all others that the city has
	Declared *declaredAnswer `json:"declared,omitempty"`
	Causes   []string        `json:"causes"` // why another plan may be declared
	Waiver   *waiverAnswer   `json:"waiver,omitempty"`
	Draft    *draftAnswer    `json:"draft,omitempty"`
	Released *releasedAnswer `json:"released,omitempty"`
}

// A declaredAnswer is the plan that stands in the ledger; Same: it is the one
// that the settings have now.
type declaredAnswer struct {
	By   string `json:"by"`
	Day  string `json:"day"`
	Same bool   `json:"same"`
}

// A waiverAnswer says who wants to publish nothing of the year, and whether
// somebody else agreed.
type waiverAnswer struct {
	By   string `json:"by"`
	Own  bool   `json:"own"`
	Done bool   `json:"done"`
}

type draftAnswer struct {
	By        string      `json:"by"`
	Own       bool        `json:"own"`
	CountedOn string      `json:"countedOn"`
	Shown     shownAnswer `json:"shown"`
	Dropped   []string    `json:"dropped"`
}

type releasedAnswer struct {
	Edition  string          `json:"edition"`
	FrozenOn string          `json:"frozenOn"`
	Signer   string          `json:"signer"`
	Errata   []erratumAnswer `json:"errata"`
	Proposal *proposalAnswer `json:"proposal,omitempty"`
	Shown    shownAnswer     `json:"shown"`
}

type erratumAnswer struct {
	Day       string   `json:"day"`
	De        string   `json:"de"`
	En        string   `json:"en"`
	Withdrawn []string `json:"withdrawn"`
}

// A shownAnswer is what a page will say of an edition: sentences and tables.
type shownAnswer struct {
	NoteDe []string      `json:"noteDe"`
	NoteEn []string      `json:"noteEn"`
	Tables []tableAnswer `json:"tables"`
}

type tableAnswer struct {
	ID      string     `json:"id"`
	De      string     `json:"de"`
	En      string     `json:"en"`
	Base    int        `json:"base"`
	Several bool       `json:"several"`
	Rows    []shownRow `json:"rows"`
}

type shownRow struct {
	De    string `json:"de"`
	En    string `json:"en"`
	Value int    `json:"value"`
	Lower int    `json:"lower"`
	Upper int    `json:"upper"`
}

// year tells what a coordinator must know to count a year, and how far it is.
func (s *Site) year(c *gin.Context) {
	p, err := s.Statistics.planOf(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.tellYear(c, http.StatusOK, p)
}

// tellYear answers with the year as it is now.
func (s *Site) tellYear(c *gin.Context, status int, p statistics.Plan) {
	answer, err := s.yearAnswer(c, p)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, status, answer)
}

func (s *Site) yearAnswer(c *gin.Context, p statistics.Plan) (yearAnswer, error) {
	ctx, who := c.Request.Context(), identity(c)
	a := yearAnswer{
		Year: p.Year, Plan: p.Canonical(), Hash: p.Hash(), Cells: p.Cells(), From: countingDay(p.Year),
		Ready: s.Statistics.today() >= countingDay(p.Year), Missing: []string{}, Causes: casework.Causes, Expected: p.ExpectedError(),
		Inner: orEmpty(s.Statistics.Inner), Outer: orEmpty(s.Statistics.Outer),
	}
	for _, desk := range s.Casework.DeskIDs() {
		if !slices.Contains(who.Desks, desk) {
			a.Missing = append(a.Missing, desk)
		}
	}
	known, err := s.Casework.Year(ctx, p.Year)
	if err != nil {
		return a, err
	}
	a.tell(known, who.Member)
	pub, _, err := s.Statistics.released(ctx, p.Year)
	if err == nil {
		if a.Released, err = releasedOf(pub); err == nil {
			err = s.tellProposal(ctx, p.Year, who.Member, a.Released)
		}
		if !known.Released { // a fall between the release and its line
			err = errors.Join(err, s.settle(ctx, p.Year))
		}
		return a, err
	}
	if !errors.Is(err, incident.ErrNotFound) {
		return a, err
	}
	d, _, err := s.Statistics.draft(ctx, p.Year)
	if errors.Is(err, incident.ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	e, _, err := statistics.ReadEdition(d.Bundle)
	if err != nil {
		return a, err
	}
	shown, err := shownOf(e)
	a.Draft = &draftAnswer{By: d.By, Own: d.By == who.Member, CountedOn: e.CountedOn, Shown: shown, Dropped: orEmpty(e.Dropped)}
	return a, err
}

// tell takes over what the ledger knows of the year.
func (a *yearAnswer) tell(known casework.Year, member string) {
	if known.Plan != "" {
		a.Declared = &declaredAnswer{known.DeclaredBy, known.DeclaredOn, known.Plan == a.Hash}
	}
	if known.WaiverBy != "" {
		a.Waiver = &waiverAnswer{known.WaiverBy, known.WaiverBy == member, known.Waived}
	}
}

func releasedOf(p statistics.Published) (*releasedAnswer, error) {
	shown, err := shownOf(p.Edition)
	if err != nil {
		return nil, err
	}
	a := &releasedAnswer{
		Edition: p.Hash(), FrozenOn: p.Edition.FrozenOn, Signer: p.Edition.PublicKey(), Errata: []erratumAnswer{}, Shown: shown,
	}
	for _, line := range p.Errata {
		a.Errata = append(a.Errata, erratumAnswer{line.Day, line.Text["de"], line.Text["en"], orEmpty(line.Withdrawn)})
	}
	return a, nil
}

func shownOf(e statistics.Edition) (shownAnswer, error) {
	a := shownAnswer{NoteDe: orEmpty(e.Note["de"]), NoteEn: orEmpty(e.Note["en"]), Tables: []tableAnswer{}}
	tables, err := e.Tables()
	if err != nil {
		return a, err
	}
	for _, t := range tables {
		out := tableAnswer{ID: t.ID, De: t.Title["de"], En: t.Title["en"], Base: t.Base, Several: t.Several, Rows: []shownRow{}}
		for _, v := range t.Values {
			out.Rows = append(out.Rows, shownRow{rowName(t, v, "de"), rowName(t, v, "en"), v.Value, v.Lower, v.Upper})
		}
		a.Tables = append(a.Tables, out)
	}
	return a, nil
}

func rowName(t statistics.Shown, v statistics.Value, lang string) string {
	var names []string
	for i, code := range v.Codes {
		axis := t.Axes[i]
		if at := slices.Index(axis.Codes, code); at >= 0 && (code != statistics.Total || len(v.Codes) == 1) {
			names = append(names, axis.Labels[lang][at])
		}
	}
	if len(names) == 0 {
		return t.Axes[0].Labels[lang][0]
	}
	return strings.Join(names, " × ")
}
