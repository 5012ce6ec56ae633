package symbol_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew/gs1"
	"clew/gs1/symbol"
)

// identifiers are what a scanner sends before the data of each kind.
var identifiers = map[symbol.Kind]string{
	symbol.GS1DataMatrix: "]d2", symbol.GS1QR: "]Q3", symbol.GS1128: "]C1", symbol.QR: "]Q1", symbol.DataMatrix: "]d1",
	symbol.Code128: "]C0", symbol.EAN13: "]E0", symbol.EAN8: "]E4", symbol.UPCA: "]E0", symbol.ITF14: "]I1",
	symbol.GS1DataMatrixRectangle: "]d2", symbol.DataMatrixRectangle: "]d1",
}

// prove encodes data, and has both drawings of it read back.
func prove(t testing.TB, kind symbol.Kind, data, want string, o symbol.Options) {
	t.Helper()
	s, err := symbol.Encode(kind, data)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, data, err)
	}
	if s.Data() != want {
		t.Errorf("%s: Data is %q, want %q", kind, s.Data(), want)
	}
	identifier := identifiers[kind]
	var picture, drawing bytes.Buffer
	if err := s.PNG(&picture, o); err != nil {
		t.Fatal(err)
	}
	wantDecoded(t, picture.Bytes(), identifier, want)
	if err := s.SVG(&drawing, o); err != nil {
		t.Fatal(err)
	}
	wantDecoded(t, rasterise(t, drawing.Bytes(), 3), identifier, want)
}

func TestDecodedSamples(t *testing.T) {
	const (
		label = "010952123454321317270131" + "10LOT42A^21S0001"
		link  = "https://id.example.org/01/09521234543213/10/LOT42A/21/S0001?17=270131"
	)
	read := strings.ReplaceAll(label, "^", "\x1d")
	for _, c := range []struct {
		kind       symbol.Kind
		data, want string
	}{
		{symbol.GS1DataMatrix, label, read},
		{symbol.GS1DataMatrix, "^" + label, read},
		{symbol.GS1DataMatrix, "\x1d" + read, read},
		{symbol.GS1DataMatrix, "00006141411234567890", "00006141411234567890"},
		{symbol.GS1QR, label, read},
		{symbol.GS1QR, "^0109521234543213" + "10100%^21ABC%", "0109521234543213" + "10100%\x1d21ABC%"},
		{symbol.GS1QR, "0109521234543213" + "10ABC$^21ABCDEFGHIJKL", ""},
		{symbol.GS1QR, "0109521234543213" + "10ABCDEFGHIJK^21ABCDEFGHIJKL", "010952123454321310ABCDEFGHIJK\x1d21ABCDEFGHIJKL"},
		{symbol.GS1128, label, read},
		{symbol.GS1128, "00006141411234567890", "00006141411234567890"},
		{symbol.GS1128, "10A^21B^30123", "10A\x1d21B\x1d30123"},
		{symbol.QR, link, link},
		{symbol.QR, "HTTPS://ID.EXAMPLE.ORG/01/09521234543213", "HTTPS://ID.EXAMPLE.ORG/01/09521234543213"},
		{symbol.QR, "Käse, 奶酪, сыр 100%", "Käse, 奶酪, сыр 100%"},
		{symbol.QR, "^", "^"},
		{symbol.DataMatrix, link, link},
		{symbol.DataMatrix, "a\tb", "a\tb"},
		{symbol.Code128, "MAIN/A-01-02", "MAIN/A-01-02"},
		{symbol.Code128, "^a~{}12345\t", "^a~{}12345\t"},
		{symbol.EAN13, "9521234543213", "9521234543213"},
		{symbol.EAN13, "09521234543213", "9521234543213"},
		{symbol.EAN8, "96385074", "96385074"},
		{symbol.EAN8, "00000096385074", "96385074"},
		{symbol.UPCA, "614141123452", "0614141123452"},
		{symbol.UPCA, "00614141123452", "0614141123452"},
		{symbol.ITF14, "19521234543210", "19521234543210"},
	} {
		if c.want == "" { // $ is in none of the sets
			if _, err := symbol.Encode(c.kind, c.data); err == nil {
				t.Errorf("%s takes %q", c.kind, c.data)
			}
			continue
		}
		for _, o := range []symbol.Options{{}, {NoText: true, Pixels: 2}, {Text: "<b>&amp; \"given\"", Pixels: 3}} {
			prove(t, c.kind, c.data, c.want, o)
		}
	}
}

// cset82 are the characters of most alphanumeric values.
const cset82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`

// randomElements makes an element string that is at most so long, and what is read of it.
func randomElements(r *rand.Rand, most int) string {
	fixed := []string{"01", "02", "00", "3103", "410", "20"}
	digits := map[string]int{"01": 14, "02": 14, "00": 18, "3103": 6, "410": 13, "20": 2}
	free := []string{"10", "21", "240", "91", "92", "93", "94", "95", "96", "97", "98", "99", "7021", "8012", "254"}
	for _, list := range [][]string{fixed, free} { // each identifier comes once
		r.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
	var b strings.Builder
	open := false
	for {
		var piece strings.Builder
		isFree := r.IntN(2) == 0 || len(fixed) == 0
		if isFree && len(free) == 0 {
			return b.String()
		}
		if open {
			piece.WriteByte('^')
		}
		if isFree {
			piece.WriteString(free[0])
			free = free[1:]
			for range 1 + r.IntN(20) {
				piece.WriteByte(cset82[r.IntN(len(cset82))])
			}
		} else {
			ai := fixed[0]
			fixed = fixed[1:]
			value := fmt.Sprintf("%0*d", digits[ai]-1, r.Int64N(pow10(digits[ai]-1)))
			check, _ := gs1.CheckDigit(value)
			piece.WriteString(ai + value + string(check))
		}
		if b.Len()+piece.Len() > most {
			return b.String()
		}
		b.WriteString(piece.String())
		open = isFree
	}
}

func TestDecodedRandomElements(t *testing.T) {
	const seed = 23
	r := rand.New(rand.NewPCG(seed, seed))
	for range 40 {
		for kind, most := range map[symbol.Kind]int{symbol.GS1128: 48, symbol.GS1DataMatrix: 30 + r.IntN(120), symbol.GS1QR: 30 + r.IntN(300), symbol.GS1DataMatrixRectangle: 22 + r.IntN(20)} {
			data := randomElements(r, most)
			if data == "" { // the first element was too long
				continue
			}
			prove(t, kind, data, strings.ReplaceAll(data, "^", "\x1d"), symbol.Options{Pixels: 3 + r.IntN(3)})
		}
		if t.Failed() {
			t.Fatal("seed ", seed)
		}
	}
}

func TestDecodedRandomText(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 25 {
		var b strings.Builder
		for range 1 + r.IntN(60) {
			b.WriteByte(byte(' ' + r.IntN(95)))
		}
		for _, kind := range []symbol.Kind{symbol.Code128, symbol.DataMatrix, symbol.QR} {
			prove(t, kind, b.String(), b.String(), symbol.Options{Pixels: 3})
		}
		for kind, n := range map[symbol.Kind]int{symbol.EAN13: 12, symbol.EAN8: 7, symbol.UPCA: 11, symbol.ITF14: 13} {
			digits := fmt.Sprintf("%0*d", n, r.Int64N(pow10(n)))
			check, _ := gs1.CheckDigit(digits)
			whole := digits + string(check)
			want := whole
			if kind == symbol.UPCA {
				want = "0" + whole
			}
			prove(t, kind, whole, want, symbol.Options{Pixels: 3})
		}
	}
}

func pow10(n int) int64 {
	v := int64(1)
	for range n {
		v *= 10
	}
	return v
}

// TestDecodedEncodations has text that a DataMatrix writes in one of its sets of characters or the other, ending everywhere in a
// pair of words and in a symbol.
func TestDecodedEncodations(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	sets := []string{"ABCDEFGHIJ", "abcdefghij", "0123456789", "AB12", "ab-/", "\x00\x1e aZ~^", "\x1d%&_`{"}
	for n := 1; n < 60; n++ {
		var b strings.Builder
		for b.Len() < n {
			set := sets[r.IntN(len(sets))]
			for range 1 + r.IntN(12) {
				b.WriteByte(set[r.IntN(len(set))])
			}
		}
		for _, kind := range []symbol.Kind{symbol.DataMatrix, symbol.DataMatrixRectangle} {
			if kind == symbol.DataMatrix || n < 40 {
				prove(t, kind, b.String()[:n], b.String()[:n], symbol.Options{NoText: true, Pixels: 3})
			}
		}
	}
}

// TestDecodedSizes fills symbols of every size up to the largest, where libraries make mistakes.
func TestDecodedSizes(t *testing.T) {
	seen := map[string]bool{}
	for n := 2; n < 5600; n += 1 + n/20 {
		digits := strings.Repeat("8412675309", n/10+1)[:n]
		for kind, most := range map[symbol.Kind]int{symbol.DataMatrix: 3116, symbol.DataMatrixRectangle: 98, symbol.QR: 5596} {
			if n > most {
				continue
			}
			s, err := symbol.Encode(kind, digits)
			if err != nil {
				t.Fatal(err)
			}
			width, height := s.Size()
			if size := fmt.Sprint(kind, width, height); !seen[size] {
				seen[size] = true
				prove(t, kind, digits, digits, symbol.Options{NoText: true, Pixels: 3})
			}
		}
	}
	if len(seen) != 24+6+40 {
		t.Errorf("%d sizes were seen", len(seen))
	}
}
