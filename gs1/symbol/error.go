package symbol

import "fmt"

// The codes of errors: exact and stable, for programs.
const (
	// CodeUnknownKind says that there is no such kind of symbol.
	CodeUnknownKind = "unknown_kind"
	// CodeEmpty says that there is nothing to encode.
	CodeEmpty = "empty"
	// CodeTooLong says that the data does not fit into the symbol.
	CodeTooLong = "too_long"
	// CodeCharacter says that the symbol cannot carry a character.
	CodeCharacter = "character"
	// CodeDigits says that there are more or fewer digits than the symbol has.
	CodeDigits = "digits"
	// CodeCheckDigit says that the last digit is not the check digit of the others.
	CodeCheckDigit = "check_digit"
	// CodeElements says that the element string cannot be taken apart by its reader.
	CodeElements = "elements"
	// CodeOption says that an option is out of its bounds.
	CodeOption = "option"
)

// Error says why a symbol cannot be made or drawn.
type Error struct {
	Code   string // one of the codes above
	Offset int    // of the offending byte in the data, its length where something lacks at the end, -1 when it is about the whole
	Option string // the offending option, as named in Options; empty when it is about the data
	Text   string // one clause for people
}

// Error returns the text, with the option or the place in the data that it is about.
func (e *Error) Error() string {
	switch {
	case e.Option != "":
		return e.Option + ": " + e.Text
	case e.Offset >= 0:
		return fmt.Sprintf("character %d: %s", e.Offset+1, e.Text)
	}
	return e.Text
}

func faultf(code string, format string, args ...any) *Error {
	return &Error{Code: code, Offset: -1, Text: fmt.Sprintf(format, args...)}
}

func faultAt(code string, offset int, format string, args ...any) *Error {
	return &Error{Code: code, Offset: offset, Text: fmt.Sprintf(format, args...)}
}

func wrongOption(name, format string, args ...any) *Error {
	return &Error{Code: CodeOption, Offset: -1, Option: name, Text: fmt.Sprintf(format, args...)}
}
