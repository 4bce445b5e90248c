package publicweb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// A ReportPage is the form with what was typed so far.
type ReportPage struct {
	Receipt string
	Faults  []Fault
	Trouble string // key of trouble.…: something is wrong on our side

	Roles, Precisions, Rungs, Ways              []Option
	Manifestations, Areas, Grounds, Respondents Options
	Under18, Ongoing, MayAsk, LeaveMessage      Option
	Art9, ContactTick                           Option
	District                                    Pick
	Interpreter                                 Interpreter

	Text         string
	TextFault    *Fault
	PlaceNote    Line
	From, To     Line
	Dates        DateFields
	GroundOther  Line
	ContactValue Line
	SafeTimes    Line
	Org          Line
	PassTo       Line
	PassWhat     Line
	PassOnOpen   bool

	Files FilesField
	Desks []DeskOption
	Site  string
	Codes int    // version of the taxonomy
	Look  string // day to look again, or ""
	More  []PassRow
}

// A PassRow is one more body that the report may go to.
type PassRow struct{ To, What Line }

// A FilesField is where files are chosen, with the ticks before it. No page can
// fill in again what was chosen; Again says so.
type FilesField struct {
	Accept, Keep, Again bool
	Fault               *Fault
}

func filesField(f intake.Form) FilesField {
	return FilesField{Accept: f.Get(acceptField) != "", Keep: f.Get(originalField) != ""}
}

// place gives the field its fault, if one of them is.
func (f *FilesField) place(faults []Fault) {
	for i := range faults {
		if faults[i].ID == intake.FilesField {
			f.Fault = &faults[i]
		}
	}
}

// An Option is one tick. Its words are those of the locale for Group and Code,
// or Own where the office made the code.
type Option struct {
	ID, Name, Group, Code, Own string
	On                         bool
	Kids                       Options
}

// Options are the ticks of one list.
type Options []Option

// Opened says whether one of them is ticked, so that a folded list does not hide it.
func (o Options) Opened() bool { return slices.ContainsFunc(o, func(p Option) bool { return p.On }) }

// A Line is a field of one line. Label is a key of the locale.
type Line struct {
	ID, Name, Label, Type, Value string
	Fault                        *Fault
}

// A Pick is a list to choose one of.
type Pick struct {
	ID, Name, Label string
	Options         []PickOption
}

// A PickOption has a text of the office, or the words of the locale for its code.
type PickOption struct {
	Group, Code string
	Text        map[string]string
	On          bool
}

// An Interpreter is the choice among all languages that the office names.
type Interpreter struct {
	ID, Name, Tag string
}

// A DeskOption is a desk that can be chosen now, because it has a key.
type DeskOption struct {
	Desk
	Key incident.PinnedKey
	On  bool
}

// Data is what the page's script needs and the page does not say: the pinned
// keys, its texts, and the address of what it shows later.
func (p ReportPage) Data(lang, later string, texts map[string]any) any {
	if len(p.Desks) < 2 {
		// Where there is nothing to choose, nothing is said about it.
		delete(texts, "js.desk.conflict")
	}
	return scriptData(p.Site, lang, later, p.Codes, p.Desks, texts)
}

func scriptData(site, lang, later string, codes int, desks []DeskOption, texts map[string]any) any {
	type key struct {
		ID        string   `json:"id"`
		Epoch     int      `json:"epoch"`
		Recipient string   `json:"recipient"`
		Conflict  []string `json:"conflict"`
	}
	keys := []key{}
	for _, d := range desks {
		keys = append(keys, key{d.ID, d.Key.Epoch, d.Key.Recipient, append([]string{}, d.Conflict...)})
	}
	return map[string]any{"site": site, "lang": lang, "taxonomy": codes, "desks": keys, "later": later, "texts": texts}
}

// pageOf builds the form around what was typed: an empty form is a form in which
// nothing was typed.
func (s *Site) pageOf(f intake.Form, receipt string, desks []DeskOption) ReportPage {
	b := &builder{form: f, taxonomy: s.Taxonomy}
	p := ReportPage{
		Receipt: receipt, Text: f.Get("text"), Desks: desks, Site: s.ID, Codes: s.Taxonomy.Version(), Look: s.look(),
		Roles:          b.choices("role", incident.GroupReporterRole, ""),
		Under18:        b.tick("under18", "under18", "yes"),
		Manifestations: b.ticks("manifestations", incident.GroupManifestation),
		Areas:          b.ticks("areas", incident.GroupLifeArea),
		District:       b.districts(s.Districts),
		PlaceNote:      b.line("place.note", "where.note"),
		From:           b.date("when.from", "when.from"),
		To:             b.date("when.to", "when.to"),
		Dates:          b.dates(s.Rules),
		Ongoing:        b.tick("when.ongoing", "ongoing", "yes"),
		Grounds:        b.ticks("grounds", incident.GroupGround, incident.GroupSubtype),
		GroundOther:    b.line("ground_other", "why.other"),
		Respondents:    b.ticks("respondents", incident.GroupRespondent),
		Rungs:          b.choices("rung", incident.GroupRung, incident.RungRead),
		MayAsk:         b.tick("may_ask", "may_ask", "yes"),
		Art9:           b.tick("consents", "consent", "art9/1"),
		ContactTick:    b.tick("consents", "consent", "contact/1"),
		ContactValue:   b.line("contact.value", "contact.value"),
		SafeTimes:      b.line("contact.safe_times", "contact.safe"),
		LeaveMessage:   b.tick("contact.leave_message", "leave_message", "yes"),
		Interpreter:    Interpreter{ID: idOf("contact.interpreter"), Name: "contact.interpreter", Tag: f.Get("contact.interpreter")},
		Files:          filesField(f),
		Org:            b.line("respondent_org", "passon.org"),
		PassTo:         b.line("pass_on.to", "passon.to"),
		PassWhat:       b.line("pass_on.what", "passon.what"),
	}
	p.Precisions = b.fixed("when.precision", "precision", "", "day", "month", "range", "unknown")
	p.Ways = b.fixed("contact.way", "way", "mailbox", "mailbox", "email", "phone")
	p.PassOnOpen = p.Org.Value+p.PassTo.Value+p.PassWhat.Value != ""
	for _, row := range passRows[1:] {
		p.More = append(p.More, PassRow{b.line(row.to, "passon.to"), b.line(row.what, "passon.what")})
		p.PassOnOpen = p.PassOnOpen || f.Get(row.to)+f.Get(row.what) != ""
	}
	return p
}

// place puts each fault at its field.
func (p *ReportPage) place(faults []Fault) {
	p.Faults = faults
	p.Files.place(faults)
	lines := []*Line{&p.PlaceNote, &p.From, &p.To, &p.GroundOther, &p.ContactValue, &p.SafeTimes, &p.Org, &p.PassTo, &p.PassWhat}
	for i := range p.Dates {
		lines = append(lines, &p.Dates[i].Line)
	}
	for i := range p.More {
		lines = append(lines, &p.More[i].To, &p.More[i].What)
	}
	for i := range faults {
		f := &faults[i]
		if f.ID == "text" {
			p.TextFault = f
		}
		for _, line := range lines {
			if line.ID == f.ID {
				line.Fault = f
				p.PassOnOpen = p.PassOnOpen || line == &p.Org || strings.HasPrefix(line.Name, "pass_on.")
			}
		}
	}
}

// A builder makes the fields of one form. It numbers the ticks, since short ids
// save bytes on a slow line.
type builder struct {
	form     intake.Form
	taxonomy incident.Taxonomy
	n        int
}

func (b *builder) tick(name, group, code string) Option {
	b.n++
	return Option{
		ID: "o" + strconv.Itoa(b.n), Name: name, Group: group, Code: code, On: slices.Contains(b.form[name], code),
	}
}

// ticks lists the codes of the first group, with those of all groups that belong
// under them.
func (b *builder) ticks(name string, groups ...string) Options {
	kids := map[string]Options{}
	var parents []incident.Code
	for i, group := range groups {
		for _, code := range b.taxonomy.Group(group) {
			if code.AskedOf == incident.AskedReporter && i == 0 && code.Parent == "" {
				parents = append(parents, code)
			}
		}
	}
	for _, group := range groups {
		for _, code := range b.taxonomy.Group(group) {
			if code.AskedOf == incident.AskedReporter && code.Parent != "" {
				kids[code.Parent] = append(kids[code.Parent], b.code(name, code))
			}
		}
	}
	var all Options
	for _, parent := range parents {
		option := b.code(name, parent)
		option.Kids = kids[parent.Code]
		all = append(all, option)
	}
	return all
}

func (b *builder) code(name string, code incident.Code) Option {
	option := b.tick(name, code.Group, code.Code)
	option.Own = code.LabelDE
	return option
}

// choices are radio buttons for the codes of a group; preset is on if nothing was chosen.
func (b *builder) choices(name, group, preset string) []Option {
	var all []Option
	for _, code := range b.taxonomy.Group(group) {
		if code.AskedOf == incident.AskedReporter {
			all = append(all, b.code(name, code))
		}
	}
	return b.preset(all, name, preset)
}

func (b *builder) fixed(name, group, preset string, codes ...string) []Option {
	var all []Option
	for _, code := range codes {
		all = append(all, b.tick(name, group, code))
	}
	return b.preset(all, name, preset)
}

func (b *builder) preset(all []Option, name, preset string) []Option {
	if b.form.Get(name) == "" {
		for i := range all {
			all[i].On = all[i].Code == preset
		}
	}
	return all
}

func (b *builder) line(name, label string) Line {
	return Line{ID: idOf(name), Name: name, Label: label, Type: "text", Value: b.form.Get(name)}
}

// date is a date field, or one of text where somebody typed what no date field
// could show again.
func (b *builder) date(name, label string) Line {
	line := b.line(name, label)
	if day := isoDay(line.Value); day == "" || incident.ValidDay(day) {
		line.Type, line.Value = "date", day
	}
	return line
}

func (b *builder) districts(districts []District) Pick {
	const name = "place.district"
	chosen := b.form.Get(name)
	pick := Pick{ID: idOf(name), Name: name, Label: "where.district"}
	for _, d := range districts {
		pick.Options = append(pick.Options, PickOption{Code: d.ID, Text: d.Name, On: d.ID == chosen})
	}
	for _, code := range [...]string{"outside", "unknown"} {
		pick.Options = append(pick.Options, PickOption{Group: "district", Code: code, On: code == chosen})
	}
	return pick
}
