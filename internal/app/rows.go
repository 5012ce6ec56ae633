package app

import (
	"io"
	"strings"
)

// FileFormats are how files of rows are written; csv is the first.
var FileFormats = []string{"csv", "xlsx"}

// rowWriter writes a file of rows as they come. What is written is not whole before close.
type rowWriter interface {
	// begin writes the header of a sheet with a name, of which a CSV file has one.
	begin(name string, columns []column) error
	// row writes a row, a cell for each column.
	row(cells []string) error
	close() error
}

func newRowWriter(w io.Writer, format string) rowWriter {
	if format == "xlsx" {
		return newSheetWriter(w)
	}
	return &csvFile{w: w}
}

// csvFile is a CSV file being written; no spreadsheet takes a cell of it for a formula.
type csvFile struct {
	w       io.Writer
	out     csvWriter
	columns []column
}

func (f *csvFile) begin(_ string, columns []column) error {
	f.columns = columns
	for _, c := range columns {
		f.out.text(c.name)
	}
	f.out.end()
	return nil
}

func (f *csvFile) row(cells []string) error {
	for i, text := range cells {
		if f.columns[i].number && isNumber(text) {
			f.out.cell(text)
		} else {
			f.out.text(text)
		}
	}
	f.out.end()
	return f.flush(1 << 16)
}

func (f *csvFile) close() error { return f.flush(0) }

// flush sends what was gathered if it is more than a number of bytes.
func (f *csvFile) flush(least int) error {
	if len(f.out.buf) <= least {
		return nil
	}
	_, err := f.w.Write(f.out.buf)
	f.out.buf = f.out.buf[:0]
	return err
}

// isNumber reports whether a text is digits, with a point and a minus at most: what no spreadsheet takes for a formula.
func isNumber(text string) bool {
	whole, part, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return whole != "" && strings.Trim(whole+part, "0123456789") == "" && (!point || part != "")
}
