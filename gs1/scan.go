package gs1

import "strings"

// symbologies are the letters that AIM gives to kinds of symbols, and modifiers the characters that follow them.
const (
	symbologies = "ABCDEFGHIJKLMNOPQRSTUVXZcdehopstz"
	modifiers   = "0123456789ABCDEF"
)

// readScan reads what a scanner sends: "]", two characters that name the symbology, and the symbol's data.
func (r *Reader) readScan(data string, m *Message) *Error {
	data = keyed(data)
	switch {
	case data == "":
		return &Error{Code: CodeEmpty}
	case data[0] != ']' || len(data) < 3:
		return &Error{Code: CodeNoSymbology}
	case len(data) > MaxData:
		return &Error{Code: CodeTooLong, Offset: MaxData, Length: len(data) - MaxData}
	}
	symbology := data[1:3]
	if strings.IndexByte(symbologies, symbology[0]) < 0 || strings.IndexByte(modifiers, symbology[1]) < 0 {
		return &Error{Code: CodeOtherSymbology, Offset: 1, Length: 2}
	}
	m.Symbology = symbology
	rest := data[3:]
	switch symbology {
	case "C1", "e0", "d2", "Q3", "J1": // GS1-128, DataBar and composites, GS1 DataMatrix, GS1 QR, GS1 DotCode
		return r.readScanned(data, 3, m)
	case "E0": // EAN-13, UPC-A and UPC-E
		return r.readRetail(data, 13, m)
	case "E4": // EAN-8
		return r.readRetail(data, 8, m)
	case "E3": // with an add-on behind, in one piece
		if n := len(rest); n == 13+2 || n == 13+5 {
			return readAddOn(rest[:13], rest[13:], 16, m)
		}
		return r.readRetail(data, 13, m)
	case "I1": // ITF whose check digit the scanner has checked
		if len(rest) == 14 {
			return readPrimary(rest, 3, m)
		}
	case "I0":
		if len(rest) == 14 && validKey(rest) {
			return readPrimary(rest, 3, m)
		}
	case "d1", "Q1", "J0": // plain DataMatrix, QR and DotCode
		if isLink(rest) {
			return r.readLink(data, 3, m)
		}
	}
	m.Form, m.Plain = FormPlain, rest
	return nil
}

// readScanned reads the AIs of a symbol, from a place in data on.
func (r *Reader) readScanned(data string, from int, m *Message) *Error {
	if i := strings.IndexByte(data, '^'); i >= 0 && r.Separator != "^" {
		return &Error{Code: CodeCaret, Offset: i, Length: 1}
	}
	m.Form = FormElementString
	if from == len(data) {
		return &Error{Code: CodeEmpty, Offset: from}
	}
	return r.readSeparated(data[from:], from, m)
}

// readAddOn reads an EAN or UPC symbol beside which there is a small one of two or five digits: the number of an issue, a price.
func readAddOn(primary, more string, at int, m *Message) *Error {
	if i := outside(more, inN); i >= 0 {
		return &Error{Code: CodePrimaryDigits, Offset: at + i, Length: letter(more, i)}
	}
	m.AddOn = more
	return readPrimary(primary, 3, m)
}

// readRetail reads an EAN or UPC symbol, behind which may come an add-on, as ]E1 or ]E2, or the other part of a composite symbol.
func (r *Reader) readRetail(data string, digits int, m *Message) *Error {
	const next = "|]e0"
	primary, composite := data[3:], ""
	if from := len(data) - len("]E112"); from == 3+digits && data[from:from+3] == "]E1" {
		return readAddOn(data[3:from], data[from+3:], from+3, m)
	}
	if from := len(data) - len("]E212345"); from == 3+digits && data[from:from+3] == "]E2" {
		return readAddOn(data[3:from], data[from+3:], from+3, m)
	}
	if digits == 13 {
		primary = wholeUPC(primary, m)
	}
	if len(primary) > digits+len(next) && primary[digits:digits+len(next)] == next {
		primary, composite = primary[:digits], primary[digits+len(next):]
	}
	switch {
	case len(primary) < digits:
		return &Error{Code: CodePrimaryShort, Offset: len(data)}
	case len(primary) > digits:
		return &Error{Code: CodePrimaryLong, Offset: 3 + digits, Length: len(primary) - digits}
	}
	if err := readPrimary(primary, 3, m); err != nil || composite == "" {
		return err
	}
	m.Composite = 1
	return r.readScanned(data, len(data)-len(composite), m)
}

// wholeUPC writes a UPC symbol with the 13 digits that scanners should send: some leave out the zero in front of a UPC-A, or send a
// UPC-E as it is printed.
func wholeUPC(digits string, m *Message) string {
	whole := ""
	switch {
	case len(digits) == 12 && validKey(digits):
		whole = "0" + digits
	case len(digits) == 8:
		if gtin, err := ExpandUPCE(digits); err == nil {
			whole = "0" + gtin
		}
	}
	if whole == "" {
		return digits
	}
	m.warn(WarnShortGTIN, "a UPC symbol is sent with 13 digits")
	return whole
}

// readPrimary reads the number of a symbol that holds nothing else: a GTIN.
func readPrimary(digits string, base int, m *Message) *Error {
	m.Form = FormKey
	if i := outside(digits, inN); i >= 0 {
		return &Error{Code: CodePrimaryDigits, Offset: base + i, Length: 1}
	}
	if len(digits) > 14 {
		return &Error{Code: CodePrimaryLong, Offset: base + 14, Length: len(digits) - 14}
	}
	if len(digits) != 8 && len(digits) < 12 {
		return &Error{Code: CodePrimaryShort, Offset: base + len(digits)}
	}
	if !validKey(digits) {
		return &Error{Code: CodePrimaryCheck, AI: "01", Offset: base + len(digits) - 1, Length: 1}
	}
	m.Elements = append(m.Elements, Element{AI: "01", Value: pad14(digits), at: int32(base)})
	return nil
}
