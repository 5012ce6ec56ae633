package symbol

import "strings"

// gs stands for FNC1 between elements, as scanners send it.
const gs = '\x1d'

// longestValue is the length of the longest values that GS1 has, those of the identifiers 91 to 99.
const longestValue = 90

// element is one application identifier with its value.
type element struct{ ai, value string }

// readElements takes an element string apart as a reader will. It returns the string as it is encoded, with GS for FNC1.
func readElements(data string) (string, []element, *Error) {
	start := 0
	if data[0] == '^' || data[0] == gs {
		start = 1
	}
	text := strings.ReplaceAll(data[start:], "^", string(gs))
	for i := range len(text) {
		if text[i] != gs && !inElements(text[i]) {
			return "", nil, faultAt(CodeCharacter, start+i, "element strings cannot hold %q", firstRune(text[i:]))
		}
	}
	var all []element
	for i := 0; i < len(text); {
		e, n, err := nextElement(text[i:])
		if err != nil {
			err.Offset += start + i
			return "", nil, err
		}
		all = append(all, e)
		i += n
		if i < len(text) && text[i] == gs {
			i++
			if i == len(text) {
				return "", nil, faultAt(CodeElements, start+i-1, "no element follows the last FNC1: leave it out")
			}
		}
	}
	if all == nil {
		return "", nil, faultf(CodeEmpty, "there is nothing to encode")
	}
	return text, all, nil
}

// nextElement reads the element that text begins with, and says how long it is.
func nextElement(text string) (element, int, *Error) {
	end := strings.IndexByte(text, gs)
	if end < 0 {
		end = len(text)
	}
	switch {
	case text[0] == gs:
		return element{}, 0, faultAt(CodeElements, 0, "an element is missing between two FNC1")
	case text[0] == '(':
		return element{}, 0, faultAt(CodeElements, 0, "the element string is written without brackets, with ^ for FNC1: 0109521234543213^10LOT42A for (01)09521234543213(10)LOT42A")
	}
	n := lengthOfAI(text)
	if n == 0 || n > end || !allDigits(text[:n]) {
		return element{}, 0, faultAt(CodeElements, 0, "no application identifier begins with %q", text[:min(4, end)])
	}
	ai := text[:n]
	if size := predefined(text); size > 0 {
		if end < size {
			return element{}, 0, faultAt(CodeElements, n, "the value of AI %s has %d digits, not %d", ai, size-n, end-n)
		}
		if i := strings.IndexFunc(text[n:size], func(c rune) bool { return c < '0' || c > '9' }); i >= 0 {
			return element{}, 0, faultAt(CodeElements, n+i, "the value of AI %s has %d digits, and %q is none", ai, size-n, text[n+i])
		}
		end = size
	}
	switch {
	case end == n:
		return element{}, 0, faultAt(CodeElements, n, "AI %s has no value", ai)
	case end-n > longestValue:
		return element{}, 0, faultAt(CodeElements, n, "the value of AI %s has %d characters; no value has more than %d", ai, end-n, longestValue)
	}
	return element{ai, text[n:end]}, end, nil
}

// lengthOfAI tells by the first two digits how many an application identifier has, 0 where none begins so.
func lengthOfAI(text string) int {
	if len(text) < 2 || !allDigits(text[:2]) {
		return 0
	}
	switch text[0] {
	case '0':
		if text[1] <= '4' {
			return 2
		}
	case '1', '9':
		return 2
	case '2':
		switch {
		case text[1] <= '2':
			return 2
		case text[1] <= '5' || text[1] == '7':
			return 3
		}
	case '3':
		switch text[1] {
		case '0', '7':
			return 2
		case '8':
			return 0
		}
		return 4
	case '4':
		switch {
		case text[1] <= '2':
			return 3
		case text[1] == '3':
			return 4
		}
	case '7':
		switch text[1] {
		case '0', '2':
			return 4
		case '1':
			return 3
		}
	case '8':
		if text[1] <= '2' {
			return 4
		}
	}
	return 0
}

// predefined is the length of an element, its identifier included, whose length is laid down for ever by its first two digits,
// so that no FNC1 need follow it; 0 for all others. The list is GS1's and closed.
func predefined(text string) int {
	switch first := text[:2]; {
	case first == "00":
		return 20
	case first == "01", first == "02", first == "03", first == "41":
		return 16
	case first == "04":
		return 18
	case first == "20":
		return 4
	case text[0] == '1' && text[1] != '0':
		return 8
	case text[0] == '3' && text[1] >= '1' && text[1] <= '6':
		return 10
	}
	return 0
}

// inElements tells whether a character is in one of the sets 39, 64 and 82 of the values.
func inElements(c byte) bool {
	switch {
	case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		return true
	}
	return strings.IndexByte(`!"#%&'()*+,-./:;<=>?_`, c) >= 0
}

func allDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// linesOf writes elements for people, those that go together in a line of about as many characters as fit.
func linesOf(all []element, most int) []string {
	var lines []string
	for _, e := range all {
		piece := "(" + e.ai + ")" + e.value
		if last := len(lines) - 1; last >= 0 && len(lines[last])+len(piece) <= most {
			lines[last] += piece
			continue
		}
		lines = append(lines, piece)
	}
	return lines
}
