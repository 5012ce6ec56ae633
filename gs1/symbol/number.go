package symbol

import (
	"strings"

	"clew/gs1"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/twooffive"
)

// encodeNumber makes an EAN-13, EAN-8, UPC-A or ITF-14 of a GTIN.
func encodeNumber(s *Symbol, data string) error {
	digits, err := readGTIN(s.form, data)
	if err != nil {
		return err
	}
	s.data, s.text = digits, []string{digits}
	var code barcode.Barcode
	var fault error
	switch s.form.kind {
	case ITF14:
		code, fault = twooffive.Encode(digits, true)
	case UPCA:
		// A UPC-A is an EAN-13 that begins with 0, and is read as one.
		s.data = "0" + digits
		code, fault = ean.Encode(s.data)
	default:
		code, fault = ean.Encode(digits)
	}
	if fault != nil {
		return faultf(CodeDigits, "this cannot be encoded: %v", fault)
	}
	s.take(code)
	return nil
}

// digitsOf says how many digits the kinds hold, their check digit included.
var digitsOf = map[Kind]int{EAN13: 13, EAN8: 8, UPCA: 12, ITF14: 14}

// readGTIN takes off the zeros that a GTIN of 14 digits has in front, and checks the last digit. A GTIN without its check digit is
// not completed: twelve digits could be either an EAN-13 without it or a whole UPC-A.
func readGTIN(f *form, data string) (string, *Error) {
	n := digitsOf[f.kind]
	for i := range len(data) {
		if data[i] < '0' || data[i] > '9' {
			return "", faultAt(CodeCharacter, i, "%s holds digits only, not %q", f.name, firstRune(data[i:]))
		}
	}
	digits := data
	switch more := len(data) - n; {
	case len(data) > 14 || more < 0:
		return "", faultf(CodeDigits, "%s has %d digits, the last its check digit, not %d", f.name, n, len(data))
	case more > 0 && strings.Trim(data[:more], "0") != "":
		return "", faultf(CodeDigits, "%s has %d digits; these are %d, and not zeros in front", f.name, n, len(data))
	case more > 0 && (len(data) < 12):
		return "", faultf(CodeDigits, "%s has %d digits, not %d", f.name, n, len(data))
	case more > 0:
		digits = data[more:]
	}
	if want, _ := gs1.CheckDigit(digits[:n-1]); digits[n-1] != want {
		return "", faultAt(CodeCheckDigit, len(data)-1, "the check digit is %c, and should be %c if the others are right", digits[n-1], want)
	}
	return digits, nil
}
