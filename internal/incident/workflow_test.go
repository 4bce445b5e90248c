package incident

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
)

// A csvRow is one row of workflow.csv, read without help of the code under test.
type csvRow struct {
	from, to    State
	tracks, who []string
	events      []string
	fourEyes    string
	server      string
	browser     string
	effect      string
	line        int
}

func (r csvRow) has(track Track) bool { return slices.Contains(r.tracks, string(track)) }

// by says whether the table names the mover; a caseworker means: caseworker or
// coordinator.
func (r csvRow) by(who Who) bool {
	return slices.Contains(r.who, string(who)) || who == WhoCoordinator && slices.Contains(r.who, string(WhoCaseworker))
}

func (r csvRow) event(k Kind) bool { return slices.Contains(r.events, string(k)) }

// workflow reads testdata/workflow.csv; the first row makes the case, the others
// move it.
func workflow(t *testing.T) (start csvRow, moves []csvRow) {
	t.Helper()
	file, err := os.Open("testdata/workflow.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = ';'
	r.LazyQuotes = true
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(records[0], ";"), "from;to;track;actor;event;four_eyes;server_checks;browser_checks;effect"; got != want {
		t.Fatalf("head of workflow.csv is %q, want %q", got, want)
	}
	rows := make([]csvRow, 0, len(records)-1)
	for i, c := range records[1:] {
		rows = append(rows, csvRow{
			from: State(c[0]), to: State(c[1]), tracks: strings.Split(c[2], "|"), who: strings.Split(c[3], "|"),
			events: strings.Split(c[4], "|"), fourEyes: c[5], server: c[6], browser: c[7], effect: c[8], line: i + 2,
		})
	}
	if len(rows) != 38 {
		t.Fatalf("workflow.csv has %d rows, want 38", len(rows))
	}
	return rows[0], rows[1:]
}

// A serverCell is what a cell of the column server_checks means in code.
type serverCell struct {
	guards, system []Guard
	codes          []string
}

var serverCells = map[string]serverCell{
	"":                    {},
	"valid mailbox proof": {}, // the locator in the request; intake checks it
	"has:assignment":      {guards: []Guard{GuardAssignment}},
	"has:coding":          {guards: []Guard{GuardCoding}},
	"has:answer":          {guards: []Guard{GuardAnswer}},
	"has:consent":         {guards: []Guard{GuardConsent}},
	"resume day set":      {guards: []Guard{GuardResumeDay}},
	"30 days passed":      {system: []Guard{GuardRetention}},
	"has:answer newer than the last resident event": {guards: []Guard{GuardAnswerNewer}},
	"has:consent|has:deadline":                      {guards: []Guard{GuardConsent, GuardDeadline}},
	"has:coding|has:answer":                         {guards: []Guard{GuardCoding, GuardAnswer}},
	"resident wrote again":                          {guards: []Guard{GuardWroteAgain}},
	"has:coding, system: 30 days after documented":  {guards: []Guard{GuardCoding}, system: []Guard{GuardSilent30}},
	"message received, or 30 days without one":      {system: []Guard{GuardSilent30}},
	"message received, or resume day reached":       {system: []Guard{GuardResumeCome}},
	"has:answer|90 days since the last resident event": {
		guards: []Guard{GuardAnswer, GuardSilent90},
	},
	"approval by another member|reason spam,test or duplicate": {
		guards: []Guard{GuardApproved, GuardReason}, codes: []string{"spam", "test", "duplicate"},
	},
	"within 30 days|reason": {
		guards: []Guard{GuardWithin30, GuardReason}, codes: []string{"mistake", "new_facts"},
	},
	"within 12 months of closing|reason": {
		guards: []Guard{GuardWithin12, GuardReason}, codes: []string{"resident_asked", "new_facts", "mistake"},
	},
	"delete_after reached|no legal hold|edition of the year of receipt released or waived": {
		guards: []Guard{GuardRetention, GuardNoHold, GuardEdition},
	},
	"withdrawal by the resident or request by a member|approval by another member|no legal hold": {
		guards: []Guard{GuardApproved, GuardNoHold},
	},
}

// browserCells is what the cells of the column browser_checks are called.
var browserCells = map[string][]Check{
	"": nil,

	"rung raised to answer_me or higher":                                            {CheckRungRaised},
	"rung answer_me or higher, or may_ask":                                          {CheckMayAsk},
	"outcome documented_only":                                                       {CheckDocumented},
	"wants counselling, or new facts":                                               {CheckNewFacts},
	"waiting for a statement":                                                       {CheckWaitingOn},
	"result of the intervention recorded":                                           {CheckResult},
	"resident consented to this recipient":                                          {CheckRecipient},
	"recipient handed back, or resident came back":                                  {CheckHandedBack},
	"resident asked for time, or waiting for a third party":                         {CheckWaiting},
	"written authorisation recorded if anything goes to a third party":              {CheckMandate},
	"outside remit, resident told, nothing sent without consent":                    {CheckRemit},
	"at least one ground, one main area, one respondent, outcome documented_only":   {CheckCoded},
	"explicit consent recorded, deadline questions answered (unknown is an answer)": {CheckArt9, CheckQuestions},
	"no safe day within 14 days or written reason":                                  {CheckSafeDay},
	"outcome set, no safe day within 14 days or written reason":                     {CheckOutcome, CheckSafeDay},
	"resident was told before, no safe day within 14 days or written reason":        {CheckToldBefore, CheckSafeDay},
}

func texts[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = string(s)
	}
	return strings.Join(parts, "|")
}

func TestTransitionsAreTheWorkflow(t *testing.T) {
	_, rows := workflow(t)
	if len(rows) != len(Transitions) {
		t.Fatalf("%d transitions, workflow.csv has %d", len(Transitions), len(rows))
	}
	for i, row := range rows {
		server, ok := serverCells[row.server]
		if !ok {
			t.Errorf("line %d: server_checks %q has no meaning here", row.line, row.server)
		}
		browser, ok := browserCells[row.browser]
		if !ok {
			t.Errorf("line %d: browser_checks %q has no meaning here", row.line, row.browser)
		}
		tr := Transitions[i]
		eyes := map[bool]string{true: "yes", false: "no"}[tr.FourEyes]
		for _, c := range []struct{ column, got, want string }{
			{"from", string(tr.From), string(row.from)},
			{"to", string(tr.To), string(row.to)},
			{"track", texts(tr.Tracks), strings.Join(row.tracks, "|")},
			{"actor", texts(tr.Who), strings.Join(row.who, "|")},
			{"event", texts(tr.Kinds), strings.Join(row.events, "|")},
			{"four_eyes", eyes, row.fourEyes},
			{"server_checks", texts(tr.Guards), texts(server.guards)},
			{"server_checks of timers", texts(tr.System), texts(server.system)},
			{"reason codes", texts(tr.Codes), texts(server.codes)},
			{"browser_checks", texts(tr.Checks), texts(browser)},
		} {
			if c.got != c.want {
				t.Errorf("line %d, %s: transition has %q, want %q", row.line, c.column, c.got, c.want)
			}
		}
	}
}

// The first row of the table is made by NewCase.
func TestStartIsTheWorkflow(t *testing.T) {
	row, _ := workflow(t)
	if row.from != "start" || row.server != "form valid|body limit|epoch open|new case id" || row.browser != "text or one manifestation" || row.fourEyes != "no" {
		t.Errorf("the first row changed: %+v", row)
	}
	for _, track := range []Track{TrackReport, TrackCounselling} {
		e := newFile(t, track).head()
		if !row.has(track) || e.State != row.to || !row.event(e.Kind) || !slices.Contains(row.who, e.Actor) {
			t.Errorf("NewCase(%s) makes %s by %s to %s, the table says %+v", track, e.Kind, e.Actor, e.State, row)
		}
	}
}

// No pair of states may have two rows for one track, or find would hide one.
func TestTransitionsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, tr := range Transitions {
		for _, track := range tr.Tracks {
			key := string(tr.From) + " to " + string(tr.To) + " of " + string(track)
			if seen[key] {
				t.Errorf("two rows from %s", key)
			}
			seen[key] = true
		}
	}
}

// reach lists the states that a case of the track can come to.
func reach(track Track, from State) map[State]bool {
	seen := map[State]bool{from: true}
	for again := true; again; {
		again = false
		for _, tr := range Transitions {
			if seen[tr.From] && !seen[tr.To] && slices.Contains(tr.Tracks, track) {
				seen[tr.To], again = true, true
			}
		}
	}
	return seen
}

func TestAllStatesAreReached(t *testing.T) {
	report, counselling := reach(TrackReport, StateReceived), reach(TrackCounselling, StateReceived)
	if len(States) != 12 {
		t.Errorf("%d states, want 12", len(States))
	}
	for _, s := range States {
		if !report[s] && !counselling[s] {
			t.Errorf("no way leads to %s", s)
		}
	}
}

func TestBothTracksEndOnlyErased(t *testing.T) {
	for _, track := range []Track{TrackReport, TrackCounselling} {
		for s := range reach(track, StateReceived) {
			leaves := slices.ContainsFunc(Transitions, func(tr Transition) bool {
				return tr.From == s && slices.Contains(tr.Tracks, track)
			})
			if leaves == s.Final() {
				t.Errorf("track %s, state %s: final %t, and has a way on: %t", track, s, s.Final(), leaves)
			}
			if ends := reach(track, s); !ends[StateErased] && !ends[StateAnonymised] {
				t.Errorf("track %s: from %s no way leads to an end", track, s)
			}
		}
	}
}

// A resident who raises the wish may be in any state of a report: counselling
// must go on from each of them.
func TestRaisedReportsAreNeverStuck(t *testing.T) {
	for s := range reach(TrackReport, StateReceived) {
		if s.Final() || s == StateDocumented { // documented goes to triage at once, see afterConsent
			continue
		}
		if !reach(TrackCounselling, s)[StateCounselling] {
			t.Errorf("a report in %s that becomes counselling cannot come to counselling", s)
		}
	}
}
