package casework

import (
	"context"
	"errors"
	"slices"

	"github.com/beistand/beistand/internal/incident"
)

// Chunk gives piece n of a file, counted from 0, if an event of the case names
// it. ErrNotFound: no event does, the case is not the member's, or the piece is
// missing; verify tells which.
func (s *Service) Chunk(ctx context.Context, m incident.Member, id incident.CaseID, attachment string, n int) ([]byte, error) {
	c, err := s.load(ctx, m, id)
	if err != nil {
		return nil, err
	}
	named := slices.ContainsFunc(c.Events, func(e incident.Event) bool {
		p, err := e.PublicFields()
		return err == nil && slices.ContainsFunc(p.Att, func(a incident.Attachment) bool {
			return a.ID == attachment && n >= 0 && n < a.Chunks
		})
	})
	if !named {
		return nil, incident.ErrNotFound
	}
	data, err := s.Store.Chunk(ctx, id.Upload(attachment).Chunk(n))
	if err != nil && !errors.Is(err, incident.ErrNotFound) {
		return nil, unavailable("reading a chunk", err)
	}
	return data, err
}
