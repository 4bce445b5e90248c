package config

import (
	"errors"
	"fmt"
)

// A Body is somewhere to turn to: the directory from which members refer people on. It holds bodies, no
// people; a name of somebody there belongs into no file of ours.
type Body struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	ForDE     string   `json:"for_de"` // what it is for, in one line
	ForEN     string   `json:"for_en"`
	Languages []string `json:"languages"`
	Contact   string   `json:"contact"` // telephone, address, opening hours; lines
	// Consent says that something is handed on to it: then the person's consent must name it. Where people
	// turn to it themselves, nothing is handed on.
	Consent   bool   `json:"consent"`
	CheckedOn string `json:"checked_on"` // day on which the office last compared the entry, or ""
}

const (
	bodyName    = 120
	bodyFor     = 200
	bodyContact = 600
)

// ParseReferrals reads the directory and returns all its faults.
func ParseReferrals(text []byte) ([]Body, error) {
	var file struct {
		Schema int    `json:"schema"`
		Note   string `json:"note"`
		Bodies []Body `json:"bodies"`
	}
	if err := decodeWhole(text, &file); err != nil {
		return nil, fmt.Errorf("referral directory: %w", err)
	}
	var f faults
	f.want(file.Schema == 1, "referral directory", "schema %d is not known, want 1", file.Schema)
	seen := map[string]bool{}
	for i, b := range file.Bodies {
		at := fmt.Sprintf("body %d %q", i+1, b.ID)
		f.want(codeID.MatchString(b.ID) && !seen[b.ID], at, "want an id of its own")
		seen[b.ID] = true
		f.line(at+": name", b.Name, bodyName)
		f.line(at+": for_de", b.ForDE, bodyFor)
		f.line(at+": for_en", b.ForEN, bodyFor)
		f.block(at+": contact", b.Contact, bodyContact)
		f.day(at+": checked_on", b.CheckedOn, false)
		for _, tag := range b.Languages {
			f.want(language.MatchString(tag), at+": languages", "%q is no language tag", tag)
		}
	}
	return file.Bodies, errors.Join(f...)
}
