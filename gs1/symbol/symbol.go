package symbol

import (
	"slices"
	"strings"
)

// mostData is more than any symbol can hold, in bytes.
const mostData = 8192

// Symbol is data as a grid of dark and light modules. It does not change and may be used at the same time from many goroutines.
type Symbol struct {
	form *form
	data string
	text []string // the lines below, unless others are given

	width, height int
	dark          []bool // row by row; linear symbols have one row
}

// Encode makes a symbol of data. An error is an [*Error].
func Encode(kind Kind, data string) (*Symbol, error) {
	f := formOf(kind)
	switch {
	case f == nil:
		var names []string
		for _, k := range Kinds() {
			names = append(names, string(k))
		}
		return nil, faultf(CodeUnknownKind, "%.20q is no kind of symbol: take one of %s", kind, strings.Join(names, ", "))
	case data == "":
		return nil, faultf(CodeEmpty, "there is nothing to encode")
	case len(data) > mostData:
		return nil, f.tooLong()
	}
	s := &Symbol{form: f}
	if err := f.encode(s, data); err != nil {
		return nil, err
	}
	return s, nil
}

// Kind tells what kind of symbol it is.
func (s *Symbol) Kind() Kind { return s.form.kind }

// Data is what a reader will send, without the symbology identifier: FNC1 between elements is GS, a GTIN has the digits of its kind.
func (s *Symbol) Data() string { return s.data }

// Text is what stands below the symbol unless other text is given, in lines: the elements with their identifiers in
// brackets, the digits, or the data itself where it is short and can be printed.
func (s *Symbol) Text() []string { return slices.Clone(s.text) }

// Size is the number of modules across and down, without the quiet zone. Linear symbols are one module high.
func (s *Symbol) Size() (width, height int) { return s.width, s.height }

// Dark tells whether a module is dark; those outside are light.
func (s *Symbol) Dark(x, y int) bool {
	return x >= 0 && x < s.width && y >= 0 && y < s.height && s.dark[y*s.width+x]
}

// fill takes the grid from a library's.
func (s *Symbol) fill(width, height int, dark func(x, y int) bool) {
	s.width, s.height = width, height
	s.dark = make([]bool, width*height)
	for y := range height {
		for x := range width {
			s.dark[y*width+x] = dark(x, y)
		}
	}
}

func (f *form) tooLong() *Error {
	return faultf(CodeTooLong, "the data is longer than %s can hold", f.name)
}
