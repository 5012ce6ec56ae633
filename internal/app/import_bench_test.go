package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// receipts is a file of n receipts of a lot each.
func receipts(n int) string {
	var b strings.Builder
	b.WriteString("reference,kind,occurred_at,site,partner,product,lot,quantity,to,expiry,delivery_note\n")
	for i := range n {
		fmt.Fprintf(&b, "r%07d,receive,2024-02-01T08:00:00Z,MAIN,MILL,FLOUR,L%07d,%d.5,A,2030-01-01,D%06d\n", i, i, 1+i%90, i/7)
	}
	return b.String()
}

// workbookFrom writes a CSV file's rows as a workbook.
func workbookFrom(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	in, out := newCSVReader(strings.NewReader(text)), newRowWriter(&b, "xlsx")
	for begun := false; ; begun = true {
		rec, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if !begun {
			err = out.begin("movements", views(rec.cells, func(name string) column { return column{name: name, number: name == "quantity"} }))
		} else {
			err = out.row(rec.cells)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// BenchmarkImport records 10,000 receipts from a file.
func BenchmarkImport(b *testing.B) {
	text := receipts(10_000)
	for name, file := range map[string]string{"csv": text, "xlsx": workbookFrom(b, text)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				a := withMasters(b)
				b.StartTimer()
				mustImport(b, a, "movements", file)
			}
		})
	}
}

// BenchmarkImport_OwnExport gives a ledger its own export of 5,000 receipts again, which changes nothing.
func BenchmarkImport_OwnExport(b *testing.B) {
	a := withMasters(b)
	mustImport(b, a, "movements", receipts(5_000))
	text := exportFile(b, a, Export{Kind: "movements"})
	for b.Loop() {
		if r := mustImport(b, a, "movements", text); r.Already != r.Rows {
			b.Fatal(r)
		}
	}
}

// BenchmarkReadRows reads 10,000 rows of a file and records nothing.
func BenchmarkReadRows(b *testing.B) {
	text := receipts(10_000)
	for name, file := range map[string]string{"csv": text, "xlsx": workbookFrom(b, text)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				in, head, err := openSheet(strings.NewReader(file), tables["movements"], Import{}, knownColumns{})
				if err != nil {
					b.Fatal(err)
				}
				for {
					rec, err := in.next()
					if errors.Is(err, io.EOF) {
						break
					}
					if row := head.rowOf(tables["movements"], rec); err != nil || row.fault != nil {
						b.Fatal(err, row.fault)
					}
				}
				in.close()
			}
		})
	}
}
