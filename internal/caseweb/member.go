package caseweb

import (
	"encoding/base64"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type membersAnswer struct {
	Members []memberAnswer   `json:"members"`
	Joining []newcomerAnswer `json:"joining"`
}

type newcomerAnswer struct {
	Member incident.MemberID `json:"member"`
	MPK    string            `json:"mpk"`
}

type memberAnswer struct {
	Member  incident.MemberID `json:"member"`
	Role    incident.Role     `json:"role"`
	Desks   []string          `json:"desks"`
	Off     bool              `json:"off"`
	Profile []byte            `json:"profile"`
	MPK     string            `json:"mpk"`
	Vouches []vouchAnswer     `json:"vouches"`
	// For who keeps accounts: how many passkeys there are, and whether they lock the key too.
	Passkeys int  `json:"passkeys"`
	Series   bool `json:"series"`
}

type vouchAnswer struct {
	Desk  string `json:"desk"`
	Epoch int    `json:"epoch"`
	Vouch string `json:"vouch"`
}

// members lists those who share a desk with the caller.
func (s *Site) members(c *gin.Context) {
	ctx, by := c.Request.Context(), member(identity(c))
	records, err := s.Casework.Members(ctx, by)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := membersAnswer{Members: make([]memberAnswer, len(records)), Joining: []newcomerAnswer{}}
	guards := map[incident.MemberID]casework.Guarding{}
	if by.Role.Keeps() {
		if guards, err = s.Casework.Guardings(ctx); err != nil {
			web.Fail(c, err)
			return
		}
		newcomers, err := s.Casework.Newcomers(ctx)
		if err != nil {
			web.Fail(c, err)
			return
		}
		for _, n := range newcomers {
			answer.Joining = append(answer.Joining, newcomerAnswer{n.Member, n.MPK})
		}
	}
	for i, r := range records {
		answer.Members[i] = memberAnswer{
			Member: r.ID, Role: r.Role, Desks: orEmpty(r.Desks), Off: r.Off,
			Profile: orEmpty(r.Profile), MPK: r.MPK, Vouches: vouchesOf(r.Vouches),
			Passkeys: guards[r.ID].Passkeys, Series: guards[r.ID].Series,
		}
	}
	web.JSON(c, http.StatusOK, answer)
}

func vouchesOf(grants []casework.Grant) []vouchAnswer {
	vouches := make([]vouchAnswer, len(grants))
	for i, g := range grants {
		vouches[i] = vouchAnswer{g.Desk, g.Epoch, base64.RawURLEncoding.EncodeToString(g.Bytes)}
	}
	return vouches
}
