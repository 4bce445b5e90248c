package caseweb

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type casesAnswer struct {
	Cases []summaryAnswer `json:"cases"`
	Next  incident.CaseID `json:"next"`
}

type summaryAnswer struct {
	Case      incident.CaseID   `json:"case"`
	Rev       int               `json:"rev"`
	Desk      string            `json:"desk"`
	Epoch     int               `json:"epoch"`
	Month     string            `json:"month"`
	State     incident.State    `json:"state"`
	Track     incident.Track    `json:"track"`
	Assignee  incident.MemberID `json:"assignee"`
	Open      bool              `json:"open"`
	Unread    bool              `json:"unread"`
	Hold      bool              `json:"hold"`
	Due       string            `json:"due"`
	Purge     string            `json:"purge"`
	CodingRev int               `json:"codingRev"`
	Asked     incident.Act      `json:"asked"`
	AskedBy   string            `json:"askedBy"`
}

type caseAnswer struct {
	Summary  summaryAnswer    `json:"summary"`
	Events   []eventAnswer    `json:"events"`
	Allowed  []incident.Offer `json:"allowed"`
	Waiting  *waitingAnswer   `json:"waiting,omitempty"`
	ReadOnly bool             `json:"readOnly,omitempty"`
}

type eventAnswer struct {
	Rev    int            `json:"rev"`
	Kind   incident.Kind  `json:"kind"`
	Actor  string         `json:"actor"`
	Day    string         `json:"day"`
	State  incident.State `json:"state"`
	Op     string         `json:"op"`
	Public string         `json:"public"`
	Box    []byte         `json:"box,omitempty"`
	Prev   string         `json:"prev"`
	Hash   string         `json:"hash"`
}

type waitingAnswer struct {
	Act incident.Act `json:"act"`
	Op  string       `json:"op"`
	Rev int          `json:"rev"`
	By  string       `json:"by"`
}

// cases lists summaries, a page at a time.
func (s *Site) cases(c *gin.Context) {
	after, limit, err := page(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	list, next, err := s.Casework.Cases(c.Request.Context(), member(identity(c)), after, limit)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := casesAnswer{Cases: make([]summaryAnswer, len(list)), Next: next}
	for i, sum := range list {
		answer.Cases[i] = summaryOf(sum)
	}
	web.JSON(c, http.StatusOK, answer)
}

// page reads where a list begins and how long it may be.
func page(c *gin.Context) (incident.CaseID, int, error) {
	var faults incident.Faults
	after, limit := incident.CaseID(c.Query("after")), casework.MaxPage
	if after != "" {
		if _, err := incident.ParseCaseID(string(after)); err != nil {
			faults = append(faults, incident.FieldError{Field: "after", Key: "shape"})
		}
	}
	if text := c.Query("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > casework.MaxPage {
			faults = append(faults, incident.FieldError{Field: "limit", Key: "shape"})
		}
		limit = n
	}
	return after, limit, faults.Err()
}

// cards streams the card index of the caller's desks. What fails after the first
// bytes are out breaks the connection, so that nobody takes a part for the whole.
func (s *Site) cards(c *gin.Context) {
	after, _, err := page(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	begun := false
	err = s.Casework.Cards(c.Request.Context(), member(identity(c)), after, func(records []byte) error {
		if !begun {
			begun = true
			c.Header("Content-Type", "application/octet-stream")
			c.Status(http.StatusOK)
		}
		_, err := c.Writer.Write(records)
		return err
	})
	switch {
	case err != nil && !begun:
		web.Fail(c, err)
	case err != nil:
		panic(http.ErrAbortHandler)
	}
}

// open gives a whole case.
func (s *Site) open(c *gin.Context) {
	id, err := caseID(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	file, err := s.Casework.Open(c.Request.Context(), member(identity(c)), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusOK, caseOf(file))
}

// caseID reads the case of the path. What cannot be one is not found, like one
// that is not there.
func caseID(c *gin.Context) (incident.CaseID, error) {
	id, err := incident.ParseCaseID(c.Param("case"))
	if err != nil {
		return "", incident.ErrNotFound
	}
	return id, nil
}

func caseOf(f casework.File) caseAnswer {
	answer := caseAnswer{
		Summary: summaryOf(f.Case.Summary), Events: make([]eventAnswer, len(f.Case.Events)),
		Allowed: orEmpty(f.Allowed), ReadOnly: f.Case.ReadOnly(),
	}
	for i, e := range f.Case.Events {
		answer.Events[i] = eventAnswer{
			Rev: e.Rev(), Kind: e.Kind, Actor: e.Actor, Day: e.Day, State: e.State, Op: e.Op.String(),
			Public: e.Public, Box: e.Box, Prev: e.Prev.String(), Hash: e.Hash.String(),
		}
	}
	if act, e, ok := f.Case.Waiting(); ok {
		answer.Waiting = &waitingAnswer{act, e.Op.String(), e.Rev(), e.Actor}
	}
	return answer
}

func summaryOf(s incident.Summary) summaryAnswer {
	return summaryAnswer{
		Case: s.Case, Rev: s.Rev, Desk: s.Desk, Epoch: s.Epoch, Month: s.Month, State: s.State, Track: s.Track,
		Assignee: s.Assignee, Open: s.Open, Unread: s.Unread, Hold: s.Hold, Due: s.Due, Purge: s.Purge, CodingRev: s.CodingRev,
		Asked: s.Asked, AskedBy: s.AskedBy,
	}
}
