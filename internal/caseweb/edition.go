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
	Draft    *draftAnswer    `json:"draft,omitempty"`
	Released *releasedAnswer `json:"released,omitempty"`
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
	answer, err := s.yearAnswer(c, p)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusOK, answer)
}

func (s *Site) yearAnswer(c *gin.Context, p statistics.Plan) (yearAnswer, error) {
	ctx, who := c.Request.Context(), identity(c)
	a := yearAnswer{
		Year: p.Year, Plan: p.Canonical(), Hash: p.Hash(), Cells: p.Cells(), From: countingDay(p.Year),
		Ready: s.Statistics.today() >= countingDay(p.Year), Missing: []string{}, Expected: p.ExpectedError(),
		Inner: orEmpty(s.Statistics.Inner), Outer: orEmpty(s.Statistics.Outer),
	}
	for _, desk := range s.Casework.DeskIDs() {
		if !slices.Contains(who.Desks, desk) {
			a.Missing = append(a.Missing, desk)
		}
	}
	pub, _, err := s.Statistics.released(ctx, p.Year)
	if err == nil {
		a.Released, err = releasedOf(pub)
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

type erratumRequest struct {
	De        string   `json:"de"`
	En        string   `json:"en"`
	Withdrawn []string `json:"withdrawn"`
}

// erratum adds a signed line, in words and without a number, to a frozen edition.
func (s *Site) erratum(c *gin.Context) {
	p, err := s.Statistics.planOf(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var in erratumRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.correct(c, p.Year, in); err != nil {
		web.Fail(c, err)
		return
	}
	answer, err := s.yearAnswer(c, p)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusCreated, answer)
}

func (s *Site) correct(c *gin.Context, year int, in erratumRequest) error {
	ctx, by := c.Request.Context(), identity(c).Member
	pub, steps, err := s.Statistics.released(ctx, year)
	if errors.Is(err, incident.ErrNotFound) {
		return errDraft
	}
	if err != nil {
		return err
	}
	if len(in.De) > maxErratum || len(in.En) > maxErratum || in.De == "" || in.En == "" {
		return incident.Faults{{Field: "text", Key: "text"}}
	}
	text := map[string]string{"de": in.De, "en": in.En}
	signed, err := statistics.Correct(pub.Bundle, s.Statistics.EditionKey, s.Statistics.today(), text, in.Withdrawn)
	if err != nil {
		return incident.Faults{{Field: "text", Key: "erratum"}} // a number in the text, or an unknown table
	}
	if err := s.putStep(ctx, year, steps+1, statistics.NewStep(statistics.StepErratum, by, signed)); err != nil {
		if errors.Is(err, errFrozen) {
			return incident.ErrConflict
		}
		return err
	}
	return s.Casework.Released(ctx, incident.MemberID(by), casework.Release{
		Year: year, Edition: pub.Hash(), Signer: pub.Edition.PublicKey(), Erratum: true,
	})
}

// maxErratum bounds the words of an erratum in one language.
const maxErratum = 2000
