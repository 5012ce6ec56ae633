package stock

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "abc-1": "abc-1", "FLOUR": "flour", "Brötchen": "brotchen", "STRASSE Straße": "strasse strasse", "Œuvre Ærø": "oeuvre aero",
		"ＦＵＬＬ １２": "full 12", "Łódź": "lodz", "ﬁne": "fine", "Δέλτα": "δελτα", "Мука Ё": "мука е", "u\u0308": "u",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q folds to %q, not %q", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	if got := Words("FLOUR-T55", "Weizenmehl, Type 55 (Bio) – Mühle", ""); !slices.Equal(got, []string{"55", "bio", "flour", "muhle", "t55", "type", "weizenmehl"}) {
		t.Error(got)
	}
	if got := Words(strings.Repeat("é", 300)); len(got) != 1 || utf8.RuneCountInString(got[0]) != wordLength {
		t.Error(got)
	}
	if got := Words("--- !"); len(got) != 0 {
		t.Error(got)
	}
	p := Product{SKU: "A", Name: "b", GTIN: "04012345000016"}
	if got := p.WordsOf(); !slices.Contains(got, "4012345000016") {
		t.Error(got)
	}
}

func TestSpellings(t *testing.T) {
	got := Spellings("Lü-0012x")
	if len(got) != 4 || got[2][0] != "-0012" || len(got[2]) != 1 || !slices.Contains(got[0], "l") || !slices.Contains(got[1], "U") || !slices.Contains(got[1], "ü") ||
		!slices.Contains(got[3], "X") {
		t.Errorf("%q", got)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("FLOUR-T55 Mühle")
	f.Add("\xff ı İ ﬀ")
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range Words(text) {
			if word == "" || Fold(word) != word && utf8.ValidString(text) {
				t.Errorf("%q has the word %q, which folds to %q", text, word, Fold(word))
			}
		}
		folded := Fold(text)
		for _, ways := range Spellings(text) {
			for _, way := range ways {
				if way == "" {
					t.Errorf("%q (%q) may be spelled with nothing", text, folded)
				}
			}
		}
	})
}
