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

// TestNumbered: goods that come into being are given the next number of their product's format where the line asks for it, and never
// otherwise; a refusal gives the numbers back.
func TestNumbered(t *testing.T) {
	l := open(t)
	l.ok(&FormatDraft{Code: "LOT", Pattern: ptr("{SITE}{SEQ:3}"), Per: &[]string{"site"}})
	l.ok(&FormatDraft{Code: "SUP", Pattern: ptr("{SUPPLIER}-{YYMMDD}-{SEQ:2}"), Restart: ptr("day"), Per: &[]string{"supplier"}})
	l.ok(&FormatDraft{Code: "SN", Pattern: ptr("P{SEQ:2}")})
	l.no("receive; BOLT 5 numbered >A", CodeRequired, "items[0].numbered")
	l.ok(&ProductDraft{SKU: "BOLT", LotFormat: ptr("LOT")})
	l.ok(&ProductDraft{SKU: "MILK", LotFormat: ptr("SUP")})
	l.ok(&ProductDraft{SKU: "PUMP", SerialFormat: ptr("SN"), LotFormat: ptr("LOT")})

	e := l.ok("receive; BOLT 5 numbered >A; BOLT 6 numbered >A; PUMP 3 numbered >A")
	l.has("BOLT/S1001@S1/A=5", "BOLT/S1002@S1/A=6")
	if len(e.Drawn) != 3 || e.Drawn[2].Count != 3 || e.Births[2].Serial != "P03" {
		t.Errorf("%+v", e.Drawn)
	}
	l.no("receive; BOLT 5 >A", CodeLotRequired, "items[0].lot")
	l.no("receive; BOLT 5 numbered >A; BOLT/S1001 5 numbered >A", CodeInvalidValue, "items[1].numbered")
	l.no("receive; PUMP #X1 numbered >A", CodeInvalidValue, "items[0].numbered")
	l.no("receive; PUMP numbered >A", CodeInvalidQuantity, "items[0].quantity")
	l.no("receive; SALT 5 numbered >A", CodeUnsupported, "items[0].numbered")
	l.no("receive; MILK 5 numbered >A", CodeDateRequired, "items[0].expiry")
	l.ok("receive; MILK 5 numbered exp=2026-04-01 >A")
	l.has("MILK/SUP-260302-01@S1/A=5") // the refused one took none
	l.no("ship; BOLT 1 numbered", CodeUnsupported, "items[0].numbered")
	l.no("count; BOLT 20 numbered new >A", CodeUnsupported, "items[0].numbered")
	l.no("found; BOLT 1 numbered >A", CodeRequired, "items[0].new")
	l.ok("found; BOLT 1 numbered new >A")
	l.ok("opening; BOLT 1 numbered >A")
	l.no("opening; MILK 1 numbered exp=2026-04-01 >A", CodeRequired, "items[0].numbered") // it has no supplier
	l.ok("make; BOLT/S1001 1 => BOLT 2 numbered >B, PUMP 2 numbered >B")
	l.has("BOLT/S1005@S1/B=2")
	l.at("PUMP", "P05", "S1/B")
	l.no("make; BOLT 1 numbered => BOLT 2 numbered >B", CodeUnsupported, "groups[0].inputs[0].numbered")
	l.ok("split; BOLT/S1002 6 <A => BOLT 4 numbered >A, BOLT 2 numbered >B")
	l.has("BOLT/S1006@S1/A=4", "BOLT/S1007@S1/B=2")
	l.ok("return from=CUS; PUMP 1 numbered new >A")
	l.at("PUMP", "P06", "S1/A")
	l.no("receive; PUMP 99 numbered >A", CodeFormatExhausted, "items[0].numbered")
}
