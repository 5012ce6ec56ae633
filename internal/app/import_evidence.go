package app

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"clew/internal/stock"
)

// maxAhead is how much of a text file is read ahead to find out how a column is written; what is longer is never decided so.
const maxAhead = 2 << 30

// The ways in which days and numbers are written that may be mistaken for each other. Days are told apart by their mark too.
const (
	dayFirst     = "dmy"
	monthFirst   = "mdy"
	decimalComma = "decimal comma"
	decimalPoint = "decimal point"
)

// sign is a way in which a column is written.
type sign struct{ column, way string }

// evidence is what the rows of a file show of how its columns are written. A cell that can be read in one way only decides for those of
// its column that can be read in two. Only when such a cell comes is the rest of the file read ahead, once.
type evidence struct {
	lines map[sign]int // the first line that shows it
	ahead func(see func(csvRecord)) error
	asked bool // the file was read ahead
	error error
	told  map[string]bool
	note  func(ImportNote)
	plain string // how the cell that was just decided is written so that it can be read in one way only
}

func (e *evidence) show(column, way string, line int) {
	if e.lines == nil {
		e.lines = map[sign]int{}
	}
	if key := (sign{column, way}); e.lines[key] == 0 {
		e.lines[key] = line
	}
}

// learn takes from a row what its cells show.
func (h *header) learn(rec csvRecord) {
	if rec.fault != nil {
		return
	}
	for i, at := range h.cells {
		if at < 0 || rec.kind(i) != cellText || rec.cells[i] == "" {
			continue
		}
		switch c := &h.table.columns[at]; {
		case c.date && h.dates == "":
			if d, ok := readDay(strings.TrimSpace(plainCell(rec.cells[i]))); ok && d.mark != "." && d.way() != "" {
				h.evidence.show(c.name, d.way()+d.mark, rec.line)
			}
		case c.number:
			if way := numberWay(unspaced(plainCell(rec.cells[i]))); way != "" {
				h.evidence.show(c.name, way, rec.line)
			}
		}
	}
}

// decide tells which of two ways the cells of a column show: the first line that shows each, 0 where none does.
func (h *header) decide(column, one, other string) (inOne, inOther int) {
	e := &h.evidence
	if !e.asked && e.ahead != nil {
		e.asked = true
		if err := e.ahead(h.learn); err != nil {
			e.error = err
		}
	}
	return e.lines[sign{column, one}], e.lines[sign{column, other}]
}

// explain notes once for a column how it is read.
func (e *evidence) explain(about, column string, line int, how string) {
	if e.note == nil || e.told[column] {
		return
	}
	if e.told == nil {
		e.told = map[string]bool{}
	}
	e.told[column] = true
	e.note(ImportNote{About: about, Column: column, Line: line, Text: how + " in " + column + ", as line " + itoa(line) + " shows"})
}

// orderOf decides whether a column's days are written day or month first. The empty way is none, and why says so.
func (h *header) orderOf(c column, d day, text string) (way string, why *stock.Error) {
	dmy, mdy := h.decide(c.name, dayFirst+d.mark, monthFirst+d.mark)
	switch {
	case dmy > 0 && mdy > 0:
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
			"%q may be day first or month first, and the column has both: line %d is day first, line %d month first; write 2026-01-31", clipped(text), dmy, mdy)
	case dmy > 0:
		h.evidence.explain("dates", c.name, dmy, "days are read day first")
		return dayFirst, nil
	case mdy > 0:
		h.evidence.explain("dates", c.name, mdy, "days are read month first")
		return monthFirst, nil
	}
	return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
		"%q may be day first or month first, and no other row tells: say which the file has (--dates dmy or mdy; dates=dmy on the API), or write 2026-01-31", clipped(text))
}

// markOf decides whether the one comma or point of a number marks decimals or thousands.
func (h *header) markOf(c column) (way string, both bool) {
	comma, point := h.decide(c.name, decimalComma, decimalPoint)
	switch {
	case comma > 0 && point > 0:
		return "", true
	case comma > 0:
		h.evidence.explain("numbers", c.name, comma, "numbers are read with decimal commas")
		return decimalComma, false
	case point > 0:
		return decimalPoint, false
	}
	return "", false
}

// day is a date as people write it, with its year last.
type day struct {
	first, second int
	year, clock   string
	mark          string
}

// readDay takes apart a day that is not written year first.
func readDay(text string) (day, bool) {
	date, clock, _ := strings.Cut(text, " ")
	mark := strings.Trim(date, "0123456789")
	if len(mark) == 0 || strings.IndexByte("./-", mark[0]) < 0 {
		return day{}, false
	}
	part := strings.Split(date, mark[:1])
	if len(part) != 3 || len(part[0]) > 2 || len(part[1]) > 2 || len(part[2]) != 4 || strings.Trim(part[0]+part[1]+part[2], "0123456789") != "" {
		return day{}, false
	}
	d := day{year: part[2], clock: clock, mark: mark[:1]}
	d.first, _ = strconv.Atoi(part[0])
	d.second, _ = strconv.Atoi(part[1])
	return d, true
}

// way is the order of day and month that the day itself shows, if it does.
func (d day) way() string {
	switch {
	case d.first > 12 && d.first <= 31 && d.second <= 12:
		return dayFirst
	case d.second > 12 && d.second <= 31 && d.first <= 12:
		return monthFirst
	}
	return ""
}

// numberWay is what a number itself shows of how decimals are marked, if it does: 1,234 and 1.234 do not.
func numberWay(text string) string {
	comma, point := strings.LastIndexByte(text, ','), strings.LastIndexByte(text, '.')
	commas, points := strings.Count(text, ","), strings.Count(text, ".")
	if comma < 0 && point < 0 || strings.Trim(strings.TrimPrefix(text, "-"), "0123456789.,") != "" {
		return ""
	}
	switch {
	case commas == 1 && comma > point && points > 0 && isGrouped(text[:comma], "."), commas == 0 && points > 1 && isGrouped(text, "."):
		return decimalComma
	case points == 1 && point > comma && commas > 0 && isGrouped(text[:point], ","), points == 0 && commas > 1 && isGrouped(text, ","):
		return decimalPoint
	case commas == 1 && points == 0 && !mayGroup(text, ","):
		return decimalComma
	case points == 1 && commas == 0 && !mayGroup(text, "."):
		return decimalPoint
	}
	return ""
}

// mayGroup reports whether the one mark of a number may mark thousands.
func mayGroup(text, mark string) bool {
	whole, _, _ := strings.Cut(text, mark)
	return isGrouped(text, mark) && strings.TrimLeft(whole, "-0") != ""
}

// ahead shows the rows that are left, which are kept in a file that has no name until they are read again.
func (r *csvReader) ahead(see func(csvRecord)) error {
	spool, err := os.CreateTemp("", "clew-import-*.csv")
	if err != nil {
		return err
	}
	r.spool = spool
	if err := os.Remove(spool.Name()); err != nil {
		return err
	}
	out := bufio.NewWriterSize(spool, 1<<16)
	for _, line := range r.pending {
		r.seen -= int64(len(line)) // they are read again
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	n, err := io.Copy(out, io.LimitReader(r.in, maxAhead))
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if n < maxAhead {
		if _, err := spool.Seek(0, io.SeekStart); err != nil {
			return err
		}
		scan := newCSVReader(spool)
		scan.comma, scan.letters, scan.width, scan.line = r.comma, r.letters, r.width, r.line
		for {
			rec, err := scan.next()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return err
			}
			see(rec)
		}
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.in, r.pending = bufio.NewReaderSize(io.MultiReader(spool, r.in), 1<<16), nil
	return nil
}

// ahead shows the rows that are left: the sheet lies in a file, and is read once more.
func (w *workbook) ahead(see func(csvRecord)) error {
	scan := *w
	scan.line = 0
	if err := scan.begin(w.target); err != nil || scan.xml == nil {
		return err
	}
	defer scan.part.Close()
	for {
		rec, err := scan.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return nil // said where the reading comes to it
		}
		if rec.line > w.line {
			see(rec)
		}
	}
}
