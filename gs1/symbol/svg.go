package symbol

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fonts are those whose letters are all of one width, as on the machines where an SVG is looked at.
const fonts = `Go Mono,DejaVu Sans Mono,Menlo,Consolas,monospace`

// SVG writes the symbol as a drawing whose unit is a module and whose size is in millimetres. It holds a path, lines of text
// and nothing that is run or fetched.
func (s *Symbol) SVG(w io.Writer, o Options) error {
	st, fault := o.settle(s)
	if fault != nil {
		return fault
	}
	d := layOut(s, st, 0)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%smm" height="%smm" viewBox="0 0 %d %d" role="img">`+"\n",
		decimal(float64(d.width)*st.module), decimal(float64(d.height)*st.module), d.width, d.height)
	fmt.Fprintf(&b, "<title>%s</title>\n", escape(s.title()))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="%s"/>`+"\n", d.width, d.height, hex(st.light))
	fmt.Fprintf(&b, `<path fill="%s" shape-rendering="crispEdges" d="`, hex(st.dark))
	for _, r := range d.boxes {
		fmt.Fprintf(&b, "M%d %dh%dv%dh-%dz", r.x, r.y, r.w, r.h, r.w)
	}
	b.WriteString("\"/>\n")
	for _, l := range d.lines {
		if n := utf8.RuneCountInString(l.text); n > 0 {
			fmt.Fprintf(&b, `<text x="%s" y="%s" font-size="%s" textLength="%s" fill="%s" font-family="%s" text-anchor="middle" lengthAdjust="spacingAndGlyphs" xml:space="preserve">%s</text>`+"\n",
				decimal(l.x), decimal(l.y), decimal(l.size), decimal(float64(n)*l.advance), hex(st.dark), fonts, escape(l.text))
		}
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// title names the symbol for those who do not see it.
func (s *Symbol) title() string {
	if len(s.text) == 0 {
		return s.form.name
	}
	return s.form.name + " " + strings.Join(s.text, "")
}

// escape makes text of XML of any text.
func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}

// decimal writes a number with at most three decimals.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
