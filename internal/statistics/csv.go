package statistics

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

var csvColumns = []string{"table", "dim1", "code1", "label1", "dim2", "code2", "label2", "value", "lower", "upper"}

// writeCSV writes all tables in long form (RFC 4180): one number a row, margins with the code _total.
func writeCSV(tables []Shown, lang string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(csvColumns); err != nil {
		return nil, err
	}
	for _, t := range tables {
		for _, v := range t.Values {
			row := make([]string, 7, len(csvColumns))
			row[0] = t.ID
			for i, a := range t.Axes {
				row[1+3*i], row[2+3*i], row[3+3*i] = a.ID, v.Codes[i], harmless(a.label(lang, v.Codes[i]))
			}
			row = append(row, strconv.Itoa(v.Value), bound(v.Lower), bound(v.Upper))
			if err := w.Write(row); err != nil {
				return nil, fmt.Errorf("writing CSV: %w", err)
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func bound(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// harmless keeps a spreadsheet from taking a label for a formula: labels come from the office's files.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// writeCSVW writes the metadata of the CSV file (CSV on the Web): what each column is, and the sentences that
// must stand beside the numbers.
func writeCSVW(e Edition) ([]byte, error) {
	titles := map[string][2]string{
		"table": {"Tabelle", "Table"}, "dim1": {"Merkmal 1", "Dimension 1"}, "code1": {"Code 1", "Code 1"}, "label1": {"Ausprägung 1", "Label 1"},
		"dim2": {"Merkmal 2", "Dimension 2"}, "code2": {"Code 2", "Code 2"}, "label2": {"Ausprägung 2", "Label 2"},
		"value": {"Meldungen (gerundet)", "Reports (rounded)"}, "lower": {"mindestens", "at least"}, "upper": {"höchstens", "at most"},
	}
	columns := []any{}
	for i, name := range csvColumns {
		column := map[string]any{"name": name, "titles": name, "datatype": "string", "dc:description": texts(titles[name][0], titles[name][1])}
		if i >= 7 {
			column["datatype"] = map[string]any{"base": "integer", "minimum": 0}
			column["required"] = name == "value"
		}
		columns = append(columns, column)
	}
	return canonical(map[string]any{
		"@context": "http://www.w3.org/ns/csvw", "url": fmt.Sprintf("%d.csv", e.Year),
		"dc:title":     texts(fmt.Sprintf("Jahresstatistik %d", e.Year), fmt.Sprintf("Annual statistics %d", e.Year)),
		"dc:publisher": e.Office.Name,
		"dialect":      map[string]any{"encoding": "utf-8", "header": true, "lineTerminators": []string{"\r\n"}, "quoteChar": `"`, "delimiter": ","},
		"tableSchema":  map[string]any{"columns": columns},
		"notes": []any{map[string]any{
			"base": e.Base, "tolerance": e.Tolerance, "mode": e.Mode, "planHash": e.PlanHash, "taxonomy": e.Taxonomy,
			"countedOn": e.CountedOn, "frozenOn": e.FrozenOn, "de": e.Note["de"], "en": e.Note["en"],
		}},
	})
}
