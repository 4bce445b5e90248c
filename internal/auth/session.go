package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Verify knows a member again by a token. It checks the token, then reads the
// session: a token alone, even a well signed one, lets nobody in. It returns
// ErrSession, or the error of a store that could not be reached.
func (s *Service) Verify(ctx context.Context, token string) (Identity, error) {
	c, err := s.parse(token)
	if err != nil {
		return Identity{}, err
	}
	id, err := s.read(ctx, c.SID)
	if err != nil {
		return Identity{}, err
	}
	if id.Member != c.Subject {
		return Identity{}, ErrSession
	}
	id.issued = c.IssuedAt.Time
	return id, nil
}

// read gives the identity behind a live session.
func (s *Service) read(ctx context.Context, sid string) (Identity, error) {
	member, role, desks, until, err := s.Store.Session(ctx, sessionID(sid))
	if errors.Is(err, fs.ErrNotExist) {
		return Identity{}, ErrSession
	}
	if err != nil {
		return Identity{}, fmt.Errorf("reading session: %w", err)
	}
	end := time.Unix(until, 0)
	if !s.Now().Before(end) {
		return Identity{}, ErrSession
	}
	return Identity{Member: member, Role: role, Desks: desks, Until: end, sid: sid}, nil
}

// Stale says whether the identity's token is old enough to be issued anew.
func (s *Service) Stale(id Identity) bool {
	return !s.Now().Before(id.issued.Add(RefreshAge))
}

// Device keeps a browser's word for the device that it runs on as coarse as can be
// of use to the member: phone, computer, or nothing. No name of a browser is kept.
func Device(word string) string {
	switch word {
	case "phone", "computer":
		return word
	}
	return ""
}

// A Session is one place where a member is logged in.
type Session struct {
	ID     string // under which it can be ended; nobody logs in with it
	Device string // phone, computer, or ""
	Since  time.Time
	Own    bool // the one that asks
}

// Sessions lists where the identity's member is logged in, newest first.
func (s *Service) Sessions(ctx context.Context, id Identity) ([]Session, error) {
	var list []Session
	now, own := s.Now(), sessionID(id.sid)
	err := s.Store.Sessions(ctx, id.Member, func(sid, device string, until int64) {
		if end := time.Unix(until, 0); now.Before(end) {
			list = append(list, Session{sid, device, end.Add(-SessionLife), sid == own})
		}
	})
	if err != nil {
		return nil, fmt.Errorf("listing sessions: %w", err)
	}
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(b.Since.Compare(a.Since), strings.Compare(a.ID, b.ID))
	})
	return list, nil
}

// End ends one of the sessions of the identity's member. ErrSession: it is none
// of theirs, or over already.
func (s *Service) End(ctx context.Context, id Identity, session string) error {
	list, err := s.Sessions(ctx, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(o Session) bool { return o.ID == session }) {
		return ErrSession
	}
	if err := s.Store.EndSession(ctx, session); err != nil {
		return fmt.Errorf("ending session: %w", err)
	}
	return nil
}

// Retire ends the session of a token that may have run out: a browser that logs in
// anew leaves no session behind. Whatever is no token of ours is passed over.
func (s *Service) Retire(ctx context.Context, token string) error {
	var c claims
	t, err := s.signed(token, &c, jwt.WithoutClaimsValidation())
	if err != nil || !oneWriting(t) || c.Issuer != s.Site || !slices.Equal(c.Audience, []string{Audience}) || !hexID.MatchString(c.SID) {
		return nil //nolint:nilerr // nothing to end
	}
	if err := s.Store.EndSession(ctx, sessionID(c.SID)); err != nil {
		return fmt.Errorf("ending session: %w", err)
	}
	return nil
}

// Logout ends the identity's session at once, on every instance.
func (s *Service) Logout(ctx context.Context, id Identity) error {
	if err := s.Store.EndSession(ctx, sessionID(id.sid)); err != nil {
		return fmt.Errorf("ending session: %w", err)
	}
	return nil
}
