package app

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"clew/internal/stock"
)

const (
	// maxRow is how long one line of a file may be: a million serial numbers fit.
	maxRow = 24 << 20
	// maxQuoted is how long a row may be that goes on over several lines, and so how far a stray quote is followed.
	maxQuoted = 1 << 20
	// maxRaw is how much of a row that cannot be read is shown.
	maxRaw = 32 << 10
	// maxCells is how many columns a file may have.
	maxCells = 500
)

// csvReader reads a CSV file row by row in bounded memory. A row that cannot be read is an error of its first line alone:
// reading goes on at the next line, so that a stray quote does not eat the rest of the file.
type csvReader struct {
	in      *bufio.Reader
	comma   byte
	letters letters
	width   int // how many cells each row must have; 0 before the header is known

	line    int      // the line that was read last, from 1
	pending [][]byte // lines that were read ahead and given back
	parts   csvRow
	seen    int64    // bytes
	spool   *os.File // the rest of the file, once it was read ahead
}

// csvRecord is one row as it was read: its cells, or why there are none.
type csvRecord struct {
	line  int
	sheet string     // of a workbook
	kinds []cellKind // of a workbook's cells
	raw   string     // the text of a row that cannot be read
	cells []string
	fault *stock.Error
}

// kind says what a cell holds.
func (r *csvRecord) kind(i int) cellKind {
	if i < len(r.kinds) {
		return r.kinds[i]
	}
	return cellText
}

func newCSVReader(in io.Reader) *csvReader {
	return &csvReader{in: bufio.NewReaderSize(in, 1<<16), comma: ','}
}

// readLine gives the next line with its line break; io.EOF when there is none.
func (r *csvReader) readLine() ([]byte, error) {
	if len(r.pending) > 0 {
		line := r.pending[0]
		r.pending = r.pending[1:]
		r.line++
		return line, nil
	}
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.readLong(bytes.Clone(line))
	}
	if len(line) == 0 && err != nil {
		return nil, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r.line++
	r.seen += int64(len(line))
	return line, nil
}

// readLong reads the rest of a line that is longer than the buffer; of one beyond maxRow the rest is passed over.
func (r *csvReader) readLong(line []byte) ([]byte, error) {
	for {
		more, err := r.in.ReadSlice('\n')
		if len(line) <= maxRow {
			line = append(line, more...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// next reads a row; io.EOF when there is none. Rows without any text are passed over.
func (r *csvReader) next() (csvRecord, error) {
	for {
		first, err := r.readLine()
		if err != nil {
			return csvRecord{}, err
		}
		rec, err := r.record(first)
		if err != nil || rec.fault != nil || !blankCells(rec.cells) {
			return rec, err
		}
	}
}

func blankCells(cells []string) bool {
	for _, cell := range cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// record reads the row that begins with a line, and as many lines more as its quotes hold together.
func (r *csvReader) record(first []byte) (csvRecord, error) {
	rec := csvRecord{line: r.line}
	if len(first) > maxRow {
		rec.raw = shownRaw(first)
		rec.fault = stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "the line is longer than %d MiB", maxRow>>20)
		return rec, nil
	}
	r.parts.reset(r.comma)
	why := r.parts.feed(first)
	if why == "" && !r.parts.quoted {
		r.finish(&rec, first)
		return rec, nil
	}
	first = bytes.Clone(first) // what follows is read over it
	var ahead [][]byte
	size := len(first)
	for why == "" && r.parts.quoted {
		line, err := r.readLine()
		if errors.Is(err, io.EOF) {
			why = "a quote is opened and never closed"
			break
		}
		if err != nil {
			return rec, err
		}
		line = bytes.Clone(line)
		ahead = append(ahead, line)
		if size += len(line); size > maxQuoted {
			why = "a quote is opened and not closed within 1 MiB"
			break
		}
		why = r.parts.feed(line)
	}
	if why == "" {
		// Over several lines, a wrong number of cells is the mark of a stray quote rather than of a missing cell.
		if r.width == 0 || len(r.parts.ends) == r.width {
			r.finish(&rec, first)
			return rec, nil
		}
		why = "a quote is opened and not closed in its cell"
	}
	r.line -= len(ahead)
	r.pending = append(ahead, r.pending...)
	rec.raw = shownRaw(first)
	rec.fault = stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "%s: quotes go around a whole cell, and a quote inside is doubled", why)
	return rec, nil
}

// finish takes the cells of a row that was read to its end.
func (r *csvReader) finish(rec *csvRecord, first []byte) {
	n := len(r.parts.ends)
	ascii := isASCII(r.parts.text)
	if !ascii {
		r.letters.learn(r.parts.text)
	}
	rec.cells = make([]string, n)
	text := string(r.parts.text)
	start := 0
	for i, end := range r.parts.ends {
		readable := true
		if rec.cells[i] = text[start:end]; !ascii {
			rec.cells[i], readable = r.letters.read(r.parts.text[start:end])
		}
		if !readable {
			rec.fault = stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "the row is written in other characters than the rows before it, or in none we know: save the file as CSV UTF-8")
		}
		start = end
	}
	if rec.fault == nil && r.width > 0 && n != r.width && text != "" {
		rec.fault = stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "the row has %d cells, the header has %d", n, r.width)
	}
	if rec.fault != nil {
		rec.cells, rec.raw = nil, shownRaw(first)
	}
}

func trimBreak(line []byte) string { return strings.TrimRight(string(line), "\r\n") }

// shownRaw is a line as it is shown where it cannot be read.
func shownRaw(line []byte) string {
	return strings.ToValidUTF8(trimBreak(line[:min(len(line), maxRaw)]), "\uFFFD")
}

// csvRow takes a row apart, fed line by line.
type csvRow struct {
	comma  byte
	text   []byte // of all cells, one behind the other
	ends   []int  // where in text each cell ends
	quoted bool   // inside a quoted cell, which goes on in the next line
}

func (p *csvRow) reset(comma byte) {
	p.comma, p.text, p.ends, p.quoted = comma, p.text[:0], p.ends[:0], false
}

// feed takes a line with its break, and says what is wrong with it, if anything is.
func (p *csvRow) feed(line []byte) (why string) {
	if !p.quoted && bytes.IndexByte(line, '"') < 0 {
		p.plain(line)
		return ""
	}
	for {
		if p.quoted {
			rest, closed := p.inside(line)
			if !closed {
				return ""
			}
			line = rest
			switch end := lineEnd(line); {
			case end == 0:
				p.endCell()
				return ""
			case line[0] != p.comma:
				return "a quote is closed in the middle of a cell"
			}
			p.endCell()
			line = line[1:]
		}
		if len(line) > 0 && line[0] == '"' {
			p.quoted = true
			line = line[1:]
			continue
		}
		end := bytes.IndexByte(line, p.comma)
		last := end < 0
		if last {
			end = lineEnd(line)
		}
		if bytes.IndexByte(line[:end], '"') >= 0 {
			return "there is a quote in the middle of a cell"
		}
		p.text = append(p.text, line[:end]...)
		p.endCell()
		if last {
			return ""
		}
		line = line[end+1:]
	}
}

// plain takes a line without quotes.
func (p *csvRow) plain(line []byte) {
	line = line[:lineEnd(line)]
	for {
		end := bytes.IndexByte(line, p.comma)
		if end < 0 {
			p.text = append(p.text, line...)
			p.endCell()
			return
		}
		p.text = append(p.text, line[:end]...)
		p.endCell()
		line = line[end+1:]
	}
}

// inside takes what is in quotes, and reports whether they close in this line.
func (p *csvRow) inside(line []byte) (rest []byte, closed bool) {
	for {
		end := bytes.IndexByte(line, '"')
		if end < 0 {
			p.text = append(p.text, line...)
			return nil, false
		}
		p.text = append(p.text, line[:end]...)
		line = line[end+1:]
		if len(line) == 0 || line[0] != '"' {
			p.quoted = false
			return line, true
		}
		p.text = append(p.text, '"')
		line = line[1:]
	}
}

func (p *csvRow) endCell() {
	if len(p.ends) <= maxCells {
		p.ends = append(p.ends, len(p.text))
	}
}

// lineEnd is the length of a line without its break.
func lineEnd(line []byte) int {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	if n > 0 && line[n-1] == '\r' {
		n--
	}
	return n
}
