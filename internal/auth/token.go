package auth

import (
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// Audience of the office's tokens.
const Audience = "office"

// maxToken is far above a token's length (about 320 bytes) and keeps the parser
// from work that nobody needs.
const maxToken = 1024

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
	key := s.Keys.newest()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		SID:  id.sid,
		Role: id.Role,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    s.Site,
			Subject:   id.Member,
			Audience:  jwt.ClaimStrings{Audience},
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(end),
		},
	})
	t.Header["kid"] = key.kid
	signed, err := t.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	return signed, nil
}

// parse checks everything that a token can show by itself. Every fault is
// ErrSession.
func (s *Service) parse(token string) (claims, error) {
	var c claims
	// Go's base64 skips line breaks: a token has one writing only.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return c, ErrSession
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(s.Site),
		jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(s.Now),
	)
	_, err := parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
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
	if err != nil || c.IssuedAt == nil || len(c.Audience) != 1 || len(c.SID) != 32 || c.Subject == "" {
		return claims{}, ErrSession
	}
	return c, nil
}
