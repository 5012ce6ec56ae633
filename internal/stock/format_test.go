package stock

import (
	"strings"
	"testing"
)

func (l *ledger) draw(d NumberingDraft) string {
	l.t.Helper()
	return strings.Join(l.ok(&d).Numbers, " ")
}

// TestFormats: a pattern must write what it counts apart, so that no two counters write the same number.
func TestFormats(t *testing.T) {
	l := open(t)
	l.ok(&FormatDraft{Code: "F", Pattern: ptr("{YYMMDD}-{SEQ:3}"), Restart: ptr("day"), If: MustBeNew})
	l.no(&FormatDraft{Code: "F", Pattern: ptr("{SEQ:3}"), If: MustBeNew}, CodeFormatExists, "code")
	l.no(&FormatDraft{Code: "G", Name: ptr("g"), If: MustExist}, CodeUnknownFormat, "code")
	for field, d := range map[string]*FormatDraft{
		"pattern": {Code: "G"},
		"code":    {Code: " G"},
		"restart": {Pattern: ptr("{YY}{MM}{SEQ:3}"), Restart: ptr("day")},
		"start":   {Pattern: ptr("{SEQ:1}"), Start: ptr(int64(10))},
		"base":    {Pattern: ptr("{SEQ:1}"), Base: ptr(16)},
		"name":    {Pattern: ptr("{SEQ:1}"), Name: ptr("\x01")},
		"per":     {Pattern: ptr("{SUPPLIER}{SEQ:1}"), Per: &[]string{"site"}},
	} {
		code := CodeInvalidValue
		if d.Code == "" {
			d.Code = "G"
		}
		switch field {
		case "pattern":
			code = CodeRequired
		case "code":
			code = CodeInvalidCode
		}
		l.no(d, code, field)
	}
	for _, d := range []*FormatDraft{
		{Pattern: ptr("{SITE}{SEQ:1}"), Per: &[]string{"supplier"}},
		{Pattern: ptr("{SEQ:1}"), Per: &[]string{"day"}},
	} {
		d.Code = "G"
		l.no(d, CodeInvalidValue, "per")
	}
	for _, d := range []*FormatDraft{
		{Pattern: ptr("{MM}{DD}{SEQ:3}"), Restart: ptr("year")},
		{Pattern: ptr("{YY}{SEQ:3}"), Restart: ptr("month")},
		{Pattern: ptr("{YY}{SEQ:3}"), Restart: ptr("week")},
	} {
		d.Code = "G"
		l.no(d, CodeInvalidValue, "restart")
	}
	l.no(&ProductDraft{SKU: "PUMP", SerialFormat: ptr("NO")}, CodeUnknownFormat, "serial_format")
	l.ok(&ProductDraft{SKU: "PUMP", SerialFormat: ptr("F")})
	l.ok(&FormatDraft{Code: "F", Active: ptr(false)})
	l.no(&NumberingDraft{Product: "PUMP", Count: 1}, CodeNotActive, "format")
	l.ok(&ProductDraft{SKU: "PUMP", SerialFormat: ptr("")})
	l.no(&NumberingDraft{Product: "PUMP", Count: 1}, CodeRequired, "format")
}

// TestNumbering: counters count apart what the format says, go on after a refusal where they were, and pass over what is in use.
func TestNumbering(t *testing.T) {
	l := open(t)
	l.ok(&FormatDraft{Code: "DAY", Pattern: ptr("{SITE}-{SUPPLIER:3}-{YYMMDD}-{SEQ:2}"), Restart: ptr("day"), Per: &[]string{"site", "supplier"}})
	l.ok(&FormatDraft{Code: "SN", Pattern: ptr("P{SEQ:1}"), Start: ptr(int64(3))})
	is := func(want string, d NumberingDraft) {
		t.Helper()
		if got := l.draw(d); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	day := NumberingDraft{Format: "DAY", Product: "BOLT", Site: "S1", Supplier: "SUP", Count: 2}
	is("S1-SUP-260302-01 S1-SUP-260302-02", day)
	day.Product, day.Count = "MILK", 1
	is("S1-SUP-260302-03", day)
	day.Site = "S2"
	is("S2-SUP-260302-01", day)
	tomorrow := DateOf(l.s.Now, l.s.Sites["S1"].Zone()).AddDays(1)
	day.Day = &tomorrow
	is("S2-SUP-260303-01", day)
	day.Day, day.Count = nil, 99
	l.no(&day, CodeFormatExhausted, "pattern")
	day.Count = 1
	is("S2-SUP-260302-02", day)
	day.Supplier = ""
	l.no(&day, CodeRequired, "supplier")
	day.Supplier = "NO"
	l.no(&day, CodeUnknownPartner, "supplier")
	day.Site = "NO"
	l.no(&day, CodeUnknownSite, "site")

	l.ok("receive; PUMP #P4+P6 >A")
	is("P3 P5", NumberingDraft{Format: "SN", Product: "PUMP", Count: 2})
	l.ok("receive; PUMP #P5 >A") // as on the label
	l.ok("receive; PUMP #P8 >A")
	is("P7", NumberingDraft{Format: "SN", Product: "PUMP", Count: 1})
	is("P8", NumberingDraft{Format: "SN", Product: "CHIP", Count: 1})
	l.no(&NumberingDraft{Format: "SN", Product: "PUMP", Count: 2}, CodeFormatExhausted, "pattern")
	l.no(&NumberingDraft{Format: "SN", Product: "PUMP"}, CodeInvalidValue, "count")
	l.no(&NumberingDraft{Format: "SN", Product: "PUMP", Count: MaxNumbers + 1}, CodeTooMany, "count")
	l.no(&NumberingDraft{Format: "NO", Product: "PUMP", Count: 1}, CodeUnknownFormat, "format")
	l.no(&NumberingDraft{Format: "SN", Product: "NO", Count: 1}, CodeUnknownProduct, "product")

	// Where a store holds more than was loaded, nothing is drawn that was not looked up.
	l.s.partial = true
	l.no(&NumberingDraft{Format: "SN", Product: "PUMP", Count: 1}, CodeTimeout, "format")
	src, _, _ := l.s.source(l.s.Formats["SN"], l.s.Products["PUMP"], nil, nil, DateOf(l.s.Now, l.s.Sites["S1"].Zone()))
	l.s.LoadWindow(src, 10)
	is("P9", NumberingDraft{Format: "SN", Product: "PUMP", Count: 1})
}
