package gs1

import (
	"testing"
	"time"
)

func TestKeys(t *testing.T) {
	for in, want := range map[string]string{"9521234543213": "09521234543213", "416000336108": "00416000336108", "02345673": "00000002345673",
		"09521234543213": "09521234543213", "9521234543214": "", "952123454321": "", "952123454321X": "", "": ""} {
		got, err := GTIN14(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("GTIN14(%q) = %q, %v", in, got, err)
		}
		if want != "" && len(in) < 14 && FormatKey("01", got) != in {
			t.Errorf("%s written as %s", got, FormatKey("01", got))
		}
	}
	for in, want := range map[string]string{"425261": "042100005264", "0425261": "042100005264", "04252614": "042100005264", "04252615": "",
		"123453": expand("01230000045"), "123454": expand("01234000005"), "123459": expand("01234500009"), "2425261": "", "12345": ""} {
		got, err := ExpandUPCE(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ExpandUPCE(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	if d, ok := CheckDigit("952123454321"); !ok || d != '3' {
		t.Errorf("check digit %c", d)
	}
	if pair, ok := CheckPair("1987654Ad4X4bL5ttr2310c"); !ok || pair != "2K" {
		t.Errorf("check pair %s", pair)
	}
}

func expand(body string) string {
	check, _ := CheckDigit(body)
	return body + string(check)
}

func TestDates(t *testing.T) {
	in := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	for _, x := range []struct {
		value string
		year  int
		want  string
	}{
		{"270131", 2026, "2027-01-31"}, {"760131", 2026, "2076-01-31"}, {"770131", 2026, "1977-01-31"}, {"991231", 2026, "1999-12-31"},
		{"010101", 2060, "2101-01-01"}, {"110101", 2060, "2011-01-01"}, {"100101", 2060, "2110-01-01"}, {"270200", 2026, "2027-02"}, {"2702001230", 2026, "2027-02"},
	} {
		d, err := ParseDate(x.value, in(x.year))
		if err != nil || d.String() != x.want {
			t.Errorf("ParseDate(%s) in %d = %v, %v, want %s", x.value, x.year, d, err, x.want)
		}
		if d.YYMMDD() != x.value[:6] {
			t.Errorf("%s written as %s", x.value, d.YYMMDD())
		}
	}
	if d, _ := ParseDate("280200", in(2026)); d.LastDay().Day() != 29 {
		t.Errorf("last day %v", d.LastDay())
	}
	if _, err := ParseDate("271301", in(2026)); err == nil {
		t.Error("a 13th month passed")
	}
}

func TestDecimal(t *testing.T) {
	for _, x := range []struct{ ai, value, want string }{
		{"3103", "001250", "1.250"}, {"3100", "000012", "12"}, {"3922", "1", "0.01"}, {"3932", "9781250", "12.50"}, {"3105", "000001", "0.00001"},
		{"10", "1", ""}, {"4100", "1", ""},
	} {
		got, ok := Element{AI: x.ai, Value: x.value}.Decimal()
		if got != x.want || ok != (x.want != "") {
			t.Errorf("(%s)%s is %q, want %q", x.ai, x.value, got, x.want)
		}
	}
}

// TestLookup finds every AI of the dictionary, and no other.
func TestLookup(t *testing.T) {
	n := 0
	for i := range 10000 {
		for _, ai := range []string{aiOf(uint16(i))} {
			a, ok := Lookup(ai)
			if !ok {
				continue
			}
			n++
			if a.AI != ai || a.MinLength < 1 || a.MaxLength < a.MinLength {
				t.Errorf("%+v", a)
			}
		}
	}
	want := 0
	for i := range table {
		want += int(table[i].last-table[i].first) + 1
		if e := &table[i]; (fixedByPrefix[two(aiOf(e.first))] > 0) != e.predefined {
			t.Errorf("%d is predefined %v", e.first, e.predefined)
		}
	}
	if n != want {
		t.Errorf("%d AIs found of %d", n, want)
	}
	for _, ai := range []string{"", "0", "1", "010", "3106", "310", "9", "100", "zz", "0x"} {
		if _, ok := Lookup(ai); ok {
			t.Errorf("%q was found", ai)
		}
	}
}
