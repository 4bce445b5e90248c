package incident

// An AnswerTemplate is a text that the office sends often. A member reads and
// changes it before it goes (docs/glossary.md).
type AnswerTemplate struct {
	ID      string       `json:"id"`
	Version int          `json:"version"`
	TitleDE string       `json:"title_de"`
	TitleEN string       `json:"title_en"`
	States  []State      `json:"states"` // of a case in which it is offered first
	Fields  []string     `json:"fields"` // names of what has to be filled in, written {{.Name}}
	Texts   []AnswerText `json:"texts"`  // by language, sorted
}

// An AnswerText is a template in one language.
type AnswerText struct {
	Lang     string `json:"lang"`
	Text     string `json:"text"`
	Reviewed bool   `json:"reviewed"` // somebody has put a name to it
}

// A Body is somewhere to turn to: an entry of the office's referral directory.
type Body struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	ForDE     string   `json:"for_de"`
	ForEN     string   `json:"for_en"`
	Languages []string `json:"languages"`
	Contact   string   `json:"contact"`
	Consent   bool     `json:"consent"`    // something may be handed on: the person's consent must name it
	CheckedOn string   `json:"checked_on"` // day on which the office last compared the entry, or ""
}
