package caseweb

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/web"
)

type firstKeyRequest struct {
	Op      string              `json:"op"`
	Desk    string              `json:"desk"`
	OPK     string              `json:"opk"`
	Members []epochGrantRequest `json:"members"`
	Paper   newPaperRequest     `json:"paper"`
}

// firstKey stores the first key of a desk that came into the settings later, and
// places its members.
func (s *Site) firstKey(c *gin.Context) {
	var in firstKeyRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	epoch, faults := epochRequest{
		Op: in.Op, Desk: in.Desk, Epoch: 1, OPK: in.OPK, Members: in.Members,
		Paper: paperGrantRequest{Wrap: in.Paper.Wrap, Vouch: in.Paper.Vouch},
	}.epoch()
	if err := faults.Err(); err != nil {
		web.Fail(c, err)
		return
	}
	first := casework.FirstKey{
		Op: epoch.Op, Desk: epoch.Desk, OPK: epoch.OPK, Members: epoch.Members, PaperKey: in.Paper.PPK, Paper: epoch.Paper,
	}
	if err := s.Casework.GiveFirstKey(c.Request.Context(), member(identity(c)), first); err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
