package incident

// Groups of codes. Grounds and life areas are data of the office, not constants
// here; only the groups are fixed (domain.md §2).
const (
	GroupGround        = "ground"         // Diskriminierungsgrund
	GroupSubtype       = "racism_subtype" // kinds of racism, children of the ground
	GroupLifeArea      = "life_area"      // Lebensbereich
	GroupManifestation = "manifestation"  // what happened, in ticks
	GroupForm          = "form"           // legal form, AGG § 3
	GroupLevel         = "level"          // individual, institutional or structural
	GroupMultiplicity  = "multiplicity"   // one ground, several, or intersectional
	GroupReporterRole  = "reporter_role"  // affected, witness, supporter …
	GroupRespondent    = "respondent"     // by whom
	GroupWish          = "wish"           // derived from the rung
	GroupRung          = "rung"           // consent ladder
	GroupIntervention  = "intervention"   // what the office did
	GroupOutcome       = "outcome"        // what came of it
)

// Who is asked for a code.
const (
	AskedReporter   = "reporter"
	AskedCaseworker = "caseworker"
	AskedDerived    = "derived"
)

// A Code is one entry of the taxonomy. It is never reused, renamed or given
// another parent; labels may change.
type Code struct {
	Group              string `json:"group"`
	Code               string `json:"code"`
	Parent             string `json:"parent,omitempty"`
	AskedOf            string `json:"asked_of"`
	LabelDE            string `json:"label_de"`
	LabelEN            string `json:"label_en"`
	AGG                string `json:"agg_protected,omitempty"` // yes, partly, no
	StatGroup          string `json:"stat_group,omitempty"`
	NeedsAuthorisation bool   `json:"needs_authorisation,omitempty"`
	Since              int    `json:"since"`           // first version of the taxonomy that has it
	Until              int    `json:"until,omitempty"` // last one, 0 while it is in use
}

// A Taxonomy is the office's list of codes.
type Taxonomy struct {
	Codes []Code
}

// Version gives the newest version: the highest one in which a code was made, or
// without which one was left. Records name it.
func (t Taxonomy) Version() int {
	v := 0
	for _, c := range t.Codes {
		v = max(v, c.Since)
		if c.Until > 0 {
			v = max(v, c.Until+1)
		}
	}
	return v
}

// Find gives the code of a group, and whether it exists in the version.
func (t Taxonomy) Find(group, code string, version int) (Code, bool) {
	for _, c := range t.Codes {
		if c.Group == group && c.Code == code {
			return c, c.Since <= version && (c.Until == 0 || version <= c.Until)
		}
	}
	return Code{}, false
}

// Group lists the codes of a group that are in use now, in the file's order.
func (t Taxonomy) Group(group string) []Code {
	var codes []Code
	for _, c := range t.Codes {
		if c.Group == group && c.Until == 0 {
			codes = append(codes, c)
		}
	}
	return codes
}

// Asked says whether reporters may tick the code of the group in this version.
func (t Taxonomy) Asked(group, code string, version int) bool {
	c, ok := t.Find(group, code, version)
	return ok && c.AskedOf == AskedReporter
}
