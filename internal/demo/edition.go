package demo

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

// A drafted is an edition of an earlier year that was rounded and signed, or why
// it was not.
type drafted struct {
	year   int
	bundle []byte
	err    error
}

// sizes are the numbers of invented reports of the years before the last one.
var sizes = [...]int{131, 108}

// editions rounds and signs the editions of the two years before the last one,
// as two coordinators would have, if they do not stand yet.
func (c City) editions(ctx context.Context, members []member) <-chan []drafted {
	done := make(chan []drafted, 1)
	go func() {
		var all []drafted
		for i, n := range sizes {
			if c.Past == nil || ctx.Err() != nil {
				break
			}
			year := c.lastYear() - 1 - i
			if _, err := c.Store.Steps(ctx, year); err == nil {
				continue
			}
			bundle, err := c.edition(year, n, members)
			all = append(all, drafted{year, bundle, err})
		}
		done <- all
	}()
	return done
}

// edition makes a year's edition on the way that every edition goes.
func (c City) edition(year, n int, members []member) ([]byte, error) {
	p, err := c.Past.Plan.With(year, 0)
	if err != nil {
		return nil, err
	}
	var reports []map[string][]string
	for i := range n {
		told := c.drawPast(rand.New(rand.NewPCG(c.Seed+uint64(year), uint64(i))), year) //nolint:gosec // G115: a year and a number
		reports = append(reports, c.marks(p, told))
	}
	counts, err := statistics.Count(p, reports)
	if err != nil {
		return nil, err
	}
	secrets := statistics.Secrets{EditionKey: c.Past.EditionKey}
	if _, err := io.ReadFull(c.bytes("edition", year), secrets.Seed[:]); err != nil {
		return nil, fmt.Errorf("drawing a seed: %w", err)
	}
	meta := c.Past.Meta
	meta.CountedOn = fmt.Sprintf("%d-04-07", year+1)
	draft, _, err := statistics.Prepare(p, counts, secrets, meta, string(members[0].id))
	if err != nil {
		return nil, err
	}
	return draft.Release(p, counts, secrets, string(members[1].id), fmt.Sprintf("%d-04-14", year+1))
}

// publish stores what editions made, and tells the ledger.
func (c City) publish(ctx context.Context, all []drafted) error {
	if c.Past == nil {
		return nil
	}
	slices.Reverse(all) // the oldest first
	members, err := c.members()
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.err != nil {
			return fmt.Errorf("making the edition of %d: %w", d.year, d.err)
		}
		step, op, err := statistics.NewStep(statistics.StepReleased, string(members[1].id), d.bundle).Encode()
		if err != nil {
			return err
		}
		if err := c.Store.PutStep(ctx, d.year, 1, op, step); err != nil {
			return err
		}
		e, _, err := statistics.ReadEdition(d.bundle)
		if err != nil {
			return err
		}
		if err := c.declare(ctx, members[0].id, d.year); err != nil {
			return err
		}
		line := &incident.Line{Year: d.year, Edition: statistics.Published{Bundle: d.bundle}.Hash(), Signer: e.PublicKey()}
		if err := c.line(ctx, incident.KindEdition, members[1].id, line); err != nil {
			return err
		}
	}
	return c.declare(ctx, members[0].id, c.lastYear())
}

// declare writes down the plan of a year, once.
func (c City) declare(ctx context.Context, by incident.MemberID, year int) error {
	p, err := c.Past.Plan.With(year, 0)
	if err != nil {
		return err
	}
	lines, err := c.Store.Lines(ctx, 0, maxLines)
	if err != nil {
		return err
	}
	for _, e := range lines {
		if said, err := e.PublicFields(); err == nil && e.Kind == incident.KindEdition && said.Line != nil && said.Line.Year == year {
			return nil
		}
	}
	return c.line(ctx, incident.KindEdition, by, &incident.Line{Year: year, Reason: "declared", Plan: p.Hash()})
}

// marks gives an invented report as codes of the plan, as the console would
// count it.
func (c City) marks(p statistics.Plan, t telling) map[string][]string {
	r, marks := t.report, map[string][]string{}
	put := func(id string, codes ...string) {
		for _, d := range p.Dims {
			for _, leaf := range d.Codes {
				feeds, told := d.From[leaf]
				if !told {
					feeds = []string{leaf}
				}
				if d.ID == id && len(marks[id]) < d.Max && slices.ContainsFunc(feeds, func(code string) bool { return slices.Contains(codes, code) }) {
					marks[id] = append(marks[id], leaf)
				}
			}
		}
	}
	place := "elsewhere"
	if r.Place != nil {
		place = "outer"
		if slices.Contains(c.Past.Inner, r.Place.District) {
			place = "inner"
		}
	}
	put("month", t.past.day.Format("01"))
	put("track", string(r.Track()))
	put("lang", r.Lang)
	put("place", place)
	put("area", r.Areas[0])
	put("ground", t.grounds()...)
	put("subtype", t.subtypes(c.Check.Taxonomy)...)
	put("manifestation", r.Manifestations...)
	put("respondent", r.Respondents[0])
	put("role", r.Role)
	put("answer", t.past.waited())
	put("multiplicity", t.past.multiplicity)
	put("source", "reporter")
	put("outcome", "open")
	if t.past.coded {
		marks["source"], marks["outcome"] = nil, nil
		put("source", "office")
		put("outcome", t.past.outcome)
		put("intervention", t.past.interventions...)
	} else {
		marks["multiplicity"] = nil
		put("multiplicity", map[bool]string{false: "single", true: "multiple"}[len(marks["ground"]) > 1])
	}
	return marks
}

// waited is the class of days until the first answer.
func (p past) waited() string {
	switch {
	case p.wait > 10:
		return "more"
	case p.wait > 3:
		return "d10"
	}
	return "d3"
}
