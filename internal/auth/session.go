package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
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

// Logout ends the identity's session at once, on every instance.
func (s *Service) Logout(ctx context.Context, id Identity) error {
	if err := s.Store.EndSession(ctx, sessionID(id.sid)); err != nil {
		return fmt.Errorf("ending session: %w", err)
	}
	return nil
}
