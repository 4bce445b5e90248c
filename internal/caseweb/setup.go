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

type startAnswer struct {
	Site  string     `json:"site"`
	SetUp bool       `json:"setup"`
	Desks []deskName `json:"desks"`
}

type deskName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type setUpRequest struct {
	Code    string           `json:"code"`
	Op      string           `json:"op"`
	Name    string           `json:"name"`
	Auth    string           `json:"auth"`
	Lock    []byte           `json:"lock"`
	MPK     string           `json:"mpk"`
	Profile []byte           `json:"profile"`
	Desks   []newDeskRequest `json:"desks"`
}

type newDeskRequest struct {
	Desk  string          `json:"desk"`
	OPK   string          `json:"opk"`
	Wrap  []byte          `json:"wrap"`
	Vouch string          `json:"vouch"`
	Paper newPaperRequest `json:"paper"`
}

type newPaperRequest struct {
	PPK   string `json:"ppk"`
	Wrap  []byte `json:"wrap"`
	Vouch string `json:"vouch"`
}

type foundedAnswer struct {
	Member incident.MemberID `json:"member"`
	Desks  []string          `json:"desks"`
}

// start tells the console what it must know before anybody is logged in.
func (s *Site) start(c *gin.Context) {
	empty, err := s.Casework.Empty(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := startAnswer{Site: s.Casework.Site, SetUp: empty, Desks: []deskName{}}
	for _, d := range s.Casework.Desks() {
		answer.Desks = append(answer.Desks, deskName{d.ID, d.Name})
	}
	web.JSON(c, http.StatusOK, answer)
}

// setUp makes the first coordinator of a code.
func (s *Site) setUp(c *gin.Context) {
	var in setUpRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	owner, done, err := s.invitedOrMade(c.Request.Context(), in.Code, in.Auth)
	if err != nil {
		web.Fail(c, err)
		return
	}
	founding, faults := in.founding(owner)
	if err := faults.Err(); err != nil {
		web.Fail(c, err)
		return
	}
	if !done {
		if err := s.Casework.SetUp(c.Request.Context(), founding); err != nil {
			web.Fail(c, err)
			return
		}
	}
	answer := foundedAnswer{Member: owner, Desks: []string{}}
	for _, d := range founding.Desks {
		answer.Desks = append(answer.Desks, d.Desk)
	}
	web.JSON(c, http.StatusCreated, answer)
}

// invited gives the member that a code was made for. Every record is compared,
// so that the time tells nothing.
func (s *Site) invited(ctx context.Context, code string) (incident.MemberID, error) {
	invites, err := s.Casework.Invites(ctx)
	if err != nil {
		return "", err
	}
	var owner incident.MemberID
	for id, record := range invites {
		if auth.CheckCode(code, record, s.Auth.Now()) {
			owner = id
		}
	}
	if owner == "" {
		return "", incident.ErrNotFound
	}
	return owner, nil
}

// invitedOrMade gives the member that a code was made for, and whether the code
// was used up by the same browser, whose answer got lost.
func (s *Site) invitedOrMade(ctx context.Context, code, proof string) (owner incident.MemberID, done bool, err error) {
	owner, err = s.invited(ctx, code)
	if !errors.Is(err, incident.ErrNotFound) {
		return owner, false, err
	}
	owner = incident.MemberID(auth.CodeOwner(code))
	secret, ok := secret(proof)
	if owner == "" || !ok {
		return "", false, incident.ErrNotFound
	}
	done, err = s.Casework.Made(ctx, owner, auth.ProofRecord(secret))
	if err == nil && !done {
		err = incident.ErrNotFound
	}
	return owner, done, err
}

// founding reads the request's texts; sizes and shapes casework checks.
func (in setUpRequest) founding(owner incident.MemberID) (casework.Founding, incident.Faults) {
	var faults incident.Faults
	read := func(field, text string) []byte {
		b, ok := secret(text)
		if !ok {
			faults = append(faults, incident.FieldError{Field: field, Key: field})
		}
		return b
	}
	op := readOp(in.Op, &faults)
	f := casework.Founding{
		Member: owner, Op: op, Name: in.Name, Auth: auth.ProofRecord(read("auth", in.Auth)),
		Lock: in.Lock, MPK: in.MPK, Profile: in.Profile,
	}
	for _, d := range in.Desks {
		f.Desks = append(f.Desks, casework.FoundingDesk{
			Desk: d.Desk, OPK: d.OPK, Wrap: d.Wrap, Vouch: read("vouch", d.Vouch),
			PaperKey: d.Paper.PPK, PaperWrap: d.Paper.Wrap, PaperVouch: read("vouch", d.Paper.Vouch),
		})
	}
	return f, faults
}
