package stock

import (
	"testing"
	"unicode/utf8"
)

func TestPatternWritesNumbers(t *testing.T) {
	names := NumberNames{Site: "PLANT", Supplier: "ACME", Product: "MILK"}
	for _, c := range []struct {
		pattern, day string
		base         int
		n            int64
		want         string
	}{
		{"{SUPPLIER}-{YYMMDD}-{SEQ:3}", "2026-11-23", 10, 7, "ACME-261123-007"},
		{"{SITE:2}{YY}{JJJ}{SEQ:5}", "2026-11-23", 10, 42, "PL2632700042"},
		{"{PRODUCT:6}{SEQ:2}", "2026-11-23", 36, 35, "00MILK0Z"},
		{"{GGGG}W{WW}-{SEQ:1}", "2027-01-01", 10, 9, "2026W53-9"},
		{"{GG}{YYYYMMDD}{SEQ:1}", "1969-12-29", 10, 1, "70196912291"},
		{"400638133393{SEQ:1}", "2026-11-23", 10, 1, "4006381333931"},
		{"{SEQ:12}{CHECK}", "2026-11-23", 10, 400638133393, "4006381333931"},
		{"A{SEQ:1}{CHECK}", "2026-11-23", 10, 5, "A52"}, // 1 0 5: 3 + 0 + 15 = 18
	} {
		day, err := ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		p, wrong := ParsePattern(c.pattern, c.base, false)
		if wrong != nil {
			t.Fatalf("%s: %v", c.pattern, wrong)
		}
		if got, wrong := p.Number(day, names, c.n); wrong != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.pattern, got, wrong, c.want)
		}
	}
}

func TestPatternRefusesMistakes(t *testing.T) {
	for _, pattern := range []string{"", "LOT", "{SEQ}", "{SEQ:13}", "{SEQ:03}", "{SEQ:3}{SEQ:3}", "{SEQ:3", "SEQ:3}", "{seq:3}",
		"{YY:3}{SEQ:1}", "{CHECK}{SEQ:3}", "é{SEQ:3}", "a b{SEQ:1}", "{SITE:15}{SEQ:6}", "\xff{SEQ:1}"} {
		if _, err := ParsePattern(pattern, 10, false); err == nil {
			t.Errorf("%q is taken", pattern)
		}
	}
}

func TestNumberIsNeverCut(t *testing.T) {
	p, err := ParsePattern("{SUPPLIER}-{SEQ:2}", 10, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		supplier string
		n        int64
		code     string
	}{{"A", 100, CodeFormatExhausted}, {"ABCDEFGHIJKLMNOPQR", 1, CodeTooLong}, {"MÜLLER", 1, CodeInvalidValue}, {"", 1, CodeRequired}} {
		if got, err := p.Number(1, NumberNames{Supplier: c.supplier}, c.n); err == nil || err.Code != c.code {
			t.Errorf("%q %d: %q, %v; want %s", c.supplier, c.n, got, err, c.code)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	f.Add("{SUPPLIER}-{YYMMDD}-{SEQ:3}", false)
	f.Add("{SITE}{YY}{JJJ}{SEQ:5}{CHECK}", true)
	f.Fuzz(func(t *testing.T, text string, free bool) {
		p, err := ParsePattern(text, 10, free)
		if err != nil {
			return
		}
		a, wrong := p.Number(20000, NumberNames{"S", "P", "K"}, 1)
		if wrong != nil {
			return // too long only by its names
		}
		b, _ := p.Number(20000, NumberNames{"S", "P", "K"}, 2)
		if a == b || !utf8.ValidString(a) || !free && len(a) > numberLength {
			t.Errorf("%q gives %q and %q", text, a, b)
		}
	})
}
