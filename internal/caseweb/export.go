package caseweb

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/web"
)

type exportRequest struct {
	Op   string `json:"op"`
	Form string `json:"form"`
}

// export notes that a case leaves the house; the file itself is made in the
// member's browser, and the server never sees it.
func (s *Site) export(c *gin.Context) {
	id, err := caseID(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var in exportRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	op, err := opOf(in.Op)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.Export(c.Request.Context(), member(identity(c)), id, op, in.Form); err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
