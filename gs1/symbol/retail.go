package symbol

// guard is by how many modules the guard bars of EAN and UPC are longer than the others.
const guard = 5

// retailDigit is the size of a font whose letters are as wide as a digit's bars: 7 modules.
const retailDigit = 7 / letterWidth

// group is a run of digits below their bars.
type group struct {
	from, to int     // of the digits
	x        float64 // where the group begins, in modules from the first bar
	scale    float64
}

// The digits of EAN and UPC stand below their own bars; those that have none stand in the quiet zones.
var groups = map[Kind][]group{
	EAN13: {{0, 1, -10, 1}, {1, 7, 3, 1}, {7, 13, 50, 1}},
	UPCA:  {{0, 1, -7.5, 0.75}, {1, 6, 10, 1}, {6, 11, 50, 1}, {11, 12, 97.25, 0.75}},
	EAN8:  {{0, 4, 3, 1}, {4, 8, 36, 1}},
}

// layOutRetail places an EAN or UPC with its digits.
func layOutRetail(s *Symbol, st style) drawing {
	f := s.form
	d := drawing{width: f.left + s.width + f.right, height: 1 + st.bars + guard + 1}
	for x, n := range s.runs(0) {
		d.boxes = append(d.boxes, box{f.left + x, 1, n, st.bars + s.longer(x)})
	}
	if len(st.text) == 0 {
		return d
	}
	const baseline = 10 // below the bars
	d.height = 1 + st.bars + baseline + 2
	for _, g := range groups[f.kind] {
		digits := st.text[0][g.from:g.to]
		width := 7 * g.scale * float64(len(digits))
		d.lines = append(d.lines, line{digits, float64(f.left) + g.x + width/2, float64(1 + st.bars + baseline), retailDigit * g.scale, 7 * g.scale})
	}
	return d
}

// longer tells by how much the bar that begins at a module is longer than the others.
func (s *Symbol) longer(x int) int {
	long := false
	switch s.form.kind {
	case EAN13:
		long = x < 3 || x >= 45 && x < 50 || x >= 92
	case UPCA: // also the bars of the digits that stand beside
		long = x < 10 || x >= 45 && x < 50 || x >= 85
	case EAN8:
		long = x < 3 || x >= 31 && x < 36 || x >= 64
	}
	if long {
		return guard
	}
	return 0
}
