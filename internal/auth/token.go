package auth

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Audience of the office's tokens.
const Audience = "office"

// maxToken is far above a token's length (about 320 bytes) and keeps the parser
// from work that nobody needs.
const maxToken = 1024

// skew is how far the clock of another instance may be ahead of ours. RFC 7519
// (§4.1.4, §4.1.5) allows "some small leeway, usually no more than a few minutes";
// half a minute is enough for clocks that are kept by NTP. It is for the time of
// issue alone: what has expired is over at once.
const skew = 30 * time.Second

// claims is all that a token says. The role is a hint for the console; the
// server never reads it.
type claims struct {
	SID  string `json:"sid"`
	Role string `json:"role"`
	jwt.RegisteredClaims
}

// Token signs a token for the identity with the newest key. It lives for
// TokenLife, but never beyond the session.
func (s *Service) Token(id Identity) (string, error) {
	now := s.Now()
	end := now.Add(TokenLife)
	if id.Until.Before(end) {
		end = id.Until
	}
	return s.sign(claims{SID: id.sid, Role: id.Role, RegisteredClaims: s.registered(id.Member, Audience, now, end)})
}

// registered are the claims that every token of ours has.
func (s *Service) registered(member, audience string, now, end time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Issuer:    s.Site,
		Subject:   member,
		Audience:  jwt.ClaimStrings{audience},
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(end),
	}
}

func (s *Service) sign(c jwt.Claims) (string, error) {
	key := s.Keys.newest()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	t.Header["kid"] = key.kid
	signed, err := t.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	return signed, nil
}

// rules are what the claims of a token of ours must hold, whatever it is for.
func (s *Service) rules(audience string) []jwt.ParserOption {
	return []jwt.ParserOption{
		jwt.WithIssuer(s.Site),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(s.Now),
	}
}

// parse checks everything that a session's token can show by itself. Every fault
// is ErrSession.
func (s *Service) parse(token string) (claims, error) {
	var c claims
	t, err := s.signed(token, &c, s.rules(Audience)...)
	if err != nil || !s.fresh(c.RegisteredClaims, TokenLife) || len(c.Audience) != 1 || !hexID.MatchString(c.SID) || c.Subject == "" ||
		c.NotBefore != nil || c.ID != "" || !oneWriting(t) {
		return claims{}, ErrSession
	}
	return c, nil
}

// fresh says whether a token was issued, at the latest half a minute from now by
// our clock, and for no longer than life. That it has not expired is checked before.
func (s *Service) fresh(c jwt.RegisteredClaims, life time.Duration) bool {
	return c.IssuedAt != nil && !c.IssuedAt.After(s.Now().Add(skew)) && c.ExpiresAt.Sub(c.IssuedAt.Time) <= life
}

// signed reads a token into c and checks how it is written and who signed it. It
// checks of its claims what the options ask for.
func (s *Service) signed(token string, c jwt.Claims, options ...jwt.ParserOption) (*jwt.Token, error) {
	if len(token) > maxToken {
		return nil, ErrSession
	}
	parser := jwt.NewParser(append(options,
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithStrictDecoding(),
	)...)
	t, err := parser.ParseWithClaims(token, c, func(t *jwt.Token) (any, error) {
		// A header that asks for more (jku, jwk, x5c, crit) is not one of ours.
		kid, ok := t.Header["kid"].(string)
		if !ok || len(t.Header) != 3 || t.Header["typ"] != "JWT" {
			return nil, ErrSession
		}
		public, ok := s.Keys.public(kid)
		if !ok {
			return nil, ErrSession
		}
		return public, nil
	})
	// Go's base64 skips line breaks: a signature has one writing only.
	if err != nil || !strings.HasSuffix(token, "."+base64.RawURLEncoding.EncodeToString(t.Signature)) {
		return nil, ErrSession
	}
	return t, nil
}

// oneWriting says whether the token is written as Token writes it. What reads
// the same and looks otherwise is refused: a name twice or in other letters, a
// claim that we do not know, white space, a break in a line.
func oneWriting(t *jwt.Token) bool {
	text, err := t.SigningString()
	return err == nil && strings.HasPrefix(t.Raw, text+".")
}

var hexID = regexp.MustCompile(`^[0-9a-f]{32}$`)
