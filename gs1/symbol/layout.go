package symbol

import (
	"math"
	"unicode/utf8"
)

// The measures of letters, as parts of the size of a font whose letters are all of one width.
const (
	letterWidth = 0.6
	lineHeight  = 1.25
	capHeight   = 0.75
	below       = 0.25 // the baseline
)

// The size of letters in millimetres: below linear symbols and below matrix symbols.
const (
	lettersLinear = 3.5
	lettersMatrix = 2.2
)

// box is a dark rectangle, in modules from the upper left corner.
type box struct{ x, y, w, h int }

// line is text, centred about x on a baseline, in modules.
type line struct {
	text    string
	x, y    float64
	size    float64 // of the font
	advance float64 // width of a letter
}

// drawing is a symbol with all that is around it, in modules.
type drawing struct {
	width, height int
	boxes         []box
	lines         []line
}

// layOut places the symbol in its quiet zone, with bearer bars and text. Letters are not smaller than least, in modules.
func layOut(s *Symbol, st style, least float64) drawing {
	if s.height > 1 {
		return layOutMatrix(s, st, least)
	}
	if s.form.bars > 0 && !st.given {
		return layOutRetail(s, st)
	}
	return layOutLinear(s, st, least)
}

func layOutMatrix(s *Symbol, st style, least float64) drawing {
	f := s.form
	d := drawing{width: f.left + s.width + f.right, height: s.height + 2*f.upDown}
	symbolWidth := d.width
	size := max(lettersMatrix/st.module, least)
	d.letter(st.text, size)
	left := (d.width-symbolWidth)/2 + f.left
	for y := range s.height {
		for x, n := range s.runs(y) {
			d.boxes = append(d.boxes, box{left + x, f.upDown + y, n, 1})
		}
	}
	return d
}

func layOutLinear(s *Symbol, st style, least float64) drawing {
	f := s.form
	frame := f.bearer
	d := drawing{width: f.left + s.width + f.right + 2*frame, height: st.bars + 2*max(frame, 1)}
	symbolWidth := d.width
	size := max(lettersLinear/st.module, least)
	d.letter(st.text, size)
	left := (d.width - symbolWidth) / 2
	top := max(frame, 1)
	if frame > 0 {
		bottom := top + st.bars
		d.boxes = append(d.boxes, box{left, 0, symbolWidth, frame}, box{left, bottom, symbolWidth, frame},
			box{left, top, frame, st.bars}, box{left + symbolWidth - frame, top, frame, st.bars})
	}
	for x, n := range s.runs(0) {
		d.boxes = append(d.boxes, box{left + frame + f.left + x, top, n, st.bars + s.longer(x)})
	}
	if s.form.bars > 0 && len(d.lines) > 0 { // longer guard bars move the text down
		for i := range d.lines {
			d.lines[i].y += guard
		}
		d.height += guard
	}
	return d
}

// letter places lines of text below what is drawn so far, and widens the drawing for them.
func (d *drawing) letter(text []string, size float64) {
	if len(text) == 0 {
		return
	}
	advance := size * letterWidth
	for _, t := range text {
		d.width = max(d.width, int(math.Ceil(float64(utf8.RuneCountInString(t))*advance))+2)
	}
	y := float64(d.height) + size*(capHeight+below)
	for _, t := range text {
		d.lines = append(d.lines, line{t, float64(d.width) / 2, y, size, advance})
		y += size * lineHeight
	}
	d.height = int(math.Ceil(y - size*(lineHeight-below) + 0.5))
}

// runs walks the dark runs of a row: where each begins, and how long it is.
func (s *Symbol) runs(y int) func(yield func(x, n int) bool) {
	return func(yield func(x, n int) bool) {
		for x := 0; x < s.width; x++ {
			start := x
			for s.Dark(x, y) {
				x++
			}
			if x > start && !yield(start, x-start) {
				return
			}
		}
	}
}
