package publicweb

import (
	"strings"
	"unicode/utf8"
)

// Bars are a drawing of one column of a table: for each row a bar to the rounded
// number and a line over the interval of the true one. Lengths are units of the
// drawing. All geometry stands in attributes, since the page has no inline style.
type Bars struct {
	Width, Height int
	Start         int // where words begin
	Rows          []Bar
}

// A Bar is one row of a drawing.
type Bar struct {
	Name                   Words
	Value                  int
	X, Y, Width            int
	TextY, NumberX, MidY   int
	LineFrom, LineTo, TopY int
	Bottom                 int
	Range                  bool
}

const (
	chartWidth = 640
	chartRoom  = 70 // beside the longest bar, for its number
	barHeight  = 16
	barStep    = 56
)

// bars draws the rows. On a page that is read from the right the axis is
// mirrored.
func bars(rows []FigureRow, right bool) *Bars {
	most := 1
	for _, r := range rows {
		most = max(most, r.Cells[0].Value, r.Cells[0].Upper)
	}
	scale := func(n int) int { return max(0, n) * (chartWidth - chartRoom) / most }
	b := &Bars{Width: chartWidth, Height: barStep * len(rows)}
	if right {
		b.Start = chartWidth
	}
	for i, r := range rows {
		f := r.Cells[0]
		y := i*barStep + 30
		bar := Bar{
			Name: r.Name, Value: f.Value, Y: y, Width: scale(f.Value), TextY: y - 8, MidY: y + barHeight/2, TopY: y + 3,
			Bottom: y + barHeight - 3, LineFrom: scale(f.Lower), LineTo: scale(f.Upper), NumberX: max(scale(f.Value), scale(f.Upper)) + 8,
			Range: f.Range(),
		}
		if right {
			bar.X = chartWidth - bar.Width
			bar.LineFrom, bar.LineTo, bar.NumberX = chartWidth-bar.LineFrom, chartWidth-bar.LineTo, chartWidth-bar.NumberX
		}
		b.Rows = append(b.Rows, bar)
	}
	return b
}

// A HeatMap is a drawing of a table with two axes: a square for each cell, the
// darker the higher the number, which stands in it.
type HeatMap struct {
	Width, Height int
	Start         int
	Head          []HeatHead
	Rows          []HeatRow
}

// A HeatHead is a line of the name of a column.
type HeatHead struct {
	X, Y int
	Text string
}

// A HeatRow is one row of squares.
type HeatRow struct {
	Name  Words
	TextY int
	Cells []HeatCell
}

// A HeatCell is one square. Shade is a hundredth of full colour.
type HeatCell struct {
	X, Y, Width, Height int
	TextX, TextY        int
	Shade               string
	Value               int
}

const (
	heatHeight  = 30
	heatStep    = 58
	heatLine    = 15 // of a column's name
	heatLetters = 13 // of a line that fits over a square
)

// heatMap draws the rows without their margins, under the names of the columns.
func heatMap(head []Words, rows []FigureRow, right bool) *HeatMap {
	most := 1
	for _, r := range rows {
		for _, f := range r.Cells[1:] {
			most = max(most, f.Value)
		}
	}
	m := &HeatMap{Width: chartWidth}
	if right {
		m.Start = chartWidth
	}
	top := m.name(head[1:], right)
	m.Height = top + heatStep*len(rows)
	for i, r := range rows {
		y := top + i*heatStep + 20
		row := HeatRow{Name: r.Name, TextY: y - 5}
		wide := chartWidth / max(1, len(r.Cells)-1)
		for j, f := range r.Cells[1:] {
			x := j * wide
			if right {
				x = chartWidth - x - wide
			}
			row.Cells = append(row.Cells, HeatCell{
				X: x + 1, Y: y, Width: wide - 2, Height: heatHeight, TextX: x + wide/2, TextY: y + heatHeight - 9,
				Shade: shades[f.Value*(len(shades)-1)/most], Value: f.Value,
			})
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// name writes the names of the columns and gives the room that they take.
func (m *HeatMap) name(head []Words, right bool) int {
	most := 0
	for j, words := range head {
		wide := chartWidth / len(head)
		x := j*wide + wide/2
		if right {
			x = chartWidth - x
		}
		lines := broken(words.Text, heatLetters)
		most = max(most, len(lines))
		for n, line := range lines {
			m.Head = append(m.Head, HeatHead{x, (n + 1) * heatLine, line})
		}
	}
	return most*heatLine + 10
}

// broken breaks words into lines of so many letters; a longer word stands alone.
func broken(text string, letters int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && utf8.RuneCountInString(lines[n-1])+1+utf8.RuneCountInString(word) <= letters {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// shades stay so light that the number in front of them can be read.
var shades = [...]string{"0.02", "0.08", "0.14", "0.2", "0.26"}
