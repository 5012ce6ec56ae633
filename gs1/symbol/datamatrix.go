package symbol

import (
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/utils"
)

func encodeGS1DataMatrix(s *Symbol, data string) error {
	text, elements, err := readElements(data)
	if err != nil {
		return err
	}
	s.data, s.text = text, linesOf(elements, 24)
	return s.dataMatrix(text, true)
}

func encodeDataMatrix(s *Symbol, data string) error {
	if err := onlyASCII(s.form, data); err != nil {
		return err
	}
	if err := checkURI(data); err != nil {
		return err
	}
	s.data, s.text = data, wrap(data, 24)
	return s.dataMatrix(data, false)
}

// matrixSize is a size of DataMatrix, with error correction ECC 200.
type matrixSize struct {
	regionsDown, regionsAcross int
	height, width              int // of a region, without its borders
	data, check, blocks        int // codewords
}

// squares and rectangles are the sizes of ISO/IEC 16022, the smallest first.
var (
	squares = []matrixSize{
		{1, 1, 8, 8, 3, 5, 1}, {1, 1, 10, 10, 5, 7, 1}, {1, 1, 12, 12, 8, 10, 1}, {1, 1, 14, 14, 12, 12, 1}, {1, 1, 16, 16, 18, 14, 1},
		{1, 1, 18, 18, 22, 18, 1}, {1, 1, 20, 20, 30, 20, 1}, {1, 1, 22, 22, 36, 24, 1}, {1, 1, 24, 24, 44, 28, 1},
		{2, 2, 14, 14, 62, 36, 1}, {2, 2, 16, 16, 86, 42, 1}, {2, 2, 18, 18, 114, 48, 1}, {2, 2, 20, 20, 144, 56, 1}, {2, 2, 22, 22, 174, 68, 1},
		{2, 2, 24, 24, 204, 84, 2}, {4, 4, 14, 14, 280, 112, 2}, {4, 4, 16, 16, 368, 144, 4}, {4, 4, 18, 18, 456, 192, 4},
		{4, 4, 20, 20, 576, 224, 4}, {4, 4, 22, 22, 696, 272, 4}, {4, 4, 24, 24, 816, 336, 6}, {6, 6, 18, 18, 1050, 408, 6},
		{6, 6, 20, 20, 1304, 496, 8}, {6, 6, 22, 22, 1558, 620, 10},
	}
	rectangles = []matrixSize{
		{1, 1, 6, 16, 5, 7, 1}, {1, 2, 6, 14, 10, 11, 1}, {1, 1, 10, 24, 16, 14, 1}, {1, 2, 10, 16, 22, 18, 1}, {1, 2, 14, 16, 32, 24, 1}, {1, 2, 14, 22, 49, 28, 1},
	}
)

// dataMatrix makes the smallest symbol of its shape.
func (s *Symbol) dataMatrix(text string, gs1 bool) error {
	sizes := squares
	if s.form.rectangle {
		sizes = rectangles
	}
	words, size := matrixWords(text, gs1, sizes)
	if size == nil {
		return s.form.tooLong()
	}
	bits := place(size.regionsDown*size.height, size.regionsAcross*size.width, size.withCheck(words))
	s.fill(size.regionsAcross*(size.width+2), size.regionsDown*(size.height+2), func(x, y int) bool {
		row, column := y%(size.height+2), x%(size.width+2)
		switch {
		case column == 0, row == size.height+1: // the L of each region
			return true
		case row == 0:
			return column%2 == 0
		case column == size.width+1:
			return row%2 == 1
		}
		return bits[(y/(size.height+2)*size.height+row-1)*size.regionsAcross*size.width+x/(size.width+2)*size.width+column-1]
	})
	return nil
}

var matrixCheck = utils.NewReedSolomonEncoder(utils.NewGaloisField(301, 256, 1))

// withCheck fills words up to the size, and adds the check words of each block of interleaved words.
func (m *matrixSize) withCheck(words []byte) []byte {
	if len(words) < m.data {
		words = append(words, 129)
	}
	for len(words) < m.data {
		pad := 130 + 149*(len(words)+1)%253
		if pad > 254 {
			pad -= 254
		}
		words = append(words, byte(pad))
	}
	all := append(words[:m.data:m.data], make([]byte, m.check)...)
	for b := range m.blocks {
		var block []int
		for i := b; i < m.data; i += m.blocks {
			block = append(block, int(words[i]))
		}
		for i, word := range matrixCheck.Encode(block, m.check/m.blocks) {
			all[m.data+b+i*m.blocks] = byte(word)
		}
	}
	return all
}

// take takes the grid from a barcode that is linear.
func (s *Symbol) take(code barcode.Barcode) {
	s.fill(code.Bounds().Dx(), 1, func(x, _ int) bool {
		r, _, _, _ := code.At(x, 0).RGBA()
		return r == 0
	})
}
