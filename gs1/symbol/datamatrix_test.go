package symbol_test

import (
	"testing"

	"clew/gs1/symbol"
)

// TestDataMatrixSizes holds DataMatrix to the smallest size that the standard has for the data, also where it is at the edge of one.
func TestDataMatrixSizes(t *testing.T) {
	for _, c := range []struct {
		kind          symbol.Kind
		data          string
		width, height int
	}{
		{symbol.DataMatrix, "123456", 10, 10},
		{symbol.DataMatrix, "1234567", 12, 12},
		{symbol.DataMatrix, "AB", 10, 10},
		{symbol.DataMatrix, "ABC", 10, 10},
		{symbol.DataMatrix, "ABCDEF", 12, 12},  // the set's latch and two pairs of words fill it
		{symbol.DataMatrix, "ABCDE", 12, 12},   // and so do five letters, with a shift at the end
		{symbol.DataMatrix, "ABCDEFG", 14, 14}, // seven do not
		{symbol.DataMatrix, "abcdefghi", 14, 14},
		{symbol.DataMatrix, "https://id.example.org/01/09521234543213", 22, 22}, // 40 bytes in 30 words
		{symbol.DataMatrixRectangle, "1234567890", 18, 8},
		{symbol.DataMatrixRectangle, "12345678901", 32, 8},
		{symbol.GS1DataMatrix, "0109521234543213", 16, 16},
		{symbol.GS1DataMatrix, "010952123454321317270131" + "10LOT42A^21S0001", 22, 22},
		{symbol.GS1DataMatrix, "010952123454321317270131" + "10ABCDEFGHIJKLMNOP^21QRSTUVWXYZABCDEFGHIJ", 26, 26}, // 32 by 32 without the set of capitals
		{symbol.GS1DataMatrixRectangle, "0109521234543213", 32, 8},
		{symbol.GS1DataMatrixRectangle, "010952123454321317270131" + "10LOT42A^21S0001", 36, 16},
	} {
		s, err := symbol.Encode(c.kind, c.data)
		if err != nil {
			t.Error(err)
			continue
		}
		if width, height := s.Size(); width != c.width || height != c.height {
			t.Errorf("%s %q is %d by %d, want %d by %d", c.kind, c.data, width, height, c.width, c.height)
		}
	}
}
