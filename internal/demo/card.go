package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// A card is what the inbox shows and finds of a case (protocol.md §7).
type card struct {
	Title   string   `json:"title"`
	Grounds []string `json:"grounds"`
	Area    string   `json:"area"`
	Labels  []string `json:"labels"`
	Lang    string   `json:"lang"`
	Due     string   `json:"due"`
	Kind    string   `json:"kind"`
	Pin     string   `json:"pin"`
	Words   []string `json:"words"`
}

// card writes the record that the inbox lists.
func (d *desk) card(m member, t telling) error {
	pin := sha256.Sum256(d.case_.Events[0].Box)
	op := d.op()
	box, err := fitted(card{
		Title: t.title(), Grounds: t.report.Grounds, Area: t.report.Areas[0], Labels: []string{},
		Lang: t.report.Lang, Pin: hex.EncodeToString(pin[:16]), Words: searchWords(t.report.Text),
	}, func(text []byte) ([]byte, error) {
		return seal.SealCard(d.office.identity, d.keys.CaseID(), op.String(), text, d.city.bytes("card", d.index))
	})
	if err != nil {
		return err
	}
	return d.do(m, casework.Act{Op: op, Kind: incident.KindCard, Public: incident.Public{Epoch: 1}, Box: box})
}

// fitted seals a card. Search words that do not fit are left out, the short ones
// first, as a member's browser does it.
func fitted(c card, sealed func(text []byte) ([]byte, error)) ([]byte, error) {
	for {
		text, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		box, err := sealed(text)
		if !errors.Is(err, seal.ErrCard) || len(c.Words) == 0 {
			return box, err
		}
		c.Words = c.Words[:len(c.Words)-1]
	}
}

// searchWords gives the words of a text with four letters and more, each once,
// the long ones first: they are rare.
func searchWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	words = slices.DeleteFunc(words, func(word string) bool { return utf8.RuneCountInString(word) < 4 })
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(utf8.RuneCountInString(b), utf8.RuneCountInString(a)), cmp.Compare(a, b))
	})
	return slices.Compact(words)
}
