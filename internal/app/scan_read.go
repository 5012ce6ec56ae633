package app

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"clew/gs1"
	"clew/internal/stock"
)

// Scanner says what is special about whoever scans.
type Scanner = stock.Scanner

// facts are what one reading of one scan says, before the ledger is asked what it means.
type facts struct {
	form      string
	said      bool // by the item itself, not by a scan
	symbology string
	label     *stock.Label
	elements  []gs1.Element
	remarks   []*stock.Error

	gtin    string // of 14 digits
	article string // a name of a product that is no GTIN, or may be none
	text    string // the whole scan as a code of whatever it may be
	lot     string
	serial  string
	sscc    string
	gln     string // of a location
	glnMore string // its extension
	party   string // GLN of a partner or of one of its addresses
	papers  []string
	dates   stock.Dates

	quantity *stock.Quantity // in the product's unit of measure
	each     *stock.Quantity // so many of what the GTIN stands for
	measures []measure
}

// measure is a weight, length or volume that a code says.
type measure struct {
	uom      string
	quantity stock.Quantity
}

// maxScan is the most bytes of one scan, maxSeparator of what stands for FNC1 in it.
const (
	maxScan      = 8191
	maxSeparator = 10
)

// readScan gives every reading of a scan: as GS1 data, by the labels taught, and as a code.
func readScan(text string, s Scanner, labels []*stock.Label, today time.Time) ([]*facts, *stock.Error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "scan", "there is nothing in the scan")
	case len(text) > maxScan, !utf8.ValidString(text), strings.IndexByte(text, 0) >= 0:
		return nil, stock.Errorf(stock.Invalid, stock.CodeUnreadableScan, "scan", "a scan is text of at most %d bytes, none of them zero", maxScan)
	case len(s.Separator) > maxSeparator:
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "separator", "what stands for FNC1 has at most %d bytes", maxSeparator)
	}
	text = strings.TrimRight(text, "\r\n") // what scanners send as the Enter key
	r := &gs1.Reader{Separator: s.Separator, LostSeparators: s.LostSeparators, ShortGTINs: true}
	var out []*facts
	bare := payload(text)
	code := bare
	for _, m := range r.Readings(text) {
		if m.Form == gs1.FormPlain {
			continue
		}
		code = text
		if f := factsOf(m, today); f != nil {
			out = append(out, f)
		}
	}
	for _, l := range labels {
		read, ok := l.Rule.Read(text, today.Year())
		if !ok && bare != text {
			read, ok = l.Rule.Read(bare, today.Year())
		}
		if !ok {
			continue
		}
		f := &facts{form: "label", label: l, article: read.Product, lot: read.Lot, serial: read.Serial}
		if f.take(read.Quantity, read.Production, read.BestBefore, read.SellBy, read.Expiry) {
			out = append(out, f)
		}
	}
	text = code
	return append(out, &facts{form: "code", text: strings.TrimSpace(text)}), nil
}

// payload is the text of a symbol without the symbology identifier that scanners may send in front of it.
func payload(text string) string {
	m := &gs1.Message{}
	_ = new(gs1.Reader).ReadScan(text, m) // what is wrong is told where nothing is known by the code
	if rest, ok := strings.CutPrefix(text, "]"+m.Symbology); ok && m.Symbology != "" && rest != "" {
		return rest
	}
	return text
}

// wrong says what is wrong with a scan that looks like GS1 data, nil where it does not.
func wrong(text string, s Scanner) *stock.Error {
	r := &gs1.Reader{Separator: s.Separator, LostSeparators: s.LostSeparators, ShortGTINs: true}
	m := &gs1.Message{}
	fault, _ := r.Read(text, m).(*gs1.Error)
	switch {
	case fault == nil:
		return nil
	case fault.Code == gs1.CodeKeyCheckDigit, fault.Code == gs1.CodePrimaryCheck, strings.Contains(string(fault.Code), "check_digit"):
		return stock.Errorf(stock.Invalid, stock.CodeCheckDigit, "scan", "%s", fault.Text())
	case len(m.Elements) > 0, m.Symbology != "", strings.HasPrefix(text, "("), m.Form == gs1.FormDigitalLink, m.Form == gs1.FormURN:
		return stock.Errorf(stock.Invalid, stock.CodeUnreadableScan, "scan", "%s", fault.Text())
	}
	return nil
}

// factsOf takes from GS1 data what the ledger knows of.
func factsOf(m *gs1.Message, today time.Time) *facts {
	f := &facts{form: m.Form.String(), symbology: m.Symbology, elements: m.Elements}
	for _, w := range m.Warnings {
		f.remarks = append(f.remarks, stock.Errorf(stock.Invalid, string(w.Code), "scan", "%s", w.Text))
	}
	for _, e := range m.Elements {
		switch e.AI {
		case "00":
			f.sscc = e.Value
		case "01", "02", "03":
			f.gtin = e.Value
		case "8006":
			f.gtin = e.Value[:14]
		case "10":
			f.lot = e.Value
		case "21", "235":
			f.serial = e.Value
		case "8010": // a part that has no GTIN
			f.article = e.Value
		case "8011":
			f.serial = e.Value
		case "11", "15", "16", "17", "7003":
			f.date(e, today)
		case "30", "37":
			f.count(e)
		case "254":
			f.glnMore = e.Value
		case "414", "416":
			f.gln = e.Value
		case "410", "411", "412", "413", "415", "417":
			f.party = e.Value
		case "400", "401", "402", "403", "253":
			f.papers = append(f.papers, e.Value)
		default:
			f.measure(e)
		}
	}
	if f.gtin != "" {
		f.article = ""
	}
	return f
}

// date takes a date of the goods. Without a day it is the last of its month; a date of production then is none.
func (f *facts) date(e gs1.Element, today time.Time) {
	d, err := gs1.ParseDate(e.Value, today)
	if err != nil || e.AI == "11" && d.Day == 0 {
		return
	}
	day := stock.DateOf(stock.TimeOf(d.LastDay()), time.UTC)
	switch e.AI {
	case "11":
		f.dates.Production = day
	case "15":
		f.dates.BestBefore = day
	case "16":
		f.dates.SellBy = day
	default:
		f.dates.Expiry = day
	}
}

// count takes a number of pieces: of the product itself (30), or of what the GTIN stands for (37).
func (f *facts) count(e gs1.Element) {
	n, err := strconv.ParseInt(e.Value, 10, 64)
	if err != nil || n == 0 {
		return
	}
	q := stock.Units(int(n))
	if e.AI == "37" {
		f.each = &q
	} else {
		f.quantity = &q
	}
}

// measureUnits are the units of measures by the first three digits of their AIs.
var measureUnits = map[string]string{"310": "KGM", "311": "MTR", "314": "MTK", "315": "LTR", "316": "MTQ", "320": "LBR", "321": "INH", "322": "FOT",
	"323": "YRD", "350": "INK", "351": "FTK", "352": "YDK", "357": "ONZ", "361": "GLL", "364": "INQ", "365": "FTQ", "366": "YDQ"}

func (f *facts) measure(e gs1.Element) {
	if len(e.AI) != 4 || measureUnits[e.AI[:3]] == "" {
		return
	}
	if text, ok := e.Decimal(); ok {
		if q, err := stock.ParseQuantity(text); err == nil && q > 0 {
			f.measures = append(f.measures, measure{measureUnits[e.AI[:3]], q})
		}
	}
}

// take takes what a label's rule read; false where a quantity or date is none that can be kept.
func (f *facts) take(quantity, production, bestBefore, sellBy, expiry string) bool {
	if quantity != "" {
		q, err := stock.ParseQuantity(quantity)
		if err != nil {
			return false
		}
		f.quantity = &q
	}
	for _, d := range []struct {
		text string
		to   *stock.Date
	}{{production, &f.dates.Production}, {bestBefore, &f.dates.BestBefore}, {sellBy, &f.dates.SellBy}, {expiry, &f.dates.Expiry}} {
		if d.text == "" {
			continue
		}
		day, err := stock.ParseDate(d.text)
		if err != nil {
			return false
		}
		*d.to = day
	}
	return true
}
