package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

const asXLSX = "Content-Type: " + mediaXLSX

// sheetOf packs the rows of one sheet, written as XML, into a workbook.
func sheetOf(t testing.TB, rows string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"xl/worksheets/sheet1.xml":   `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>` + rows + `</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/styles.xml":              `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func cells(texts ...string) string {
	row := "<row>"
	for _, text := range texts {
		row += `<c t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	return row + "</row>"
}

// TestImport_Workbooks sends workbooks as spreadsheets make them, and as those do who mean harm: each gets a clear answer.
func TestImport_Workbooks(t *testing.T) {
	notRaced(t)
	h, _ := openLedger(t)
	run(t, h, business)
	head := cells("sku", "name", "gtin", "shelf_life_days")
	run(t, h, []call{
		{name: "upload", do: "POST /v1/import/products", headers: asXLSX, body: sheetOf(t, head+cells("X1", "One")+`<row><c><v>4711</v></c><c/><c><v>12345678905</v></c></row>`), status: 200,
			want: []string{`"rows":2`, `"recorded":2`, `"restored":1`, `"text":"line 3: gtin 12345678905 is 012345678905`}},
		{do: "GET /v1/products/4711", status: 200, want: []string{`"gtin":"00012345678905"`}},
		{name: "as CSV, which it is not", do: "POST /v1/import/products", headers: asCSV, body: sheetOf(t, head+cells("X1", "One")), status: 200, want: []string{`"already":1`}},
		{name: "formulas", do: "POST /v1/import/products", headers: asXLSX, status: 200, want: []string{`"recorded":1`, `"refused":2`, `"cell":"D3"`, `"cell":"D4"`, "a formula without a value"},
			body: sheetOf(t, head+`<row><c t="str"><f>A9</f><v>F1</v></c><c/><c/><c><f>1+2</f><v>3</v></c></row>`+`<row><c t="inlineStr"><is><t>F2</t></is></c><c/><c/><c><f>1+2</f></c></row>`+
				`<row><c t="inlineStr"><is><t>F3</t></is></c><c/><c/><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`)},
		{name: "a code made a date and one made a number", do: "POST /v1/import/products", headers: asXLSX, status: 200, want: []string{`"refused":2`, "made the date 2026-02-01", "keeps 15 digits"},
			body: sheetOf(t, head+`<row><c s="1"><v>46054</v></c></row><row><c><v>1234567890123456</v></c></row>`)},
		{name: "merged cells", do: "POST /v1/import/products", headers: asXLSX, status: 200, want: []string{`"recorded":1`, `"refused":1`, "column 2, which has no name"},
			body: sheetOf(t, cells("sku", "", "name")+cells("M1", "", "merged")+cells("M2", "stray", "x"))},
		{name: "a title above the header", do: "POST /v1/import/products", headers: asXLSX, status: 422, want: []string{"the columns are named in row 2"}, body: sheetOf(t, cells("Our products 2026")+head+cells("T1"))},
		{name: "the header twice", do: "POST /v1/import/products", headers: asXLSX, status: 200, want: []string{`"recorded":1`, "names the columns once more"}, body: sheetOf(t, head+head+cells("H1", "", "", ""))},
		{name: "10,000 columns", do: "POST /v1/import/products", headers: asXLSX, status: 413, want: []string{`"code":"too_many"`}, body: sheetOf(t, cells(strings.Split(strings.Repeat("x-a,", 10_000), ",")...))},
		{name: "zip bomb", do: "POST /v1/import/products", headers: asXLSX, status: 413, want: []string{`"code":"too_long"`, "no real sheet does"}, body: sheetOf(t, strings.Repeat("<row/>", 12<<20))},
		{name: "no workbook", do: "POST /v1/import/products", headers: asXLSX, status: 422, want: []string{"not whole"}, body: "PK\x03\x04 and nothing"},
		{name: "an old one", do: "POST /v1/import/products", headers: asXLSX, status: 422, want: []string{"old workbook (.xls)"}, body: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
		{name: "a web page", do: "POST /v1/import/products", headers: asXLSX, status: 422, want: []string{"web page"}, body: "<html><table><tr><td>sku</td></tr></table></html>"},
		{name: "no such sheet", do: "POST /v1/import/products?sheet=Other", headers: asXLSX, status: 422, want: []string{`"field":"sheet"`, "Sheet1"}, body: sheetOf(t, head)},
	})
}

// What comes out as a workbook goes in as one.
func TestExport_WorkbookComesBack(t *testing.T) {
	notRaced(t)
	h, _ := openLedger(t)
	run(t, h, business)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, call{do: "GET /v1/export/products", headers: "Accept: " + mediaXLSX}.request())
	if w.Code != 200 || w.Header().Get("Content-Type") != mediaXLSX {
		t.Fatal(w.Code, w.Header())
	}
	other, _ := openLedger(t)
	call{do: "POST /v1/import/products", headers: asXLSX, body: w.Body.String(), status: 200, want: []string{fmt.Sprintf(`"recorded":%d`, 3), `"refused":0`}}.run(t, other)
}
