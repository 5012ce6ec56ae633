package app

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"clew/internal/stock"
)

// cellKind says what a cell of a workbook holds. Cells of a CSV file are all text.
type cellKind byte

const (
	cellText cellKind = iota
	cellNumber
	cellDate  // a number that is shown as a date or time
	cellError // #N/A and its like, or a formula that was never computed
)

func (w *workbook) setWidth(n int) { w.width = n }

// next reads a row; io.EOF when there is none. Rows without any text are passed over; hidden ones are rows like others.
func (w *workbook) next() (csvRecord, error) {
	for {
		if w.xml == nil {
			return csvRecord{}, io.EOF
		}
		t, err := w.token()
		if err != nil {
			return csvRecord{}, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return csvRecord{}, io.EOF
			}
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			w.line++
			if n, err := strconv.Atoi(attr(t, "r")); err == nil && n >= w.line && n <= 1<<20 {
				w.line = n
			}
			rec, err := w.row()
			if err != nil || rec.fault != nil || !blankCells(rec.cells) {
				return rec, err
			}
		}
	}
}

// row reads the cells of a row up to its end.
func (w *workbook) row() (csvRecord, error) {
	rec := csvRecord{line: w.line, sheet: w.sheet, cells: make([]string, 0, w.width), kinds: make([]cellKind, 0, w.width)}
	at := -1
	for {
		t, err := w.token()
		if errors.Is(err, io.EOF) {
			err = badWorkbook("the sheet ends in row %d: save the file again", w.line)
		}
		if err != nil {
			return rec, err
		}
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "row" {
			break
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "c" {
			continue
		}
		at++
		if n := columnOf(attr(e, "r")); n >= 0 {
			at = n
		}
		text, kind, err := w.cell(e)
		if err != nil {
			return rec, err
		}
		switch {
		case text == "":
		case at > maxCells || w.width > 0 && at >= w.width:
			if rec.fault == nil {
				rec.fault = badWorkbook("cell %s holds %q, right of the last column that has a name", cellName(at, w.line), clipped(text))
				if w.width == 0 {
					rec.fault = stock.Errorf(stock.TooLarge, stock.CodeTooMany, "", "it has more than %d columns", maxCells)
				}
			}
		case at < len(rec.cells):
			rec.cells[at], rec.kinds[at] = text, kind
		default:
			for len(rec.cells) < at {
				rec.cells, rec.kinds = append(rec.cells, ""), append(rec.kinds, cellText)
			}
			rec.cells, rec.kinds = append(rec.cells, text), append(rec.kinds, kind)
		}
	}
	for len(rec.cells) < w.width {
		rec.cells, rec.kinds = append(rec.cells, ""), append(rec.kinds, cellText)
	}
	return rec, nil
}

// cell reads a cell up to its end.
func (w *workbook) cell(c xml.StartElement) (string, cellKind, error) {
	var value strings.Builder
	kind, style := attr(c, "t"), attr(c, "s")
	formula, taking, phonetic := false, false, false
	for {
		t, err := w.token()
		if errors.Is(err, io.EOF) {
			err = badWorkbook("the sheet ends in row %d: save the file again", w.line)
		}
		if err != nil {
			return "", 0, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			formula = formula || t.Name.Local == "f"
			phonetic = phonetic || t.Name.Local == "rPh"
			taking = (t.Name.Local == "v" || t.Name.Local == "t") && !phonetic
		case xml.CharData:
			if taking {
				if value.Len()+len(t) > maxToken {
					return "", 0, stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "a cell in row %d holds more than %d MiB", w.line, maxToken>>20)
				}
				value.Write(t)
			}
		case xml.EndElement:
			taking = false
			if t.Name.Local == "rPh" {
				phonetic = false
			}
			if t.Name.Local == "c" {
				text, as := w.value(value.String(), kind, style, formula)
				return text, as, nil
			}
		}
	}
}

// value says what a cell holds.
func (w *workbook) value(text, kind, style string, formula bool) (string, cellKind) {
	switch {
	case formula && text == "" && kind != "str":
		return "a formula without a value", cellError
	case kind == "e":
		return text, cellError
	case kind == "s":
		n, err := strconv.Atoi(text)
		shared, ok := w.shared.at(n)
		if err != nil || !ok {
			return "text that the workbook lacks", cellError
		}
		return shared, cellText
	case kind == "b":
		if text == "1" {
			return "yes", cellText
		}
		return "no", cellText
	case kind == "str", kind == "inlineStr":
		return text, cellText
	case kind == "d":
		return text, cellDate
	case text == "":
		return "", cellText
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return text, cellError
	}
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(w.dates) && w.dates[n] {
		if day, ok := w.day(number); ok {
			return day, cellDate
		}
	}
	return strconv.FormatFloat(number, 'f', -1, 64), cellNumber
}

// day is a number of days as Excel counts them as a date, with the time where there is one. Excel knows a 29 February 1900.
func (w *workbook) day(number float64) (string, bool) {
	if number < 61 || number > 2958465 {
		return "", false
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if w.date1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	days, part := math.Modf(number)
	t := first.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	if part == 0 {
		return t.Format(time.DateOnly), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}

// columnOf is the column of a cell named like AB12, from 0; -1 for none.
func columnOf(name string) int {
	n := 0
	for i := 0; i < len(name) && i < 4; i++ {
		c := name[i]
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// cellName names a cell as spreadsheets do.
func cellName(column, line int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + itoa(line)
}
