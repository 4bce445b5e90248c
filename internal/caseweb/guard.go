package caseweb

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

const (
	// CookieName of the token. The prefix makes browsers keep it only for this
	// very host, over a secure connection, for the whole site.
	CookieName = "__Host-beistand"
	// BackgroundHeader marks a request that nobody asked for; it does not keep a
	// session alive.
	BackgroundHeader = "Beistand-Background"

	identityKey = "caseweb.identity"
)

// The refusals of the guard.
var (
	errBoth    = web.Refuse(http.StatusBadRequest, "both")
	errSession = web.Refuse(http.StatusUnauthorized, "session")
	errLogin   = web.Refuse(http.StatusUnauthorized, "login")
	errBusy    = web.Refuse(http.StatusServiceUnavailable, "busy")
)

// guard lets a request through to a call if its policy does: it knows the member
// by the token, reads session, role and desks anew each time, and issues a fresh
// token where the old one ages.
func (s *Site) guard(r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		if r.policy.open {
			c.Next()
			return
		}
		token, err := credential(c.Request)
		if err != nil {
			web.Fail(c, err)
			return
		}
		id, err := s.Auth.Verify(c.Request.Context(), token)
		if err != nil {
			web.Fail(c, refusal(err))
			return
		}
		if !r.policy.admits(id.Role) {
			web.Fail(c, incident.ErrForbidden)
			return
		}
		if s.Auth.Stale(id) && c.GetHeader(BackgroundHeader) == "" {
			if err := s.issue(c, id); err != nil {
				web.Fail(c, err)
				return
			}
		}
		c.Set(identityKey, id)
		c.Next()
	}
}

// credential gives the one token of a request. Cookie and Bearer at once, or two
// of either, are refused: nobody should have to guess which one counts.
func credential(r *http.Request) (string, error) {
	var tokens []string
	for _, c := range r.Cookies() {
		if c.Name == CookieName {
			tokens = append(tokens, c.Value)
		}
	}
	for _, h := range r.Header.Values("Authorization") {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", errSession
		}
		tokens = append(tokens, strings.TrimSpace(token))
	}
	switch len(tokens) {
	case 0:
		return "", errSession
	case 1:
		return tokens[0], nil
	}
	return "", errBoth
}

// refusal turns an error of auth into its answer. What auth does not know is the
// store's: nobody is let in, and nothing was stored.
func refusal(err error) error {
	switch {
	case errors.Is(err, auth.ErrSession):
		return errSession
	case errors.Is(err, auth.ErrLogin):
		return errLogin
	case errors.Is(err, auth.ErrBusy):
		return errBusy
	}
	return errors.Join(incident.ErrUnavailable, err)
}

// issue sends a fresh token in the cookie. It has no end of its own: it goes
// with the browser, and the token inside runs out by itself.
func (s *Site) issue(c *gin.Context, id auth.Identity) error {
	token, err := s.Auth.Token(id)
	if err != nil {
		return err
	}
	setCookie(c, token, 0)
	return nil
}

// setCookie sends the cookie; a maxAge below 0 takes it away.
func setCookie(c *gin.Context, token string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: CookieName, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// identity gives who is asking, behind guard.
func identity(c *gin.Context) auth.Identity {
	id, _ := c.Value(identityKey).(auth.Identity)
	return id
}

// member gives who is asking in the words of the field.
func member(id auth.Identity) incident.Member {
	return incident.Member{ID: incident.MemberID(id.Member), Role: incident.Role(id.Role), Desks: id.Desks}
}
