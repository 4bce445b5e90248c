package publicweb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/statistics"
)

// A FigureYear is an edition as a page shows it. All numbers are published ones.
type FigureYear struct {
	Year      int
	Total     Figure
	Counted   bool // false: so few reports that no number is published
	FrozenOn  string
	Note      []string
	NoteLang  string // where the note is in another language than the page
	Tables    []FigureTable
	Dropped   []Words // titles of tables with too few reports
	Withdrawn []Words
	Errata    []FigureErratum
	Files     []string
	Others    []FigureOther
	Hash      string
	Key       string
}

// A FigureOther is the published total of another year.
type FigureOther struct {
	Year  int
	Total Figure
}

// A FigureErratum is what was said about the edition later.
type FigureErratum struct {
	Day  string
	Text Words
}

// Words are a text, and its language where that is not the page's.
type Words struct{ Text, Lang string }

// A Figure is a rounded number and the interval of the true one.
type Figure struct{ Value, Lower, Upper int }

// Range says whether there is an interval.
func (f Figure) Range() bool { return f.Lower >= 0 }

// A FigureTable is a table, and the drawing under it.
type FigureTable struct {
	ID      string
	Title   Words
	Base    int
	Head    []Words // of the columns of a table with two axes; empty else
	Rows    []FigureRow
	Bars    *Bars
	HeatMap *HeatMap
}

// A FigureRow is one line of a table.
type FigureRow struct {
	Name  Words
	Cells []Figure
}

// yearPage builds the page of a year in the language of the request.
func (s *Site) yearPage(c *gin.Context, p statistics.Published) (FiguresPage, error) {
	v := phrasing{s: s, lang: s.lang(c)}
	e := p.Edition
	y := &FigureYear{
		Year: e.Year, FrozenOn: e.FrozenOn, Hash: p.Hash(), Key: e.PublicKey(), Counted: len(e.Cells) > 0,
		Total: total(e), Note: e.Note[v.source()], NoteLang: v.foreign(),
	}
	if err := v.note(y, e); err != nil {
		return FiguresPage{}, err
	}
	for _, f := range formats {
		if !f.listed && (f.name != errataFile || len(p.Errata) == 0) {
			continue
		}
		y.Files = append(y.Files, strconv.Itoa(e.Year)+f.Suffix)
	}
	for _, line := range p.Errata {
		y.Errata = append(y.Errata, FigureErratum{line.Day, v.of(line.Text)})
	}
	if err := v.tables(y, p); err != nil {
		return FiguresPage{}, err
	}
	years, err := s.Figures.years(c.Request.Context())
	if err != nil {
		return FiguresPage{}, err
	}
	for _, year := range years {
		other, err := s.Figures.year(c.Request.Context(), year)
		if err == nil && len(other.Edition.Cells) > 0 && year != e.Year {
			y.Others = append(y.Others, FigureOther{year, total(other.Edition)})
		}
	}
	return FiguresPage{Years: years, Year: y}, nil
}

// note says what the edition's note says in the page's own language, where the
// edition speaks another one. In Leichte Sprache too: it is easier than what was
// signed.
func (v phrasing) note(y *FigureYear, e statistics.Edition) error {
	if v.lang == "de" || v.lang == "en" {
		return nil
	}
	keys, err := e.Sentences()
	if err != nil || len(keys) == 0 {
		return err
	}
	l := v.s.Pages.Locale(v.lang)
	y.Note, y.NoteLang = nil, ""
	for _, key := range keys {
		y.Note = append(y.Note, l.T("stat.note."+key, "Base", e.Base, "Off", e.Tolerance))
	}
	return nil
}

func total(e statistics.Edition) Figure {
	n := e.Cells["*"]
	if e.Mode != statistics.ModeJoint {
		return Figure{n, -1, -1}
	}
	return Figure{n, max(0, n-e.Tolerance), n + e.Tolerance}
}

// phrasing turns codes into words of a language.
type phrasing struct {
	s    *Site
	lang string
}

// source is which of the two languages of an edition a page falls back on.
func (v phrasing) source() string {
	if v.lang == "de" || v.lang == "de-simple" {
		return "de"
	}
	return "en"
}

// foreign is that language where it is not the page's own.
func (v phrasing) foreign() string {
	if source := v.source(); source != v.lang && v.lang != "de-simple" {
		return source
	}
	return ""
}

func (v phrasing) of(text map[string]string) Words { return Words{text[v.source()], v.foreign()} }

// words are the page's own under a key, in a language that the edition does not
// speak, as long as what was signed in German is what the locale translates: an
// office with other words is never mistranslated.
func (v phrasing) words(key, german string, signed Words) Words {
	l := v.s.Pages.Locale(v.lang)
	if v.lang != v.source() && l.Has(key) && v.s.Pages.Locale("de").T(key) == german {
		return Words{Text: l.T(key)}
	}
	return signed
}

func (v phrasing) title(id string, text map[string]string) Words {
	return v.words("stat.table."+id, text["de"], v.of(text))
}

// groups are the dimensions whose codes the form has words for.
var groups = map[string]string{"ground": "ground", "area": "life_area", "subtype": "racism_subtype", "role": "reporter_role"}

// code names a code of an axis: where the edition does not speak the page's language
// as the form does, or as the locale does; else as the edition was signed.
func (v phrasing) code(a statistics.ShownAxis, year, i int) Words {
	l := v.s.Pages.Locale(v.lang)
	code := a.Codes[i]
	if code == statistics.Total {
		return Words{Text: l.T("stat.all")}
	}
	if a.ID == "month" {
		return Words{Text: l.Month(fmt.Sprintf("%04d-%s", year, strings.TrimPrefix(code, "m")))}
	}
	if key := groups[a.Dim] + "." + code; v.lang != v.source() && l.Has(key) {
		return Words{Text: l.T(key)}
	}
	return v.words("stat.code."+a.Dim+"."+code, a.Labels["de"][i], Words{a.Labels[v.source()][i], v.foreign()})
}

// tables shows what is shown, and names what is not.
func (v phrasing) tables(y *FigureYear, p statistics.Published) error {
	shown, err := p.Edition.Tables()
	if err != nil {
		return err
	}
	plan, err := p.Edition.Titles()
	if err != nil {
		return err
	}
	for _, id := range p.Edition.Dropped {
		y.Dropped = append(y.Dropped, v.title(id, plan[id]))
	}
	for _, t := range shown {
		if p.Withdrawn(t.ID) {
			y.Withdrawn = append(y.Withdrawn, v.title(t.ID, t.Title))
			continue
		}
		y.Tables = append(y.Tables, v.table(t, y.Year))
	}
	return nil
}

func (v phrasing) table(t statistics.Shown, year int) FigureTable {
	out := FigureTable{ID: t.ID, Title: v.title(t.ID, t.Title), Base: t.Base}
	wide := 1
	if len(t.Axes) == 2 {
		wide = len(t.Axes[1].Codes)
		for i := range t.Axes[1].Codes {
			out.Head = append(out.Head, v.code(t.Axes[1], year, i))
		}
	}
	for i, cells := range slices.Collect(slices.Chunk(t.Values, wide)) {
		row := FigureRow{Name: v.code(t.Axes[0], year, i)}
		for _, cell := range cells {
			row.Cells = append(row.Cells, Figure{cell.Value, cell.Lower, cell.Upper})
		}
		out.Rows = append(out.Rows, row)
	}
	right := v.s.Pages.Locale(v.lang).Dir == "rtl"
	switch {
	case wide > 1:
		out.HeatMap = heatMap(out.Head, out.Rows[1:], right)
	case t.Axes[0].Dim == "ground" || t.Axes[0].Dim == "area" || t.Axes[0].Dim == "month":
		out.Bars = bars(out.Rows[1:], right)
	}
	return out
}
