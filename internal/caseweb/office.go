package caseweb

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type officeAnswer struct {
	Site     string          `json:"site"`
	Day      string          `json:"day"`
	Desks    []deskAnswer    `json:"desks"`
	Taxonomy []incident.Code `json:"taxonomy"`
	Workflow []rowAnswer     `json:"workflow"`
	Policies []policyAnswer  `json:"policies"`
	// Templates and Bodies are what members answer with, and to whom they refer.
	Templates []incident.AnswerTemplate `json:"templates"`
	Bodies    []incident.Body           `json:"bodies"`
	// Districts, Veil and AnswerDays are the office's own words and promise.
	Districts  []District `json:"districts"`
	Veil       []string   `json:"veil"`
	AnswerDays int        `json:"answerDays"`
}

// A District is a part of the city with its name in the console's languages.
type District struct {
	ID      string `json:"id"`
	LabelDE string `json:"label_de"`
	LabelEN string `json:"label_en"`
}

type deskAnswer struct {
	ID            string               `json:"id"`
	Name          string               `json:"name"`
	Operator      string               `json:"operator"`
	PublicBody    bool                 `json:"publicBody"`
	Languages     []string             `json:"languages"`
	ConflictCodes []string             `json:"conflictCodes"`
	Keys          []incident.PinnedKey `json:"keys"`
}

type rowAnswer struct {
	From     incident.State   `json:"from"`
	To       incident.State   `json:"to"`
	Tracks   []incident.Track `json:"tracks"`
	Actors   []incident.Who   `json:"actors"`
	Events   []incident.Kind  `json:"events"`
	FourEyes bool             `json:"fourEyes"`
	Server   []incident.Guard `json:"server"`
	Browser  []incident.Check `json:"browser"`
}

type policyAnswer struct {
	Call  string          `json:"call"`
	Roles []incident.Role `json:"roles"`
}

// office tells the console what the server knows, so that a rule has one home.
func (s *Site) office(c *gin.Context) {
	answer := officeAnswer{
		Site: s.Casework.Site, Day: incident.DayOf(s.Casework.Now()), Desks: []deskAnswer{},
		Taxonomy: orEmpty(s.Taxonomy.Codes), Workflow: workflow(), Policies: []policyAnswer{},
		Districts: orEmpty(s.Districts), Veil: orEmpty(s.Veil), AnswerDays: s.AnswerDays,
		Templates: orEmpty(s.Templates), Bodies: orEmpty(s.Bodies),
	}
	keys := s.Casework.Keys()
	for _, d := range s.Casework.Desks() {
		answer.Desks = append(answer.Desks, deskOf(d, keys))
	}
	for _, r := range s.table() {
		if !r.policy.open {
			answer.Policies = append(answer.Policies, policyAnswer{r.call(), r.policy.roles})
		}
	}
	web.JSON(c, http.StatusOK, answer)
}

func deskOf(d incident.Desk, keys []incident.PinnedKey) deskAnswer {
	answer := deskAnswer{
		ID: d.ID, Name: d.Name, Operator: d.Operator, PublicBody: d.PublicBody,
		Languages: orEmpty(d.Languages), ConflictCodes: orEmpty(d.ConflictCodes), Keys: []incident.PinnedKey{},
	}
	for _, k := range keys {
		if k.Desk == d.ID {
			answer.Keys = append(answer.Keys, k)
		}
	}
	return answer
}

func workflow() []rowAnswer {
	rows := make([]rowAnswer, len(incident.Transitions))
	for i, t := range incident.Transitions {
		rows[i] = rowAnswer{
			From: t.From, To: t.To, Tracks: t.Tracks, Actors: t.Who, Events: t.Kinds, FourEyes: t.FourEyes,
			Server: orEmpty(t.Guards), Browser: orEmpty(t.Checks),
		}
	}
	return rows
}

// describe serves the description of the calls.
func (s *Site) describe(c *gin.Context) {
	c.Data(http.StatusOK, "application/json; charset=utf-8", openAPI)
}
