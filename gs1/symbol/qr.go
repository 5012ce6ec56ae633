package symbol

import (
	"strings"
	"unicode/utf8"

	"rsc.io/qr/coding"
)

// encodeGS1QR makes a QR in FNC1 mode in the first position.
func encodeGS1QR(s *Symbol, data string) error {
	text, elements, err := readElements(data)
	if err != nil {
		return err
	}
	s.data, s.text = text, linesOf(elements, 24)
	return s.qr(text, []coding.Encoding{fnc1First{}})
}

// encodeQR makes a QR of text. What is not ASCII is announced as UTF-8, as without that readers guess.
func encodeQR(s *Symbol, data string) error {
	if err := checkText(data); err != nil {
		return err
	}
	if err := checkURI(data); err != nil {
		return err
	}
	s.data, s.text = data, wrap(data, 32)
	var before []coding.Encoding
	if strings.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) {
		before = append(before, utf8Follows{})
	}
	return s.qr(data, before)
}

// fnc1First is the mode indicator that makes a QR one of GS1.
type fnc1First struct{}

// Check finds nothing wrong.
func (fnc1First) Check() error { return nil }

// Bits is the length of the indicator.
func (fnc1First) Bits(coding.Version) int { return 4 }

// Encode writes the indicator.
func (fnc1First) Encode(b *coding.Bits, _ coding.Version) { b.Write(0b0101, 4) }

// utf8Follows is the extended channel interpretation 26.
type utf8Follows struct{}

// Check finds nothing wrong.
func (utf8Follows) Check() error { return nil }

// Bits is the length of the indicator with its number.
func (utf8Follows) Bits(coding.Version) int { return 12 }

// Encode writes the indicator with its number.
func (utf8Follows) Encode(b *coding.Bits, _ coding.Version) { b.Write(0b0111<<8|26, 12) }

// lastOfClass are the largest versions of the three classes that differ in how long a segment's header is.
var lastOfClass = [3]coding.Version{9, 26, coding.MaxVersion}

// qr makes the smallest symbol with error correction M, which GS1 asks for, or better where there is room for it.
func (s *Symbol) qr(data string, before []coding.Encoding) error {
	version := coding.Version(coding.MinVersion)
	for _, last := range lastOfClass {
		all := append(before[:len(before):len(before)], segmentsOf(data, len(before) > 0 && before[0] == fnc1First{}, last)...)
		for ; version <= last; version++ {
			if fits(all, version, coding.M) {
				return s.draw(version, all)
			}
		}
	}
	return s.form.tooLong()
}

func fits(all []coding.Encoding, v coding.Version, l coding.Level) bool {
	bits := 0
	for _, e := range all {
		bits += e.Bits(v)
	}
	return bits <= 8*v.DataBytes(l)
}

// draw takes the mask that readers like best by the standard's points.
func (s *Symbol) draw(version coding.Version, all []coding.Encoding) error {
	level := coding.M
	for level < coding.H && fits(all, version, level+1) {
		level++
	}
	var best *coding.Code
	least := 0
	for mask := range coding.Mask(8) {
		plan, err := coding.NewPlan(version, level, mask)
		if err != nil {
			return faultf(CodeTooLong, "this cannot be encoded: %v", err)
		}
		code, err := plan.Encode(all...)
		if err != nil {
			return faultf(CodeTooLong, "this cannot be encoded: %v", err)
		}
		if points := penalty(code); best == nil || points < least {
			best, least = code, points
		}
	}
	s.fill(best.Size, best.Size, best.Black)
	return nil
}

// penalty counts what makes a symbol hard to read, as ISO/IEC 18004 does.
func penalty(c *coding.Code) int {
	points, dark := 0, 0
	for i := range c.Size {
		points += linePenalty(c.Size, func(j int) bool { return c.Black(j, i) })
		points += linePenalty(c.Size, func(j int) bool { return c.Black(i, j) })
	}
	for y := range c.Size {
		for x := range c.Size {
			here := c.Black(x, y)
			if here {
				dark++
			}
			if x > 0 && y > 0 && here == c.Black(x-1, y) && here == c.Black(x, y-1) && here == c.Black(x-1, y-1) {
				points += 3
			}
		}
	}
	off := dark*100/(c.Size*c.Size) - 50
	return points + max(off, -off)/5*10
}

// linePenalty counts runs of one colour, and what looks like a finder pattern, in a row or column.
func linePenalty(n int, dark func(int) bool) int {
	const lookalike, mask = 0b10111010000, 0b11111111111
	points, run, seen := 0, 0, 0
	for i := range n {
		if i > 0 && dark(i) == dark(i-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			points += 3
		case run > 5:
			points++
		}
		seen = seen << 1 & mask
		if dark(i) {
			seen |= 1
		}
		if i >= 10 && (seen == lookalike || seen == 0b00001011101) {
			points += 40
		}
	}
	return points
}
