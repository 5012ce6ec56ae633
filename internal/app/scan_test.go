package app

import (
	"testing"
	"time"

	"clew/internal/label"
	"clew/internal/stock"
)

// taught are labels of several sorts, as the ledger gives them.
func taught(t testing.TB) []*stock.Label {
	t.Helper()
	var out []*stock.Label
	for _, l := range []struct {
		example string
		marks   []label.Mark
	}{
		{"4711;L1;261231", []label.Mark{{Is: label.Product, Text: "4711"}, {Is: label.Lot, Text: "L1"}, {Is: label.Expiry, Text: "261231", Form: "YYMMDD"}}},
		{"ABC000123", []label.Mark{{Is: label.Same, Text: "ABC"}, {Is: label.Serial, Text: "000123", Rest: true}}},
		{"A 001250", []label.Mark{{Is: label.Lot, Text: "A"}, {Is: label.Quantity, Text: "001250", Decimals: 3}}},
	} {
		rule, fault := label.Teach(l.example, "", l.marks, 2026)
		if fault != nil {
			t.Fatal(fault)
		}
		out = append(out, &stock.Label{ID: int64(len(out) + 1), Code: l.example, Rule: *rule, Active: true})
	}
	return out
}

var scanDay = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestReadScan(t *testing.T) {
	for _, c := range []struct {
		scan    string
		scanner Scanner
		forms   []string
		check   func(f *facts) bool
	}{
		{"]d201095212345432131727020010L1\x1d3103001250", Scanner{}, []string{"element_string", "code"}, func(f *facts) bool {
			return f.gtin == "09521234543213" && f.lot == "L1" && f.dates.Expiry.String() == "2027-02-28" && len(f.measures) == 1 && f.measures[0] == measure{"KGM", 1_250_000}
		}},
		{"(01)09521234543213(11)260200", Scanner{}, []string{"bracketed", "code"}, func(f *facts) bool { return f.dates == stock.Dates{} }},
		{"9521234543213\r\n", Scanner{}, []string{"key", "key", "code"}, func(f *facts) bool { return f.gtin == "09521234543213" }},
		{"(02)09521234543213(37)12(00)095212345432112341", Scanner{}, []string{"bracketed", "code"}, func(f *facts) bool { return *f.each == stock.Units(12) && f.sscc != "" }},
		{"4711;L9;270101", Scanner{}, []string{"label", "code"}, func(f *facts) bool {
			return f.article == "4711" && f.lot == "L9" && f.dates.Expiry.String() == "2027-01-01"
		}},
		{"A 001250", Scanner{}, []string{"label", "code"}, func(f *facts) bool { return f.quantity.String() == "1.25" }},
		{"010952123454321310L1~2112", Scanner{Separator: "~"}, []string{"element_string", "code"}, func(f *facts) bool { return f.lot == "L1" && f.serial == "12" && len(f.remarks) == 1 }},
		{"]C0ABC77", Scanner{}, []string{"label", "code"}, func(f *facts) bool { return f.serial == "77" }},
	} {
		got, fault := readScan(c.scan, c.scanner, taught(t), scanDay)
		if fault != nil || len(got) != len(c.forms) {
			t.Errorf("%q: %d readings, %v", c.scan, len(got), fault)
			continue
		}
		for i, f := range got {
			if f.form != c.forms[i] {
				t.Errorf("%q: reading %d is a %s, want %s", c.scan, i, f.form, c.forms[i])
			}
		}
		if !c.check(got[0]) {
			t.Errorf("%q is read as %+v", c.scan, got[0])
		}
	}
	for _, c := range []struct{ scan, code string }{{"", stock.CodeRequired}, {" \r\n", stock.CodeRequired}, {"\xff", stock.CodeUnreadableScan}} {
		if _, fault := readScan(c.scan, Scanner{}, nil, scanDay); fault == nil || fault.Code != c.code {
			t.Errorf("%q: %v, want %s", c.scan, fault, c.code)
		}
	}
}

// FuzzReadScan: whatever is scanned has at least one reading or is refused, and no reading names a date or quantity that cannot be kept.
func FuzzReadScan(f *testing.F) {
	for _, seed := range []string{"]d201095212345432131727020010L1\x1d3103001250", "9521234543213", "https://id.gs1.org/01/09521234543213/10/L1", "4711;L9;270101", "urn:epc:id:sgtin:952123.4054321.1", "(8006)095212345432130102", "(7003)2611230000"} {
		f.Add(seed, "")
	}
	f.Add("010952123454321310L1~2112", "~")
	labels := taught(f)
	f.Fuzz(func(t *testing.T, scan, separator string) {
		got, fault := readScan(scan, Scanner{Separator: separator, LostSeparators: len(scan)%2 == 0}, labels, scanDay)
		if (fault == nil) != (len(got) > 0) {
			t.Fatalf("%d readings, %v", len(got), fault)
		}
		wrong(scan, Scanner{Separator: separator})
		for _, f := range got {
			for _, q := range []*stock.Quantity{f.quantity, f.each} {
				if q != nil && (*q <= 0 || *q > stock.MaxQuantity) {
					t.Fatalf("quantity %d of %q", *q, scan)
				}
			}
		}
	})
}
