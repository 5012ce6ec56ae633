package app

import (
	"math"
	"strconv"
	"strings"
	"time"

	"clew/internal/stock"
)

// DateOrders are how days may be written that are not written year first.
var DateOrders = []string{"dmy", "mdy"}

// plain turns a cell as people and spreadsheets write it into what the column's reader takes, or says why it cannot be known.
func (h *header) plain(c column, text string, kind cellKind) (string, *stock.Error) {
	switch {
	case text == "":
		return text, nil
	case kind == cellError, isErrorText(text):
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "the cell holds %q: write its value", clipped(text))
	case c.free:
		return text, nil
	case c.date:
		return h.date(c, text, kind)
	case c.number:
		if kind == cellText {
			return h.number(c, text)
		}
	case kind == cellDate:
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
			"the spreadsheet made the date %s of what was typed: make the column text and type it again", text)
	case kind == cellNumber:
		if n, _ := strconv.ParseFloat(text, 64); math.Abs(n) >= 1e15 {
			return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
				"%s is kept as a number, of which a spreadsheet keeps 15 digits, so its last digits may be lost: make the column text and type it again", text)
		} else if n != math.Trunc(n) && c.name != "unit_cost" {
			return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "%s is kept as a number, so zeros at its end may be lost: make the column text and type it again", text)
		}
	case c.code && isScientific(text):
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
			"%q is a number that a spreadsheet shortened, and its digits are lost: make the column text and take the value from its source again", clipped(text))
	}
	return h.zeros(c, text)
}

// isErrorText reports whether text is what a spreadsheet shows for a formula that failed.
func isErrorText(text string) bool {
	switch text {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!":
		return true
	}
	return false
}

// isScientific reports whether text is what a spreadsheet makes of a long number, like 4.00638E+12.
func isScientific(text string) bool {
	digits, power, ok := strings.Cut(strings.ToUpper(text), "E+")
	if !ok || digits == "" || power == "" || len(power) > 3 || !strings.ContainsAny(digits, ".,") {
		return false
	}
	return strings.Trim(digits, "0123456789.,") == "" && strings.Trim(power, "0123456789") == ""
}

// unspaced takes spaces and apostrophes out of a number.
func unspaced(text string) string {
	if !strings.ContainsAny(text, " \u00a0\u202f'’") {
		return text
	}
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "").Replace(text)
}

// number reads decimal commas and marks of thousands. Where a single mark could be either, the column's other numbers decide, or it is
// refused: the two differ a thousandfold. Only the point of 1.234 is taken for decimals where nothing else is shown.
func (h *header) number(c column, text string) (string, *stock.Error) {
	number := unspaced(text)
	switch numberWay(number) {
	case decimalComma:
		return strings.Replace(strings.ReplaceAll(number, ".", ""), ",", ".", 1), nil
	case decimalPoint:
		return strings.ReplaceAll(number, ",", ""), nil
	}
	mark := strings.Trim(number, "-0123456789")
	if mark != "," && mark != "." || !mayGroup(number, mark) {
		if mark == "" {
			return number, nil
		}
		return text, nil // refused by who reads it
	}
	thousands, decimals := strings.Replace(number, mark, "", 1), strings.Replace(number, mark, ".", 1)
	switch way, both := h.markOf(c); {
	case both, way == "" && mark == ",":
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "%q may be %s or %s: write one of them", clipped(text), clipped(decimals+"0"), clipped(thousands))
	case way == decimalComma && mark == ",":
		h.evidence.plain = number + "0"
		return decimals, nil
	case way == decimalComma, way == decimalPoint && mark == ",":
		h.evidence.plain = thousands
		return thousands, nil
	}
	return decimals, nil
}

// isGrouped reports whether digits stand in groups of three.
func isGrouped(text, mark string) bool {
	for i, group := range strings.Split(strings.TrimPrefix(text, "-"), mark) {
		if i > 0 && len(group) != 3 || i == 0 && (len(group) == 0 || len(group) > 3 && strings.Contains(text, mark)) || strings.Trim(group, "0123456789") != "" {
			return false
		}
	}
	return true
}

// date reads days as people write them. 03/04/2026 is never guessed.
func (h *header) date(c column, text string, kind cellKind) (string, *stock.Error) {
	if kind == cellNumber {
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "%s is a number, not a date: give the column the format of a date", text)
	}
	if kind == cellDate && c.name != "occurred_at" && len(text) > len(time.DateOnly) && strings.HasSuffix(text, " 00:00:00") {
		return text[:len(time.DateOnly)], nil
	}
	d, ok := readDay(text)
	if !ok {
		return text, nil // year first, or refused by who reads it
	}
	order := h.dates
	switch {
	case order != "":
	case d.mark == ".", d.first > 12, d.first == d.second:
		order = dayFirst
	case d.second > 12:
		order = monthFirst
	default:
		way, why := h.orderOf(c, d, text)
		if why != nil {
			return "", why
		}
		order = way
	}
	iso := d.iso(order)
	if order != h.dates && d.mark != "." && d.way() == "" && d.first != d.second {
		h.evidence.plain = iso
	}
	return iso, nil
}

// iso writes the day year first.
func (d day) iso(order string) string {
	month, first := d.second, d.first
	if order == monthFirst {
		month, first = d.first, d.second
	}
	iso := d.year + "-" + twoDigits(month) + "-" + twoDigits(first)
	if d.clock != "" {
		iso += " " + d.clock
	}
	return iso
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}
