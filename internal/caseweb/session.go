package caseweb

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type sessionsAnswer struct {
	Sessions []oneSession `json:"sessions"`
}

type oneSession struct {
	ID     string `json:"id"`
	Day    string `json:"day"`
	Device string `json:"device"`
	Own    bool   `json:"own"`
}

type endRequest struct {
	ID string `json:"id"`
}

// sessions lists where the caller is logged in: the day and the coarse kind of
// device, no more is known.
func (s *Site) sessions(c *gin.Context) {
	list, err := s.Auth.Sessions(c.Request.Context(), identity(c))
	if err != nil {
		web.Fail(c, refusal(err))
		return
	}
	answer := sessionsAnswer{Sessions: make([]oneSession, len(list))}
	zone := s.Casework.Now().Location()
	for i, o := range list {
		answer.Sessions[i] = oneSession{o.ID, incident.DayOf(o.Since.In(zone)), o.Device, o.Own}
	}
	web.JSON(c, http.StatusOK, answer)
}

// endSession ends one of the caller's sessions, on every instance.
func (s *Site) endSession(c *gin.Context) {
	var in endRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	if !nameShape.MatchString(in.ID) { // a hash, as a name is
		web.Fail(c, incident.Faults{{Field: "id", Key: "shape"}})
		return
	}
	err := s.Auth.End(c.Request.Context(), identity(c), in.ID)
	if errors.Is(err, auth.ErrSession) {
		err = incident.ErrNotFound
	} else if err != nil {
		err = refusal(err)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
