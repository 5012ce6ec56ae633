package gs1

import "strings"

// symbologies are the letters that AIM gives to kinds of symbols.
const symbologies = "ABCDEFGHIJKLMNOPQRSTUVXZcdehopstz"

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
	if strings.IndexByte(symbologies, symbology[0]) < 0 || classes[symbology[1]]&(in39|in64) == 0 {
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
	case "E3": // with an add-on of two or five digits behind: an issue, a price
		if len(rest) == 13+2 || len(rest) == 13+5 {
			return readPrimary(rest[:13], 3, m)
		}
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

// readRetail reads an EAN or UPC symbol, behind which may come the other part of a composite symbol.
func (r *Reader) readRetail(data string, digits int, m *Message) *Error {
	const next = "|]e0"
	primary, composite := data[3:], ""
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
