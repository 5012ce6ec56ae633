package symbol_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"clew/gs1/symbol"
)

// FuzzEncode looks for data that panics, hangs, or makes a symbol that cannot be drawn.
func FuzzEncode(f *testing.F) {
	for i, data := range []string{
		"010952123454321317270131" + "10LOT42A^21S0001", "^0109521234543213\x1d", "10A%^21b", "https://id.example.org/01/09521234543213", "Käse 奶酪",
		"a\xff", "9521234543213", "96385074", "614141123452", "19521234543210", "00000000000000", "", "^", "41", "3103", "\x00\x7f~",
	} {
		f.Add(uint8(i), data, "", 0.0, 0)
		f.Add(uint8(i+5), data, "<&>\"'\n\x1d", 0.33, 3)
	}
	kinds := symbol.Kinds()
	f.Fuzz(func(t *testing.T, n uint8, data, text string, module float64, pixels int) {
		s, err := symbol.Encode(kinds[int(n)%len(kinds)], data)
		var fault *symbol.Error
		if err != nil {
			if !errors.As(err, &fault) || fault.Text == "" || fault.Offset > len(data) {
				t.Fatalf("%#v", err)
			}
			return
		}
		o := symbol.Options{Text: text, Module: module, Pixels: pixels}
		var drawing bytes.Buffer
		if err := s.SVG(&drawing, o); err == nil {
			rasterise(t, drawing.Bytes(), 1)
		} else if !errors.As(err, &fault) {
			t.Fatal(err)
		}
		if width, height := s.Size(); width*height > 3000 {
			return // pictures take their time
		}
		if err := s.PNG(io.Discard, o); err != nil && !errors.As(err, &fault) {
			t.Fatal(err)
		}
	})
}
