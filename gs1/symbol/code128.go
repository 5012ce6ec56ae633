package symbol

import (
	"strings"

	"github.com/boombuler/barcode/code128"
)

// The most that a symbol holds: of GS1-128 by the General Specifications, with the FNC1 between elements; of Code 128 as far as
// scanners reliably read.
const (
	mostGS1128  = 48
	mostCode128 = 80
)

func encodeGS1128(s *Symbol, data string) error {
	text, elements, err := readElements(data)
	if err != nil {
		return err
	}
	if len(text) > mostGS1128 {
		return faultf(CodeTooLong, "GS1-128 holds at most %d characters, not %d: leave elements out or split them over two symbols", mostGS1128, len(text))
	}
	s.data, s.text = text, linesOf(elements, mostGS1128)
	fnc1 := string(code128.FNC1)
	return s.code128(fnc1 + strings.ReplaceAll(text, string(gs), fnc1))
}

func encodeCode128(s *Symbol, data string) error {
	if err := onlyASCII(s.form, data); err != nil {
		return err
	}
	if len(data) > mostCode128 {
		return faultf(CodeTooLong, "Code 128 holds at most %d characters here, not %d", mostCode128, len(data))
	}
	s.data, s.text = data, wrap(data, 40)
	return s.code128(data)
}

func (s *Symbol) code128(content string) error {
	code, err := code128.Encode(content)
	if err != nil {
		return faultf(CodeCharacter, "this cannot be encoded: %v", err)
	}
	s.take(code)
	return nil
}

// onlyASCII refuses what would be read as one thing by one scanner and as another by the next.
func onlyASCII(f *form, data string) *Error {
	for i := range len(data) {
		if data[i] >= 0x80 {
			return faultAt(CodeCharacter, i, "%s holds ASCII only, not %q: a URI writes other letters with %%, a QR holds any text", f.name, firstRune(data[i:]))
		}
	}
	return nil
}
