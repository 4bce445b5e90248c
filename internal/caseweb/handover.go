package caseweb

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type handoverRequest struct {
	stamp
	sealed
	Of string     `json:"of"`
	To handedCase `json:"to"`
}

type handedCase struct {
	Desk string `json:"desk"`
	Case string `json:"case"`
	Op   string `json:"op"`
	sealed
}

// handOver passes a summary to another desk.
func (s *Site) handOver(c *gin.Context) {
	id, err := caseID(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var in handoverRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	h, err := in.read()
	if err != nil {
		web.Fail(c, err)
		return
	}
	done, err := s.Casework.HandOver(c.Request.Context(), member(identity(c)), id, h)
	var consent incident.ConsentError
	switch {
	case errors.As(err, &consent):
		web.Fail(c, web.Refuse(http.StatusConflict, string(consent)))
	case err != nil:
		web.Fail(c, conflict(err))
	default:
		web.JSON(c, http.StatusCreated, doneAnswer{done.Rev, done.State, orEmpty(done.Allowed)})
	}
}

// read turns the request into a hand-over, with all its faults at once.
func (in handoverRequest) read() (casework.Handover, error) {
	op, faults := in.stamp.read()
	other, err := incident.ParseOp(in.To.Op)
	if err != nil {
		faults = append(faults, incident.FieldError{Field: "to.op", Key: "op"})
	}
	to, err := incident.ParseCaseID(in.To.Case)
	if err != nil {
		faults = append(faults, incident.FieldError{Field: "to.case", Key: "case"})
	}
	return casework.Handover{
		Rev: in.Rev, Op: op, Epoch: in.Epoch, Box: in.Box, Of: in.Of,
		To: casework.HandedCase{Desk: in.To.Desk, Case: to, Op: other, Epoch: in.To.Epoch, Box: in.To.Box},
	}, faults.Err()
}
