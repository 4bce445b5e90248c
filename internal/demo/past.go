package demo

import (
	"math/rand/v2"
	"time"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

// A Past is what lies behind the city: the cases of the last year that may be
// counted, so that its statistics can be counted and released, and the editions
// of the two years before, whose cases retention has ended.
type Past struct {
	Cases      int             // of the last year
	Plan       statistics.Plan // of any year
	Meta       statistics.Meta
	EditionKey []byte
	Inner      []string // districts counted as inner ones
}

// firstPast is the number of the first case of the last year: behind all of this one's.
const firstPast = 1_000_000

// lastYear is the newest year that may be counted: from 31 March of the next.
func (c City) lastYear() int {
	if c.Today.Month() < time.April && (c.Today.Month() < time.March || c.Today.Day() < 31) {
		return c.Today.Year() - 2
	}
	return c.Today.Year() - 1
}

// A past is how a case of an earlier year ended.
type past struct {
	coded         bool
	day           time.Time // of the report
	outcome       string
	interventions []string
	multiplicity  string
	wait          int // days until the first answer
}

// drawPast draws a case of an earlier year, closed since. One of six was never
// coded: the person stopped answering.
func (c City) drawPast(r *rand.Rand, year int) telling {
	day := 1 + r.IntN(365)
	closed := func(*rand.Rand) incident.State { return incident.StateClosed }
	t := tell(r, closed, c.Check.Taxonomy.Version(), c.Check.Districts)
	p := &past{coded: true, day: time.Date(year, time.January, day, 12, 0, 0, 0, c.Today.Location()), multiplicity: "single"}
	if len(t.report.Grounds) > 1 {
		p.multiplicity = []string{"multiple", "intersectional"}[r.IntN(2)]
	}
	p.outcome = "documented_only"
	if t.report.Track() == incident.TrackCounselling {
		p.outcome = outcomes[r.IntN(len(outcomes))]
		p.interventions = interventions[r.IntN(len(interventions))]
		p.coded = r.IntN(3) > 0
	}
	p.wait = r.IntN(14)
	t.past = p
	return t
}

// outcomes and interventions are some of the office's codes.
var (
	outcomes      = []string{"informed", "apology", "explanation_given", "practice_changed", "no_reaction", "refused_by_respondent", "referred_out"}
	interventions = [][]string{
		{"first_counselling"},
		{"first_counselling", "complaint_letter"},
		{"legal_first_info", "statement_request"},
		{"first_counselling", "mediation_talk"},
		{"information", "referral"},
		{"psychosocial_support", "accompaniment"},
	}
)
