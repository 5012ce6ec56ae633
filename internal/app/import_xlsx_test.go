package app

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"clew/internal/stock"
)

// workbookOf packs sheets' rows, written as XML, into a workbook. Style 1 is a date, shared text 0 is "Apple".
func workbookOf(t testing.TB, sheets ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	rels, list := "", ""
	for i, rows := range sheets {
		n := itoa(i + 1)
		rels += `<Relationship Id="r` + n + `" Type="http://x/worksheet" Target="worksheets/sheet` + n + `.xml"/>`
		list += `<sheet name="S` + n + `" sheetId="` + n + `" r:id="r` + n + `"/>`
		add("xl/worksheets/sheet"+n+".xml", `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>`+rows+`</sheetData></worksheet>`)
	}
	add("xl/_rels/workbook.xml.rels", `<Relationships>`+rels+`</Relationships>`)
	add("xl/workbook.xml", `<workbook xmlns:r="x"><sheets>`+list+`</sheets></workbook>`)
	add("xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`)
	add("xl/sharedStrings.xml", `<sst><si><t>App</t><r><t>le</t></r></si></sst>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func text(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }

func row(cells ...string) string { return "<row>" + strings.Join(cells, "") + "</row>" }

func TestImport_Workbook(t *testing.T) {
	a := openApp(t)
	head := row(text("Artikelnummer"), text("name"), text("gtin"), text("shelf_life_days"))
	sheet := row() + head +
		row(`<c><v>1001</v></c>`, `<c t="s"><v>0</v></c>`, `<c><v>4.006381333931E12</v></c>`, `<c><f>1+2</f><v>3</v></c>`) +
		row(`<c s="1"><v>46054</v></c>`, text("made a date")) +
		row(`<c><v>1234567890123456</v></c>`, text("rounded")) +
		row(text("A4"), text("no value"), `<c/>`, `<c><f>X1</f></c>`) +
		row(text("A5"), text("error"), `<c t="e"><v>#N/A</v></c>`) +
		row(text("A6"), `<c r="J7"><v>1</v></c>`) + head
	got := importFile(t.Context(), a, Import{Kind: "products"}, workbookOf(t, sheet))
	if got.err != nil || got.Rows != 7 || got.Recorded != 1 || got.Refused != 6 {
		t.Fatalf("%v %+v\n%s", got.err, got.ImportReport, got.file)
	}
	p, err := a.Product(t.Context(), "1001")
	if err != nil || p.Name != "Apple" || p.GTIN == "" || p.ShelfLife != 3 {
		t.Errorf("%+v %v", p, err)
	}
	for i, want := range []string{"A4", "A5", "D6", "C7", "", ""} {
		if r := got.refused[i]; r.Cell != want || r.Sheet != "S1" {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

func TestImport_FaultsOfWorkbooks(t *testing.T) {
	a := openApp(t)
	good := row(text("sku")) + row(text("A"))
	for name, c := range map[string]struct{ file, sheet, code string }{
		"several sheets": {workbookOf(t, good, good), "", stock.CodeRequired},
		"no such sheet":  {workbookOf(t, good), "S9", stock.CodeInvalidValue},
		"no sheet":       {workbookOf(t), "", stock.CodeInvalidRow},
		"bomb":           {workbookOf(t, strings.Repeat("<row/>", 12<<20)), "", stock.CodeTooLong},
		"huge cell":      {workbookOf(t, row(text(strings.Repeat("x", 2*maxToken)))), "", stock.CodeTooLong},
		"10,000 columns": {workbookOf(t, row(strings.Repeat(text("x-a"), 10_000))), "", stock.CodeTooMany},
		"cut off":        {workbookOf(t, good)[:200], "", stock.CodeInvalidRow},
		"not xml":        {workbookOf(t, "<row><c></row>&"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: "products", Sheet: c.sheet}, c.file)
			fault, ok := stock.AsError(got.err)
			if !ok || c.code != "" && fault.Code != c.code {
				t.Errorf("%v", got.err)
			}
		})
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(row(text("sku")) + row(text("A")))
	f.Add(row(text("sku")) + `<row r="9"><c r="ZZZ1" t="s"><v>-1</v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		s, head, err := openSheet(strings.NewReader(workbookOf(t, rows)), tables["products"], Import{}, knownColumns{})
		if err != nil {
			return
		}
		defer s.close()
		for {
			rec, err := s.next()
			if err != nil {
				return
			}
			head.rowOf(tables["products"], rec)
		}
	})
}

func TestImport_Said(t *testing.T) {
	a := openApp(t)
	got := importFile(t.Context(), a, Import{Kind: "products", Map: map[string]string{"Art.-Nr.": "sku", "Farbe": "-"}}, "Art.-Nr.;Farbe;unit_cost\nA;red;1,5\n")
	if got.err != nil || got.Recorded != 1 {
		t.Errorf("%v %+v", got.err, got.ImportReport)
	}
}

// A day is never guessed.
func TestHeader_Date(t *testing.T) {
	c := column{name: "expiry", date: true}
	for _, v := range []struct{ dates, text, want string }{
		{"", "31.01.2026", "2026-01-31"}, {"", "1.2.2026", "2026-02-01"}, {"", "31/01/2026", "2026-01-31"}, {"", "01/31/2026", "2026-01-31"},
		{"", "03/04/2026", ""}, {"dmy", "03/04/2026", "2026-04-03"}, {"mdy", "03/04/2026", "2026-03-04"}, {"", "2026-03-04", "2026-03-04"},
		{"dmy", "3/4/2026 14:05", "2026-04-03 14:05"},
	} {
		h := &header{dates: v.dates}
		if got, _ := h.plain(c, v.text, cellText); got != v.want {
			t.Errorf("%s %s: %s", v.dates, v.text, got)
		}
	}
}

func TestHeader_Number(t *testing.T) {
	for text, want := range map[string]string{"1,5": "1.5", "1.234,5": "1234.5", "1,234.5": "1234.5", "1,234,567": "1234567", "1.234.567": "1234567",
		"1 234,5": "1234.5", "0,125": "0.125", "1,234": "", "-1,5": "-1.5", "1.5": "1.5"} {
		if got, _ := (&header{}).plain(column{name: "quantity", number: true}, text, cellText); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}
