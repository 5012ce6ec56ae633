// Package label reads labels that are not GS1: a rule, taught from one example, says which piece of a scan is the article, the lot,
// a date, the serial number or the quantity. It is pure: no I/O, no clock.
//
// Start at Teach, which makes a Rule of an example and the marks on it, and at Rule.Read.
package label

import (
	"strings"
	"unicode/utf8"
)

// What a piece of a label can be. Same is text that every such label has there.
const (
	Product    = "product"
	Lot        = "lot"
	Serial     = "serial"
	Quantity   = "quantity"
	Production = "production"
	BestBefore = "best_before"
	SellBy     = "sell_by"
	Expiry     = "expiry"
	Same       = "same"
)

var kinds = []string{Product, Lot, Serial, Quantity, Production, BestBefore, SellBy, Expiry, Same}

// MaxText is the most bytes of a label that are read.
const MaxText = 1000

// Rule says how the text of one sort of label is cut.
type Rule struct {
	Separator string  `json:"separator,omitempty" doc:"What parts the sections of the text. Without it, pieces are where they are by position."`
	Sections  int     `json:"sections,omitempty" doc:"How many sections the text has."`
	Length    int     `json:"length,omitempty" doc:"How many characters the text has, where positions count."`
	Pieces    []Piece `json:"pieces"`
}

// Piece is one of the things that a label says.
type Piece struct {
	Is       string `json:"is" doc:"product, lot, serial, quantity, production, best_before, sell_by, expiry, or same: text that every such label has there"`
	Section  int    `json:"section,omitempty" doc:"The section that it is in, from 1; 0 for the first one with its prefix, or where there are no sections."`
	Prefix   string `json:"prefix,omitempty" doc:"What stands in front of it in its section."`
	Start    int    `json:"start,omitempty" doc:"Its first character in the section or text, from 1."`
	Length   int    `json:"length,omitempty" doc:"How many characters it has; 0: to the end."`
	Form     string `json:"form,omitempty" doc:"Of a date: YY, YYYY, MM, DD and JJJ (day of the year) as they are written, such as DD.MM.YYYY."`
	Decimals int    `json:"decimals,omitempty" doc:"Of a quantity: how many of its digits are decimals."`
	Text     string `json:"text,omitempty" doc:"Of same: the text."`
}

// Reading is what a label says, each empty where it does not. Dates are written as 2026-12-31.
type Reading struct {
	Product, Lot, Serial, Quantity         string
	Production, BestBefore, SellBy, Expiry string
}

func (r *Reading) at(is string) *string {
	switch is {
	case Product:
		return &r.Product
	case Lot:
		return &r.Lot
	case Serial:
		return &r.Serial
	case Quantity:
		return &r.Quantity
	case Production:
		return &r.Production
	case BestBefore:
		return &r.BestBefore
	case SellBy:
		return &r.SellBy
	case Expiry:
		return &r.Expiry
	}
	return nil
}

func isDate(is string) bool {
	return is == Production || is == BestBefore || is == SellBy || is == Expiry
}

// Read cuts a text by the rule; false when it is no such label. Years of two digits are those nearest to year.
func (r *Rule) Read(text string, year int) (Reading, bool) {
	var out Reading
	if text == "" || len(text) > MaxText || !utf8.ValidString(text) || r.Length > 0 && utf8.RuneCountInString(text) != r.Length {
		return out, false
	}
	sections := []string{text}
	if r.Separator != "" {
		sections = strings.Split(text, r.Separator)
		if r.Sections > 0 && len(sections) != r.Sections {
			return out, false
		}
	}
	for i := range r.Pieces {
		p := &r.Pieces[i]
		value, ok := p.cut(sections)
		if ok && p.Is == Same {
			ok = value == p.Text
		} else if ok {
			value, ok = p.value(value, year)
			if to := out.at(p.Is); ok && to != nil {
				ok = *to == "" || *to == value
				*to = value
			}
		}
		if !ok {
			return Reading{}, false
		}
	}
	return out, true
}

// cut takes the piece out of the sections.
func (p *Piece) cut(sections []string) (string, bool) {
	if p.Section > len(sections) {
		return "", false
	}
	from, to := max(p.Section-1, 0), p.Section
	if p.Section == 0 {
		to = len(sections)
	}
	for _, s := range sections[from:to] {
		rest, ok := strings.CutPrefix(s, p.Prefix)
		if !ok {
			continue
		}
		if rest, ok = middle(rest, max(p.Start, 1), p.Length); ok {
			return rest, true
		}
	}
	return "", false
}

// middle takes so many characters from the start-th on, all when length is 0.
func middle(s string, start, length int) (string, bool) {
	for ; start > 1; start-- {
		if s == "" {
			return "", false
		}
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	if length == 0 {
		return s, s != ""
	}
	end := 0
	for ; length > 0; length-- {
		if end >= len(s) {
			return "", false
		}
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	return s[:end], true
}

// value makes of the piece's text what it says.
func (p *Piece) value(text string, year int) (string, bool) {
	text = strings.TrimSpace(text) // fixed positions are filled up with spaces
	switch {
	case text == "":
		return "", false
	case isDate(p.Is):
		return readDate(text, p.Form, p.Is != Production, year)
	case p.Is == Quantity:
		return readQuantity(text, p.Decimals)
	}
	return text, true
}

// readQuantity reads digits with a point or a comma, or with decimals that are not marked: 001250 with 3 decimals is 1.25.
func readQuantity(text string, decimals int) (string, bool) {
	text = strings.Replace(text, ",", ".", 1)
	whole, rest, marked := strings.Cut(text, ".")
	if !digits(whole) || marked && !digits(rest) || marked && decimals > 0 || len(text) > 18 {
		return "", false
	}
	if decimals > 0 {
		for len(whole) <= decimals {
			whole = "0" + whole
		}
		whole, rest = whole[:len(whole)-decimals], whole[len(whole)-decimals:]
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		whole += "." + rest
	}
	return whole, whole != "0"
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
