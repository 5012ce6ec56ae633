package symbol

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostShown is the length of the longest data that is shown below a symbol unasked.
const mostShown = 120

// wrap breaks data into lines to be shown; data that is long or has what cannot be printed is not.
func wrap(data string, most int) []string {
	text := []rune(data)
	if len(text) > mostShown || slices.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || !hasLetter(r) }) {
		return nil
	}
	var lines []string
	for chunk := range slices.Chunk(text, most) {
		lines = append(lines, string(chunk))
	}
	return lines
}

// checkURI refuses a web address that a phone would not open as it was meant. Data that is none is not its concern.
func checkURI(data string) *Error {
	scheme, rest, found := strings.Cut(data, "://")
	if !found || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return nil
	}
	for i, c := range data {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", c) {
			return faultAt(CodeCharacter, i, "a URI writes %q as %s", c, url.PathEscape(string(c)))
		}
	}
	if _, err := url.Parse(data); err != nil || rest == "" || rest[0] == '/' {
		return faultf(CodeCharacter, "this begins as a URI and is none: look at its host and its %%")
	}
	return nil
}

// checkText refuses text that is not UTF-8.
func checkText(data string) *Error {
	for i, c := range data {
		if c == utf8.RuneError && !strings.HasPrefix(data[i:], string(utf8.RuneError)) {
			return faultAt(CodeCharacter, i, "the text is not UTF-8")
		}
	}
	return nil
}
