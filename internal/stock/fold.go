package stock

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	mostWords  = 60 // of one name
	wordLength = 60 // characters by which a word is found
)

// unmarked are letters that are written in other ones, but not by taking a mark off.
var unmarked = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ĸ': "k", 'ſ': "s", 'ς': "σ"}

// Fold writes a text as it is searched: small letters without accents, and digits and letters of other widths as the usual ones.
func Fold(text string) string {
	plain := true
	for i := range len(text) {
		if c := text[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if other, ok := unmarked[r]; ok {
			b.WriteString(other)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Words takes texts apart into the words by which they are found, folded, each once and in order.
func Words(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r) }) {
			if letters := []rune(word); len(letters) > wordLength {
				word = string(letters[:wordLength])
			}
			out = append(out, word)
		}
	}
	out = sortedSet(out)
	return out[:min(len(out), mostWords)]
}

// accented are the letters of Latin script that fold to one small letter, by that letter.
var accented = func() map[rune][]rune {
	out := map[rune][]rune{}
	for r := rune(0xc0); r <= 0x17f; r++ {
		if folded := []rune(Fold(string(r))); len(folded) == 1 && folded[0] != r {
			out[folded[0]] = append(out[folded[0]], r)
		}
	}
	return out
}()

// Spellings are the ways to write the beginning of a code, letter by letter: each step has its alternatives, which fold to the same.
// Steps that have but one way are joined.
func Spellings(code string) [][]string {
	var out [][]string
	for _, r := range norm.NFC.String(code) {
		ways := []string{string(r)}
		add := func(other rune) {
			if !slices.Contains(ways, string(other)) {
				ways = append(ways, string(other))
			}
		}
		if folded := []rune(Fold(string(r))); len(folded) == 1 {
			for _, base := range []rune{r, folded[0]} {
				add(base)
				for other := unicode.SimpleFold(base); other != base; other = unicode.SimpleFold(other) {
					add(other)
				}
			}
			for _, other := range accented[folded[0]] {
				add(other)
			}
		}
		if n := len(out); n > 0 && len(ways) == 1 && len(out[n-1]) == 1 {
			out[n-1][0] += ways[0]
			continue
		}
		out = append(out, ways)
	}
	return out
}

// WordsOf are the words by which a product is found: those of its SKU and name, and its GTIN without the zeros in front.
func (p *Product) WordsOf() []string {
	return Words(p.SKU, p.Name, strings.TrimLeft(p.GTIN, "0"))
}
