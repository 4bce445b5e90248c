package caseweb

import (
	"context"
	"encoding/base64"
	"net/http"
	"regexp"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type loginRequest struct {
	Name string `json:"name"`
	Auth string `json:"auth"`
	// Phone, computer, or nothing: for the member's own list of sessions.
	Device string `json:"device"`
}

type sessionAnswer struct {
	Member incident.MemberID `json:"member"`
	Role   incident.Role     `json:"role"`
	Desks  []string          `json:"desks"`
	Until  int64             `json:"until"`
	Lock   []byte            `json:"lock"`
	Series []byte            `json:"series"`
	MPK    string            `json:"mpk"`
	Wraps  []wrapAnswer      `json:"wraps"`
}

type wrapAnswer struct {
	Desk  string `json:"desk"`
	Epoch int    `json:"epoch"`
	Wrap  []byte `json:"wrap"`
}

var nameShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// login checks a proof. Without a passkey that opens a session; with one, or
// where the office asks everybody for one, the answer is a challenge to it.
func (s *Site) login(c *gin.Context) {
	var in loginRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	ctx := c.Request.Context()
	who, err := s.prove(ctx, in.Name, in.Auth)
	if err != nil {
		web.Fail(c, err)
		return
	}
	keys, err := s.Casework.Passkeys(ctx, incident.MemberID(who))
	switch {
	case err != nil:
		web.Fail(c, err)
	case len(keys) > 0:
		s.challenge(c, who, auth.PurposeLogin, keys)
	case s.Passkeys:
		s.challenge(c, who, auth.PurposeFirst, nil)
	default:
		s.enter(c, who, in.Device, nil)
	}
}

// prove checks what follows from name and passphrase, and gives whose they are.
func (s *Site) prove(ctx context.Context, name, text string) (string, error) {
	proof, ok := secret(text)
	if !ok || !nameShape.MatchString(name) {
		return "", incident.Faults{{Field: "auth", Key: "shape"}}
	}
	who, err := s.Auth.Prove(ctx, name, proof)
	if err != nil {
		return "", refusal(err)
	}
	return who, nil
}

// enter opens a session, notes the day in the ledger and sets the cookie. lock is
// the member's key as the passkey that was shown locks it, or nil. The session that
// this browser had before ends.
func (s *Site) enter(c *gin.Context, who, device string, lock []byte) {
	ctx := c.Request.Context()
	if before, err := credential(c.Request); err == nil {
		if err := s.Auth.Retire(ctx, before); err != nil {
			web.Fail(c, refusal(err))
			return
		}
	}
	id, err := s.Auth.Open(ctx, who, device)
	if err != nil {
		web.Fail(c, refusal(err))
		return
	}
	answer, err := s.welcome(ctx, id)
	if err == nil {
		err = s.issue(c, id)
	}
	if err != nil {
		_ = s.Auth.Logout(ctx, id) // nobody holds a token of this session
		web.Fail(c, err)
		return
	}
	answer.Series = orEmpty(lock)
	web.JSON(c, http.StatusOK, answer)
}

// welcome notes the login and reads what the browser needs next.
func (s *Site) welcome(ctx context.Context, id auth.Identity) (sessionAnswer, error) {
	if err := s.Casework.LoggedIn(ctx, incident.MemberID(id.Member)); err != nil {
		return sessionAnswer{}, err
	}
	return s.sessionOf(ctx, id)
}

func (s *Site) sessionOf(ctx context.Context, id auth.Identity) (sessionAnswer, error) {
	m := member(id)
	u, err := s.Casework.Unlocking(ctx, m)
	if err != nil {
		return sessionAnswer{}, err
	}
	return sessionAnswer{
		Member: m.ID, Role: m.Role, Desks: orEmpty(m.Desks), Until: id.Until.Unix(),
		Lock: orEmpty(u.Lock), Series: []byte{}, MPK: u.MPK, Wraps: wrapsOf(u.Wraps),
	}, nil
}

func wrapsOf(grants []casework.Grant) []wrapAnswer {
	wraps := make([]wrapAnswer, len(grants))
	for i, g := range grants {
		wraps[i] = wrapAnswer{g.Desk, g.Epoch, g.Bytes}
	}
	return wraps
}

// session tells a reloaded console who is logged in.
func (s *Site) session(c *gin.Context) {
	answer, err := s.sessionOf(c.Request.Context(), identity(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.JSON(c, http.StatusOK, answer)
}

// logout ends the session on every instance and takes the cookie away.
func (s *Site) logout(c *gin.Context) {
	if err := s.Auth.Logout(c.Request.Context(), identity(c)); err != nil {
		web.Fail(c, refusal(err))
		return
	}
	setCookie(c, "", -1)
	c.Status(http.StatusNoContent)
}

// secret reads 32 bytes in base64url without padding.
func secret(text string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	// Go's base64 skips line breaks, so the length of the text counts too.
	return b, err == nil && len(b) == auth.ProofSize && len(text) == base64.RawURLEncoding.EncodedLen(auth.ProofSize)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
