package symbol_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"clew/gs1/symbol"
)

// FuzzEncode looks for data that panics, hangs, or is refused without a reason.
func FuzzEncode(f *testing.F) {
	for i, data := range []string{
		"010952123454321317270131" + "10LOT42A^21S0001", "^0109521234543213\x1d", "10A%^21b", "https://id.example.org/01/09521234543213", "Käse 奶酪",
		"a\xff", "9521234543213", "96385074", "614141123452", "19521234543210", "00000000000000", "", "^", "41", "3103", "\x00\x7f~",
	} {
		f.Add(uint8(i), data)
		f.Add(uint8(i+5), data)
	}
	kinds := symbol.Kinds()
	f.Fuzz(func(t *testing.T, n uint8, data string) {
		s, err := symbol.Encode(kinds[int(n)%len(kinds)], data)
		var fault *symbol.Error
		switch {
		case err == nil:
			if width, height := s.Size(); width < 8 || height < 1 || s.Data() == "" {
				t.Fatalf("%d by %d with %q", width, height, s.Data())
			}
		case !errors.As(err, &fault) || fault.Text == "" || fault.Offset > len(data):
			t.Fatalf("%#v", err)
		}
	})
}

// FuzzDraw looks for options that panic, hang, or make a drawing that is none.
func FuzzDraw(f *testing.F) {
	f.Add(uint8(0), "", 0.0, 0.0, 0)
	f.Add(uint8(1), "<&>\"'\n\x1d", 0.33, 10.0, 3)
	f.Add(uint8(2), "Ж\u0301奶", 5.0, 0.1, 64)
	kinds := []symbol.Kind{symbol.EAN13, symbol.UPCA, symbol.EAN8, symbol.ITF14, symbol.Code128, symbol.QR, symbol.DataMatrixRectangle}
	data := []string{"9521234543213", "614141123452", "96385074", "19521234543210", "A1", "A1", "A1"}
	f.Fuzz(func(t *testing.T, n uint8, text string, module, height float64, pixels int) {
		s, err := symbol.Encode(kinds[int(n)%len(kinds)], data[int(n)%len(kinds)])
		if err != nil {
			t.Fatal(err)
		}
		if pixels > 2 && pixels <= 64 {
			pixels = 2 // large pictures take their time
		}
		o := symbol.Options{Text: text, Module: module, Height: height, Pixels: pixels}
		var fault *symbol.Error
		var drawing bytes.Buffer
		if err := s.SVG(&drawing, o); err != nil {
			if !errors.As(err, &fault) {
				t.Fatal(err)
			}
			return
		}
		isXML(t, drawing.Bytes())
		if err := s.PNG(io.Discard, o); err != nil && !errors.As(err, &fault) {
			t.Fatal(err)
		}
	})
}
