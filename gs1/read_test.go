package gs1

import (
	"errors"
	"strings"
	"testing"
)

// outcome is what reading gave: bracketed text, or the code of the error with its AI and offset.
func outcome(m *Message, err error) string {
	var e *Error
	if errors.As(err, &e) {
		return string(e.Code) + " " + e.AI + "@" + itoa(e.Offset)
	}
	if m.Form == FormPlain {
		return "plain " + m.Plain
	}
	return m.Bracketed()
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

const gs = "\x1d"

// readCases are data, and its bracketed text or what is wrong where.
var readCases = []struct{ in, want string }{
	// Element strings: FNC1 as GS or ^, in front or not.
	{"0109521234543213" + "10ABC", "(01)09521234543213(10)ABC"},
	{"^0109521234543213" + "10ABC", "(01)09521234543213(10)ABC"},
	{gs + "0109521234543213" + "10ABC" + gs + "21X", "(01)09521234543213(10)ABC(21)X"},
	{"010952123454321310ABC^21X", "(01)09521234543213(10)ABC(21)X"},
	{"010952123454321310ABC{GS}21X", "(01)09521234543213(10)ABC(21)X"},
	{"^01095212345432131727013110A^", "(01)09521234543213(17)270131(10)A"},
	{"^0109521234543213^17270131^10A", "(01)09521234543213(17)270131(10)A"}, // FNC1 that need not be there
	{"^10A^^21X", "unknown_ai @5"},
	{"^", "empty @1"},
	{"", "empty @0"},
	{"^0109521234543214", "incorrect_check_digit 01@16"},
	{"^010952123454321", "value_too_short 01@16"},
	{"^01A9521234543213", "non_digit_character 01@3"},
	{"^17271331", "illegal_month 17@5"},
	{"^17270200", "(17)270200"},
	{"^7006270200", "illegal_day 7006@9"},
	{"^10", "value_empty 10@3"},
	{"^10A B", "invalid_cset82_character 10@4"},
	{"^10123456789012345678901", "value_too_long 10@23"},
	{"^05123", "unknown_ai 0512@1"},
	{"^1812345610A", "unknown_ai 18@1"}, // the first two digits say how long it is: they are the whole AI
	{"^4219991234", "not_iso3166 421@4"},
	{"^4220561234", "value_too_long 422@7"},
	{"^3911001123", "not_iso4217 3911@5"},
	{"^8006095212345432130302", "piece_number_exceeds_total 8006@19"},
	{"^10A^10A", "(10)A(10)A"},
	{"^10A^10B", "ai_values_differ 10@5"},
	{"^0109521234543213|^10A", "(01)09521234543213|(10)A"},
	{"9521234543213|^10A", "(01)09521234543213|(10)A"},
	{"0109521234543213|^10A", "(01)09521234543213|(10)A"},
	// Scans.
	{"]C10109521234543213" + "10ABC", "(01)09521234543213(10)ABC"},
	{"]e00109521234543213" + "10ABC" + gs + "21X", "(01)09521234543213(10)ABC(21)X"},
	{"]J10109521234543213", "(01)09521234543213"},
	{"]Q30109521234543213^10A", "illegal_caret @19"},
	{"]Q3", "empty @3"},
	{"]E09521234543213", "(01)09521234543213"},
	{"]E09521234543214", "primary_check_digit 01@15"},
	{"]E0952123454321", "primary_too_short @15"},
	{"]E095212345432131", "primary_too_long @16"},
	{"]E095212345X3213", "primary_not_digits @11"},
	{"]E09521234543213|]e010A", "(01)09521234543213|(10)A"},
	{"]E3952123454321312", "(01)09521234543213"},
	{"]E3952123454321312A45", "primary_not_digits @18"},
	{"]E39521234543213", "(01)09521234543213"},
	{"]E09521234543213]E112", "(01)09521234543213"}, // an add-on is a symbol of its own
	{"]E402345673]E212345", "(01)00000002345673"},
	{"]E09521234543213]E1X2", "primary_not_digits @19"},
	{"]E09521234543213]E1123", "primary_too_long @16"},
	{"]E09521234543214]E112", "primary_check_digit 01@15"},
	{"]E0416000336108", "(01)00416000336108"}, // a UPC-A as some send it
	{"]E0416000336107", "primary_too_short @15"},
	{"]E004252614", "(01)00042100005264"}, // a UPC-E as some send it
	{"]E004252615", "primary_too_short @11"},
	{"]E402345673", "(01)00000002345673"},
	{"]I109521234543213", "(01)09521234543213"},
	{"]I109521234543214", "primary_check_digit 01@16"},
	{"]I11234", "plain 1234"},
	{"]C0ABC", "plain ABC"},
	{"]Q1https://example.com/01/09521234543213?10=A", "uri_belongs_in_path 10@41"},
	{"]d1https://example.com/01/09521234543213/10/A", "(01)09521234543213(10)A"},
	{"]?0A", "unknown_symbology @1"},
	{"]XXA", "unknown_symbology @1"}, // a modifier is a hexadecimal digit
	{"]d", "missing_symbology @0"},
	// Bracketed.
	{"(01)09521234543213(10)A\\(1)(21)X", "(01)09521234543213(10)A\\(1)(21)X"},
	{"(10)A(21)", "value_empty 21@9"},
	{"(10)A(21", "bad_brackets @5"},
	{"(10)A)B(C)", "unknown_ai C@8"},
	{"(ZZ)A", "unknown_ai ZZ@1"},
	{"(10)A\\(\\( C", "invalid_cset82_character 10@9"},
	{"(010)A", "unknown_ai 010@1"},
	{"(10)A^B", "illegal_caret 10@5"},
	// Digital Links.
	{"https://id.gs1.org/01/09521234543213/22/V/10/A/21/S?17=270131&x=y#f", "(01)09521234543213(22)V(10)A(21)S(17)270131"},
	{"https://a/b/c/00/095212345432132109?330n=1", "incorrect_check_digit 00@34"},
	{"http://example.com/01/09521234543213/21/A/10/B", "uri_key_sequence 01@37"},
	{"https://example.com/gtin/09521234543213/lot/A%2FB", "(01)09521234543213(10)A/B"},
	{"https://example.com/01/09521234543213/10/A%20B", "invalid_cset82_character 10@42"},
	{"https://example.com/01/09521234543213?17=270131&17=270131", "uri_ai_repeated 17@48"},
	{"https://example.com/01/09521234543213?999=1", "uri_unknown_ai 999@38"},
	{"https://example.com/01/09521234543213?8200=x", "uri_not_an_attribute 8200@38"},
	{"https://example.com/01/09521234543213/10/A%00", "uri_null 10@42"},
	{"https://example.com/01/9521234543213", "value_too_short 01@36"},
	{"https://example.com/01/09521234543213?=1&17=270131", "(01)09521234543213(17)270131"},
	{"https://example.com/10/A", "uri_no_key @19"},
	{"https://example.com/01/09521234543213/", "uri_no_key @19"},
	{"https://example.com", "uri_no_path @19"},
	{"https:///01/09521234543213", "uri_domain @8"},
	{"https://exam_ple.com/01/09521234543213", "uri_domain @12"},
	{"https://example.com/01/0952 1234543213", "uri_illegal_character @27"},
	{"HTTPS://EXAMPLE.COM/01/09521234543213", "(01)09521234543213"},
	{"Https://example.com/01/09521234543213", "uri_scheme @0"},
	{"https://example.com/414/9521234543213/01/09521234543213", "(01)09521234543213"},
	// EPC URNs.
	{"urn:epc:id:sgtin:0614141.812345.6789", "(01)80614141123458(21)6789"},
	{"urn:epc:id:sgtin:0614141.812345.6%2F9", "(01)80614141123458(21)6/9"},
	{"urn:epc:class:lgtin:0614141.812345.A.B", "(01)80614141123458(10)A.B"},
	{"urn:epc:idpat:sgtin:0614141.812345.*", "(01)80614141123458"},
	{"urn:epc:id:sscc:0614141.1234567890", "(00)106141412345678908"},
	{"urn:epc:id:sgln:0614141.12345.0", "(414)0614141123452"},
	{"urn:epc:id:sgln:0614141.12345.A1", "(414)0614141123452(254)A1"},
	{"urn:epc:id:giai:0614141.12345400", "(8004)061414112345400"},
	{"urn:epc:id:gid:1.2.3", "urn_scheme @11"},
	{"urn:epc:id:sgtin:0614141.12345.1", "urn_length 01@25"},
	{"urn:epc:id:sgtin:0614141.81234X.1", "urn_digits 01@25"},
	{"urn:epc:id:sgtin:0614141.812345", "urn_fields 01@31"},
	{"urn:epc:id:sgtin:0614141.812345.A/B", "urn_escape 01@32"},
	{"urn:uuid:1", "urn_scheme @0"},
	// Keys alone.
	{"9521234543213", "(01)09521234543213"},
	{"9521234543214", "key_check_digit @12"},
	{"02345673", "(01)00000002345673"},
	{"416000336108", "(01)00416000336108"},
	{"106141412345678908", "(00)106141412345678908"},
	{"01234565", "(01)00000001234565"}, // may be UPC-E too
	{"hello", "not_recognised @0"},
	{"http", "not_recognised @0"},
	{"ftp://example.com/01/09521234543213", "not_recognised @0"},
	{"]C10109521234543213\r\n", "(01)09521234543213"},
	{"9521234543213\n", "(01)09521234543213"},
	{"^3999123", "unknown_ai 3999@1"},
	{"^3109123456", "unknown_ai 3109@1"},
	{"^2x", "unknown_ai 2@1"},
	{"04252614", "(01)00042100005264"}, // can only be UPC-E
}

func TestRead(t *testing.T) {
	for _, x := range readCases {
		var m Message
		err := new(Reader).Read(x.in, &m)
		if got := outcome(&m, err); got != x.want {
			t.Errorf("%q: got %s, want %s", x.in, got, x.want)
		}
	}
}

// TestReadLenient reads what scanners make of data when they are told so.
func TestReadLenient(t *testing.T) {
	lenient := Reader{Separator: "~", LostSeparators: true, UnknownAIs: true, ShortGTINs: true}
	for _, x := range []struct{ in, want string }{
		{"010952123454321310ABC~21X", "(01)09521234543213(10)ABC(21)X"},
		{"]C1010952123454321310ABC~21X~", "(01)09521234543213(10)ABC(21)X"},
		{"42205610ABC", "(422)056(10)ABC"},
		{"422056zz", "value_too_long 422@6"},
		{"^39999123", "(3999)9123"},
		{"(89)ABC", "(89)ABC"},
		{"(18)12345", "value_too_short 18@9"},
		{"(181)12345", "unknown_ai 181@1"},
		{"^1812345610A", "(18)123456(10)A"},
		{"https://example.com/01/9521234543213", "(01)09521234543213"},
		{"010952123454321310A~21X Y", "invalid_cset82_character 21@23"},
	} {
		var m Message
		err := lenient.Read(x.in, &m)
		if got := outcome(&m, err); got != x.want {
			t.Errorf("%q: got %s, want %s", x.in, got, x.want)
		}
	}
	strict := Reader{NoShortNames: true}
	var m Message
	if err := strict.Read("https://example.com/gtin/09521234543213", &m); !errors.Is(err, &Error{Code: CodeLinkNoKey}) {
		t.Errorf("a short name passed: %v", err)
	}
}

func TestCompanions(t *testing.T) {
	for _, x := range []struct{ in, want string }{
		{"(01)09521234543213(10)A(21)B(17)270131", ""},
		{"(10)A", "ai_required 10@0"},
		{"(02)09521234543213", "ai_required 02@0"},
		{"(00)106141412345678908(02)09521234543213(37)10", ""},
		{"(01)09521234543213(37)10", "ai_excluded 01@0"},
		{"(01)09521234543213(3100)000001(3101)000001", "ai_excluded 3100@18"},
		{"(01)09521234543213(3100)000001(3100)000001", ""},
		{"(01)09521234543213(21)A(235)B", "ai_excluded 21@18"},
		{"(01)09521234543213(3922)100", "ai_required 3922@18"},
		{"(01)09521234543213(3922)100(3103)000100", ""},
		{"(01)09521234543213(7004)12", "ai_required 7004@18"},
		{"(253)9521234543213(8030)ABC", "serial_required 253@0"},
		{"(253)9521234543213X(8030)ABC", ""},
	} {
		var m Message
		r := Reader{Companions: true}
		err := r.Read(x.in, &m)
		got := ""
		if err != nil {
			got = outcome(&m, err)
		}
		if got != x.want {
			t.Errorf("%s: got %q, want %q", x.in, got, x.want)
		}
	}
	// Over several scans of one item.
	pallet, content := read(t, "(00)106141412345678908"), read(t, "(02)09521234543213(37)10")
	if err := Associate(pallet, content); err != nil {
		t.Error(err)
	}
	if err := Associate(content); !errors.Is(err, &Error{Code: CodeRequired}) {
		t.Errorf("content without a pallet: %v", err)
	}
	if err := Associate(read(t, "(01)09521234543213(10)A"), read(t, "(10)B")); !errors.Is(err, &Error{Code: CodeDiffer}) {
		t.Errorf("two lots: %v", err)
	}
}

func read(t testing.TB, data string) *Message {
	t.Helper()
	m, err := Parse(data)
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	return m
}

func TestKnownPrefix(t *testing.T) {
	r := Reader{KnownPrefix: func(key string) bool { return strings.HasPrefix(key, "9521234") }}
	var m Message
	if err := r.Read("(01)09521234543213(414)9521234543213", &m); err != nil {
		t.Error(err)
	}
	if err := r.Read("(01)04012345111118", &m); !errors.Is(err, &Error{Code: "invalid_gcp_prefix"}) {
		t.Errorf("an unknown prefix passed: %v", err)
	}
}

func TestReadings(t *testing.T) {
	for in, want := range map[string]string{
		"9521234543213":    "(01)09521234543213 (414)9521234543213",
		"11251208":         "(01)00112000005128 (11)251208",
		"0109521234543213": "(01)09521234543213",
		"x":                "",

		// Digits that are a key may be AIs and values as well, one of 12 to 14 is a GTIN.
		"106141412345678908":    "(00)106141412345678908 (10)6141412345678908",
		"106141412345678907":    "(10)6141412345678907",
		"9521234543213\r\n":     "(01)09521234543213 (414)9521234543213",
		"]E09521234543213]E112": "(01)09521234543213",
	} {
		var all []string
		for _, m := range new(Reader).Readings(in) {
			all = append(all, m.Bracketed())
		}
		if got := strings.Join(all, " "); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// TestAddOn keeps what stands beside an EAN or UPC symbol.
func TestAddOn(t *testing.T) {
	for _, data := range []string{"]E0952123454321" + "3]E112", "]E3952123454321312"} {
		if m := read(t, data); m.AddOn != "12" {
			t.Errorf("%s: add-on %q", data, m.AddOn)
		}
	}
}

// TestWarnings names what was let pass.
func TestWarnings(t *testing.T) {
	for data, want := range map[string]Code{
		"]E0416000336108":    WarnShortGTIN,
		"106141412345678907": CodeKeyCheckDigit, // a lot, or a mistyped SSCC
		"17270131":           CodeKeyCheckDigit,
		"106141412345678908": WarnReading,
		"10ABC^21X":          WarnSeparator,
	} {
		if m := read(t, data); len(m.Warnings) != 1 || m.Warnings[0].Code != want {
			t.Errorf("%s: %v, want %s", data, m.Warnings, want)
		}
	}
}
