package incident

// A Coding is the office's view of a case in codes: the body of a coding
// envelope, sealed in a member's browser (domain.md §2.4). The server never
// reads one; the type stands here because the words are the field's, and the
// fictional city writes codings too.
type Coding struct {
	Grounds        []string `json:"grounds"`                // 1–3, parents included
	GroundsMore    []string `json:"grounds_more,omitempty"` // not counted
	Subtypes       []string `json:"subtypes,omitempty"`     // 0–3
	Area           string   `json:"area"`                   // exactly one
	AreasMore      []string `json:"areas_more,omitempty"`
	Respondent     string   `json:"respondent"`
	Manifestations []string `json:"manifestations,omitempty"`
	Forms          []string `json:"forms,omitempty"`
	Level          string   `json:"level,omitempty"`
	Multiplicity   string   `json:"multiplicity,omitempty"`
	Role           string   `json:"role,omitempty"`
	Lang           string   `json:"lang,omitempty"`
	District       string   `json:"district,omitempty"`
	Interventions  []string `json:"interventions,omitempty"`
	Outcome        string   `json:"outcome,omitempty"`
}
