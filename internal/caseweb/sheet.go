package caseweb

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type sheetsAnswer struct {
	Sheets []sheetAnswer `json:"sheets"`
}

type sheetAnswer struct {
	Desk    string        `json:"desk"`
	PPK     string        `json:"ppk"`
	Vouches []vouchAnswer `json:"vouches"`
	Wraps   []wrapAnswer  `json:"wraps"`
	Shares  [][]byte      `json:"shares"`
}

type recoverySheetsAnswer struct {
	sheetsAnswer
	Keys []incident.PinnedKey `json:"keys"`
}

type newSheetRequest struct {
	Desk   string         `json:"desk"`
	PPK    string         `json:"ppk"`
	Grants []grantRequest `json:"grants"`
	Shares [][]byte       `json:"shares"`
}

type newSheetsRequest struct {
	Op     string            `json:"op"`
	Sheets []newSheetRequest `json:"sheets"`
}

type recoveryCodeRequest struct {
	Code string `json:"code"`
}

type recoveryRequest struct {
	joinRequest
	Op      string                 `json:"op"`
	Profile []byte                 `json:"profile"`
	Desks   []recoveredDeskRequest `json:"desks"`
}

type recoveredDeskRequest struct {
	OPK    string          `json:"opk"`
	Grants []grantRequest  `json:"grants"`
	Sheet  newSheetRequest `json:"sheet"`
}

// sheets gives what the recovery sheets of the caller's desks open, for a
// rotation and for a drill.
func (s *Site) sheets(c *gin.Context) {
	answer, err := s.sheetsOf(c.Request.Context(), member(identity(c)).Desks)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusOK, answer)
}

func (s *Site) sheetsOf(ctx context.Context, desks []string) (sheetsAnswer, error) {
	answer := sheetsAnswer{Sheets: []sheetAnswer{}}
	sheets, err := s.Casework.Sheets(ctx, desks)
	for _, sheet := range sheets {
		answer.Sheets = append(answer.Sheets, sheetAnswer{
			sheet.Desk, sheet.MPK, vouchesOf(sheet.Vouches), wrapsOf(sheet.Wraps), orEmpty(sheet.Shares),
		})
	}
	return answer, err
}

// replaceSheets puts new recovery sheets in the place of the old ones.
func (s *Site) replaceSheets(c *gin.Context) {
	var in newSheetsRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	var faults incident.Faults
	op := readOp(in.Op, &faults)
	sheets := make([]casework.NewSheet, len(in.Sheets))
	for i, sheet := range in.Sheets {
		sheets[i] = sheet.read(&faults)
	}
	if err := faults.Err(); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.ReplaceSheets(c.Request.Context(), member(identity(c)), op, sheets); err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (in newSheetRequest) read(faults *incident.Faults) casework.NewSheet {
	return casework.NewSheet{Desk: in.Desk, MPK: in.PPK, Grants: readGrants(in.Grants, faults), Shares: in.Shares}
}

func readGrants(in []grantRequest, faults *incident.Faults) []casework.KeyGrant {
	grants := make([]casework.KeyGrant, len(in))
	for i, g := range in {
		vouch, ok := secret(g.Vouch)
		if !ok {
			*faults = append(*faults, incident.FieldError{Field: "vouch", Key: "vouch"})
		}
		grants[i] = casework.KeyGrant{Desk: g.Desk, Epoch: g.Epoch, Wrap: g.Wrap, Vouch: vouch}
	}
	return grants
}

// recovering gives the member that the code of a recovery makes.
func (s *Site) recovering(ctx context.Context, code string) (incident.MemberID, error) {
	owner, err := s.invited(ctx, code)
	if err != nil {
		return "", err
	}
	id, ok := casework.Recovering(owner)
	if !ok {
		return "", incident.ErrNotFound
	}
	return id, nil
}

// recoverySheets shows the wraps to the recovery sheet for a recovery's code.
func (s *Site) recoverySheets(c *gin.Context) {
	var in recoveryCodeRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	if _, err := s.recovering(c.Request.Context(), in.Code); err != nil {
		web.Fail(c, err)
		return
	}
	desks := []string{}
	for _, d := range s.Casework.Desks() {
		desks = append(desks, d.ID)
	}
	answer, err := s.sheetsOf(c.Request.Context(), desks)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusOK, recoverySheetsAnswer{answer, orEmpty(s.Casework.Keys())})
}

// recover makes the coordinator of a recovery.
func (s *Site) recover(c *gin.Context) {
	var in recoveryRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	id, err := s.recovering(c.Request.Context(), in.Code)
	if err != nil {
		web.Fail(c, err)
		return
	}
	recovery, faults := in.recovery(id)
	if err := faults.Err(); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.Recover(c.Request.Context(), recovery); err != nil {
		web.Fail(c, err)
		return
	}
	answer := foundedAnswer{Member: id, Desks: []string{}}
	for _, d := range recovery.Desks {
		answer.Desks = append(answer.Desks, d.Sheet.Desk)
	}
	web.JSON(c, http.StatusCreated, answer)
}

func (in recoveryRequest) recovery(id incident.MemberID) (casework.Recovery, incident.Faults) {
	var faults incident.Faults
	op := readOp(in.Op, &faults)
	proof, ok := secret(in.Auth)
	if !ok {
		faults = append(faults, incident.FieldError{Field: "auth", Key: "auth"})
	}
	r := casework.Recovery{
		Joining: casework.Joining{Member: id, Name: in.Name, Auth: auth.ProofRecord(proof), Lock: in.Lock, MPK: in.MPK},
		Op:      op, Profile: in.Profile,
	}
	for _, d := range in.Desks {
		r.Desks = append(r.Desks, casework.RecoveredDesk{OPK: d.OPK, Grants: readGrants(d.Grants, &faults), Sheet: d.Sheet.read(&faults)})
	}
	return r, faults
}
