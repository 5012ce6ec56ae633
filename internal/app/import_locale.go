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
	return text, nil
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

// number reads decimal commas and marks of thousands. Where a single mark could be either, it is refused: the two differ a thousandfold.
func (h *header) number(c column, text string) (string, *stock.Error) {
	trimmed := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "").Replace(text)
	comma, dot := strings.LastIndexByte(trimmed, ','), strings.LastIndexByte(trimmed, '.')
	if comma < 0 {
		if strings.Count(trimmed, ".") > 1 && isGrouped(trimmed, ".") {
			return strings.ReplaceAll(trimmed, ".", ""), nil
		}
		return trimmed, nil
	}
	switch {
	case dot >= 0 && comma > dot && strings.Count(trimmed, ",") == 1 && isGrouped(trimmed[:comma], "."):
		return strings.ReplaceAll(trimmed[:comma], ".", "") + "." + trimmed[comma+1:], nil
	case dot > comma && strings.Count(trimmed, ".") == 1 && isGrouped(trimmed[:dot], ","):
		return strings.ReplaceAll(trimmed[:dot], ",", "") + trimmed[dot:], nil
	case dot >= 0:
		return text, nil // refused by who reads it
	case strings.Count(trimmed, ",") > 1:
		if isGrouped(trimmed, ",") {
			return strings.ReplaceAll(trimmed, ",", ""), nil
		}
		return text, nil
	case len(trimmed)-comma-1 == 3 && isGrouped(trimmed, ",") && strings.TrimLeft(trimmed[:comma], "-0") != "":
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "%q may be %s or %s: write one of them",
			clipped(text), clipped(strings.Replace(trimmed, ",", ".", 1)+"0"), clipped(strings.ReplaceAll(trimmed, ",", "")))
	}
	return strings.Replace(trimmed, ",", ".", 1), nil
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
	day, clock, _ := strings.Cut(text, " ")
	mark := strings.Trim(day, "0123456789")
	if len(mark) == 0 || strings.IndexByte("./-", mark[0]) < 0 {
		return text, nil
	}
	part := strings.Split(day, mark[:1])
	if len(part) != 3 || len(part[0]) > 2 || len(part[1]) > 2 || len(part[2]) != 4 || strings.Trim(part[0]+part[1]+part[2], "0123456789") != "" {
		return text, nil // year first, or refused by who reads it
	}
	first, _ := strconv.Atoi(part[0])
	second, _ := strconv.Atoi(part[1])
	order := h.dates
	switch {
	case order != "":
	case mark[0] == '.', first > 12:
		order = "dmy"
	case second > 12:
		order = "mdy"
	case first != second:
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
			"%q may be day first or month first: say which the file has (--dates dmy or mdy; dates=dmy on the API), or write 2026-01-31", clipped(text))
	}
	if order == "mdy" {
		first, second = second, first
	}
	iso := part[2] + "-" + twoDigits(second) + "-" + twoDigits(first)
	if clock != "" {
		iso += " " + clock
	}
	return iso, nil
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}
