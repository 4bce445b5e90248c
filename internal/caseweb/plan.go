package caseweb

import (
	"context"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
)

type planRequest struct {
	Plan  string `json:"plan"`  // hash of the plan that was read
	Cause string `json:"cause"` // why it replaces another one; "" for the first
}

// declarePlan writes the plan of the settings into the ledger: from then on the
// year is counted by it and by no other, unless one is declared anew with a cause.
func (s *Site) declarePlan(c *gin.Context) {
	var in planRequest
	s.onYear(c, &in, func(ctx context.Context, year int, by string) error {
		p, err := s.Statistics.Plan.With(year, 0)
		if err != nil {
			return err
		}
		if in.Plan != p.Hash() {
			return incident.ErrConflict // the settings changed since
		}
		return s.Casework.Declare(ctx, incident.MemberID(by), year, in.Plan, in.Cause)
	})
}

// waiveYear gives up a year's statistics: one coordinator asks, another agrees.
func (s *Site) waiveYear(c *gin.Context) {
	var in struct{}
	s.onYear(c, &in, func(ctx context.Context, year int, by string) error {
		_, err := s.Casework.Waive(ctx, incident.MemberID(by), year)
		return err
	})
}
