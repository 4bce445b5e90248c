package caseweb

import (
	"context"
	"errors"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/web"
)

// maxErratum bounds the words of an erratum in one language.
const maxErratum = 2000

// A proposalAnswer is an erratum that waits for a second person.
type proposalAnswer struct {
	ID        string   `json:"id"`
	By        string   `json:"by"`
	Own       bool     `json:"own"`
	De        string   `json:"de"`
	En        string   `json:"en"`
	Withdrawn []string `json:"withdrawn"`
}

type erratumRequest struct {
	De        string   `json:"de"`
	En        string   `json:"en"`
	Withdrawn []string `json:"withdrawn"`
}

type proposalRequest struct {
	ID string `json:"id"` // of the proposal that was read
}

// erratum takes one member's words about a frozen edition, without a number. They
// are published when another member releases them.
func (s *Site) erratum(c *gin.Context) {
	var in erratumRequest
	s.onYear(c, &in, func(ctx context.Context, year int, by string) error {
		pub, _, err := s.edition(ctx, year)
		if err != nil {
			return err
		}
		if len(in.De) > maxErratum || len(in.En) > maxErratum || in.De == "" || in.En == "" {
			return incident.Faults{{Field: "text", Key: "text"}}
		}
		p := statistics.Proposal{By: by, Text: map[string]string{"de": in.De, "en": in.En}, Withdrawn: orEmpty(in.Withdrawn)}
		if _, err := s.sign(pub, p); err != nil {
			return err
		}
		old, _, err := s.proposed(ctx, year)
		if err != nil && !errors.Is(err, incident.ErrNotFound) {
			return err
		}
		p.N = old.N + 1
		text, err := p.Encode()
		if err != nil {
			return err
		}
		switch err := s.Statistics.Store.PutDraft(ctx, year, p.N, text); {
		case errors.Is(err, fs.ErrExist):
			return incident.ErrConflict
		case err != nil:
			return errors.Join(incident.ErrUnavailable, err)
		}
		return nil
	})
}

// releaseErratum signs what another member wrote, and puts it beside the edition.
func (s *Site) releaseErratum(c *gin.Context) {
	var in proposalRequest
	s.onYear(c, &in, func(ctx context.Context, year int, by string) error {
		p, id, err := s.proposed(ctx, year)
		if errors.Is(err, incident.ErrNotFound) || err == nil && id != in.ID {
			return incident.ErrConflict // released, dropped or written anew meanwhile
		}
		if err != nil {
			return err
		}
		if p.By == by {
			return errSecond
		}
		pub, steps, err := s.edition(ctx, year)
		if err != nil {
			return err
		}
		signed, err := s.sign(pub, p)
		if err != nil {
			return err
		}
		if err := s.putStep(ctx, year, steps+1, statistics.NewStep(statistics.StepErratum, by, signed)); err != nil {
			if errors.Is(err, errFrozen) {
				return incident.ErrConflict
			}
			return err
		}
		err = s.Casework.Released(ctx, incident.MemberID(by), casework.Release{
			Year: year, Edition: pub.Hash(), Signer: pub.Edition.PublicKey(), Erratum: true,
		})
		return errors.Join(err, s.Statistics.Store.DropDrafts(ctx, year))
	})
}

// dropErratum forgets what was proposed.
func (s *Site) dropErratum(c *gin.Context) {
	var in proposalRequest
	s.onYear(c, &in, func(ctx context.Context, year int, _ string) error {
		_, id, err := s.proposed(ctx, year)
		if errors.Is(err, incident.ErrNotFound) || err == nil && id != in.ID {
			return incident.ErrConflict
		}
		if err != nil {
			return err
		}
		return s.Statistics.Store.DropDrafts(ctx, year)
	})
}

// onYear reads the request, does the act and answers with the year as it is then.
func (s *Site) onYear(c *gin.Context, in any, act func(ctx context.Context, year int, by string) error) {
	p, err := s.Statistics.planOf(c)
	if err == nil {
		err = web.ReadJSON(c, in)
	}
	if err == nil {
		err = act(c.Request.Context(), p.Year, identity(c).Member)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.tellYear(c, http.StatusCreated, p)
}

// edition gives the released edition and the number of its steps.
func (s *Site) edition(ctx context.Context, year int) (statistics.Published, int, error) {
	pub, steps, err := s.Statistics.released(ctx, year)
	if errors.Is(err, incident.ErrNotFound) {
		return pub, 0, errDraft
	}
	return pub, steps, err
}

func (s *Site) sign(pub statistics.Published, p statistics.Proposal) ([]byte, error) {
	signed, err := statistics.Correct(pub.Bundle, s.Statistics.EditionKey, s.Statistics.today(), p.Text, p.Withdrawn)
	if err != nil {
		return nil, incident.Faults{{Field: "text", Key: "erratum"}} // a number in the text, or an unknown table
	}
	return signed, nil
}

// proposed gives what waits for a second person, and its name; ErrNotFound if
// nothing does.
func (s *Site) proposed(ctx context.Context, year int) (statistics.Proposal, string, error) {
	text, err := s.Statistics.Store.Draft(ctx, year)
	if err != nil {
		return statistics.Proposal{}, "", storeFault(err)
	}
	p, err := statistics.ReadProposal(text)
	if err != nil {
		return p, "", incident.ErrNotFound // a draft that the release has not deleted yet
	}
	id, err := p.Hash()
	return p, id, err
}

// tellProposal adds what waits for a second person, if anything does.
func (s *Site) tellProposal(ctx context.Context, year int, who string, a *releasedAnswer) error {
	p, id, err := s.proposed(ctx, year)
	if errors.Is(err, incident.ErrNotFound) {
		return nil
	}
	if err == nil {
		a.Proposal = &proposalAnswer{id, p.By, p.By == who, p.Text["de"], p.Text["en"], orEmpty(p.Withdrawn)}
	}
	return err
}
