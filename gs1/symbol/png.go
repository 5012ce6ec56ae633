package symbol

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"sync"

	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

const (
	// mostPNG is the largest picture that is drawn, in pixels; it takes as many bytes while it is drawn.
	mostPNG = 1 << 23
	// shades are the steps from light to dark, for the edges of letters.
	shades = 16
	// leastLetter is the size of the smallest letters in pixels that can be read.
	leastLetter = 11
)

// PNG writes the symbol as a picture of Options.Pixels a module, which says how large it is to be printed.
func (s *Symbol) PNG(w io.Writer, o Options) error {
	st, fault := o.settle(s)
	if fault != nil {
		return fault
	}
	d := layOut(s, st, leastLetter/float64(st.pixels))
	if width, height := d.width*st.pixels, d.height*st.pixels; width*height > mostPNG {
		return wrongOption("pixels", "the picture would be %d by %d pixels, more than are drawn: take fewer than %d for a module, or SVG", width, height, st.pixels)
	}
	picture, err := d.paint(st)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return err
	}
	_, err = w.Write(withSize(b.Bytes(), float64(st.pixels)*1000/st.module))
	return err
}

// paint fills the modules and writes the text, in shades from light (0) to dark.
func (d drawing) paint(st style) (*image.Paletted, error) {
	p := image.NewPaletted(image.Rect(0, 0, d.width*st.pixels, d.height*st.pixels), palette(st))
	for _, b := range d.boxes {
		for y := b.y * st.pixels; y < (b.y+b.h)*st.pixels; y++ {
			row := p.Pix[y*p.Stride:]
			for x := b.x * st.pixels; x < (b.x+b.w)*st.pixels; x++ {
				row[x] = shades - 1
			}
		}
	}
	for _, l := range d.lines {
		if err := l.paint(p, float64(st.pixels)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func palette(st style) color.Palette {
	mix := func(light, dark uint8, i int) uint8 {
		return uint8((int(light)*(shades-1-i) + int(dark)*i) / (shades - 1))
	}
	var p color.Palette
	for i := range shades {
		p = append(p, color.RGBA{mix(st.light.R, st.dark.R, i), mix(st.light.G, st.dark.G, i), mix(st.light.B, st.dark.B, i), 0xff})
	}
	return p
}

// letters is the font of pictures. It has Latin, Greek and Cyrillic letters.
var letters = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(gomono.TTF) })

// hasLetter tells whether the font of pictures has a letter.
func hasLetter(r rune) bool {
	f, err := letters()
	if err != nil {
		return false
	}
	n, err := f.GlyphIndex(nil, r)
	return err == nil && n != 0
}

// paint writes a line, each letter in the middle of its place.
func (l line) paint(p *image.Paletted, scale float64) error {
	f, err := letters()
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: l.size * scale, DPI: 72})
	if err != nil {
		return err
	}
	defer face.Close()
	text := []rune(l.text)
	left := l.x - l.advance*float64(len(text))/2
	for i, r := range text {
		if !hasLetter(r) {
			return wrongOption("text", "the font of pictures has no letter for %q: take another text, or SVG", r)
		}
		dot := fixed.Point26_6{X: point((left + l.advance*float64(i)) * scale), Y: point(math.Round(l.y * scale))}
		where, mask, from, _, ok := face.Glyph(dot, r)
		if ok {
			stain(p, where, mask, from)
		}
	}
	return nil
}

func point(v float64) fixed.Int26_6 { return fixed.Int26_6(math.Round(v * 64)) }

// stain darkens the picture where the mask is.
func stain(p *image.Paletted, where image.Rectangle, mask image.Image, from image.Point) {
	inside := where.Intersect(p.Rect)
	for y := inside.Min.Y; y < inside.Max.Y; y++ {
		for x := inside.Min.X; x < inside.Max.X; x++ {
			_, _, _, a := mask.At(from.X+x-where.Min.X, from.Y+y-where.Min.Y).RGBA()
			at := p.PixOffset(x, y)
			p.Pix[at] = max(p.Pix[at], uint8((a*(shades-1)+0x7fff)/0xffff))
		}
	}
}

// withSize says in a PNG how many pixels go to the metre, by a chunk behind the header.
func withSize(picture []byte, perMetre float64) []byte {
	const afterHeader = 8 + 12 + 13 // signature, chunk, its content
	n := uint32(math.Round(perMetre))
	chunk := binary.BigEndian.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, n)
	chunk = binary.BigEndian.AppendUint32(chunk, n)
	chunk = append(chunk, 1) // the unit is the metre
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Insert(picture, afterHeader, chunk...)
}
