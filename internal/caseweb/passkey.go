package caseweb

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

// A stepAnswer asks the browser for a passkey: for one of keys, or for a new one
// that is none of keys.
type stepAnswer struct {
	Step       string   `json:"step"`
	Purpose    string   `json:"purpose"`
	Challenge  string   `json:"challenge"`
	Host       string   `json:"host"`
	User       string   `json:"user"`
	Keys       []string `json:"keys"`
	Series     bool     `json:"series"`
	Algorithms []int    `json:"algorithms"`
}

type assertRequest struct {
	Step       string `json:"step"`
	ID         string `json:"id"`
	ClientData string `json:"clientData"`
	Authority  string `json:"authority"`
	Signature  string `json:"signature"`
	Device     string `json:"device"`
}

type enrolRequest struct {
	Op          string `json:"op"`
	Step        string `json:"step"`
	ID          string `json:"id"`
	ClientData  string `json:"clientData"`
	Attestation string `json:"attestation"`
	Name        []byte `json:"name"`
	Lock        []byte `json:"lock"`
	Device      string `json:"device"`
}

// A proved act on one's own passkeys brings what follows from name and passphrase:
// an open session alone, left or stolen, must not change how its member logs in.
type proved struct {
	Login string `json:"login"`
	Auth  string `json:"auth"`
}

type dropRequest struct {
	proved
	Op   string `json:"op"`
	ID   string `json:"id"`
	Lock []byte `json:"lock"`
}

type passkeysAnswer struct {
	Passkeys []passkeyAnswer `json:"passkeys"`
	Required bool            `json:"required"`
}

type passkeyAnswer struct {
	ID     string `json:"id"`
	Day    string `json:"day"`
	Name   []byte `json:"name"`
	Series bool   `json:"series"`
	Synced bool   `json:"synced"`
}

// challenge answers with a step for the member.
func (s *Site) challenge(c *gin.Context, who string, purpose auth.Purpose, keys []casework.Passkey) {
	token, step, err := s.Auth.NewStep(who, purpose)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := stepAnswer{
		Step: token, Purpose: string(purpose), Challenge: step.Challenge, Host: s.Auth.PasskeyHost(),
		User: urlText(auth.PasskeyUser(who)), Keys: []string{}, Algorithms: auth.PasskeyAlgorithms(),
	}
	for _, k := range keys {
		answer.Keys = append(answer.Keys, urlText(k.ID))
		answer.Series = answer.Series || k.Lock != nil
	}
	web.JSON(c, http.StatusAccepted, answer)
}

// loginPasskey is the second half of a login: what the passkey signed.
func (s *Site) loginPasskey(c *gin.Context) {
	var in assertRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	a, ok := in.assertion()
	if !ok {
		web.Fail(c, incident.Faults{{Field: "step", Key: "shape"}})
		return
	}
	ctx := c.Request.Context()
	step, err := s.Auth.TakeStep(ctx, in.Step, auth.PurposeLogin)
	if err != nil {
		web.Fail(c, refusal(err))
		return
	}
	used, err := s.usePasskey(ctx, step, a)
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.enter(c, step.Member, in.Device, used.Lock)
}

// usePasskey checks an assertion and counts it. A copied key is refused like a
// wrong one.
func (s *Site) usePasskey(ctx context.Context, step auth.Step, a auth.Assertion) (casework.Passkey, error) {
	who := incident.MemberID(step.Member)
	records, err := s.Casework.Passkeys(ctx, who)
	if err != nil {
		return casework.Passkey{}, err
	}
	keys := make([]auth.Passkey, len(records))
	for i, r := range records {
		keys[i] = auth.Passkey{ID: r.ID, Key: r.Key, Synced: r.Synced}
	}
	used, count, err := s.Auth.Assert(ctx, step, keys, a)
	if err != nil {
		return casework.Passkey{}, refusal(err)
	}
	for _, r := range records {
		if urlText(r.ID) != urlText(used.ID) {
			continue
		}
		err := s.Casework.UsePasskey(ctx, who, r, count)
		if errors.Is(err, incident.ErrForbidden) {
			err = errLogin
		}
		return r, err
	}
	return casework.Passkey{}, errLogin
}

// loginEnrol makes the first passkey of a member who must have one, and lets in.
func (s *Site) loginEnrol(c *gin.Context) {
	var in enrolRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	ctx := c.Request.Context()
	step, err := s.Auth.TakeStep(ctx, in.Step, auth.PurposeFirst)
	if err != nil {
		web.Fail(c, refusal(err))
		return
	}
	who := incident.Member{ID: incident.MemberID(step.Member)}
	// Somebody else with the passphrase may have been first: then that one's passkey counts.
	keys, err := s.Casework.Passkeys(ctx, who.ID)
	if err == nil && len(keys) > 0 {
		err = errLogin
	}
	if err == nil {
		in.Lock = nil // the key is not open yet, so nothing can have locked it
		err = s.enrol(ctx, who, step, in)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.enter(c, step.Member, in.Device, nil)
}

// again asks the caller for the passphrase once more. Whatever is wrong with it is
// the same refusal, and no end of the session.
func (s *Site) again(c *gin.Context, p proved) error {
	who, err := s.prove(c.Request.Context(), p.Login, p.Auth)
	if errors.Is(err, errLogin) || err == nil && who != identity(c).Member {
		return errWords
	}
	return err
}

// errWords is the refusal of an act that wants the passphrase once more.
var errWords = web.Refuse(http.StatusForbidden, "words")

// beginPasskey gives a challenge for a further passkey of the caller.
func (s *Site) beginPasskey(c *gin.Context) {
	var in proved
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.again(c, in); err != nil {
		web.Fail(c, err)
		return
	}
	who := identity(c).Member
	keys, err := s.Casework.Passkeys(c.Request.Context(), incident.MemberID(who))
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.challenge(c, who, auth.PurposeEnrol, keys)
}

// addPasskey stores a further passkey of the caller.
func (s *Site) addPasskey(c *gin.Context) {
	var in enrolRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	ctx := c.Request.Context()
	step, err := s.Auth.TakeStep(ctx, in.Step, auth.PurposeEnrol)
	if err != nil || step.Member != identity(c).Member {
		web.Fail(c, incident.Faults{{Field: "step", Key: "step"}})
		return
	}
	if err := s.enrol(ctx, member(identity(c)), step, in); err != nil {
		web.Fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (s *Site) enrol(ctx context.Context, m incident.Member, step auth.Step, in enrolRequest) error {
	op, err := opOf(in.Op)
	if err != nil {
		return err
	}
	id, okID := urlBytes(in.ID)
	data, okData := urlBytes(in.ClientData)
	attestation, okAttestation := urlBytes(in.Attestation)
	if !okID || !okData || !okAttestation {
		return incident.Faults{{Field: "attestation", Key: "shape"}}
	}
	made, err := s.Auth.Enrol(step, auth.Enrolment{ID: id, ClientData: data, Attestation: attestation})
	if err != nil {
		return incident.Faults{{Field: "attestation", Key: "attestation"}}
	}
	return series(s.Casework.AddPasskey(ctx, m, op, casework.Passkey{
		ID: made.ID, Key: made.Key, Synced: made.Synced, Name: filled(in.Name), Lock: filled(in.Lock),
	}))
}

// passkeys lists the caller's own.
func (s *Site) passkeys(c *gin.Context) {
	records, err := s.Casework.Passkeys(c.Request.Context(), incident.MemberID(identity(c).Member))
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := passkeysAnswer{Passkeys: make([]passkeyAnswer, len(records)), Required: s.Passkeys}
	for i, r := range records {
		answer.Passkeys[i] = passkeyAnswer{urlText(r.ID), r.Day, orEmpty(r.Name), r.Lock != nil, r.Synced}
	}
	web.JSON(c, http.StatusOK, answer)
}

// dropPasskey revokes one of the caller's own.
func (s *Site) dropPasskey(c *gin.Context) {
	var in dropRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	op, err := incident.ParseOp(in.Op)
	id, ok := urlBytes(in.ID)
	if err != nil || !ok {
		web.Fail(c, incident.Faults{{Field: "id", Key: "shape"}})
		return
	}
	if err := s.again(c, in.proved); err != nil {
		web.Fail(c, err)
		return
	}
	if err := s.Casework.DropPasskey(c.Request.Context(), member(identity(c)), op, id, filled(in.Lock)); err != nil {
		web.Fail(c, series(err))
		return
	}
	c.Status(http.StatusNoContent)
}

// resetPasskeys takes all passkeys from a member who lost them.
func (s *Site) resetPasskeys(c *gin.Context) {
	var in opRequest
	s.keep(c, &in, func(ctx context.Context, by incident.Member, id incident.MemberID) error {
		op, err := opOf(in.Op)
		if err != nil {
			return err
		}
		return series(s.Casework.ResetPasskeys(ctx, by, op, id))
	})
}

func (in assertRequest) assertion() (auth.Assertion, bool) {
	id, okID := urlBytes(in.ID)
	data, okData := urlBytes(in.ClientData)
	authority, okAuthority := urlBytes(in.Authority)
	signature, okSignature := urlBytes(in.Signature)
	return auth.Assertion{ID: id, ClientData: data, Authority: authority, Signature: signature},
		okID && okData && okAuthority && okSignature && in.Step != ""
}

// series turns the refusal of casework into its answer.
func series(err error) error {
	if errors.Is(err, casework.ErrSeries) {
		return web.Refuse(http.StatusConflict, "series")
	}
	return err
}

func urlText(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// urlBytes reads bytes in base64url without padding; nothing is none.
func urlBytes(text string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return b, err == nil && len(b) > 0 && base64.RawURLEncoding.EncodedLen(len(b)) == len(text)
}

// filled makes an absent field nil.
func filled(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}
