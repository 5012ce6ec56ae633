package app

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"clew/internal/stock"
)

const (
	// maxSheetRows and maxSheetCell are how much Excel takes: rows of a sheet, and characters of a cell.
	maxSheetRows = 1_048_576
	maxSheetCell = 32_767
	// exactDigits is how many digits of a number a spreadsheet keeps.
	exactDigits = 15

	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainName = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relsName = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packName = `http://schemas.openxmlformats.org/package/2006/`
)

// The styles of cells, by their places in sheetStyles: text that stays text when it is edited, days, and names of columns.
const (
	styleText   = "1"
	styleDay    = "2"
	styleHeader = "3"
	sheetStyles = `<styleSheet ` + mainName + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="49" fontId="1" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`
)

// sheetWriter writes an Excel workbook row by row, straight into the zip that it is: nothing but a buffer is held. The parts that list
// the sheets come last.
type sheetWriter struct {
	out     *bufio.Writer
	zip     *zip.Writer
	part    io.Writer
	columns []column
	names   []string // of the sheets
	rows    int
	buf     bytes.Buffer // the row
}

func newSheetWriter(w io.Writer) *sheetWriter {
	out := bufio.NewWriterSize(w, 1<<16)
	return &sheetWriter{out: out, zip: zip.NewWriter(out)}
}

func (w *sheetWriter) begin(name string, columns []column) error {
	if err := w.endSheet(); err != nil {
		return err
	}
	w.names, w.columns, w.rows = append(w.names, name), columns, 0
	var err error
	if w.part, err = w.zip.Create("xl/worksheets/sheet" + itoa(len(w.names)) + ".xml"); err != nil {
		return err
	}
	w.buf.WriteString(xmlHead + `<worksheet ` + mainName + `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range columns {
		at := itoa(i + 1)
		w.buf.WriteString(`<col min="` + at + `" max="` + at + `" width="` + itoa(max(len(c.name)+2, 12)) + `" style="` + styleOf(c) + `" customWidth="1"/>`)
	}
	w.buf.WriteString(`</cols><sheetData>`)
	w.beginRow()
	for i, c := range columns {
		w.text(i, c.name, styleHeader)
	}
	return w.endRow()
}

func styleOf(c column) string {
	switch {
	case c.number:
		return "0"
	case c.date && c.name != "occurred_at":
		return styleDay
	}
	return styleText
}

func (w *sheetWriter) beginRow() {
	w.rows++
	w.buf.WriteString(`<row r="` + itoa(w.rows) + `">`)
}

func (w *sheetWriter) endRow() error {
	w.buf.WriteString(`</row>`)
	_, err := w.buf.WriteTo(w.part)
	return err
}

func (w *sheetWriter) row(cells []string) error {
	if w.rows >= maxSheetRows {
		return stock.Errorf(stock.TooLarge, stock.CodeTooMany, "format", "a sheet of a workbook has at most %d rows: write the file as CSV", maxSheetRows)
	}
	w.beginRow()
	for i, text := range cells {
		c := w.columns[i]
		switch number, day := c.number && isExact(text), c.date && len(text) == len(time.DateOnly); {
		case text == "":
		case len(text) > maxSheetCell && utf8.RuneCountInString(text) > maxSheetCell:
			return stock.Errorf(stock.TooLarge, stock.CodeTooLong, c.name, "a cell of a workbook has at most %d characters: write the file as CSV", maxSheetCell)
		case number:
			w.value(i, text, "0")
		case day && dayNumber(text) > 60: // Excel counts a 29 February 1900 until then
			w.value(i, itoa(dayNumber(text)), styleOf(c))
		case strings.HasPrefix(text, "'"):
			w.text(i, neutral(text), styleText) // a text is no formula here, but import takes an apostrophe off what looks neutralised
		default:
			w.text(i, text, styleText)
		}
	}
	return w.endRow()
}

func (w *sheetWriter) value(i int, number, style string) {
	w.buf.WriteString(`<c r="` + cellName(i, w.rows) + `" s="` + style + `"><v>` + number + `</v></c>`)
}

func (w *sheetWriter) text(i int, text, style string) {
	w.buf.WriteString(`<c r="` + cellName(i, w.rows) + `" s="` + style + `" t="inlineStr"><is><t xml:space="preserve">`)
	xml.EscapeText(&w.buf, []byte(text)) // a buffer takes all
	w.buf.WriteString(`</t></is></c>`)
}

// isExact reports whether a number comes back from a spreadsheet as it was written.
func isExact(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if !isNumber(text) || len(digits) > exactDigits || strings.Contains(digits, ".") && strings.HasSuffix(digits, "0") {
		return false
	}
	return len(digits) == 1 || digits[0] != '0' || digits[1] == '.'
}

// dayNumber is a day as spreadsheets count it; 0 for none.
func dayNumber(text string) int {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0
	}
	return int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}

func (w *sheetWriter) endSheet() error {
	if w.part == nil {
		return nil
	}
	_, err := io.WriteString(w.part, `</sheetData></worksheet>`)
	return err
}

// close writes the parts that list the sheets, and ends the file.
func (w *sheetWriter) close() error {
	if err := w.endSheet(); err != nil {
		return err
	}
	var types, sheets, rels strings.Builder
	for i, name := range w.names {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)
		sheets.WriteString(`<sheet name="` + name + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="` + relsName + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	rels.WriteString(`<Relationship Id="rId` + strconv.Itoa(len(w.names)+1) + `" Type="` + relsName + `/styles" Target="styles.xml"/>`)
	for _, part := range [][2]string{
		{"xl/styles.xml", sheetStyles},
		{"xl/workbook.xml", `<workbook ` + mainName + ` xmlns:r="` + relsName + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packName + `relationships">` + rels.String() + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + packName + `relationships"><Relationship Id="rId1" Type="` + relsName + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + packName + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
	} {
		out, err := w.zip.Create(part[0])
		if err == nil {
			_, err = io.WriteString(out, xmlHead+part[1])
		}
		if err != nil {
			return err
		}
	}
	if err := w.zip.Close(); err != nil {
		return err
	}
	return w.out.Flush()
}
