package stock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Pattern is how the numbers of a format are written, such as {SUPPLIER}-{YYMMDD}-{SEQ:3}.
type Pattern struct {
	pieces []patternPiece
	base   int  // of the counter: 10 or 36
	free   bool // neither held to numberLength nor to GS1's character set 82
}

type patternPiece struct {
	name  string // what stands in the braces; empty for literal text
	text  string // literal text
	width int    // told after the colon; 0 when not told
}

// NumberNames are the codes that a number can contain.
type NumberNames struct{ Site, Supplier, Product string }

const (
	numberLength  = 20  // characters, as GS1 application identifiers 10 and 21 hold
	patternLength = 200 // characters of a pattern itself
	counterWidth  = 12  // 36^12 still fits an int64
)

// datePieces holds the width of each piece that is written from the day; all years lie between 1900 and 2199.
var datePieces = map[string]int{
	"YYYY": 4, "YY": 2, "MM": 2, "DD": 2, "YYMMDD": 6, "YYYYMMDD": 8, "JJJ": 3, "WW": 2, "GGGG": 4, "GG": 2,
}

// ParsePattern reads a pattern whose counter is written in the base, 10 or 36. It never panics; each mistake is named with
// its position, counted in characters from 1. Only names without a width can still make a number too long when it is drawn.
func ParsePattern(text string, base int, free bool) (*Pattern, *Error) {
	if base != 10 && base != 36 {
		return nil, Errorf(Invalid, CodeInvalidValue, "base", "%d is neither 10 nor 36", base)
	}
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > patternLength {
		return nil, Errorf(Invalid, CodeInvalidValue, "pattern", "the pattern is not valid text of up to %d characters", patternLength)
	}
	p := &Pattern{base: base, free: free}
	for rest := text; rest != ""; {
		at := utf8.RuneCountInString(text[:len(text)-len(rest)]) + 1
		piece, size, wrong := p.next(rest)
		if wrong != "" {
			return nil, Errorf(Invalid, CodeInvalidValue, "pattern", "at character %d: %s", at, wrong)
		}
		p.pieces = append(p.pieces, piece)
		if n := p.least(); !free && n > numberLength {
			return nil, Errorf(Invalid, CodeTooLong, "pattern", "at character %d: the number grows to %d characters, more than %d", at, n, numberLength)
		}
		rest = rest[size:]
	}
	if !p.has("SEQ") {
		return nil, Errorf(Invalid, CodeInvalidValue, "pattern", "the pattern has no counter such as {SEQ:4}, so every number would be the same")
	}
	return p, nil
}

// next reads the piece that text begins with, and says how many bytes it takes or what is wrong with it.
func (p *Pattern) next(text string) (patternPiece, int, string) {
	if text[0] != '{' {
		end := strings.IndexByte(text, '{')
		if end < 0 {
			end = len(text)
		}
		return patternPiece{text: text[:end]}, end, p.badLiteral(text[:end])
	}
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return patternPiece{}, 0, "the brace { is not closed"
	}
	name, width, told := strings.Cut(text[1:end], ":")
	piece := patternPiece{name: name}
	if told {
		most := numberLength
		if name == "SEQ" {
			most = counterWidth
		}
		n, err := strconv.Atoi(width)
		if err != nil || n < 1 || n > most || strconv.Itoa(n) != width {
			return piece, 0, fmt.Sprintf("%q is no width of %s from 1 to %d", clip(width), clip(name), most)
		}
		piece.width = n
	}
	return piece, end + 1, p.badPiece(piece)
}

func (p *Pattern) badLiteral(text string) string {
	for _, r := range text {
		if r == '}' || r < ' ' || r == 0x7f || !p.free && !inSet82(r) {
			return fmt.Sprintf("%q cannot stand in a number", r)
		}
	}
	return ""
}

func (p *Pattern) badPiece(piece patternPiece) string {
	_, date := datePieces[piece.name]
	switch {
	case p.has("CHECK"):
		return "nothing but text may follow {CHECK}: it is reckoned over what stands before it"
	case (date || piece.name == "CHECK") && piece.width > 0:
		return "{" + piece.name + "} has a width of its own"
	case date || piece.name == "CHECK" || piece.name == "SITE" || piece.name == "SUPPLIER" || piece.name == "PRODUCT":
		return ""
	case piece.name != "SEQ":
		return fmt.Sprintf("{%s} is none of SEQ, CHECK, SITE, SUPPLIER, PRODUCT, YYYY, YY, MM, DD, YYMMDD, YYYYMMDD, JJJ, WW, GGGG, GG", clip(piece.name))
	case p.has("SEQ"):
		return "there is a counter already"
	case piece.width == 0 || piece.width > counterWidth:
		return fmt.Sprintf("the counter needs a width from 1 to %d, such as {SEQ:4}", counterWidth)
	}
	return ""
}

func (p *Pattern) has(name string) bool {
	for _, piece := range p.pieces {
		if piece.name == name {
			return true
		}
	}
	return false
}

// least returns how many characters every number has at least; a name without a width has one.
func (p *Pattern) least() int {
	n := 0
	for _, piece := range p.pieces {
		switch {
		case piece.name == "":
			n += utf8.RuneCountInString(piece.text)
		case datePieces[piece.name] > 0:
			n += datePieces[piece.name]
		default:
			n += max(piece.width, 1)
		}
	}
	return n
}

// Number writes the number that the counter n gives on a day. It refuses a counter that has outgrown its width, a name that is
// missing or has a character outside the set, and a number that gets too long: nothing is cut that the pattern does not cut.
func (p *Pattern) Number(day Date, names NumberNames, n int64) (string, *Error) {
	var b strings.Builder
	for _, piece := range p.pieces {
		text, err := p.write(piece, day, names, n, b.String())
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	if length := utf8.RuneCountInString(b.String()); !p.free && length > numberLength {
		return "", Errorf(Invalid, CodeTooLong, "pattern", "%q has %d characters, more than %d: give its names a width, such as {SUPPLIER:4}", clip(b.String()), length, numberLength)
	}
	return b.String(), nil
}

func (p *Pattern) write(piece patternPiece, day Date, names NumberNames, n int64, before string) (string, *Error) {
	switch piece.name {
	case "":
		return piece.text, nil
	case "SEQ":
		text := strings.ToUpper(strconv.FormatInt(n, p.base))
		if n < 0 || len(text) > piece.width {
			return "", Errorf(Conflict, CodeFormatExhausted, "pattern", "the counter has no number left in %d characters", piece.width)
		}
		return strings.Repeat("0", piece.width-len(text)) + text, nil
	case "CHECK":
		return checkMod10(before), nil
	case "SITE":
		return p.name(piece, "site", names.Site)
	case "SUPPLIER":
		return p.name(piece, "supplier", names.Supplier)
	case "PRODUCT":
		return p.name(piece, "product", names.Product)
	}
	return datePiece(piece.name, day), nil
}

// fits reports whether the counter can be written.
func (p *Pattern) fits(n int64) bool {
	for _, piece := range p.pieces {
		if piece.name == "SEQ" && len(strconv.FormatInt(n, p.base)) > piece.width {
			return false
		}
	}
	return true
}

// name cuts a code to its first characters or fills it with zeros on the left, if the pattern tells a width.
func (p *Pattern) name(piece patternPiece, field, code string) (string, *Error) {
	if code == "" {
		return "", Errorf(Invalid, CodeRequired, field, "the format writes the %s into its numbers", field)
	}
	runes := []rune(code)
	if piece.width > 0 && len(runes) > piece.width {
		runes = runes[:piece.width]
	}
	for _, r := range runes {
		if !p.free && !inSet82(r) {
			return "", Errorf(Invalid, CodeInvalidValue, field, "%q of the code %q is not in GS1's character set 82", r, clip(code))
		}
	}
	return strings.Repeat("0", max(0, piece.width-len(runes))) + string(runes), nil
}

func datePiece(name string, day Date) string {
	t := time.Unix(int64(day)*secondsPerDay, 0).UTC()
	year, week := t.ISOWeek()
	switch name {
	case "JJJ":
		return fmt.Sprintf("%03d", t.YearDay())
	case "WW":
		return fmt.Sprintf("%02d", week)
	case "GGGG":
		return fmt.Sprintf("%04d", year)
	case "GG":
		return fmt.Sprintf("%02d", year%100)
	}
	return t.Format(strings.NewReplacer("YYYY", "2006", "YY", "06", "MM", "01", "DD", "02").Replace(name))
}

// checkMod10 is GS1's mod 10 (weights 3, 1, 3 … from the right) over all that stands before it: a letter counts as two digits,
// A as 10 to Z as 35, small as capital, and every other character is passed over.
func checkMod10(text string) string {
	var digits []int
	for _, r := range strings.ToUpper(text) {
		switch {
		case '0' <= r && r <= '9':
			digits = append(digits, int(r-'0'))
		case 'A' <= r && r <= 'Z':
			digits = append(digits, int(r-'A'+10)/10, int(r-'A'+10)%10)
		}
	}
	sum := 0
	for i, d := range digits {
		sum += d * (1 + 2*((len(digits)-i)%2))
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// inSet82 tells whether a character is one of GS1's 82 that lot codes and serial numbers may have.
func inSet82(r rune) bool {
	return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r != 0 && strings.ContainsRune(`!"%&'()*+,-./:;<=>?_`, r)
}
