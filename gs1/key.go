package gs1

import "strings"

// validKey says whether digits are digits and end in the check digit of a GS1 key.
func validKey(digits string) bool {
	code, _, _ := checkSum(digits)
	return code == "" && len(digits) > 1
}

// pad14 writes a GTIN with 14 digits.
func pad14(gtin string) string {
	if len(gtin) >= 14 {
		return gtin
	}
	return "00000000000000"[:14-len(gtin)] + gtin
}

// GTIN14 gives the form of a GTIN for storing and comparing: 14 digits. It takes GTINs of 8, 12, 13 and 14 digits with a
// right check digit.
func GTIN14(gtin string) (string, error) {
	switch len(gtin) {
	case 8, 12, 13, 14:
	default:
		return "", &Error{Code: CodeKeyLength, AI: "01", Length: len(gtin)}
	}
	if i := outside(gtin, inN); i >= 0 {
		return "", &Error{Code: notDigit, AI: "01", Offset: i, Length: 1}
	}
	if !validKey(gtin) {
		return "", &Error{Code: CodeKeyCheckDigit, AI: "01", Offset: len(gtin) - 1, Length: 1}
	}
	return pad14(gtin), nil
}

// ExpandUPCE gives the GTIN of 12 digits that a UPC-E symbol stands for: 6 digits, 7 with the number system in front, or
// 8 with the check digit too, which must then be right.
func ExpandUPCE(upce string) (string, error) {
	if i := outside(upce, inN); i >= 0 {
		return "", &Error{Code: notDigit, AI: "01", Offset: i, Length: 1}
	}
	system, d := "0", upce
	switch len(upce) {
	case 6:
	case 7:
		system, d = upce[:1], upce[1:]
	case 8:
		system, d = upce[:1], upce[1:7]
	default:
		return "", &Error{Code: CodeKeyLength, AI: "01", Length: len(upce)}
	}
	if system > "1" {
		return "", &Error{Code: CodeNotRecognised, AI: "01", Length: 1}
	}
	var body string
	switch d[5] {
	case '0', '1', '2':
		body = system + d[:2] + d[5:] + "0000" + d[2:5]
	case '3':
		body = system + d[:3] + "00000" + d[3:5]
	case '4':
		body = system + d[:4] + "00000" + d[4:5]
	default:
		body = system + d[:5] + "0000" + d[5:]
	}
	check, _ := CheckDigit(body)
	if len(upce) == 8 && upce[7] != check {
		return "", &Error{Code: CodeKeyCheckDigit, AI: "01", Offset: 7, Length: 1}
	}
	return body + string(check), nil
}

// keyReadings gives what digits may be when they are a key alone, the likeliest first.
func keyReadings(digits string) []Element {
	var all []Element
	add := func(ai, value string) { all = append(all, Element{AI: ai, Value: value}) }
	valid := validKey(digits)
	switch n := len(digits); {
	case valid && n == 13:
		add("01", pad14(digits))
		add("414", digits)
	case valid && (n == 8 || n == 12 || n == 14):
		add("01", pad14(digits))
	case valid && n == 17:
		add("402", digits)
	case valid && n == 18:
		add("00", digits)
	}
	if len(digits) == 8 {
		if gtin, err := ExpandUPCE(digits); err == nil {
			add("01", pad14(gtin))
		}
	}
	return all
}

// readDigits reads up to 18 digits: a key alone, or AIs and values.
func (r *Reader) readDigits(digits string, m *Message) *Error {
	keys := keyReadings(digits)
	err := r.readElementString(digits, 0, m)
	n := len(digits)
	switch {
	case len(keys) > 0:
	case err != nil && (n == 8 || n == 18), n >= 12 && n <= 14:
		m.Elements = m.Elements[:0]
		m.Form = FormKey
		return &Error{Code: CodeKeyCheckDigit, Offset: n - 1, Length: 1}
	case n == 8 || n == 18:
		m.warn(CodeKeyCheckDigit, "as a GTIN or SSCC its check digit would be wrong")
		return nil
	default:
		return err
	}
	others := ""
	for _, other := range keys[1:] {
		others += ", or (" + other.AI + ")" + other.Value
	}
	if err == nil && !(n >= 12 && n <= 14) {
		others += ", or " + m.Bracketed()
	}
	if others != "" {
		m.warn(WarnReading, "it may also be "+others[len(", or "):])
	}
	m.Form = FormKey
	m.Elements = append(m.Elements[:0], keys[0])
	return nil
}

// Readings gives everything that data may be: one message as a rule, more when digits alone are a GTIN as well as a GLN, or
// a GTIN as well as AI data. Nothing is guessed: who knows the goods decides.
func (r *Reader) Readings(data string) []*Message {
	data = keyed(data)
	m := &Message{}
	var all []*Message
	if r.Read(data, m) == nil {
		m.Warnings = dropWarning(m.Warnings, WarnReading)
		all = append(all, m)
	}
	if m.Form != FormKey || m.Symbology != "" {
		return all
	}
	keys := keyReadings(data)
	for _, e := range keys[min(1, len(keys)):] {
		all = append(all, &Message{Elements: []Element{e}, Form: FormKey})
	}
	other := &Message{}
	if n := len(data); !(n >= 12 && n <= 14) && r.ReadElementString(data, other) == nil {
		all = append(all, other)
	}
	return all
}

func dropWarning(all []Warning, code Code) []Warning {
	kept := all[:0]
	for _, w := range all {
		if w.Code != code {
			kept = append(kept, w)
		}
	}
	return kept
}

// FormatKey writes a key as people know it: a GTIN without the zeros that only fill up to 14 digits, others as they are.
func FormatKey(ai, value string) string {
	if ai != "01" && ai != "02" || len(value) != 14 {
		return value
	}
	switch {
	case strings.HasPrefix(value, "000000"):
		return value[6:]
	case strings.HasPrefix(value, "00"):
		return value[2:]
	case strings.HasPrefix(value, "0"):
		return value[1:]
	}
	return value
}
