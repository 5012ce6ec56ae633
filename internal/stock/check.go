package stock

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// set copies a given value over the one that stands.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// pick reads one of the names into its number.
func pick[T ~uint8](field string, given *string, names []string, to *T) *Error {
	if given == nil {
		return nil
	}
	i := slices.Index(names, *given)
	if i < 0 {
		return Errorf(Invalid, CodeInvalidValue, field, "%q is none of %s", *given, strings.TrimPrefix(strings.Join(names, ", "), ", "))
	}
	*to = T(i)
	return nil
}

// named ties one bit of a set to the word it is written as.
type named[T any] struct {
	Value T
	Name  string
}

func namesOf[T ~uint8](all []named[T], given T) []string {
	out := []string{}
	for _, n := range all {
		if given&n.Value != 0 {
			out = append(out, n.Name)
		}
	}
	return out
}

// parseNames reads a list of words into a set; ok is false when one of them is not in the table.
func parseNames[T ~uint8](all []named[T], given []string) (out T, ok bool) {
	for _, name := range given {
		i := slices.IndexFunc(all, func(n named[T]) bool { return n.Name == name })
		if i < 0 {
			return 0, false
		}
		out |= all[i].Value
	}
	return out, true
}

func index(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

func between(field string, n, low, high int) *Error {
	if n < low || n > high {
		return Errorf(Invalid, CodeInvalidValue, field, "%d is not between %d and %d", n, low, high)
	}
	return nil
}

// checkText accepts free text that can be printed on one line or several.
func checkText(field, text string, most int) *Error {
	if !utf8.ValidString(text) {
		return Errorf(Invalid, CodeInvalidValue, field, "the text is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n > most {
		return Errorf(Invalid, CodeTooLong, field, "%d characters, at most %d are kept", n, most)
	}
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return Errorf(Invalid, CodeInvalidValue, field, "the text holds the control character U+%04X", r)
		}
	}
	return nil
}

func checkTags(tags []string) *Error {
	for _, tag := range tags {
		if err := CheckCode("tags", tag, MaxKey); err != nil {
			return err
		}
		if strings.ContainsAny(tag, ",;|") {
			return Errorf(Invalid, CodeInvalidValue, "tags", "%q: a tag has no comma, semicolon or bar", tag)
		}
	}
	if len(tags) > 50 {
		return Errorf(Invalid, CodeTooMany, "tags", "%d tags, at most 50 are kept", len(tags))
	}
	return nil
}

func sortedSet(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// present answers a master draft that must be new but exists, or must exist but does not.
func present(want Presence, exists bool, taken, unknown, field, key string) *Error {
	switch {
	case want == MustBeNew && exists:
		return Errorf(Conflict, taken, field, "%q exists already; keys are never reused", key)
	case want == MustExist && !exists:
		return Errorf(NotFound, unknown, field, "%q is not known", key)
	}
	return nil
}

// NormalGTIN pads GTIN-8, -12 and -13 to 14 digits; the check digit stays right.
func NormalGTIN(text string) string {
	if n := len(text); n == 8 || n == 12 || n == 13 {
		return strings.Repeat("0", 14-n) + text
	}
	return text
}

// PadGTIN gives a GTIN back the zeros that a spreadsheet took off its front: seven digits are of a GTIN-8, nine to eleven of a GTIN-12.
// Zeros in front change no check digit, so it is right in one form or in none.
func PadGTIN(text string) (gtin string, ok bool) {
	switch n := len(text); {
	case n == 7:
		gtin = "0" + text
	case n >= 9 && n <= 11:
		gtin = strings.Repeat("0", 12-n) + text
	}
	return gtin, gtin != "" && checkDigit(gtin)
}

// PadGLN does the same for a GLN, of which ten digits at least are left.
func PadGLN(text string) (gln string, ok bool) {
	if n := len(text); n >= 10 && n <= 12 {
		gln = strings.Repeat("0", 13-n) + text
	}
	return gln, gln != "" && checkDigit(gln)
}

// ValidGTIN reports whether a text is a GTIN of 14 digits with a right check digit.
func ValidGTIN(text string) bool { return validGTIN(text) }

func validGTIN(text string) bool { return len(text) == 14 && checkDigit(text) }
func validGLN(text string) bool  { return len(text) == 13 && checkDigit(text) }

// checkDigit proves GS1's mod-10 check digit: weights 3 and 1 from the right, the check digit itself weighing 1.
func checkDigit(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
