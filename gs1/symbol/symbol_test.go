package symbol_test

import (
	"bytes"
	"errors"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"clew/gs1/symbol"

	"github.com/google/go-cmp/cmp"
)

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		kind       symbol.Kind
		data, code string
		offset     int
		text       string
	}{
		{"pdf417", "1", symbol.CodeUnknownKind, -1, "take one of gs1-datamatrix"},
		{symbol.QR, "", symbol.CodeEmpty, -1, "nothing to encode"},
		{symbol.GS1DataMatrix, "^", symbol.CodeEmpty, -1, "nothing to encode"},

		{symbol.EAN13, "9521234543214", symbol.CodeCheckDigit, 12, "should be 3"},
		{symbol.EAN8, "96385075", symbol.CodeCheckDigit, 7, "should be 4"},
		{symbol.UPCA, "614141123450", symbol.CodeCheckDigit, 11, "should be 2"},
		{symbol.ITF14, "19521234543211", symbol.CodeCheckDigit, 13, "should be 0"},
		{symbol.EAN13, "952123454321", symbol.CodeDigits, -1, "13 digits, the last its check digit, not 12"},
		{symbol.EAN13, "19521234543210", symbol.CodeDigits, -1, "not zeros in front"},
		{symbol.EAN8, "096385074", symbol.CodeDigits, -1, "EAN-8 has 8 digits, not 9"},
		{symbol.ITF14, "019521234543210", symbol.CodeDigits, -1, "not 15"},
		{symbol.EAN13, "952123454321X", symbol.CodeCharacter, 12, "digits only, not 'X'"},
		{symbol.EAN13, "٩521234543213", symbol.CodeCharacter, 0, "digits only, not '٩'"},

		{symbol.GS1DataMatrix, "(01)09521234543214", symbol.CodeElements, 17, "check digit"},
		{symbol.GS1DataMatrix, "0109521234543214", symbol.CodeElements, 15, "check digit"},
		{symbol.GS1DataMatrix, "0109521234543213" + "17261340", symbol.CodeElements, 20, "AI (17)"},
		{symbol.GS1DataMatrix, "https://id.example.org/01/09521234543213", symbol.CodeElements, 0, `a URI goes into a QR of kind qr`},
		{symbol.GS1QR, "09123", symbol.CodeElements, 0, "AI (0912): there is no such AI"},
		{symbol.GS1QR, "1", symbol.CodeElements, 0, "there is no such AI"},
		{symbol.GS1128, "01095212345432", symbol.CodeElements, 14, "AI (01): its value is too short"},
		{symbol.GS1128, "010952123454321^10A", symbol.CodeElements, 15, "too short"},
		{symbol.GS1128, "010952123454321A10A", symbol.CodeElements, 15, "a digit is expected"},
		{symbol.GS1128, "10A^^21B", symbol.CodeElements, 4, "there is no such AI"},
		{symbol.GS1128, "10^21B", symbol.CodeElements, 2, "AI (10): it has no value"},
		{symbol.GS1128, "10A B", symbol.CodeElements, 3, "not allowed"},
		{symbol.GS1128, "10Ä", symbol.CodeElements, 2, "not allowed"},
		{symbol.GS1128, "10" + strings.Repeat("A", 20) + "^21" + strings.Repeat("B", 20) + "^3012", symbol.CodeTooLong, -1, "at most 48 characters, not 50"},
		{symbol.GS1DataMatrix, "10" + strings.Repeat("A", 91), symbol.CodeElements, 22, "too long"},
		{symbol.GS1DataMatrix, strings.Repeat("91"+strings.Repeat("a", 88)+"^", 26) + "10A", symbol.CodeTooLong, -1, "longer than GS1 DataMatrix can hold"},
		{symbol.GS1DataMatrixRectangle, "010952123454321310" + strings.Repeat("a", 20) + "^21" + strings.Repeat("B", 20) + "^91" + strings.Repeat("C", 30), symbol.CodeTooLong, -1, "longer than rectangular GS1 DataMatrix can hold"},
		{symbol.GS1QR, strings.Repeat("91"+strings.Repeat("a", 88)+"^", 30) + "10A", symbol.CodeTooLong, -1, "longer than GS1 QR can hold"},

		{symbol.QR, strings.Repeat("a", 2332), symbol.CodeTooLong, -1, "longer than QR can hold"},
		{symbol.QR, strings.Repeat("1", 9000), symbol.CodeTooLong, -1, "longer than QR can hold"},
		{symbol.QR, "https://id.example.org/01/0952 1234543213", symbol.CodeCharacter, 30, "%20"},
		{symbol.QR, "HTTPS://", symbol.CodeCharacter, -1, "begins as a URI"},
		{symbol.QR, "https://id.example.org/%zz", symbol.CodeCharacter, -1, "begins as a URI"},
		{symbol.QR, "a\xff", symbol.CodeCharacter, 1, "not UTF-8"},
		{symbol.DataMatrix, "Käse", symbol.CodeCharacter, 1, "ASCII only, not 'ä'"},
		{symbol.Code128, "Käse", symbol.CodeCharacter, 1, "ASCII only, not 'ä'"},
		{symbol.Code128, strings.Repeat("a", 81), symbol.CodeTooLong, -1, "at most 80 characters here, not 81"},
	} {
		_, err := symbol.Encode(c.kind, c.data)
		var fault *symbol.Error
		if !errors.As(err, &fault) {
			t.Errorf("%s takes %.60q", c.kind, c.data)
			continue
		}
		if fault.Code != c.code || fault.Offset != c.offset || !strings.Contains(fault.Text, c.text) {
			t.Errorf("%s %.60q: %s at %d, %q; want %s at %d, %q", c.kind, c.data, fault.Code, fault.Offset, fault.Text, c.code, c.offset, c.text)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		kind symbol.Kind
		data string
		want []string
	}{
		{symbol.GS1DataMatrix, "010952123454321317270131" + "10LOT42A^21S0001", []string{"(01)09521234543213", "(17)270131(10)LOT42A", "(21)S0001"}},
		{symbol.GS1128, "(01)09521234543213(17)270131(10)LOT42A(21)S0001", []string{"(01)09521234543213(17)270131(10)LOT42A(21)S0001"}},
		{symbol.GS1128, "010952123454321317270131" + "10LOT42A^21S0001", []string{"(01)09521234543213(17)270131(10)LOT42A(21)S0001"}},
		{symbol.GS1QR, "3103001750" + "414" + "9521234543213" + "254X^8008" + "26112312^7230EM12^235A", []string{"(3103)001750", "(414)9521234543213(254)X", "(8008)26112312(7230)EM12", "(235)A"}},
		{symbol.UPCA, "00614141123452", []string{"614141123452"}},
		{symbol.QR, "https://id.example.org/01/09521234543213", []string{"https://id.example.org/01/095212", "34543213"}},
		{symbol.QR, strings.Repeat("a", 121), nil},
		{symbol.QR, "奶酪", nil},
		{symbol.DataMatrix, "a\tb", nil},
	} {
		s, err := symbol.Encode(c.kind, c.data)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(c.want, s.Text()); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", c.kind, c.data, diff)
		}
	}
}

// bounds finds what is dark in a picture without text, in modules.
func bounds(t *testing.T, picture []byte, pixels int) (left, top, right, bottom, width, height int) {
	t.Helper()
	p, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	size := p.Bounds().Size()
	left, top = size.X, size.Y
	for y := range size.Y {
		for x := range size.X {
			if r, _, _, _ := p.At(x, y).RGBA(); r < 0x8000 {
				left, right, top, bottom = min(left, x), max(right, x+1), min(top, y), max(bottom, y+1)
			}
		}
	}
	return left / pixels, top / pixels, (size.X - right) / pixels, (size.Y - bottom) / pixels, size.X / pixels, size.Y / pixels
}

// TestQuietZones holds the kinds to the quiet zones of the GS1 General Specifications, in both drawings.
func TestQuietZones(t *testing.T) {
	for _, c := range []struct {
		kind                     symbol.Kind
		data                     string
		left, top, right, bottom int
		width                    int // of the symbol
	}{
		{symbol.GS1DataMatrix, "0109521234543213", 1, 1, 1, 1, 16},
		{symbol.DataMatrix, "A", 1, 1, 1, 1, 10},
		{symbol.DataMatrixRectangle, "A", 1, 1, 1, 1, 18},
		{symbol.QR, "A", 4, 4, 4, 4, 21},
		{symbol.GS1QR, "0109521234543213", 4, 4, 4, 4, 21},
		{symbol.GS1128, "0109521234543213", 10, 1, 10, 1, 134},
		{symbol.Code128, "1234", 10, 1, 10, 1, 57},
		{symbol.EAN13, "9521234543213", 11, 1, 7, 1, 95},
		{symbol.EAN8, "96385074", 7, 1, 7, 1, 67},
		{symbol.UPCA, "614141123452", 9, 1, 9, 1, 95},
		{symbol.ITF14, "19521234543210", 0, 0, 0, 0, 165}, // bearer bars of 5 modules around 10 of quiet zone around 135
	} {
		s, err := symbol.Encode(c.kind, c.data)
		if err != nil {
			t.Fatal(err)
		}
		var picture, drawing bytes.Buffer
		if err := errors.Join(s.PNG(&picture, symbol.Options{NoText: true, Pixels: 1}), s.SVG(&drawing, symbol.Options{NoText: true})); err != nil {
			t.Fatal(err)
		}
		for _, p := range [][]byte{picture.Bytes(), rasterise(t, drawing.Bytes(), 1)} {
			left, top, right, bottom, width, _ := bounds(t, p, 1)
			if left != c.left || top != c.top || right != c.right || bottom != c.bottom || width-left-right != c.width {
				t.Errorf("%s: quiet zone %d %d %d %d around %d, want %d %d %d %d around %d", c.kind, left, top, right, bottom, width-left-right, c.left, c.top, c.right, c.bottom, c.width)
			}
		}
		if s.Kind() != c.kind || s.Dark(-1, 0) || s.Dark(0, 9999) {
			t.Errorf("%s: %s", c.kind, s.Kind())
		}
	}
}

func TestOptionsRefuse(t *testing.T) {
	red, white, black := color.RGBA{0xff, 0, 0, 0xff}, color.White, color.Black
	for _, c := range []struct {
		o            symbol.Options
		option, text string
	}{
		{symbol.Options{Module: 0.05}, "module", "0.1 to 5 mm"},
		{symbol.Options{Module: -1}, "module", "0.1 to 5 mm"},
		{symbol.Options{Pixels: 65}, "pixels", "1 to 64"},
		{symbol.Options{Pixels: -1}, "pixels", "1 to 64"},
		{symbol.Options{Height: 501}, "height", "500 mm"},
		{symbol.Options{Height: 10}, "height", "only linear"},
		{symbol.Options{Text: "a", NoText: true}, "text", "either"},
		{symbol.Options{Text: strings.Repeat("\n", 8)}, "text", "at most 8 lines, not 9"},
		{symbol.Options{Text: strings.Repeat("ä", 101)}, "text", "100 characters, not 101"},
		{symbol.Options{Text: "a\x00"}, "text", "cannot be shown"},
		{symbol.Options{Text: "a\xff"}, "text", "cannot be shown"},
		{symbol.Options{Dark: white, Light: black}, "dark", "dark on a light background"},
		{symbol.Options{Dark: red}, "dark", "red light"},
		{symbol.Options{Dark: color.Gray{0xc0}}, "dark", "contrast"},
		{symbol.Options{Light: color.RGBA{0, 0, 0xff, 0xff}}, "dark", "contrast"},
		{symbol.Options{Dark: color.RGBA{}}, "dark", "lets others through"},
	} {
		s, err := symbol.Encode(symbol.GS1DataMatrix, "0109521234543213")
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{s.SVG(&bytes.Buffer{}, c.o), s.PNG(&bytes.Buffer{}, c.o)} {
			var fault *symbol.Error
			if !errors.As(err, &fault) || fault.Code != symbol.CodeOption || fault.Option != c.option || !strings.Contains(fault.Text, c.text) {
				t.Errorf("%+v: %v, want %s: %s", c.o, err, c.option, c.text)
			}
		}
	}
}

// TestPNGRefuses has what only pictures cannot do.
func TestPNGRefuses(t *testing.T) {
	s, err := symbol.Encode(symbol.QR, strings.Repeat("a", 2331))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PNG(&bytes.Buffer{}, symbol.Options{Pixels: 16}); err == nil || !strings.Contains(err.Error(), "2960 by 2960 pixels") {
		t.Error(err)
	}
	if err := s.PNG(&bytes.Buffer{}, symbol.Options{Text: "奶酪"}); err == nil || !strings.Contains(err.Error(), "no letter for '奶'") {
		t.Error(err)
	}
	if err := s.SVG(&bytes.Buffer{}, symbol.Options{Text: "奶酪"}); err != nil {
		t.Error(err)
	}
}

func TestColours(t *testing.T) {
	s, err := symbol.Encode(symbol.EAN13, "9521234543213")
	if err != nil {
		t.Fatal(err)
	}
	dark, err := symbol.ParseColor("#002060")
	if err != nil {
		t.Fatal(err)
	}
	for _, light := range []string{"#ffff00", "#ff8080", "#FFFFFF"} {
		c, err := symbol.ParseColor(light)
		if err != nil {
			t.Fatal(err)
		}
		var drawing bytes.Buffer
		if err := s.SVG(&drawing, symbol.Options{Dark: dark, Light: c}); err != nil {
			t.Error(err)
		}
		if !strings.Contains(drawing.String(), `fill="`+strings.ToLower(light)+`"`) || !strings.Contains(drawing.String(), `fill="#002060"`) {
			t.Error(drawing.String())
		}
	}
	for _, bad := range []string{"", "red", "#fff", "#1234567", "#12345g", "123456#", "#+12345"} {
		if _, err := symbol.ParseColor(bad); err == nil {
			t.Errorf("%q is taken for a colour", bad)
		}
	}
}

// TestSVGEscapes has text that would be markup if it were let through.
func TestSVGEscapes(t *testing.T) {
	s, err := symbol.Encode(symbol.Code128, `"/><script>`)
	if err != nil {
		t.Fatal(err)
	}
	var drawing bytes.Buffer
	if err := s.SVG(&drawing, symbol.Options{Text: `</text><script>alert("1")</script>&lt;`}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(drawing.String(), "<script") || strings.Contains(drawing.String(), "&lt;script") == false {
		t.Error(drawing.String())
	}
	rasterise(t, drawing.Bytes(), 1) // it is XML
}

// TestSizes has the sizes that the drawings say they are to have.
func TestSizes(t *testing.T) {
	s, err := symbol.Encode(symbol.EAN13, "9521234543213")
	if err != nil {
		t.Fatal(err)
	}
	var drawing, picture bytes.Buffer
	if err := errors.Join(s.SVG(&drawing, symbol.Options{}), s.PNG(&picture, symbol.Options{Pixels: 3})); err != nil {
		t.Fatal(err)
	}
	// At 100 % an EAN-13 is 37.29 mm wide with its quiet zones, and its bars 22.85 mm high.
	if !strings.Contains(drawing.String(), `width="37.29mm" height="27.06mm" viewBox="0 0 113 82"`) {
		t.Error(drawing.String()[:200])
	}
	const perMetre = 9091 // 3 pixels in 0.33 mm
	if want := "\x00\x00\x00\x09pHYs\x00\x00\x23\x83\x00\x00\x23\x83\x01"; perMetre != 0x2383 || !strings.Contains(picture.String(), want) {
		t.Errorf("%q", picture.String()[:80])
	}
	var again bytes.Buffer
	if err := s.PNG(&again, symbol.Options{Pixels: 3}); err != nil || !bytes.Equal(again.Bytes(), picture.Bytes()) {
		t.Error("the second picture differs: ", err)
	}
}
