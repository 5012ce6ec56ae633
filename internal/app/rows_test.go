package app

import (
	"bytes"
	"strings"
	"testing"

	"clew/internal/stock"

	"github.com/google/go-cmp/cmp"
)

// A workbook that was exported brings the same ledger as a CSV file does.
func TestExport_WorkbookIsReadBack(t *testing.T) {
	from, to := withMasters(t), openApp(t)
	mustImport(t, from, "products", "sku,gtin,name,uom,unit_cost\n'=EVIL,,\"'=1+1 & <b> \"\"x\"\"\n  next line \",H87,1.50\n007,4006381333931,'@sum,H87,0.10\n")
	mustImport(t, from, "movements", goodStory())
	for _, kind := range []string{"products", "sites", "locations", "partners", "movements"} {
		mustImport(t, to, kind, exportFile(t, from, Export{Kind: kind, Format: "xlsx"}))
	}
	for _, kind := range ExportKinds {
		want, got := exportFile(t, from, Export{Kind: kind}), exportFile(t, to, Export{Kind: kind})
		if diff := cmp.Diff(sortedLines(forPrograms(t, want)), sortedLines(forPrograms(t, got))); diff != "" && kind != "movements" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
	opened := openApp(t)
	for _, kind := range []string{"products", "sites", "locations", "partners"} {
		mustImport(t, opened, kind, exportFile(t, from, Export{Kind: kind}))
	}
	mustImport(t, opened, "opening", exportFile(t, from, Export{Kind: "stock", Format: "xlsx"}))
}

func TestExport_FormatThatIsNone(t *testing.T) {
	a := openApp(t)
	for _, err := range []error{a.Export(t.Context(), Export{Kind: "products", Format: "ods"}, &bytes.Buffer{}), a.Template(t.Context(), "products", "ods", &bytes.Buffer{}), a.Template(t.Context(), "stock", "", &bytes.Buffer{})} {
		if fault, ok := stock.AsError(err); !ok || fault.Code != stock.CodeInvalidValue {
			t.Error(err)
		}
	}
}

// What Excel could not hold is refused, and numbers are written as such only when they come back the same.
func TestSheetWriter_Bounds(t *testing.T) {
	w := newSheetWriter(&bytes.Buffer{})
	if err := w.begin("x", []column{{name: "a"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.row([]string{strings.Repeat("x", maxSheetCell+1)}); err == nil {
		t.Error("a cell of any length was taken")
	}
	w.rows = maxSheetRows
	if err := w.row([]string{"x"}); err == nil {
		t.Error("a row too many was taken")
	}
	for text, want := range map[string]bool{"0": true, "-12.5": true, "0.125": true, "007": false, "1.50": false, "1234567890123456": false, "": false, "1.": false, "-": false, "1e5": false} {
		if isExact(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestTemplate(t *testing.T) {
	a := openApp(t)
	for _, kind := range ImportKinds {
		for _, format := range FileFormats {
			var b bytes.Buffer
			if err := a.Template(t.Context(), kind, format, &b); err != nil {
				t.Fatal(err)
			}
			if got := mustImport(t, a, kind, b.String()); got.Rows != 0 {
				t.Errorf("%s as %s: %+v", kind, format, got)
			}
		}
		for _, c := range tables[kind].columns {
			if meaning, _ := meaningOf(kind, c); meaning == "" {
				t.Errorf("%s: nobody says what %s means", kind, c.name)
			}
		}
	}
}

func TestRefusedFile_Workbook(t *testing.T) {
	var b bytes.Buffer
	f, err := NewRefusedFile(&b, "xlsx", "products", []string{"sku", "uom"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Add(Refusal{Line: 2, Field: "uom", Reason: "=no", Cells: []string{"'=A", "H87"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a := openApp(t)
	mustImport(t, a, "products", b.String())
	if _, err := a.Product(t.Context(), "=A"); err != nil {
		t.Error(err)
	}
}
