package statistics

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	odsType     = "application/vnd.oasis.opendocument.spreadsheet"
	odsManifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + odsType + `"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`
	odsHead = xml.Header + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"><office:automatic-styles>` +
		`<style:style style:name="code" style:family="table-column"><style:table-column-properties style:column-width="4.5cm"/></style:style>` +
		`<style:style style:name="label" style:family="table-column"><style:table-column-properties style:column-width="9cm"/></style:style>` +
		`<style:style style:name="note" style:family="table-column"><style:table-column-properties style:column-width="16cm"/></style:style>` +
		`<style:style style:name="wrap" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet>`
	odsFoot = `</office:spreadsheet></office:body></office:document-content>`
)

// A sheet is written row by row.
type sheet struct{ b *strings.Builder }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

func (s sheet) text(v string) {
	fmt.Fprintf(s.b, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, escaped(v))
}

func (s sheet) number(n int) {
	if n < 0 {
		s.b.WriteString(`<table:table-cell/>`)
		return
	}
	fmt.Fprintf(s.b, `<table:table-cell office:value-type="float" office:value="%d"><text:p>%d</text:p></table:table-cell>`, n, n)
}

func (s sheet) row(write func()) {
	s.b.WriteString(`<table:table-row>`)
	write()
	s.b.WriteString(`</table:table-row>`)
}

const (
	odsNoteColumns = `<table:table-column table:style-name="note" table:default-cell-style-name="wrap"/><table:table-column table:style-name="code"/>`
	odsPairColumns = `<table:table-column table:style-name="code"/><table:table-column table:style-name="label"/>`
	odsNumbers     = `<table:table-column table:style-name="code" table:number-columns-repeated="3"/>`
)

func (s sheet) table(name, columns string, write func()) {
	fmt.Fprintf(s.b, `<table:table table:name="%s">%s`, escaped(name), columns)
	write()
	s.b.WriteString(`</table:table>`)
}

// writeODS writes a spreadsheet: a sheet of notes, then one for each table. Numbers are numbers, and there is no
// formula.
func writeODS(e Edition, tables []Shown, lang, hash string) ([]byte, error) {
	var b strings.Builder
	s := sheet{&b}
	b.WriteString(odsHead)
	words := map[string][5]string{
		"de": {"Hinweise", "Meldungen (gerundet)", "mindestens", "höchstens", "Ausgabe"},
		"en": {"Notes", "Reports (rounded)", "at least", "at most", "Edition"},
	}[lang]
	s.table(words[0], odsNoteColumns, func() {
		s.row(func() { s.text(e.Office.Name); s.number(e.Year) })
		for _, line := range e.Note[lang] {
			s.row(func() { s.text(line) })
		}
		s.row(func() { s.text(words[4]); s.text(hash) })
	})
	for _, t := range tables {
		s.table(t.ID, strings.Repeat(odsPairColumns, len(t.Axes))+odsNumbers, func() {
			s.row(func() { s.text(t.Title[lang]) })
			s.row(func() {
				for _, a := range t.Axes {
					s.text("Code")
					s.text(a.Title[lang])
				}
				s.text(words[1])
				s.text(words[2])
				s.text(words[3])
			})
			for _, v := range t.Values {
				s.row(func() {
					for i, a := range t.Axes {
						s.text(v.Codes[i])
						s.text(a.label(lang, v.Codes[i]))
					}
					s.number(v.Value)
					s.number(v.Lower)
					s.number(v.Upper)
				})
			}
		})
	}
	b.WriteString(odsFoot)
	return zipped([][2]string{{"mimetype", odsType}, {"content.xml", b.String()}, {"META-INF/manifest.xml", odsManifest}})
}

// zipped stores files one after the other with their sizes in front: readers look for the plain type at the
// start, and there is no time in it.
func zipped(files [][2]string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		size := uint64(len(f[1]))
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: f[0], Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(f[1])), CompressedSize64: size, UncompressedSize64: size,
		})
		if err != nil {
			return nil, fmt.Errorf("writing the spreadsheet: %w", err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			return nil, fmt.Errorf("writing the spreadsheet: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("writing the spreadsheet: %w", err)
	}
	return b.Bytes(), nil
}
