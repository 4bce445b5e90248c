//go:build libreoffice

package statistics

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A cell of a spreadsheet as LibreOffice understood it.
type cell struct{ kind, text, formula string }

// opened lets LibreOffice open a file and returns what it saw, sheet by sheet.
func opened(t *testing.T, name string, text []byte) (sheets map[string][][]cell) {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatalf("LibreOffice is not installed: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), office, "--headless", "--norestore", "-env:UserInstallation=file://"+dir+"/profile",
		"--convert-to", "fods", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, name))
	command.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "out", strings.TrimSuffix(name, filepath.Ext(name))+".fods"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return readFlat(t, f)
}

// readFlat reads the cells of a flat OpenDocument spreadsheet, without the empty ones at the end of a row.
func readFlat(t *testing.T, r io.Reader) map[string][][]cell {
	t.Helper()
	sheets := map[string][][]cell{}
	table, times := "", 1
	var row []cell
	var now *cell
	inText := false
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return sheets
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Name.Local] = a.Value
			}
			switch e.Name.Local {
			case "table":
				table = attr["name"]
			case "table-row":
				row = nil
			case "table-cell":
				now, times = &cell{kind: attr["value-type"], formula: attr["formula"]}, 1
				if n, err := strconv.Atoi(attr["number-columns-repeated"]); err == nil {
					times = n
				}
			case "p":
				inText = true
			}
		case xml.CharData:
			if now != nil && inText {
				now.text += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "p":
				inText = false
			case "table-cell":
				for range min(times, 20) {
					row = append(row, *now)
				}
				now = nil
			case "table-row":
				for len(row) > 0 && row[len(row)-1].kind == "" {
					row = row[:len(row)-1]
				}
				if len(row) > 0 {
					sheets[table] = append(sheets[table], row)
				}
			}
		}
	}
}

// LibreOffice takes the numbers of both files for numbers, every code and label for text, and nothing for a formula.
func TestLibreOffice(t *testing.T) {
	bundle := trickyBundle(t)
	e, _, err := ReadEdition(bundle)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := e.Tables()
	if err != nil {
		t.Fatal(err)
	}
	rows := opened(t, "statistics.csv", exported(t, bundle, "csv"))["statistics"]
	sheets := opened(t, "statistics.ods", exported(t, bundle, "ods"))
	line := 0
	for _, table := range tables {
		for i, v := range table.Values {
			line++
			if line >= len(rows) || len(sheets[table.ID]) != len(table.Values)+2 {
				t.Fatalf("%s: rows are missing: %d in the sheet", table.ID, len(sheets[table.ID]))
			}
			agrees(t, v, rows[line][len(rows[line])-3:])
			onlyText(t, rows[line][:len(rows[line])-3])
			r := sheets[table.ID][i+2]
			agrees(t, v, r[len(r)-3:])
			onlyText(t, r[:len(r)-3])
		}
	}
	if line+1 != len(rows) || line < 167 {
		t.Errorf("%d rows in LibreOffice, %d numbers in the edition", len(rows), line)
	}
	if len(sheets) != len(tables)+1 {
		t.Errorf("%d sheets, want the notes and %d tables", len(sheets), len(tables))
	}
}

func agrees(t *testing.T, v Value, row []cell) {
	t.Helper()
	for i, want := range []int{v.Value, v.Lower, v.Upper} {
		if got := row[i]; got.kind != "float" || got.text != strconv.Itoa(want) || got.formula != "" {
			t.Errorf("%s: got %+v, want the number %d", v.Cell, got, want)
		}
	}
}

func onlyText(t *testing.T, row []cell) {
	t.Helper()
	for _, c := range row {
		if c.kind != "string" && c.kind != "" || c.formula != "" {
			t.Errorf("%+v is no text", c)
		}
	}
}
