package stock

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestExpandSerials(t *testing.T) {
	for _, c := range []struct {
		specs string
		want  string
	}{
		{"", ""},
		{"A B", "A B"},
		{"SN0008..SN0011", "SN0008 SN0009 SN0010 SN0011"},
		{"SN8..SN11", "SN8 SN9 SN10 SN11"},
		{"SN0..SN10~+0", "SN0..SN10"},
		{"SN0..SN3", "SN0 SN1 SN2 SN3"},
		{"SN9..SN10", "SN9 SN10"},
		{"SN0..SN00~+0", "SN0..SN00"},
		{"SN0001~+2", "SN0001 SN0002 SN0003"},
		{"S9~+1", "S9 S10"},
		{"S099~+1", "S099 S100"},
		{"S999~+1", "S999 S1000"},
		{"7..9", "7 8 9"},
		{"SN5..SN5", "SN5"},
		{"X~+0", "X"},
		{"A..B~+0", "A..B"},
		{"A~+1~+0", "A~+1"},
		{"2024-001..2024-003 Z", "2024-001 2024-002 2024-003 Z"},
		{"B2 A1 B1", "B2 A1 B1"},
		{"999999999999999998..999999999999999999", "999999999999999998 999999999999999999"},
		{"999999999999999999~+1", "999999999999999999 1000000000000000000"},
		{"9999999999999999998..9999999999999999999", "9999999999999999998 9999999999999999999"},
		{"00000000000000000009~+1", "00000000000000000009 00000000000000000010"},
		{"12345678901234567890..12345678901234567892", "12345678901234567890 12345678901234567891 12345678901234567892"},
		{"é1..é2", "é1 é2"},
	} {
		got, err := ExpandSerials(strings.Fields(c.specs), 1000)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, %v", c.specs, got, err)
		}
	}
}

func TestExpandSerialsRefuses(t *testing.T) {
	for _, c := range []struct {
		specs []string
		field string
		code  string
		about string
	}{
		{[]string{"A", "B", "A"}, "units[2]", CodeDuplicateUnit, "A"},
		{[]string{"S1..S5", "S5..S6"}, "units[1]", CodeDuplicateUnit, "S5"},
		{[]string{"A", ""}, "units[1]", CodeBlank, ""},
		{[]string{"A", " B"}, "units[1]", CodeInvalidCode, ""},
		{[]string{"A\x00"}, "units[0]", CodeInvalidCode, ""},
		{[]string{"123456789012345678901"}, "units[0]", CodeTooLong, ""},
		{[]string{"SN5..SN4"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"SN05..SN100"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"SN5..SN010"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"SN0..SN00"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"SA1..SB2"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"SA..SB"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"S1..2"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"S1.."}, "units[0]", CodeBlank, ""},
		{[]string{"..S1"}, "units[0]", CodeBlank, ""},
		{[]string{"S1 .. S2"}, "units[0]", CodeInvalidCode, ""},
		{[]string{"SA~+2"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"S1~+"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"S1~+-1"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"~+1"}, "units[0]", CodeBlank, ""},
		{[]string{"99999999999999999999~+1"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"09999999999999999999~+1"}, "units[0]", CodeInvalidSerial, ""},
		{[]string{"ABCDEFGHIJKLMNOPQRS9~+1"}, "units[0]", CodeTooLong, ""},
		{[]string{"A", "S1~+100"}, "units[1]", CodeTooMany, ""},
		{[]string{"A", "S1..S100"}, "units[1]", CodeTooMany, ""},
		{[]string{"S000000000000000000..S999999999999999999"}, "units[0]", CodeTooMany, ""},
		{[]string{"S1~+999999999999999999"}, "units[0]", CodeTooMany, ""},
		{[]string{"S1~+" + strings.Repeat("9", 50)}, "units[0]", CodeTooMany, ""},
		{[]string{"S1~+9223372036854775807"}, "units[0]", CodeTooMany, ""},
		{slices.Repeat([]string{"A"}, 101), "units[100]", CodeTooMany, ""},
	} {
		got, err := ExpandSerials(c.specs, 100)
		e, ok := AsError(err)
		if !ok || e.Field != c.field || e.Code != c.code || got != nil || c.about != "" && !slices.Equal(e.About, []string{c.about}) {
			t.Errorf("%.100q: got %v, %v, want %s %s", c.specs, got, err, c.field, c.code)
		}
	}
	if _, err := ExpandSerials([]string{"A"}, 0); err == nil {
		t.Error("more than none is taken")
	}
	if got := countOf(math.MaxInt64); got != math.MaxInt {
		t.Errorf("got %d", got)
	}
}

func TestExpandSerialsAllocatesNothingForTooMany(t *testing.T) {
	if n := testing.AllocsPerRun(10, func() {
		if _, err := ExpandSerials([]string{"S1~+999999999999999999"}, 100_000); err == nil {
			t.Error("taken")
		}
	}); n > 40 {
		t.Errorf("%v allocations", n)
	}
}

func TestSplitPasted(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               {},
		" \r\n\t,; ":                     {},
		"A":                              {"A"},
		"A\nB\r\nC\rD":                   {"A", "B", "C", "D"},
		"A\tB, C;D ,E;;F":                {"A", "B", "C", "D", "E", "F"},
		"\ufeff S 1 \n\u00a0S 2\u00a0\n": {"S 1", "S 2"},
		"SN1..SN5,SN9~+3":                {"SN1..SN5", "SN9~+3"},
	} {
		if got := SplitPasted(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestCheckCode(t *testing.T) {
	for _, c := range []struct {
		code string
		want string
	}{
		{"A", ""}, {"12345678901234567890", ""}, {"A B", ""}, {"Äöüß", ""}, {strings.Repeat("é", 20), ""}, {"(01)+%", ""},
		{"", CodeBlank}, {"   ", CodeBlank}, {"\t\u00a0", CodeBlank},
		{" A", CodeInvalidCode}, {"A ", CodeInvalidCode}, {"A\n", CodeInvalidCode}, {"A\tB", CodeInvalidCode}, {"A\x1dB", CodeInvalidCode},
		{"A\x7f", CodeInvalidCode}, {"A\u200bB", CodeInvalidCode}, {"A\u00a0B", CodeInvalidCode}, {"\xff", CodeInvalidCode},
		{"123456789012345678901", CodeTooLong}, {strings.Repeat("é", 21), CodeTooLong},
	} {
		e := CheckCode("lot", c.code, MaxCode)
		switch {
		case c.want == "" && e != nil, c.want != "" && (e == nil || e.Code != c.want || e.Field != "lot"):
			t.Errorf("%q: got %v, want %s", c.code, e, c.want)
		}
	}
}

func FuzzExpandSerials(f *testing.F) {
	for _, spec := range []string{"A", "SN0001..SN0100", "SN0001~+99", "S9~+1", "a..b~+0", "999999999999999999~+1"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		serials, err := ExpandSerials([]string{spec}, 50)
		if err != nil {
			if e, ok := AsError(err); !ok || e.Field != "units[0]" || Codes[e.Code] == "" {
				t.Fatalf("%q: %v", spec, err)
			}
			return
		}
		if len(serials) == 0 || len(serials) > 50 {
			t.Fatalf("%q makes %d serials", spec, len(serials))
		}
		seen := map[string]bool{}
		for _, serial := range serials {
			if e := CheckCode("", serial, MaxCode); e != nil || seen[serial] {
				t.Fatalf("%q makes %q: %v", spec, serial, e)
			}
			seen[serial] = true
		}
	})
}

func BenchmarkExpandSerialsRange(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got, err := ExpandSerials([]string{"SN00000001~+99999"}, 100_000); err != nil || len(got) != 100_000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkExpandSerialsList(b *testing.B) {
	specs := make([]string, 100_000)
	for i := range specs {
		specs[i] = fmt.Sprintf("SN%08d", i*7)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got, err := ExpandSerials(specs, 100_000); err != nil || len(got) != 100_000 {
			b.Fatal(err)
		}
	}
}

// TestExpandPasted: a column copied out of a spreadsheet is a list of serials and ranges.
func TestExpandPasted(t *testing.T) {
	got, err := ExpandSerials([]string{"SN1\r\nSN2\tSN5..SN6\n", "A,B"}, 10)
	if want := []string{"SN1", "SN2", "SN5", "SN6", "A,B"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if _, err := ExpandSerials([]string{"SN1\nSN2..SN1"}, 10); err == nil || !strings.Contains(err.Error(), "units[1]") {
		t.Errorf("the second of what was pasted is wrong: %v", err)
	}
}
