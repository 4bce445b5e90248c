package casework

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// MaxPage is the highest number of cases in one page of a list.
const MaxPage = 500

// CardRecordSize is the length of one record of Cards in bytes.
const CardRecordSize = 16 + 16 + 4 + CardSize

// Cases lists the cases of the member's desks after a case id, at most limit of
// them, and tells where the next page begins: "" if this was the last.
func (s *Service) Cases(ctx context.Context, m incident.Member, after incident.CaseID, limit int) ([]incident.Summary, incident.CaseID, error) {
	return s.page(ctx, m, incident.Query{After: after, Limit: limit})
}

// page lists the cases of the member's desks between two ids.
func (s *Service) page(ctx context.Context, m incident.Member, q incident.Query) ([]incident.Summary, incident.CaseID, error) {
	if !m.Role.Reads() || m.Off {
		return nil, "", incident.ErrForbidden
	}
	// No desks would ask for all of them.
	if len(m.Desks) == 0 {
		return nil, "", nil
	}
	q.Desks, q.Limit = m.Desks, min(max(q.Limit, 1), MaxPage)
	list, err := s.Store.Cases(ctx, q)
	if err != nil {
		return nil, "", unavailable("listing cases", err)
	}
	if len(list) < q.Limit {
		return list, "", nil
	}
	return list, list[len(list)-1].Case, nil
}

// Cards hands the newest card of every case of the member's desks after a case
// id to emit, page by page, as records of CardRecordSize bytes in order of case
// id: case, op, epoch (big endian), box. Cases without a card are left out.
func (s *Service) Cards(ctx context.Context, m incident.Member, after incident.CaseID, emit func([]byte) error) error {
	for {
		list, next, err := s.Cases(ctx, m, after, MaxPage)
		if err != nil {
			return err
		}
		page := make([]byte, 0, len(list)*CardRecordSize)
		for _, c := range list {
			if page, err = appendCard(page, c); err != nil {
				return err
			}
		}
		if err := emit(page); err != nil {
			return err
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

func appendCard(b []byte, c incident.Summary) ([]byte, error) {
	if len(c.Card) != CardSize {
		return b, nil
	}
	b, err := hex.AppendDecode(b, []byte(c.Case))
	if err != nil {
		return nil, fmt.Errorf("writing a card: %w", err)
	}
	b = append(b, c.CardOp[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(c.CardEpoch)) //nolint:gosec // G115: epochs are small and positive
	return append(b, c.Card...), nil
}
