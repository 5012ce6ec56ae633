package app

import (
	"strings"
	"testing"
	"time"

	"clew/internal/stock"
)

// What one row of a column shows decides for the others, also for rows before it, in text and in workbooks; what contradicts itself decides
// nothing.
func TestImport_Evidence(t *testing.T) {
	const head = "reference,kind,occurred_at,site,product,lot,quantity,to,expiry,partner\n"
	line := func(ref, expiry, quantity string) string {
		return ref + `,receive,2024-01-02,MAIN,FLOUR,` + ref + `,` + quantity + `,A,` + expiry + ",MILL\n"
	}
	for name, c := range map[string]struct {
		rows    []string
		want    string // quantity and expiry of each row; ! where it is refused
		refused string // a part of why
		note    string
	}{
		"day first, shown further down":    {[]string{"03/04/2030 5", "04/05/2030 5", "25/04/2030 5"}, "5 2030-04-03|5 2030-05-04|5 2030-04-25", "", "days are read day first in expiry, as line 4 shows"},
		"day first, shown further up":      {[]string{"25/04/2030 5", "03/04/2030 5"}, "5 2030-04-25|5 2030-04-03", "", "as line 2 shows"},
		"month first":                      {[]string{"03/04/2030 5", "04/25/2030 5"}, "5 2030-03-04|5 2030-04-25", "", "days are read month first in expiry, as line 3 shows"},
		"both":                             {[]string{"03/04/2030 5", "04/25/2030 5", "25/04/2030 5"}, "!|5 2030-04-25|5 2030-04-25", "line 4 is day first, line 3 month first", ""},
		"nothing":                          {[]string{"03/04/2030 5", "04/04/2030 5", "2030-05-25 5"}, "!|5 2030-04-04|5 2030-05-25", "no other row tells", ""},
		"another mark":                     {[]string{"03/04/2030 5", "25-04-2030 5"}, "!|5 2030-04-25", "no other row tells", ""},
		"no day at all":                    {[]string{"03/04/2030 5", "45/04/2030 5", "32/13/2030 5"}, "!|!|!", "no other row tells", ""},
		"decimal comma":                    {[]string{`2030-01-01 "1,234"`, `2030-01-01 "1,5"`, `2030-01-01 1.234`}, "1.234 2030-01-01|1.5 2030-01-01|1234 2030-01-01", "", "numbers are read with decimal commas in quantity, as line 3 shows"},
		"marks of thousands":               {[]string{`2030-01-01 "1,234"`, `2030-01-01 1.5`}, "1234 2030-01-01|1.5 2030-01-01", "", ""},
		"both marks":                       {[]string{`2030-01-01 "1,234"`, `2030-01-01 1.5`, `2030-01-01 "2,5"`, "2030-01-01 1.234"}, "!|1.5 2030-01-01|2.5 2030-01-01|!", "may be 1.2340 or 1234", ""},
		"a point is a point by itself":     {[]string{`2030-01-01 1.234`, `2030-01-01 5`}, "1.234 2030-01-01|5 2030-01-01", "", ""},
		"a comma by itself is not decided": {[]string{`2030-01-01 "1,234"`, `2030-01-01 5`}, "!|5 2030-01-01", "may be 1.2340 or 1234", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, sheet := head, ""
			for i, cells := range c.rows {
				expiry, quantity, _ := strings.Cut(cells, " ")
				text += line("R"+itoa(i), expiry, quantity)
			}
			for _, one := range strings.Split(strings.TrimSpace(text), "\n") {
				r := newCSVReader(strings.NewReader(one))
				rec, err := r.next()
				if err != nil {
					t.Fatal(err)
				}
				sheet += row(strings.Join(views(rec.cells, func(cell string) string { return `<c t="inlineStr"><is><t>` + cell + `</t></is></c>` }), ""))
			}
			for _, file := range []string{text, workbookOf(t, sheet)} {
				a := withMasters(t)
				got := importFile(t.Context(), a, Import{Kind: "movements"}, file)
				if got.err != nil {
					t.Fatal(got.err)
				}
				var is []string
				for i := range c.rows {
					is = append(is, lotOfTest(t, a, "R"+itoa(i)))
				}
				if strings.Join(is, "|") != c.want || c.refused != "" && !strings.Contains(got.file, c.refused) {
					t.Errorf("%s\n%s", strings.Join(is, "|"), got.file)
				}
				if c.note != "" && (len(got.Notes) != 1 || !strings.Contains(got.Notes[0].Text, c.note)) || c.note == "" && len(got.Notes) > 0 && c.refused != "" {
					t.Errorf("%+v", got.Notes)
				}
				if again := importFile(t.Context(), a, Import{Kind: "movements"}, file); again.Recorded > 0 || again.Already != got.Recorded {
					t.Errorf("again: %+v", again.ImportReport)
				}
			}
		})
	}
}

// lotOfTest is the quantity and expiry with which a lot came in; ! for one that did not.
func lotOfTest(t *testing.T, a *App, code string) string {
	t.Helper()
	rows, err := a.Stock(t.Context(), StockQuery{Product: "FLOUR", Lot: code, Limit: 9})
	if _, known := stock.AsError(err); known || err == nil && len(rows) == 0 {
		return "!"
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows[0].Quantity.String() + " " + rows[0].Governing.String()
}

// What was decided goes into the file of refused rows so that it can be read without the row that decided.
func TestImport_EvidenceOfRefusedRows(t *testing.T) {
	a := withMasters(t)
	file := "kind;occurred_at;site;product;lot;quantity;to;expiry;partner\n" +
		"receive;2024-01-02;MAIN;NO;L1;1,234;A;03/04/2030;MILL\nreceive;2024-01-02;MAIN;FLOUR;L2;2,5;A;25/04/2030;MILL\n"
	got := importFile(t.Context(), a, Import{Kind: "movements"}, file)
	if got.err != nil || got.Refused != 1 || !strings.Contains(got.file, `NO,L1,"1,2340",A,2030-04-03`) {
		t.Fatal(got.err, got.file)
	}
	if again := importFile(t.Context(), a, Import{Kind: "movements"}, strings.Replace(got.file, ",NO,", ",FLOUR,", 1)); again.Recorded != 1 || lotOfTest(t, a, "L1") != "1.234 2030-04-03" {
		t.Error(again.file)
	}
}

func TestImport_LostZeros(t *testing.T) {
	a := openApp(t)
	got := importFile(t.Context(), a, Import{Kind: "products"}, "sku,gtin\nA,12345678905\nB,1234565\nC,4006381333931\nD,12345678906\nE,123456\nF,012345000058\n")
	if got.err != nil || got.Recorded != 4 || got.Refused != 2 || got.Restored != 2 || len(got.Notes) != 2 ||
		!strings.Contains(got.Notes[0].Text, "line 2: gtin 12345678905 is 012345678905") || !strings.Contains(got.Notes[1].Text, "01234565") || !strings.Contains(got.file, "zeros in front do not make it whole") {
		t.Fatalf("%v %+v\n%s", got.err, got.ImportReport, got.file)
	}
	if p, err := a.Product(t.Context(), "A"); err != nil || p.GTIN != "00012345678905" {
		t.Error(p, err)
	}
	got = importFile(t.Context(), a, Import{Kind: "sites"}, "code,gln\nMAIN,12345000065\nSHOP,614141000012\nBAD,614141000013\n")
	if got.err != nil || got.Restored != 2 || got.Recorded != 2 || got.Refused != 1 {
		t.Fatalf("%v %+v\n%s", got.err, got.ImportReport, got.file)
	}
	mustImport(t, a, "locations", "site,code\nMAIN,A\n")
	mustImport(t, a, "products", "sku\n12345678905999\n96385074\n1234565\n")
	// A SKU goes before a GTIN that it may be short for; what neither is known as is refused.
	got = importFile(t.Context(), a, Import{Kind: "opening"}, "site,location,product,quantity\nMAIN,A,12345678905,3\nMAIN,A,1234565,4\nMAIN,A,12345000058,5\nMAIN,A,12345670,1\nMAIN,A,9999999999,1\n")
	if got.err != nil || got.Recorded != 3 || got.Restored != 2 {
		t.Fatalf("%v %+v\n%s", got.err, got.ImportReport, got.file)
	}
	for sku, want := range map[string]string{"A": "3", "1234565": "4", "F": "5"} {
		rows, err := a.Stock(t.Context(), StockQuery{Product: sku, Limit: 9})
		if err != nil || len(rows) != 1 || rows[0].Quantity.String() != want {
			t.Error(sku, rows, err)
		}
	}
}

func TestReadTime_ClockChanges(t *testing.T) {
	for _, c := range []struct{ zone, text, want, why string }{
		{"Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00.000Z", ""},
		{"Europe/Berlin", "2026-03-29 02:00", "", "is skipped by the clock in Europe/Berlin, which is put forward then: write the time with its zone, such as 2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29 02:59:59", "", "is skipped"},
		{"Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00.000Z", ""},
		{"Europe/Berlin", "2026-10-25 01:59", "2026-10-24T23:59:00.000Z", ""},
		{"Europe/Berlin", "2026-10-25 02:00", "", "comes twice in Europe/Berlin, where the clock is put back then: write which is meant, 2026-10-25T02:00:00+02:00 or 2026-10-25T02:00:00+01:00"},
		{"Europe/Berlin", "2026-10-25T02:59:59", "", "comes twice"},
		{"Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00.000Z", ""},
		{"Europe/Berlin", "2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00.000Z", ""},
		{"America/New_York", "2026-11-01 01:30", "", "2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00"},
		{"America/New_York", "2026-03-08 02:30", "", "is skipped"},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "", "comes twice"}, // by half an hour
		{"Australia/Lord_Howe", "2026-04-05 01:15", "2026-04-04T14:15:00.000Z", ""},
		{"UTC", "2026-03-29 02:30", "2026-03-29T02:30:00.000Z", ""},
		{"Asia/Kolkata", "2026-03-29 02:30", "2026-03-28T21:00:00.000Z", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readTime(c.text, zone)
		fault, refused := stock.AsError(err)
		switch {
		case c.why == "" && (err != nil || got.String() != c.want):
			t.Errorf("%s %s: %v %v", c.zone, c.text, got, err)
		case c.why != "" && (!refused || fault.Code != stock.CodeInvalidTime || !strings.Contains(fault.Detail, c.why)):
			t.Errorf("%s %s: %v %v", c.zone, c.text, got, err)
		}
	}
}

// What is read ahead is read again from where the reading was, whatever the file is.
func FuzzCSVReader_Ahead(f *testing.F) {
	f.Add("a,b\n1,2\n\"x\ny\",3\n\"stray,4\n5,6\n", 2)
	f.Add("a\n\"q\n1\n2\n", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		plain, ahead := readAll(t, newCSVReader(strings.NewReader(text))), []string{}
		r := newCSVReader(strings.NewReader(text))
		for range max(0, min(n, len(plain))) {
			rec, err := r.next()
			if err != nil {
				t.Fatal(err)
			}
			if rec.fault != nil {
				ahead = append(ahead, "!"+itoa(rec.line))
			} else {
				ahead = append(ahead, itoa(rec.line)+":"+strings.Join(rec.cells, "|"))
			}
		}
		seen := 0
		if err := r.ahead(func(csvRecord) { seen++ }); err != nil {
			t.Fatal(err)
		}
		defer r.close()
		rest := readAll(t, r)
		if got := strings.Join(append(ahead, rest...), "\n"); got != strings.Join(plain, "\n") || seen != len(rest) {
			t.Errorf("%q, %d seen: %s", text, seen, got)
		}
	})
}
