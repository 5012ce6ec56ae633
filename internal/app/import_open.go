package app

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"clew/internal/stock"
)

// sheet is a file of rows being read, whatever it is written in.
type sheet interface {
	// next reads a row; io.EOF when there is none.
	next() (csvRecord, error)
	// setWidth says how many cells each row has, once the header is known.
	setWidth(int)
	// ahead shows the rows that are left, and stays where it is.
	ahead(see func(csvRecord)) error
	// bytes is how much of the file was read.
	bytes() int64
	close()
}

func (r *csvReader) bytes() int64   { return r.seen }
func (r *csvReader) setWidth(n int) { r.width = n }

func (r *csvReader) close() {
	if r.spool != nil {
		r.spool.Close()
	}
}

// openSheet finds out what a file is written in and which columns it has.
func openSheet(file io.Reader, t *table, o Import, known knownColumns) (_ sheet, _ *header, err error) {
	in := newCSVReader(file)
	start, err := in.in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	var s sheet = in
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		if bytes.Contains(start, []byte("opendocument.spreadsheet")) {
			return nil, nil, badWorkbook("the file is an OpenDocument sheet (.ods): save it as .xlsx or as CSV UTF-8")
		}
		if s, err = openWorkbook(file, in.in, t.kind, o.Sheet); err != nil {
			return nil, nil, err
		}
	case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return nil, nil, badWorkbook("the file is an old workbook (.xls) or protected by a password: save it as .xlsx without one, or as CSV UTF-8")
	case looksLikeMarkup(start):
		return nil, nil, badWorkbook("the file is a web page or XML, whatever its name says: open it in a spreadsheet and save it as .xlsx or as CSV UTF-8")
	default:
		if err := in.dialect(start, t, known); err != nil {
			return nil, nil, err
		}
	}
	h, err := readHeader(s, t, o, known)
	if err != nil {
		s.close()
		return nil, nil, err
	}
	return s, h, nil
}

func looksLikeMarkup(start []byte) bool {
	text := strings.ToLower(string(bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")))))
	for _, mark := range []string{"<!doctype", "<html", "<?xml", "<table", "<head", "<meta"} {
		if strings.HasPrefix(text, mark) {
			return true
		}
	}
	return false
}

// dialect finds out how text is written: its characters and what separates its cells.
func (r *csvReader) dialect(start []byte, t *table, known knownColumns) error {
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		r.in.Discard(3)
		r.letters = lettersUTF8
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		r.readUTF16()
	}
	return chooseComma(r, t, known)
}

// readHeader finds the columns in the first row that has any text.
func readHeader(s sheet, t *table, o Import, known knownColumns) (*header, error) {
	rec, err := s.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "", "the file is empty: its first row names the columns")
	case err != nil:
		return nil, err
	case rec.fault != nil:
		return nil, stock.Errorf(rec.fault.Kind, rec.fault.Code, "", "line %d, the header: %s", rec.line, rec.fault.Detail)
	case len(rec.cells) > maxCells:
		return nil, stock.Errorf(stock.TooLarge, stock.CodeTooMany, "", "the header has more than %d columns", maxCells)
	}
	said, from := known.of(rec.cells)
	h, fault := t.header(rec.cells, said)
	if fault != nil {
		if second, err := s.next(); err == nil && second.fault == nil && len(second.cells) <= maxCells {
			if _, worse := t.header(second.cells, o.Map); worse == nil {
				return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, "", "the columns are named in row %d: take off what stands above it, so that the file has one header", second.line)
			}
		}
		return nil, known.explain(fault, rec.cells, from)
	}
	s.setWidth(len(rec.cells))
	h.dates, h.said, h.from = o.Dates, said, from
	h.evidence.ahead = s.ahead
	return h, nil
}

// chooseComma takes comma, semicolon, tab or bar for what separates cells: the one by which the header has most names that are
// known. A first line sep=; as Excel writes it decides.
func chooseComma(r *csvReader, t *table, known knownColumns) error {
	var line []byte
	for len(trimBreak(line)) == 0 {
		next, err := r.readLine()
		if errors.Is(err, io.EOF) {
			return nil // said by who reads the header
		}
		if err != nil {
			return err
		}
		line = bytes.Clone(next)
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(trimBreak(line)), "sep="); ok && len(rest) == 1 {
		r.comma = rest[0]
		return nil
	}
	best := -1
	text, _ := r.letters.read([]byte(trimBreak(line)))
	for _, comma := range []byte{',', ';', '\t', '|'} {
		var names []string
		for cell := range strings.SplitSeq(text, string(comma)) {
			names = append(names, strings.Trim(strings.TrimSpace(cell), `"`))
		}
		said, _ := known.of(names)
		n := 0
		for _, name := range names {
			if at := t.find(name, said); at >= 0 || at == cellIgnored {
				n++
			}
		}
		if n > best {
			best, r.comma = n, comma
		}
	}
	r.pending = append([][]byte{line}, r.pending...)
	r.line--
	return nil
}
