package app

import (
	"strings"
	"unicode/utf8"
)

// A spreadsheet takes a cell that begins with one of these for a formula, also when it came in a file.
const formulaMarks = "=+-@\t\r\n＝＋－＠"

// neutral writes a text so that no spreadsheet takes it for a formula: with an apostrophe in front. plainCell takes it off.
func neutral(text string) string {
	if isFormula(text) {
		return "'" + text
	}
	return text
}

// plainCell takes off the apostrophe that neutral put in front.
func plainCell(text string) string {
	if strings.HasPrefix(text, "'") && isFormula(text) {
		return text[1:]
	}
	return text
}

// isFormula reports whether the text begins as a formula, behind any apostrophes: with those counted in, what neutral
// writes is always told from what it was given.
func isFormula(text string) bool {
	text = strings.TrimLeft(text, "'")
	first, _ := utf8.DecodeRuneInString(text)
	return text != "" && strings.ContainsRune(formulaMarks, first)
}

// csvWriter writes rows of cells as RFC 4180 says, in UTF-8, with commas.
type csvWriter struct {
	buf []byte
	n   int // cells in the row so far
}

// cell adds a cell to the row.
func (w *csvWriter) cell(text string) {
	if w.n > 0 {
		w.buf = append(w.buf, ',')
	}
	w.n++
	if text == "" || !strings.ContainsAny(text, "\",;\t\r\n") && text[0] != ' ' && text[len(text)-1] != ' ' {
		w.buf = append(w.buf, text...)
		return
	}
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, strings.ReplaceAll(text, `"`, `""`)...)
	w.buf = append(w.buf, '"')
}

// text adds a cell of text, neutralised.
func (w *csvWriter) text(text string) { w.cell(neutral(text)) }

// end ends the row. A row of one empty cell would read as no row, and is written in quotes.
func (w *csvWriter) end() {
	if w.n == 1 && (len(w.buf) == 0 || w.buf[len(w.buf)-1] == '\n') {
		w.buf = append(w.buf, '"', '"')
	}
	w.buf = append(w.buf, '\n')
	w.n = 0
}

// joinList writes texts into one cell with bars between; a bar, space or backslash of their own gets a backslash in front.
func joinList(list []string) string {
	if len(list) == 1 && !strings.ContainsAny(list[0], `| \`) {
		return list[0]
	}
	var b strings.Builder
	for i, text := range list {
		if i > 0 {
			b.WriteByte('|')
		}
		for _, c := range []byte(text) {
			if c == '|' || c == ' ' || c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// splitList cuts a cell into its texts, at any of the marks that has no backslash in front; blanks are left out.
func splitList(cell, marks string) []string {
	if !strings.ContainsAny(cell, marks+`\`) {
		if cell == "" {
			return nil
		}
		return []string{cell}
	}
	var out []string
	var b []byte
	flush := func() {
		if text := string(b); text != "" {
			out = append(out, text)
		}
		b = b[:0]
	}
	for i := 0; i < len(cell); i++ {
		switch c := cell[i]; {
		case c == '\\' && i+1 < len(cell) && strings.IndexByte(`| \`, cell[i+1]) >= 0:
			i++
			b = append(b, cell[i])
		case strings.IndexByte(marks, c) >= 0:
			flush()
		default:
			b = append(b, c)
		}
	}
	flush()
	return out
}

const (
	serialMarks = " |\t\r\n"
	listMarks   = "|,;"
)
