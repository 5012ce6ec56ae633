package symbol

import (
	"cmp"
	"image/color"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The bounds of options.
const (
	leastModule, mostModule = 0.1, 5 // millimetres
	mostPixels              = 64     // of a module
	mostHeight              = 500    // of bars, in millimetres
	mostLines, mostLetters  = 8, 100 // of text

	// defaultPixels make a module that prints well at 300 dots an inch and is seen well on a screen.
	defaultPixels = 4
)

// Options say how a symbol is drawn. The zero value is a usual size, black on white, with the symbol's own text.
type Options struct {
	// Module is the width of a module, the X-dimension, in millimetres: 0.1 to 5; 0 for a usual one of the kind.
	Module float64
	// Pixels is the width of a module in a PNG, 1 to 64; 0 for 4. The PNG also says how large it is to be printed, by Module.
	Pixels int
	// Height is that of the bars of a linear symbol in millimetres, up to 500; 0 for what the kind asks for.
	Height float64
	// Text stands below the symbol instead of its own line; its lines are separated by line feeds.
	Text string
	// NoText leaves the space below empty.
	NoText bool
	// Dark and Light are the colours of bars and background, nil for black and white. They must differ enough for scanners, whose
	// light is red.
	Dark, Light color.Color
}

// style is Options with all defaults settled, in modules.
type style struct {
	module      float64 // millimetres
	pixels      int
	bars        int // height of the bars of a linear symbol
	text        []string
	given       bool // the text is not the symbol's own
	dark, light color.RGBA
}

// settle checks the options for a symbol.
func (o Options) settle(s *Symbol) (style, *Error) {
	f := s.form
	st := style{module: cmp.Or(o.Module, f.x), pixels: cmp.Or(o.Pixels, defaultPixels), bars: f.bars}
	switch {
	case !(st.module >= leastModule && st.module <= mostModule):
		return st, wrongOption("module", "a module is %g to %g mm wide", leastModule, float64(mostModule))
	case st.pixels < 1 || st.pixels > mostPixels:
		return st, wrongOption("pixels", "a module is 1 to %d pixels wide", mostPixels)
	case !(o.Height >= 0 && o.Height <= mostHeight):
		return st, wrongOption("height", "bars are up to %d mm high", mostHeight)
	case o.Height > 0 && s.height > 1:
		return st, wrongOption("height", "only linear symbols have bars; the size of %s goes with that of its modules", f.name)
	}
	if height := cmp.Or(o.Height, f.height); o.Height > 0 || f.bars == 0 {
		st.bars = max(1, int(math.Ceil(height/st.module-1e-9)))
	}
	if err := st.colour(o); err != nil {
		return st, err
	}
	return st, st.letter(o, s)
}

// letter settles the text.
func (st *style) letter(o Options, s *Symbol) *Error {
	switch {
	case o.NoText && o.Text != "":
		return wrongOption("text", "either a text or none")
	case o.NoText:
		return nil
	case o.Text == "":
		st.text = s.text
		return nil
	}
	st.text, st.given = strings.Split(o.Text, "\n"), true
	if len(st.text) > mostLines {
		return wrongOption("text", "at most %d lines, not %d", mostLines, len(st.text))
	}
	for _, line := range st.text {
		if n := utf8.RuneCountInString(line); n > mostLetters {
			return wrongOption("text", "a line has at most %d characters, not %d", mostLetters, n)
		}
		if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff }) {
			return wrongOption("text", "a line has a character that cannot be shown")
		}
	}
	return nil
}

// leastContrast is the symbol contrast of grade B in ISO/IEC 15415 and 15416.
const leastContrast = 0.55

// colour settles the colours: dark bars on a light background, as a scanner sees them in red light and a phone by brightness.
func (st *style) colour(o Options) *Error {
	st.dark, st.light = color.RGBA{A: 0xff}, color.RGBA{0xff, 0xff, 0xff, 0xff}
	for _, c := range []struct {
		name string
		from color.Color
		to   *color.RGBA
	}{{"dark", o.Dark, &st.dark}, {"light", o.Light, &st.light}} {
		if c.from == nil {
			continue
		}
		*c.to = color.RGBAModel.Convert(c.from).(color.RGBA)
		if c.to.A != 0xff {
			return wrongOption(c.name, "the colour lets others through")
		}
	}
	darkRed, lightRed := reflect(st.dark.R), reflect(st.light.R)
	switch {
	case brightness(st.light)-brightness(st.dark) < 0.2:
		return wrongOption("dark", "bars are dark on a light background, with more contrast than %s on %s", hex(st.dark), hex(st.light))
	case lightRed-darkRed < leastContrast:
		return wrongOption("dark", "scanners see in red light, in which %s on %s has a contrast of %.0f %%, not %.0f: "+
			"take black, blue or green bars on white, yellow or red", hex(st.dark), hex(st.light), 100*max(0, lightRed-darkRed), 100*leastContrast)
	}
	return nil
}

// reflect is how much light a surface of the value throws back.
func reflect(value uint8) float64 {
	v := float64(value) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func brightness(c color.RGBA) float64 {
	return 0.2126*reflect(c.R) + 0.7152*reflect(c.G) + 0.0722*reflect(c.B)
}

// ParseColor reads a colour written as #rrggbb.
func ParseColor(text string) (color.Color, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil || len(text) != 7 || text[0] != '#' {
		return nil, wrongOption("colour", "%.20q is not written as #rrggbb", text)
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}, nil
}

func hex(c color.RGBA) string {
	const digits = "0123456789abcdef"
	out := []byte("#")
	for _, v := range []uint8{c.R, c.G, c.B} {
		out = append(out, digits[v>>4], digits[v&15])
	}
	return string(out)
}
