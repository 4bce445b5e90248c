package caseweb

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type epochRequest struct {
	Op      string              `json:"op"`
	Desk    string              `json:"desk"`
	Epoch   int                 `json:"epoch"`
	OPK     string              `json:"opk"`
	Members []epochGrantRequest `json:"members"`
	Paper   paperGrantRequest   `json:"paper"`
}

type epochGrantRequest struct {
	Member  string `json:"member"`
	Wrap    []byte `json:"wrap"`
	Vouch   string `json:"vouch"`
	Profile []byte `json:"profile"`
}

type paperGrantRequest struct {
	Wrap  []byte `json:"wrap"`
	Vouch string `json:"vouch"`
}

// rotate stores a desk's next key.
func (s *Site) rotate(c *gin.Context) {
	var in epochRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	next, faults := in.epoch()
	if err := faults.Err(); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.Rotate(c.Request.Context(), member(identity(c)), next); err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (in epochRequest) epoch() (casework.NewEpoch, incident.Faults) {
	var faults incident.Faults
	vouch := func(text string) []byte {
		b, ok := secret(text)
		if !ok {
			faults = append(faults, incident.FieldError{Field: "vouch", Key: "vouch"})
		}
		return b
	}
	op := readOp(in.Op, &faults)
	n := casework.NewEpoch{
		Op: op, Desk: in.Desk, Epoch: in.Epoch, OPK: in.OPK,
		Paper: casework.EpochGrant{Wrap: in.Paper.Wrap, Vouch: vouch(in.Paper.Vouch)},
	}
	for _, m := range in.Members {
		n.Members = append(n.Members, casework.EpochGrant{
			Member: incident.MemberID(m.Member), Wrap: m.Wrap, Vouch: vouch(m.Vouch), Profile: m.Profile,
		})
	}
	return n, faults
}
