package caseweb

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type ledgerAnswer struct {
	Lines []lineAnswer `json:"lines"`
	Next  int          `json:"next"`
	// Checked is the operator's last check of the whole store, if there was one.
	Checked *Check `json:"checked,omitempty"`
}

// A Check is when the operator's program last held the store against its
// checkpoint, and how much it found.
type Check struct {
	Day    string `json:"day"`
	Faults int    `json:"faults"`
}

type lineAnswer struct {
	Rev    int           `json:"rev"`
	Kind   incident.Kind `json:"kind"`
	Actor  string        `json:"actor"`
	Day    string        `json:"day"`
	Op     string        `json:"op"`
	Public string        `json:"public"`
	Prev   string        `json:"prev"`
	Hash   string        `json:"hash"`
}

type noteRequest struct {
	Op     string `json:"op"`
	Reason string `json:"reason"`
}

// ledger gives the next lines of the ledger; next is 0 on the last page.
func (s *Site) ledger(c *gin.Context) {
	after := 0
	if text, given := c.GetQuery("after"); given {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			web.Fail(c, incident.Faults{{Field: "after", Key: "after"}})
			return
		}
		after = n
	}
	lines, err := s.Casework.LedgerLines(c.Request.Context(), member(identity(c)), after)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := ledgerAnswer{Lines: make([]lineAnswer, len(lines))}
	for i, e := range lines {
		answer.Lines[i] = lineAnswer{
			e.Rev(), e.Kind, e.Actor, e.Day, e.Op.String(), e.Public, e.Prev.String(), e.Hash.String(),
		}
		answer.Next = e.Rev()
	}
	if len(lines) == 0 {
		answer.Next = 0
	}
	if s.Checked != nil {
		answer.Checked = s.Checked()
	}
	web.JSON(c, http.StatusOK, answer)
}

// note writes a line of the member's browser: an alarm, or a drill.
func (s *Site) note(kind incident.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in noteRequest
		if err := web.ReadJSON(c, &in); err != nil {
			web.Fail(c, err)
			return
		}
		op, err := opOf(in.Op)
		if err != nil {
			web.Fail(c, err)
			return
		}
		if err := s.Casework.Note(c.Request.Context(), member(identity(c)), op, kind, in.Reason); err != nil {
			web.Fail(c, err)
			return
		}
		c.Status(http.StatusNoContent)
	}
}
