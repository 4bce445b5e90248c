package statistics

import (
	"bytes"
	"fmt"
	"html/template"
	"strconv"
)

// councilWords are what the summary for the council says around the numbers.
type councilWords struct {
	Lang, Title, For, Say, Did, Needs, Next, Here, Base, Numbers, Method, Errata, Signed, Source string
	Rows, Number, Between                                                                        string
}

func councilTexts(lang string) councilWords {
	if lang == "en" {
		return councilWords{
			"en", "Reported discrimination", "Summary for the council", "In short", "What the office did",
			"What is needed", "What is planned", "Words of the office", "Based on %d reports", "Numbers", "What the numbers mean", "Corrections",
			"Frozen and signed on", "Source", "Entry", "Reports (rounded)", "true number between",
		}
	}
	return councilWords{
		"de", "Gemeldete Diskriminierung", "Zusammenfassung für den Gemeinderat", "Das Wichtigste in Kürze", "Was die Stelle getan hat",
		"Was gebraucht wird", "Was geplant ist", "Worte der Stelle", "Grundlage: %d Meldungen", "Zahlen", "Was die Zahlen bedeuten", "Berichtigungen",
		"Fest und unterschrieben seit", "Quelle", "Angabe", "Meldungen (gerundet)", "genaue Zahl zwischen",
	}
}

// A councilTable is a published table: a row for each number, or with two axes a row and a column for each code.
type councilTable struct {
	Title, Base string
	Several     string
	Across      []string
	Rows        []councilRow
}

type councilRow struct {
	Name  string
	Cells []string
}

// Council writes the summary of an edition for the council: a page of its own to print or to complete in a word
// processor, with the tables, the sentences that must stand under them, and places for the office's words. Lang
// is de or en. Tables that were withdrawn are left out.
func Council(p Published, lang string) ([]byte, error) {
	w := councilTexts(lang)
	e := p.Edition
	tables, err := e.Tables()
	if err != nil {
		return nil, err
	}
	page := struct {
		W        councilWords
		Office   string
		Year     int
		Total    string
		FrozenOn string
		Hash     string
		Note     []string
		Errata   []string
		Tables   []councilTable
	}{W: w, Office: e.Office.Name, Year: e.Year, FrozenOn: e.FrozenOn, Hash: p.Hash(), Note: e.Note[w.Lang]}
	if n, counted := e.Cells["*"]; counted {
		page.Total = fmt.Sprintf(w.Base, n)
	}
	for _, line := range p.Errata {
		page.Errata = append(page.Errata, line.Day+": "+line.Text[w.Lang])
	}
	several := map[string]string{"de": mentionsDE, "en": mentionsEN}[w.Lang]
	for _, t := range tables {
		if p.Withdrawn(t.ID) {
			continue
		}
		out := councilTable{Title: t.Title[w.Lang], Base: fmt.Sprintf(w.Base, t.Base)}
		if t.Several {
			out.Several = several
		}
		if out.Across = []string{w.Number, w.Between}; len(t.Axes) == 1 {
			out.Rows = t.rows(w.Lang)
		} else {
			out.Across, out.Rows = t.grid(w.Lang)
		}
		page.Tables = append(page.Tables, out)
	}
	var b bytes.Buffer
	if err := councilPage().Execute(&b, page); err != nil {
		return nil, fmt.Errorf("writing the summary for the council: %w", err)
	}
	return b.Bytes(), nil
}

func rangeOf(v Value) string {
	if v.Lower < 0 {
		return ""
	}
	return fmt.Sprintf("%d–%d", v.Lower, v.Upper)
}

// rows puts each number of a table of one axis in a row, with its interval.
func (t Shown) rows(lang string) []councilRow {
	var rows []councilRow
	for i, v := range t.Values {
		rows = append(rows, councilRow{t.Axes[0].Labels[lang][i], []string{strconv.Itoa(v.Value), rangeOf(v)}})
	}
	return rows
}

// grid puts a table of two axes in rows and columns, the longer axis downwards: a sheet of paper is narrow.
func (t Shown) grid(lang string) (across []string, rows []councilRow) {
	down, right := t.Axes[0], t.Axes[1]
	wide := len(right.Codes)
	at := func(i, j int) Value { return t.Values[i*wide+j] }
	if len(right.Codes) > len(down.Codes) {
		down, right = right, down
		at = func(i, j int) Value { return t.Values[j*wide+i] }
	}
	for i, label := range down.Labels[lang] {
		r := councilRow{Name: label}
		for j := range right.Codes {
			r.Cells = append(r.Cells, strconv.Itoa(at(i, j).Value))
		}
		rows = append(rows, r)
	}
	return right.Labels[lang], rows
}

// councilPage is one file that needs no other: it leaves the house.
func councilPage() *template.Template {
	return template.Must(template.New("council").Parse(`<!DOCTYPE html>
<html lang="{{.W.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.W.Title}} {{.Year}}: {{.W.For}}</title>
<style>
@page { size: A4; margin: 20mm; }
body { font: 11pt/1.45 sans-serif; margin: 1rem auto; max-width: 42rem; padding: 0 1rem; color: #111; background: #fff; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0 .25rem; }
caption { text-align: start; font-weight: bold; padding-bottom: .25rem; break-after: avoid; }
th, td { border-bottom: 1px solid #999; padding: .2rem .4rem; vertical-align: top; }
th { text-align: start; font-weight: normal; } thead th { font-weight: bold; }
td, thead th + th { text-align: end; white-space: nowrap; }
.wide { font-size: .75rem; } .wide caption { font-size: 11pt; } .wide thead th + th { white-space: normal; hyphens: auto; vertical-align: bottom; }
tr, .words { break-inside: avoid; } thead { display: table-header-group; }
.words { border: 1px dashed #555; min-height: 6rem; padding: .5rem .75rem; color: #444; }
.small { font-size: .85rem; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>{{.W.Title}} {{.Year}}</h1>
<p>{{.W.For}} · {{.Office}}</p>
{{with .Total}}<p><strong>{{.}}</strong></p>
{{end}}{{if .Errata}}<h2>{{.W.Errata}}</h2>
<ul>{{range .Errata}}<li>{{.}}</li>{{end}}</ul>
{{end}}<h2>{{.W.Say}}</h2>
<div class="words">[{{.W.Here}}]</div>
<h2>{{.W.Did}}</h2>
<div class="words">[{{.W.Here}}]</div>
<h2>{{.W.Numbers}}</h2>
{{$w := .W}}{{range .Tables}}<table{{if gt (len .Across) 2}} class="wide"{{end}}>
<caption>{{.Title}} ({{.Base}})</caption>
<thead><tr><th scope="col">{{$w.Rows}}</th>{{range .Across}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr><th scope="row">{{.Name}}</th>{{range .Cells}}<td>{{.}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
{{with .Several}}<p class="small">{{.}}</p>
{{end}}{{end}}<h2>{{.W.Method}}</h2>
<ul>{{range .Note}}<li>{{.}}</li>
{{end}}</ul>
<h2>{{.W.Needs}}</h2>
<div class="words">[{{.W.Here}}]</div>
<h2>{{.W.Next}}</h2>
<div class="words">[{{.W.Here}}]</div>
<p class="small">{{.W.Signed}} {{.FrozenOn}}. {{.W.Source}}: {{.Office}}, SHA-256 {{.Hash}}</p>
</main>
</body>
</html>
`))
}
