package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

const (
	taxonomyHeader = "group;code;label_de;label_en;parent;asked_of;source;legal_basis;agg_protected;stat_group;needs_authorisation;since;until;replaced_by"
	euHeader       = "code;eu_ground;eu_field;directive;t5_ground;t5_field;note"
)

// A Code is one row of the taxonomy. Codes are never reused, renamed or given another parent; labels may
// change.
type Code struct {
	Group              string   // ground, racism_subtype, life_area, manifestation, respondent, …
	ID                 string   // the code itself, unique over all groups
	LabelDE, LabelEN   string   // label in tables; the form's plain words stand in the locales
	Parent             string   // code that it counts for as well, or ""
	AskedOf            string   // reporter, caseworker or derived
	Source             string   // where the category comes from
	LegalBasis         []string // law that it rests on
	AGG                string   // yes, partly, no or "": protected by the AGG
	Cell               string   // cell of the declared plan of the statistics, or ""
	NeedsAuthorisation bool     // an intervention that needs a recorded one
	Since, Until       int      // versions of the taxonomy, both inclusive; Until 0 means still valid
	ReplacedBy         string   // code that took its place, or ""
}

// A Taxonomy is all codes in the order of the file, which is the order on the screen.
type Taxonomy struct {
	Codes []Code
	index map[string]int
}

// Code returns the code by its id.
func (t Taxonomy) Code(id string) (Code, bool) {
	i, ok := t.index[id]
	if !ok {
		return Code{}, false
	}
	return t.Codes[i], true
}

// Group returns the codes of a group in order.
func (t Taxonomy) Group(group string) []Code {
	var codes []Code
	for _, c := range t.Codes {
		if c.Group == group {
			codes = append(codes, c)
		}
	}
	return codes
}

// Version returns the highest version in which a code was added or ended: the one that records name.
func (t Taxonomy) Version() int {
	version := 0
	for _, c := range t.Codes {
		version = max(version, c.Since, c.Until+min(c.Until, 1)) // a code that ends with 3 ends because of 4
	}
	return version
}

// An EUCode maps a code to the words of the EU's equality directives.
type EUCode struct {
	Code       string
	Grounds    []string
	Field      string
	Directives []string
	T5Grounds  []string // cells of table T5
	T5Field    string
	Note       string
}

var codeID = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// ParseTaxonomy reads a taxonomy file and returns all its faults joined.
func ParseTaxonomy(text []byte) (Taxonomy, error) {
	t := Taxonomy{index: map[string]int{}}
	var f faults
	err := table(text, taxonomyHeader, func(line int, field []string) {
		at := fmt.Sprintf("taxonomy, line %d", line)
		c := Code{
			Group: field[0], ID: field[1], LabelDE: field[2], LabelEN: field[3], Parent: field[4], AskedOf: field[5],
			Source: field[6], LegalBasis: list(field[7]), AGG: field[8], Cell: field[9],
			NeedsAuthorisation: field[10] == "yes", ReplacedBy: field[13],
		}
		var sinceErr, untilErr error
		c.Since, sinceErr = strconv.Atoi(field[11])
		if field[12] != "" {
			c.Until, untilErr = strconv.Atoi(field[12])
		}
		f.want(codeID.MatchString(c.Group) && codeID.MatchString(c.ID), at, "group and code are small letters, digits and _, found %q %q", c.Group, c.ID)
		f.want(c.LabelDE != "" && c.LabelEN != "", at, "%q has no label in German or English", c.ID)
		f.want(slices.Contains([]string{"reporter", "caseworker", "derived"}, c.AskedOf), at, "asked_of %q is none of reporter, caseworker, derived", c.AskedOf)
		f.want(slices.Contains([]string{"", "yes", "no", "partly"}, c.AGG), at, "agg_protected %q is none of yes, partly, no", c.AGG)
		f.want(slices.Contains([]string{"", "yes", "no"}, field[10]), at, "needs_authorisation %q is neither yes nor no", field[10])
		f.want(sinceErr == nil && untilErr == nil && c.Since >= 1 && (c.Until == 0 || c.Until >= c.Since), at, "since and until are versions from 1, until not before since")
		_, taken := t.index[c.ID]
		f.want(!taken, at, "code %q stands there twice", c.ID)
		t.index[c.ID] = len(t.Codes)
		t.Codes = append(t.Codes, c)
	})
	if err != nil {
		return Taxonomy{}, fmt.Errorf("taxonomy: %w", err)
	}
	f.want(len(t.Codes) > 0, "taxonomy", "no code")
	for _, c := range t.Codes {
		t.checkLinks(&f, c)
	}
	return t, errors.Join(f...)
}

// checkLinks follows the code's parent, which has none of its own, and its successor.
func (t Taxonomy) checkLinks(f *faults, c Code) {
	if c.Parent != "" {
		parent, ok := t.Code(c.Parent)
		f.want(ok, "taxonomy", "parent %q of %q is not there", c.Parent, c.ID)
		f.want(parent.Parent == "", "taxonomy", "parent %q of %q has a parent itself", c.Parent, c.ID)
		same := parent.Group == c.Group || c.Group == "racism_subtype" && parent.Group == "ground"
		f.want(!ok || same, "taxonomy", "parent %q of %q is of another group", c.Parent, c.ID)
	}
	if c.ReplacedBy != "" {
		_, ok := t.Code(c.ReplacedBy)
		f.want(ok && c.Until > 0, "taxonomy", "%q is replaced by %q: want a known code and an end", c.ID, c.ReplacedBy)
	}
}

// ParseEUMap reads the map to the EU's words and returns all its faults joined.
func ParseEUMap(text []byte) ([]EUCode, error) {
	var all []EUCode
	var f faults
	seen := map[string]bool{}
	err := table(text, euHeader, func(line int, field []string) {
		at := fmt.Sprintf("EU map, line %d", line)
		e := EUCode{
			Code: field[0], Grounds: list(field[1]), Field: field[2], Directives: list(field[3]),
			T5Grounds: list(field[4]), T5Field: field[5], Note: field[6],
		}
		f.want(!seen[e.Code], at, "code %q stands there twice", e.Code)
		f.want((len(e.T5Grounds) > 0) != (e.T5Field != ""), at, "%q wants a t5_ground or a t5_field, and not both", e.Code)
		seen[e.Code] = true
		all = append(all, e)
	})
	if err != nil {
		return nil, fmt.Errorf("EU map: %w", err)
	}
	return all, errors.Join(f...)
}
