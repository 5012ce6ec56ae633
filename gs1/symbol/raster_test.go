package symbol_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
)

// rasterise paints the rectangles of an SVG, so many pixels a module, without its text.
func rasterise(t testing.TB, drawing []byte, scale int) []byte {
	t.Helper()
	var picture *image.Gray
	tokens := xml.NewDecoder(bytes.NewReader(drawing))
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, drawing)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range start.Attr {
			attr[a.Name.Local] = a.Value
		}
		switch start.Name.Local {
		case "svg":
			var width, height int
			scan(t, attr["viewBox"], "0 0 %d %d", &width, &height)
			picture = image.NewGray(image.Rect(0, 0, width*scale, height*scale))
		case "rect":
			for i := range picture.Pix {
				picture.Pix[i] = 0xff
			}
		case "path":
			for _, p := range strings.Split(strings.TrimSuffix(attr["d"], "z"), "z") {
				var x, y, w, h, back int
				scan(t, p, "M%d %dh%dv%dh-%d", &x, &y, &w, &h, &back)
				if back != w {
					t.Fatalf("no rectangle: %s", p)
				}
				for py := y * scale; py < (y+h)*scale; py++ {
					for px := x * scale; px < (x+w)*scale; px++ {
						picture.SetGray(px, py, color.Gray{})
					}
				}
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func scan(t testing.TB, text, format string, into ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(text, format, into...); err != nil {
		t.Fatalf("%q is not as %q: %v", text, format, err)
	}
}

// isXML fails unless the drawing can be read as XML.
func isXML(t testing.TB, drawing []byte) {
	t.Helper()
	tokens := xml.NewDecoder(bytes.NewReader(drawing))
	for {
		if _, err := tokens.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, drawing)
		}
	}
}
