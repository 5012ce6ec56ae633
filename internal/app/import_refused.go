package app

import (
	"io"
	"slices"
)

// RefusedFile writes refused rows as a file with their original columns and the columns x-line, x-field, x-code, x-reason
// and x-row. Import passes those over, so that a corrected file can be given again as it is.
type RefusedFile struct {
	out   rowWriter
	cells []int // which of the row's cells are written
	ref   int   // the reference column, where the key of a row without one is written; -1 for none
}

var refusedColumns = []string{"x-line", "x-field", "x-code", "x-reason", "x-row"}

// NewRefusedFile begins the file, in one of FileFormats, with its header. What was said of the columns' meaning has to be said again
// when it is imported.
func NewRefusedFile(w io.Writer, format, kind string, names []string, said map[string]string) (*RefusedFile, error) {
	f := &RefusedFile{out: newRowWriter(w, format), ref: -1}
	t := tables[kind]
	var columns []column
	for i, name := range names {
		normal := normalName(name)
		if slices.Contains(refusedColumns, normal) {
			continue
		}
		at := t.find(name, said)
		if at >= 0 && t.columns[at].name == "reference" {
			f.ref = len(f.cells)
		}
		f.cells = append(f.cells, i)
		columns = append(columns, column{name: name, number: at >= 0 && t.columns[at].number})
	}
	if _, has := t.at["reference"]; has && f.ref < 0 {
		f.ref = len(f.cells)
		f.cells, columns = append(f.cells, -1), append(columns, column{name: "reference"})
	}
	for _, name := range refusedColumns {
		columns = append(columns, column{name: name, number: name == "x-line"})
	}
	return f, f.out.begin(kind, columns)
}

// Add writes a row.
func (f *RefusedFile) Add(r Refusal) error {
	row := make([]string, 0, len(f.cells)+len(refusedColumns))
	for i, at := range f.cells {
		cell := ""
		if at >= 0 && at < len(r.Cells) {
			cell = r.Cells[at]
		}
		if i == f.ref && cell == "" {
			cell = r.Key
		}
		row = append(row, plainCell(cell))
	}
	return f.out.row(append(row, itoa(r.Line), r.Field, r.Code, r.Reason, r.Raw))
}

// Close ends the file.
func (f *RefusedFile) Close() error { return f.out.close() }
