package stock

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxCode is the most characters of a lot code or serial number, as in GS1 AI 10 and AI 21.
	MaxCode = 20
	// MaxKey is the most characters of other keys, such as a SKU or a location code.
	MaxKey = 60

	// rangeDigits is how many trailing digits of a serial are counted on: the most whose every number fits an int64.
	rangeDigits = 18
)

// CheckCode returns nil if code is fit to name something: some text of at most most characters, printable, without space around
// it. Else it returns an Error about field with code blank, invalid_code or too_long.
func CheckCode(field, code string, most int) *Error {
	if plainCode(code) && len(code) <= most {
		return nil
	}
	if !utf8.ValidString(code) {
		return Errorf(Invalid, CodeInvalidCode, field, "%q is not valid UTF-8", clip(code))
	}
	trimmed := strings.TrimSpace(code)
	if trimmed == "" {
		return Errorf(Invalid, CodeBlank, field, "a code is needed here")
	}
	if trimmed != code {
		return Errorf(Invalid, CodeInvalidCode, field, "%q has a space before or after it", clip(code))
	}
	if n := utf8.RuneCountInString(code); n > most {
		return Errorf(Invalid, CodeTooLong, field, "%q has %d characters, %d are allowed", clip(code), n, most)
	}
	for _, r := range code {
		if !unicode.IsPrint(r) {
			return Errorf(Invalid, CodeInvalidCode, field, "%q contains the character %U, which cannot be printed", clip(code), r)
		}
	}
	return nil
}

// plainCode reports whether code is visible ASCII without a space: nearly all are, and 100,000 of them are checked at once.
func plainCode(code string) bool {
	for i := range len(code) {
		if code[i] <= ' ' || code[i] > '~' {
			return false
		}
	}
	return code != ""
}

// SplitPasted cuts pasted columns into codes, at line ends, tabs, commas and semicolons, without the space around them and
// without blanks. A code that contains a comma or semicolon cannot be pasted.
func SplitPasted(text string) []string {
	text = strings.TrimPrefix(text, "\ufeff") // spreadsheets put a byte order mark first
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n\r\t,;", r) })
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}

// unpaste takes specs apart that hold line ends or tabs, which no serial has; the others may hold a comma.
func unpaste(specs []string) []string {
	pasted := func(spec string) bool { return strings.ContainsAny(spec, "\n\r\t") }
	if !slices.ContainsFunc(specs, pasted) {
		return specs
	}
	var out []string
	for _, spec := range specs {
		if pasted(spec) {
			out = append(out, SplitPasted(spec)...)
		} else {
			out = append(out, spec)
		}
	}
	return out
}

// ExpandSerials returns the serials that specs name, in their order. Each spec is a serial, a range "SN0001..SN0100" of both ends
// and what lies between, or "SN0001~+99" for a serial and the 99 after it. A serial that itself contains ".." is written with
// "~+0" behind it. Errors are about the field units[i] and have the codes too_many (more than most serials; found before any
// is made), invalid_serial, duplicate_unit, and those of CheckCode. A spec of several lines or columns is a pasted list of
// such specs; then i counts what was pasted.
func ExpandSerials(specs []string, most int) ([]string, error) {
	specs = unpaste(specs)
	total := 0
	runs := make([]serialRun, 0, min(len(specs), max(most, 0)))
	for i, spec := range specs {
		run, e := parseSerialRun(spec)
		if e == nil && run.count > most-total {
			e = Errorf(TooLarge, CodeTooMany, "", "%q makes more than %d serial numbers", clip(spec), most)
		}
		if e != nil {
			return nil, e.At(unitsField(i))
		}
		total += run.count
		runs = append(runs, run)
	}
	serials := make([]string, 0, total)
	for _, run := range runs {
		serials = run.appendTo(serials)
	}
	// Serials of one range differ; only several specs can repeat one.
	if len(runs) > 1 {
		if e := duplicateSerial(runs, serials); e != nil {
			return nil, e
		}
	}
	return serials, nil
}

func unitsField(i int) string {
	return "units[" + strconv.Itoa(i) + "]"
}

// duplicateSerial returns an error naming the first serial that a spec repeats, and nil if all differ.
func duplicateSerial(runs []serialRun, serials []string) *Error {
	seen := make(map[string]struct{}, len(serials))
	for i, serial := range serials {
		// One look into the map instead of two: 100,000 serials are checked in a call.
		if seen[serial] = struct{}{}; len(seen) > i {
			continue
		}
		first, again := specOf(runs, slices.Index(serials, serial)), specOf(runs, i)
		e := Errorf(Invalid, CodeDuplicateUnit, unitsField(again), "serial %q is already named by %s", serial, unitsField(first))
		e.About = []string{serial}
		return e
	}
	return nil
}

// specOf returns the index of the spec that made the serial at index i.
func specOf(runs []serialRun, i int) int {
	spec := 0
	for i >= runs[spec].count {
		i -= runs[spec].count
		spec++
	}
	return spec
}

// serialRun is a spec that was read: prefix and number, count times from start on. A single serial is all prefix, with width 0.
type serialRun struct {
	prefix string
	start  int64
	width  int // the least digits a number is written with, zeros in front
	count  int // at least 1
}

func (r serialRun) appendTo(serials []string) []string {
	if r.width == 0 {
		return append(serials, r.prefix)
	}
	var room [64]byte
	for i := range r.count {
		text := append(room[:0], r.prefix...)
		serials = append(serials, string(appendPadded(text, r.start+int64(i), r.width)))
	}
	return serials
}

func appendPadded(text []byte, n int64, width int) []byte {
	var room [20]byte
	digits := strconv.AppendInt(room[:0], n, 10)
	for range width - len(digits) {
		text = append(text, '0')
	}
	return append(text, digits...)
}

func parseSerialRun(spec string) (serialRun, *Error) {
	if i := strings.LastIndex(spec, "~+"); i >= 0 {
		return serialAndMore(spec, spec[:i], spec[i+2:])
	}
	if first, last, ok := strings.Cut(spec, ".."); ok {
		return serialsBetween(spec, first, last)
	}
	return serialRun{prefix: spec, count: 1}, CheckCode("", spec, MaxCode)
}

// serialAndMore reads "SN0001~+99". The number may become wider: after S9 comes S10.
func serialAndMore(spec, first, more string) (serialRun, *Error) {
	if e := CheckCode("", first, MaxCode); e != nil {
		return serialRun{}, e
	}
	if !onlyDigits(more) {
		return serialRun{}, Errorf(Invalid, CodeInvalidSerial, "", "%q does not say how many follow: a number is needed after ~+", clip(spec))
	}
	n, err := strconv.ParseInt(more, 10, 64)
	if n == 0 {
		return serialRun{prefix: first, count: 1}, nil
	}
	prefix, digits, start := cutNumber(first)
	if digits == 0 {
		return serialRun{}, Errorf(Invalid, CodeInvalidSerial, "", "%q cannot be counted on: %q does not end in digits", clip(spec), first)
	}
	// Whoever asks for more than this is told too_many, and the sum below cannot overflow.
	const beyondAll = 1_000_000_000_000_000_000
	if err != nil || n > beyondAll {
		return serialRun{prefix: first, count: math.MaxInt}, nil
	}
	run := serialRun{prefix: prefix, start: start, width: digits, count: countOf(n)}
	end := string(appendPadded([]byte(prefix), start+n, digits))
	if len(end) > len(first) && digits == rangeDigits && prefix != "" && isDigit(prefix[len(prefix)-1]) {
		// The carry would have to go into digits that count as prefix here.
		return serialRun{}, Errorf(Invalid, CodeInvalidSerial, "", "%q counts past its last %d digits", clip(spec), rangeDigits)
	}
	return run, CheckCode("", end, MaxCode)
}

// serialsBetween reads "SN0001..SN0100".
func serialsBetween(spec, first, last string) (serialRun, *Error) {
	for _, end := range []string{first, last} {
		if e := CheckCode("", end, MaxCode); e != nil {
			return serialRun{}, e
		}
	}
	prefix, digits, start := cutNumber(first)
	lastPrefix, lastDigits, stop := cutNumber(last)
	why := ""
	switch {
	case digits == 0 || lastDigits == 0:
		why = "both ends must end in digits"
	case prefix != lastPrefix:
		why = fmt.Sprintf("both ends must be alike before their last digits (at most %d are counted on)", rangeDigits)
	case digits != lastDigits && (first[len(prefix)] == '0' && digits > 1 || last[len(prefix)] == '0'):
		why = "numbers with zeros in front must have the same number of digits"
	case stop < start:
		why = "it ends before it starts"
	}
	if why != "" {
		e := Errorf(Invalid, CodeInvalidSerial, "", "%q is not a range: %s", clip(spec), why)
		e.Offer = "if it is one serial number, write ~+0 behind it"
		return serialRun{}, e
	}
	return serialRun{prefix: prefix, start: start, width: digits, count: countOf(stop - start)}, nil
}

// countOf returns how many numbers there are from one to another that is more higher, as an int on small machines too.
func countOf(more int64) int {
	return int(min(more, math.MaxInt-1)) + 1
}

// cutNumber cuts the trailing digits off a serial, at most rangeDigits, and returns their number too; digits is 0 if it ends otherwise.
func cutNumber(serial string) (prefix string, digits int, n int64) {
	cut := len(serial)
	for cut > 0 && len(serial)-cut < rangeDigits && isDigit(serial[cut-1]) {
		cut--
	}
	for i := cut; i < len(serial); i++ {
		n = n*10 + int64(serial[i]-'0')
	}
	return serial[:cut], len(serial) - cut, n
}

func isDigit(b byte) bool {
	return b >= '0' && b <= '9'
}
