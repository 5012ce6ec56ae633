package symbol

import (
	"errors"
	"strconv"
	"strings"

	"clew/gs1"
)

// gs stands for FNC1 between elements, as scanners send it.
const gs = gs1.GS

// readElements reads an element string, with ^ or GS for FNC1, or in brackets, and checks it as its readers will: what a symbol says
// wrong is printed a thousand times before it is scanned once. It returns the string as it is encoded, with GS for FNC1.
func readElements(data string) (string, []gs1.Element, *Error) {
	var r gs1.Reader
	var m gs1.Message
	read := r.ReadElementString
	if strings.HasPrefix(data, "(") {
		read = r.ReadBracketed
	}
	var fault *gs1.Error
	switch err := read(data, &m); {
	case strings.Contains(data, "://"):
		return "", nil, faultAt(CodeElements, 0, "an element string is wanted here; a URI goes into a QR of kind %s", QR)
	case errors.As(err, &fault) && fault.Code == gs1.CodeEmpty:
		return "", nil, faultf(CodeEmpty, "there is nothing to encode")
	case errors.As(err, &fault):
		return "", nil, faultAt(CodeElements, fault.Offset, "%s", strings.TrimSuffix(fault.Text(), ", at offset "+strconv.Itoa(fault.Offset)))
	case err != nil:
		return "", nil, faultf(CodeElements, "%v", err)
	}
	return m.ElementString(), m.Elements, nil
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// linesOf writes elements for people, those that go together in a line of about as many characters as fit.
func linesOf(all []gs1.Element, most int) []string {
	var lines []string
	for _, e := range all {
		piece := "(" + e.AI + ")" + e.Value
		if last := len(lines) - 1; last >= 0 && len(lines[last])+len(piece) <= most {
			lines[last] += piece
			continue
		}
		lines = append(lines, piece)
	}
	return lines
}
