package stock

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrorKind sorts errors by what the caller can do about them; an edge such as HTTP maps each kind to a status once.
type ErrorKind int

// The kinds start at one, so that an Error made without a kind shows as unknown and not as the caller's fault.
const (
	// Invalid means that the request itself is wrong and will fail again unchanged.
	Invalid ErrorKind = iota + 1
	// NotFound means that what the request is about does not exist.
	NotFound
	// Conflict means that the request is well formed but today's state or rules refuse it.
	Conflict
	// Forbidden means that the actor lacks the right.
	Forbidden
	// TooLarge means that the request is larger than is taken in one call.
	TooLarge
	// Unavailable means that the same request may succeed later.
	Unavailable
	// Internal means that the fault is ours.
	Internal
	// NotSignedIn means that nobody is known who asks.
	NotSignedIn
	// TooOften means that the same request may be tried again only after a while.
	TooOften
)

// String returns the kind in lower case words, "unknown" for a value that is no kind.
func (k ErrorKind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not found"
	case Conflict:
		return "conflict"
	case Forbidden:
		return "forbidden"
	case TooLarge:
		return "too large"
	case Unavailable:
		return "unavailable"
	case Internal:
		return "internal"
	case NotSignedIn:
		return "not signed in"
	case TooOften:
		return "too often"
	}
	return "unknown"
}

// Error is the one error type of the rules: a kind for the edge, a stable code for programs, a detail for people.
type Error struct {
	Kind   ErrorKind
	Code   string   // one of Codes
	Field  string   // path of the offending field in the request, such as items[3].lot; empty when it is about the whole
	Detail string   // one clause for people, without the field and the code
	Offer  string   // what would work instead, such as a free lot code
	About  []string // codes of the entries or things concerned
}

// Errorf returns an Error with its detail formatted as by fmt.Sprintf; field may be empty.
func Errorf(kind ErrorKind, code, field, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// Error returns "field: detail (code)", without the field when there is none.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.Detail + " (" + e.Code + ")"
	}
	return e.Field + ": " + e.Detail + " (" + e.Code + ")"
}

// At returns a copy whose field lies below prefix, so that a rule that knows only "lot" can be reported as "items[3].lot".
func (e *Error) At(prefix string) *Error {
	c := *e
	c.About = slices.Clone(e.About)
	c.Field = joinField(prefix, e.Field)
	return &c
}

// AsError finds the first Error in the chain of err, and reports whether there is one.
func AsError(err error) (*Error, bool) {
	var e *Error
	// A nil *Error inside a non-nil error is a slip of a caller; it must not be handed on as something to read.
	ok := errors.As(err, &e) && e != nil
	return e, ok
}

func joinField(prefix, field string) string {
	prefix = strings.TrimRight(prefix, ".")
	field = strings.TrimLeft(field, ".")
	if prefix == "" || field == "" || field[0] == '[' {
		return prefix + field
	}
	return prefix + "." + field
}

// clip shortens text that is echoed in a detail: a request may carry megabytes where a code is meant.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
