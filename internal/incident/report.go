package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a report (domain.md §3). Letters are Unicode code points.
const (
	MaxText   = 12_000 // letters of the free text
	MaxLine   = 200    // letters of every one-line answer
	MaxReport = 61_440 // bytes of the whole report as JSON
)

// A Report is what a resident tells: the body of the first envelope of a case.
// Every answer may be empty but one: a text, or one manifestation.
type Report struct {
	V              int               `json:"v"`
	Taxonomy       int               `json:"taxonomy"`                                      // version of the codes
	Lang           string            `json:"lang" validate:"tag"`                           // of the form page
	Rung           string            `json:"rung"`                                          // wish, default read_it
	MayAsk         bool              `json:"may_ask,omitempty"`                             // questions in the mailbox are welcome
	Role           string            `json:"role,omitempty"`                                // reporter_role
	Under18        *bool             `json:"under18,omitempty"`                             // nil if not answered
	Text           string            `json:"text,omitempty" validate:"letters=12000"`       // free words, LF for line breaks
	Manifestations []string          `json:"manifestations,omitempty"`                      // what happened, in ticks
	Areas          []string          `json:"areas,omitempty"`                               // life areas
	Grounds        []string          `json:"grounds,omitempty"`                             // with subtypes
	Respondents    []string          `json:"respondents,omitempty"`                         // by whom
	GroundOther    string            `json:"ground_other,omitempty" validate:"letters=200"` // another ground, in words
	RespondentOrg  string            `json:"respondent_org,omitempty" validate:"letters=200"`
	Place          *Place            `json:"place,omitempty"`
	When           *When             `json:"when,omitempty"`
	Facts          map[string]string `json:"facts,omitempty"` // days, by the fact ids of the deadline rules
	Contact        *Contact          `json:"contact,omitempty"`
	Consents       []string          `json:"consents,omitempty" validate:"max=6,dive,textid"`
	PassOn         []PassOn          `json:"pass_on,omitempty" validate:"max=3,dive"`
}

// A Place is a district of the office's list, "outside" or "unknown".
type Place struct {
	District string `json:"district,omitempty"`
	Note     string `json:"note,omitempty" validate:"letters=200"`
}

// When it happened. From and To are days, or months if precision is "month".
type When struct {
	Precision string `json:"precision" validate:"oneof=day month range unknown"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	Ongoing   bool   `json:"ongoing,omitempty"`
}

// Contact is how the office may answer beside the mailbox.
type Contact struct {
	Way          string `json:"way" validate:"oneof=mailbox email phone"`
	Value        string `json:"value,omitempty" validate:"letters=200"`
	SafeTimes    string `json:"safe_times,omitempty" validate:"letters=200"`
	LeaveMessage bool   `json:"leave_message,omitempty"`
	Interpreter  string `json:"interpreter,omitempty" validate:"tag"`
}

// PassOn names a body that may get the report, and what of it.
type PassOn struct {
	To   string `json:"to" validate:"letters=200"`
	What string `json:"what,omitempty" validate:"letters=200"`
}

// ReportVersion is the version of the report's form.
const ReportVersion = 1

// Rungs of the consent ladder (domain.md §4), lowest first.
const (
	RungCount  = "count_it"
	RungRead   = "read_it"
	RungAnswer = "answer_me"
	RungAct    = "act_for_me"
	RungPassOn = "pass_on"
)

// Rungs lists them, lowest first.
var Rungs = []string{RungCount, RungRead, RungAnswer, RungAct, RungPassOn}

// consentArt9 is the text a person agrees to before the office may advise
// (GDPR Art. 9(2)(a)); its version follows a slash.
const consentArt9 = "art9/"

// Encode serialises the report once, without the HTML escapes that would make
// 12,000 letters six times as long.
func (r Report) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("writing report: %w", err)
	}
	return b.Bytes()[:b.Len()-1], nil
}

// Track follows from the wish.
func (r Report) Track() Track {
	switch r.Rung {
	case RungAnswer, RungAct, RungPassOn:
		return TrackCounselling
	}
	return TrackReport
}

// Settle applies the rules that do not block: no wish is read_it; a wish for
// counselling without the consent it needs is stored as read_it with leave to
// ask in the mailbox; answers that another answer hides are dropped (domain.md
// §3, regression R26). Both engines do this alike. What was typed stays as it is
// in r, for the page that comes back.
func (r Report) Settle() Report {
	r.V = ReportVersion
	if r.Rung == "" {
		r.Rung = RungRead
	}
	if r.Track() == TrackCounselling && !r.agreed(consentArt9) {
		r.Rung, r.MayAsk = RungRead, true
	}
	if r.Track() == TrackReport {
		r.Contact = nil
	}
	if r.Contact != nil && r.Contact.Way == "mailbox" {
		r.Contact = &Contact{Way: r.Contact.Way, Interpreter: r.Contact.Interpreter}
	}
	if r.When != nil {
		w := *r.When
		switch w.Precision {
		case "unknown":
			w.From, w.To = "", ""
		case "day":
			w.To = ""
		}
		r.When = &w
	}
	if r.Rung != RungAct && r.Rung != RungPassOn {
		r.RespondentOrg = ""
	}
	if r.Rung != RungPassOn {
		r.PassOn = nil
	}
	return r
}

func (r Report) agreed(text string) bool {
	for _, c := range r.Consents {
		if strings.HasPrefix(c, text) {
			return true
		}
	}
	return false
}

// CleanText makes typed text one form: valid UTF-8, LF for every line break,
// no control characters but LF and tab. Limits count what it returns.
func CleanText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	return strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && unicode.IsControl(c) {
			return -1
		}
		return c
	}, s)
}

func letters(s string) int { return utf8.RuneCountInString(s) }
