package caseweb

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type inviteRequest struct {
	Member string `json:"member"` // who gets a new key, or empty
}

type invitedAnswer struct {
	Member incident.MemberID `json:"member"`
	Code   string            `json:"code"`
}

type joinRequest struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Auth string `json:"auth"`
	Lock []byte `json:"lock"`
	MPK  string `json:"mpk"`
}

type joinedAnswer struct {
	Member incident.MemberID `json:"member"`
}

type changeRequest struct {
	Op      string         `json:"op"`
	Role    incident.Role  `json:"role"`
	Desks   []string       `json:"desks"`
	MPK     string         `json:"mpk"`
	Profile []byte         `json:"profile"`
	Grants  []grantRequest `json:"grants"`
}

type grantRequest struct {
	Desk  string `json:"desk"`
	Epoch int    `json:"epoch"`
	Wrap  []byte `json:"wrap"`
	Vouch string `json:"vouch"`
}

type opRequest struct {
	Op string `json:"op"`
}

// invite makes a one-time code for a newcomer. The code is answered once and
// kept as a hash.
func (s *Site) invite(c *gin.Context) {
	var in inviteRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	code, record, err := auth.NewCode(s.Auth.Rand, s.Auth.Now())
	if err != nil {
		web.Fail(c, err)
		return
	}
	id, err := s.Casework.InviteMember(c.Request.Context(), member(identity(c)), record, incident.MemberID(in.Member))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusCreated, invitedAnswer{id, code})
}

// join stores what a newcomer's browser made. Nobody is let in by it.
func (s *Site) join(c *gin.Context) {
	var in joinRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	ctx := c.Request.Context()
	id, done, err := s.invitedOrMade(ctx, in.Code, in.Auth)
	if err != nil {
		web.Fail(c, err)
		return
	}
	proof, ok := secret(in.Auth)
	if !ok {
		web.Fail(c, incident.Faults{{Field: "auth", Key: "auth"}})
		return
	}
	j := casework.Joining{Member: id, Name: in.Name, Auth: auth.ProofRecord(proof), Lock: in.Lock, MPK: in.MPK}
	if !done {
		if err := s.Casework.Join(ctx, j); err != nil {
			web.Fail(c, err)
			return
		}
	}
	web.JSON(c, http.StatusCreated, joinedAnswer{id})
}

// change admits a newcomer or changes role and desks.
func (s *Site) change(c *gin.Context) {
	var in changeRequest
	s.keep(c, &in, func(ctx context.Context, by incident.Member, id incident.MemberID) error {
		change, faults := in.change(id)
		if err := faults.Err(); err != nil {
			return err
		}
		return s.Casework.ChangeMember(ctx, by, change)
	})
}

func (in changeRequest) change(id incident.MemberID) (casework.Change, incident.Faults) {
	var faults incident.Faults
	op := readOp(in.Op, &faults)
	return casework.Change{
		Op: op, Member: id, Role: in.Role, Desks: in.Desks, MPK: in.MPK, Profile: in.Profile, Grants: readGrants(in.Grants, &faults),
	}, faults
}

// switchOff ends an account, or forgets a newcomer.
func (s *Site) switchOff(c *gin.Context) {
	var in opRequest
	s.keep(c, &in, func(ctx context.Context, by incident.Member, id incident.MemberID) error {
		op, err := opOf(in.Op)
		if err != nil {
			return err
		}
		return s.Casework.SwitchOff(ctx, by, op, id)
	})
}

// keep answers a call that changes the account of the member in its path.
func (s *Site) keep(c *gin.Context, in any, do func(context.Context, incident.Member, incident.MemberID) error) {
	id, err := incident.ParseMemberID(c.Param("member"))
	if err != nil {
		web.Fail(c, incident.ErrNotFound)
		return
	}
	if err := web.ReadJSON(c, in); err != nil {
		web.Fail(c, err)
		return
	}
	err = do(c.Request.Context(), member(identity(c)), id)
	if errors.Is(err, casework.ErrLast) {
		err = web.Refuse(http.StatusConflict, "last")
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// logoutEverywhere ends all sessions of the caller and takes the cookie away.
func (s *Site) logoutEverywhere(c *gin.Context) {
	var in opRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	op, err := opOf(in.Op)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.LogOutEverywhere(c.Request.Context(), member(identity(c)), op); err != nil {
		web.Fail(c, err)
		return
	}
	setCookie(c, "", -1)
	c.Status(http.StatusNoContent)
}
