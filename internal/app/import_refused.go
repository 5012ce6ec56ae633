package app

import (
	"io"
	"slices"

	"clew/internal/stock"
)

// RefusedFile writes refused rows as a file with their original columns and the columns x-line, x-field, x-code, x-reason
// and x-row. Import passes those over, so that a corrected file can be given again as it is.
type RefusedFile struct {
	w      io.Writer
	out    csvWriter
	cells  []int // which of the row's cells are written
	number []bool
	ref    int // the reference column, where the key of a row without one is written; -1 for none
}

var refusedColumns = []string{"x-line", "x-field", "x-code", "x-reason", "x-row"}

// NewRefusedFile begins the file with its header. What was said of the columns' meaning has to be said again when it is imported.
func NewRefusedFile(w io.Writer, kind string, names []string, said map[string]string) (*RefusedFile, error) {
	f := &RefusedFile{w: w, ref: -1}
	t := tables[kind]
	for i, name := range names {
		normal := normalName(name)
		if slices.Contains(refusedColumns, normal) {
			continue
		}
		at := t.find(name, said)
		ok := at >= 0
		if ok && t.columns[at].name == "reference" {
			f.ref = len(f.cells)
		}
		f.cells = append(f.cells, i)
		f.number = append(f.number, ok && t.columns[at].number)
		f.out.text(name)
	}
	if _, has := t.at["reference"]; has && f.ref < 0 {
		f.ref = len(f.cells)
		f.cells, f.number = append(f.cells, -1), append(f.number, false)
		f.out.text("reference")
	}
	for _, name := range refusedColumns {
		f.out.text(name)
	}
	return f, f.flush()
}

// Add writes a row.
func (f *RefusedFile) Add(r Refusal) error {
	for i, at := range f.cells {
		cell := ""
		if at >= 0 && at < len(r.Cells) {
			cell = r.Cells[at]
		}
		if i == f.ref && cell == "" {
			cell = r.Key
		}
		if _, err := stock.ParseQuantity(cell); f.number[i] && err == nil {
			f.out.cell(cell)
		} else {
			f.out.text(plainCell(cell))
		}
	}
	f.out.cell(itoa(r.Line))
	f.out.text(r.Field)
	f.out.text(r.Code)
	f.out.text(r.Reason)
	f.out.text(r.Raw)
	return f.flush()
}

func (f *RefusedFile) flush() error {
	f.out.end()
	_, err := f.w.Write(f.out.buf)
	f.out.buf = f.out.buf[:0]
	return err
}
