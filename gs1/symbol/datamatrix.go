package symbol

import (
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/datamatrix"
)

func encodeGS1DataMatrix(s *Symbol, data string) error {
	text, elements, err := readElements(data)
	if err != nil {
		return err
	}
	s.data, s.text = text, linesOf(elements, 24)
	fnc1 := string([]byte{datamatrix.FNC1}) // one byte, not the letter of that number
	return s.dataMatrix(fnc1 + strings.ReplaceAll(text, string(gs), fnc1))
}

func encodeDataMatrix(s *Symbol, data string) error {
	if err := onlyASCII(s.form, data); err != nil {
		return err
	}
	if err := checkURI(data); err != nil {
		return err
	}
	s.data, s.text = data, wrap(data, 24)
	return s.dataMatrix(data)
}

func (s *Symbol) dataMatrix(content string) error {
	code, err := datamatrix.Encode(content)
	if err != nil {
		return s.form.tooLong() // it says nothing else
	}
	s.take(code)
	return nil
}

// take takes the grid from a barcode, of which one that is linear is one row.
func (s *Symbol) take(code barcode.Barcode) {
	size := code.Bounds().Size()
	s.fill(size.X, size.Y, func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	})
}
