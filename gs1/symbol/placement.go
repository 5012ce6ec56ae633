package symbol

// placement lays codewords into a DataMatrix as annex F of ISO/IEC 16022 does: along diagonals, each word in the shape of a
// chair, which is broken at the edges and goes on at the opposite one.
type placement struct {
	rows, columns int
	words         []byte
	bits, set     []bool
}

// place lays words out; the bits are row by row.
func place(rows, columns int, words []byte) []bool {
	p := &placement{rows: rows, columns: columns, words: words, bits: make([]bool, rows*columns), set: make([]bool, rows*columns)}
	row, column := 4, 0
	for row < rows || column < columns {
		p.corners(row, column)
		for ; row >= 0 && column < columns; row, column = row-2, column+2 {
			if row < rows && column >= 0 && !p.set[row*columns+column] {
				p.chair(row, column)
			}
		}
		row, column = row+1, column+3
		for ; row < rows && column >= 0; row, column = row+2, column-2 {
			if row >= 0 && column < columns && !p.set[row*columns+column] {
				p.chair(row, column)
			}
		}
		row, column = row+3, column+1
	}
	if last := rows*columns - 1; !p.set[last] { // no word is left for the last corner
		p.bits[last], p.bits[last-columns-1] = true, true
	}
	return p.bits
}

// cell is a place by row and column; what is below 0 counts from the far edge.
type cell struct{ row, column int }

// word lays the next word out on eight cells, its highest bit first.
func (p *placement) word(cells [8]cell) {
	word := p.words[0]
	p.words = p.words[1:]
	for i, c := range cells {
		if c.row < 0 {
			c.row += p.rows
			c.column += 4 - (p.rows+4)%8
		}
		if c.column < 0 {
			c.column += p.columns
			c.row += 4 - (p.columns+4)%8
		}
		at := c.row*p.columns + c.column
		p.bits[at], p.set[at] = word&(0x80>>i) != 0, true
	}
}

func (p *placement) chair(r, c int) {
	p.word([8]cell{{r - 2, c - 2}, {r - 2, c - 1}, {r - 1, c - 2}, {r - 1, c - 1}, {r - 1, c}, {r, c - 2}, {r, c - 1}, {r, c}})
}

// corners lays out the words that some sizes have in their corners.
func (p *placement) corners(row, column int) {
	r, c := p.rows, p.columns
	if row == r && column == 0 {
		p.word([8]cell{{r - 1, 0}, {r - 1, 1}, {r - 1, 2}, {0, c - 2}, {0, c - 1}, {1, c - 1}, {2, c - 1}, {3, c - 1}})
	}
	if row == r-2 && column == 0 && c%4 != 0 {
		p.word([8]cell{{r - 3, 0}, {r - 2, 0}, {r - 1, 0}, {0, c - 4}, {0, c - 3}, {0, c - 2}, {0, c - 1}, {1, c - 1}})
	}
	if row == r-2 && column == 0 && c%8 == 4 {
		p.word([8]cell{{r - 3, 0}, {r - 2, 0}, {r - 1, 0}, {0, c - 2}, {0, c - 1}, {1, c - 1}, {2, c - 1}, {3, c - 1}})
	}
	if row == r+4 && column == 2 && c%8 == 0 {
		p.word([8]cell{{r - 1, 0}, {r - 1, c - 1}, {0, c - 3}, {0, c - 2}, {0, c - 1}, {1, c - 3}, {1, c - 2}, {1, c - 1}})
	}
}
